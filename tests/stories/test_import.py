"""A till of one's own from the command line: connected by its description, read, and what was refused."""

from __future__ import annotations

import csv
import os
import re
import time
from pathlib import Path

import pytest

from budtender.connectors.custom_mapping import EXAMPLES
from budtender.simulator import Simulation
from tests.stories.command_line import Answer, CommandLine

CSV = (EXAMPLES / "csv.toml").read_text(encoding="utf-8")
HEADER = "Customer No,Mobile,First,Last,Email,Birthday,Changed"
GOOD = "1,303 555 0188,Nia,Okafor,nia@example.org,04/18/1990,2026-03-04 10:00:00"


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def described(drop: Path, tmp_path: Path) -> str:
    path = tmp_path / "till.toml"
    path.write_text(CSV.replace("/srv/till-exports", drop.as_posix()), encoding="utf-8")
    return str(path)


def put(drop: Path, name: str, *lines: str) -> None:
    (drop / name).write_text("\n".join([*lines, ""]), encoding="utf-8")
    at = time.time() - 60
    os.utime(drop / name, (at, at))


def told(document: dict[str, list[dict[str, object]]], resource: str) -> dict[str, object]:
    return next(row for row in document["imported"] if row["resource"] == resource)


@pytest.mark.requirement("A-008")
def test_files_are_imported_with_counts_reasons_and_the_refused_rows(
    new_home: CommandLine, drop: Path, tmp_path: Path
) -> None:
    put(drop, "shoppers-1.csv", HEADER, GOOD, ",x,=1+1,B,,,", "3,,Cy,D,,sometime,")
    connected = new_home("connect", "custom", "--store", "Elm", "--mapping", described(drop, tmp_path))
    assert connected.code == 0, connected.err
    answer = new_home("import", "Elm")
    assert answer.code == 0, answer.err
    customers = told(answer.document, "customers")
    assert (customers["read"], customers["written"], customers["refused"]) == (3, 1, 2)
    assert customers["reasons"] == [
        {"reason": "id (Customer No) is missing", "rows": 1},
        {"reason": "birth_date (Birthday) is not a date", "rows": 1},
    ]
    with Path(str(customers["file"])).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["where"] for row in rows] == ["shoppers-1.csv, line 3", "shoppers-1.csv, line 4"]
    assert rows[0]["First"] == "'=1+1"
    again = told(new_home("import", "Elm").document, "customers")
    assert (again["read"], again["written"], again["refused"]) == (0, 0, 0)
    put(drop, "shoppers-2.csv", HEADER, GOOD.replace("1,", "2,", 1))
    assert told(new_home("import", "Elm").document, "customers")["written"] == 1


def test_a_list_that_came_halved_says_that_the_earlier_one_is_kept(
    new_home: CommandLine, drop: Path, tmp_path: Path
) -> None:
    columns = "SKU,On hand,Item,Category,Brand,Price,Unit cost"
    put(drop, "stock.csv", columns, *(f"S{n},5,Gum,,,10,4" for n in range(40)))
    assert new_home("connect", "custom", "--store", "Elm", "--mapping", described(drop, tmp_path)).code == 0
    assert told(new_home("import", "Elm").document, "inventory")["error"] is None
    put(drop, "stock.csv", columns, "S1,5,Gum,,,10,4")
    short = new_home("import", "Elm")
    assert short.code == 1
    inventory = told(short.document, "inventory")
    assert "the earlier one is kept" in str(inventory["error"])
    assert 'budtender accept "Elm"' in str(inventory["hint"])
    assert new_home("accept", "Elm", "inventory").code == 0
    assert new_home("import", "Elm").code == 0


def test_rows_refused_by_a_wrong_description_are_read_again_by_the_right_one(
    new_home: CommandLine, drop: Path, tmp_path: Path
) -> None:
    put(drop, "shoppers-1.csv", HEADER, GOOD)
    path = Path(described(drop, tmp_path))
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace('dates = "%m/%d/%Y"', 'dates = "iso"'), encoding="utf-8")
    words = ("connect", "custom", "--store", "Elm", "--mapping", str(path))
    assert new_home(*words).code == 0
    assert told(new_home("import", "Elm").document, "customers")["refused"] == 1
    path.write_text(right, encoding="utf-8")
    assert new_home(*words).code == 0
    assert told(new_home("import", "Elm").document, "customers")["written"] == 1
    # The same description again changes nothing, and nothing is read twice.
    assert new_home(*words).code == 0
    assert told(new_home("import", "Elm").document, "customers")["read"] == 0


def test_a_person_reads_it_in_words(new_home: CommandLine, drop: Path, tmp_path: Path) -> None:
    put(drop, "shoppers-1.csv", HEADER, GOOD, ",x,A,B,,,")
    new_home("connect", "custom", "--store", "Elm", "--mapping", described(drop, tmp_path))
    answer = new_home("import", "Elm", json=False)
    assert "Customers: 2 read, 1 written, 1 refused." in answer.out
    assert "1 × id (Customer No) is missing" in answer.out
    assert "The refused rows are in " in answer.out
    assert new_home("import", "Oak").code == 1
    assert new_home("links", "list").document == {"links": [], "unchecked": ["Elm"]}
    said = new_home("links", "list", json=False).out
    assert said == "Elm lists no discounts, so rewards cannot be checked there.\n"


def test_a_mistake_in_the_description_is_told_with_its_line(new_home: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "till.toml"
    path.write_text(CSV.replace('files = "sales-*.csv"', 'filez = "sales-*.csv"'), encoding="utf-8")
    answer = new_home("connect", "custom", "--store", "Elm", "--mapping", str(path))
    assert answer.code == 1
    assert answer.said.startswith("In line 32, transactions.filez: there is no such key.")
    path.write_text(re.sub('money = "[a-z]*"', 'money = "pesos"', CSV), encoding="utf-8")
    pesos = new_home("connect", "custom", "--store", "Elm", "--mapping", str(path)).said
    assert "source.money: it is dollars or cents, not “pesos”." in pesos
    missing = new_home("connect", "custom", "--store", "Elm", "--mapping", str(tmp_path / "none.toml"))
    assert missing.document["error"]["field"] == "mapping"


@pytest.mark.requirement("A-001")
def test_the_worked_example_reads_the_simulated_till(new_home: CommandLine) -> None:
    with Simulation(shoppers=30, sales=200, days=20, limits=False) as sim:
        account = sim.account("custom")
        words = ("connect", "custom", "--store", "Elm", "--market", "CO", "--base-url", account.base_url)
        connected = new_home(*words, stdin=f"{account.key}\n")
        assert connected.code == 0, connected.err
        assert [row["granted"] for row in connected.document["permissions"]] == [True, True, True]
        answer = new_home("import", "Elm")
        counts = {row["resource"]: row["written"] for row in answer.document["imported"]}
        assert counts["sales"] == sum(1 for sale in sim.shop.sales if sale.store_id == 31 and sale.kind == "Retail")
        assert counts["inventory"] == len(list(sim.shop.goods.stock(31)))
        refused = new_home(*words[:3], "Oak", "--base-url", account.base_url, stdin="wrong\n")
        assert refused.code == 1
    away = new_home("import", "Elm")
    assert away.code == 3
    assert told(away.document, "sales")["error"]


def test_stores_of_one_till_may_share_its_key(new_home: CommandLine, tmp_path: Path) -> None:
    with Simulation(shoppers=10, limits=False) as sim:
        account = sim.account("custom")

        def connect(store: str, location: str) -> Answer:
            text = (EXAMPLES / "rest.toml").read_text(encoding="utf-8")
            path = tmp_path / f"{store}.toml"
            # As Windows' own editor writes it.
            path.write_text(text.replace("[source]\n", f"[source]\n{location}\n"), encoding="utf-8-sig")
            words = ("connect", "custom", "--store", store, "--mapping", str(path), "--base-url", account.base_url)
            return new_home(*words, stdin=f"{account.key}\n")

        assert connect("Elm", 'location = "1"').code == 0
        second = connect("Oak", 'location = "2"')
        assert (second.code, second.document["connected"]["account"]) == (0, "2")
        assert connect("Ash", 'location = "2"').said == "This key is connected already, as “Oak”."
