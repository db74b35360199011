"""When a reading of AIQ may replace the balance that is known: it lags, it overtakes, and personas are merged."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from budtender.cache import outbox, personas
from budtender.connectors.http import Priority
from budtender.model import State, Wallet
from budtender.sync import pull
from budtender.sync.account import Account
from tests.faults.one_till import START, OneTill, new_shopper

TEN_OFF, PRICE = "58213", Decimal(250)
SINGLE_USE = "3035550125"
GIFT = "58236"


def test_a_reading_that_was_overtaken_is_left_aside(till: OneTill) -> None:
    """One loop reads a wallet and is slow; meanwhile the other redeems, and reads a wallet that contains it."""
    shopper = new_shopper(till.sim)
    known = till.do(till.look_up(shopper.mobile)).known
    assert known is not None

    async def slow() -> Wallet | None:
        wallet = await till.register.aiq.wallet(shopper.mobile)
        await till.redeem(shopper.mobile, TEN_OFF)
        till.pass_time(1)
        await till.open_wallet(shopper.mobile)
        return wallet

    till.do(till.open_wallet(shopper.mobile))
    till.pass_time(1)
    till.do(pull.take_wallet(till.register, known.id, slow, Priority.COUNTER))
    balance = till.balance(shopper.mobile)
    assert (balance.shown, balance.pending) == (START - PRICE, 0)


def test_a_reading_that_was_overtaken_does_not_take_back_what_was_earned(till: OneTill) -> None:
    shopper = new_shopper(till.sim)
    known = till.do(till.look_up(shopper.mobile)).known
    assert known is not None

    async def slow() -> Wallet | None:
        wallet = await till.register.aiq.wallet(shopper.mobile)
        till.sim.earn(shopper.mobile, 7)
        till.pass_time(1)
        await till.open_wallet(shopper.mobile)
        return wallet

    till.pass_time(1)
    till.do(pull.take_wallet(till.register, known.id, slow, Priority.COUNTER))
    assert till.balance(shopper.mobile).shown == START + 7


def test_a_wallet_that_lags_gives_back_nothing_that_was_taken(till: OneTill) -> None:
    shopper = new_shopper(till.sim)
    taken = till.do(till.redeem(shopper.mobile, TEN_OFF))
    till.pass_time(1)
    till.do(till.open_wallet(shopper.mobile))
    assert till.balance(shopper.mobile).pending == 0
    till.sim.read_lag = 300
    till.do(till.look_up(shopper.mobile, ask=True))
    till.do(till.open_wallet(shopper.mobile))
    assert till.balance(shopper.mobile).shown == START - PRICE
    assert till.intent(taken.id).state is State.DONE


def test_a_clock_set_ahead_and_a_restart_make_no_lagging_wallet_new(till: OneTill) -> None:
    """Only AIQ's own calendar says, after the machine was restarted, that a day has gone by."""
    shopper = new_shopper(till.sim)
    till.do(till.redeem(shopper.mobile, TEN_OFF))
    till.pass_time(1)
    till.do(till.open_wallet(shopper.mobile))
    assert till.balance(shopper.mobile).pending == 0
    till.set_clock(172_800)
    till.reboot()
    till.sim.read_lag = 300
    till.do(till.look_up(shopper.mobile, ask=True))
    till.do(till.open_wallet(shopper.mobile))
    assert till.balance(shopper.mobile).shown == START - PRICE


def test_a_clock_set_ahead_makes_no_lagging_page_new(till: OneTill) -> None:
    shopper = new_shopper(till.sim)
    till.do(till.redeem(shopper.mobile, TEN_OFF))
    till.pass_time(1)
    till.do(till.open_wallet(shopper.mobile))
    till.set_clock(172_800)
    till.sim.read_lag = 300
    till.do(Account(till.register).read_due(whole=True))
    assert till.balance(shopper.mobile).shown == START - PRICE


def test_a_clock_that_is_set_back_stops_no_reading(till: OneTill) -> None:
    shopper = new_shopper(till.sim)
    till.do(till.redeem(shopper.mobile, TEN_OFF))
    till.set_clock(-86_400)
    till.pass_time(1)
    till.sim.earn(shopper.mobile, 7)
    till.do(till.open_wallet(shopper.mobile))
    balance = till.balance(shopper.mobile)
    assert (balance.shown, balance.pending) == (START - PRICE + 7, 0)


def test_a_waiting_intent_goes_on_counting_beside_a_fresh_reading(till: OneTill) -> None:
    shopper = new_shopper(till.sim)
    till.sim.faults.add("status", match="PUT /api/v1.1/discount/redeem/*", status=403)
    waiting = till.do(till.redeem(shopper.mobile, TEN_OFF))
    till.sim.earn(shopper.mobile, 7)
    till.do(till.open_wallet(shopper.mobile))
    assert waiting.state is State.WAITING
    assert till.balance(shopper.mobile).shown == START - PRICE + 7


def test_the_survivor_of_a_merge_has_no_balance_until_a_wallet_tells(till: OneTill) -> None:
    world = till.sim.world
    loser = new_shopper(till.sim)
    older = replace(new_shopper(till.sim), mobile="", home=loser.mobile, inserted=1_000_000_000)
    world.personas.load(older)
    till.do(till.redeem(loser.mobile, TEN_OFF))
    till.sim.overnight()
    till.pass_time(1)
    till.do(till.look_up(loser.mobile, ask=True))
    assert till.balance(loser.mobile).shown is None
    till.do(till.engine.round_trip())
    balance = till.balance(loser.mobile)
    assert (balance.shown, balance.pending) == (2 * START - PRICE, 0)


def test_a_single_use_reward_is_not_offered_again_by_a_wallet_that_lags(till: OneTill) -> None:
    till.do(till.redeem(SINGLE_USE, GIFT))
    till.pass_time(1)
    till.sim.read_lag = 300
    till.do(till.open_wallet(SINGLE_USE))
    (known, *_), _ = till.register.db.read(lambda c: personas.find_by_phone(c, f"+1{SINGLE_USE}"))
    offered = till.register.db.read(lambda c: [reward.id for reward in personas.rewards(c, known.id)])
    assert offered
    assert GIFT not in offered
    assert till.register.db.read(lambda c: outbox.of_persona(c, known.id))


@pytest.mark.parametrize("wrong", [7_200, -7_200])
def test_a_wrong_clock_hides_nothing_that_was_taken_elsewhere(till: OneTill, wrong: float) -> None:
    """AIQ is asked for its windows by its own clock: by one that runs ahead every window would begin too late."""
    shopper = new_shopper(till.sim)
    till.do(till.open_wallet(shopper.mobile))
    till.set_clock(wrong)
    till.do(Account(till.register).read_due(whole=True))
    till.pass_time(600)
    till.sim.redeem_elsewhere(shopper.mobile, TEN_OFF)
    till.pass_time(600)
    till.do(Account(till.register).read_due(whole=True))
    assert till.balance(shopper.mobile).shown == START - PRICE
