"""A till of one's own that leaves CSV files in a folder: read once, again when changed, refused with reasons."""

from __future__ import annotations

import asyncio
import csv
import os
import time
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budtender.connectors.custom import Custom
from budtender.connectors.custom_mapping import EXAMPLES
from budtender.errors import Misconfigured
from budtender.model import Batch, Cursor, Customer, Resource, Ticket
from tests.connectors.test_posabit_pull import pulled, rows_of

CSV = (EXAMPLES / "csv.toml").read_text(encoding="utf-8")
SHOPPER = ["Customer No", "Mobile", "First", "Last", "Email", "Birthday", "Changed"]
SALE = [
    "Receipt",
    "Sold at",
    "Customer No",
    "Kind",
    "SKU",
    "Item",
    "Qty",
    "Price",
    "Discount",
    "Tax",
    "Category",
    "Brand",
]


def till_of(folder: Path, **changes: str) -> Custom:
    text = CSV.replace('folder = "/srv/till-exports"', f"folder = {str(folder)!r}")
    for old, new in changes.items():
        text = text.replace(f"{old} = ", f"{old} = {new} #", 1)
    return Custom.connect("", "", details=text)


def put(folder: Path, name: str, columns: Iterable[object], *rows: Iterable[object], age: float = 60) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    aged(path, age)
    return path


def aged(path: Path, age: float) -> None:
    at = time.time() - age
    os.utime(path, (at, at))


def nia(number: int = 1, name: str = "Nia") -> list[object]:
    return [number, "(303) 555-0188", name, "Okafor", "", "04/18/1990", "2026-03-04 10:00:00"]


def line(receipt: object, sku: str, quantity: object = 1, price: object = "10.00", kind: str = "Sale") -> list[object]:
    return [
        receipt,
        "2026-03-04 10:00:00",
        1,
        kind,
        sku,
        f"Item {sku}",
        quantity,
        price,
        "0",
        "1.50",
        "Flower",
        "Alder",
    ]


def refusals(batches: list[Batch]) -> list[tuple[str, str]]:
    return [(row.where, row.reason) for batch in batches for row in batch.unread]


def cursor_of(batches: list[Batch]) -> Cursor | None:
    return next((batch.cursor for batch in reversed(batches) if batch.cursor is not None), None)


@pytest.mark.requirement("A-008")
async def test_a_file_is_read_once_and_again_when_it_has_changed(tmp_path: Path) -> None:
    path = put(tmp_path, "shoppers-1.csv", SHOPPER, nia())
    first = await pulled(till_of(tmp_path), Resource.CUSTOMERS)
    (customer,) = rows_of(first).values()
    assert isinstance(customer, Customer)
    assert (customer.phones, customer.birth_date) == (("+13035550188",), date(1990, 4, 18))
    cursor = cursor_of(first)
    assert await pulled(till_of(tmp_path), Resource.CUSTOMERS, cursor) == []
    aged(path, 30)  # touched, and the same
    assert await pulled(till_of(tmp_path), Resource.CUSTOMERS, cursor) == []
    put(tmp_path, "shoppers-1.csv", SHOPPER, nia(), nia(2, "Ben"), age=20)
    again = await pulled(till_of(tmp_path), Resource.CUSTOMERS, cursor)
    assert set(rows_of(again)) == {"1", "2"}
    put(tmp_path, "shoppers-2.csv", SHOPPER, nia(3, "Cy"))
    then = await pulled(till_of(tmp_path), Resource.CUSTOMERS, cursor_of(again))
    assert set(rows_of(then)) == {"3"}


async def test_a_second_row_of_one_lot_replaces_no_stock_and_is_told(tmp_path: Path) -> None:
    columns = ["SKU", "On hand", "Item", "Category", "Brand", "Price", "Unit cost"]
    put(
        tmp_path,
        "stock.csv",
        columns,
        ["1", 5, "A", "", "", 9, 4],
        ["2", 1, "B", "", "", 9, 4],
        ["1", 3, "A", "", "", 9, 4],
    )
    batches = await pulled(till_of(tmp_path), Resource.INVENTORY)
    assert {lot.id: lot.quantity for lot in rows_of(batches).values()} == {"1": Decimal(5), "2": Decimal(1)}
    assert refusals(batches) == [("stock.csv, line 4", "SKU came before")]


async def test_a_file_with_one_column_twice_says_which(tmp_path: Path) -> None:
    put(tmp_path, "shoppers-1.csv", [*SHOPPER, "Mobile"], [*nia(), "7205550188"])
    batches = await pulled(till_of(tmp_path), Resource.CUSTOMERS)
    assert refusals(batches) == [("shoppers-1.csv", "there are two columns Mobile")]


async def test_a_file_that_is_being_written_is_left_for_later(tmp_path: Path) -> None:
    path = put(tmp_path, "shoppers-1.csv", SHOPPER, nia(), age=1)
    assert await pulled(till_of(tmp_path), Resource.CUSTOMERS) == []
    aged(path, 11)
    assert set(rows_of(await pulled(till_of(tmp_path), Resource.CUSTOMERS))) == {"1"}


async def test_lines_that_stand_together_are_one_sale(tmp_path: Path) -> None:
    put(tmp_path, "sales-1.csv", SALE, line("A", "1", 2), line("A", "2"), line("B", "1", kind="Return"))
    tickets = rows_of(await pulled(till_of(tmp_path), Resource.SALES))
    sale, refund = tickets["A"], tickets["B"]
    assert isinstance(sale, Ticket)
    assert (sale.net_cents, sale.tax_cents, len(sale.lines), sale.customer_id) == (3000, 300, 2, "1")
    assert (refund.refund, refund.net_cents, refund.lines[0].quantity) == (True, -1000, Decimal(-1))


@pytest.mark.requirement("A-008")
async def test_each_refused_row_has_its_line_and_reason(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        "sales-1.csv",
        SALE,
        line("A", "1"),
        line("", "2"),
        line("C", "1", "many"),
        line("C", "2"),
        line("D", "1"),
        line("A", "9"),
        line("E", "1")[:-1],
        [],
        line("F", "1"),
    )
    batches = await pulled(till_of(tmp_path), Resource.SALES)
    assert set(rows_of(batches)) == {"A", "D", "F"}
    assert len(rows_of(batches)["A"].lines) == 1
    assert sorted(refusals(batches)) == [
        ("sales-1.csv, line 3", "id (Receipt) is missing"),
        ("sales-1.csv, line 4", "quantity (Qty) is not a number"),
        ("sales-1.csv, line 4", "quantity (Qty) is not a number"),
        ("sales-1.csv, line 7", "the lines of one Receipt do not stand together"),
        ("sales-1.csv, line 8", "it has 11 cells under 12 columns"),
    ]
    assert sum(batch.unreadable for batch in batches) == 5
    assert path.exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Customer No,Mobile\n1,2\n", "there is no column First"),
        (b"\xff\xfe\x00", "the file is not utf-8 there"),
        (b"", "there is no column Customer No"),
        (b'Customer No,Mobile,First,Last,Email,Birthday,Changed\n"1,2', "the file cannot be read there"),
    ],
)
async def test_a_file_that_is_none_is_refused_and_stops_no_other(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "shoppers-0.csv").write_bytes(content)
    aged(tmp_path / "shoppers-0.csv", 90)
    put(tmp_path, "shoppers-1.csv", SHOPPER, nia())
    batches = await pulled(till_of(tmp_path), Resource.CUSTOMERS)
    assert [told for _, told in refusals(batches)] == [reason]
    assert set(rows_of(batches)) == {"1"}


async def test_one_row_in_another_encoding_or_garbled_costs_no_other(tmp_path: Path) -> None:
    rows = [f"{number},303555010{number},Zoë,Müller,,04/18/1990,2026-03-04 10:00:00" for number in range(6)]
    content = [",".join(SHOPPER).encode(), *(row.encode() for row in rows)]
    content[2] = rows[1].encode("cp1252")
    content[4] = b'3,"30355"50103,Zed,Mu,,,'
    (tmp_path / "shoppers-1.csv").write_bytes(b"\n".join(content))
    aged(tmp_path / "shoppers-1.csv", 60)
    batches = await pulled(till_of(tmp_path), Resource.CUSTOMERS)
    assert set(rows_of(batches)) == {"0", "2", "4", "5"}
    assert refusals(batches) == [
        ("shoppers-1.csv, line 3", "it is not utf-8 there"),
        ("shoppers-1.csv, after line 4", "the file cannot be read there"),
    ]
    told = [value for batch in batches for row in batch.unread for _, value in row.values]
    assert "".join(told).encode()  # can be written to the file of refused rows


async def test_a_spreadsheet_s_mark_and_another_encoding_are_no_trouble(tmp_path: Path) -> None:
    text = ",".join(SHOPPER) + "\n1,3035550188,Zoë,Müller,,04/18/1990,2026-03-04 10:00:00\n"
    (tmp_path / "shoppers-1.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    aged(tmp_path / "shoppers-1.csv", 60)
    assert rows_of(await pulled(till_of(tmp_path), Resource.CUSTOMERS))["1"].first_name == "Zoë"
    (tmp_path / "shoppers-1.csv").write_bytes(text.encode("cp1252"))
    aged(tmp_path / "shoppers-1.csv", 60)
    cp = till_of(tmp_path, encoding='"cp1252"')
    assert rows_of(await pulled(cp, Resource.CUSTOMERS))["1"].last_name == "Müller"


async def test_the_newest_stock_file_lists_all_there_is(tmp_path: Path) -> None:
    columns = ["SKU", "On hand", "Item", "Category", "Brand", "Price", "Unit cost"]
    put(tmp_path, "stock.csv", columns, ["A", "3.5", "Amber", "Flower", "Alder", "30", "12.50"])
    batches = await pulled(till_of(tmp_path), Resource.INVENTORY)
    (lot,) = rows_of(batches).values()
    assert (lot.quantity, lot.price_cents, lot.cost_cents) == (Decimal("3.5"), 3000, 1250)
    assert all(batch.snapshot for batch in batches)
    (product,) = rows_of(await pulled(till_of(tmp_path), Resource.PRODUCTS)).values()
    assert (product.id, product.name, product.cost_cents) == ("A", "Amber", 1250)


async def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    till = till_of(tmp_path / "nowhere")
    with pytest.raises(Misconfigured, match="folder"):
        await pulled(till, Resource.CUSTOMERS)
    with pytest.raises(Misconfigured):
        await till.locations()
    assert [known.granted for known in await till.check()] == [False, False, False]


_cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_files = st.dictionaries(
    st.sampled_from(["sales-1.csv", "sales-2.csv", "shoppers-1.csv"]),
    st.lists(st.lists(_cells, max_size=14), max_size=6) | st.just([SALE, line("A", "1")]) | st.just([SHOPPER, nia()]),
    max_size=3,
)


@given(files=_files, raw=st.binary(max_size=40))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_lies_in_the_folder_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, files: Mapping[str, list[list[object]]], raw: bytes
) -> None:
    folder = tmp_path_factory.mktemp("drop")
    for name, rows in files.items():
        put(folder, name, *(rows or [[]]))
    (folder / "sales-9.csv").write_bytes(",".join(SALE).encode() + b"\n" + raw)
    aged(folder / "sales-9.csv", 60)

    async def work() -> None:
        for resource in (Resource.CUSTOMERS, Resource.SALES):
            batches = await pulled(till_of(folder), resource)
            assert sum(batch.unreadable for batch in batches) == len(refusals(batches))

    asyncio.run(work())


@given(count=st.integers(1, 1_300), at=st.integers(0, 5))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_long_file_comes_in_parts_and_whole(tmp_path_factory: pytest.TempPathFactory, count: int, at: int) -> None:
    folder = tmp_path_factory.mktemp("drop")
    put(folder, "sales-1.csv", SALE, *(line(f"R{number // 2}", str(number)) for number in range(count)))

    async def work() -> tuple[list[Batch], list[Batch]]:
        broken: list[Batch] = []
        async for batch in till_of(folder).pull(Resource.SALES, None):
            broken.append(batch)
            if len(broken) > at:
                break
        return broken, await pulled(till_of(folder), Resource.SALES, cursor_of(broken))

    broken, rest = asyncio.run(work())
    tickets = rows_of(broken) | rows_of(rest)
    assert sum(len(ticket.lines) for ticket in tickets.values()) == count
    assert all(len(batch.rows) <= 500 for batch in [*broken, *rest])
