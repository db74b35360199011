"""Which of our intents a reading of a balance contains; only when that is certain may it replace the one we have.

AIQ's reads lag, and one that comes later may show an older state. So what was absorbed a short while ago is asked
about again: a reading that does not contain it is older than the balance it would replace.
"""

from __future__ import annotations

from collections.abc import Sequence

from budtender.cache import outbox, personas
from budtender.cache.database import Connection
from budtender.connectors.http import Priority
from budtender.model import Intent, Kind, State
from budtender.settings import LATE, LONGEST_LAG
from budtender.sync.proof import WINDOW, adjustment_in, adjustment_rows, redemption_rows, redemptions_in
from budtender.sync.push import server_now
from budtender.sync.wiring import Wiring


def counting(wiring: Wiring, connection: Connection, persona_id: int) -> list[Intent]:
    """The intents of a shopper that a reading might lack: what is pending, and what was absorbed only lately."""
    answered = outbox.answered_of_persona(connection, persona_id)
    lately = [i for i in answered if i.absorbed is not None and i.points and not _is_old(wiring, i)]
    return [*outbox.of_persona(connection, persona_id), *lately]


def used_lately(wiring: Wiring, connection: Connection, persona_id: int) -> set[str]:
    """Rewards that can be used once and that this register has used: a wallet that lags lists them again."""
    answered = outbox.answered_of_persona(connection, persona_id)
    redeemed = [i for i in answered if i.kind is Kind.REDEEM and not _is_old(wiring, i)]
    return {i.reward_id for i in redeemed if i.reward_id and not i.body["reward"]["reusable"]}


def in_order(counted: Sequence[Intent], contained: frozenset[str]) -> bool:
    """Whether a reading may replace the balance: nothing is without an answer, and all that was answered is in it.

    A waiting intent has not been sent, so no reading contains it and it goes on counting.
    """
    return all(
        intent.state is State.WAITING or (intent.state is State.DONE and intent.id in contained) for intent in counted
    )


async def contained_by_now(wiring: Wiring, persona_id: int, priority: Priority) -> frozenset[str]:
    """The answered intents of a shopper that a reading started after this call surely contains.

    Proof is AIQ's own window listing them; failing that, more time than AIQ is known to lag.
    """
    counted = wiring.db.read(lambda c: counting(wiring, c, persona_id))
    answered = [i for i in counted if i.state is State.DONE]
    if not answered or any(i.state in (State.SENDING, State.UNKNOWN) for i in counted):
        return frozenset()
    old = {i.id for i in answered if _is_old(wiring, i)}
    fresh = [i for i in answered if i.id not in old]
    redeemed = [i for i in fresh if i.kind is Kind.REDEEM]
    adjusted = [i for i in fresh if i.kind is Kind.ADJUST]
    listed = await _listed_redemptions(wiring, persona_id, redeemed, priority) if redeemed else set()
    listed |= await _listed_adjustments(wiring, adjusted, priority) if adjusted else set()
    return frozenset(old | listed)


def _is_old(wiring: Wiring, intent: Intent) -> bool:
    """Whether it was answered longer ago than AIQ is known to lag; without such a bound a day stands for it.

    After a restart of the machine its monotonic clock tells little, so AIQ's calendar may say it too; not the
    machine's own, which may have been set.
    """
    bound = wiring.settings.get(LONGEST_LAG)
    if not bound and intent.absorbed is None:
        return False
    longest = bound + wiring.settings.get(LATE) if bound else WINDOW.total_seconds()
    if wiring.clock.since(intent.moved_mono) >= longest:
        return True
    restarted = intent.moved_mono > wiring.clock.mono()
    if not restarted or intent.absorbed is None or not wiring.aiq.http.clock_offset:
        return False
    return server_now(wiring) - intent.absorbed > WINDOW


async def _listed_redemptions(
    wiring: Wiring, persona_id: int, intents: Sequence[Intent], priority: Priority
) -> set[str]:
    known = wiring.db.read(lambda c: personas.get(c, persona_id))
    contact_id = known.persona.contact_id if known.persona else ""
    rows = await redemption_rows(wiring, min(i.sent or i.created for i in intents), priority)
    claimed = wiring.db.read(lambda c: outbox.claimed_refs(c, Kind.REDEEM))
    proofs = redemptions_in(rows, intents, contact_id, claimed, wiring.settings.get(LATE))
    refs = {intent_id: row.ref for intent_id, row in proofs.items()}
    await wiring.db.write(lambda c: outbox.name_rows(c, refs))
    return set(refs)


async def _listed_adjustments(wiring: Wiring, intents: Sequence[Intent], priority: Priority) -> set[str]:
    rows = await adjustment_rows(wiring, min(i.sent or i.created for i in intents), priority)
    return {i.id for i in intents if adjustment_in(rows, i) is not None}
