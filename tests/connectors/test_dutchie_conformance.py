"""Whatever Dutchie might answer within and around its own description is rows, or one of the expected failures."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budtender.connectors import dutchie_calls as calls
from budtender.connectors.dutchie import Dutchie
from budtender.connectors.dutchie_lists import PointsRow
from budtender.connectors.dutchie_pull import BEGINNING, Mark
from budtender.connectors.dutchie_records import CustomerRow
from budtender.connectors.dutchie_tickets import Applied, ItemRow, Taxed, TransactionRow
from budtender.errors import RemoteError
from budtender.model import Batch, Cursor, Resource
from tests.connectors.contract import assert_conforms
from tests.connectors.odd_answers import description, odd_lists, odd_objects
from tests.connectors.page_server import Page, PageServer

PAPER = "dutchie.openapi.json"
ANSWERS = {
    Resource.CUSTOMERS: ((calls.CUSTOMERS, "Customer"),),
    Resource.SALES: ((calls.TRANSACTIONS, "Transaction"),),
    Resource.PRODUCTS: ((calls.ALL_PRODUCTS, "ProductDetail"),),
    Resource.INVENTORY: ((calls.INVENTORY, "InventoryItem"), (calls.ALL_INVENTORY, "ReportingInventoryItem")),
    Resource.DISCOUNTS: ((calls.DISCOUNTS, "DiscountApiResponse"), (calls.ALL_DISCOUNTS, "ReportingDiscountDetail")),
    Resource.GROUPS: ((calls.ALL_DISCOUNTS, "ReportingDiscountDetail"),),
    Resource.EMPLOYEES: ((calls.EMPLOYEES, "Employee"),),
    Resource.POINTS: ((calls.LOYALTY, "LoyaltySnapshot"),),
}
ODD = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class Asking:
    """A till on a loop of its own, so that made-up answers follow each other quickly."""

    def __init__(self, server: PageServer) -> None:
        self.server = server
        self._runner = asyncio.Runner()
        self._till = self._runner.run(self._connected())

    async def _connected(self) -> Dutchie:
        return Dutchie.connect(self.server.url, "key-1")

    def pull(self, resource: Resource) -> list[Batch]:
        now = datetime.now(UTC)
        return self._runner.run(self._pulled(resource, Cursor(at=now, mark=Mark(swept=now, horizon=BEGINNING).text)))

    async def _pulled(self, resource: Resource, since: Cursor) -> list[Batch]:
        return [batch async for batch in self._till.pull(resource, since)]

    def report(self) -> object:
        end = datetime.now(UTC)
        return self._runner.run(self._till.closing_report(end - timedelta(days=1), end))

    def location(self) -> object:
        return self._runner.run(self._till.whoami())

    def close(self) -> None:
        self._runner.run(self._till.aclose())
        self._runner.close()


@pytest.fixture
def asking(till_pages: PageServer) -> Iterator[Asking]:
    asking = Asking(till_pages)
    yield asking
    asking.close()


@pytest.mark.parametrize("resource", list(ANSWERS))
@ODD
@given(data=st.data())
def test_any_list_is_rows_or_an_expected_failure(asking: Asking, resource: Resource, data: st.DataObject) -> None:
    came = 0
    for path, schema in ANSWERS[resource]:
        body: Any = data.draw(odd_lists(PAPER, schema))
        rows = body["data"] if isinstance(body, dict) and "data" in body else body
        came += len(rows) if isinstance(rows, list) else 0
        asking.server.play(f"GET {path}", Page(body=body))
    try:
        batches = asking.pull(resource)
    except RemoteError:
        return
    rows = [row for batch in batches for row in batch.rows]
    if resource is not Resource.GROUPS:
        assert len(rows) + sum(batch.unreadable for batch in batches) <= came
    for row in rows:
        # What the cache does with it; half a character or a number beyond JSON would end here.
        assert msgspec.json.decode(msgspec.json.encode(row), type=type(row)) == row


@ODD
@given(data=st.data())
def test_any_single_answer_is_a_value_or_an_expected_failure(asking: Asking, data: st.DataObject) -> None:
    asking.server.play(f"GET {calls.CLOSING_REPORT}", Page(body=data.draw(odd_objects(PAPER, "ClosingReportV2"))))
    asking.server.play(f"GET {calls.WHOAMI}", Page(body=data.draw(odd_objects(PAPER, "LocationIdentity"))))
    for ask in (asking.report, asking.location):
        with suppress(RemoteError):
            ask()


@pytest.mark.parametrize(
    "body", ["{", "[", "", "null", "[null]", '"text"', "[[]]", "[7]", '[{"customerId":NaN}]', "\x00"]
)
@pytest.mark.parametrize("resource", list(ANSWERS))
def test_what_is_no_list_of_objects_is_an_expected_failure(asking: Asking, resource: Resource, body: str) -> None:
    for path, _ in ANSWERS[resource]:
        asking.server.play(f"GET {path}", Page(body=body))
    try:
        batches = asking.pull(resource)
    except RemoteError:
        assert body not in ("", "null")
    else:
        assert all(not batch.rows for batch in batches)


def test_every_request_of_a_pull_is_one_that_the_description_has(asking: Asking) -> None:
    for resource in ANSWERS:
        asking.pull(resource)
    asking.server.play(f"GET {calls.CLOSING_REPORT}", Page(body={}))
    asking.report()
    seen = set()
    for asked in asking.server.asked:
        if asked.path not in seen:
            seen.add(asked.path)
            assert_conforms(asked, PAPER)
    assert seen >= {path for answers in ANSWERS.values() for path, _ in answers} | {calls.CLOSING_REPORT}


def test_every_field_that_is_read_is_one_that_the_description_has() -> None:
    schemas = description(PAPER)["components"]["schemas"]
    # Seen live and not in the description.
    later = {"TransactionItem": {"sku"}}
    for kind, schema in (
        (CustomerRow, "Customer"),
        (TransactionRow, "Transaction"),
        (ItemRow, "TransactionItem"),
        (Applied, "AppliedDiscount"),
        (Taxed, "LineItemTaxInfo"),
        (PointsRow, "LoyaltySnapshot"),
    ):
        read = {field.encode_name for field in msgspec.structs.fields(kind)}
        assert read <= set(schemas[schema]["properties"]) | later.get(schema, set()), schema
