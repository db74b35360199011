"""The description of a till of one's own: what can be described, and what is said of a mistake."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.connectors.custom import Custom
from budtender.connectors.custom_mapping import EXAMPLES, read_description
from budtender.errors import InputError
from budtender.model import Can

REST = (EXAMPLES / "rest.toml").read_text(encoding="utf-8")
CSV = (EXAMPLES / "csv.toml").read_text(encoding="utf-8")
SQL = (EXAMPLES / "sql.toml").read_text(encoding="utf-8")


@pytest.mark.requirement("A-004")
@pytest.mark.parametrize(("text", "kind", "key"), [(REST, "rest", True), (CSV, "csv", False), (SQL, "sql", True)])
def test_the_worked_examples_are_whole(text: str, kind: str, key: bool) -> None:
    found = read_description(text)
    assert (found.source.kind, found.wants_key) == (kind, key)
    assert [name for name, _ in found.entities()] == ["shoppers", "transactions", "inventory"]


@pytest.mark.parametrize(
    ("text", "old", "new", "key", "says"),
    [
        (REST, 'kind = "rest"', 'kind = "soap"', "source.kind", "soap"),
        (REST, "window_days = 30", 'window_days = "x"', "source.window_days", "int"),
        (REST, "window_days = 30", "window_days = 0", "source.window_days", "from 1 to 3650"),
        (REST, "window_days = 30", "window_dayz = 30", "source.window_dayz", "no such key"),
        (REST, '"America/Denver"', '"Mars"', "source.timezone", "no such time zone"),
        (REST, 'times = "iso"', 'times = "whenever"', "source.times", "pattern"),
        (REST, 'form = "{key}"', 'form = "{token}"', "auth.form", "{token}"),
        (REST, 'header = "X-Api-Key"', 'header = "X Api Key"', "auth.header", "such as Authorization"),
        (REST, 'header = "X-Api-Key"', 'header = "Clé"', "auth.header", "such as Authorization"),
        (REST, 'path = "/shoppers"', 'path = "shoppers"', "shoppers.path", "begins with /"),
        (REST, 'path = "/shoppers"', "path = 7", "shoppers.path", "str"),
        (REST, '"{from}"', '"{form}"', "shoppers.query", "{form}"),
        (REST, "size = 100", "size = 0", "shoppers.paging.size", "from 1 to 10000"),
        (REST, 'style = "page"', 'style = "cursor"', "shoppers.paging.next", "next one stands"),
        (REST, ', page = "{page}"', "", "shoppers.query", "{page}"),
        (REST, 'email = "email"', 'e_mail = "email"', "shoppers.fields.e_mail", "no such field"),
        (REST, 'at = "sold_at"', 'day = "sold_at"', "transactions.fields.at", "needed"),
        (REST, 'quantity = "quantity"  ', 'unit = "quantity"  ', "transactions.lines.quantity", "needed"),
        (REST, 'lines = "lines"', 'source = "lines"', "transactions.fields.lines", "where the lines"),
        (REST, '"POST /shoppers"', '"GET /shoppers"', "shoppers.write.create", "a method and a path"),
        (REST, '"https://pos.example.com/api" ', '""', "source.base_url", "needs it"),
        (CSV, 'delimiter = ","', 'delimiter = ", "', "source.delimiter", "one character"),
        (CSV, 'encoding = "utf-8"', 'encoding = "utf-9"', "source.encoding", "no such encoding"),
        (CSV, 'files = "stock.csv"', "", "inventory.files", "needs it"),
        (CSV, 'files = "stock.csv"', 'files = "/exports/stock.csv"', "inventory.files", "below source.folder"),
        (CSV, 'files = "stock.csv"', "files = 'C:\\exports\\*.csv'", "inventory.files", "below source.folder"),
        (CSV, 'files = "stock.csv"', 'files = "../stock.csv"', "inventory.files", "below source.folder"),
        (CSV, 'encoding = "utf-8"', 'encoding = "a\\u0000"', "source.encoding", "no such encoding"),
        (CSV, 'delimiter = ","', 'delimiter = "\\n"', "source.delimiter", "line's end"),
        (CSV, "settle_seconds = 10", "settle_seconds = nan", "source.settle_seconds", "from 0 to"),
        (CSV, "settle_seconds = 10", "settle_seconds = inf", "source.settle_seconds", "from 0 to"),
        (CSV, 'dates = "%m/%d/%Y"', 'dates = "%m/%d"', "source.dates", "pattern"),
        (CSV, '"%Y-%m-%d %H:%M:%S"', '"%Q"', "source.times", "pattern"),
        (CSV, 'voided = ["Void"]', 'voided = ["sale"]', "transactions.status.completed", "two lists"),
        (CSV, 'id = "Receipt"', 'id = " | "', "transactions.fields.id", "needed"),
        (CSV, 'voided = ["Void"]', "voided = [7]", "transactions.status.voided", "str"),
        (CSV, 'id = "Receipt"', "id = 7", "transactions.fields.id", "str"),
        (CSV, "[inventory]", "[[inventory]]", "inventory", "array"),
        (REST, 'since = "2020-01-01"', 'since = "2999-01-01"', "source.since", "still to come"),
        (REST, 'form = "{key}"', 'form = "{key}\\n"', "auth.form", "one line"),
        (REST, 'path = "/shoppers"', 'path = "//shoppers"', "shoppers.path", "begins with /"),
        (REST, '"/shoppers/{id}"', '"/shoppers/{ident}"', "shoppers.one.path", "{ident}"),
        (REST, '"/shoppers/{id}"', '"/shoppers"', "shoppers.one.query", "{id}"),
        (REST, 'phone = "{phone}"', 'phone = "1"', "shoppers.find.query", "{phone}"),
        (REST, '"PATCH /shoppers/{id}"', '"PATCH /shoppers"', "shoppers.write.update", "{id}"),
        (REST, '"POST /shoppers"', '"POST /shoppers/{id}"', "shoppers.write.create", "nothing is filled in"),
        (REST, '"last_name", "phone"]', '"last_name", "shoe_size"]', "shoppers.write.needs", "shoe_size"),
        (REST, 'phone = "mobile"\n', 'points = "mobile"\n', "shoppers.write.fields.points", "no such field"),
        (REST, 'phone = "mobile"\n', 'phone = "email.x"\n', "shoppers.write.fields.email", "below it"),
        (SQL, "SELECT id, mobile", "DELETE id, mobile", "shoppers.sql", "SELECT"),
        (SQL, "AND updated_at < :to", "", "shoppers.sql", ":from and :to"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(text: str, old: str, new: str, key: str, says: str) -> None:
    wrong = text.replace(old, new, 1)
    assert wrong != text
    with pytest.raises(InputError) as told:
        read_description(wrong)
    facts = told.value.facts
    assert facts["key"] == key
    assert says in told.value.title
    assert f"line {facts['line']}, {key}:" in told.value.title
    # The line is that of the key, or of the table where it is missing.
    present = wrong.splitlines()[facts["line"] - 1]
    assert any(part in present for part in key.split(".")[-2:])


def test_a_query_may_begin_with_a_remark() -> None:
    read_description(SQL.replace("SELECT id, mobile", "-- who comes\n/* and who\n went */ select id, mobile", 1))


def test_text_that_is_no_toml_is_told_with_its_line() -> None:
    with pytest.raises(InputError, match="In line 19: it is not TOML there"):
        read_description(REST.replace("[auth]", "[auth", 1))
    with pytest.raises(InputError, match="nothing is described"):
        read_description('[source]\nkind = "csv"\nfolder = "/x"\n')


def _refusal(text: str) -> InputError | None:
    try:
        read_description(text)
    except InputError as told:
        return told
    return None


@given(st.text(max_size=300) | st.sampled_from(REST.splitlines()).map(lambda line: REST.replace(line, "", 1)))
def test_any_text_is_a_description_or_a_sentence(text: str) -> None:
    told = _refusal(text)
    assert told is None or (told.title.startswith("In ") and told.hint)


@given(st.lists(st.integers(0, 160), max_size=12), st.sampled_from([REST, CSV, SQL]))
def test_a_description_with_lines_missing_is_never_a_bug(gone: list[int], text: str) -> None:
    lines = text.splitlines()
    left = "\n".join(line for number, line in enumerate(lines) if number not in gone)
    told = _refusal(left)
    assert told is None or told.facts["line"] <= len(lines)


def test_what_a_till_can_do_is_what_its_description_has() -> None:
    whole = Custom.connect("https://pos.example.com/api", "k")
    assert whole.can | {Can.RETURNS_ON_SALE} == Custom.can
    marked = Custom.connect("", "key-1", details=REST.replace("# returned =", "returned ="))
    assert marked.can == Custom.can
    part = Custom.connect("", "k", details=re.sub(r"(?s)\[shoppers.find\].*# ── transactions", "#", REST))
    assert Can.CUSTOMER_POINTS in part.can
    assert not part.can & {Can.FIND_BY_PHONE, Can.CREATE_CUSTOMER, Can.UPDATE_CUSTOMER}
    files = Custom.connect("", "", details=CSV)
    assert files.can == {
        Can.PULL_CUSTOMERS,
        Can.PULL_SALES,
        Can.PULL_INVENTORY,
        Can.PULL_PRODUCTS,
        Can.LINK_BY_NAME,
    }
