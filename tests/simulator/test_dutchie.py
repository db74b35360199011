"""The till's system: keys and roles, customers by window and page, creating once, discounts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from budtender.simulator import Simulation
from budtender.simulator.dutchie_habits import Habits
from tests.simulator.aiq_client import INES, NEW, Simulate

CONSUMER = "7d7f3c1e-0000-4000-8000-000000000001"


def form(**fields: Any) -> dict[str, Any]:
    """Returns a customer that can be created."""
    address = {"address1": "1 Aspen St", "city": "Pueblo", "state": "CO", "postalCode": "81003"}
    person = {"firstName": "Nova", "lastName": "Quist", "phone": NEW, "status": "Active"}
    return {**person, **address, "customerType": "Recreational"} | fields


def created(sim: Simulation) -> int:
    return sum(effect.kind == "customer_create" for effect in sim.ledger)


def test_a_key_opens_its_own_location(sim: Simulation, till: httpx.Client) -> None:
    assert till.get("/whoami").json()["locationName"] == "Harbor Street"
    other = till.get("/whoami", auth=(sim.dutchie_keys["Old Mill"], "")).json()
    assert (other["locationName"], other["lspId"]) == ("Old Mill", 4200)


def test_a_search_stays_within_what_the_key_s_location_sees(simulate: Simulate) -> None:
    sim = simulate(dutchie_habits=Habits(shares_profiles=False))
    (known,) = sim.world.customers.find(phone=INES)
    seen = {}
    for store, key in sim.dutchie_keys.items():
        answer = httpx.post(f"{sim.url}/customer/search", json={"phone": INES}, auth=(key, ""), trust_env=False)
        seen[store] = [row["customerId"] for row in answer.json()]
    assert seen.pop(known.created_at_location or "") == [known.customer_id]
    assert set(map(tuple, seen.values())) == {()}


def test_whoami_in_the_other_spelling(simulate: Simulate) -> None:
    sim = simulate(pascal_whoami=True)
    answer = httpx.get(f"{sim.url}/whoami", auth=(sim.dutchie_key, ""), trust_env=False)
    assert answer.json() == {
        "LocationName": "Harbor Street",
        "LocationId": 531,
        "CompanyName": "Simulated Dispensaries",
        "CompanyId": 4200,
    }


@pytest.mark.parametrize("auth", [None, ("wrong", ""), ("KEY", "password")])
def test_a_wrong_key_is_401_without_a_body(sim: Simulation, auth: tuple[str, str] | None) -> None:
    sent = (auth[0].replace("KEY", sim.dutchie_key), auth[1]) if auth else None
    answer = httpx.get(f"{sim.url}/whoami", auth=sent, trust_env=False)
    assert (answer.status_code, answer.content) == (401, b"")
    assert httpx.get(f"{sim.url}/okcomputer", trust_env=False).json()["result"] is True


def test_a_missing_role_is_403_without_a_body(simulate: Simulate) -> None:
    sim = simulate(dutchie_roles=("Customer",))
    probes = {
        "/customer/referral-sources": 200,
        "/reporting/register-adjustments": 403,
        "/products": 403,
        "/preorder/Status?PreOrderId=0": 403,
        "/room/rooms": 403,
        "/employees": 403,
        "/whoami": 200,
        "/customer/customer-types": 200,
    }
    with httpx.Client(base_url=sim.url, auth=(sim.dutchie_key, ""), trust_env=False, verify=False) as client:
        assert {path: client.get(path).status_code for path in probes} == probes
        assert client.get("/products").content == b""


def test_roles_and_pages_are_checked_when_the_simulation_is_made() -> None:
    for options in ({"dutchie_roles": ("Cashier",)}, {"dutchie_pages": "book"}, {"uid": "nine"}):
        with pytest.raises(ValueError, match=r"Cashier|book|nine"):
            Simulation(shoppers=0, **options)


def test_the_default_agent_of_urllib_is_turned_away(till: httpx.Client) -> None:
    assert till.get("/whoami", headers={"User-Agent": "Python-urllib/3.11"}).status_code == 403


def test_a_window_holds_what_was_modified_in_it(sim: Simulation, till: httpx.Client) -> None:
    everyone = till.get("/customer/customers").json()
    assert len(everyone) == len(sim.world.customers)
    now = datetime.fromtimestamp(sim.clock.now(), UTC)
    start = now - timedelta(days=60)
    window = {"fromLastModifiedDateUTC": start.isoformat(), "TOLASTMODIFIEDDATEUTC": now.strftime("%Y-%m-%dT%H:%M:%SZ")}
    found = till.get("/customer/customers", params=window).json()
    times = [datetime.fromisoformat(row["lastModifiedDateUTC"]).replace(tzinfo=UTC) for row in found]
    assert 0 < len(found) < len(everyone)
    assert all(start <= time <= now for time in times)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}", row["creationDate"]) for row in everyone)
    assert None in {row["discountGroups"] for row in everyone if not row["discountGroups"]}


def test_a_window_is_at_most_90_days_except_for_reporting(till: httpx.Client) -> None:
    wide = {"fromLastModifiedDateUTC": "2020-01-01T00:00:00Z", "toLastModifiedDateUTC": "2021-01-01T00:00:00Z"}
    refused = till.get("/customer/customers", params=wide)
    assert (refused.status_code, refused.json()["propertyErrors"]) == (400, None)
    assert till.get("/reporting/customers", params=wide).status_code == 200
    assert till.get("/customer/customers", params={"fromLastModifiedDateUTC": "soon"}).status_code == 400


def test_one_customer_by_id(till: httpx.Client) -> None:
    first = till.get("/customer/customers").json()[0]
    assert till.get("/customer/customers", params={"customerID": first["customerId"]}).json() == [first]
    assert till.get("/customer/customers", params={"uniqueId": first["uniqueId"]}).json() == [first]
    assert till.get("/customer/customers", params={"customerID": 1}).status_code == 404
    assert till.get("/customer/customers", params={"uniqueId": "abc"}).status_code == 400


@pytest.mark.parametrize("path", ["/customer/customers-paginated", "/reporting/customers-paginated"])
def test_pages_from_zero_end_with_an_empty_list(sim: Simulation, till: httpx.Client, path: str) -> None:
    pages = [till.get(path, params={"PageNumber": number, "PageSize": 25}).json() for number in range(5)]
    ids = [row["customerId"] for page in pages for row in page]
    assert len(ids) == len(set(ids)) == len(sim.world.customers)
    assert pages[-1] == []
    assert till.get(path, params={"PageSize": 10_001}).status_code == 400


def test_pages_from_one_as_the_guide_has_it(simulate: Simulate) -> None:
    sim = simulate(shoppers=300, dutchie_pages="guide")
    with httpx.Client(base_url=sim.url, auth=(sim.dutchie_key, ""), trust_env=False, verify=False) as client:
        pages = [
            client.get("/customer/customers-paginated", params={"PageNumber": number, "PageSize": 1000}).json()
            for number in (0, 1, 2, 9)
        ]
    assert pages[0] == pages[1] != pages[2]
    assert [len(page) for page in pages[1:]] == [100, 100, 0]


def test_search_matches_each_field_on_its_own(till: httpx.Client) -> None:
    phone = [till.post("/customer/search", json={"phone": text}).json() for text in (INES, "+1 (303) 555-0142")]
    assert phone[0] == phone[1]
    (ines,) = phone[0]
    assert (ines["firstName"], ines["matchType"]) == ("Ines", "Phone")
    both = {"phone": INES, "emailAddress": ines["emailAddress"].upper()}
    assert [row["matchType"] for row in till.post("/customer/search", json=both).json()] == ["Email", "Phone"]
    named = {"lastName": "CALDER", "dateOfBirth": ines["dateOfBirth"]}
    assert len(till.post("/customer/search", json=named).json()) == 1
    assert till.post("/customer/search", json={"lastName": "Calder"}).status_code == 400
    assert till.post("/customer/search", json={"phone": "3035550199"}).json() == []


def test_lookup_finds_one_or_says_404_with_a_text(till: httpx.Client) -> None:
    assert till.post("/customer/customerLookup", json={"phone": INES}).json()["firstName"] == "Ines"
    missing = till.post("/customer/customerLookup", json={"phone": "3035550199"})
    assert (missing.status_code, missing.json()) == (404, "Customer not found")


def test_a_customer_is_created_and_updated_sparsely(sim: Simulation, till: httpx.Client) -> None:
    made = till.post("/customer/customer", json=form(externalCustomerId="OURS-1", driversLicenseID="X1")).json()
    assert (made["phone"], made["createdAtLocation"], len(made["driversLicenseHash"])) == (NEW, "Harbor Street", 64)
    changed = till.post("/customer/customer", json={"customerId": made["customerId"], "lastName": "Quill"}).json()
    assert (changed["firstName"], changed["lastName"], changed["city"]) == ("Nova", "Quill", "Pueblo")
    assert changed["lastModifiedDateUTC"] > made["lastModifiedDateUTC"]
    found = till.get("/customer/by-external-id", params={"externalId": "OURS-1"}).json()
    assert [row["customerId"] for row in found] == [made["customerId"]]
    unknown = till.post("/customer/customer", json={"customerId": 7, "lastName": "Quill"})
    assert (unknown.status_code, unknown.json()) == (404, "Customer 7 does not exist")
    assert [effect.kind for effect in sim.ledger] == ["customer_create", "customer_update"]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"firstName": ""}, "FirstName"),
        ({"address1": None}, "Address1"),
        ({"status": "Asleep"}, "Status"),
        ({"customerType": "Alien"}, "CustomerType"),
        ({"dateOfBirth": "1799-12-31"}, "DateOfBirth"),
        ({"dateOfBirth": "2999-01-01"}, "DateOfBirth"),
        ({"idempotencyKey": "x" * 37}, "IdempotencyKey"),
    ],
)
def test_a_form_that_is_not_complete_is_refused_by_field(
    sim: Simulation, till: httpx.Client, fields: dict[str, Any], named: str
) -> None:
    refused = till.post("/customer/customer", json=form(**fields))
    assert refused.status_code == 400
    assert [error["propertyName"] for error in refused.json()["propertyErrors"]] == [named]
    assert created(sim) == 0


def test_wrong_types_are_refused(till: httpx.Client) -> None:
    assert till.post("/customer/customer", json=form(phone=3035550190)).status_code == 400


def test_the_same_person_is_not_created_twice_unless_asked(sim: Simulation, till: httpx.Client) -> None:
    first = till.post("/customer/customer", json=form()).json()
    twin = till.post("/customer/customer", json=form(firstName="N.", phone="(303) 555-0190")).json()
    assert (twin["customerId"], twin["firstName"]) == (first["customerId"], "Nova")
    forced = till.post("/customer/customer?bypassDeduplication=true", json=form()).json()
    assert forced["customerId"] != first["customerId"]
    assert created(sim) == 2


@pytest.mark.parametrize(
    ("key", "header", "times"), [("one", CONSUMER, 1), ("one", None, 2), (None, CONSUMER, 2), (None, None, 2)]
)
def test_a_key_needs_both_halves(
    sim: Simulation, till: httpx.Client, key: str | None, header: str | None, times: int
) -> None:
    headers = {"ConsumerKey": header} if header else {}
    for _ in range(2):
        body = form(idempotencyKey=key)
        assert till.post("/customer/customer?bypassDeduplication=true", json=body, headers=headers).status_code == 200
    assert created(sim) == times


def test_a_twin_that_started_before_does_not_see_the_key(sim: Simulation, till: httpx.Client) -> None:
    sim.faults.add("late", match="POST /customer/customer", seconds=20)
    send = {"json": form(idempotencyKey="one"), "headers": {"ConsumerKey": CONSUMER}}
    with pytest.raises(httpx.RemoteProtocolError):
        till.post("/customer/customer?bypassDeduplication=true", **send)  # type: ignore[arg-type]
    till.post("/customer/customer?bypassDeduplication=true", **send)  # type: ignore[arg-type]
    sim.clock.advance(21)
    assert created(sim) == 2


def test_each_reward_has_a_twin_among_the_discounts(sim: Simulation, till: httpx.Client) -> None:
    logic = {row["id"]: row for row in till.get("/discounts/v2/list").json()}
    flat = {row["discountId"]: row for row in till.get("/reporting/discounts").json()}
    ours = [row for row in logic.values() if "alpine" in row["applicationMethod"].lower() and row["externalId"]]
    assert {row["externalId"] for row in ours} == set(sim.world.rewards)
    assert all(flat[number]["externalId"] == row["externalId"] for number, row in logic.items())
    more = till.get("/discounts/v2/list", params={"includeInactive": "true"}).json()
    assert len(more) == len(logic) + 1
    assert len(till.get("/reporting/discounts?includeDeleted=true").json()) == len(flat) + 1


def test_wrong_routes_have_no_body(till: httpx.Client) -> None:
    for method, path, status in (("GET", "/nowhere", 404), ("DELETE", "/whoami", 405), ("POST", "/nowhere", 405)):
        answer = till.request(method, path)
        assert (answer.status_code, answer.content) == (status, b"")
