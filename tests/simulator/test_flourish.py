"""Flourish's far side: keys, facilities, pages, filters, refunds, and answers as they are described."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from budtender.simulator import Simulation, upkeep
from budtender.simulator.flourish import facility_id
from tests.simulator.aiq_client import Simulate
from tests.simulator.test_contract import Checked

NAME = "flourish.openapi.yaml"
PERSON = {"email": "nova@example.org", "first_name": "Nova", "last_name": "Reed", "dob": "1990-01-02"}


@pytest.fixture
def sim(simulate: Simulate) -> Simulation:
    return simulate(sales=120, days=60)


def _client(sim: Simulation, **options: Any) -> httpx.Client:
    account = sim.account("flourish")
    common: dict[str, Any] = {"trust_env": False, "verify": False, "timeout": 30, "base_url": account.base_url}
    return httpx.Client(**common | {"auth": (account.second_key, account.key)} | options)


@pytest.fixture
def flourish(sim: Simulation) -> Iterator[httpx.Client]:
    with _client(sim) as client:
        yield client


def _data(client: httpx.Client, path: str, **options: Any) -> Any:
    answer = client.get(path, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_every_answer_is_as_described(sim: Simulation, flourish: httpx.Client) -> None:
    ask = Checked(flourish, NAME)
    here = {"FacilityID": facility_id(31)}
    ask("GET", "/v1/facilities")
    ask("GET", "/v1/facilities", facility_type="Dispensary", limit=1)
    for known in (facility_id(31), "nothing"):
        ask("GET", "/v1/facilities/{facility_id}", facility_id=known)
    ask("GET", "/v1/customers")
    ask("GET", "/v1/customers", limit=51)
    ask("GET", "/v1/customers", last_updated_timestamp_start="soon")
    for known in (str(next(iter(sim.world.customers)).customer_id), "nobody"):
        ask("GET", "/v1/customers/{customer_id}", customer_id=known)
    for body in (PERSON, PERSON, {}, PERSON | {"phone": 3}, PERSON | {"dob": "yesterday"}):
        ask("POST", "/v1/customers", body)
    ask("GET", "/v1/retail-orders")
    ask("GET", "/v1/retail-orders/{order_id}", order_id="05000001")
    ask("GET", "/v1/items")
    for known in ("3001", "nothing"):
        ask("GET", "/v1/items/{item_id}", item_id=known)
    ask("GET", "/v1/brands")
    ask("GET", "/v1/inventory/summary")
    ask("GET", "/v1/retail-discounts")
    flourish.headers.update(here)
    order = _data(flourish, "/v1/retail-orders")[0]["order_id"]
    for known in (order, "nothing"):
        ask("GET", "/v1/retail-orders/{order_id}", order_id=known)
    ask("GET", "/v1/retail-orders", order_payment_status="Refunded")
    ask("GET", "/v1/inventory/summary")
    ask("GET", "/v1/retail-discounts")
    flourish.headers["FacilityID"] = "nothing"
    ask("GET", "/v1/retail-orders")
    flourish.auth = httpx.BasicAuth("nobody", "wrong")
    ask("GET", "/v1/customers")


def test_both_kinds_of_keys_are_taken_and_no_other(sim: Simulation) -> None:
    tries: list[tuple[dict[str, Any], int]] = [
        ({"auth": (sim.flourish_user, sim.flourish_key)}, 200),
        ({"auth": None, "headers": {"x-api-key": sim.flourish_api_key}}, 200),
        ({"auth": (sim.flourish_user, "wrong")}, 401),
        ({"auth": None, "headers": {"x-api-key": sim.flourish_key}}, 401),
        ({"auth": None}, 401),
    ]
    for options, status in tries:
        with _client(sim, **options) as client:
            assert client.get("/v1/facilities").status_code == status


def test_a_service_that_a_key_lacks_is_forbidden(simulate: Simulate) -> None:
    with _client(simulate(flourish_services=["customers"])) as client:
        assert client.get("/v1/customers").status_code == 200
        assert client.get("/v1/items").status_code == 403
    with pytest.raises(ValueError, match="unknown service 'gold'"):
        simulate(flourish_services=["gold"])


def test_failures_come_under_200_on_request(simulate: Simulate) -> None:
    with _client(simulate(flourish_failures_as_200=True)) as client:
        answer = client.get("/v1/customers/nobody")
    assert (answer.status_code, answer.json()["status"]) == (200, 404)


def test_too_many_calls_are_told_to_wait(simulate: Simulate) -> None:
    with _client(simulate(limits=True)) as client:
        answers = [client.get("/v1/facilities", params={"limit": 1}) for _ in range(40)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.json()["status"] == 429


def test_pages_follow_each_other_without_anonymous_customers(sim: Simulation, flourish: httpx.Client) -> None:
    ids: list[str] = []
    while True:
        body = flourish.get("/v1/customers", params={"limit": 30, "offset": len(ids)}).json()
        ids += [row["id"] for row in body["data"]]
        assert body["meta"]["count"] == len(body["data"])
        if not body["meta"]["next"]:
            break
    known = {str(known.customer_id) for known in sim.world.customers if not known.is_anonymous}
    assert body["meta"]["total"] == len(ids) == len(known)
    assert set(ids) == known
    assert any(known.is_anonymous for known in sim.world.customers)


def test_filters_must_all_match_and_may_have_several_values(sim: Simulation, flourish: httpx.Client) -> None:
    upkeep.add(sim.world, 31, "Perpetua", "Quill", "(303) 555-0160", date_of_birth="1961-02-03T00:00:00")
    upkeep.add(sim.world, 31, "Cosmo", "Quill", "303-555-0161", date_of_birth="1962-02-03T00:00:00")

    def names(**query: Any) -> list[str]:
        return [row["first_name"] for row in _data(flourish, "/v1/customers", params=query)]

    assert names(last_name="quill") == ["Perpetua", "Cosmo"]
    assert names(last_name="Quill", dob="1962-02-03") == ["Cosmo"]
    assert names(last_name="Quill", dob=["1962-02-03", "1961-02-03"]) == ["Perpetua", "Cosmo"]
    assert names(phone_number=["3035550161", "3035550160"]) == ["Perpetua", "Cosmo"]
    assert names(phone_number="3035550160", last_name="Nobody") == []


def test_a_window_shows_what_changed_in_it(sim: Simulation, flourish: httpx.Client) -> None:
    edited = upkeep.edit(sim.world, next(iter(sim.world.customers)).customer_id, last_name="Newly")
    query = {"last_updated_timestamp_start": f"{(edited.last_modified or '')[:19]}Z"}
    (row,) = _data(flourish, "/v1/customers", params=query)
    assert (row["id"], row["last_name"]) == (str(edited.customer_id), "Newly")


def test_what_the_world_does_to_customers_shows(sim: Simulation, flourish: httpx.Client) -> None:
    loser, survivor, left = [known.customer_id for known in sim.world.customers if not known.is_anonymous][:3]
    upkeep.merge(sim.world, loser, survivor)
    upkeep.archive(sim.world, left)
    assert _data(flourish, f"/v1/customers/{loser}")["merged_customer_id"] == str(survivor)
    assert _data(flourish, f"/v1/customers/{left}")["is_active"] is False


def test_a_refund_changes_the_order_it_is_for(sim: Simulation, flourish: httpx.Client) -> None:
    shelf = sim.shop.on_shelf(31)
    cart = [(shelf[0].product_id, Decimal(2)), (shelf[5].product_id, Decimal(1))]
    sold = sim.shop.sell(31, None, cart, discount_cents=100, discount_id=70_101)
    here = {"FacilityID": facility_id(31)}
    path = f"/v1/retail-orders/{sold.id:08}"
    order = _data(flourish, path, headers=here)
    assert (order["payment_status"], order["is_quicksale"], order["customer_id"]) == ("Paid", True, None)
    total = order["sub_total_price"] + order["taxes"] - order["total_discounts"]
    assert order["total_price"] == pytest.approx(total) == pytest.approx((sold.net_cents + sold.tax_cents) / 100)
    assert [d["discount_name"] for d in order["applied_discounts"]] == ["Happy hour"]
    back = sim.shop.give_back(sold.id, [1])
    order = _data(flourish, path, headers=here)
    assert (order["payment_status"], order["order_status"]) == ("Partially Refunded", "Completed")
    assert [line["qty_returned"] for line in order["order_lines"]] == [2, 0]
    assert order["total_refund"] == -(back.net_cents + back.tax_cents) / 100
    sim.shop.give_back(sold.id)
    order = _data(flourish, path, headers=here)
    assert (order["payment_status"], order["total_refund"]) == ("Refunded", order["total_price"])


def test_a_void_is_given_back_whole(sim: Simulation, flourish: httpx.Client) -> None:
    sold = sim.shop.sell(31)
    sim.shop.void(sold.id)
    order = _data(flourish, f"/v1/retail-orders/{sold.id:08}", headers={"FacilityID": facility_id(31)})
    assert (order["payment_status"], order["total_refund"]) == ("Refunded", order["total_price"])


def test_orders_are_no_returns_and_no_transfers(sim: Simulation, flourish: httpx.Client) -> None:
    wanted = {f"{sale.id:08}" for sale in sim.shop.sales if sale.kind == "Retail" and not sale.return_of}
    rows = [row for start in (0, 50, 100) for row in _data(flourish, "/v1/retail-orders", params={"offset": start})]
    assert {row["order_id"] for row in rows} == wanted
    assert {row["id"] for row in rows} == wanted


def test_a_new_customer_is_the_worlds(sim: Simulation, flourish: httpx.Client) -> None:
    answer = flourish.post("/v1/customers", json=PERSON | {"phone": "3035550163"}).json()
    assert (answer["status"], answer["code"]) == (200, "CUS0002")
    (made,) = sim.world.customers.find(phone="3035550163")
    assert answer["data"]["id"] == str(made.customer_id)
    assert [effect.source for effect in sim.ledger if effect.kind == "customer_create"] == ["flourish"]
    again = flourish.post("/v1/customers", json=PERSON)
    assert again.status_code == 400
