"""What the far sides answer is valid against the interface descriptions that lie beside the repository."""

from __future__ import annotations

import functools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import yaml

from budtender.simulator import CASES, Simulation
from budtender.simulator.dutchie_habits import Habits
from tests.simulator.aiq_client import INES, NEW, AiqClient, Simulate

APIS = Path(__file__).parents[3] / "shared" / "apis"


@functools.cache
def description(name: str) -> dict[str, Any]:
    """Returns an interface description; skips where it is missing."""
    file = APIS / name
    if not file.exists():
        pytest.skip(f"{name} does not lie beside the repository")
    text = file.read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    return loaded


def modern(schema: Any) -> Any:
    """Returns an OpenAPI 3.0 schema as JSON Schema: nullable becomes a type of its own."""
    if isinstance(schema, list):
        return [modern(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: modern(value) for key, value in schema.items() if key != "nullable"}
    if not schema.get("nullable"):
        return plain
    if "type" in plain:
        return {**plain, "type": [plain["type"], "null"]}
    return {"anyOf": [plain, {"type": "null"}]}


def assert_valid(name: str, method: str, template: str, answer: httpx.Response) -> None:
    """The answer has a status that is described, and the body that is described for it."""
    document = description(name)
    responses = document["paths"][template][method.lower()]["responses"]
    response = responses.get(str(answer.status_code), responses.get("default"))
    assert response is not None, f"{method} {template} answered {answer.status_code}, which is not described"
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content = response.get("content", {}).get("application/json")
    if content is None or not answer.content:
        assert not answer.content
        return
    schema = {**content["schema"], "components": document["components"]}
    if document["openapi"].startswith("3.0"):
        schema = _modern_copy(name, json.dumps(content["schema"]))
    jsonschema.Draft202012Validator(schema).validate(answer.json())


@functools.cache
def _modern_copy(name: str, schema: str) -> dict[str, Any]:
    return {**modern(json.loads(schema)), "components": _modern_components(name)}


@functools.cache
def _modern_components(name: str) -> Any:
    return modern({"schemas": description(name)["components"]["schemas"]})


class Checked:
    """Calls a far side, and holds each answer against its description."""

    def __init__(self, client: httpx.Client, name: str) -> None:
        self.client = client
        self.name = name
        self.called: set[tuple[str, str]] = set()

    def __call__(self, method: str, template: str, /, body: Any = None, **params: Any) -> httpx.Response:
        path = template.format(**params)
        query = {key: value for key, value in params.items() if f"{{{key}}}" not in template}
        answer = self.client.request(method, path, json=body, params=query)
        assert_valid(self.name, method, template, answer)
        self.called.add((method, template))
        return answer


@pytest.fixture
def asked(aiq: AiqClient) -> Checked:
    return Checked(aiq, "aiq.openapi.yaml")


def test_aiq_reads(asked: Checked, aiq: AiqClient, sim: Simulation) -> None:
    contact_id = aiq.contact_id(INES)
    sim.redeem_elsewhere(INES, "58213")
    aiq.adjust(contact_id, 5, "gift")
    sim.earn(INES, 5)
    now = int(sim.clock.now())
    for known in (contact_id, "nobody"):
        asked("GET", "/api/v1.1/piis/{uid}/{contactID}", uid=9001, contactID=known)
        asked("GET", "/api/v1.1/contact/loyaltyPoints/timeline/{uid}/{contactID}", uid=9001, contactID=known)
        asked("GET", "/api/v1.1/contact/orders/{uid}/{contactID}", uid=9001, contactID=known)
        asked("GET", "/api/v2/loyaltyContact/override/{uid}/{contactID}", uid=9001, contactID=known)
        asked("GET", "/api/v2/contact/recommendations/{contactID}", contactID=known)
        asked("GET", "/api/v2/walletPassDownloadLinks/{contactID}", contactID=known)
    for start, end in ((now - 60, now), (1, 2), ("a", "b")):
        asked("GET", "/api/v1.1/adjustments/{uid}/{start}/{end}", uid=9001, start=start, end=end)
        asked("GET", "/api/v1.1/redemptions/{uid}/{start}/{end}", uid=9001, start=start, end=end)
    for search in ("", "is:member", "nobody"):
        asked("GET", "/api/v1.1/piis/{uid}", uid=9001, search=search)
    for uid in ("9001", "9002"):
        asked("GET", "/api/v1.1/stores/{uid}", uid=uid)
        asked("GET", "/api/v2/discount/{uid}", uid=uid)
        asked("GET", "/api/v2/loyalty/default/{uid}", uid=uid)
        asked("GET", "/api/v1.1/audiences/{uid}", uid=uid)
    asked("GET", "/api/v1.1/audiences/{uid}", uid=9001, start=50)
    asked("GET", "/api/v2/discount/groups")
    asked("GET", "/api/v1/swagger")


def test_aiq_wallets_of_all_named_cases(asked: Checked, sim: Simulation) -> None:
    for case in CASES:
        asked("GET", "/api/v2/wallet/{phone}", phone=case.number)
        asked("GET", "/api/v2/loyalty/lookup/{pii}", pii=case.number)
        asked("POST", "/api/v2/wallet", {"phone": case.number}, badges="true")
        sent = asked("POST", "/api/v2/verify/contact/wallet", {"phone": case.number})
        if sent.is_success and case.key != "lost-code":
            asked("POST", "/api/v2/view/contact/wallet", {"phone": case.number, "code": sim.last_code(case.number)})
        asked("POST", "/api/v2/view/contact/wallet", {"phone": case.number, "code": "0"})


def test_aiq_writes(asked: Checked, aiq: AiqClient) -> None:
    contact_id = aiq.contact_id(INES)
    uid, discount, token = aiq.reward(INES, "58214")["redemptionURL"].split("/")[-3:]
    redeem = "/api/v1.1/discount/redeem/{uid}/{discountRef}/{token}"
    asked("PUT", redeem, uid=uid, discountRef=discount, token=token)
    asked("PUT", redeem, uid=uid, discountRef=discount, token="wrong")
    asked("PUT", f"{redeem}/{{transactionID}}", uid=uid, discountRef=discount, token=token, transactionID="TX-1")
    adjust = "/api/v1.1/adjust/loyaltyPoints/{uid}/{contactID}"
    for known, change in ((contact_id, {"value": 5, "note": "gift"}), ("nobody", {"value": 5, "note": ""}), ("x", {})):
        asked("PUT", adjust, change, uid=9001, contactID=known)
    for form in ({"mobilePhone": NEW, "loyalty": True}, {}, {"loyalty": "yes"}):
        asked("POST", "/api/v2/loyalty", form)
    override = "/api/v2/loyaltyContact/override/{uid}/{contactID}"
    for body in ({"email": "a@example.org"}, {}):
        asked("POST", override, body, uid=9001, contactID=contact_id)
    asked("PUT", "/api/v2/optin/text/{phone}/{status}", phone=INES, status="false")
    asked("PUT", "/api/v2/optin/email/{email}/{status}", email="a@example.org", status="true")
    asked("PUT", "/api/v1.1/optin/{uid}/{phone}/{status}", uid=9001, phone=INES, status="true")


def test_aiq_ingestion(asked: Checked) -> None:
    member = {"member": {"pos_user": "CUST-1"}}
    line = {"sku": "A", "name": "B", "price": 20.0, "quantity": 1.0}
    visit: dict[str, Any] = {"pos_id": "R-1", "pos_user": "CUST-1", "transaction_date": "2026-03-04 17:22:10 +0000"}
    visit |= {"transaction_total": 20.0, "location": "HARBOR-01", "visit_details_attributes": [line]}
    for what, body in (
        ("Member", member),
        ("Members", [member]),
        ("Sale", {"visit": visit}),
        ("Sales", [{"visit": visit}]),
        ("Inventory", [{"sku": "A", "productId": "B"}]),
    ):
        asked("POST", f"/api/v1.1/createUpdate{what}/{{uid}}", body, uid=9001)
        asked("POST", f"/api/v1.1/createUpdate{what}/{{uid}}", {"wrong": 1}, uid=9001)
        asked("POST", f"/api/v1.1/createUpdate{what}/{{uid}}", body, uid=9002)


def test_aiq_describes_what_it_serves(aiq: AiqClient) -> None:
    served = aiq.get("/api/v1/swagger").json()["paths"]
    described = description("aiq.openapi.yaml")["paths"]
    assert served.keys() <= described.keys()
    assert all(served[path].keys() <= described[path].keys() for path in served)
    assert all(
        ("requestBody" in operation) == ("requestBody" in described[path][verb])
        for path, operations in served.items()
        for verb, operation in operations.items()
    )
    # Not served: they are messaging, or nobody has seen them answer.
    missing = described.keys() - served.keys()
    assert all(
        any(
            word in path
            for word in ("campaign", "conversions", "sms", "brand", "referral", "audience/", "loyaltyContact/{uid}")
        )
        or path.endswith("/audience/members/{audienceID}")
        or path == "/api/v1.1/stores/{uid}/{storeID}"
        for path in missing
    ), missing


def test_dutchie(till: httpx.Client, sim: Simulation) -> None:
    ask = Checked(till, "dutchie.openapi.json")
    address = {"address1": "1 Aspen St", "city": "Pueblo", "state": "CO", "postalCode": "81003"}
    person = {"firstName": "Nova", "phone": NEW, "status": "Active", "customerType": "Recreational", **address}
    for path in (
        "/whoami",
        "/okcomputer",
        "/employees",
        "/products",
        "/room/rooms",
        "/customer/customers",
        "/customer/customer-types",
        "/customer/referral-sources",
        "/customer/customers-paginated",
        "/reporting/customers",
        "/reporting/customers-paginated",
        "/reporting/discounts",
        "/reporting/register-adjustments",
    ):
        ask("GET", path)
    ask("GET", "/discounts/v2/list", includeInactive="true")
    ask("GET", "/preorder/Status", PreOrderId=0)
    ask("GET", "/customer/customers", customerID=1)
    ask("GET", "/customer/customers", uniqueId="abc")
    ask("GET", "/customer/customers-paginated", PageSize=10_001)
    ask("GET", "/customer/by-external-id", externalId="none")
    for body in (person, {}, {"customerId": 7}, person | {"phone": 3}):
        ask("POST", "/customer/customer", body)
    for body in ({"phone": INES}, {"phone": "3035550199"}, {}):
        ask("POST", "/customer/search", body)
    for body in ({"phone": INES}, {"phone": "3035550199"}):
        ask("POST", "/customer/customerLookup", body)
    till.auth = httpx.BasicAuth("wrong", "")
    ask("GET", "/customer/customers")


@pytest.mark.parametrize("habits", [Habits(), Habits(returns="mixed", taxed_prices=True, plain_report=True)])
def test_dutchie_sales_and_goods(simulate: Simulate, habits: Habits) -> None:
    sim = simulate(crowd=50, sales=1_500, days=60, dutchie_habits=habits)
    now = sim.clock.now()
    day = {"fromDateUTC": as_asked(now - 20 * 86_400), "toDateUTC": as_asked(now)}
    week = {"FromLastModifiedDateUTC": as_asked(now - 40 * 86_400), "ToLastModifiedDateUTC": as_asked(now)}
    flags = ("IncludeDetail", "IncludeTaxes", "IncludeOrderIds", "IncludeFeesAndDonations")
    everything = dict.fromkeys(flags, "true")
    with httpx.Client(base_url=sim.url, auth=(sim.dutchie_key, ""), trust_env=False, verify=False, timeout=60) as till:
        ask = Checked(till, "dutchie.openapi.json")
        rows = ask("GET", "/reporting/transactions", **week, **everything).json()
        assert {row["isReturn"] for row in rows} == {row["isVoid"] for row in rows} == {True, False}
        ask("GET", "/reporting/transactions", **week)
        ask("GET", "/reporting/transactions", TransactionId=rows[0]["transactionId"])
        ask("GET", "/reporting/transactions", **week, TransactionId=1)
        assert ask("GET", "/reporting/closing-report", **day).json()["netSales"] > 0
        ask("GET", "/reporting/closing-report", fromDateUTC=as_asked(now))
        for path in ("/products", "/reporting/products", "/reporting/discounts", "/reporting/loyalty-snapshot"):
            assert ask("GET", path).json()
        for path in ("/inventory", "/reporting/inventory"):
            assert ask("GET", path, includeLabResults="true", includeRoomQuantities="true").json()


def as_asked(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
