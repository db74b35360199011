"""Work that waits: what the outbox owes, what nobody has seen yet, what AIQ did not take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from budtender.cache import outbox, unseen, unsent
from budtender.doctor.check import Check
from budtender.model import Intent, Kind, State
from budtender.register import Register
from budtender.sync.scope import OUTSIDE

#: A shopper who said stop must not be texted again; after this a person has to see to it.
OLDEST_STOP = timedelta(hours=24)


async def owed(register: Register) -> list[Check]:
    """The outbox by what somebody has to do about it."""
    now = register.clock.now()
    intents = register.db.read(lambda c: outbox.listing(c, limit=10_000))
    stops = [i for i in intents if i.kind is Kind.OPT_OUT]
    late = any(now - i.created > OLDEST_STOP for i in stops)
    refused = register.db.read(unseen.listing)
    return [
        _pile("outbox", [i for i in intents if i.state in (State.WAITING, State.SENDING)], now, lambda _: True, ""),
        _pile(
            "lost answers",
            [i for i in intents if i.state is State.UNKNOWN],
            now,
            lambda pile: not any(i.needs_person for i in pile),
            "Decide what happened: budtender outbox list, then budtender outbox settle ID",
        ),
        _pile(
            "refused unseen",
            refused,
            now,
            lambda pile: not pile,
            "See to them: budtender outbox list, then budtender outbox seen ID",
        ),
        _pile(
            "stopped texts",
            stops,
            now,
            lambda pile: not late and not any(i.needs_person for i in pile),
            "Send them today: budtender sync --once; if that fails, switch the texts off in AIQ by hand.",
        ),
    ]


async def refused_rows(register: Register) -> list[Check]:
    """What AIQ did not take of the tills' rows; what it is not to have by the settings is no trouble."""
    why = [known for known in register.db.read(unsent.reasons) if known[1] != OUTSIDE]
    if not why:
        return [Check(name="refused rows", ok=True, detail="none")]
    told = "; ".join(f"{count} {kind} {'row' if count == 1 else 'rows'}: {reason}" for kind, reason, count in why[:5])
    hint = (
        "Mend them in the till; budtender outbox refused lists them. They are sent again after a day, or with --again."
    )
    return [Check(name="refused rows", ok=False, detail=told, hint=hint)]


def _pile(name: str, pile: list[Intent], now: datetime, is_well: Callable[[list[Intent]], bool], hint: str) -> Check:
    if not pile:
        return Check(name=name, ok=True, detail="nothing waits")
    persons = sum(1 for intent in pile if intent.needs_person)
    age = max(timedelta(0), now - min(intent.created for intent in pile))
    asks = f", {persons} for a person to decide" if persons else ""
    ok = is_well(pile)
    return Check(
        name=name,
        ok=ok,
        detail=f"{len(pile)} waiting{asks}, the oldest for {_in_words(age)}",
        hint="" if ok else hint,
    )


def _in_words(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes >= 48 * 60:
        return f"{minutes // 1440} days"
    return f"{minutes // 60} hours" if minutes >= 120 else f"{minutes} minutes"
