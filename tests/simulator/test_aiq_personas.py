"""Finding, reading and correcting AIQ's records of shoppers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from budtender.simulator import CASES, Simulation
from tests.simulator.aiq_client import BLOCKED, INES, AiqClient


def test_a_phone_finds_the_persona(aiq: AiqClient) -> None:
    (row,) = aiq.search(INES)
    assert (row["firstName"], row["lastName"], row["mobilePhone"]) == ("Ines", "Calder", INES)
    assert row["loyaltyPoints"] == 412.5
    assert isinstance(row["favoriteStoreID"], int)


def test_no_match_is_a_success_with_a_null_list(aiq: AiqClient) -> None:
    page = aiq.data("GET", "/api/v1.1/piis/9001", params={"search": "3035550199"})
    assert page == {"start": 0, "limit": 100, "size": 0, "total": 0, "results": None}


@pytest.mark.parametrize(
    ("number", "others"),
    [("3035550102", 3), ("3035550103", 2), ("3035550104", 1), ("3035550126", 2)],
)
def test_a_phone_is_looked_for_in_several_fields(aiq: AiqClient, number: str, others: int) -> None:
    rows = aiq.search(number)
    assert len(rows) == others
    fields = {field for row in rows for field in ("mobilePhone", "homePhone", "srcID") if row[field] == number}
    expected = {
        "3035550102": {"mobilePhone"},
        "3035550103": {"mobilePhone", "homePhone"},
        "3035550104": {"homePhone"},
        "3035550126": {"mobilePhone", "srcID"},
    }
    assert fields == expected[number]


def test_every_form_of_search_finds(aiq: AiqClient) -> None:
    (row,) = aiq.search(INES)
    texts = (row["email"], f"email:{row['email']}", row["contactID"].upper(), row["srcID"], '"ines calder"', "calder")
    assert all([found["contactID"] for found in aiq.search(text)] == [row["contactID"]] for text in texts)


def test_flags_narrow_a_listing(aiq: AiqClient, sim: Simulation) -> None:
    everyone = [persona for persona in sim.world.personas if not persona.blocked]
    members = aiq.search("is:member", limit=2000)
    strangers = aiq.search("not:member", limit=2000)
    assert len(members) == sum(persona.member for persona in everyone)
    assert len(members) + len(strangers) == len(everyone)
    assert {row["homePhone"] != "" for row in aiq.search("has:home is:member")} == {True}


def test_pages_cover_everyone_once(aiq: AiqClient, sim: Simulation) -> None:
    seen: list[str] = []
    while True:
        page = aiq.data("GET", "/api/v1.1/piis/9001", params={"start": len(seen), "limit": 7, "sort": "inserted"})
        if not page["results"]:
            break
        seen += [row["contactID"] for row in page["results"]]
        assert page["size"] == len(page["results"])
        assert page["total"] == len(sim.world.personas) - 1
    assert len(set(seen)) == len(seen) == len(sim.world.personas) - 1


def test_sorting_has_two_directions(aiq: AiqClient) -> None:
    newest = [row["inserted"] for row in aiq.search("", sort="inserted", dir="desc")]
    assert newest == sorted(newest, reverse=True)
    points = [row["loyaltyPoints"] for row in aiq.search("not:member", sort="points", dir="asc")]
    assert points == sorted(points)


@pytest.mark.parametrize("query", [{"limit": "ten"}, {"start": "-1"}, {"sort": "shoe"}, {"dir": "up"}])
def test_a_query_that_makes_no_sense_is_refused(aiq: AiqClient, query: dict[str, Any]) -> None:
    answer = aiq.get("/api/v1.1/piis/9001", params=query)
    assert (answer.status_code, answer.json()["success"]) == (400, False)


def test_a_blocked_shopper_is_nowhere(aiq: AiqClient, sim: Simulation) -> None:
    blocked = sim.world.find(BLOCKED)
    assert blocked is not None
    assert aiq.search(BLOCKED) == []
    assert aiq.get(f"/api/v1.1/piis/9001/{blocked.contact_id}").status_code == 404
    assert aiq.get(f"/api/v2/wallet/{BLOCKED}").status_code == 404
    assert aiq.get(f"/api/v2/loyalty/lookup/{BLOCKED}").status_code == 404
    assert aiq.post("/api/v2/verify/contact/wallet", json={"phone": BLOCKED}).status_code == 400
    sim.block(BLOCKED, blocked=False)
    assert len(aiq.search(BLOCKED)) == 1


def test_detail_adds_to_the_row(aiq: AiqClient) -> None:
    (row,) = aiq.search(INES)
    detail = aiq.data("GET", f"/api/v1.1/piis/9001/{row['contactID']}")
    assert row.items() <= detail.items()
    assert {"spent", "referCode", "referLink"} <= detail.keys()


def test_membership_is_told_by_phone_and_mail(aiq: AiqClient) -> None:
    assert aiq.data("GET", f"/api/v2/loyalty/lookup/{INES}")["loyalty"] is True
    assert aiq.data("GET", "/api/v2/loyalty/lookup/ines.calder142%40example.org")["loyalty"] is True
    assert aiq.data("GET", "/api/v2/loyalty/lookup/3035550116")["loyalty"] is False
    assert aiq.get("/api/v2/loyalty/lookup/3035550199").status_code == 404


def test_an_override_is_partial_and_blanks_a_bad_phone(aiq: AiqClient) -> None:
    path = f"/api/v2/loyaltyContact/override/9001/{aiq.contact_id(INES)}"
    assert aiq.data("POST", path, json={"email": "new@example.org"}) == {"email": "new@example.org"}
    assert aiq.data("POST", path, json={"mobilePhone": "12"})["mobilePhone"] == ""
    (row,) = aiq.search("new@example.org")
    assert (row["mobilePhone"], row["firstName"]) == ("", "Ines")
    assert aiq.data("GET", path) == {"email": "new@example.org", "mobilePhone": ""}
    assert aiq.post(path, json={}).status_code == 400
    assert aiq.post(path, json={"mobilePhone": 3035550142}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-apikey": "wrong"},
        {"x-api-key": "KEY"},
        {"Authorization": "Bearer KEY"},
        {"Authorization": "KEY"},
    ],
)
def test_only_the_right_key_in_the_right_header_opens(sim: Simulation, headers: dict[str, str]) -> None:
    sent = {name: value.replace("KEY", sim.aiq_key) for name, value in headers.items()}
    answer = httpx.get(f"{sim.url}/api/v1.1/stores/9001", headers=sent, params={"apiKey": sim.aiq_key}, trust_env=False)
    assert answer.status_code == 403
    assert answer.json() == {"code": 403, "success": False, "errors": [{"message": "a valid API key is needed"}]}


def test_another_account_reads_like_a_wrong_key(aiq: AiqClient) -> None:
    assert aiq.get("/api/v1.1/stores/9002").json() == aiq.get("/api/v1.1/piis/1", headers={"x-apikey": ""}).json()


def test_wrong_routes_answer_as_the_host_does(aiq: AiqClient) -> None:
    missing = aiq.get("/api/v2/tiers/9001")
    assert (missing.status_code, missing.json()["errors"]) == (404, [{"message": "Not Found"}])
    for method, path in (("POST", "/api/v2/contact"), ("PUT", "/api/v1.1/piis/9001"), ("DELETE", "/api/v2/wallet")):
        wrong = aiq.request(method, path)
        assert (wrong.status_code, wrong.content) == (405, b"")
    assert aiq.get("/api/v2/verify/contact/wallet").status_code == 404


def test_the_named_cases_are_where_the_table_says(sim: Simulation) -> None:
    for case in CASES:
        persona = sim.world.find(case.number)
        customers = sim.world.customers.find(phone=case.number)
        assert (persona is None) == (case.traits is None), case.key
        if persona is not None:
            assert (persona.first_name, persona.last_name) == case.name
        else:
            assert [customer.first_name for customer in customers] == [case.name[0]]
    assert len({case.number for case in CASES}) == len(CASES)
    assert sim.world.customers.find(phone="3035550128") == []
