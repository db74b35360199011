"""A change of phone or e-mail that is refused, before anything is sent or by the time it is."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from budtender.cache import outbox
from budtender.cache import till as till_rows
from budtender.counter import contact
from budtender.errors import Duplicate, InputError, PhoneError
from budtender.model import Kind, State
from tests.counter.contact.changing import (
    INES,
    MAIL,
    NEW,
    again,
    apply_offline,
    later,
    proof,
    states,
    writes,
)
from tests.counter.counter import Counter


@pytest.mark.requirement("A-029", "X-14")
@pytest.mark.parametrize("typed", ["303 555", "1" * 40, "123-555-0142", "+44 20 7946 0000", "🌿", "303555014x"])
async def test_a_number_that_aiq_would_blank_is_refused_before_anything_is_asked(shop: Counter, typed: str) -> None:
    shop.sim.calls.clear()
    with pytest.raises(PhoneError):
        contact.read(shop.register, phone=typed)
    assert len(shop.sim.calls) == 0


@pytest.mark.parametrize("typed", ["nobody", "a@b", "a b@example.org", "x" * 300 + "@example.org"])
async def test_an_address_that_is_none_is_refused(shop: Counter, typed: str) -> None:
    with pytest.raises(InputError, match=r"^That is not an e-mail address\."):
        contact.read(shop.register, email=typed)


@pytest.mark.requirement("A-036")
async def test_a_number_of_another_shopper_is_refused_by_name(shop: Counter) -> None:
    proved = await proof(shop)
    for typed, name in (("3035550101", "Maya L."), ("3035550104", "Gideon A.")):
        with pytest.raises(Duplicate) as refusal:
            await again(shop, proved, phone=typed)
        assert refusal.value.title == f"This number belongs to {name}"
        assert "Lindqvist" not in str(refusal.value.facts)
    assert (writes(shop), shop.count("intent")) == ([], 0)


async def test_an_address_of_another_shopper_is_refused_because_aiq_would_join_them(shop: Counter) -> None:
    maya = shop.sim.world.find("3035550101")
    assert maya is not None
    proved = await proof(shop)
    with pytest.raises(Duplicate, match=r"^This e-mail address belongs to Maya L\."):
        await again(shop, proved, email=maya.email.upper())
    assert (writes(shop), shop.count("intent")) == ([], 0)


async def test_a_number_that_only_the_till_knows_as_another_is_not_sent(shop: Counter) -> None:
    proved = await proof(shop)
    done = await again(shop, proved, phone="3035550124")
    assert done.intent.state is State.REFUSED
    (part,) = done.tills
    assert part.state == "refused"
    assert "The till knows another customer by the new number" in part.text
    assert writes(shop) == []


@pytest.mark.requirement("A-036")
async def test_a_number_that_went_to_another_while_it_waited_is_not_sent(shop: Counter) -> None:
    await apply_offline(shop, phone="3035550101")
    await later(shop)
    assert states(shop) == [(Kind.TILL_CONTACT, State.REFUSED), (Kind.CONTACT, State.REFUSED)]
    (till, _) = shop.register.db.read(lambda c: outbox.listing(c, closed=True))
    assert till.last_error.startswith("The new number belongs to another shopper by now, so AIQ was told nothing.")
    assert till.unseen
    assert writes(shop) == []


@pytest.mark.parametrize("typed", [{"phone": NEW}, {"email": MAIL}], ids=["phone", "email"])
async def test_what_waited_never_undoes_a_later_change(counter: Counter, typed: dict[str, str]) -> None:
    """Another register has changed it while this one had no network, or an older copy of the data was put back."""
    known = await counter.known(INES)
    await apply_offline(counter, **typed)
    assert known.persona is not None
    phone, email = ("+17205550188", None) if "phone" in typed else (None, "later@example.org")
    await counter.register.aiq.override(known.persona.contact_id, phone=phone, email=email)
    counter.sim.calls.clear()
    await later(counter)
    assert states(counter) == [(Kind.CONTACT, State.REFUSED)]
    (left,) = counter.register.db.read(lambda c: outbox.listing(c, closed=True))
    assert "was changed to another one meanwhile, so this change was not sent." in left.last_error
    assert left.unseen
    assert writes(counter) == []


async def test_a_till_that_was_told_something_else_meanwhile_is_left_alone(shop: Counter) -> None:
    found = await shop.register.tills["Harbor Street"].find_by_phone(INES)
    await shop.register.db.write(lambda c: till_rows.put_customers(c, "Harbor Street", found))
    await apply_offline(shop, phone=NEW)
    (ines,) = shop.sim.world.customers.find(phone=INES)
    with shop.sim.world.moment() as world:
        world.customers.put(replace(ines, phone="7205550188"))
    await later(shop)
    assert states(shop) == [(Kind.TILL_CONTACT, State.REFUSED), (Kind.CONTACT, State.REFUSED)]
    assert writes(shop) == []


async def test_what_the_shopper_has_already_is_no_change(shop: Counter) -> None:
    proved = await proof(shop)
    with pytest.raises(InputError, match=r"^This is the shopper's number already\."):
        await again(shop, proved, phone=INES)
    assert shop.count("intent") == 0
