"""Who is who: AIQ's order of proofs, never a name alone, merges followed, and doubles that only a person can tell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.backoffice import duplicates as doubles
from budtender.cache import identity, personas
from budtender.model import Customer
from budtender.simulator import upkeep
from budtender.simulator.personas import Persona
from budtender.sync import matching
from budtender.sync.matching import By, Traits, Why, proofs, same, suspicion
from tests.sync.selling import Selling

NAMES = st.sampled_from(["", "ada", "adam", "kate", "katherine", "jo"])
DAYS = st.sampled_from([None, date(1990, 1, 2), date(1991, 3, 4)])
IDS = st.sampled_from(["", "", "x1", "x2"])
TRAITS = st.builds(
    Traits,
    phones=st.frozensets(st.sampled_from(["+13035550142", "+13035550143", "+17205550188"]), max_size=2),
    email=st.sampled_from(["", "", "a@example.com", "b@example.com"]),
    first=NAMES,
    last=NAMES,
    born=DAYS,
    government_id=IDS,
    medical_id=IDS,
    address=st.sampled_from(["", "1 elm 80203"]),
    archived=st.booleans(),
)


@pytest.mark.requirement("D-054")
@given(one=TRAITS, other=TRAITS)
def test_nobody_is_one_person_by_a_name_alone(one: Traits, other: Traits) -> None:
    bare = Traits(first=other.first, last=other.last, address=other.address)
    for by_name in (False, True):
        assert same(one, bare, by_name=by_name) is None
        assert (same(one, other, by_name=by_name) is None) == (same(other, one, by_name=by_name) is None)
        assert all(value for _, value in proofs(one, by_name=by_name))
    without = same(one, other, by_name=False)
    assert without is None or without is not By.NAME_AND_BIRTH
    assert suspicion(one, other) is suspicion(other, one)
    if one.born and other.born and one.born != other.born:
        assert suspicion(one, other) is None


ADA = Customer(id="1", first_name="Ada", last_name="Stone", birth_date=date(1990, 1, 2), phones=("+13035550142",))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"phones": ("+17205550188",)}, Why.NAME_AND_BIRTH),
        ({"phones": (), "first_name": "Adah"}, Why.NEAR_NAME_AND_BIRTH),
        ({"phones": ("+13035550143",), "birth_date": None}, Why.NAME_AND_NEAR_PHONE),
        ({"phones": ("+13035550124",), "birth_date": None}, Why.NAME_AND_NEAR_PHONE),
        ({"phones": (), "birth_date": None, "archived": True}, Why.ARCHIVED),
        ({"phones": (), "birth_date": None}, None),
        ({"phones": (), "birth_date": date(1991, 1, 2), "archived": True}, None),
        ({"first_name": "Bo"}, None),  # one phone: AIQ joins them, nobody has to
    ],
)
def test_what_raises_a_suspicion(change: dict[str, object], why: Why | None) -> None:
    other = Customer(**{"id": "2", "first_name": "Ada", "last_name": "Stone", "birth_date": ADA.birth_date} | change)  # type: ignore[arg-type]
    other = other if "phones" in change else Customer(id="2", first_name="Bo", last_name="Stone", phones=ADA.phones)
    assert matching.doubt(("s", "1"), ADA, ("s", "2"), other, by_name=False) is why


def customer_of(selling: Selling, number: int) -> Customer:
    """A customer as any of the stores' keys told them."""
    keys = [(store.name, str(number)) for store in selling.sim.world.stores]
    found = selling.register.db.read(lambda c: [identity.customer(c, key) for key in keys])
    return next(customer for customer in found if customer is not None)


def match_of(selling: Selling, number: int) -> matching.Match | None:
    customer = customer_of(selling, number)
    return selling.register.db.read(lambda c: matching.persona_of(c, customer, by_name=False))


def doubled(selling: Selling) -> dict[tuple[str, ...], Why]:
    """The pairs of one surname, by the till's ids."""
    found = doubles.duplicates(selling.register)
    assert "7205550177" not in str(found)
    ours = [pair for pair in found if pair.one.name == "Ada S."]
    return {tuple(sorted((pair.one.customer_id, pair.other.customer_id))): pair.why for pair in ours}


@pytest.mark.requirement("D-054", "D-055")
async def test_a_customer_is_found_in_aiq_and_doubles_are_listed(selling: Selling) -> None:
    sim = selling.sim
    store = sim.world.stores[0].id
    ada = upkeep.add(sim.world, store, "Ada", "Stone", "7205550177", date_of_birth="1990-01-02", mmjid_number="M-7")
    old = upkeep.add(sim.world, store, "Ada", "Stone", None, date_of_birth="1990-01-02", status="Archived")
    await selling.sync()
    sim.overnight()
    patient = upkeep.add(sim.world, store, "A.", "Stone-Hill", None, mmjid_number="M-7")
    await selling.sync(3600)  # AIQ takes a day to list the second profile by its own id
    direct, by_medical_id = match_of(selling, ada.customer_id), match_of(selling, patient.customer_id)
    assert direct is not None
    assert direct.by is By.PHONE
    assert direct.persona.phone == "+17205550177"
    assert by_medical_id is not None
    assert by_medical_id.persona.id == direct.persona.id
    assert by_medical_id.by is By.MEDICAL_ID
    pair = tuple(sorted((str(ada.customer_id), str(old.customer_id))))
    assert doubled(selling) == {pair: Why.NAME_AND_BIRTH}
    upkeep.merge(sim.world, old.customer_id, ada.customer_id)
    await selling.sync()
    assert doubled(selling) == {}


@pytest.mark.requirement("D-055")
async def test_a_merge_overnight_is_followed_to_whom_it_left(selling: Selling) -> None:
    sim, register = selling.sim, selling.register
    with sim.world.moment() as world:
        first, second = (
            Persona(
                contact_id=f"c-{n}",
                source_ids=(f"s-{n}",),
                first_name="Ines",
                last_name="Calder",
                email="ines@example.com",
                mobile=mobile,
                inserted=int(world.now) - 9 + n,
                points=Decimal(40 * n),
            )
            for n, mobile in ((1, "7205550171"), (2, ""))
        )
        for persona in (first, second):
            world.personas.put(persona, world.now)
    await selling.sync()
    dead = register.db.read(lambda c: personas.find_by_contact(c, "c-2"))
    assert dead is not None
    assert sim.overnight() >= 1
    survivor = await matching.follow(register, dead.id)
    assert survivor is not None
    assert survivor.persona is not None
    assert survivor.persona.contact_id == "c-1"
    gone = register.db.read(lambda c: personas.get(c, dead.id))
    assert gone.merged_into == survivor.id
    living = register.db.read(lambda c: identity.living(c, dead.id))
    assert living is not None
    assert living.id == survivor.id
    assert (await matching.follow(register, survivor.id)) is not None
