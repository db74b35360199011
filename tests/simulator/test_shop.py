"""The stores: what is sold, taken back and voided, what staff do with records, and what a day came to."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from budtender.simulator import Simulation, upkeep
from budtender.simulator.customers import Sight
from budtender.simulator.sales import FIRST_SALE, RETAIL, Sale
from budtender.simulator.totals import totals
from tests.simulator.aiq_client import Simulate

STORE, OTHER = 31, 32
DAY = 86_400


@pytest.fixture
def busy(simulate: Simulate) -> Simulation:
    """Four stores with sixty people, a crowd and a past of sales."""
    return simulate(crowd=500, sales=4_000, days=90)


def customer_ids(sim: Simulation) -> list[int]:
    return [known.customer_id for known in sim.world.customers if not known.is_anonymous]


# ── the past ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_past_is_the_same_in_any_order_of_asking(simulate: Simulate) -> None:
    first, again, other = (simulate(seed=seed, crowd=50, sales=600) for seed in (4, 4, 5))

    def told(sim: Simulation, order: int) -> list[Sale]:
        found = [sim.shop.sales.get(FIRST_SALE + place) for place in range(600)][::order][::order]
        return [replace(sale, sold_at=0, modified_at=0, void_at=sale.void_at and 0) for sale in found]

    assert told(first, 1) == told(again, -1) != told(other, 1)


def test_the_past_is_sold_in_opening_hours_and_in_order(busy: Simulation) -> None:
    times = [sale.sold_at for sale in busy.shop.sales]
    assert times == sorted(times)
    hours = {datetime.fromtimestamp(at, busy.shop.zone).hour for at in times}
    assert hours == set(range(9, 21))
    assert max(sale.modified_at for sale in busy.shop.sales) < busy.world.started
    days = {busy.shop.day_of(at) for at in times}
    assert len(days) == 90
    assert max(days) == busy.shop.day_of(busy.world.started) - timedelta(days=1)


def test_the_past_has_returns_that_fit_their_sales(busy: Simulation) -> None:
    sales = {sale.id: sale for sale in busy.shop.sales}
    returns = [sale for sale in sales.values() if sale.return_of]
    assert len(returns) > 30
    marked = Counter(line.returned_by for sale in sales.values() for line in sale.lines if line.returned_by)
    assert marked.keys() == {sale.id for sale in returns}
    for back in returns:
        sold = sales[back.return_of]
        taken = [line for line in sold.lines if line.returned_by == back.id]
        assert (sold.store_id, sold.customer_id) == (back.store_id, back.customer_id)
        assert sold.sold_at < back.sold_at == sold.modified_at
        assert [(-line.quantity, -line.total_cents, -line.discount_cents) for line in back.lines] == [
            (line.quantity, line.total_cents, line.discount_cents) for line in taken
        ]
        assert sold.void_at is None
    kinds = Counter((sale.kind, sale.void_at is not None) for sale in sales.values())
    assert kinds[RETAIL, True] > 10
    assert kinds["Transfer", False] > 10
    assert {sale.store_id for sale in sales.values()} == {31, 32, 33, 34}


def test_windows_of_the_past_hold_exactly_what_belongs_into_them(busy: Simulation) -> None:
    everything = list(busy.shop.sales)
    start = busy.world.started - 80 * DAY
    for low, high in itertools.pairwise([start, start + DAY // 3, start + 2 * DAY, start + 40 * DAY]):
        assert [s.id for s in busy.shop.sales.sold(low, high)] == [s.id for s in everything if low <= s.sold_at <= high]
        assert [s.id for s in busy.shop.sales.modified(low, high)] == [
            s.id for s in everything if low <= s.modified_at <= high
        ]


def test_a_million_customers_and_sales_are_no_burden(simulate: Simulate) -> None:
    sim = simulate(crowd=1_000_000, sales=500_000, stores=16)
    assert len(sim.world.customers) > 1_000_000
    assert len(sim.shop.sales) == 500_000
    last = sim.world.customers.page(len(sim.world.customers) - 1, 5)
    assert [known.customer_id for known in last] == [3_000_000]
    found = sim.world.customers.find(phone=last[0].phone or "")
    assert last[0] in found
    sale = sim.shop.sales.get(FIRST_SALE + 499_999)
    assert sim.world.customers.get(sale.customer_id) is not None


def test_more_stores_than_there_are_names_for(simulate: Simulate) -> None:
    assert len({store.name for store in simulate(stores=16).world.stores}) == 16
    with pytest.raises(ValueError, match="between 1 and 50 stores"):
        Simulation(shoppers=0, stores=51)
    with pytest.raises(ValueError, match="no number for sales"):
        Simulation(shoppers=0, sales=-1)


# ── the crowd ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_member_of_the_crowd_can_be_found_and_changed(busy: Simulation) -> None:
    customers = busy.world.customers
    count = len(customers)
    one = next(known for known in customers if known.customer_id > 2_000_001 and known.email_address)
    assert one in customers.find(phone=one.phone or "")
    assert customers.find(email=(one.email_address or "").upper()) == [one]
    changed = upkeep.edit(busy.world, one.customer_id, phone="7195550177", last_name="Quill")
    assert customers.get(one.customer_id) == changed
    assert changed in customers.find(phone="(719) 555-0177")
    assert one.customer_id not in {known.customer_id for known in customers.find(phone=one.phone or "")}
    assert len(customers) == count
    ids = [known.customer_id for known in customers]
    assert len(ids) == len(set(ids)) == count
    recent = list(customers.modified(busy.world.now - 60, busy.world.now))
    assert recent == [changed]


def test_the_crowd_is_written_as_it_is_read(busy: Simulation) -> None:
    upkeep.edit(busy.world, 2_000_020, last_name="Quill")
    customers = busy.world.customers
    written = customers.written(0, len(customers), Sight())
    assert msgspec.json.encode(written) == msgspec.json.encode(list(customers))
    assert any(isinstance(known, msgspec.Raw) for known in written)
    low, high = busy.world.started - 300 * DAY, busy.world.now + 1
    assert msgspec.json.encode(list(customers.written_since(low, high, Sight()))) == msgspec.json.encode(
        list(customers.modified(low, high))
    )


@pytest.mark.parametrize("sight", [Sight(gone=False), Sight(home="Old Mill"), Sight(anonymous=False, home="Old Mill")])
def test_a_caller_sees_what_is_in_sight(busy: Simulation, sight: Sight) -> None:
    upkeep.edit(busy.world, 2_000_020, last_name="Quill")
    customers = busy.world.customers
    expected = {known.customer_id for known in customers if sight.holds(known)}
    pages = [customers.written(start, 70, sight) for start in range(0, 1_000, 70)]
    rows = msgspec.json.decode(msgspec.json.encode([row for page in pages for row in page]))
    assert {row["customerId"] for row in rows} == expected
    assert len(rows) == len(expected) < len(customers)
    since = msgspec.json.decode(msgspec.json.encode(list(customers.written_since(0.0, None, sight))))
    dated = {known.customer_id for known in customers if sight.holds(known) and known.last_modified}
    assert {row["customerId"] for row in since} == dated


def test_who_buys_at_a_store_is_known_there(busy: Simulation) -> None:
    names = {store.id: store.name for store in busy.world.stores}
    for sale in busy.shop.sales:
        buyer = busy.world.customers.get(sale.customer_id)
        assert buyer is not None
        assert buyer.created_at_location == names[sale.store_id]


def test_pages_of_customers_are_all_of_them(busy: Simulation) -> None:
    pages = [busy.world.customers.page(start, 70) for start in range(0, 1_000, 70)]
    assert [known for page in pages for known in page] == list(busy.world.customers)


# ── what happens ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_sale_takes_from_the_shelf_and_a_return_puts_back(sim: Simulation) -> None:
    package = sim.shop.on_shelf(STORE)[0]
    sold = sim.shop.sell(STORE, customer_ids(sim)[0], [(package.product_id, Decimal(2))], discount_cents=100)
    assert sim.shop.goods.packages[package.id].quantity == package.quantity - 2
    back = sim.shop.give_back(sold.id)
    assert (back.return_of, back.net_cents) == (sold.id, -sold.net_cents)
    assert sim.shop.goods.packages[package.id].quantity == package.quantity
    assert sim.shop.sales.get(sold.id).lines[0].returned_by == back.id
    with pytest.raises(ValueError, match="no such line left"):
        sim.shop.give_back(sold.id)
    with pytest.raises(ValueError, match="was returned"):
        sim.shop.void(sold.id)


def test_a_voided_return_never_was(sim: Simulation) -> None:
    sold = sim.shop.sell(STORE, None)
    back = sim.shop.give_back(sold.id)
    sim.shop.void(back.id)
    assert sim.shop.sales.get(sold.id).lines[0].returned_by == 0
    ((_, day),) = sim.shop.totals().items()
    assert (day.sales, day.returns, day.voids, day.net_cents) == (1, 0, 1, sold.net_cents)


def test_what_makes_no_sense_is_refused(sim: Simulation) -> None:
    shop, world = sim.shop, sim.world
    for deed in (
        lambda: shop.sell(99, None),
        lambda: shop.sell(STORE, 7),
        lambda: shop.sell(STORE, None, [(1, Decimal(1))]),
        lambda: shop.give_back(1),
        lambda: shop.set_stock(1, Decimal(1)),
        lambda: upkeep.merge(world, 7, 8),
    ):
        with pytest.raises(LookupError, match=r"no |nothing"):
            deed()
    first, second = customer_ids(sim)[:2]
    upkeep.merge(world, first, second)
    for wrong in (
        lambda: upkeep.merge(world, second, first),
        lambda: upkeep.merge(world, first, first),
        lambda: shop.sell(STORE, None, [(3001, Decimal(-1))]),
    ):
        with pytest.raises(ValueError, match=r"merged|cannot"):
            wrong()


def test_a_number_moves_and_profiles_are_merged_and_archived(sim: Simulation) -> None:
    giver, taker, third = customer_ids(sim)[:3]
    number = upkeep.move_phone(sim.world, giver, taker)
    assert [known.customer_id for known in sim.world.customers.find(phone=number)] == [taker]
    upkeep.merge(sim.world, taker, third)
    assert upkeep.customer(sim.world, taker).merged_into_customer_id == third
    assert upkeep.archive(sim.world, third).status == "Archived"
    assert upkeep.archive(sim.world, third, archived=False).status == "Active"
    assert upkeep.join_group(sim.world, third, "Growers").discount_groups == ["Staff", "Growers"]
    assert upkeep.join_group(sim.world, third, "Growers", member=False).discount_groups == ["Staff"]


def test_life_goes_on_with_the_clock(simulate: Simulate) -> None:
    sim = simulate(crowd=300, sales=200, life=60)
    before = len(sim.shop.sales)
    sim.clock.advance(10 * 3600)
    assert sim.shop.totals()
    assert 450 < sim.life.events < 750
    assert len(sim.shop.sales) > before + 250
    sim.life.an_hour = 0
    events = sim.life.events
    sim.clock.advance(10 * 3600)
    sim.shop.totals()
    assert sim.life.events == events


def test_life_is_the_same_for_the_same_seed(simulate: Simulate) -> None:
    def lived(sim: Simulation) -> list[tuple[int, int, int]]:
        sim.life.happen(300)
        return [(sale.id, sale.customer_id, sale.net_cents) for sale in sim.shop.sales]

    first, again, other = (lived(simulate(seed=seed, crowd=40)) for seed in (3, 3, 4))
    assert first == again != other


# ── totals ────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=st.lists(
        st.tuples(
            st.sampled_from(["sell", "return", "part", "void", "edit", "wait"]),
            st.integers(0, 30),
            st.sampled_from([STORE, OTHER]),
        ),
        max_size=40,
    )
)
def test_totals_add_up_whatever_happens(deeds: list[tuple[str, int, int]]) -> None:
    """Held against a book that is kept by hand: each sale adds, each return and void takes away."""
    sim = Simulation(shoppers=0, limits=False)
    sim.stop()
    book: Counter[int] = Counter()
    for deed, which, store in deeds:
        known = list(sim.shop.sales)
        sale = known[which % len(known)] if known else None
        try:
            if deed == "sell":
                product = sim.shop.on_shelf(store)[which].product_id
                cart = [(product, Decimal(1 + which % 3)), (3002, Decimal(2))]
                book[store] += sim.shop.sell(store, None, cart, discount_cents=which).net_cents
            elif deed == "wait":
                sim.clock.advance(which * 3_600)
            elif sale is not None and deed == "void":
                was_void = sale.void_at is not None
                book[sale.store_id] -= 0 if was_void else sim.shop.void(sale.id).net_cents
            elif sale is not None and deed == "edit":
                sim.shop.edit_sale(sale.id, payment="debit")
            elif sale is not None:
                back = sim.shop.give_back(sale.id, [1] if deed == "part" else None)
                book[sale.store_id] += back.net_cents
        except ValueError:
            continue
    found = sim.shop.totals()
    of_store: Counter[int] = Counter()
    for (store, _), day in found.items():
        of_store[store] += day.net_cents
        assert day.gross_cents - day.discount_cents == day.net_cents
    assert {store: cents for store, cents in of_store.items() if cents} == {s: c for s, c in book.items() if c}
    count = sum(day.sales + day.returns + day.voids for day in found.values())
    assert count == len(sim.shop.sales)


def test_totals_of_some_days_are_part_of_all(busy: Simulation) -> None:
    everything = busy.shop.totals()
    days = sorted({day for _, day in everything})
    part = busy.shop.totals(days[10], days[12])
    assert part == {key: total for key, total in everything.items() if days[10] <= key[1] <= days[12]}
    assert totals((sale for sale in busy.shop.sales if sale.kind != RETAIL), busy.shop.zone).keys() <= everything.keys()


def test_aiq_books_can_be_held_against_the_shop(sim: Simulation) -> None:
    sold = sim.shop.sell(STORE, customer_ids(sim)[0])
    (key,) = sim.shop.totals()
    visit = {
        "pos_id": str(sold.id),
        "pos_user": str(sold.customer_id),
        "transaction_date": f"{datetime.fromtimestamp(sold.sold_at, sim.shop.zone):%Y-%m-%d %H:%M:%S %z}",
        "transaction_total": sold.net_cents / 100,
        "location": sim.world.stores[0].location,
        "visit_details_attributes": [
            {"sku": "A", "name": "A", "price": line.unit_cents / 100, "quantity": float(line.quantity)}
            for line in sold.lines
        ],
    }
    url = f"{sim.url}/api/v1.1/createUpdateSale/{sim.uid}"
    answer = httpx.post(url, json={"visit": visit}, headers={"X-APIKEY": sim.aiq_key}, trust_env=False)
    assert answer.status_code == 200, answer.text
    sim.overnight()
    told = httpx.get(f"{sim.url}/_simulator/shop/booked", trust_env=False).json()
    assert [(row["store"], date.fromisoformat(row["day"]), row["net_cents"]) for row in told] == [
        ("Harbor Street", key[1], sold.net_cents)
    ]


# ── from other processes ──────────────────────────────────────────────────────────────────────────────────


def test_everything_can_be_made_to_happen_over_http(sim: Simulation) -> None:
    def post(path: str, status: int = 200, **body: object) -> dict[str, object]:
        answer = httpx.post(f"{sim.url}/_simulator/shop{path}", json=body, trust_env=False)
        assert answer.status_code == status, answer.text
        told: dict[str, object] = answer.json()
        return told

    one, other = customer_ids(sim)[:2]
    sold = post("/sell", store="Old Mill", customer=one, cart=[{"product": 3002, "quantity": 2}])
    back = post("/return", sale=sold["id"])
    assert back["return_of"] == sold["id"]
    post("/void", sale=back["id"])
    post("/sale", sale=sold["id"], set={"payment": "debit"})
    post("/customer", customer=one, set={"email_address": "new@example.org"})
    added = post("/customer", store=31, set={"first_name": "Nova", "last_name": "Quist", "phone": "7195550188"})
    assert added["firstName"] == "Nova"
    post("/move-phone", **{"from": one, "to": other})
    post("/group", customer=one, group="Growers")
    post("/merge", loser=one, survivor=other)
    post("/archive", customer=other)
    post("/product", product=3002, set={"price_cents": 1234})
    post("/stock", package=70_001, quantity="0")
    assert post("/life", happen=3)["events"] == 3
    assert "cannot be set" in str(post("/customer", 400, customer=one, set={"customer_id": 5})["error"])
    assert "no store" in str(post("/sell", 400, store="Nowhere")["error"])
    found = httpx.get(f"{sim.url}/_simulator/shop/totals", trust_env=False).json()
    assert {row["store"] for row in found} >= {"Old Mill"}
