"""What is pulled from Dutchie, window by window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.connectors import dutchie_calls as calls
from budtender.connectors.dutchie import Dutchie
from budtender.connectors.dutchie_pull import BEGINNING, Mark
from budtender.connectors.dutchie_windows import NARROWEST, OF_CUSTOMERS, OF_SALES, OVERLAP, Shape, Windows
from budtender.errors import Misconfigured, ProtocolError, Refused
from budtender.model import Cursor, Customer, PosDiscount, Resource
from budtender.simulator import Simulation
from tests.connectors.page_server import Page, PageServer


def swept(at: datetime) -> Cursor:
    """A cursor of a pull that has walked through all customers today."""
    return Cursor(at=at, mark=Mark(swept=datetime.now(UTC), horizon=BEGINNING).text)


@pytest.mark.parametrize("style", ["spec", "guide"])
async def test_everything_is_pulled_whatever_the_paging(style: str) -> None:
    with Simulation(shoppers=150, seed=1, limits=False, dutchie_pages=style) as simulation:
        connector = Dutchie.connect(simulation.url, simulation.dutchie_key)
        batches = [batch async for batch in connector.pull(Resource.CUSTOMERS, None)]
        await connector.aclose()
        customers = {
            row.id: row for batch in batches for row in batch.rows if isinstance(row, Customer) and not row.anonymous
        }
        known = {str(known.customer_id) for known in simulation.world.customers if not known.is_anonymous}
    assert set(customers) == known
    cursors = [batch.cursor.at for batch in batches if batch.cursor]
    assert cursors == sorted(cursors)
    assert cursors[0] > BEGINNING


async def test_the_time_is_the_tills_own(paged_till: Dutchie, till_pages: PageServer) -> None:
    """A cursor from a clock that runs ahead would skip what changes until that clock's time has come."""
    till_pages.clock_ahead = -3_600.0
    since = datetime.now(UTC) - timedelta(hours=2)
    (batch,) = [batch async for batch in paged_till.pull(Resource.CUSTOMERS, swept(since))]
    assert batch.cursor is not None
    assert abs(batch.cursor.at - (datetime.now(UTC) - timedelta(hours=1))) < timedelta(seconds=10)


@pytest.mark.parametrize("body", [{}, [{"id": number} for number in range(10)]], ids=["no list", "other rows"])
@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (Resource.CUSTOMERS, calls.CUSTOMERS),
        (Resource.SALES, calls.TRANSACTIONS),
        (Resource.PRODUCTS, calls.ALL_PRODUCTS),
        (Resource.EMPLOYEES, calls.EMPLOYEES),
    ],
)
async def test_an_answer_of_which_nothing_can_be_read_moves_no_cursor(
    paged_till: Dutchie, till_pages: PageServer, resource: Resource, path: str, body: object
) -> None:
    till_pages.play(f"GET {path}", Page(body=body))
    with pytest.raises(ProtocolError):
        [batch async for batch in paged_till.pull(resource, swept(datetime.now(UTC) - timedelta(hours=2)))]


def _page(*ids: int) -> Page:
    return Page(body=[{"customerId": number} for number in ids])


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ([_page(1, 2), _page(1, 2), _page(3), _page()], [("0", "5000"), ("1", "5000"), ("2", "5000"), ("3", "5000")]),
        ([Page(400), _page(1, 2), _page(3), _page()], [("0", "5000"), ("0", "1000"), ("1", "1000"), ("2", "1000")]),
        (
            [Page(400), Page(400), Page(400), _page(1), _page(2, 3), _page()],
            [("0", "5000"), ("0", "1000"), ("0", "100"), ("1", "100"), ("2", "100"), ("3", "100")],
        ),
        ([_page(1, 2), _page(3), _page(1, 2), Page(500)], [("0", "5000"), ("1", "5000"), ("2", "5000")]),
        ([_page(), _page(1, 2), _page(3), _page()], [("0", "5000"), ("1", "5000"), ("2", "5000"), ("3", "5000")]),
        (
            [_page(), Page(400), _page(), _page(1, 2), _page(3), _page()],
            [("0", "5000"), ("1", "5000"), ("0", "1000"), ("1", "1000"), ("2", "1000"), ("3", "1000")],
        ),
    ],
    ids=[
        "page 0 is page 1",
        "a smaller page",
        "pages of the guide",
        "a server that starts over",
        "nothing on page 0",
        "nothing on page 0, a smaller page",
    ],
)
async def test_customers_without_a_time_of_change_come_by_pages(
    paged_till: Dutchie, till_pages: PageServer, answers: list[Page], asked: list[tuple[str, str]]
) -> None:
    till_pages.play("GET /customer/customers-paginated", *answers)
    rows = [row async for batch in paged_till.pull(Resource.CUSTOMERS, None) for row in batch.rows]
    assert sorted(row.id for row in rows if isinstance(row, Customer)) == ["1", "2", "3"]
    queries = [page.query for page in till_pages.requests("GET /customer/customers-paginated")]
    assert [(query["PageNumber"], query["PageSize"]) for query in queries] == asked


@pytest.mark.requirement("D-049")
@pytest.mark.parametrize("form", ["bare", "wrapped", "odd"])
async def test_a_walk_through_all_reaches_no_further_back_than_the_pull(
    paged_till: Dutchie, till_pages: PageServer, form: str
) -> None:
    rows: list[dict[str, object]] = [
        {"customerId": 1, "lastModifiedDateUTC": "2019-12-31T23:59:59"},
        {"customerId": 2, "lastModifiedDateUTC": "2020-01-01T00:00:00"},
        {"customerId": 3, "lastModifiedDateUTC": None},
    ]
    if form == "odd":
        rows[0]["postalCode"], rows[1]["customerId"] = 81003, "2"
    page = Page(body={"data": rows} if form == "wrapped" else rows)
    horizon = datetime(2020, 1, 1, tzinfo=UTC)
    for swept_at, ids in ((None, ["3"]), (datetime.now(UTC) - timedelta(days=2), ["2", "3"])):
        till_pages.play("GET /customer/customers-paginated", page, Page(body=[]))
        since = Cursor(at=datetime.now(UTC), mark=Mark(swept=swept_at, horizon=horizon).text)
        found = [row async for batch in paged_till.pull(Resource.CUSTOMERS, since) for row in batch.rows]
        assert [row.id for row in found if isinstance(row, Customer)] == ids
    first = [batch async for batch in paged_till.pull(Resource.CUSTOMERS, Cursor(at=horizon))][-1]
    assert first.cursor is not None
    assert Mark.of(first.cursor).horizon == horizon


async def _follow(till: Dutchie, cursors: list[Cursor]) -> None:
    async for batch in till.pull(Resource.CUSTOMERS, Cursor(at=datetime.now(UTC))):
        assert batch.cursor is not None
        cursors.append(batch.cursor)


async def test_a_walk_through_all_that_is_broken_off_begins_anew(paged_till: Dutchie, till_pages: PageServer) -> None:
    till_pages.play("GET /customer/customers-paginated", _page(1), _page(2), _page(3), Page(401))
    cursors: list[Cursor] = []
    with pytest.raises(Misconfigured):
        await _follow(paged_till, cursors)
    assert {Mark.of(cursor).swept for cursor in cursors} == {None}
    till_pages.play("GET /customer/customers-paginated", _page(1), _page())
    batches = [batch async for batch in paged_till.pull(Resource.CUSTOMERS, cursors[-1])]
    assert [row.id for batch in batches for row in batch.rows if isinstance(row, Customer)] == ["1"]
    assert batches[-1].cursor is not None
    assert Mark.of(batches[-1].cursor).swept is not None


async def test_a_pull_that_took_long_goes_on_to_the_present(paged_till: Dutchie, till_pages: PageServer) -> None:
    """What the far side's clock says while a pull goes on is the present, not what it said at the start."""
    await paged_till.whoami()
    till_pages.clock_ahead = 3_600.0
    since = datetime.now(UTC) - timedelta(hours=2)
    batches = [batch async for batch in paged_till.pull(Resource.CUSTOMERS, swept(since))]
    first, second = till_pages.requests("GET /customer/customers")
    reached = datetime.fromisoformat(first.query["toLastModifiedDateUTC"])
    assert abs(datetime.fromisoformat(second.query["fromLastModifiedDateUTC"]) - reached) <= timedelta(seconds=1)
    assert batches[-1].cursor is not None
    assert abs(batches[-1].cursor.at - (datetime.now(UTC) + timedelta(hours=1))) < timedelta(seconds=10)


async def test_a_pull_goes_on_where_the_last_one_ended(paged_till: Dutchie, till_pages: PageServer) -> None:
    since = datetime.now(UTC) - timedelta(hours=2)
    (batch,) = [batch async for batch in paged_till.pull(Resource.CUSTOMERS, swept(since))]
    (asked,) = till_pages.requests("GET /customer/customers")
    start = datetime.fromisoformat(asked.query["fromLastModifiedDateUTC"])
    assert abs(start - (since - OVERLAP)) <= timedelta(seconds=1)
    assert asked.query["includeAnonymous"] == "true"
    assert batch.cursor is not None
    assert abs(batch.cursor.at - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("resource", "path", "names"),
    [
        (Resource.CUSTOMERS, calls.CUSTOMERS, calls.CHANGED),
        (Resource.SALES, calls.TRANSACTIONS, calls.CHANGED_SALES),
    ],
)
async def test_no_moment_lies_between_two_windows_whose_ends_do_not_count(
    paged_till: Dutchie, till_pages: PageServer, resource: Resource, path: str, names: tuple[str, str]
) -> None:
    """A row that was imported with a date alone changed at midnight, which is where windows begin and end."""
    async for _ in paged_till.pull(resource, None):
        pass
    asked = [
        [datetime.fromisoformat(page.query[name]) for name in names] for page in till_pages.requests(f"GET {path}")
    ]
    assert asked[0][0] < BEGINNING
    for (_, end), (start, _) in pairwise(asked):
        assert start < end


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        ({"gender": 1, "discountGroups": {}, "address1": ["1 A St"]}, {"gender": None, "discount_groups": ()}),
        ({"customerId": "1", "dateOfBirth": "0001-01-01T00:00:00"}, {"birth_date": None}),
        ({"postalCode": 81003, "creationDate": "0001-01-01T00:00:00"}, {"postal_code": "81003", "created": None}),
        ({"dateOfBirth": "0001-01-01T00:00:00"}, {"birth_date": None}),
    ],
)
async def test_what_has_no_weight_does_not_cost_a_customer(
    paged_till: Dutchie, till_pages: PageServer, odd: dict[str, object], told: dict[str, object]
) -> None:
    row = {"customerId": 1, "lastName": "Vale", "cellPhone": "(303) 555-0142", "isAnonymous": False}
    till_pages.play("GET /customer/customers", Page(body=[row | odd]))
    (batch,) = [batch async for batch in paged_till.pull(Resource.CUSTOMERS, swept(datetime.now(UTC)))]
    (customer,) = [row for row in batch.rows if isinstance(row, Customer)]
    assert batch.unreadable == 0
    assert (customer.id, customer.last_name, customer.phones) == ("1", "Vale", ("+13035550142",))
    assert {name: getattr(customer, name) for name in told} == told


async def test_archived_and_merged_customers_are_kept_and_bad_rows_counted(
    paged_till: Dutchie, till_pages: PageServer
) -> None:
    till_pages.play_recorded("GET /customer/customers", "dutchie/customers.json")
    since = swept(datetime.now(UTC))
    (batch,) = [batch async for batch in paged_till.pull(Resource.CUSTOMERS, since)]
    archived, merged = (row for row in batch.rows if isinstance(row, Customer) and not row.anonymous)
    assert len(batch.rows) == 3
    assert (archived.id, archived.status, archived.discount_groups) == ("10", "Archived", ("Veterans",))
    assert archived.modified == datetime(2026, 3, 4, 17, 22, 10, 123456, tzinfo=UTC)
    assert (merged.merged_into, merged.modified) == ("10", None)
    assert batch.unreadable == 2


@pytest.mark.parametrize("page", [Page(400), Page(413)])
async def test_a_window_that_is_too_much_is_halved(paged_till: Dutchie, till_pages: PageServer, page: Page) -> None:
    till_pages.play("GET /customer/customers", page, page, Page(body=[]))
    end = datetime.now(UTC)
    batches = [b async for b in paged_till.pull(Resource.CUSTOMERS, swept(end - timedelta(days=4)))]
    queries = [asked.query for asked in till_pages.requests("GET /customer/customers")]
    starts = [datetime.fromisoformat(query["fromLastModifiedDateUTC"]) for query in queries]
    ends = [datetime.fromisoformat(query["toLastModifiedDateUTC"]) for query in queries]
    widths = [(to - start).total_seconds() for start, to in zip(starts, ends, strict=True)]
    assert widths[1] == pytest.approx(widths[0] / 2, abs=2)
    assert widths[2] == pytest.approx(widths[0] / 4, abs=2)
    for start, before in zip(starts[3:], ends[2:-1], strict=True):
        assert timedelta(0) <= before - start <= timedelta(seconds=1)
    assert batches[-1].cursor is not None


async def test_a_failing_window_moves_no_cursor(paged_till: Dutchie, till_pages: PageServer) -> None:
    till_pages.play("GET /customer/customers", Page(body=[]), Page(400))
    pull = paged_till.pull(Resource.CUSTOMERS, swept(datetime.now(UTC) - timedelta(days=20)))
    batch = await anext(pull)
    with pytest.raises(Refused):
        await anext(pull)
    assert batch.cursor is not None
    assert batch.cursor.at < datetime.now(UTC) - timedelta(days=10)


async def test_discounts_are_joined_from_both_lists(paged_till: Dutchie, till_pages: PageServer) -> None:
    till_pages.play_recorded("GET /discounts/v2/list", "dutchie/discounts-v2.json")
    till_pages.play_recorded("GET /reporting/discounts", "dutchie/discounts-reporting.json")
    (batch,) = [batch async for batch in paged_till.pull(Resource.DISCOUNTS, None)]
    found = {row.id: row for row in batch.rows if isinstance(row, PosDiscount)}
    assert batch.unreadable == 1
    assert {key: (row.name, row.aiq_id, row.by_aiq, row.active) for key, row in found.items()} == {
        "1": ("Ten off", "58213", True, True),
        "2": ("Flyer", None, False, True),
        "3": ("Gone", None, True, False),
        "4": ("Only here", None, False, False),
    }
    assert found["1"].valid_from == datetime(2026, 1, 1, 5, tzinfo=UTC)
    assert found["4"].valid_until == datetime(2026, 2, 1, 5, tzinfo=UTC)


async def test_the_simulated_tills_discounts_name_aiqs(till: Dutchie) -> None:
    (batch,) = [batch async for batch in till.pull(Resource.DISCOUNTS, None)]
    assert "58213" in {row.aiq_id for row in batch.rows if isinstance(row, PosDiscount)}


@given(
    shape=st.sampled_from([OF_CUSTOMERS, OF_SALES]),
    hours=st.integers(0, 24 * 365 * 3),
    outcomes=st.lists(st.sampled_from(["few", "many", "failed"]), max_size=60),
)
def test_windows_touch_and_stay_within_bounds(shape: Shape, hours: int, outcomes: list[str]) -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    end = start + timedelta(hours=hours)
    windows = Windows(start, end, shape)
    reached = start
    for outcome in [*outcomes, *["few"] * 2_000]:
        window = windows.present()
        if window is None:
            break
        assert window[0] == reached
        assert timedelta(0) < window[1] - window[0] <= shape.widest
        if outcome == "failed":
            narrowed = windows.narrowed()
            assert narrowed == (window[1] - window[0] > NARROWEST)
        else:
            windows.completed(0 if outcome == "few" else 10_000)
            reached = window[1]
    assert reached == end


async def test_of_two_numbers_the_mobile_one_comes_first(paged_till: Dutchie, till_pages: PageServer) -> None:
    row = {"customerId": 1, "phone": "(719) 555-0143", "cellPhone": "(303) 555-0142", "isAnonymous": False}
    till_pages.play("GET /customer/customers", Page(body=[row, row | {"customerId": 2, "gender": "F"}]))
    (batch,) = [batch async for batch in paged_till.pull(Resource.CUSTOMERS, swept(datetime.now(UTC)))]
    assert {customer.phones for customer in batch.rows if isinstance(customer, Customer)} == {
        ("+13035550142", "+17195550143")
    }
    found = await paged_till.find_customer("1")
    assert found is not None
    assert found.phones == ("+13035550142", "+17195550143")
