"""A change of phone or e-mail where the till can do nothing, knows nobody, or says no."""

from __future__ import annotations

from msgspec.structs import replace

from budtender.backoffice import integrations
from budtender.model import State
from tests.counter.contact.changing import (
    INES,
    MAIL,
    NEW,
    ON_TILL,
    OVERRIDE,
    TILL_WRITE,
    again,
    all_done,
    change,
    in_till,
    later,
    proof,
    writes,
)
from tests.counter.counter import SYSTEM, Counter


async def connect(counter: Counter, system: str) -> str:
    account = counter.sim.account(system)
    await integrations.connect_till(
        counter.register,
        account.system,
        "Elm Street",
        account.key,
        SYSTEM,
        second_key=account.second_key,
        location=account.location,
        base_url=account.base_url,
    )
    return "Elm Street"


async def test_without_a_till_aiq_is_told(counter: Counter) -> None:
    done = await change(counter, phone=NEW)
    assert (done.intent.state, done.tills) == (State.DONE, ())
    assert writes(counter) == [OVERRIDE]


async def test_who_is_in_no_till_is_changed_in_aiq_all_the_same(shop: Counter) -> None:
    done = await change(shop, phone=NEW, of="3035550128")
    assert done.intent.state is State.DONE
    (part,) = done.tills
    assert part.state == "no_profile"
    assert part.text == "Harbor Street has no profile with the old number that is surely this shopper's."
    assert writes(shop) == [OVERRIDE]


async def test_a_till_that_lets_nobody_change_customers_is_named(counter: Counter) -> None:
    till = await connect(counter, "flourish")
    done = await change(counter, phone=NEW)
    assert done.intent.state is State.DONE
    (part,) = done.tills
    assert (part.state, part.intent) == ("cannot", None)
    assert part.text == f"Flourish lets nobody change a customer from here: change it in {till} by hand."


async def test_posabit_is_changed_first_as_well(counter: Counter) -> None:
    (ines,) = counter.sim.world.customers.find(phone=INES)
    with counter.sim.world.moment() as world:
        world.customers.put(replace(ines, cell_phone=None))
    till = await connect(counter, "posabit")
    for typed in ({"phone": NEW}, {"email": MAIL}):
        done = await change(counter, of=NEW if "email" in typed else INES, **typed)
        assert done.intent.state is State.DONE
        assert [(part.state, part.text) for part in done.tills] == [("changed", f"Changed in {till}.")]
    (kept,) = counter.sim.world.customers.find(phone=NEW)
    assert (kept.first_name, kept.last_name, kept.email_address) == ("Ines", "Calder", MAIL)


async def test_two_profiles_with_the_number_are_not_guessed_between(shop: Counter) -> None:
    (ines,) = shop.sim.world.customers.find(phone=INES)
    with shop.sim.world.moment() as world:
        world.customers.put(replace(ines, customer_id=world.customers.next_id(), unique_id="77"))
    done = await change(shop, phone=NEW)
    assert done.intent.state is State.DONE
    (part,) = done.tills
    assert (part.state, writes(shop)) == ("no_profile", [OVERRIDE])


async def test_of_two_people_with_the_number_the_one_of_this_name_is_changed(shop: Counter) -> None:
    (ines,) = shop.sim.world.customers.find(phone=INES)
    with shop.sim.world.moment() as world:
        world.customers.put(replace(ines, first_name="Otto"))
        world.customers.put(replace(ines, customer_id=world.customers.next_id(), unique_id="77"))
    await change(shop, phone=NEW)
    assert (in_till(shop, NEW), in_till(shop, INES)) == (["Ines"], ["Otto"])


async def test_a_key_that_may_not_change_customers_holds_nothing_up(shop: Counter) -> None:
    proved = await proof(shop)
    shop.sim.faults.add("status", match=ON_TILL, status=403, times=None)
    done = await again(shop, proved, phone=NEW)
    assert done.intent.state is State.DONE
    (part,) = done.tills
    assert part.state == "cannot"
    assert part.text == "The key of Harbor Street may not change customers: change it there by hand."


async def test_a_till_that_wants_the_whole_profile_gets_it_and_a_no_of_it_is_final(shop: Counter) -> None:
    """Dutchie's schema asks for fields on an update that its text says may be left out."""
    proved = await proof(shop)
    shop.sim.faults.add("status", match=ON_TILL, status=400)
    await again(shop, proved, phone=NEW)
    all_done(shop)
    assert writes(shop) == [TILL_WRITE, TILL_WRITE, OVERRIDE]
    shop.sim.faults.add("status", match=ON_TILL, status=400, times=None)
    done = await again(shop, proved, email=MAIL, of=NEW)
    assert (done.intent.state, done.tills[0].state) == (State.REFUSED, "refused")
    assert writes(shop).count(OVERRIDE) == 1, "AIQ is not told what the till has refused"


async def test_a_key_that_is_refused_holds_aiq_up_until_it_is_mended(shop: Counter) -> None:
    proved = await proof(shop)
    shop.sim.faults.add("status", match=ON_TILL, status=401, times=None)
    done = await again(shop, proved, phone=NEW)
    assert (done.intent.state, done.tills[0].state) == (State.WAITING, "waiting")
    shop.sim.faults.clear()
    await later(shop)
    all_done(shop)
