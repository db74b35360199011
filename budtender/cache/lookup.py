"""What the cache knows of one phone, for the counter: one statement tells the shoppers and whether there is more.

Finding a shopper is what is done most and waited for, and a statement costs more than the few rows it reads. Most
shoppers have nothing pending, were not signed up here and have said nothing about texts here, so what lies in those
rooms is read only where there is some.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from budtender.cache import consents, outbox, personas, unseen
from budtender.cache.consents import Consent
from budtender.cache.database import Connection
from budtender.cache.personas import Balance, Known
from budtender.cache.rows import maybe_e4
from budtender.model import OPEN_STATES, Intent, Kind, Value


class Seen(Value, frozen=True, kw_only=True):
    """Living personas with a mobile phone, those with it as home phone only, and what was done here for it.

    `balances` has one of each persona by its id, `sign_up` an open one, `texts` what a shopper who is there said
    last about texts. `refused` is what was refused for this number while nobody looked.
    """

    mobile: list[Known]
    home: list[Known]
    balances: dict[int, Balance]
    sign_up: Intent | None
    texts: Consent | None
    refused: tuple[Intent, ...] = ()


#: One row for each shopper, with two questions answered beside it; then rows without a shopper where something was
#: recorded here for the number. For most numbers that nobody has it finds nothing, which is what it tells fastest.
_SEEN = f"""
SELECT {personas.COLUMNS},
    EXISTS (SELECT 1 FROM intent WHERE persona_id = persona.id AND absorbed_at IS NULL),
    EXISTS (SELECT 1 FROM consent WHERE phone = ?1 AND purpose = 'texts')
FROM persona WHERE (phone = ?1 OR home_phone = ?1) AND gone_at IS NULL
UNION ALL
SELECT {", ".join(["NULL"] * (personas.COLUMNS.count(",") + 3))}
FROM intent WHERE phone = ?1 AND (kind = 'sign_up' OR unseen = 1)
"""  # noqa: S608  (words of ours)
_PENDING, _SPOKEN = -2, -1
_POINTS = 11


def by_phone(connection: Connection, phone: str) -> Seen:
    """Everything that the counter needs to know of a phone."""
    rows = connection.execute(_SEEN, (phone,)).fetchall()
    there = [(personas.known(row), row) for row in rows if row[0] is not None]
    recorded = len(there) < len(rows)
    if len(there) > 1:
        there.sort(key=lambda one: one[0].id)
    spoken = bool(there) and there[0][1][_SPOKEN]
    return Seen(
        mobile=[known for known, _ in there if known.phone == phone],
        home=[known for known, _ in there if known.phone != phone],
        balances={known.id: _balance(connection, known, row) for known, row in there},
        sign_up=_open_sign_up(connection, phone) if recorded else None,
        texts=consents.newest(connection, phone, "texts") if spoken else None,
        refused=unseen.of_phone(connection, phone) if recorded else (),
    )


def _balance(connection: Connection, known: Known, row: Sequence[Any]) -> Balance:
    if row[_PENDING]:
        return personas.balance(connection, known.id)
    points = known.persona.points if known.persona else maybe_e4(row[_POINTS])
    return personas.settled_balance(known, points)


def _open_sign_up(connection: Connection, phone: str) -> Intent | None:
    intents = outbox.of_phone(connection, phone, Kind.SIGN_UP)
    return next((intent for intent in intents if intent.state in OPEN_STATES), None)
