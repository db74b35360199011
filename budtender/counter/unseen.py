"""Take note of what was refused while nobody looked, so that it is told no more."""

from __future__ import annotations

from budtender.cache import audit, outbox, unseen
from budtender.cache.database import Connection
from budtender.cache.rows import to_ms
from budtender.errors import NoIntent
from budtender.events import Change
from budtender.model import Actor, Intent, Kind
from budtender.names import shown
from budtender.register import Register

_WHAT = {
    Kind.REDEEM: "The redemption",
    Kind.ADJUST: "The undoing of a redemption",
    Kind.SIGN_UP: "The sign-up",
    Kind.CUSTOMER: "The profile in the till",
    Kind.OPT_OUT: "The stop of texts",
    Kind.TILL_CONTACT: "The change of phone or e-mail in the till",
    Kind.CONTACT: "The change of phone or e-mail in AIQ",
}


async def take_note(register: Register, intent_id: str, acting: Actor) -> Intent:
    """Whoever is at the counter has seen it and will see to it; who and when is written down.

    Raises NoIntent for one that there is nothing to see of, or that somebody has taken note of before.
    """
    intent = register.db.read(lambda c: outbox.find(c, intent_id))
    if intent is None:
        raise NoIntent("There is no intent with this number.", "`budtender outbox list` shows them.", code="no_intent")
    at = to_ms(register.clock.now())

    def work(c: Connection) -> None:
        if not unseen.take_note(c, intent.id):
            raise NoIntent(
                "Nothing of it waits to be seen.", "`budtender outbox list` shows what does.", code="nothing_unseen"
            )
        facts = {"intent": intent.id, "what": intent.kind.value, "persona": intent.persona_id}
        audit.append(c, at=at, kind="refusal seen", staff=acting.name, facts=facts)

    await register.db.write(work)
    register.events.ring(Change.OUTBOX, Change.PERSONA)
    noted = register.db.read(lambda c: outbox.find(c, intent.id))
    assert noted is not None
    return noted


def in_words(intent: Intent) -> str:
    """What was saved, when, and why the far side did not take it."""
    reward = intent.body.get("reward")
    name = f" of “{shown(reward['name'])}”" if isinstance(reward, dict) else ""
    return f"{_WHAT[intent.kind]}{name} saved on {intent.created.astimezone():%d %b at %H:%M} was refused later."
