"""A sign-up on one of AIQ's forms gets one profile in the till, once, also with two registers; nobody else does."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from budtender.simulator import Simulation, upkeep
from budtender.simulator.personas import Persona
from budtender.simulator.records import digits
from budtender.sync import signups
from budtender.sync.signups import SignedUp
from tests.sync.selling import Selling

TILLS = ["dutchie", "posabit", "flourish"]
NOW = datetime(2026, 3, 1, tzinfo=UTC)
STEP = timedelta(minutes=3)


@given(
    hours=st.integers(-100, 100),
    named=st.booleans(),
    reachable=st.booleans(),
    known=st.booleans(),
)
def test_only_new_unknown_and_reachable_people_get_a_profile(
    hours: int, named: bool, reachable: bool, known: bool
) -> None:
    person = SignedUp(inserted=NOW + timedelta(hours=hours), named=named, reachable=reachable, known=known)
    assert signups.wants_profile(person, NOW) is (hours >= 0 and named and reachable and not known)
    assert not signups.wants_profile(replace(person, inserted=None), NOW)


@given(one=st.uuids(), contact=st.uuids())
def test_each_register_waits_its_own_time_and_always_the_same(one: object, contact: object) -> None:
    mine = signups.waits(str(one), str(contact))
    assert timedelta(0) <= mine < signups.SPREAD
    assert mine == signups.waits(str(one), str(contact).upper())


def sign_up(sim: Simulation, first: str, phone: str, contact_id: str = "") -> None:
    """Somebody fills in AIQ's form, with all that it asks for."""
    with sim.world.moment() as world:
        persona = Persona(
            contact_id=contact_id or world.contact_id(),
            source_ids=(f"FORM-{phone}",),
            platform="webform",
            first_name=first,
            last_name="Field",
            mobile=phone,
            email=f"{first.lower()}@example.com",
            birth_date="1990-05-06",
            address="1 Elm Street",
            city="Denver",
            state="CO",
            zip_code="80203",
            inserted=int(world.now),
            signup_at=int(world.now),
        )
        world.personas.put(persona, world.now)


def told_apart(one: Selling, other: Selling) -> str:
    """A contact id for which the two registers wait clearly different times: what is left to chance is not tried."""
    ids = (str(uuid5(NAMESPACE_OID, str(n))) for n in itertools.count())
    homes = (one.register.installation, other.register.installation)
    return next(c for c in ids if abs(signups.waits(homes[0], c) - signups.waits(homes[1], c)) > 4 * STEP)


def profiles(sim: Simulation, phone: str) -> int:
    with sim.world.moment():
        return sum(phone in (digits(c.phone), digits(c.cell_phone)) for c in sim.world.customers)


@pytest.fixture
async def second(tmp_path: Path, market: Simulation, selling: Selling) -> Selling:
    """Another register of the same stores."""
    other = Selling(tmp_path / "second", market)
    await other.open()
    await other.connect()
    await other.connect_stores(selling.system)
    return other


@pytest.mark.requirement("D-062", "D-064", "P-027", "P-029", "F-026", "F-028")
@pytest.mark.parametrize("selling", TILLS, indirect=True)
async def test_a_form_makes_one_profile_across_two_registers(selling: Selling, second: Selling) -> None:
    sim = selling.sim
    sign_up(sim, "Before", "7205550181")
    both = (selling, second)
    for register in both:
        await register.sync()
    known = next(c for c in sim.world.customers if len(digits(c.phone)) == 10)
    await asyncio.gather(*(register.set(sync_personas="on") for register in both))
    for register in both:
        await register.sync(60)
    sign_up(sim, "Nova", "7205550182", told_apart(selling, second))
    sign_up(sim, "Twin", digits(known.phone))  # the till has this number already
    before = profiles(sim, digits(known.phone))
    # Both see it at the same moment, half an hour later, and each then waits its own time.
    await asyncio.gather(*(register.sync(2_400) for register in both))
    for _ in range(1 + int(signups.SPREAD / STEP)):
        await asyncio.gather(*(register.sync(STEP.total_seconds()) for register in both))
    assert profiles(sim, "7205550181") == 0
    assert profiles(sim, "7205550182") == 1
    assert profiles(sim, digits(known.phone)) == before
    assert all(len(register.audited("profile for a sign-up")) == 1 for register in both)
    await second.register.close()


@pytest.mark.requirement("P-015")
@pytest.mark.parametrize("selling", ["posabit"], indirect=True)
async def test_sign_ups_at_posabit_are_kept_with_their_source_and_answer(selling: Selling) -> None:
    sim, store = selling.sim, selling.sim.world.stores[0]
    yes = upkeep.add(sim.world, store.id, "Yara", "Lind", "7205550191", opted_into_marketing=True)
    no = upkeep.add(sim.world, store.id, "Nils", "Lind", "7205550192", opted_into_marketing=False)
    bare = upkeep.add(sim.world, store.id, "Bea", "Lind", "7205550193", city=None, state=None, postal_code=None)
    await selling.sync()
    rows = selling.register.db.read(
        lambda c: c.execute(
            """SELECT customer.id, connection.system, customer.body ->> 'marketing' AS answer,
                   customer.body ->> 'city' AS city
               FROM customer JOIN connection ON connection.name = customer.credential WHERE customer.id IN (?, ?, ?)""",
            (str(yes.customer_id), str(no.customer_id), str(bare.customer_id)),
        ).fetchall()
    )
    kept = {row["id"]: (row["system"], row["city"]) for row in rows}
    assert {system for system, _ in kept.values()} == {"posabit"}
    assert len(kept) == 3
    # Which fields come is POSaBIT's to say: what it does not send is missing, and no guess.
    assert kept[str(bare.customer_id)][1] is None
    answers = {row["id"]: row["answer"] for row in rows}
    assert answers[str(no.customer_id)] in (0, None)
