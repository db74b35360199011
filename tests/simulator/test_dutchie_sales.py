"""The till's sales, products and stock as its callers see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from budtender.simulator import Simulation, upkeep
from budtender.simulator.dutchie_habits import Habits
from tests.simulator.aiq_client import Simulate

STORE = 31
DAY = 86_400
Get = Callable[..., Any]


@pytest.fixture
def asking() -> Iterator[Callable[[Simulation], Get]]:
    """Connects callers that get JSON, or the answer itself where another status than 200 is expected."""
    with ExitStack() as stack:

        def connect(sim: Simulation, key: str = "", password: str = "") -> Get:
            auth = (key or sim.dutchie_key, password)
            client = stack.enter_context(
                httpx.Client(base_url=sim.url, auth=auth, trust_env=False, verify=False, timeout=30)
            )

            def get(path: str, status: int = 200, **query: Any) -> Any:
                answer = client.get(path, params=query)
                assert answer.status_code == status, answer.text
                return answer.json() if answer.content else None

            return get

        yield connect


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def changed(low: float, high: float) -> dict[str, str]:
    return {"FromLastModifiedDateUTC": iso(low), "ToLastModifiedDateUTC": iso(high), "IncludeDetail": "true"}


def test_a_return_is_a_transaction_and_a_mark(sim: Simulation, asking: Any) -> None:
    get, start = asking(sim), sim.clock.now() - 1
    sold = sim.shop.sell(STORE, None, [(3001, Decimal(2)), (3002, Decimal(1))])
    back = sim.shop.give_back(sold.id, [2])
    rows = {row["transactionId"]: row for row in get("/reporting/transactions", **changed(start, sim.clock.now()))}
    assert rows[back.id]["isReturn"]
    assert rows[back.id]["returnOnTransactionId"] == sold.id
    assert rows[back.id]["totalBeforeTax"] == back.net_cents / 100 < 0
    first, second = rows[sold.id]["items"]
    assert (first["isReturned"], second["isReturned"]) == (False, True)
    assert second["returnedByTransactionId"] == back.id
    assert rows[sold.id]["totalBeforeTax"] == sold.net_cents / 100


@pytest.mark.parametrize(
    ("returns", "amount", "quantity"), [("negative", -1, -1), ("positive", 1, 1), ("mixed", -1, 1)]
)
def test_the_sign_of_a_return_depends(
    simulate: Simulate, asking: Any, returns: str, amount: int, quantity: int
) -> None:
    sim = simulate(dutchie_habits=Habits(returns=returns))
    sold = sim.shop.sell(STORE, None, [(3002, Decimal(2))])
    back = sim.shop.give_back(sold.id)
    (row,) = asking(sim)("/reporting/transactions", TransactionId=back.id, IncludeDetail="true")
    assert row["total"] * amount > 0
    assert row["items"][0]["totalPrice"] * amount > 0
    assert row["items"][0]["quantity"] == 2 * quantity


def test_a_void_arrives_later_and_keeps_its_amounts(sim: Simulation, asking: Any) -> None:
    get = asking(sim)
    sold = sim.shop.sell(STORE, None)
    sim.clock.advance(3 * DAY)
    low = sim.clock.now() - 5
    assert get("/reporting/transactions", **changed(low, low + 9)) == []
    sim.shop.void(sold.id)
    (row,) = get("/reporting/transactions", **changed(low, sim.clock.now()))
    assert (row["transactionId"], row["isVoid"], row["totalBeforeTax"]) == (sold.id, True, sold.net_cents / 100)
    assert row["voidDate"] > row["transactionDate"]


def test_windows_are_one_of_three_and_whole(sim: Simulation, asking: Any) -> None:
    get, now = asking(sim), sim.clock.now()
    sold = {"FromDateUTC": iso(now - DAY), "ToDateUTC": iso(now)}
    for query in (
        {},
        {"TransactionId": 1, **sold},
        {**changed(now - 9, now), **sold},
        {"FromDateUTC": iso(now)},
        {"FromDateUTC": iso(now), "ToDateUTC": iso(now - 1)},
        {"FromDateUTC": iso(now - 61 * DAY), "ToDateUTC": iso(now)},
    ):
        refused = get("/reporting/transactions", 400, **query)
        assert refused["errors"][0]["propertyName"] in ("TransactionId", "ToDateUTC")
    assert get("/reporting/transactions", **sold) == []
    assert get("/reporting/transactions", TransactionId=1) == []


def test_an_unknown_name_is_ignored_in_silence(sim: Simulation, asking: Any) -> None:
    sold = sim.shop.sell(STORE, None)
    get = asking(sim)
    (row,) = get("/reporting/transactions", TransactionId=sold.id, includeItems="true")
    assert row["items"] is None
    (row,) = get("/reporting/transactions", transactionid=sold.id, INCLUDEDETAIL="true")
    assert len(row["items"]) == 1


def test_a_key_sees_its_own_store_and_the_medical_key_the_same(sim: Simulation, asking: Any) -> None:
    sim.shop.sell(STORE, None)
    other = sim.shop.sell(33, None)
    now = sim.clock.now()
    key = sim.dutchie_keys["Old Mill"]
    for known in (key, sim.dutchie_medical_keys["Old Mill"]):
        get = asking(sim, known)
        assert [row["transactionId"] for row in get("/reporting/transactions", **changed(now - 9, now + 9))] == [
            other.id
        ]
    assert asking(sim, key)("/whoami") == asking(sim, sim.dutchie_medical_keys["Old Mill"])("/whoami")


def test_a_key_in_two_halves(simulate: Simulate, asking: Any) -> None:
    sim = simulate(dutchie_habits=Habits(integrator="both"))
    asking(sim)("/whoami", 401)
    asking(sim, password="both")("/whoami")


def test_the_closing_report_adds_up_what_the_shop_took(sim: Simulation, asking: Any) -> None:
    get, start = asking(sim), sim.clock.now()
    sold = sim.shop.sell(STORE, None, [(3002, Decimal(2))], discount_cents=300, discount_id=70_001, by_points=True)
    sim.shop.give_back(sold.id)
    sim.shop.void(sim.shop.sell(STORE, None).id)
    last = sim.shop.sell(STORE, None)
    report = get("/reporting/closing-report", fromDateUTC=iso(start - DAY), toDateUTC=iso(start + DAY))
    assert report["netSales"] == last.net_cents / 100
    assert report["returnTotal"] == sold.net_cents / 100
    assert (report["transactionCount"], report["voidCount"]) == (2, 1)
    assert (report["loyalty"], report["discount"]) == (0.0, 0.0)
    for low, high in ((start - 3_600, start), (start - 32 * DAY, start), (start, None)):
        query = {"fromDateUTC": iso(low)} | ({"toDateUTC": iso(high)} if high else {})
        assert "12 hours" in (said := get("/reporting/closing-report", 400, **query)) or "required" in said


def test_a_change_can_be_pulled_after_a_while(simulate: Simulate, asking: Any) -> None:
    sim = simulate(dutchie_habits=Habits(delay=120, product_delay=3_600))
    get, start = asking(sim), sim.clock.now() - 1
    sim.shop.sell(STORE, None)
    sim.shop.edit_product(3002, price_cents=77)
    upkeep.edit(sim.world, next(iter(sim.world.customers)).customer_id, city="Salida")

    def seen() -> tuple[int, int, int]:
        now = sim.clock.now()
        window = {"fromLastModifiedDateUTC": iso(start), "toLastModifiedDateUTC": iso(now)}
        return (
            len(get("/reporting/transactions", **changed(start, now))),
            len(get("/customer/customers", **window)),
            len(get("/reporting/products", fromLastModifiedDateUTC=iso(start))),
        )

    assert seen() == (0, 0, 0)
    sim.clock.advance(121)
    assert seen() == (1, 1, 0)
    sim.clock.advance(3_600)
    assert seen() == (1, 1, 1)


def test_menus_hide_what_reporting_shows(sim: Simulation, asking: Any) -> None:
    get = asking(sim)
    menu = {row["productId"] for row in get("/products")}
    everything = {row["productId"] for row in get("/reporting/products")}
    assert menu < everything == set(sim.shop.goods.products)
    inactive = {row["productId"] for row in get("/products", isActive="false")}
    assert inactive == {known for known in menu if not sim.shop.goods.products[known].active} != set()


def test_sold_out_is_absent_from_stock(sim: Simulation, asking: Any) -> None:
    get = asking(sim)
    before = {row["inventoryId"]: row for row in get("/reporting/inventory", includeRoomQuantities="true")}
    first = next(iter(before))
    assert before[first]["roomQuantities"][0]["quantityAvailable"] == before[first]["quantityAvailable"]
    sim.shop.set_stock(first, Decimal(0))
    assert {row["inventoryId"] for row in get("/reporting/inventory")} == before.keys() - {first}
    assert all(row["labResults"] is None for row in get("/inventory"))


def test_a_good_key_may_have_no_inventory(simulate: Simulate, asking: Any) -> None:
    get = asking(simulate(dutchie_habits=Habits(no_inventory=True)))
    assert get("/inventory") == []
    assert get("/reporting/inventory")


def test_profiles_may_be_each_locations_own(simulate: Simulate, asking: Any) -> None:
    sim = simulate(crowd=80, dutchie_habits=Habits(shares_profiles=False))
    seen = {}
    for name, key in sim.dutchie_keys.items():
        get = asking(sim, key)
        assert get("/whoami")["shareCustomerProfiles"] is False
        seen[name] = {row["customerId"] for row in get("/reporting/customers")}
        assert {row["createdAtLocation"] for row in get("/customer/customers-paginated")} == {name}
    assert sum(len(ids) for ids in seen.values()) == len(set.union(*seen.values())) == len(sim.world.customers)
    asking(sim)("/customer/customers", 404, customerID=min(seen["Old Mill"]))


def test_archived_profiles_may_be_hidden(simulate: Simulate, asking: Any) -> None:
    sim = simulate(dutchie_habits=Habits(hides_archived=True))
    get = asking(sim)
    one, other, third = (known.customer_id for known in sim.world.customers.page(0, 3))
    upkeep.archive(sim.world, one)
    upkeep.merge(sim.world, other, third)
    listed = {row["customerId"] for row in get("/reporting/customers")}
    assert {one, other} & listed == set()
    assert third in listed
    get("/customer/customers", 404, customerID=one)


def test_loyalty_is_asked_for_once_a_minute(simulate: Simulate) -> None:
    sim = simulate(limits=True)
    with httpx.Client(base_url=sim.url, auth=(sim.dutchie_key, ""), trust_env=False, verify=False) as client:
        assert client.get("/reporting/loyalty-snapshot").json()
        refused = client.get("/reporting/loyalty-snapshot")
    assert (refused.status_code, refused.json()["Message"]) == (
        429,
        "Too many requests - only 1 per minute allowed",
    )
