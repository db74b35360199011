"""Shoppers by the beginnings of their names, and what tells one of several from another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from budtender.cache.database import Connection
from budtender.cache.personas import Known, known
from budtender.cache.rows import from_ms
from budtender.model import Customer, Value
from budtender.names import short_name

#: More words than anybody has names.
MOST_WORDS = 6
LONGEST_WORD = 40


class Candidate(Value, frozen=True, kw_only=True):
    """One of several shoppers, as much of them as others may see: never the whole name, the number or the day.

    `last_visit` is the first day of the month in which they were last served here or bought at a connected till,
    `since` that of the month since which AIQ has known them.
    """

    persona_id: int
    name: str
    city: str | None
    last_visit: date | None
    member: bool | None
    since: date | None = None


def words(typed: str) -> list[str]:
    """The words of what was typed, as the index parts them: letters, digits and their marks."""
    text = unicodedata.normalize("NFC", typed)
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in text)
    return [word[:LONGEST_WORD] for word in kept.split()[:MOST_WORDS]]


def find_by_name(connection: Connection, wanted: Sequence[str], limit: int) -> list[Known]:
    """Living shoppers with a mobile number, each of whose wanted words begins one of their names; in no order."""
    if not wanted:
        return []
    match = " AND ".join('"' + word.replace('"', "") + '"*' for word in wanted)
    rows = connection.execute(
        """SELECT persona.* FROM persona_name JOIN persona ON persona.id = persona_name.rowid
           WHERE persona_name MATCH ? AND persona.gone_at IS NULL AND persona.phone IS NOT NULL LIMIT ?""",
        (match, limit),
    )
    return [known(row) for row in rows]


def find_by_src_id(connection: Connection, src_id: str) -> list[Known]:
    """Living shoppers with this id of the till, as AIQ has it."""
    rows = connection.execute("SELECT * FROM persona WHERE src_id = ? AND gone_at IS NULL LIMIT 2", (src_id,))
    return [known(row) for row in rows]


def candidates(connection: Connection, people: Iterable[Known]) -> tuple[Candidate, ...]:
    """What tells them apart, in the same order."""
    return tuple(_candidate(connection, person) for person in people)


def _candidate(connection: Connection, person: Known) -> Candidate:
    customers = customers_of(connection, person)
    day = _last_visit(connection, person, [(credential, customer.id) for credential, customer in customers])
    inserted = person.persona.inserted if person.persona else None
    return Candidate(
        persona_id=person.id,
        name=short_name(person.first_name, person.last_name),
        city=next((customer.city.strip() for _, customer in customers if customer.city), None),
        last_visit=day.replace(day=1) if day else None,
        member=person.member,
        since=inserted.astimezone().date().replace(day=1) if inserted else None,
    )


def customers_of(connection: Connection, person: Known) -> list[tuple[str, Customer]]:
    """The till's records of one of several with a number: those with the same first name, too."""
    rows = connection.execute("SELECT credential, body FROM customer WHERE phone = ? LIMIT 20", (person.phone,))
    found = [(row["credential"], msgspec.json.decode(row["body"], type=Customer)) for row in rows]
    return [
        (credential, customer)
        for credential, customer in found
        if customer.merged_into is None and folded(customer.first_name) == folded(person.first_name)
    ]


def _last_visit(connection: Connection, person: Known, customers: Iterable[tuple[str, str]]) -> date | None:
    served = connection.execute(
        "SELECT max(opened_at) AS at FROM visit WHERE phone = ? AND persona_id = ?", (person.phone, person.id)
    ).fetchone()["at"]
    bought = [
        connection.execute(
            "SELECT max(at) AS at FROM ticket WHERE credential = ? AND customer_id = ? AND refund = 0", key
        ).fetchone()["at"]
        for key in customers
    ]
    last = max((at for at in [served, *bought] if at is not None), default=None)
    return None if last is None else from_ms(last).astimezone().date()


def is_same(connection: Connection, person: Known, first: str, last: str, born: date) -> bool:
    """Whether a shopper has this whole name and, by a till's record, this birth date."""
    if (folded(person.first_name), folded(person.last_name)) != (folded(first), folded(last)):
        return False
    return any(customer.birth_date == born for _, customer in customers_of(connection, person))


def folded(text: str) -> str:
    """Text as names are compared: without case, accents and double spaces."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in parted if not unicodedata.combining(c)).split())
