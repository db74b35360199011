"""What every till's connector must do, whatever the till: one suite for each name in the table."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from budtender.connectors import CONNECTORS, Pos
from budtender.errors import InputError, Misconfigured, PhoneError, RemoteError, Unreachable
from budtender.model import PULLS, Can, Cursor, CustomerDraft, Resource
from budtender.simulator import Simulation
from tests.connectors.page_server import Page, PageServer

pytestmark = pytest.mark.parametrize("name", sorted(CONNECTORS))

NOBODY = "3035550199"


@pytest.fixture(scope="module")
def world() -> Iterator[Simulation]:
    with Simulation(shoppers=40, seed=1, limits=False) as simulation:
        yield simulation


@pytest.fixture
def silent() -> Iterator[PageServer]:
    with PageServer(Page(401)) as server:
        yield server


def _simulated(name: str, world: Simulation) -> Pos:
    account = world.account(name)
    return CONNECTORS[name].connect(
        account.base_url, account.key, second_key=account.second_key, location=account.location
    )


def test_the_class_offers_what_the_protocol_asks_for(name: str) -> None:
    till = CONNECTORS[name]
    assert till.name == name
    assert till.can <= frozenset(Can)
    assert till.base_url.startswith("https://")
    assert all(window.calls > 0 and window.seconds > 0 for window in till.windows)
    for word, wanted in inspect.getmembers(Pos, inspect.isfunction):
        if not word.startswith("_"):
            assert list(inspect.signature(getattr(till, word)).parameters) == list(inspect.signature(wanted).parameters)


def test_it_can_link_rewards_in_some_way(name: str) -> None:
    assert CONNECTORS[name].can & {Can.LINK_BY_AIQ_ID, Can.LINK_BY_NAME, Can.LINK_BY_POS_ID}


async def test_a_credential_has_locations_and_permissions(name: str, world: Simulation) -> None:
    till = _simulated(name, world)
    locations, permissions = await till.locations(), await till.check()
    await till.aclose()
    assert locations
    assert all(location.id and location.name for location in locations)
    assert permissions
    assert all(permission.granted or permission.hint for permission in permissions)


async def test_a_wrong_credential_is_a_misconfiguration(name: str, silent: PageServer) -> None:
    till = CONNECTORS[name].connect(silent.url, "wrong")
    for call in (till.locations(), till.check(), till.find_by_phone(NOBODY)):
        with pytest.raises(Misconfigured):
            await call
    await till.aclose()


@pytest.mark.parametrize("resource", list(Resource))
async def test_what_can_be_pulled_comes_with_a_cursor_to_go_on_from(
    name: str, resource: Resource, world: Simulation
) -> None:
    till = _simulated(name, world)
    if PULLS[resource] not in till.can:
        with pytest.raises(Misconfigured):
            till.pull(resource, None)
        await till.aclose()
        return
    batches = [batch async for batch in till.pull(resource, None)]
    assert all(batch.resource is resource for batch in batches)
    cursors = [batch.cursor for batch in batches if batch.cursor is not None]
    assert cursors
    assert all(cursor.at.tzinfo is not None for cursor in cursors)
    first = {row.id for batch in batches for row in batch.rows if hasattr(row, "id")}
    again = [batch async for batch in till.pull(resource, Cursor(at=cursors[-1].at, mark=cursors[-1].mark))]
    assert {row.id for batch in again for row in batch.rows if hasattr(row, "id")} <= first
    await till.aclose()


async def test_a_closing_report_is_read_or_refused(name: str, world: Simulation) -> None:
    till = _simulated(name, world)
    end = datetime.now(UTC)
    start = end - timedelta(days=1)
    if Can.CLOSING_REPORT in till.can:
        report = await till.closing_report(start, end)
        assert (report.start, report.end) == (start, end)
    else:
        with pytest.raises(Misconfigured):
            await till.closing_report(start, end)
    await till.aclose()


async def test_nobody_is_an_empty_list_and_no_phone_is_refused(name: str, world: Simulation) -> None:
    till = _simulated(name, world)
    if Can.FIND_BY_PHONE in till.can:
        assert await till.find_by_phone(NOBODY) == []
        with pytest.raises(PhoneError):
            await till.find_by_phone("not a phone")
    else:
        with pytest.raises(Misconfigured):
            await till.find_by_phone(NOBODY)
    await till.aclose()


async def test_a_draft_without_anything_is_refused_before_it_is_sent(name: str, world: Simulation) -> None:
    till = _simulated(name, world)
    draft = CustomerDraft(key=str(uuid4()), first_name="", last_name="")

    async def before_send() -> None:
        raise AssertionError("nothing may be about to leave")

    wanted = InputError if Can.CREATE_CUSTOMER in till.can else Misconfigured
    with pytest.raises(wanted):
        await till.create_customer(draft, installation_key=uuid4(), before_send=before_send)
    wanted = InputError if Can.UPDATE_CUSTOMER in till.can else Misconfigured
    with pytest.raises(wanted):
        await till.update_customer(draft, before_send=before_send)
    await till.aclose()


async def test_a_till_that_is_away_is_unreachable_and_nothing_else(name: str) -> None:
    with PageServer() as gone:
        url = gone.url
    till = CONNECTORS[name].connect(url, "key-1")
    for call in (till.locations(), till.check()):
        with pytest.raises(Unreachable) as away:
            await call
        assert not away.value.sent
    await till.aclose()


@pytest.mark.parametrize("page", [Page(body="{"), Page(body=[7]), Page(body={"x": [{}]}), Page(500), Page(body="null")])
async def test_whatever_comes_is_an_expected_failure(name: str, page: Page) -> None:
    with PageServer(page) as server:
        till = CONNECTORS[name].connect(server.url, "key-1")
        with pytest.raises(RemoteError):
            await till.locations()
        await till.aclose()
