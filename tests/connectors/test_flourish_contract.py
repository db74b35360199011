"""Flourish's interface description: what is asked is in it, and what is answered within and beside it is borne."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budtender.connectors.flourish import Flourish
from budtender.errors import InputError, RemoteError
from budtender.model import Cursor, CustomerDraft, Resource
from budtender.simulator import Simulation
from tests.connectors.contract import assert_conforms, described
from tests.connectors.generated import answers
from tests.connectors.page_server import Page, PageServer

NAME = "flourish.openapi.yaml"
WILLOW = "5c0000000000000000000003"
EMPTY = Page(body={"message": "Success", "status": 200, "meta": {"total": 0}, "data": []})
RESOURCES = (
    Resource.CUSTOMERS,
    Resource.SALES,
    Resource.REFUNDS,
    Resource.PRODUCTS,
    Resource.INVENTORY,
    Resource.DISCOUNTS,
)
DRAFT = CustomerDraft(
    key="k",
    first_name="Nova",
    last_name="Reed",
    email="nova@example.org",
    phone="+13035550188",
    birth_date=date(1990, 1, 2),
    address1="1 Elm St",
    city="Pueblo",
    state="CO",
    postal_code="81003",
)
HOME = UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture(scope="module")
def server() -> Iterator[PageServer]:
    with PageServer(EMPTY) as server:
        yield server


def _doings(till: Flourish) -> dict[str, Callable[[], Awaitable[object]]]:
    """Each thing that the connector can do."""
    ago = Cursor(at=datetime.now(UTC) - timedelta(days=1))
    middle = Cursor(at=ago.at, until=datetime.now(UTC), page=49, mark=" 7")
    pulls: dict[str, Callable[[], Awaitable[object]]] = {}
    for resource in RESOURCES:
        pulls[resource.value] = partial(_read, till, resource, None)
        pulls[f"{resource.value} again"] = partial(_read, till, resource, ago)
        pulls[f"{resource.value} gone on with"] = partial(_read, till, resource, middle)
    return {
        "locations": till.locations,
        "check": till.check,
        "find": partial(till.find_by_phone, "3035550188"),
        "one": partial(till.find_customer, "9"),
        "create": partial(till.create_customer, DRAFT, installation_key=HOME),
        **pulls,
    }


async def _do(till: Flourish, *names: str) -> None:
    """Do these things, or all; whatever fails must fail as one of our errors."""
    doings = _doings(till)
    for name in names or doings:
        with suppress(RemoteError, InputError):
            await doings[name]()


async def _read(till: Flourish, resource: Resource, since: Cursor | None) -> None:
    async for _ in till.pull(resource, since):
        pass


@pytest.mark.parametrize("location", ["", WILLOW])
async def test_every_request_is_one_that_the_description_has(location: str) -> None:
    brands = {"message": "Success", "status": 200, "data": [{"brand_id": 1, "brand_name": "Alder & Ash"}]}
    items = {"message": "Success", "status": 200, "meta": {"total": 1}, "data": [{"id": "70", "item_name": "Basalt"}]}
    with PageServer(EMPTY) as server:
        server.play_recorded("GET /v1/facilities", "flourish/facilities.json")
        server.play("GET /v1/brands", Page(body=brands))
        server.play("GET /v1/items", Page(body=items))
        till = Flourish.connect(server.url, "key-1", second_key="user-1", location=location)
        await _do(till)
        await till.aclose()
        seen = {(asked.method, asked.path, *sorted(asked.query)): asked for asked in server.asked}
        for asked in server.asked:
            assert_conforms(asked, NAME)
    assert {path for _, path, *_ in seen} == {
        "/v1/facilities",
        "/v1/customers",
        "/v1/customers/9",
        "/v1/retail-orders",
        "/v1/items",
        "/v1/brands",
        "/v1/inventory/summary",
        "/v1/retail-discounts",
    }
    assert ("POST", "/v1/customers") in seen


async def test_the_requests_of_whole_pulls_are_described_too() -> None:
    """Against the simulator every page of every window is asked for; the simulator refuses what it does not know."""
    with Simulation(shoppers=30, crowd=120, sales=150, days=90, limits=False) as simulation:
        account = simulation.account("flourish")
        till = Flourish.connect(account.base_url, account.key, second_key=account.second_key)
        for resource in RESOURCES:
            await _read(till, resource, None)
        await till.aclose()
        document = described(NAME)
        paths = {call.template.partition("/external/api")[2] for call in simulation.calls}
    assert paths <= document["paths"].keys()


#: What asks for each answer.
_USES = {
    "/v1/facilities": ("locations", "check", "inventory", "discounts"),
    "/v1/customers": ("find", "create", "customers", "customers again", "customers gone on with"),
    "/v1/customers/{customer_id}": ("one",),
    "/v1/retail-orders": ("check", "sales", "sales again", "refunds", "refunds gone on with"),
    "/v1/items": ("products", "products again", "products gone on with"),
    "/v1/brands": ("products again",),
    "/v1/inventory/summary": ("check", "inventory"),
    "/v1/retail-discounts": ("check", "discounts"),
}
#: Counts that make a list long are asked for elsewhere.
_LIMITS = {"total": st.integers(-2, 60) | st.none() | st.text(max_size=2), "status": st.sampled_from([200, 200, 404])}


@pytest.mark.parametrize("template", _USES)
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_answered_raises_nothing_but_our_errors(server: PageServer, template: str, data: Any) -> None:
    """Nulls, missing and further keys, other types, unknown words: read, counted as unreadable, or refused."""
    document = described(NAME)
    for method in ("get", "post"):
        if method in document["paths"][template]:
            body = data.draw(answers(document, template, method, _LIMITS))
            server.play(f"{method.upper()} {template.replace('{customer_id}', '9')}", Page(body=body))

    async def work() -> None:
        till = Flourish.connect(server.url, "key-1", location=data.draw(st.sampled_from(["", WILLOW])))
        await _do(till, *_USES[template])
        await till.aclose()

    try:
        asyncio.run(work())
    finally:
        server.forget()
