"""One statement for a phone tells what the rooms of the cache tell one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from budtender.cache import consents, lookup, outbox, personas, schema
from budtender.cache.consents import Consent
from budtender.cache.database import Connection, Database
from budtender.model import Intent, Kind, Persona, State, Wallet
from budtender.secrets import new_key
from tests.writing import write_now

PHONE, OTHER = "+13035550142", "+13035550143"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "cache.db", new_key())
    db.prepare(schema.migrate)
    yield db
    db.close()


def intent(kind: Kind, persona_id: int | None, points: str = "0", name: str = "one") -> Intent:
    return Intent(
        id=name,
        kind=kind,
        state=State.WAITING,
        system="aiq",
        persona_id=persona_id,
        phone=PHONE,
        points=Decimal(points),
        body={},
        staff="Sam",
        created=NOW,
        moved_mono=1.0,
    )


def word(granted: bool, at: datetime) -> Consent:
    return Consent(
        id=f"{granted}",
        phone=PHONE,
        purpose="texts",
        granted=granted,
        wording="",
        version="1",
        language="en",
        source="told to staff",
        at=at,
        zone="UTC",
        staff="Sam",
        register="1",
        store="",
    )


def add(connection: Connection, contact_id: str, *, phone: str | None, home: str | None = None) -> int:
    person = Persona(contact_id=contact_id, phone=phone, home_phone=home, first_name=contact_id, points=Decimal(0))
    return personas.upsert(connection, person, NOW)


@pytest.mark.parametrize(
    ("points", "hidden"),
    [(None, False), (None, True), (Decimal(5), True), (Decimal("412.5"), False), (Decimal(-3), False)],
)
@pytest.mark.parametrize("held", [None, "-100", "25"])
def test_balance_is_the_wallets(db: Database, points: Decimal | None, hidden: bool, held: str | None) -> None:
    def work(c: Connection) -> None:
        persona_id = add(c, "a", phone=PHONE)
        reading = Wallet(contact_id="a", points=points, hidden=hidden)
        personas.apply_points(c, persona_id, reading, NOW + timedelta(seconds=1))
        if held is not None:
            outbox.record(c, intent(Kind.ADJUST, persona_id, held))
        seen = lookup.by_phone(c, PHONE)
        assert seen.balances == {persona_id: personas.balance(c, persona_id)}
        assert seen.balances[persona_id].pending == (held is not None)

    write_now(db, work)


def test_mobile_comes_before_home_and_the_gone_are_left_out(db: Database) -> None:
    def work(c: Connection) -> None:
        add(c, "home", phone=OTHER, home=PHONE)
        add(c, "only home", phone=None, home=PHONE)
        add(c, "both", phone=PHONE, home=PHONE)
        add(c, "mobile", phone=PHONE)
        personas.mark_gone(c, add(c, "gone", phone=PHONE), NOW)
        personas.mark_gone(c, add(c, "gone home", phone=None, home=PHONE), NOW)
        seen = lookup.by_phone(c, PHONE)
        assert (seen.mobile, seen.home) == personas.find_by_phone(c, PHONE)
        assert [known.first_name for known in seen.mobile] == ["both", "mobile"]
        assert [known.first_name for known in seen.home] == ["home", "only home"]

    write_now(db, work)


@pytest.mark.parametrize("listed", [True, False])
def test_what_was_done_here_is_told_with_and_without_a_persona(db: Database, listed: bool) -> None:
    def work(c: Connection) -> None:
        if listed:
            add(c, "a", phone=PHONE)
        before = lookup.by_phone(c, PHONE)
        assert (before.sign_up, before.texts) == (None, None)
        consents.keep(c, [word(True, NOW), word(False, NOW + timedelta(minutes=1))])
        outbox.record(c, intent(Kind.SIGN_UP, None))
        seen = lookup.by_phone(c, PHONE)
        assert seen.texts == (word(False, NOW + timedelta(minutes=1)) if listed else None)
        assert seen.sign_up is not None
        assert seen.sign_up.id == "one"
        outbox.refuse(c, "one", reason="", told={}, at=NOW, mono=2.0)
        assert lookup.by_phone(c, PHONE).sign_up is None
        assert lookup.by_phone(c, OTHER).texts is None

    write_now(db, work)


def test_a_round_trip_finds_whom_aiq_does_not_list_yet_without_reading_everybody(db: Database) -> None:
    """It is asked every round trip; read one by one, a million shoppers take a processor seventeen seconds."""

    def steps_among(count: int) -> int:
        def work(c: Connection) -> int:
            for n in range(count):
                add(c, f"{count}-{n}", phone=f"+1303555{n:04}")
            personas.add_pending(c, Persona(contact_id="", phone=OTHER, first_name="New"), NOW)
            c.set_progress_handler(lambda: counted.append(1), 1)  # type: ignore[attr-defined]
            assert personas.pending_phones(c, NOW) == [OTHER]
            c.set_progress_handler(None, 1)  # type: ignore[attr-defined]
            return len(counted)

        counted: list[int] = []
        return write_now(db, work)

    few = steps_among(10)
    assert 0 < steps_among(1000) <= few + 20
