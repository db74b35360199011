"""POSaBIT's credential, its permissions, its versions, and the customers that are looked up, created and changed."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator
from datetime import date
from uuid import uuid4

import pytest
import pytest_asyncio
from msgspec.structs import replace

from budtender.connectors.posabit import Posabit
from budtender.errors import InputError, Misconfigured, NotFound, RemoteError, Unreachable
from budtender.model import CustomerDraft, Resource
from budtender.simulator import Simulation
from tests.connectors.page_server import Page, PageServer

DRAFT = CustomerDraft(
    key=str(uuid4()),
    first_name="Nia",
    last_name="Okafor",
    phone="+13035550188",
    email="nia@example.org",
    birth_date=date(1990, 4, 18),
    address1="12 Harbor St",
    city="Pueblo",
    state="CO",
    postal_code="81003",
)
NAMES = ["Menu Feed", "Incoming Orders", "Venue Data", "Enhanced Customer Data"]
NOBODY: dict[str, object] = {"customers": [], "total_pages": 1, "total_records": 0}


@pytest.fixture
def venue() -> Iterator[PageServer]:
    with PageServer() as server:
        server.play_recorded("GET /v2/venue/info", "posabit/info-v2.json")
        server.play("GET /v2/venue/customers", Page(body=NOBODY))
        yield server


@pytest_asyncio.fixture
async def paged(venue: PageServer) -> AsyncIterator[Posabit]:
    connector = Posabit.connect(venue.url, "venue-1")
    yield connector
    await connector.aclose()


@pytest_asyncio.fixture
async def till(world: Simulation) -> AsyncIterator[Posabit]:
    world.faults.clear()
    connector = Posabit.connect(world.posabit_url, world.posabit_key, second_key=world.posabit_integrator)
    yield connector
    await connector.aclose()


# ── keys and versions ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("second", ["", "integrator-1"])
async def test_each_version_gets_the_key_in_its_own_form(venue: PageServer, second: str) -> None:
    venue.play("GET /v3/info", Page(401))
    connector = Posabit.connect(venue.url, "venue-1", second_key=second)
    await connector.locations()
    await connector.locations()
    await connector.aclose()
    sent = [(asked.path, asked.headers["authorization"]) for asked in venue.asked]
    basic = base64.b64encode(b"integrator-1:venue-1").decode()
    older = ("/v2/venue/info", "Bearer venue-1")
    # What worked is remembered: v3 is tried once.
    assert sent == ([("/v3/info", f"Basic {basic}"), older, older] if second else [older, older])


async def test_v3_serves_what_it_has_and_older_versions_the_rest(world: Simulation) -> None:
    with Simulation(shoppers=5, limits=False, posabit={"v3_lists": False}) as simulation:
        connector = Posabit.connect(
            simulation.posabit_url, simulation.posabit_key, second_key=simulation.posabit_integrator
        )
        for resource in (Resource.CUSTOMERS, Resource.SALES, Resource.INVENTORY, Resource.DISCOUNTS):
            async for _ in connector.pull(resource, None):
                pass
        await connector.aclose()
        paths = {call.path.removeprefix("/posabit/api") for call in simulation.calls}
    assert {"/v3/venue/customers", "/v2/venue/sales_histories", "/v2/venue/inventories", "/v2/venue/coupons"} <= paths
    assert "/v2/venue/customers" not in paths


async def test_the_first_version_is_the_last_resort() -> None:
    with Simulation(shoppers=40, sales=50, limits=False, posabit={"versions": ["v1"]}) as simulation:
        connector = Posabit.connect(simulation.posabit_url, simulation.posabit_key)
        counts = {}
        for resource in (Resource.CUSTOMERS, Resource.SALES, Resource.INVENTORY):
            rows = {
                row.id
                for batch in [b async for b in connector.pull(resource, None)]
                for row in batch.rows
                if hasattr(row, "id")
            }
            counts[resource] = len(rows)
        assert all(counts.values())
        # It knows no windows of time: a list is read whole, once, and counts as read up to now.
        asked = [call.path for call in simulation.calls if call.path.endswith("sales_histories")]
        assert asked.count("/posabit/api/v1/venue/sales_histories") == -(-counts[Resource.SALES] // 250)
        last = [batch async for batch in connector.pull(Resource.SALES, None)][-1]
        assert last.cursor is not None
        assert last.cursor.page == 0
        assert abs(simulation.world.now - last.cursor.at.timestamp()) < 30
        await connector.aclose()


async def test_a_key_that_no_version_accepts_is_the_key_s_fault(venue: PageServer, paged: Posabit) -> None:
    venue.play("GET /v2/venue/info", Page(401))
    with pytest.raises(Misconfigured, match="does not accept the key"):
        await paged.locations()


@pytest.mark.requirement("P-007")
async def test_the_four_permissions_are_checked_by_name(till: Posabit) -> None:
    assert [(known.name, known.granted) for known in await till.check()] == [(name, True) for name in NAMES]


@pytest.mark.requirement("P-007")
@pytest.mark.parametrize("missing", NAMES)
@pytest.mark.parametrize("alone", [True, False])
async def test_a_permission_that_is_missing_is_named_with_what_to_do(missing: str, alone: bool) -> None:
    granted = [name for name in NAMES if name != missing]
    with Simulation(shoppers=5, limits=False, posabit={"permissions": granted}) as simulation:
        second = "" if alone else simulation.posabit_integrator
        connector = Posabit.connect(simulation.posabit_url, simulation.posabit_key, second_key=second)
        permissions = {known.name: known for known in await connector.check()}
        await connector.aclose()
    assert list(permissions) == NAMES
    assert [name for name, known in permissions.items() if not known.granted] == [missing]
    assert permissions[missing].hint


@pytest.mark.requirement("P-007")
async def test_facts_of_the_venue_that_are_not_granted_hide_no_other_permission(
    paged: Posabit, venue: PageServer
) -> None:
    venue.forget()
    for path in ("/v2/venue/info", "/v2/venue/sales_histories"):
        venue.play(f"GET {path}", Page(403))
    for path, rows in (("/v2/venue/customers", "customers"), ("/v3/incoming_orders", "incoming_orders")):
        venue.play(f"GET {path}", Page(body={rows: [], "total_pages": 0}))
    permissions = await paged.check()
    granted = {known.name: known.granted for known in permissions}
    assert granted == {
        "Menu Feed": True,
        "Incoming Orders": True,
        "Venue Data": False,
        "Enhanced Customer Data": True,
    }


@pytest.mark.parametrize("status", [400, 422])
async def test_a_menu_that_is_none_may_be_refused_by_who_lets_the_key_through(
    paged: Posabit, venue: PageServer, status: int
) -> None:
    for path in ("v3/menu_feeds", "v1/menu_feeds"):
        venue.play(f"GET /{path}/00000000-0000-0000-0000-000000000000", Page(status))
    for path, rows in (("v2/venue/sales_histories", "sales_histories"), ("v3/incoming_orders", "incoming_orders")):
        venue.play(f"GET /{path}", Page(body={rows: [], "total_pages": 0}))
    assert [(known.name, known.granted) for known in await paged.check()] == [(name, True) for name in NAMES]


@pytest.mark.requirement("P-006")
async def test_without_enhanced_access_it_says_that_only_the_representative_can_enable_it() -> None:
    with Simulation(shoppers=5, limits=False, posabit={"permissions": NAMES[:3]}) as simulation:
        connector = Posabit.connect(simulation.posabit_url, simulation.posabit_key)
        enhanced = (await connector.check())[3]
        with pytest.raises(Misconfigured) as refused:
            await connector.find_by_phone("3035550142")
        await connector.aclose()
    for sentence in (enhanced.hint, refused.value.hint):
        assert "personas and sales cannot be joined" in sentence
        assert "only your POSaBIT account representative can enable it" in sentence


@pytest.mark.requirement("P-006")
async def test_sales_without_a_single_customer_look_like_the_missing_access(venue: PageServer, paged: Posabit) -> None:
    sales = [{"id": n, "ordered_at": "2026-03-04T17:22:10Z", "total": 100, "customer_id": None} for n in range(12)]
    venue.play("GET /v2/venue/sales_histories", Page(body={"sales_histories": sales}))
    venue.play("GET /v3/incoming_orders", Page(body={"incoming_orders": []}))
    assert not (await paged.check())[3].granted
    sales[3]["customer_id"] = 7
    venue.play("GET /v2/venue/sales_histories", Page(body={"sales_histories": sales}))
    assert (await paged.check())[3].granted


# ── customers ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_phone_is_found_however_it_is_written(till: Posabit, world: Simulation) -> None:
    (maya,) = await till.find_by_phone("(303) 555-0101")
    assert (maya.first_name, maya.last_name) == ("Maya", "Lindqvist")
    assert await till.find_customer(maya.id) == maya
    assert await till.find_customer("99999999") is None
    with pytest.raises(InputError):
        await till.find_customer("../info")


async def test_an_existing_customer_is_linked_and_nothing_is_written(till: Posabit, world: Simulation) -> None:
    (maya,) = await till.find_by_phone("3035550101")
    before = len(world.world.customers)
    draft = replace(DRAFT, phone="+13035550101")
    linked = await till.create_customer(draft, installation_key=uuid4())
    assert (linked.customer, linked.existed) == (maya, True)
    moved = replace(draft, phone="+13035550191", first_name="Maya", last_name="LINDQVIST", birth_date=maya.birth_date)
    assert (await till.create_customer(moved, installation_key=uuid4())).customer == maya
    twin = replace(moved, first_name="Mia", phone="+13035550192")
    assert not (await till.create_customer(twin, installation_key=uuid4())).existed
    assert len(world.world.customers) == before + 1


async def test_of_several_profiles_one_in_use_is_linked(paged: Posabit, venue: PageServer) -> None:
    rows = [
        {"id": 1, "first_name": "Nia", "telephone": "3035550188", "active": False, "created_at": "2020-01-01"},
        {"id": 2, "first_name": "Ben", "telephone": "3035550188", "created_at": "2021-01-01"},
        {"id": 3, "first_name": "nia ", "telephone": "3035550188", "created_at": "2022-01-01"},
        {"id": 4, "first_name": "Nia", "telephone": "3035550188", "created_at": "2023-01-01"},
    ]
    venue.play("GET /v2/venue/customers", Page(body={"customers": rows}))
    assert (await paged.create_customer(DRAFT, installation_key=uuid4())).customer.id == "3"
    assert venue.requests("POST /v2/venue/customers") == []


@pytest.mark.requirement("P-027")
async def test_a_new_customer_is_written_once_in_posabit_s_own_words(paged: Posabit, venue: PageServer) -> None:
    answer = {"id": 9, "first_name": "Nia", "last_name": "Okafor", "telephone": "3035550188"}
    venue.play("POST /v2/venue/customers", Page(body={"customer": answer}))
    told: list[str] = []

    async def before_send() -> None:
        told.append("sent")

    linked = await paged.create_customer(DRAFT, installation_key=uuid4(), before_send=before_send)
    (asked,) = venue.requests("POST /v2/venue/customers")
    assert asked.body == {
        "customer": {
            "first_name": "Nia",
            "last_name": "Okafor",
            "telephone": "3035550188",
            "email": "nia@example.org",
            "birthday": "1990-04-18",
            "address": "12 Harbor St",
            "city": "Pueblo",
            "state": "CO",
            "zipcode": "81003",
            "customer_type": "recreational",
        }
    }
    assert (linked.customer.id, linked.existed, told) == ("9", False, ["sent"])


async def test_fields_that_were_dropped_are_named_in_the_log_without_their_values(
    paged: Posabit, venue: PageServer, caplog: pytest.LogCaptureFixture
) -> None:
    answer = {"id": 9, "first_name": "Nia", "last_name": "Okafor", "telephone": "3035550188", "city": "Pueblo"}
    venue.play("POST /v2/venue/customers", Page(body={"customer": answer}))
    await paged.create_customer(DRAFT, installation_key=uuid4())
    (line,) = [record.getMessage() for record in caplog.records if "did not keep" in record.getMessage()]
    assert line == "POSaBIT did not keep email, address1, state, postal_code, birth_date of customer 9"


async def test_a_creation_of_unknown_outcome_is_not_repeated(paged: Posabit, venue: PageServer) -> None:
    venue.play("POST /v2/venue/customers", Page(502))
    with pytest.raises(Unreachable) as lost:
        await paged.create_customer(DRAFT, installation_key=uuid4())
    assert lost.value.sent
    assert len(venue.requests("POST /v2/venue/customers")) == 1


@pytest.mark.parametrize("field", ["first_name", "last_name", "phone"])
async def test_a_missing_value_is_named(paged: Posabit, venue: PageServer, field: str) -> None:
    with pytest.raises(InputError) as missing:
        await paged.create_customer(replace(DRAFT, **{field: ""}), installation_key=uuid4())
    assert missing.value.facts["field"] == field
    assert venue.requests("POST /v2/venue/customers") == []


@pytest.mark.parametrize("fields", [{"first_name": ""}, {"last_name": ""}, {"type": "Medical"}])
async def test_whom_the_venue_knows_is_linked_with_less_than_a_new_profile_takes(
    paged: Posabit, venue: PageServer, fields: dict[str, str]
) -> None:
    known = {"id": 3, "first_name": "Nia", "last_name": "Okafor", "telephone": "3035550188"}
    venue.play("GET /v2/venue/customers", Page(body={"customers": [known]}))
    linked = await paged.create_customer(replace(DRAFT, **fields), installation_key=uuid4())
    assert (linked.customer.id, linked.existed) == ("3", True)


async def test_a_medical_profile_is_left_to_the_till(paged: Posabit) -> None:
    with pytest.raises(InputError) as refused:
        await paged.create_customer(replace(DRAFT, type="Medical"), installation_key=uuid4())
    assert refused.value.facts["field"] == "type"


async def test_a_change_is_sparse(till: Posabit, world: Simulation) -> None:
    (before,) = await till.find_by_phone("3035550101")
    draft = CustomerDraft(key="k", id=before.id, first_name="", last_name="", email="maya.new@example.org")
    after = await till.update_customer(draft)
    assert after.email == "maya.new@example.org"
    assert replace(after, email=before.email, modified=before.modified) == before
    with pytest.raises(NotFound):
        await till.update_customer(replace(draft, id="99999999"))
    with pytest.raises(InputError):
        await till.update_customer(replace(draft, id=None))


@pytest.mark.parametrize("page", [Page(400), Page(403), Page(404), Page(422), Page(429), Page(500), Page(body="<p>")])
async def test_every_failure_is_one_of_ours(paged: Posabit, venue: PageServer, page: Page) -> None:
    venue.play("GET /v2/venue/customers", page)
    with pytest.raises(RemoteError) as failed:
        await paged.find_by_phone("3035550188")
    assert failed.value.hint
    assert "venue-1" not in f"{failed.value} {failed.value.facts}"
