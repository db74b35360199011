"""The index of names finds what a search of every row would find, whatever happens to the rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budtender.cache import names, personas, schema
from budtender.cache.database import Connection, Database
from budtender.model import Persona
from budtender.secrets import new_key
from tests.writing import write_now

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
WORDS = ["Ana", "Ánabel", "anastasia", "O'Neil", "De", "la", "Cruz", "Çelik", "Öz", "李", "Nguyễn", "dana-lee", "", "D"]
NAME = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
ROWS = st.lists(st.tuples(st.integers(1, 8), NAME, NAME, st.booleans()), max_size=25)
TYPED = st.lists(st.sampled_from([*WORDS, "an", "ÁN", "o", "nei", "cru", "lee", "z", "nguyen", "celik"]), max_size=3)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    db = Database(tmp_path_factory.mktemp("names") / "cache.db", new_key())
    db.prepare(schema.migrate)
    yield db
    db.close()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, typed=TYPED.map(" ".join))
def test_the_index_agrees_with_the_rows(db: Database, rows: list[tuple[int, str, str, bool]], typed: str) -> None:
    write_now(db, lambda c: c.execute("DELETE FROM persona"))
    for number, first, last, gone in rows:
        _keep(
            db, Persona(contact_id=f"c{number}", phone=f"+1303555010{number}", first_name=first, last_name=last), gone
        )
    wanted = names.words(typed)
    found = {known.id for known in db.read(lambda c: names.find_by_name(c, wanted, 100))}
    kept = db.read(lambda c: c.execute("SELECT * FROM persona WHERE gone_at IS NULL").fetchall())
    assert found == {
        row["id"] for row in kept if wanted and _matches(f"{row['first_name']} {row['last_name']}", wanted)
    }


def _keep(db: Database, persona: Persona, gone: bool) -> None:
    def work(connection: Connection) -> None:
        persona_id = personas.upsert(connection, persona, NOW)
        if gone:
            personas.mark_gone(connection, persona_id, NOW)

    write_now(db, work)


def _matches(whole: str, wanted: list[str]) -> bool:
    own = names.folded(" ".join(names.words(whole))).split()
    return all(any(word.startswith(names.folded(want)) for word in own) for want in wanted)


def test_rows_from_before_the_index_are_in_it(tmp_path: Path) -> None:
    db = Database(tmp_path / "cache.db", new_key())
    db.prepare(lambda c: schema.STEPS.apply(c, stop_before="0008_names"))
    old = Persona(contact_id="c1", phone="+13035550142", first_name="Inés", last_name="Castellanos")
    write_now(db, lambda c: personas.upsert(c, old, NOW))
    db.prepare(schema.migrate)
    assert [known.first_name for known in db.read(lambda c: names.find_by_name(c, ["ines", "cast"], 9))] == ["Inés"]
    db.close()


@pytest.mark.parametrize("typed", ['"', '" OR "', "a*", "NEAR(a b)", "first_name:x", "-", "(", "\x00", "a" * 500, "'"])
def test_what_is_typed_is_no_query(db: Database, typed: str) -> None:
    write_now(db, lambda c: c.execute("DELETE FROM persona"))
    _keep(db, Persona(contact_id="c1", phone="+13035550101", first_name="Ana", last_name="Cruz"), gone=False)
    wanted = names.words(typed)
    found = db.read(lambda c: names.find_by_name(c, wanted, 9))
    assert bool(found) == (bool(wanted) and _matches("Ana Cruz", wanted))
