"""What AIQ is told of the tills: every sale once, every refund as its own, nobody enrolled without a consent."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from decimal import Decimal

import pytest

from budtender.backoffice import outbox, status
from budtender.cache import consents, copying, outgoing, personas, stock
from budtender.cache.consents import Consent
from budtender.connectors.aiq_options import CHUNK
from budtender.connectors.aiq_parts import MANY_BAD
from budtender.counter.lookup import find_shopper
from budtender.model import Product, Resource
from budtender.simulator import upkeep
from budtender.sync import mirror
from budtender.sync.ingest import FAILED_CHUNKS, send_due
from budtender.sync.taken import SALES
from tests.sync.selling import Selling

SALES_WORD = "Sales"
NIGHT = 97_200
STORES = {"Harbor Street", "Cottonwood Avenue"}


@pytest.mark.requirement("A-009", "A-010", "A-012", "A-013", "A-014", "A-015", "A-020", "A-023", "A-027")
@pytest.mark.parametrize("selling", ["dutchie", "posabit", "flourish", "custom"], indirect=True)
async def test_a_backfill_goes_in_bulk_and_comes_to_what_was_sold(selling: Selling) -> None:
    trip = await selling.sync()
    assert trip.failures == {}
    selling.assert_sold()
    selling.assert_told()
    assert all(sale.contact_id for sale in selling.sim.world.sales.values())
    assert selling.calls_to(SALES_WORD) <= 1 + -(-len(list(selling.owed())) // CHUNK)
    assert selling.calls_to("Sale") == 0
    waiting = selling.register.db.read(outgoing.waiting)
    assert {name: what for name, what in waiting.items() if name} == {}
    assert waiting[""]["inventory"].count == 0


@pytest.mark.requirement("A-016", "A-017", "A-019", "A-022", "A-025")
async def test_what_happens_now_goes_one_by_one_and_is_never_doubled(selling: Selling) -> None:
    await selling.sync()
    sim = selling.sim
    buyer = next(sale.customer_id for sale in selling.owed())
    store = sim.world.stores[0].id
    shelf = sim.shop.on_shelf(store)
    cart = [(package.product_id, Decimal(2)) for package in shelf[:2]]
    sale = sim.shop.sell(store, buyer, cart)
    await selling.sync()
    assert selling.calls_to("Sale") == 1
    selling.assert_told()
    sim.shop.give_back(sale.id, [1])
    await selling.sync()
    selling.assert_told()
    sim.shop.give_back(sale.id)
    await selling.sync()
    await selling.sync()
    selling.assert_sold()
    selling.assert_told()


async def test_a_sale_that_is_voided_later_is_given_back_once(selling: Selling) -> None:
    await selling.sync()
    buyer = next(sale.customer_id for sale in selling.owed())
    sale = selling.sim.shop.sell(selling.sim.world.stores[1].id, buyer)
    await selling.sync()
    selling.sim.shop.void(sale.id)
    for _ in range(2):
        await selling.sync()
        selling.assert_told()
    selling.assert_sold()


async def test_a_failing_chunk_stops_no_other_and_is_sent_in_parts(selling: Selling) -> None:
    register, sim = selling.register, selling.sim
    fault = sim.faults.add("status", match="POST /api/v1.1/createUpdateSales/*", status=422, times=1)
    gone = sim.faults.add("drop_after", match="POST /api/v1.1/createUpdateMembers/*", times=3)
    await selling.sync()
    assert fault.fired == 1
    assert gone.fired >= 1
    assert selling.refusals() == []
    assert register.db.read(lambda c: copying.find(c, "aiq", SALES)).rows == len(list(selling.owed()))
    await selling.sync()
    selling.assert_told()


@pytest.mark.requirement("A-028")
async def test_the_contact_id_that_aiq_answers_with_is_kept_with_the_shopper(selling: Selling) -> None:
    sim, register = selling.sim, selling.register
    await selling.set(sync_personas="on")
    person = upkeep.add(sim.world, sim.world.stores[0].id, "Ada", "Stone", "7205550177")
    await selling.sync()
    sim.overnight()
    pos_user = str(person.customer_id)
    there = next(persona for persona in sim.world.personas.with_key(pos_user) if pos_user in persona.source_ids)
    await register.db.write(lambda c: c.execute("DELETE FROM persona WHERE contact_id = ?", (there.contact_id,)))
    # The register's clock runs ahead with every look; what is edited now is later than what it has read.
    sim.clock.advance(max(0.0, selling.clock.wall() - sim.clock.now()))
    upkeep.edit(sim.world, person.customer_id, first_name="Adele")
    known = None
    for _ in range(5):  # an edit may come with the reading after the next; AIQ's account is read in none of them
        selling.clock.pass_by(600)
        for store in register.tills:
            await mirror.copy_resource(register, store, Resource.CUSTOMERS)
        await send_due(register)
        known = register.db.read(lambda c: personas.find_by_contact(c, there.contact_id))
        if known is not None:
            break
    assert known is not None
    assert known.persona is not None
    assert (known.phone, known.persona.src_id, known.persona.platform) == ("+17205550177", pos_user, "dutchie")
    found = await find_shopper(register, "7205550177")
    assert found.known is not None
    assert found.known.id == known.id
    assert (found.source, found.name) == ("aiq", "Ada S."), "AIQ takes the night for what it is told"


@pytest.mark.parametrize("on_demand", [True, False])
async def test_a_row_that_aiq_refuses_is_told_with_its_reason_and_tried_again(
    selling: Selling, on_demand: bool
) -> None:
    register, sim = selling.register, selling.sim
    sim.faults.add("status", match="POST /api/v1.1/createUpdateSales/*", status=422, times=None)
    sim.faults.add("status", match="POST /api/v1.1/createUpdateSale/*", status=422, times=MANY_BAD)
    await selling.sync()
    refused = selling.refusals()
    assert len(refused) == MANY_BAD
    assert {(kind, reason) for kind, _, _, reason in refused} == {("sale", "AIQ refused the request (HTTP 422).")}
    assert {key for _, key, _, _ in refused} <= STORES
    assert sum(one.refused.get("sale", 0) for one in status.status(register)) == MANY_BAD
    assert {(row.credential, row.id) for row in outbox.refused(register, 100)} == {row[1:3] for row in refused}
    sim.faults.clear()
    await selling.sync()
    assert selling.refusals() == refused
    if on_demand:
        assert await outbox.try_refused(register) == MANY_BAD
        await selling.sync()
    else:
        await selling.sync(NIGHT)
        await selling.sync()
    assert selling.refusals() == []
    selling.assert_told()


async def test_where_aiq_refuses_everything_the_rest_waits(register: Selling) -> None:
    selling = register
    selling.sim.faults.add("status", match="POST /api/v1.1/createUpdateSale*", status=422, times=None)
    await selling.connect_stores("dutchie")
    await selling.set(send_personas="off", send_inventory="off")
    for store in selling.sim.world.stores:
        buyer = next(sale.customer_id for sale in selling.owed() if sale.store_id == store.id)
        for days in range(1, 3 * CHUNK // 2):
            selling.sim.shop.sell(store.id, buyer, at=selling.sim.clock.now() - days * 86_400)
    trip = await selling.sync()
    assert "AIQ refused" in trip.failures["aiq"]
    most = FAILED_CHUNKS * CHUNK
    assert most * 0.9 < len(selling.refusals()) <= most
    waiting = selling.register.db.read(outgoing.waiting)
    assert sum(kinds["sales"].count for kinds in waiting.values() if "sales" in kinds) > 0
    selling.sim.faults.clear()
    await outbox.try_refused(selling.register)
    await selling.sync(NIGHT)
    assert selling.refusals() == []
    selling.assert_told()


async def test_what_aiq_did_not_answer_stays_due_with_a_reason(selling: Selling) -> None:
    register, sim = selling.register, selling.sim
    fault = sim.faults.add("drop_before", match="POST /api/v1.1/createUpdateSales/*", times=None)
    trip = await selling.sync()
    assert "aiq" in trip.failures
    state = register.db.read(lambda c: copying.find(c, "aiq", SALES))
    assert state.failures == 1
    assert state.error
    assert sum(kinds["sales"].count for kinds in register.db.read(outgoing.waiting).values() if "sales" in kinds) > 0
    sim.faults.clear()
    assert fault.fired
    await selling.restart()  # a far side that was away is left alone for a while
    await selling.sync(4000)
    selling.assert_told()


@pytest.mark.requirement("A-032", "A-033")
async def test_only_a_stored_consent_enrols_and_only_once(selling: Selling) -> None:
    register, sim = selling.register, selling.sim
    with sim.world.moment():
        known = {persona.mobile for persona in sim.world.personas.everyone()}
    newcomer = upkeep.add(sim.world, sim.world.stores[0].id, "Inka", "Lund", "7205550188")
    other = upkeep.add(sim.world, sim.world.stores[0].id, "Odd", "Berg", "7205550189")
    assert not {newcomer.phone, other.phone} & known
    said = Consent(
        id="c-1",
        phone="+17205550188",
        purpose="loyalty",
        granted=True,
        wording="I want to join.",
        version="1",
        language="en",
        source="counter",
        at=selling.clock.now(),
        zone="UTC",
        staff="Sam",
        register="Register 1",
        store="Harbor Street",
    )
    await register.db.write(lambda c: consents.keep(c, [said]))
    for _ in range(2):
        await selling.sync()
        sim.overnight()
    joined, stranger = sim.world.find("7205550188"), sim.world.find("7205550189")
    assert joined is not None
    assert stranger is not None
    assert (joined.member, stranger.member) == (True, False)
    assert len([text for text in sim.texts if text.to == "7205550188"]) == 1
    assert [text for text in sim.texts if text.to == "7205550189"] == []


@pytest.mark.requirement("D-061", "D-064", "P-028", "X-09")
async def test_changes_reach_aiq_from_the_day_it_is_switched_on(selling: Selling) -> None:
    sim = selling.sim
    person = upkeep.add(sim.world, sim.world.stores[0].id, "Ada", "Stone", "7205550177")
    await selling.sync()
    sim.overnight()
    upkeep.edit(sim.world, person.customer_id, first_name="Adele")
    await selling.sync()
    sim.overnight()
    known = sim.world.find("7205550177")
    assert known is not None
    assert known.first_name == "Ada"
    await selling.set(sync_personas="on")
    await selling.sync()
    sim.overnight()
    assert sim.world.find("7205550177") == known
    upkeep.edit(sim.world, person.customer_id, first_name="Adelheid")
    await selling.sync()
    sim.overnight()
    changed = sim.world.find("7205550177")
    assert changed is not None
    assert changed.first_name == "Adelheid"


@pytest.mark.requirement("D-046")
@pytest.mark.parametrize("synced", ["off", "on"])
async def test_who_joins_or_leaves_a_discount_group_is_in_its_audience_at_the_next_sync(
    selling: Selling, synced: str
) -> None:
    sim = selling.sim
    person = upkeep.add(sim.world, sim.world.stores[0].id, "Ada", "Stone", "7205550177")
    await selling.sync()
    sim.overnight()
    await selling.set(sync_personas=synced)
    await selling.sync()
    for groups, told in ((["Veterans", "Seniors"], "Veterans, Seniors"), (None, "")):
        upkeep.edit(sim.world, person.customer_id, discount_groups=groups, first_name="Adele")
        await selling.sync(3_000)
        sim.overnight()
        known = sim.world.find("7205550177")
        assert known is not None
        assert known.traits == {"Discount Groups": told}
        # The name is another matter: whether changes go on is the store's to say.
        assert known.first_name == ("Adele" if synced == "on" else "Ada")


@pytest.mark.requirement("A-020", "A-027")
@pytest.mark.parametrize("selling", ["dutchie", "flourish"], indirect=True)
async def test_who_is_left_of_a_merge_is_told_before_what_the_other_one_bought(selling: Selling) -> None:
    sim = selling.sim
    buyers = list(dict.fromkeys(sale.customer_id for sale in selling.owed()))
    left = upkeep.add(sim.world, sim.world.stores[0].id, "Ada", "Stone", "7205550177")
    upkeep.merge(sim.world, buyers[0], buyers[1])
    upkeep.merge(sim.world, buyers[1], left.customer_id)
    await selling.set(send_personas="off")  # nobody is told but with what they bought
    await selling.sync()
    selling.assert_told()
    assert all(sale.contact_id for sale in sim.world.sales.values())


@pytest.mark.requirement("A-038", "A-039", "A-041")
async def test_stock_goes_a_hundred_items_a_call_and_a_nameless_item_stays(selling: Selling) -> None:
    register = selling.register
    products = [Product(id=f"P{n:03}", sku=f"S{n:03}", name="Thing") for n in range(101)]
    nameless = Product(id="P999", sku=None, name="No SKU")
    await register.db.write(lambda c: stock.put_products(c, "elsewhere", [*products, nameless], 1))
    sent = await send_due(register)
    assert selling.calls_to("Inventory") == 2
    assert (sent.accepted, sent.refused) == (101, 1)
    refused = selling.refusals()
    assert [(kind, row_id) for kind, _, row_id, _ in refused] == [("item", "P999")]
    assert (await send_due(register)).accepted == 0
    await register.db.write(lambda c: stock.put_products(c, "elsewhere", products, 2))
    assert (await send_due(register)).accepted == 0


async def test_what_is_switched_off_is_kept_and_not_sent(selling: Selling) -> None:
    await selling.set(send_sales="off", send_personas="off", send_inventory="off")
    await selling.sync()
    selling.assert_sold()
    assert sum("/createUpdate" in call.path for call in selling.sim.calls) == 0
    await selling.set(send_sales="on")
    await selling.sync()
    selling.assert_told()


@pytest.mark.requirement("A-016")
async def test_what_was_sold_just_now_does_not_wait_for_a_backfill(selling: Selling) -> None:
    await selling.set(send_sales="off", send_personas="off", send_inventory="off")
    await selling.sync()
    buyer = next(sale.customer_id for sale in selling.owed())
    selling.sim.shop.sell(selling.sim.world.stores[0].id, buyer)
    await selling.sync()
    await selling.set(send_sales="on")
    asked = len(selling.sim.calls)
    assert not (await send_due(selling.register, after(2), whole=False)).later
    words = [call.path.split("/createUpdate")[1].split("/")[0] for call in selling.sim.calls[asked:]]
    assert words.index("Sale") == len(words) - 1
    await selling.sync()
    selling.assert_told()


def after(looks: int) -> Callable[[], bool]:
    """Leave after so many looks."""
    came = itertools.count(1)
    return lambda: next(came) >= looks


@pytest.mark.requirement("D-072")
async def test_aiq_is_told_the_mobile_number_unless_it_knows_a_customer_by_the_other(selling: Selling) -> None:
    sim = selling.sim
    store = sim.world.stores[0].id
    upkeep.add(sim.world, store, "Nova", "Crane", "7205550171", cell_phone="7205550172")
    known = upkeep.add(sim.world, store, "Olaf", "Heron", "7205550173")
    await selling.set(sync_personas="on")
    await selling.sync()
    sim.overnight()
    assert sim.world.find("7205550171") is None
    assert sim.world.find("7205550172") is not None
    await selling.sync(9 * 86_400)  # AIQ's personas are read
    upkeep.edit(sim.world, known.customer_id, cell_phone="7205550174", last_name="Egret")
    await selling.sync()
    sim.overnight()
    persona = sim.world.find("7205550173")
    assert persona is not None
    assert persona.last_name == "Egret"
    assert sim.world.find("7205550174") is None
