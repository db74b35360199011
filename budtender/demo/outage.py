"""The second act: an answer is lost, the network is gone, and nothing is lost or done twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from budtender.cache import outbox
from budtender.connectors.http import Priority
from budtender.counter import lookup, redeem, stop, undo
from budtender.demo.serving import Served
from budtender.demo.stage import Stage, case, spoken
from budtender.model import Intent, State
from budtender.settings import QUIET
from budtender.sync.pull import refresh
from budtender.sync.push import push_due
from budtender.sync.settle import settle_due

FIVE_DOLLARS = "58215"
REDEMPTION = "PUT /api/v1.1/discount/redeem/*"
#: The clock of the records ticks in thousandths of a second.
GRAIN = 0.01


async def lose_an_answer(stage: Stage, served: Served) -> str:
    """AIQ redeems and its answer never arrives; the program waits, looks, then decides. Returns the redemption."""
    async with stage.step(
        "An answer is lost",
        "AIQ takes the points and the line breaks. Sending again could take them twice.",
    ) as scene:
        stage.simulation.faults.add("drop_after", match=REDEMPTION)
        before = stage.balances(served.known)
        done = await redeem.redeem(stage.register, served.visit, FIVE_DOLLARS, stage.sam, fresh=True)
        stage.simulation.faults.clear()
        scene.say(f"What became of “{done.reward.name}” is {done.intent.state.value}: {done.intent.last_error}")
        stage.show_balances(scene, served.known, before)
        here, there = stage.balances(served.known)
        scene.expect(done.intent.state is State.UNKNOWN and here == there, "The answer was to be lost.")
    quiet = stage.register.settings.get(QUIET)
    async with stage.step(
        "Wait, look, then decide", f"After a quiet {quiet} s (60 s at a counter) AIQ's own list is read."
    ) as scene:
        await asyncio.sleep(quiet - stage.register.clock.since(done.intent.moved_mono) + GRAIN)
        await settle_due(stage.register, Priority.COUNTER)
        intent = _intent(stage, done.intent.id)
        taken = _times_redeemed(stage, FIVE_DOLLARS)
        times = "once" if taken == 1 else f"{taken} times"
        scene.say(f"The list shows it: {intent.state.value}. In AIQ it was redeemed {times}.")
        scene.expect(intent.state is State.DONE and taken == 1, "Reading was to settle it as done, once.")
    return done.intent.id


async def pull_the_plug(stage: Stage, served: Served, redemption: str) -> None:
    """No network: undo and a shopper's stop are saved; back again, the stop goes first."""
    register, number = stage.register, spoken(case("reference").number)
    await asyncio.to_thread(stage.simulation.stop)
    async with stage.step("The plug is pulled", "No network. The counter goes on and says what it saved.") as scene:
        before = stage.balances(served.known)
        found = await lookup.find_shopper(register, number)
        undone = await undo.undo(register, redemption, stage.sam)
        stopped = await stop.stop_texts(register, number, stage.sam)
        scene.say(
            f"{found.name} is still known here.",
            "Undo is saved and will be sent.",
            "“Stop texting me” is saved, and goes before everything else.",
            "Points that come back are shown, and can be spent once AIQ has them.",
        )
        stage.show_balances(scene, served.known, before)
        saved = undone.entry is not None and undone.entry.state is State.WAITING
        scene.expect(saved and stopped.state is State.WAITING, "Both were to wait in the outbox.")
    await asyncio.to_thread(stage.simulation.start)
    async with stage.step(
        "Back again: the stop goes first", "The undo is older; what a shopper refused goes before it."
    ) as scene:
        before = stage.balances(served.known)
        calls = len(stage.simulation.calls)
        await _pauses_over(stage)
        await push_due(register, Priority.COUNTER)
        order = [call.path for call in stage.simulation.calls[calls:]]
        await refresh(register, served.known.id, Priority.COUNTER)
        scene.say("Both are sent, then the wallet is read again.")
        stage.show_balances(scene, served.known, before)
        here, there = stage.balances(served.known)
        scene.expect("/optin/text/" in order[0] and len(order) == 2, "The stop was to be sent first, each once.")
        scene.expect(here == there and _open(stage) == 0, "Nothing was to be left waiting.")


def _intent(stage: Stage, intent_id: str) -> Intent:
    intent = stage.register.db.read(lambda c: outbox.find(c, intent_id))
    assert intent is not None, "intents are never deleted"
    return intent


def _open(stage: Stage) -> int:
    return len(stage.register.db.read(outbox.listing))


def _times_redeemed(stage: Stage, reward: str) -> int:
    return sum(1 for effect in stage.simulation.ledger if effect.kind == "redeem" and effect.reward_id == reward)


async def _pauses_over(stage: Stage) -> None:
    """Wait until everything in the outbox may be tried again: a failure is followed by a short pause of chance."""
    waiting = stage.register.db.read(outbox.listing)
    ends = [intent.not_before for intent in waiting if intent.not_before is not None]
    left = max((end - stage.register.clock.now() for end in ends), default=timedelta(0))
    await asyncio.sleep(max(0.0, left.total_seconds()) + GRAIN)
