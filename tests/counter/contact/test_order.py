"""The till first, then AIQ: what is sent, and what the mirror, the consents and the audit log make of it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from budtender.cache import consents, identity
from budtender.cache import till as till_rows
from budtender.counter import lookup, stop
from budtender.errors import NoShopper
from budtender.model import State
from tests.counter.contact.changing import (
    E164,
    INES,
    MAIL,
    NEW,
    NEW_E164,
    OVERRIDE,
    OVERRIDES,
    SEARCH,
    TILL_WRITE,
    again,
    all_done,
    change,
    proof,
)
from tests.counter.counter import SAM, Counter


@pytest.mark.requirement("A-036", "A-034", "A-035", "A-037", "X-10")
async def test_a_phone_is_changed_in_the_till_then_found_by_the_old_one_and_overridden(shop: Counter) -> None:
    done = await change(shop, phone="(720) 555-0199")
    assert done.intent.state is State.DONE
    assert [(part.name, part.state, part.text) for part in done.tills] == [
        ("Harbor Street", "changed", "Changed in Harbor Street.")
    ]
    steps = [(call.method, call.template) for call in shop.sim.calls]
    assert steps[steps.index(TILL_WRITE) :] == [TILL_WRITE, SEARCH, OVERRIDE, OVERRIDES]
    all_done(shop)


@pytest.mark.requirement("A-036")
async def test_who_was_merged_meanwhile_is_found_by_the_old_number(shop: Counter) -> None:
    proved = await proof(shop)
    before = shop.sim.world.find(INES)
    assert before is not None
    with shop.sim.world.moment() as world:
        heir = replace(before, contact_id="heir-of-ines")
        world.personas.put(heir, world.now)
        world.personas.merge(before, heir, world.now)
    done = await again(shop, proved, phone=NEW)
    assert done.intent.state is State.DONE
    persona = shop.sim.world.find(NEW)
    assert persona is not None
    assert persona.contact_id == "heir-of-ines"


async def test_a_cell_phone_that_dutchie_lets_nobody_write_is_told(shop: Counter) -> None:
    (ines,) = shop.sim.world.customers.find(phone=INES)
    with shop.sim.world.moment() as world:
        world.customers.put(replace(ines, cell_phone=INES))
    done = await change(shop, phone=NEW)
    assert done.intent.state is State.DONE
    (part,) = done.tills
    assert part.text == "Changed in Harbor Street, which still has the old cell phone as well: remove it there."


@pytest.mark.requirement("A-035", "A-037")
@pytest.mark.parametrize(
    ("typed", "body"),
    [({"phone": NEW}, {"mobilePhone": NEW}), ({"email": MAIL}, {"email": MAIL})],
    ids=["phone", "email"],
)
async def test_only_what_changes_is_sent(shop: Counter, typed: dict[str, str], body: dict[str, str]) -> None:
    before = shop.sim.world.find(INES)
    assert before is not None
    customer = shop.sim.world.customers.find(phone=INES)[0]
    await change(shop, **typed)
    persona = shop.sim.world.find(NEW) or shop.sim.world.find(INES)
    assert persona is not None
    assert persona.overrides == body
    kept = shop.sim.world.customers.get(customer.customer_id)
    assert kept is not None
    if "email" in typed:
        assert (persona.mobile, persona.email) == (INES, MAIL)
        assert (kept.phone, kept.email_address) == (customer.phone, MAIL)
    else:
        assert (persona.mobile, persona.email) == (NEW, before.email)
        assert kept.email_address == customer.email_address
    assert (kept.first_name, kept.last_name) == (customer.first_name, customer.last_name)
    assert (persona.first_name, persona.last_name) == ("Ines", "Calder")


@pytest.mark.requirement("A-036")
async def test_the_mirror_follows(shop: Counter) -> None:
    points = shop.points(INES)
    await change(shop, phone=NEW)
    shop.sim.calls.clear()
    found = await lookup.find_shopper(shop.register, NEW)
    assert (found.name, found.source, found.phone) == ("Ines C.", "cache", NEW_E164)
    assert found.balance is not None
    assert found.balance.shown == points
    shop.take_a_moment()
    with pytest.raises(NoShopper, match=r"^No member with this number\."):
        await lookup.find_shopper(shop.register, INES)
    assert shop.register.db.read(lambda c: till_rows.customers_with_phone(c, E164)) == []
    assert len(shop.register.db.read(lambda c: till_rows.customers_with_phone(c, NEW_E164))) == 1


async def test_an_address_is_in_the_mirror_as_well(shop: Counter) -> None:
    done = await change(shop, email=MAIL)
    assert done.shown == "i•••@example.org"
    (known,) = shop.register.db.read(lambda c: identity.with_email(c, MAIL))
    assert known.phone == E164


async def test_it_is_written_down_with_masked_numbers(shop: Counter) -> None:
    await change(shop, phone=NEW)
    await change(shop, email=MAIL, of=NEW)
    mail, phone = shop.audited("contact change")
    assert (phone["staff"], phone["what"], phone["how"]) == ("Sam", "phone", "code")
    assert (phone["from"], phone["to"]) == ("(•••) •••-0142", "(•••) •••-0199")
    assert mail["what"] == "email"
    assert MAIL not in str(mail)


async def test_a_no_goes_along_to_the_new_number_and_a_yes_does_not(shop: Counter) -> None:
    await stop.stop_texts(shop.register, INES, SAM)
    no = shop.register.db.read(lambda c: consents.newest(c, E164, "texts"))
    assert no is not None
    yes = replace(no, id="a-yes", purpose="loyalty", granted=True)
    await shop.register.db.write(lambda c: consents.keep(c, [yes]))
    await change(shop, phone=NEW)
    said = shop.register.db.read(lambda c: consents.newest(c, NEW_E164, "texts"))
    assert said is not None
    assert (said.granted, said.source) == (False, stop.TOLD)
    assert shop.register.db.read(lambda c: consents.newest(c, NEW_E164, "loyalty")) is None
    shop.take_a_moment()
    assert (await lookup.find_shopper(shop.register, NEW)).texts_stopped
