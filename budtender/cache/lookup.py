"""What the cache knows of one phone, for the counter: one statement tells the shoppers and whether there is more.

Finding a shopper is what is done most and waited for, and a statement costs more than the few rows it reads. Most
shoppers have nothing pending, were not signed up here and have said nothing about texts here, so what lies in those
rooms is read only where there is some.
"""

from __future__ import annotations

from budtender.cache import consents, outbox, personas
from budtender.cache.consents import Consent
from budtender.cache.database import Connection, Row
from budtender.cache.personas import Balance, Known
from budtender.model import OPEN_STATES, Intent, Kind, Value


class Seen(Value, frozen=True, kw_only=True):
    """Living personas with a mobile phone, those with it as home phone only, and what was done here for it.

    `balances` has one of each persona by its id, `sign_up` an open one, `texts` what a shopper who is there said
    last about texts.
    """

    mobile: list[Known]
    home: list[Known]
    balances: dict[int, Balance]
    sign_up: Intent | None
    texts: Consent | None


_SEEN = """
SELECT *,
    EXISTS (SELECT 1 FROM intent WHERE persona_id = persona.id AND absorbed_at IS NULL) AS pending,
    EXISTS (SELECT 1 FROM intent WHERE phone = :phone AND kind = 'sign_up') AS signed_up,
    EXISTS (SELECT 1 FROM consent WHERE phone = :phone AND purpose = 'texts') AS spoken
FROM persona WHERE (phone = :phone OR home_phone = :phone) AND gone_at IS NULL ORDER BY id
"""


def by_phone(connection: Connection, phone: str) -> Seen:
    """Everything that the counter needs to know of a phone."""
    rows = connection.execute(_SEEN, {"phone": phone}).fetchall()
    signed_up, spoken = (rows[0]["signed_up"], rows[0]["spoken"]) if rows else (True, False)
    return Seen(
        mobile=[personas.known(row) for row in rows if row["phone"] == phone],
        home=[personas.known(row) for row in rows if row["phone"] != phone],
        balances={row["id"]: _balance(connection, row) for row in rows},
        sign_up=_open_sign_up(connection, phone) if signed_up else None,
        texts=consents.newest(connection, phone, "texts") if spoken else None,
    )


def _balance(connection: Connection, row: Row) -> Balance:
    return personas.balance(connection, row["id"]) if row["pending"] else personas.settled_balance(row)


def _open_sign_up(connection: Connection, phone: str) -> Intent | None:
    intents = outbox.of_phone(connection, phone, Kind.SIGN_UP)
    return next((intent for intent in intents if intent.state in OPEN_STATES), None)
