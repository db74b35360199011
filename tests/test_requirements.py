"""The list of requirements and the tests that prove them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import requirements

PAPERS = """
## Rows

| ID | Seed | Line | System | Kind | Requirement | Who |
|---|---|---|---|---|---|---|
| D-001 | 000 | 2 | Till | rule | A sale counts once. | engine |
| D-002 | 000 | 3 | Till | rule | A return counts once. | engine |
| P-001 | 002 | 1 | Other | setting | A switch is on. | manager |

| # | Topic | Rows | Choice |
|---|---|---|---|
| X-01 | Two minutes or ten | D-001, D-002 | Two |
"""

TESTS = '''
import pytest

pytestmark = pytest.mark.requirement("P-001")


@pytest.mark.requirement("D-001", "X-01")
async def test_one() -> None:
    """A name such as mark.requirement("D-002") in a text counts for nothing."""


@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.requirement("D-001")), 2])
class TestMany:
    @pytest.mark.requirement("D-009")
    def test_two(self) -> None: ...
'''


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.md"
    path.write_text(PAPERS)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tests"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "test_till.py").write_text(TESTS)
    (folder / "helper.py").write_text('import pytest\n\nMARK = pytest.mark.requirement("D-002")\n')
    return folder


def test_rows_are_read_from_both_kinds_of_tables() -> None:
    assert requirements.rows_in(PAPERS) == [
        ("D-001", "A sale counts once.", "engine"),
        ("D-002", "A return counts once.", "engine"),
        ("P-001", "A switch is on.", "manager"),
        ("X-01", "Two minutes or ten", ""),
    ]


def test_marks_are_found_wherever_they_stand(folder: Path) -> None:
    assert requirements.tests_by_id(folder) == {
        "P-001": ["deep/test_till.py"],
        "D-001": ["deep/test_till.py::test_one", "deep/test_till.py::TestMany"],
        "X-01": ["deep/test_till.py::test_one"],
        "D-009": ["deep/test_till.py::TestMany"],
    }


def test_rows_come_with_their_tests_and_then_those_without(
    papers: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert requirements.main([], papers=papers, tests=folder) == 1
    told = capsys.readouterr().out
    before, _, after = told.partition("Without a test:")
    assert "D-001  (engine) A sale counts once.\n       deep/test_till.py::test_one\n" in before
    assert "D-002  (engine) A return counts once." in after
    assert "engine: 1 of 2 rows have a test." in after
    assert "papers that disagree: 1 of 1 rows have a test." in after
    assert "No row is called D-009: deep/test_till.py::TestMany" in after


def test_one_kind_of_user_can_be_asked_for(papers: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    requirements.main(["--user", "manager"], papers=papers, tests=folder)
    told = capsys.readouterr().out
    assert "P-001" in told
    assert "D-002" not in told


def test_without_the_papers_the_ids_are_listed_all_the_same(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert requirements.main([], papers=tmp_path / "nowhere.md", tests=folder) == 0
    told = capsys.readouterr().out
    assert "do not lie beside this repository" in told
    assert "P-001  deep/test_till.py\n" in told


def test_every_id_that_a_test_carries_is_that_of_a_row() -> None:
    if not requirements.PAPERS.exists():
        pytest.skip("the requirements do not lie beside this repository")
    rows = requirements.rows_in(requirements.PAPERS.read_text(encoding="utf-8"))
    assert len(rows) > 200
    assert requirements.unknown_ids(rows, requirements.tests_by_id(requirements.TESTS)) == []
