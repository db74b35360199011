"""The balance shown is never wrong by an intent of ours, however answers are lost, clocks move and AIQ lags."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from budtender.cache import personas
from budtender.cache.personas import Balance
from budtender.model import Intent, Kind, State
from budtender.simulator import Simulation
from budtender.simulator.ledger import Effect
from tests.faults.one_till import START, OneTill, new_shopper, quietly, ten
from tests.faults.seed import EXPLORES

EXAMPLES, STEPS = 60, 40
REWARDS = ("58213", "58214", "58215")
#: Not among ours, since an AIQ row tells the shopper, the reward and the time, and not which till it was.
ELSEWHERE = ("58216", "58217")
REDEEM = "PUT /api/v1.1/discount/redeem/*"
ADJUST = "PUT /api/v1.1/adjust/*"
READS = ("POST /api/v2/wallet", "GET /api/v1.1/redemptions/*", "GET /api/v1.1/adjustments/*", "GET /api/v1.1/piis/*")
#: What can go wrong with one write, with how often it strikes a read so that its repetitions fail as well.
FAULTS: tuple[dict[str, Any], ...] = (
    {"name": "drop_before"},
    {"name": "drop_after"},
    {"name": "late", "seconds": 1},
    {"name": "late", "seconds": 29},
    {"name": "status", "status": 500, "effect": False},
    {"name": "status", "status": 500, "effect": True},
    {"name": "status", "status": 403},
    {"name": "rate_limit", "seconds": 5},
    {"name": "truncate"},
    {"name": "not_json", "effect": True},
)
#: Below and above the quiet period (60 s), the pause of a look, the longest lag (900 s) and late effects together.
SPANS = (1, 20, 61, 130, 600, 931, 4_000)
JUMPS = (-172_800, -3_600, -90, -20, 20, 90, 3_600, 172_800)
LAGS = (0, 0, 5, 45, 100, 600, 899)

shopper = st.integers(0, 1)


class Shop(RuleBasedStateMachine):
    """Two shoppers, one till, everything that can happen to them one after the other."""

    sim: Simulation

    def __init__(self) -> None:
        super().__init__()
        self.sim.faults.clear()
        self.sim.read_lag = 0
        self.folder = Path(tempfile.mkdtemp(prefix="budtender-machine-"))
        self.till = OneTill(self.sim, self.folder)
        self.shoppers = [new_shopper(self.sim) for _ in range(2)]
        self.began = len(self.sim.ledger)
        self.seen: set[str] = set()
        self.fraction = Decimal(0)
        self.once_more: set[str] = set()
        self.attempts: dict[str, int] = {}

    # ── at the counter ────────────────────────────────────────────────────────────────────────────────────

    @rule(who=shopper, ask=st.booleans())
    def look_up(self, who: int, ask: bool) -> None:
        self.till.do(quietly(self.till.look_up(self.phone(who), ask=ask)))

    @rule(who=shopper)
    def open_wallet(self, who: int) -> None:
        self.till.do(quietly(self.till.open_wallet(self.phone(who))))

    @rule(who=shopper, reward=st.sampled_from(REWARDS), same_visit=st.booleans())
    def redeem(self, who: int, reward: str, same_visit: bool = False) -> None:
        done = self.till.do(quietly(self.till.redeem(self.phone(who), reward, same_visit=same_visit)))
        if done is not None:
            self.seen.add(done.id)

    @rule(who=shopper, reward=st.sampled_from(REWARDS), lag=st.sampled_from(LAGS))
    def redeem_and_look_back(self, who: int, reward: str, lag: int) -> None:
        """A balance that contains it arrives; then AIQ answers from an older state."""
        self.redeem(who, reward)
        self.round_trip_after(1, 0)
        self.sim.read_lag = lag
        self.look_up(who, ask=True)
        self.open_wallet(who)

    @rule(which=st.integers(0, 3))
    def undo(self, which: int) -> None:
        redemptions = [i for i in self.till.intents() if i.kind is Kind.REDEEM][::-1]
        if which < len(redemptions):
            entry = self.till.do(quietly(self.till.undo(redemptions[which].id)))
            if entry is not None:
                self.seen.add(entry.id)

    @rule(
        who=shopper,
        reward=st.sampled_from(REWARDS),
        faults=st.tuples(*(st.sampled_from((None, None, *FAULTS)) for _ in range(3))),
        waits=st.tuples(*(st.sampled_from((0, 1, 61, 90)) for _ in range(2))),
        lag=st.sampled_from(LAGS),
    )
    def redeem_undo_and_redeem_again(
        self, who: int, reward: str, faults: tuple[Any, ...], waits: tuple[int, int], lag: int
    ) -> None:
        """In one visit; whatever becomes of each of the three, and whatever AIQ shows meanwhile."""
        self._step(REDEEM, faults[0], lambda: self.redeem(who, reward, same_visit=True))
        self.sim.read_lag = lag
        self._wait(waits[0])
        self._step(ADJUST, faults[1], lambda: self.undo(0))
        self._wait(waits[1])
        self._step(REDEEM, faults[2], lambda: self.redeem(who, reward, same_visit=True))

    def _step(self, where: str, what: dict[str, Any] | None, step: Callable[[], None]) -> None:
        if what is not None:
            self.sim.faults.add(match=where, **what)
        step()
        self.sim.faults.clear()

    def _wait(self, seconds: int) -> None:
        if seconds:
            self.till.pass_time(seconds)
            self.round_trip()

    @rule()
    def round_trip(self) -> None:
        self.till.do(self.till.engine.round_trip())

    @rule(who=shopper, reward=st.sampled_from(REWARDS), what=st.sampled_from(FAULTS))
    def redeem_through(self, who: int, reward: str, what: dict[str, Any]) -> None:
        self.sim.faults.add(match=REDEEM, **what)
        self.redeem(who, reward)
        self.sim.faults.clear()

    @rule(which=st.integers(0, 3), what=st.sampled_from(FAULTS))
    def undo_through(self, which: int, what: dict[str, Any]) -> None:
        self.sim.faults.add(match=ADJUST, **what)
        self.undo(which)
        self.sim.faults.clear()

    @rule(which=st.integers(0, 3), by=st.sampled_from(JUMPS), what=st.sampled_from(FAULTS), again=st.booleans())
    def undo_by_a_wrong_clock(self, which: int, by: int, what: dict[str, Any], again: bool) -> None:
        self.set_clock(by)
        if again:
            self.restart()
        self.undo_through(which, what)

    @rule(seconds=st.sampled_from(SPANS), lag=st.sampled_from(LAGS))
    def round_trip_after(self, seconds: int, lag: int) -> None:
        self.sim.read_lag = lag
        self.till.pass_time(seconds)
        self.round_trip()

    @rule(once_more=st.booleans())
    def a_person_decides(self, once_more: bool) -> None:
        """By what they can see in AIQ itself, which is the truth."""
        for who in (0, 1):
            for asked in [intent for intent in self.intents(who) if intent.needs_person]:
                happened = self.times(who, asked) > 0
                if once_more and not happened:
                    self.once_more.add(asked.id)
                self.till.do(quietly(self.till.decide(asked.id, happened=happened, once_more=once_more)))

    # ── far away ──────────────────────────────────────────────────────────────────────────────────────────

    @rule(where=st.sampled_from(READS), what=st.sampled_from(("drop_before", "truncate", "null_fields", "wrong_types")))
    def break_a_read(self, where: str, what: str) -> None:
        self.sim.faults.add(what, match=where, times=3)

    @rule(lag=st.sampled_from(LAGS))
    def lag(self, lag: int) -> None:
        self.sim.read_lag = lag

    @rule(who=shopper)
    def earn_elsewhere(self, who: int) -> None:
        # Each amount is one of a kind, so no sum of ours can pass for a sum of others.
        self.fraction += Decimal("0.0001")
        self.sim.earn(self.phone(who), self.fraction)

    @rule(who=shopper, reward=st.sampled_from(ELSEWHERE))
    def redeem_elsewhere(self, who: int, reward: str) -> None:
        self.sim.redeem_elsewhere(self.phone(who), reward)
        self.earn_elsewhere(who)

    # ── time and the machine ──────────────────────────────────────────────────────────────────────────────

    @rule(seconds=st.sampled_from(SPANS))
    def pass_time(self, seconds: int) -> None:
        self.till.pass_time(seconds)

    @rule(by=st.sampled_from(JUMPS))
    def set_clock(self, by: int) -> None:
        self.till.set_clock(by)

    @rule()
    def restart(self) -> None:
        self.till.restart()

    @rule()
    def crash(self) -> None:
        self.till.crash()

    @rule()
    def reboot(self) -> None:
        self.till.reboot()

    @rule(who=shopper, reward=st.sampled_from(REWARDS), point=st.sampled_from(("claimed", "answered")))
    def crash_in_redemption(self, who: int, reward: str, point: str) -> None:
        self.till.crash_in(point, self.till.redeem(self.phone(who), reward))

    @rule(which=st.integers(0, 3), point=st.sampled_from(("claimed", "answered")))
    def crash_in_undo(self, which: int, point: str) -> None:
        redemptions = [i for i in self.till.intents() if i.kind is Kind.REDEEM][::-1]
        if which < len(redemptions):
            self.till.crash_in(point, self.till.undo(redemptions[which].id))

    # ── what must hold after every step ───────────────────────────────────────────────────────────────────

    def phone(self, who: int) -> str:
        return self.shoppers[who].mobile

    def intents(self, who: int) -> list[Intent]:
        return [intent for intent in self.till.intents() if ten(intent.phone) == self.phone(who)]

    def effects(self, who: int) -> list[Effect]:
        contact_id = self.shoppers[who].contact_id
        return [effect for effect in self.sim.ledger[self.began :] if effect.contact_id == contact_id]

    def times(self, who: int, intent: Intent) -> int:
        """How often AIQ carried out an intent; of a reward, how often more than for all that are known to be done."""
        effects = self.effects(who)
        if intent.kind is Kind.ADJUST:
            return sum(effect.kind == "adjust" and intent.key in effect.note for effect in effects)
        done = [i for i in self.intents(who) if i.state is State.DONE and i.reward_id == intent.reward_id]
        return taken(effects)[intent.reward_id or ""] - len(done)

    def foreign(self, who: int) -> set[Decimal]:
        """What the balance would have been at every moment so far, had we done nothing."""
        others = [effect.points for effect in self.effects(who) if effect.source != "aiq"]
        return set(accumulate(others, initial=START))

    def balance(self, who: int) -> Balance | None:
        found, _ = self.till.register.db.read(lambda c: personas.find_by_phone(c, f"+1{self.phone(who)}"))
        if not found:
            return None
        return self.till.register.db.read(lambda c: personas.balance(c, found[0].id))

    @invariant()
    def no_intent_disappears(self) -> None:
        present = {intent.id for intent in self.till.intents()}
        assert self.seen <= present
        self.seen = present

    @invariant()
    def shown_is_a_foreign_balance_and_all_of_ours(self) -> None:
        """Perhaps stale by what others did, never wrong by what we did: shown = foreign(some moment) + all of ours."""
        for who in (0, 1):
            balance = self.balance(who)
            if balance is None or balance.shown is None:
                continue
            standing = [intent for intent in self.intents(who) if intent.state is not State.REFUSED]
            ours = sum((intent.points for intent in standing), Decimal(0))
            assert balance.shown - ours in self.foreign(who), (balance, ours, self.foreign(who))
            unanswered = sum((i.points for i in standing if i.points > 0 and i.state is not State.DONE), Decimal(0))
            assert balance.spendable == balance.shown - unanswered

    @invariant()
    def the_program_never_repeats_a_redemption(self) -> None:
        """Once its answer is lost it is sent again by a person or not at all."""
        for intent in self.till.intents():
            if intent.kind is Kind.REDEEM and intent.lost and intent.id not in self.once_more:
                assert self.attempts.setdefault(intent.id, intent.attempts) == intent.attempts

    @invariant()
    def nothing_happens_twice(self) -> None:
        for who in (0, 1):
            intents, effects = self.intents(who), self.effects(who)
            self._redemptions_are_right(intents, effects)
            for entry in intents:
                if entry.kind is Kind.ADJUST:
                    times = self.times(who, entry)
                    possible = {State.DONE: {1}, State.REFUSED: {0}, State.WAITING: {0}}
                    assert times in possible.get(entry.state, {0, 1}), (entry.state, times)

    @invariant()
    def a_reward_is_taken_again_only_after_it_was_given_back(self) -> None:
        """In one visit: each turn once, and each but the last one given back or dropped before the next was saved."""
        intents = self.till.intents()
        back = {i.undoes for i in intents if i.undoes is not None and i.state is State.DONE}
        turns: dict[tuple[str | None, str | None], list[Intent]] = {}
        for intent in intents:
            if intent.kind is Kind.REDEEM:
                turns.setdefault((intent.visit_id, intent.reward_id), []).append(intent)
        for taken_here in turns.values():
            assert [i.turn for i in taken_here] == list(range(len(taken_here)))
            assert all(i.id in back if i.state is State.DONE else i.state is State.REFUSED for i in taken_here[:-1])

    def _redemptions_are_right(self, intents: list[Intent], effects: list[Effect]) -> None:
        """A redemption leaves no mark at AIQ, so those of one reward are counted together."""
        times = taken(effects)
        for reward in REWARDS:
            states = Counter(i.state for i in intents if i.kind is Kind.REDEEM and i.reward_id == reward)
            least = states[State.DONE]
            most = least + states[State.SENDING] + states[State.UNKNOWN]
            assert least <= times[reward] <= most, (reward, states, times[reward])

    def teardown(self) -> None:
        """In the end, with AIQ answering, everything is settled but what needs a person, and shown is the truth."""
        try:
            self.sim.faults.clear()
            self.sim.read_lag = 0
            for _ in range(8):
                self.till.pass_time(3_700)
                self.till.do(self.till.engine.round_trip())
            self.no_intent_disappears()
            self.shown_is_a_foreign_balance_and_all_of_ours()
            self.nothing_happens_twice()
            self._all_is_settled()
        finally:
            self.till.close()
            shutil.rmtree(self.folder)

    def _all_is_settled(self) -> None:
        for who in (0, 1):
            self.till.do(self.till.open_wallet(self.phone(who)))
            intents = self.intents(who)
            asked = [i for i in intents if i.needs_person]
            later = intents[intents.index(asked[0]) + 1 :] if asked else []
            assert all(i.state in (State.DONE, State.REFUSED) or i in asked or i in later for i in intents), intents
            balance = self.balance(who)
            assert balance is not None
            if not asked:
                assert balance.pending == 0, (balance, intents)
                assert balance.shown == self.sim.world.balance(self.shoppers[who].contact_id)


def taken(effects: list[Effect]) -> Counter[str]:
    """How often our till took each reward."""
    return Counter(e.reward_id for e in effects if e.kind == "redeem" and e.source == "aiq")


@pytest.mark.timeout(600)
def test_the_balance_is_never_wrong_by_an_intent_of_ours(standing_still: Simulation) -> None:
    class ThisShop(Shop):
        sim = standing_still

    run_state_machine_as_test(
        ThisShop,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            derandomize=not EXPLORES,
            suppress_health_check=list(HealthCheck),
        ),
    )
