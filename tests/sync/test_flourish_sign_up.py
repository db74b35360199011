"""Somebody signs up at a counter whose till is Flourish, which wants an e-mail address and a birth date."""

from __future__ import annotations

import msgspec
import pytest

from budtender.counter import signup
from budtender.counter.signup import Form
from tests.counter.counter import SAM
from tests.sync.selling import Selling

pytestmark = pytest.mark.parametrize("selling", ["flourish"], indirect=True)

FORM = Form(phone="(303) 555-0190", first_name="Odile", last_name="Quinn", birth_date="1990-04-18", join=True)


@pytest.mark.requirement("F-013")
async def test_without_an_address_the_sign_up_stands_and_the_till_says_what_it_wants(selling: Selling) -> None:
    done = await signup.sign_up(selling.register, FORM, SAM)
    assert done.pending_in_aiq
    assert done.till.startswith("No profile was created in the till: Flourish needs the shopper's e-mail address.")
    assert selling.sim.world.customers.find(phone="3035550190") == []
    assert selling.sim.world.find("3035550190") is not None


@pytest.mark.requirement("F-026")
async def test_with_an_address_one_profile_is_made(selling: Selling) -> None:
    form = msgspec.structs.replace(FORM, email="odile@example.org")
    done = await signup.sign_up(selling.register, form, SAM)
    assert done.till == "The profile in the till is there; find it by phone and attach it to the cart."
    for _ in range(2):
        await selling.sync()
        await selling.restart()
    (made,) = selling.sim.world.customers.find(phone="3035550190")
    assert (made.first_name, made.email_address) == ("Odile", "odile@example.org")
    assert len(selling.effects("customer_create")) == 1
