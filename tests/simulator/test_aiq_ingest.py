"""What a till sends to AIQ: accepted now, worked off within a day; and what a night merges."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from budtender.simulator import Simulation
from tests.simulator.aiq_client import INES, AiqClient, Connect, Simulate

DAY = 86_400


def member(**fields: Any) -> dict[str, Any]:
    return {"member": {"pos_user": "CUST-1", "pos_type": "In-Store"} | fields}


def sale(
    pos_id: str = "R-1", pos_user: str = "CUST-1", *, quantity: float = 2.0, discount: float = 4.0, **fields: Any
) -> dict[str, Any]:
    line = {"sku": "FL-1", "name": "Haze", "price": 20.0, "quantity": quantity, "discount": discount}
    visit = {
        "pos_id": pos_id,
        "pos_user": pos_user,
        "sendNotification": 0,
        "transaction_date": "2026-03-04 17:22:10 +0000",
        "transaction_total": 36.0,
        "location": "HARBOR-01",
        "visit_details_attributes": [line],
    }
    return {"visit": visit | fields}


def send(aiq: AiqClient, what: str, body: Any) -> Any:
    return aiq.data("POST", f"/api/v1.1/createUpdate{what}/9001", json=body)


def test_a_persona_appears_a_day_later(aiq: AiqClient, sim: Simulation) -> None:
    body = member(first_name="Nova", phone_number="3035550190", birthday="04/18/1990")
    assert send(aiq, "Member", body) == {"contactID": None, "srcID": "CUST-1"}
    assert aiq.search("CUST-1") == []
    sim.clock.advance(DAY + 1)
    (row,) = aiq.search("CUST-1")
    assert (row["mobilePhone"], row["loyalty"]) == ("3035550190", False)
    assert send(aiq, "Member", body)["contactID"] == row["contactID"]


def test_an_upsert_updates_and_blanks_a_bad_phone(aiq: AiqClient, sim: Simulation) -> None:
    send(aiq, "Members", [member(first_name="Nova", phone_number="3035550190")])
    sim.overnight()
    send(aiq, "Member", member(last_name="Quist", phone_number="999"))
    sim.overnight()
    (row,) = aiq.search("CUST-1")
    assert (row["firstName"], row["lastName"], row["mobilePhone"]) == ("Nova", "Quist", "")


def test_a_correction_by_hand_beats_the_till(aiq: AiqClient, sim: Simulation) -> None:
    send(aiq, "Member", member(first_name="Nova", email="old@example.org"))
    sim.overnight()
    contact_id = aiq.search("CUST-1")[0]["contactID"]
    aiq.data("POST", f"/api/v2/loyaltyContact/override/9001/{contact_id}", json={"email": "right@example.org"})
    send(aiq, "Member", member(email="old@example.org"))
    sim.overnight()
    assert aiq.search("CUST-1")[0]["email"] == "right@example.org"


def test_a_sale_earns_a_point_a_dollar_once(aiq: AiqClient, sim: Simulation) -> None:
    contact_id, source = aiq.contact_id(INES), aiq.search(INES)[0]["srcID"]
    send(aiq, "Sale", sale(pos_user=source))
    send(aiq, "Sale", sale(pos_user=source))
    assert sim.world.balance(contact_id) == Decimal("412.5")
    sim.clock.advance(DAY + 1)
    assert sim.world.balance(contact_id) == Decimal("448.5")
    send(aiq, "Sales", [sale(pos_user=source, quantity=1.0), sale("R-1-RET", source, quantity=-1.0, discount=-2.0)])
    sim.overnight()
    assert sim.world.balance(contact_id) == Decimal("412.5") + 16 - 18
    lines = aiq.data("GET", f"/api/v1.1/contact/orders/9001/{contact_id}")
    assert [line["totalPrice"] for line in lines if line["name"] == "Haze"] == [16.0, -18.0]
    assert {line["storeName"] for line in lines if line["name"] == "Haze"} == {"Harbor Street"}


def test_who_is_no_member_earns_nothing(aiq: AiqClient, sim: Simulation) -> None:
    send(aiq, "Member", member(first_name="Nova"))
    send(aiq, "Sale", sale())
    send(aiq, "Sale", sale("R-2", "NOBODY"))
    sim.overnight()
    assert sim.world.balance(aiq.search("CUST-1")[0]["contactID"]) == 0


def test_the_loyalty_flag_texts_once(aiq: AiqClient, sim: Simulation) -> None:
    send(aiq, "Member", member(phone_number="3035550190", loyalty=True))
    sim.overnight()
    send(aiq, "Member", member(phone_number="3035550190", loyalty=True))
    sim.overnight()
    assert [text.to for text in sim.texts] == ["3035550190"]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("Member", {"pos_user": "CUST-1"}),
        ("Member", member(pos_user=1)),
        ("Member", member(birthday="1990-04-18")),
        ("Members", [member(), member(loyalty="yes")]),
        ("Sale", sale(transaction_total="36.0")),
        ("Sale", sale(transaction_date="2026-03-04T17:22:10Z")),
        ("Sale", sale(visit_details_attributes=[])),
        ("Sale", sale(sendNotification=2)),
        ("Inventory", []),
        ("Inventory", [{"sku": "A", "productId": "B", "quantity": 4}]),
        ("Inventory", [{"sku": "A"}]),
        ("Inventory", [{"sku": f"{number}", "productId": "B"} for number in range(101)]),
    ],
)
def test_what_does_not_fit_is_refused_whole(aiq: AiqClient, sim: Simulation, what: str, body: Any) -> None:
    assert aiq.post(f"/api/v1.1/createUpdate{what}/9001", json=body).status_code == 400
    assert sim.ledger == []


def test_a_hundred_articles_are_accepted(aiq: AiqClient, sim: Simulation) -> None:
    items = [{"sku": f"{number}", "productId": "B", "quantity": "4"} for number in range(100)]
    assert send(aiq, "Inventory", items) == []
    assert len(sim.world.inventory) == 100


def test_a_night_merges_by_phone_and_then_by_mail(aiq: AiqClient, sim: Simulation) -> None:
    merging, older = aiq.contact_id("3035550105"), aiq.contact_id("3035550155")
    assert sim.overnight() == 4
    assert aiq.get(f"/api/v1.1/piis/9001/{merging}").status_code == 404
    assert aiq.contact_id("3035550105") == older
    assert sim.world.balance(merging) == sim.world.balance(older) == 360
    assert len(aiq.search("3035550102")) == 1
    assert sim.world.balance(aiq.contact_id("3035550102")) == Decimal("412.5") + 80 + Decimal("15.25")
    assert len(aiq.search("3035550103")) == 1
    assert sim.overnight() == 0


def test_names_merge_only_where_that_is_set(simulate: Simulate, connect: Connect) -> None:
    fields = {"first_name": "Nova", "last_name": "Quist", "birthday": "04/18/1990"}
    for by_name, left in ((False, 2), (True, 1)):
        world = simulate(merge_by_name=by_name)
        client = connect(world)
        send(client, "Members", [member(**fields), member(pos_user="CUST-2", **fields)])
        world.overnight()
        assert len(client.search('"Nova Quist"')) == left
