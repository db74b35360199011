"""Flourish's connector against pages written beforehand and against the simulator."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from budtender.connectors.flourish import Flourish
from budtender.errors import InputError, Misconfigured, NotFound, ProtocolError, Refused, Unreachable
from budtender.model import CustomerDraft, Resource
from budtender.simulator import Simulation, upkeep
from tests.connectors.flourish_lists import listed
from tests.connectors.page_server import Page, PageServer

HOME = UUID("00000000-0000-4000-8000-000000000001")


@pytest_asyncio.fixture
async def flourish(world: Simulation) -> AsyncIterator[Flourish]:
    world.faults.clear()
    account = world.account("flourish")
    connector = Flourish.connect(
        account.base_url, account.key, second_key=account.second_key, location=account.location
    )
    yield connector
    await connector.aclose()


def _draft(**fields: Any) -> CustomerDraft:
    known: dict[str, Any] = {
        "key": str(uuid4()),
        "first_name": "Inés",
        "last_name": "Marsh",
        "email": "ines.marsh@example.org",
        "phone": "+13035550171",
        "birth_date": date(1987, 6, 5),
    }
    return CustomerDraft(**known | fields)


# ── the credential ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("F-006")
@pytest.mark.parametrize("user", ["", "harbor-user"])
async def test_a_key_goes_with_a_user_name_or_without(flourish_pages: PageServer, user: str) -> None:
    connector = Flourish.connect(flourish_pages.url, " key-1 ", second_key=f" {user} ")
    await connector.locations()
    await connector.aclose()
    headers = flourish_pages.asked[0].headers
    if user:
        assert base64.b64decode(headers["authorization"].removeprefix("Basic ")) == b"harbor-user:key-1"
        assert "x-api-key" not in headers
    else:
        assert headers["x-api-key"] == "key-1"
        assert "authorization" not in headers


async def test_both_kinds_of_keys_open_the_simulated_company(world: Simulation) -> None:
    account = world.account("flourish")
    for key, user in ((world.flourish_api_key, ""), (account.key, account.second_key)):
        connector = Flourish.connect(account.base_url, key, second_key=user)
        assert [place.name for place in await connector.locations()] == [store.name for store in world.world.stores]
        await connector.aclose()


async def test_facilities_that_may_sell_come_active_ones_first(paged_flourish: Flourish) -> None:
    assert [place.name for place in await paged_flourish.locations()] == ["Willow Lane", "Corner Farm", "Old Quarry"]


async def test_where_nothing_may_sell_every_facility_can_be_chosen(
    paged_flourish: Flourish, flourish_pages: PageServer
) -> None:
    flourish_pages.play("GET /v1/facilities", listed({"id": "1", "facility_name": "Field", "facility_type": "Grower"}))
    assert [place.name for place in await paged_flourish.locations()] == ["Field"]


async def test_each_service_is_reported_by_name() -> None:
    services = ["facilities", "customers", "items", "inventory", "retail discounts"]
    with Simulation(shoppers=20, limits=False, flourish_services=services) as simulation:
        account = simulation.account("flourish")
        connector = Flourish.connect(account.base_url, account.key, second_key=account.second_key)
        permissions = await connector.check()
        await connector.aclose()
    assert {permission.name for permission in permissions if permission.granted} == set(services)
    (missing,) = [permission for permission in permissions if not permission.granted]
    assert "retail orders" in missing.hint
    assert "API Keys" in missing.hint


async def test_a_key_without_the_service_for_facilities_is_still_checked() -> None:
    with Simulation(shoppers=20, limits=False, flourish_services=["customers", "inventory"]) as simulation:
        account = simulation.account("flourish")
        open_, chosen = (
            Flourish.connect(account.base_url, account.key, second_key=account.second_key, location=location)
            for location in ("", account.location)
        )
        granted = [{p.name for p in await till.check() if p.granted} for till in (open_, chosen)]
        await open_.aclose()
        await chosen.aclose()
    assert granted[1] == {"customers", "inventory"}
    assert "customers" in granted[0]


@pytest.mark.parametrize("location", ["Café", "5c\r\nx-api-key: other", "5c 01", "x" * 65])
async def test_what_cannot_be_a_facility_is_never_sent(flourish_pages: PageServer, location: str) -> None:
    flourish_pages.play(
        "GET /v1/facilities", listed({"id": location, "facility_name": "Odd", "facility_type": "Dispensary"})
    )
    connector = Flourish.connect(flourish_pages.url, "key-1", location=location)
    assert await connector.locations() == []
    with pytest.raises(Misconfigured, match="not the id of a facility"):
        await anext(connector.pull(Resource.INVENTORY, None))
    await connector.aclose()


# ── customers ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_phone_leads_to_its_customers_without_merged_ones(
    paged_flourish: Flourish, flourish_pages: PageServer
) -> None:
    flourish_pages.play_recorded("GET /v1/customers", "flourish/customers.json")
    assert [customer.id for customer in await paged_flourish.find_by_phone("(303) 555-0171")] == ["3042"]
    (asked,) = flourish_pages.requests("GET /v1/customers")
    assert asked.query["phone_number"] == "3035550171"


async def test_a_customer_is_read_by_id(paged_flourish: Flourish, flourish_pages: PageServer) -> None:
    flourish_pages.play(
        "GET /v1/customers/3042", Page(body={"status": 200, "data": {"id": "3042", "first_name": "Inés"}})
    )
    flourish_pages.play("GET /v1/customers/3043", Page(404, {"message": "Customer not found", "status": 404}))
    flourish_pages.play("GET /v1/customers/3044", Page(body={"message": "Customer not found", "status": 404}))
    found = await paged_flourish.find_customer("3042")
    assert found is not None
    assert found.first_name == "Inés"
    assert await paged_flourish.find_customer("3043") is None
    assert await paged_flourish.find_customer("3044") is None
    asked = len(flourish_pages.asked)
    assert await paged_flourish.find_customer("../facilities") is None
    assert len(flourish_pages.asked) == asked


async def test_a_shopper_who_is_known_is_linked_and_not_changed(flourish: Flourish, world: Simulation) -> None:
    known = next(c for c in world.world.customers if c.email_address and c.phone and not c.is_anonymous)
    before = len(world.world.customers)
    for fields in ({"email": known.email_address}, {"email": "another@example.org", "phone": known.phone}):
        linked = await flourish.create_customer(_draft(**fields), installation_key=HOME)
        assert linked.existed
        assert not linked.changed
        assert (linked.customer.id, len(world.world.customers)) == (str(known.customer_id), before)


async def test_a_name_and_birth_date_find_a_shopper_whose_number_and_address_are_new(
    flourish: Flourish, world: Simulation
) -> None:
    added = upkeep.add(
        world.world, 31, "Perpetua", "Quill", "3035550160", date_of_birth="1961-02-03T00:00:00", email_address=None
    )
    draft = _draft(first_name="perpetua", last_name="quill", birth_date=date(1961, 2, 3), phone="+13035550161")
    linked = await flourish.create_customer(draft, installation_key=HOME)
    assert (linked.existed, linked.customer.id) == (True, str(added.customer_id))


@pytest.mark.requirement("F-026")
async def test_a_shopper_nobody_knows_is_created_once(flourish: Flourish, world: Simulation) -> None:
    draft = _draft(
        first_name="Wilhelmina",
        email="wilhelmina@example.org",
        phone="+13035550162",
        address1="1 Elm St",
        city="Pueblo",
        state="CO",
        postal_code="81003",
    )
    left: list[int] = []

    async def before_send() -> None:
        left.append(len(world.world.customers.find(email="wilhelmina@example.org")))

    linked = await flourish.create_customer(draft, installation_key=HOME, before_send=before_send)
    assert (linked.existed, left) == (False, [0])
    (made,) = world.world.customers.find(email="wilhelmina@example.org")
    assert (made.first_name, made.phone, made.address1, made.postal_code) == (
        "Wilhelmina",
        "3035550162",
        "1 Elm St",
        "81003",
    )
    again = await flourish.create_customer(draft, installation_key=HOME)
    assert (again.existed, again.customer.id) == (True, linked.customer.id)


@pytest.mark.parametrize(
    ("lacks", "sentence"),
    [
        (["email"], "Flourish needs the shopper's e-mail address."),
        (["email", "birth_date"], "Flourish needs the shopper's e-mail address and birth date."),
        (
            ["first_name", "email", "birth_date"],
            "Flourish needs the shopper's first name, e-mail address and birth date.",
        ),
    ],
)
async def test_what_a_creation_lacks_is_named_and_nothing_is_sent(
    paged_flourish: Flourish, flourish_pages: PageServer, lacks: list[str], sentence: str
) -> None:
    draft = _draft(**{name: "" if name == "first_name" else None for name in lacks})
    with pytest.raises(InputError) as refused:
        await paged_flourish.create_customer(draft, installation_key=HOME)
    assert refused.value.title == sentence
    assert refused.value.facts["field"] == lacks[0]
    assert refused.value.facts["missing"] == lacks
    assert not flourish_pages.requests("POST /v1/customers")


async def test_a_refused_creation_is_final_also_under_200(paged_flourish: Flourish, flourish_pages: PageServer) -> None:
    for page in (Page(400, {"message": "email exists", "status": 400}), Page(body={"message": "no", "status": 400})):
        flourish_pages.play("POST /v1/customers", page)
        with pytest.raises(Refused) as refused:
            await paged_flourish.create_customer(_draft(), installation_key=HOME)
        assert "email exists" not in str(refused.value)


async def test_a_creation_whose_answer_is_lost_may_have_happened(
    paged_flourish: Flourish, flourish_pages: PageServer
) -> None:
    flourish_pages.play("POST /v1/customers", Page(body={"message": "boom", "status": 500}))
    with pytest.raises(Unreachable) as lost:
        await paged_flourish.create_customer(_draft(), installation_key=HOME)
    assert lost.value.sent
    flourish_pages.play("POST /v1/customers", Page(body={"status": 200, "data": {}}))
    with pytest.raises(ProtocolError) as unread:
        await paged_flourish.create_customer(_draft(), installation_key=HOME)
    assert unread.value.maybe_done
    assert len(flourish_pages.requests("POST /v1/customers")) == 2


async def test_failures_under_200_are_failures_everywhere() -> None:
    with Simulation(shoppers=20, limits=False, flourish_failures_as_200=True) as simulation:
        account = simulation.account("flourish")
        connector = Flourish.connect(
            account.base_url, account.key, second_key=account.second_key, location="5c9999999999999999999999"
        )
        permissions = await connector.check()
        assert await connector.find_customer("999999") is None
        with pytest.raises((NotFound, Refused)):
            await connector.create_customer(_draft(email="no-at-sign"), installation_key=HOME)
        await connector.aclose()
    assert all(permission.granted for permission in permissions)


@pytest.mark.requirement("F-027")
async def test_customers_are_changed_in_flourish_alone(paged_flourish: Flourish, flourish_pages: PageServer) -> None:
    with pytest.raises(Misconfigured) as refused:
        await paged_flourish.update_customer(_draft(id="3042"))
    assert "Flourish itself" in str(refused.value)
    assert not flourish_pages.asked


async def test_there_is_no_closing_report(paged_flourish: Flourish) -> None:
    with pytest.raises(Misconfigured):
        await paged_flourish.closing_report(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
