"""A reward is saved once for each turn of a visit, in files of every age, and the database itself holds it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budtender.cache import outbox, personas, redemptions, schema, visits
from budtender.cache.database import Connection, Database
from budtender.cache.salvage import salvage
from budtender.cache.visits import Visit
from budtender.model import Intent, Kind, Persona, State
from budtender.secrets import new_key
from tests.writing import write_now

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PRICE = Decimal(100)
BEFORE = "0023_turns"


def visit_of(c: Connection, n: int = 0) -> Visit:
    """A shopper with an open wallet."""
    own = personas.upsert(c, Persona(contact_id=f"contact-{n}", phone=f"+1303555{n:04}", first_name="Ines"), NOW)
    visit = Visit(
        id=f"visit-{n}",
        persona_id=own,
        phone=f"+1303555{n:04}",
        method="off",
        staff="Sam",
        opened=NOW,
        opened_mono=0.0,
    )
    visits.open_visit(c, visit)
    return visit


def redemption(visit: Visit, turn: int = 0, reward: str = "58213") -> Intent:
    return Intent(
        kind=Kind.REDEEM,
        persona_id=visit.persona_id,
        phone=visit.phone,
        visit_id=visit.id,
        reward_id=reward,
        turn=turn,
        points=-PRICE,
        body={"reward": {"id": reward, "name": "Ten dollars off", "reusable": True}},
        staff="Sam",
        created=NOW,
    )


def reversal(of: Intent) -> Intent:
    return Intent(
        kind=Kind.ADJUST,
        persona_id=of.persona_id,
        phone=of.phone,
        undoes=of.id,
        depends_on=of.id,
        points=-of.points,
        body={"note": "undo"},
        staff="Sam",
        created=NOW,
    )


def carry_out(c: Connection, intent: Intent) -> None:
    """Sent, and answered."""
    outbox.claim(c, intent.id, owner="me", sent=NOW, mono=0.0)
    outbox.finish(c, intent.id, at=NOW, mono=0.0)


def take_back(c: Connection, redeemed: Intent) -> Intent:
    entry = reversal(redeemed)
    outbox.record(c, entry)
    carry_out(c, entry)
    return entry


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "cache.db", new_key())
    opened.prepare(schema.migrate)
    yield opened
    opened.close()


#: What an intent had before there were turns.
OLD = """INSERT INTO intent (id, kind, state, system, persona_id, phone, visit_id, reward_id, undoes, depends_on,
        points_e4, body, staff, created_at, moved_mono, error_facts, unseen, remote_ref, absorbed_at)
    VALUES (:id, :kind, :state, 'aiq', :persona, :phone, :visit, :reward, :undoes, :undoes,
        :points, :body, 'Sam', 0, 1.5, :facts, :unseen, :ref, :absorbed)"""


def fill_old(c: Connection) -> list[dict[str, object]]:
    """A redemption of every fate, its undo where it has one, and somebody's stop."""
    visit = visit_of(c)
    common = {"persona": visit.persona_id, "phone": visit.phone, "body": '{"reward":{"reusable":true}}', "facts": "{}"}
    nothing = {"undoes": None, "unseen": 0, "ref": None, "absorbed": None, "points": -1_000_000}
    redeemed = {**common, **nothing, "kind": "redeem", "visit": visit.id}
    back = {**common, **nothing, "kind": "adjust", "visit": None, "reward": None, "points": 1_000_000}
    rows = [
        {**redeemed, "id": "a", "reward": "1", "state": "done", "ref": "7", "absorbed": 5},
        {**back, "id": "b", "state": "done", "undoes": "a", "ref": "7"},
        {**redeemed, "id": "c", "reward": "2", "state": "refused", "facts": '{"code":"withdrawn"}'},
        {**redeemed, "id": "d", "reward": "3", "state": "unknown"},
        {**back, "id": "e", "state": "waiting", "undoes": "d"},
        {**redeemed, "id": "f", "reward": "4", "state": "refused", "unseen": 1},
    ]
    for row in rows:
        c.execute(OLD, row)
    return [dict(row) for row in c.execute("SELECT * FROM intent ORDER BY seq")]


def test_what_was_saved_before_there_were_turns_is_in_the_first(tmp_path: Path) -> None:
    db = Database(tmp_path / "cache.db", new_key())
    db.prepare(lambda c: schema.STEPS.apply(c, stop_before=BEFORE))
    before = write_now(db, fill_old)
    around = db.read(_objects)
    db.prepare(schema.migrate)
    after = [dict(row) for row in db.read(lambda c: c.execute("SELECT * FROM intent ORDER BY seq").fetchall())]
    assert [row.pop("turn") for row in after] == [0] * len(before)
    assert after == before
    assert db.read(lambda c: c.execute("PRAGMA foreign_key_check").fetchall()) == []
    assert db.read(_objects) == around - {"intent_visit"} | {"intent_turns"}
    tried = db.read(lambda c: redemptions.tried_in_visit(c, "visit-0"))
    assert {reward: one.what for reward, one in tried.items()} == {
        "1": "undone",
        "2": "undone",
        "3": "undoing",
        "4": "refused",
    }
    visit = db.read(lambda c: visits.last_visit(c, "+13035550000"))
    assert visit is not None
    write_now(db, lambda c: outbox.record(c, redemption(visit, 1, "1")))
    with pytest.raises(Exception, match="closed, never deleted"):
        write_now(db, lambda c: c.execute("DELETE FROM intent"))
    db.close()


def _objects(c: Connection) -> set[str]:
    """All that there is in the file, and what a wallet is read from."""
    return {row["name"] for row in c.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_autoindex%'")}


def test_a_foreign_key_still_holds(tmp_path: Path, db: Database) -> None:
    visit = write_now(db, visit_of)
    with pytest.raises(Exception, match="FOREIGN KEY"):
        write_now(db, lambda c: outbox.record(c, reversal(redemption(visit))))


def test_two_saved_at_once_are_one_in_every_turn(db: Database) -> None:
    visit = write_now(db, visit_of)
    for turn in range(3):
        first, second = redemption(visit, turn), redemption(visit, turn)
        write_now(db, lambda c, one=first: outbox.record(c, one))  # type: ignore[misc]
        with pytest.raises(Exception, match=r"UNIQUE|before it was given back"):
            write_now(db, lambda c, one=second: outbox.record(c, one))  # type: ignore[misc]
        write_now(db, lambda c, one=first: carry_out(c, one))  # type: ignore[misc]
        write_now(db, lambda c, one=first: take_back(c, one))  # type: ignore[misc]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One file for all examples, each with a visit of its own."""
    opened = Database(tmp_path_factory.mktemp("turns") / "cache.db", new_key())
    opened.prepare(schema.migrate)
    yield opened
    opened.close()


FATES = ("waiting", "unknown", "refused", "withdrawn", "never", "done")


@settings(max_examples=60, deadline=None)
@given(
    fate=st.sampled_from(FATES),
    back=st.sampled_from((None, "waiting", "unknown", "refused", "done")),
    turn=st.integers(1, 3),
)
def test_a_next_turn_opens_only_when_the_last_was_given_back(
    many: Database, fate: str, back: str | None, turn: int
) -> None:
    """What the database lets in, what is told of the visit, and what it comes to are one."""
    db = many
    n = db.read(lambda c: int(c.execute("SELECT count(*) AS n FROM visit").fetchone()["n"]))
    visit = write_now(db, lambda c: visit_of(c, n))
    first = redemption(visit)
    write_now(db, lambda c: outbox.record(c, first))
    entry = reversal(first) if back is not None else None
    if entry is not None:
        write_now(db, lambda c: outbox.record(c, entry))
    write_now(db, lambda c: _meet(c, first, fate))
    if entry is not None and back is not None:
        write_now(db, lambda c: _meet(c, entry, back))
    given_back = (fate == "done" and back == "done") or fate == "withdrawn" or (fate == "never" and back is not None)
    told = db.read(lambda c: redemptions.tried_in_visit(c, visit.id))[first.reward_id or ""]
    assert (told.what == "undone") == given_back
    again = redemption(visit, turn)
    if given_back and turn == 1:
        write_now(db, lambda c: outbox.record(c, again))
        assert db.read(lambda c: redemptions.taken_in_visit(c, visit.id)) == PRICE
        assert db.read(lambda c: redemptions.last_in_visit(c, visit.id)) == again
    else:
        with pytest.raises(Exception, match="before it was given back"):
            write_now(db, lambda c: outbox.record(c, again))


def _meet(c: Connection, intent: Intent, fate: str) -> None:
    told = {"withdrawn": {"code": "withdrawn"}, "never": {"code": "settled_as_never"}}
    if fate == "waiting":
        return
    if fate == "withdrawn":
        outbox.refuse(c, intent.id, reason="", told=told[fate], at=NOW, mono=0.0)
        return
    outbox.claim(c, intent.id, owner="me", sent=NOW, mono=0.0)
    if fate == "done":
        outbox.finish(c, intent.id, at=NOW, mono=0.0)
    elif fate == "unknown":
        outbox.lose(c, intent.id, error="", told={}, mono=0.0)
    else:
        outbox.lose(c, intent.id, error="", told={}, mono=0.0)
        outbox.refuse(c, intent.id, reason="", told=told.get(fate, {}), at=NOW, mono=0.0)


def test_a_damaged_file_is_saved_also_where_what_gave_it_back_is_lost(tmp_path: Path) -> None:
    key = new_key()
    db = Database(tmp_path / "cache.db", key)
    db.prepare(schema.migrate)
    visit = write_now(db, visit_of)
    first = redemption(visit)
    write_now(db, lambda c: outbox.record(c, first))
    write_now(db, lambda c: carry_out(c, first))
    entry = write_now(db, lambda c: take_back(c, first))
    again = redemption(visit, 1)
    write_now(db, lambda c: outbox.record(c, again))

    def lose(c: Connection) -> None:
        c.execute("DROP TRIGGER intent_keeps")
        c.execute("DELETE FROM intent WHERE id = ?", (entry.id,))

    write_now(db, lose)
    db.close()
    salvage(tmp_path / "cache.db", tmp_path / "fresh.db", key, at=NOW, aside="")
    fresh = Database(tmp_path / "fresh.db", key)
    kept = fresh.read(lambda c: outbox.find(c, again.id))
    assert kept is not None
    assert (kept.state, kept.turn) == (State.WAITING, 1)
    with pytest.raises(Exception, match="before it was given back"):
        write_now(fresh, lambda c: outbox.record(c, redemption(visit, 2)))
    fresh.close()
