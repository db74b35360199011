"""A till of one's own over REST: the made-up one of the simulator, and ways of paging that it does not have."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from budtender.connectors.custom import Custom
from budtender.connectors.custom_mapping import EXAMPLES
from budtender.errors import InputError, Misconfigured, ProtocolError, RemoteError, Unreachable
from budtender.model import Batch, Cursor, CustomerDraft, Package, Resource
from budtender.simulator import Simulation, upkeep
from tests.connectors.page_server import Asked, Page, PageServer
from tests.connectors.test_posabit_pull import counted, pulled, rows_of, taken

REST = (EXAMPLES / "rest.toml").read_text(encoding="utf-8")
HARBOR = 31
DRAFT = CustomerDraft(key=str(uuid4()), first_name="Nia", last_name="Okafor", phone="+13035550188")


@asynccontextmanager
async def till_of(simulation: Simulation) -> AsyncIterator[Custom]:
    account = simulation.account("custom")
    connector = Custom.connect(account.base_url, account.key)
    yield connector
    await connector.aclose()


@asynccontextmanager
async def described(server: PageServer, *changes: tuple[str, str], query: str = "") -> AsyncIterator[Custom]:
    """A till at the server, whose shoppers are described otherwise than in the example."""
    text = REST
    for old, new in changes:
        text = text.replace(old, new, 1)
    if query:
        text = re.sub(r"query = {[^}]*from[^\n]*", f"query = {query}", text, count=1)
    connector = Custom.connect(server.url, "key-1", details=text)
    yield connector
    await connector.aclose()


# ── the simulated till ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("A-001")
async def test_every_day_adds_up_to_what_the_store_took() -> None:
    with Simulation(shoppers=40, sales=1_200, days=60, limits=False) as simulation:
        sale = simulation.shop.sell(HARBOR)
        simulation.shop.give_back(sale.id)
        simulation.shop.void(simulation.shop.sell(HARBOR).id)
        async with till_of(simulation) as till:
            tickets = list(rows_of(await pulled(till, Resource.SALES)).values())
        assert counted(tickets, simulation.shop.day_of) == taken(simulation)
        refund = next(ticket for ticket in tickets if ticket.refund_of == str(sale.id))
        assert refund.lines[0].quantity < 0
        assert all(line.cost_cents is not None for ticket in tickets for line in ticket.lines)


@pytest.mark.requirement("A-002")
async def test_shoppers_come_with_merged_and_deleted_ones() -> None:
    with Simulation(shoppers=60, crowd=300, limits=False) as simulation:
        known = [row.customer_id for row in simulation.world.customers if not row.is_anonymous]
        upkeep.merge(simulation.world, known[3], known[4])
        upkeep.archive(simulation.world, known[5])
        async with till_of(simulation) as till:
            customers = rows_of(await pulled(till, Resource.CUSTOMERS))
    dated = {str(row) for row in known} & set(customers)
    assert len(dated) > 0.95 * len(known)
    assert customers[str(known[3])].merged_into == str(known[4])
    assert customers[str(known[5])].archived


@pytest.mark.requirement("A-003")
async def test_the_stock_is_whole_each_time_with_price_and_cost() -> None:
    with Simulation(shoppers=5, limits=False) as simulation:
        async with till_of(simulation) as till:
            lots = rows_of(await pulled(till, Resource.INVENTORY))
            products = rows_of(await pulled(till, Resource.PRODUCTS))
            batches = await pulled(till, Resource.INVENTORY, Cursor(at=datetime.now(UTC)))
        goods = simulation.shop.goods
    assert {key: lot.quantity for key, lot in lots.items()} == {
        str(lot.id): lot.quantity for lot in goods.stock(HARBOR)
    }
    assert all(batch.snapshot for batch in batches)
    for lot in lots.values():
        assert isinstance(lot, Package)
        product = goods.products[int(lot.product_id)]
        assert (lot.price_cents, lot.cost_cents) == (product.price_cents, product.cost_cents)
        assert products[lot.product_id].cost_cents == product.cost_cents


@pytest.mark.requirement("A-005")
@given(broken_off=st.lists(st.integers(0, 6), min_size=1, max_size=4), deeds=st.integers(0, 30))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_ranges_leave_no_gap_and_no_double_wherever_a_pull_is_broken_off(broken_off: list[int], deeds: int) -> None:
    asyncio.run(_broken_off(broken_off, deeds))


async def _broken_off(broken_off: list[int], deeds: int) -> None:
    with Simulation(shoppers=30, crowd=200, sales=2_000, days=25, limits=False) as simulation:
        known: dict[str, Any] = {}
        # The years before the first sale are windows without a page to be broken off at.
        cursor: Cursor | None = Cursor(at=datetime.now(UTC) - timedelta(days=29))
        for length in [*broken_off, 10_000, 10_000]:
            async with till_of(simulation) as till:
                stored = 0
                async for batch in till.pull(Resource.SALES, cursor):
                    known |= rows_of([batch])
                    cursor = batch.cursor or cursor
                    stored += 1
                    if stored > length:
                        break
            if length < 10_000:
                simulation.life.happen(deeds)
        assert counted(list(known.values()), simulation.shop.day_of) == taken(simulation)


@pytest.mark.requirement("A-002")
async def test_a_shopper_is_looked_up_created_once_and_changed_sparsely() -> None:
    with Simulation(shoppers=20, limits=False) as simulation:
        async with till_of(simulation) as till:
            (maya,) = await till.find_by_phone("(303) 555-0101")
            assert await till.find_customer(maya.id) == maya
            assert await till.find_customer("nobody") is None
            with pytest.raises(InputError):
                await till.find_customer("1/../2")
            linked = await till.create_customer(replace(DRAFT, phone="+13035550101"), installation_key=uuid4())
            assert (linked.customer, linked.existed) == (maya, True)
            made = await till.create_customer(DRAFT, installation_key=uuid4())
            assert not made.existed
            assert await till.find_by_phone("3035550188") == [made.customer]
            draft = CustomerDraft(key="k", id=maya.id, first_name="", last_name="", email="maya.new@example.org")
            after = await till.update_customer(draft)
            assert replace(after, email=maya.email, modified=maya.modified) == maya
            assert after.email == "maya.new@example.org"


@pytest.mark.parametrize("field", ["first_name", "last_name", "phone"])
async def test_what_the_description_needs_is_named(field: str) -> None:
    with PageServer(Page(body={"shoppers": []})) as server:
        async with described(server) as till:
            with pytest.raises(InputError) as missing:
                await till.create_customer(replace(DRAFT, **{field: ""}), installation_key=uuid4())
        assert missing.value.facts["field"] == field
        assert server.requests("POST /shoppers") == []


async def test_whom_the_till_knows_is_linked_with_less_than_it_needs() -> None:
    known = {"id": "3", "first_name": "Nia", "mobile": "3035550188"}
    with PageServer(Page(body={"shoppers": [known]})) as server:
        async with described(server) as till:
            linked = await till.create_customer(replace(DRAFT, last_name=""), installation_key=uuid4())
        assert linked.existed
        assert server.requests("POST /shoppers") == []


async def test_a_creation_of_unknown_outcome_is_not_repeated() -> None:
    with PageServer(Page(body={"shoppers": []})) as server:
        server.play("POST /shoppers", Page(502))
        async with described(server) as till:
            with pytest.raises(Unreachable):
                await till.create_customer(DRAFT, installation_key=uuid4())
        (asked,) = server.requests("POST /shoppers")
    assert asked.body == {"shopper": {"first_name": "Nia", "last_name": "Okafor", "mobile": "3035550188"}}


# ── other ways ────────────────────────────────────────────────────────────────────────────────────────────


def _rows(*ids: int) -> list[dict[str, int]]:
    return [{"id": number} for number in ids]


SINCE = Cursor(at=datetime.now(UTC) - timedelta(hours=1))


async def _ids(till: Custom) -> set[str]:
    return set(rows_of(await pulled(till, Resource.CUSTOMERS, SINCE)))


async def test_pages_by_a_token_are_followed_to_the_end() -> None:
    with PageServer() as server:
        pages = [{"shoppers": _rows(1, 2), "next": "t2"}, {"shoppers": _rows(3), "next": None}]
        server.play("GET /shoppers", *(Page(body=page) for page in (*pages, *pages)))
        query = '{ since = "{from}", token = "{cursor}" }'
        paging = ('style = "page"', 'style = "cursor"\nnext = "next"')
        async with described(server, paging, query=query) as till:
            till.http.clock_offset = 1.0  # type: ignore[union-attr]
            assert await _ids(till) == {"1", "2", "3"}
        assert [asked.query.get("token") for asked in server.asked] == [None, "t2"]


async def test_pages_by_an_address_are_followed_below_the_till_s_own_alone() -> None:
    with PageServer() as server:
        paging = ('style = "page"', 'style = "link"\nnext = "links.next"')
        query = '{ since = "{from}" }'
        following = f"{server.url}/shoppers?since=x&page=2"
        pages = [{"shoppers": _rows(1), "links": {"next": following}}, {"shoppers": _rows(2), "links": {}}]
        server.play("GET /shoppers", *(Page(body=page) for page in pages))
        async with described(server, paging, query=query) as till:
            till.http.clock_offset = 1.0  # type: ignore[union-attr]
            assert await _ids(till) == {"1", "2"}
        assert server.asked[1].query == {"since": "x", "page": "2"}
        for elsewhere in ("https://elsewhere.example/shoppers", following):
            server.play("GET /shoppers", Page(body={"shoppers": _rows(1), "links": {"next": elsewhere}}))
            async with described(server, paging, query=query) as till:
                till.http.clock_offset = 1.0  # type: ignore[union-attr]
                with pytest.raises(ProtocolError):
                    await _ids(till)


async def test_a_token_that_is_named_for_ever_ends_with_the_rows() -> None:
    with PageServer() as server:
        rows = _rows(*range(1, 6))

        def page(asked: Asked) -> object:
            start = int(asked.query.get("token", "0"))
            # The place behind the last row is named even there, as tills do that count rows.
            return {"shoppers": rows[start : start + 2], "next": str(min(start + 2, len(rows)))}

        server.answers("GET /shoppers", page)
        paging = ('style = "page"', 'style = "cursor"\nnext = "next"')
        async with described(server, paging, query='{ since = "{from}", token = "{cursor}" }') as till:
            till.http.clock_offset = 1.0  # type: ignore[union-attr]
            assert await _ids(till) == {"1", "2", "3", "4", "5"}


@pytest.mark.parametrize(
    "following", ["?since=x&page=2", "/shoppers?since=x&page=2", "http+{host}/shoppers?since=x&page=2"]
)
async def test_a_next_address_may_be_relative_and_forget_the_scheme(following: str) -> None:
    with PageServer() as server:
        host = server.url.partition(":")[2]
        link = following.replace("http+{host}", f"https:{host}")
        pages = [{"shoppers": _rows(1), "links": {"next": link}}, {"shoppers": _rows(2), "links": {"next": None}}]
        server.play("GET /shoppers", *(Page(body=page) for page in pages))
        paging = ('style = "page"', 'style = "link"\nnext = "links.next"')
        async with described(server, paging, query='{ since = "{from}" }') as till:
            till.http.clock_offset = 1.0  # type: ignore[union-attr]
            assert await _ids(till) == {"1", "2"}
        assert server.asked[1].query == {"since": "x", "page": "2"}


async def test_a_list_that_is_said_to_be_null_has_no_rows() -> None:
    with PageServer(Page(body={"shoppers": None, "total_pages": 0})) as server:
        async with described(server) as till:
            batches = await pulled(till, Resource.CUSTOMERS, SINCE)
            assert batches[-1].cursor is not None
            assert await till.find_by_phone("3035550188") == []


async def test_pages_by_offset_are_read_from_the_last() -> None:
    with PageServer() as server:
        rows = _rows(*range(1, 251))
        paging = ('style = "page"', 'style = "offset"')
        changes = (paging, ('pages = "total_pages" ', "# "))
        query = '{ since = "{from}", skip = "{offset}", top = "{size}" }'
        server.answers(
            "GET /shoppers",
            lambda asked: {
                "total": len(rows),
                "shoppers": rows[int(asked.query["skip"]) : int(asked.query["skip"]) + 100],
            },
        )
        async with described(server, *changes, query=query) as till:
            till.http.clock_offset = 1.0  # type: ignore[union-attr]
            assert len(await _ids(till)) == 250
        assert [asked.query["skip"] for asked in server.asked] == ["0", "200", "100", "0"]


async def test_a_row_that_is_refused_is_told_with_its_reason_and_its_values() -> None:
    body = {"total_pages": 1, "shoppers": [{"id": 1, "birth_date": "soon", "first_name": "Nia"}, {"id": 2}]}
    with PageServer(Page(body=body)) as server:
        async with described(server) as till:
            batches: list[Batch] = await pulled(till, Resource.CUSTOMERS, SINCE)
    assert set(rows_of(batches)) == {"2"}
    assert sum(batch.unreadable for batch in batches) == 1
    (refused,) = [row for batch in batches for row in batch.unread]
    assert refused.reason == "birth_date (birth_date) is not a date"
    assert refused.where == "page 1, row 1"
    assert ("birth_date", "soon") in refused.values


@pytest.mark.parametrize("body", [{"x": 1}, {"shoppers": {}}, {"shoppers": None}, [], "null", {"shoppers": [7]}])
async def test_an_answer_without_the_list_moves_no_cursor(body: Any) -> None:
    with PageServer(Page(body=body)) as server:
        async with described(server) as till:
            batches = []
            try:
                batches = await pulled(till, Resource.CUSTOMERS, SINCE)
            except RemoteError:
                assert body != {"shoppers": [7]}
    assert rows_of(batches) == {}


async def test_the_key_goes_where_the_description_says() -> None:
    with PageServer(Page(body={"shoppers": []})) as server:
        changes = [('header = "X-Api-Key"', 'header = "Authorization"'), ('form = "{key}"', 'form = "Basic {basic}"')]
        async with described(server, *changes, ('user = ""', 'user = "reader"')) as till:
            await till.find_by_phone("3035550188")
        assert server.asked[0].headers["authorization"] == "Basic cmVhZGVyOmtleS0x"


async def test_what_is_not_described_is_misconfigured() -> None:
    text = REST[: REST.index("[shoppers.find]")]
    with PageServer(Page(403)) as server:
        till = Custom.connect(server.url, "key-1", details=text)
        for doing in (
            till.find_by_phone("3035550188"),
            till.find_customer("1"),
            till.create_customer(DRAFT, installation_key=uuid4()),
            till.update_customer(replace(DRAFT, id="1")),
        ):
            with pytest.raises(Misconfigured):
                await doing
        (permission,) = await till.check()
        await till.aclose()
    assert (permission.name, permission.granted) == ("read shoppers", False)


async def test_stores_of_one_till_are_told_apart_and_stay_what_they_were_known_as() -> None:
    with Simulation(shoppers=0, stores=2, limits=False) as simulation:
        found = []
        for account in simulation.accounts:
            if account.system == "custom":
                for location in ("", "known-before"):
                    till = Custom.connect(account.base_url, account.key, location=location)
                    found.append((await till.locations())[0].id)
                    await till.aclose()
    assert len(set(found)) == 3
    assert found[1] == found[3] == "known-before"
