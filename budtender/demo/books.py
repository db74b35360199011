"""What a step left in the register's database: rows by table, each row of the audit log, each intent's state."""

from __future__ import annotations

from typing import Any

import msgspec

from budtender.cache import audit, health, outbox
from budtender.cache.database import Connection
from budtender.demo.step import Stored
from budtender.model import Intent, Kind, Value
from budtender.register import Register

#: Tables that tell a reader something, and what one row of them and several are.
_TABLES = {
    "connection": ("connected system", "connected systems"),
    "staff": ("person on the staff", "people on the staff"),
    "store": ("store", "stores"),
    "pos_discount": ("discount of the till", "discounts of the till"),
    "persona": ("shopper", "shoppers"),
    "reward": ("reward in the wallet", "rewards in the wallet"),
    "code_sent": ("text that was asked for", "texts that were asked for"),
    "visit": ("open wallet", "open wallets"),
    "consent": ("answer, with the wording it was given to", "answers, each with the wording it was given to"),
    "customer": ("customer of the till", "customers of the till"),
}
_KINDS = {
    Kind.REDEEM: "redemption",
    Kind.ADJUST: "reversing entry",
    Kind.SIGN_UP: "sign-up",
    Kind.OPT_OUT: "stop texts",
    Kind.CUSTOMER: "profile in the till",
    Kind.ENROL: "enrolment",
    Kind.OPT_IN: "question by text",
    Kind.TILL_CONTACT: "change of contact in the till",
    Kind.CONTACT: "change of contact in AIQ",
}
#: Facts of the audit log that are ids, or that stand elsewhere on the page.
_UNTOLD = frozenset({"named", "intent", "persona", "staff_id", "base_url", "undoes", "register", "phone", "subject"})
_MOST_AUDIT = 50


class Books(Value, frozen=True, kw_only=True):
    """The state of the database at one moment."""

    rows: dict[str, int]
    audit: int
    intents: dict[str, Intent]


def read_books(register: Register) -> Books:
    """What the database holds now."""

    def work(connection: Connection) -> Books:
        newest = audit.latest(connection, 1)
        return Books(
            rows=health.rows(connection),
            audit=newest[0]["seq"] if newest else 0,
            intents={intent.id: intent for intent in outbox.listing(connection, closed=True)},
        )

    return register.db.read(work)


def stored_since(register: Register, before: Books) -> tuple[Stored, ...]:
    """What was added or changed since then."""
    now = read_books(register)
    lines = [line for table in _TABLES if (line := _added(table, before, now))]
    lines += [line for intent in now.intents.values() if (line := _moved(before.intents.get(intent.id), intent))]
    rows = register.db.read(lambda c: audit.latest(c, _MOST_AUDIT))
    lines += [
        Stored(where=f"audit {row['seq']}", what=_told(row["kind"], row["facts"]))
        for row in reversed(rows)
        if row["seq"] > before.audit
    ]
    return tuple(lines)


def _added(table: str, before: Books, now: Books) -> Stored | None:
    more = now.rows.get(table, 0) - before.rows.get(table, 0)
    return Stored(where=table, what=f"+{more} {_TABLES[table][more > 1]}") if more > 0 else None


def _moved(before: Intent | None, now: Intent) -> Stored | None:
    """An intent that is new, has changed its state, or is contained in the balance now; with the points it moves."""
    points = f" of {now.points:+f} points".replace("-", "−") if now.points else ""
    name = f"{_KINDS[now.kind]}{points}"
    if before is None:
        return Stored(where="outbox", what=f"{name}: {now.state.value}")
    if before.state is not now.state:
        return Stored(where="outbox", what=f"{name}: {before.state.value} → {now.state.value}")
    if before.absorbed is None and now.absorbed is not None:
        return Stored(where="outbox", what=f"{name}: AIQ's balance contains it")
    return None


def _told(kind: str, facts: str) -> str:
    """A row of the audit log in words."""
    values: dict[str, Any] = msgspec.json.decode(facts)
    told = {name: value for name, value in values.items() if name not in _UNTOLD and value not in ("", None)}
    intent = [_KINDS[Kind(told.pop("what"))]] if "what" in told else []
    return " · ".join([kind, *intent, *(f"{name.replace('_', ' ')}: {_word(value)}" for name, value in told.items())])


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
