"""One credential for each location: mapped or not, its data is kept, and it is told whether it arrives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.backoffice import integrations, stores
from budtender.backoffice.stores import LATE, Arrival, arrival
from budtender.backoffice.totals import totals
from budtender.cache import account, mapping
from budtender.connectors import CONNECTORS
from budtender.errors import InputError, NotAllowed
from budtender.model import Actor, Persona, Role
from budtender.phone import from_remote
from tests.counter.counter import SYSTEM
from tests.sync.selling import Selling

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SAM = Actor(name="Sam", role=Role.BUDTENDER)
WORDS = {"dutchie": "leaflogix", "posabit": "posabit", "flourish": "Flourish"}


@pytest.mark.requirement("D-074", "D-075", "P-038", "F-034", "X-08")
@given(
    connected=st.integers(0, 100),
    sold=st.none() | st.integers(0, 100),
    confirmed=st.booleans(),
)
def test_late_is_only_what_a_day_and_a_sale_did_not_bring(connected: int, sold: int | None, confirmed: bool) -> None:
    began = NOW - timedelta(hours=connected)
    first = None if sold is None else NOW - timedelta(hours=sold)
    state, due = arrival(NOW, began, first, confirmed=confirmed)
    if confirmed:
        assert state is Arrival.CONFIRMED
    elif first is None:
        assert state is Arrival.NO_SALES
    else:
        assert due == max(began, first) + LATE
        assert (state is Arrival.LATE) is (min(connected, sold or 0) >= 24)


@pytest.mark.requirement("D-076", "P-039", "F-035", "X-16")
def test_the_word_that_proves_a_connection() -> None:
    assert {name: CONNECTORS[name].source_name for name in WORDS} == WORDS
    assert {name: CONNECTORS[name].usual_hours for name in WORDS} == {"dutchie": 24, "posabit": 24, "flourish": 4}


@pytest.mark.requirement("D-017", "D-018", "D-019", "D-077", "P-040", "F-011", "F-036")
@pytest.mark.parametrize("selling", ["dutchie", "posabit", "flourish"], indirect=True)
async def test_an_unmapped_key_keeps_its_sales_and_mapping_attributes_them(selling: Selling) -> None:
    register, sim = selling.register, selling.sim
    await selling.sync()
    await selling.sync(60)
    rows = {row.credential: row for row in stores.listing(register)}
    assert set(rows) == {store.name for store in sim.world.stores}
    first, other = sim.world.stores[0].name, sim.world.stores[1].name
    await register.db.write(lambda c: c.execute("UPDATE store SET body = json_set(body, '$.source_names', json('{}'))"))
    assert {row.credential for row in stores.listing(register) if row.store is None} == {first, other}
    with pytest.raises(NotAllowed):
        await stores.map_store(register, first, first, SAM)
    with pytest.raises(InputError, match="no store"):
        await stores.map_store(register, first, "Nowhere", SYSTEM)
    with pytest.raises(InputError, match="No till"):
        await stores.map_store(register, "Nowhere", first, SYSTEM)
    today = datetime.fromtimestamp(sim.clock.now(), UTC).date()
    before = await totals(register, today - timedelta(days=60), today, reports=False)
    assert before
    assert {day.aiq_store for day in before} == {None}
    mapped = await stores.map_store(register, first, first.upper(), SYSTEM)
    assert mapped.store is not None
    assert mapped.store.name == first
    after = await totals(register, today - timedelta(days=60), today, reports=False)
    assert {day.store: day.aiq_store for day in after} == {first: first, other: None}
    assert [day.totals for day in after] == [day.totals for day in before]
    assert [row["credential"] for row in selling.audited("store mapped")] == [first]
    customer = register.db.read(
        lambda c: c.execute(
            """SELECT customer.phone FROM ticket JOIN customer ON customer.credential = ticket.credential
               AND customer.id = ticket.customer_id WHERE ticket.credential = ? AND customer.phone IS NOT NULL
               AND ticket.state = 'completed' ORDER BY ticket.at DESC""",
            (first,),
        ).fetchone()
    )
    shopper = Persona(contact_id="fresh", phone=from_remote(customer["phone"]))
    await register.db.write(lambda c: account.put_page(c, [shopper], NOW, NOW))
    known = register.db.read(lambda c: c.execute("SELECT id FROM persona WHERE contact_id = 'fresh'").fetchone())["id"]
    bought = register.db.read(lambda c: mapping.last_bought(c, shopper.phone or ""))
    found = stores.favourite(register, known)
    assert (found.name if found else None) == (first if bought == first else None)


@pytest.mark.requirement("D-074", "D-076", "F-034", "P-038")
@pytest.mark.parametrize("selling", ["dutchie", "posabit", "flourish"], indirect=True)
async def test_data_is_waited_for_then_late_then_confirmed_by_aiqs_word(selling: Selling) -> None:
    register = selling.register
    await register.db.write(lambda c: c.execute("DELETE FROM persona"))

    def states() -> set[Arrival]:
        return {row.arrival for row in stores.listing(register)}

    assert states() == {Arrival.NO_SALES}
    await selling.set(send_personas="off", send_sales="off")
    await selling.sync()
    await register.db.write(lambda c: c.execute("UPDATE persona SET platform = 'webform'"))
    assert states() == {Arrival.WAITING}
    selling.clock.pass_by(25 * 3_600)
    assert states() == {Arrival.LATE}
    word = WORDS[selling.system].upper()  # compared without regard to case
    proof = Persona(contact_id="proof", phone="+13035550199", platform=word)
    await register.db.write(lambda c: account.put_page(c, [proof], NOW, NOW))
    assert states() == {Arrival.CONFIRMED}


@pytest.mark.parametrize("selling", ["custom"], indirect=True)
async def test_a_till_without_a_word_at_aiq_is_confirmed_by_its_shoppers(selling: Selling) -> None:
    register = selling.register
    await selling.sync()
    await register.db.write(lambda c: c.execute("DELETE FROM persona"))
    selling.clock.pass_by(25 * 3_600)
    assert {row.arrival for row in stores.listing(register)} == {Arrival.LATE}
    told = register.db.read(
        lambda c: c.execute("SELECT credential, min(id) AS id FROM customer WHERE sent > 0 GROUP BY 1").fetchall()
    )
    people = [Persona(contact_id=f"proof-{n}", phone=f"+1303555019{n}", src_id=row["id"]) for n, row in enumerate(told)]
    await register.db.write(lambda c: account.put_page(c, people, NOW, NOW))
    assert {row.arrival for row in stores.listing(register)} == {Arrival.CONFIRMED}


async def test_a_key_is_told_its_region_and_source(selling: Selling) -> None:
    store = selling.sim.account("dutchie", selling.sim.world.stores[0].name)
    await integrations.connect_till(
        selling.register, "dutchie", store.store, store.key, SYSTEM, base_url=store.base_url, market="nm"
    )
    rows = {row.credential: row for row in stores.listing(selling.register)}
    assert rows[store.store].market == "NM"
    assert rows[store.store].source == "leaflogix"
