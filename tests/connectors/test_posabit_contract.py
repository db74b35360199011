"""POSaBIT's interface description: what is asked is in it, and what is answered within and beside it is borne."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budtender.connectors.posabit import Posabit
from budtender.errors import InputError, RemoteError
from budtender.model import Cursor, CustomerDraft, Resource
from budtender.simulator import Simulation
from budtender.simulator.posabit_stock import feed_key
from tests.connectors.contract import assert_conforms, described
from tests.connectors.generated import answers
from tests.connectors.page_server import Page, PageServer
from tests.connectors.test_posabit import DRAFT
from tests.simulator.test_contract import assert_valid

NAME = "posabit.openapi.yaml"
EMPTY = {
    "customers": [],
    "sales_histories": [],
    "inventory": [],
    "coupons": [],
    "incoming_orders": [],
    "menu_feed": {"title": "Menu"},
    "customer": {"id": 9},
    "name": "Elm",
    "total_pages": 1,
}
RESOURCES = (Resource.CUSTOMERS, Resource.SALES, Resource.INVENTORY, Resource.PRODUCTS, Resource.DISCOUNTS)


@pytest.fixture(scope="module")
def server() -> Iterator[PageServer]:
    with PageServer(Page(body=EMPTY)) as server:
        yield server


def _doings(till: Posabit) -> dict[str, Callable[[], Awaitable[object]]]:
    """Each thing that the connector can do."""
    change = CustomerDraft(key="k", id="9", first_name="", last_name="", email="nia@example.org")
    pulls = {resource.value: partial(_read, till, resource, None) for resource in RESOURCES}
    again = {f"{resource.value} again": partial(_read, till, resource, _resumed()) for resource in RESOURCES}
    return {
        "locations": till.locations,
        "check": till.check,
        "find": partial(till.find_by_phone, "3035550188"),
        "one": partial(till.find_customer, "9"),
        "create": partial(till.create_customer, DRAFT, installation_key=uuid4()),
        "change": partial(till.update_customer, change),
        **pulls,
        **again,
    }


async def _do(till: Posabit, *names: str) -> None:
    """Do these things, or all; whatever fails must fail as one of our errors."""
    doings = _doings(till)
    for name in names or doings:
        with suppress(RemoteError, InputError):
            await doings[name]()


async def _read(till: Posabit, resource: Resource, since: Cursor | None) -> None:
    async for _ in till.pull(resource, since):
        pass


def _resumed() -> Cursor:
    return Cursor(at=datetime.now(UTC) - timedelta(days=1))


@pytest.mark.parametrize("second", ["", "integrator-1"])
@pytest.mark.parametrize("refused", [[], ["v3"], ["v3", "v2"]])
async def test_every_request_is_one_that_the_description_has(second: str, refused: list[str]) -> None:
    with PageServer(Page(body=EMPTY)) as server:
        for version in refused:
            for name in ("customers", "sales_histories", "inventories", "coupons"):
                server.play(f"GET /{version}/venue/{name}", Page(404))
        till = Posabit.connect(server.url, "venue-1", second_key=second, details="8f14e45f")
        await _do(till)
        await till.aclose()
        seen = {(asked.method, asked.path, *sorted(asked.query)) for asked in server.asked}
        assert len(seen) > 10
        for asked in server.asked:
            if (asked.method, asked.path, *sorted(asked.query)) in seen:
                seen.discard((asked.method, asked.path, *sorted(asked.query)))
                assert_conforms(asked, NAME)
        assert not [asked.path for asked in server.asked if "venue-1" in asked.path]


#: What asks for each answer.
_USES = {
    "/v3/info": ("locations", "discounts"),
    "/v3/venue/customers": ("check", "find", "create", "customers", "customers again"),
    "/v3/venue/customers/{id}": ("one", "change"),
    "/v3/venue/sales_histories": ("check", "sales", "sales again"),
    "/v3/venue/inventories": ("inventory", "inventory again", "products"),
    "/v3/venue/coupons": ("discounts",),
    "/v3/incoming_orders": ("check",),
    "/v3/menu_feeds/{feed_key}": ("products", "products again"),
}
#: Counts that make a list long are asked for elsewhere.
_LIMITS = {"total_pages": st.integers(-2, 4) | st.none() | st.text(max_size=2), "per_page": st.integers(-1, 300)}


@pytest.mark.parametrize("template", _USES)
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_answered_raises_nothing_but_our_errors(server: PageServer, template: str, data: Any) -> None:
    """Nulls, missing and further keys, other types, unknown words: read, counted as unreadable, or refused."""
    document = described(NAME)
    for method in ("get", "post", "put"):
        path = template.replace("{id}", "9").replace("{feed_key}", "8f14e45f")
        if method in document["paths"][template]:
            body = data.draw(answers(document, template, method, _LIMITS))
            server.play(f"{method.upper()} {path}", Page(body=body))

    async def work() -> None:
        till = Posabit.connect(server.url, "venue-1", second_key="integrator-1", details="8f14e45f")
        await _do(till, *_USES[template])
        await till.aclose()

    try:
        asyncio.run(work())
    finally:
        server.forget()


@pytest.mark.parametrize("version", ["v3", "v2", "v1"])
def test_the_twin_answers_as_the_description_has_it(version: str) -> None:
    with Simulation(shoppers=30, crowd=20, sales=200, days=20, limits=False) as simulation:
        simulation.shop.give_back(simulation.shop.sell(31).id)
        told = _Told(simulation, version)
        # The description of /v3/info is one of three that overlap, so it is held against the venue's alone.
        told.ask("GET", "/v2/venue/info", "/v3/info" if version == "v3" else "/v2/venue/info")
        for name in ("customers", "sales_histories", "inventories"):
            told.get(f"/{version}/venue/{name}")
        if version != "v1":
            told.get(f"/{version}/venue/coupons")
            one = next(known.customer_id for known in simulation.world.customers if not known.is_anonymous)
            told.ask("GET", f"/{version}/venue/customers/{{id}}", f"/{version}/venue/customers/{one}")
            told.ask("GET", f"/{version}/venue/customers/{{id}}", f"/{version}/venue/customers/99")
            body = {"customer": {"first_name": "Nia", "last_name": "Okafor", "telephone": "3035550188"}}
            told.ask("POST", f"/{version}/venue/customers", body=body)
            told.ask("PUT", f"/{version}/venue/customers/{{id}}", f"/{version}/venue/customers/{one}", body)
        if version == "v3":
            told.get("/v3/incoming_orders")
            key = feed_key(simulation.world.stores[0])
            told.ask("GET", "/v3/menu_feeds/{feed_key}", f"/v3/menu_feeds/{key}")


class _Told:
    """Asks the twin, and holds each answer against the description."""

    def __init__(self, simulation: Simulation, version: str) -> None:
        self._url = simulation.posabit_url
        self._v3 = version == "v3"
        self._key, self._integrator = simulation.posabit_key, simulation.posabit_integrator

    def get(self, path: str) -> None:
        self.ask("GET", path)

    def ask(self, method: str, template: str, path: str = "", body: object = None) -> None:
        auth = (self._integrator, self._key) if self._v3 else None
        headers = {} if self._v3 else {"Authorization": f"Bearer {self._key}"}
        answer = httpx.request(method, self._url + (path or template), auth=auth, headers=headers, json=body)
        assert_valid(NAME, method, template, answer)
