"""Whatever stops a change of phone or e-mail in between, it goes on later and repeats nothing."""

from __future__ import annotations

import asyncio

import pytest

from budtender.cache import outbox
from budtender.cache import till as till_rows
from budtender.counter import redeem, verify
from budtender.errors import Duplicate
from budtender.model import State
from tests.counter.contact.changing import (
    INES,
    MAIL,
    NEW,
    ON_OVERRIDE,
    ON_TILL,
    OVERRIDE,
    OVERRIDES,
    SEARCH,
    TILL_WRITE,
    again,
    all_done,
    apply,
    apply_offline,
    by_pin,
    later,
    proof,
    writes,
)
from tests.counter.counter import PINS, SAM, Counter
from tests.patience import until


@pytest.mark.requirement("A-036")
@pytest.mark.parametrize("step", [ON_TILL, ON_OVERRIDE], ids=["till", "aiq"])
@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
@pytest.mark.parametrize("here", [True, False], ids=["in the mirror", "in the till"])
async def test_a_lost_answer_goes_on_by_itself_and_repeats_nothing_that_was_done(
    shop: Counter, step: str, fault: str, here: bool
) -> None:
    if here:
        found = await shop.register.tills["Harbor Street"].find_by_phone(INES)
        await shop.register.db.write(lambda c: till_rows.put_customers(c, "Harbor Street", found))
    proved = await proof(shop)
    shop.sim.faults.add(fault, match=step, times=None)
    done = await again(shop, proved, phone=NEW)
    shop.sim.faults.clear()
    lost, other = (TILL_WRITE, OVERRIDE) if step == ON_TILL else (OVERRIDE, TILL_WRITE)
    tried = writes(shop).count(lost)
    if step == ON_TILL:
        assert [part.state for part in done.tills] == ["waiting"]
        assert done.intent.state is State.WAITING
        assert OVERRIDE not in writes(shop), "AIQ waits for the till"
    else:
        assert done.intent.state is State.UNKNOWN
    await later(shop)
    all_done(shop)
    assert writes(shop).count(other) == 1
    assert writes(shop).count(lost) - tried == (1 if fault == "drop_before" else 0), "what was done is not done again"
    sent = shop.register.db.read(lambda c: outbox.listing(c, closed=True))
    looked_at = fault == "drop_after" and step == ON_OVERRIDE
    assert [i.attempts for i in sent] == ([1, 1] if looked_at else [2, 1] if step == ON_TILL else [1, 2])
    assert sent[0].evidence["profile"] == ("changed before" if step == ON_TILL and fault == "drop_after" else "changed")


@pytest.mark.requirement("A-036")
@pytest.mark.parametrize("step", [ON_TILL, SEARCH, ON_OVERRIDE, OVERRIDES], ids=["till", "search", "aiq", "read back"])
async def test_a_restart_in_the_middle_of_each_step_goes_on_there(shop: Counter, step: str | tuple[str, str]) -> None:
    proved = await proof(shop)
    known = await shop.known(INES)
    shop.take_a_moment()
    match = step if isinstance(step, str) else " ".join(step).replace("{uid}", "*").replace("/{contactID}", "/*")
    slow = shop.sim.faults.add("latency", match=match, seconds=30, after=1 if step == SEARCH else 0)
    going = asyncio.create_task(apply(shop, known, proved, phone=NEW))
    await until(lambda: slow.fired, "the request to be under way")
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    await shop.restart()
    await later(shop)
    all_done(shop)


@pytest.mark.requirement("A-036")
async def test_without_a_network_it_is_saved_and_goes_in_its_order_later(shop: Counter) -> None:
    done = await apply_offline(shop, phone=NEW)
    assert done.intent.state is State.WAITING
    assert [part.state for part in done.tills] == ["waiting"]
    assert done.tills[0].text.startswith("Not changed in Harbor Street yet, which comes before AIQ. ")
    await later(shop)
    all_done(shop)
    assert writes(shop) == [TILL_WRITE, OVERRIDE]


async def test_asked_for_once_more_it_goes_on_with_what_is_saved(shop: Counter) -> None:
    proved = await proof(shop)
    shop.sim.faults.add("status", match=ON_OVERRIDE, status=403)
    first = await again(shop, proved, phone=NEW)
    assert first.intent.state is State.WAITING
    second = await again(shop, proved, phone=NEW)
    assert (second.intent.id, second.intent.state) == (first.intent.id, State.DONE)
    assert writes(shop) == [TILL_WRITE, OVERRIDE, OVERRIDE]
    all_done(shop)


async def test_another_change_waits_until_the_first_is_through(shop: Counter) -> None:
    proved = await proof(shop)
    shop.sim.faults.add("status", match=ON_OVERRIDE, status=403)
    await again(shop, proved, phone=NEW)
    with pytest.raises(Duplicate, match=r"^Another change of this shopper's phone or e-mail is on its way\."):
        await again(shop, proved, email=MAIL)


async def test_a_redemption_that_waits_meanwhile_is_sent_for_the_new_number(shop: Counter) -> None:
    await shop.hire()
    await shop.set(offline_redeem="on")
    known = await shop.known(INES)
    await shop.visit(INES)
    shop.sim.stop()
    proved = await by_pin(shop)
    await apply(shop, known, proved, phone=NEW)
    opened = await verify.with_pin(shop.register, known, PINS["Dana"], SAM, reason="offline", approver="Dana")
    done = await shop.redeem(opened.visit, "58213", fresh=opened.fresh)
    await shop.restart()
    shop.sim.start()
    await later(shop)
    assert redeem.reread(shop.register, done.intent.id).intent.state is State.DONE
    assert len(shop.effects("redeem")) == 1
