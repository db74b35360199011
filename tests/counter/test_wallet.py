"""The three numbers and the rewards, each with the one reason why it cannot be used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import msgspec
import pytest

from budtender.cache import copying, tickets, till
from budtender.cache.database import Connection
from budtender.counter import verify
from budtender.errors import ProtocolError
from budtender.model import Customer, Resource, Ticket, TicketState
from budtender.sync import scope
from tests.counter.counter import SAM, Counter, exit_of

PLAIN = "3035550142"


async def offers(counter: Counter, phone: str) -> dict[str, tuple[str, str | None]]:
    """Each reward's code and reason."""
    view = counter.show(await counter.visit(phone))
    return {offer.reward.id: (offer.use.code, offer.use.reason) for offer in view.offers}


@pytest.mark.requirement("D-042")
async def test_three_numbers_before_and_after_a_redemption(counter: Counter) -> None:
    visit = await counter.visit(PLAIN)
    before = counter.show(visit).points
    assert (before.available, before.redeemed, before.remaining) == (Decimal("412.5"), Decimal(0), Decimal("412.5"))
    await counter.redeem(visit, "58214")
    after = counter.show(visit).points
    assert (after.available, after.redeemed, after.remaining) == (Decimal("412.5"), Decimal(100), Decimal("312.5"))


@pytest.mark.requirement("D-041")
async def test_usable_rewards_come_first_and_each_other_has_one_reason(counter: Counter) -> None:
    view = counter.show(await counter.visit("3035550113"))
    usable = [offer.use.usable for offer in view.offers]
    assert usable == sorted(usable, reverse=True)
    assert all(offer.use.usable == (offer.use.reason is None) for offer in view.offers)
    assert view.note is None


@pytest.mark.parametrize(
    ("phone", "reward", "code", "reason"),
    [
        ("3035550111", "58214", "short", "60 points short"),
        ("3035550109", "58214", "short", "0.01 points short"),
        ("3035550108", "58214", "negative", "The balance is below zero."),
        ("3035550112", "58232", "tier", "A tier reward: shown only, its points are a threshold."),
        ("3035550113", "58233", "two_values", "It has both dollars and percent off; a manager has to fix it in AIQ."),
        (
            "3035550114",
            "58234",
            "no_value",
            "Its value lies in the till, and it is not linked to a discount there.",
        ),
        ("3035550122", "58235", "foreign_address", "Its redemption address is not AIQ's; tell a manager."),
    ],
)
async def test_one_reason_in_words(counter: Counter, phone: str, reward: str, code: str, reason: str) -> None:
    assert (await offers(counter, phone))[reward] == (code, reason)


def garble(counter: Counter, *rewards: str) -> None:
    """AIQ sends these with a price below zero, which is none."""
    for reward_id in rewards:
        there = counter.sim.world.rewards[reward_id]
        counter.sim.world.rewards[reward_id] = msgspec.structs.replace(there, points=Decimal(-1))


async def test_rewards_that_cannot_be_read_are_told_until_they_can_be(counter: Counter) -> None:
    whole = {offer.reward.id for offer in counter.show(await counter.visit(PLAIN)).offers}
    sound = dict(counter.sim.world.rewards)
    garble(counter, "58213", "58214")
    counter.clock.pass_by(60)
    visit = await counter.visit(PLAIN)
    view = counter.show(visit)
    assert ({offer.reward.id for offer in view.offers}, view.unreadable) == (whole - {"58213", "58214"}, 2)
    await counter.restart()
    assert counter.show(visit).unreadable == 2, "also from the cache, without network"
    counter.sim.world.rewards.update(sound)
    counter.clock.pass_by(60)
    view = counter.show(await counter.visit(PLAIN))
    assert ({offer.reward.id for offer in view.offers}, view.unreadable) == (whole, 0)


async def test_a_wallet_of_unreadable_rewards_is_not_called_one_without_rewards(counter: Counter) -> None:
    garble(counter, *counter.sim.world.rewards)
    view = counter.show(await counter.visit(PLAIN))
    assert (view.offers, view.note_code, view.note) == ((), "not_usable", "No reward can be used now.")


async def test_an_expired_reward_is_not_usable_though_aiq_lists_it_as_available(counter: Counter) -> None:
    code, reason = (await offers(counter, "3035550110"))["58231"]
    assert code == "expired"
    assert reason is not None
    assert reason.startswith("Expired on ")


async def test_a_reward_without_a_twin_in_the_till_is_a_store_decision(counter: Counter) -> None:
    await counter.set(unlinked_rewards="off")
    await counter.connect_till()
    view = counter.show(await counter.visit(PLAIN))
    linked = {offer.reward.id: offer.use.link for offer in view.offers}
    for offer in view.offers:
        assert (offer.use.code == "not_linked") == (linked[offer.reward.id] is None)


@pytest.mark.requirement("D-057")
async def test_a_negative_balance_is_shown_as_it_is(counter: Counter) -> None:
    visit = await counter.visit("3035550108")
    view = counter.show(visit)
    assert (view.points.available, view.points.remaining) == (Decimal(-35), Decimal(-35))
    assert view.note == "Balance is -35. Earning goes on."
    assert not any(offer.use.usable for offer in view.offers)
    at = datetime(2026, 2, 3, tzinfo=UTC)
    await counter.connect_till()
    await counter.register.db.write(lambda c: scope.reopen(c, "Harbor Street", Resource.CUSTOMERS, at))
    view = counter.show(visit)
    assert view.note is not None
    assert view.note.startswith("Balance is -35. Older sales and redemptions were added from the till's archive")
    assert "Feb 3, 2026" in view.note


async def test_hidden_points_are_told_as_hidden_and_never_as_zero(counter: Counter) -> None:
    view = counter.show(await counter.visit("3035550107"))
    assert view.points.hidden
    assert (view.points.available, view.points.redeemed, view.points.remaining) == (None, None, None)
    assert view.note == "Points are not shown in this state."
    assert any(offer.use.usable for offer in view.offers)


async def test_a_shopper_without_rewards_hears_how_far_it_is(counter: Counter) -> None:
    assert counter.show(await counter.visit("3035550115")).note == "No rewards yet."
    far = counter.show(await counter.visit("3035550111"))
    assert far.note == "No rewards yet. 60 points to “Five percent off”."


async def test_an_absurd_balance_is_not_taken_for_a_number(counter: Counter) -> None:
    with pytest.raises(ProtocolError, match=r"^AIQ sent an answer that cannot be read\.") as refusal:
        await counter.known("3035550123")
    assert exit_of(refusal.value) == 3
    assert counter.count("persona") == 0


async def test_a_fraction_of_a_point_is_kept_to_the_last_digit(counter: Counter) -> None:
    assert counter.show(await counter.visit("3035550109")).points.available == Decimal("99.99")


@pytest.mark.requirement("A-018")
async def test_points_earned_elsewhere_show_with_the_next_reading(counter: Counter) -> None:
    await counter.set(text_code="off")
    known = await counter.known(PLAIN)
    await verify.without_code(counter.register, known, SAM)
    counter.sim.earn(PLAIN, "20.25")
    opened = await verify.without_code(counter.register, known, SAM)
    assert counter.show(opened.visit).points.available == Decimal("432.75")


# ── what is not final, what ends, what is frozen ──────────────────────────────────────────────────────────

STORE = "Harbor Street"


async def sell(counter: Counter, customer: str, *documents: tuple[float, int, TicketState]) -> None:
    """The till's documents of a customer: hours ago, net cents, state; what is negative is a refund."""
    now = counter.clock.now()
    book = [
        Ticket(
            id=f"{customer}-{n}",
            at=now - timedelta(hours=hours),
            net_cents=cents,
            total_cents=cents,
            state=state,
            refund=cents < 0,
            customer_id=customer,
        )
        for n, (hours, cents, state) in enumerate(documents)
    ]
    await counter.register.db.write(lambda c: tickets.put(c, STORE, book, location_id="1"))


@pytest.mark.requirement("D-035")
@pytest.mark.requirement("A-018")
async def test_what_was_bought_in_the_last_day_is_told_and_points_of_it_are_an_estimate(counter: Counter) -> None:
    await counter.connect_till()
    visit = await counter.visit(PLAIN)
    ines = Customer(id="1", first_name="Ínes", phones=("+1" + PLAIN,))
    other = Customer(id="2", first_name="Bruno", phones=("+1" + PLAIN,))
    await counter.register.db.write(lambda c: till.put_customers(c, STORE, [ines, other]))
    assert counter.show(visit).today is None
    done = TicketState.COMPLETED
    await sell(counter, "2", (1, 9_900, done))
    assert counter.show(visit).today is None, "somebody else with this number"
    await sell(
        counter,
        "1",
        (25, 50_000, done),
        (23, 3_650, done),
        (2, 1_000, done),
        (1, -1_050, done),
        (1, 7_000, TicketState.VOIDED),
    )
    today = counter.show(visit).today
    assert today is not None
    assert (today.cents, today.points) == (3_600, None), "nobody has said what AIQ gives"
    await counter.set(points_per_100_dollars=150)
    today = counter.show(visit).today
    assert today is not None
    assert today.points == Decimal(54)
    before = counter.show(visit).points.remaining
    assert before == Decimal("412.5"), "an estimate is never a balance"
    await sell(counter, "1", *[(1, 0, TicketState.VOIDED)] * 4)
    assert counter.show(visit).today is None


def end_all(connection: Connection, ends: str) -> None:
    """All rewards end then."""
    connection.execute("UPDATE reward SET body = json_set(body, '$.expires', ?)", (ends,))


@pytest.mark.requirement("D-059")
async def test_a_frozen_till_and_rewards_that_end_soon_are_told(counter: Counter) -> None:
    await counter.connect_till()
    visit = await counter.visit(PLAIN)
    assert counter.show(visit).frozen is None
    copied = counter.clock.now()
    await counter.register.db.write(lambda c: copying.begin(c, STORE, "sales", copied))
    await counter.register.db.write(
        lambda c: c.execute("UPDATE copying SET good_at = ?", (int(copied.timestamp() * 1000),))
    )
    await counter.set(last_backup="dutchie")
    frozen = counter.show(visit).frozen
    assert frozen is not None
    assert frozen.systems == ("dutchie",)
    assert frozen.since is not None
    assert abs(frozen.since - copied) < timedelta(seconds=1)
    await counter.set(last_backup="flourish")
    assert counter.show(visit).frozen is None, "no such till is connected"

    assert counter.show(visit).ending == 0
    for days, ending in ((29, 1), (31, 0), (-1, 0)):
        ends = (counter.clock.now() + timedelta(days=days)).isoformat()
        await counter.register.db.write(partial(end_all, ends=ends))
        view = counter.show(visit)
        usable = sum(offer.use.usable for offer in view.offers)
        assert view.ending == (usable if ending else 0), days
        assert (view.ending > 0) == bool(ending)
