"""Dates that reach out to many at once: not before a day has passed, once to each, and never after a no."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.backoffice import switches
from budtender.cache import consents, once
from budtender.cache.consents import Consent
from budtender.model import Kind
from budtender.simulator import upkeep
from budtender.simulator.records import Customer
from budtender.sync import points_import, reaching
from budtender.sync.reaching import Standing
from tests.sync.selling import Selling

TILLS = ["dutchie", "posabit", "flourish"]
TODAY = date(2026, 3, 1)
DAY = timedelta(days=1).total_seconds()
STANDINGS = st.builds(
    Standing,
    phone=st.sampled_from([None, "+13035550142"]),
    born=st.sampled_from([None, date(1990, 1, 1), date(2006, 3, 1), date(2005, 3, 1)]),
    member=st.sampled_from([None, True, False]),
    opted_in=st.booleans(),
    opted_out=st.booleans(),
    said=st.sampled_from([None, True, False]),
    reached=st.booleans(),
)


@given(buyer=STANDINGS)
def test_nobody_is_reached_without_a_phone_twice_after_a_no_or_too_young(buyer: Standing) -> None:
    enrols = reaching.enrols(buyer, minimum_age=21, today=TODAY)
    asks = reaching.asks(buyer, minimum_age=21, today=TODAY)
    if enrols or asks:
        assert buyer.phone
        assert (buyer.reached, buyer.opted_out) == (False, False)
        assert buyer.said is not False
        assert buyer.born != date(2006, 3, 1)
    assert not (enrols and buyer.member)
    assert not (asks and buyer.opted_in)
    whoever = Standing(phone="+13035550142", born=date(2005, 3, 1))
    assert reaching.enrols(whoever, minimum_age=21, today=TODAY)


def newcomer(selling: Selling, first: str, phone: str | None) -> Customer:
    store = selling.sim.world.stores[0].id
    return upkeep.add(selling.sim.world, store, first, "Brook", phone, date_of_birth="1990-01-02", state="CO")


def texts_to(selling: Selling, phone: str) -> list[str]:
    return [text.body for text in selling.sim.texts if text.to == phone]


def told_no(phone: str) -> Consent:
    return Consent(
        id=f"no-{phone}",
        phone=phone,
        purpose="loyalty",
        granted=False,
        wording="No.",
        version="1",
        language="en",
        source="counter",
        at=datetime.now(UTC),
        zone="UTC",
        staff="Sam",
        register="Register 1",
        store="Harbor Street",
    )


@pytest.mark.requirement("D-069", "P-022", "F-033")
@pytest.mark.parametrize("selling", TILLS, indirect=True)
async def test_who_bought_from_the_date_on_becomes_a_member_a_day_later_and_earns_from_then(selling: Selling) -> None:
    sim, register = selling.sim, selling.register
    today = datetime.fromtimestamp(sim.clock.now(), UTC).date()
    ada, _bo, cy = (newcomer(selling, name, f"72055501{n}") for name, n in (("Ada", 71), ("Bo", 72), ("Cy", 73)))
    await register.db.write(lambda c: consents.keep(c, [told_no("+17205550173")]))
    store = sim.world.stores[0].id
    old = sim.shop.sell(store, ada.customer_id, at=sim.clock.now() - 20 * DAY)
    new = [sim.shop.sell(store, buyer.customer_id) for buyer in (ada, cy)]
    await selling.sync()
    sim.overnight()
    await selling.set(enrol_after=(today - timedelta(days=3)).isoformat())
    await selling.sync()
    await selling.sync()
    assert not any((p := sim.world.find(f"72055501{n}")) and p.member for n in (71, 72, 73))  # may be taken back
    await selling.sync(DAY + 60)
    await selling.sync()
    sim.overnight()
    members = {n: bool((p := sim.world.find(f"72055501{n}")) and p.member) for n in (71, 72, 73)}
    assert members == {71: True, 72: False, 73: False}
    await selling.sync(DAY + 60)  # AIQ has a day to take them in, and is told of their sales once more
    await selling.sync()
    sim.overnight()
    persona = sim.world.find("7205550171")
    assert persona is not None
    assert persona.points == Decimal(new[0].net_cents) / 100
    assert old.net_cents
    assert len(texts_to(selling, "7205550171")) == 1
    await selling.set(enrol_after=(today - timedelta(days=2)).isoformat())
    await selling.sync(DAY + 60)
    await selling.sync()
    assert len(texts_to(selling, "7205550171")) == 1
    assert len([row for row in selling.audited("enrolled") if str(row["phone"]).endswith("0171")]) == 1


async def test_what_was_bought_at_every_store_earns_once_its_buyer_is_a_member(selling: Selling) -> None:
    sim = selling.sim
    today = datetime.fromtimestamp(sim.clock.now(), UTC).date()
    ada = newcomer(selling, "Ada", "7205550171")
    sales = [sim.shop.sell(store.id, ada.customer_id) for store in sim.world.stores]
    await selling.sync()
    sim.overnight()
    await selling.set(enrol_after=(today - timedelta(days=3)).isoformat())
    for _ in range(3):
        await selling.sync(DAY + 60)
        await selling.sync()
        sim.overnight()
    persona = sim.world.find("7205550171")
    assert persona is not None
    assert persona.points == Decimal(sum(sale.net_cents for sale in sales)) / 100


@pytest.mark.requirement("D-066", "P-024", "F-030")
@pytest.mark.parametrize("selling", TILLS, indirect=True)
async def test_who_bought_from_the_date_on_is_asked_by_text_once(selling: Selling) -> None:
    sim = selling.sim
    # The day of a sale is its store's, which may still have yesterday.
    today = datetime.fromtimestamp(sim.clock.now(), UTC).date() - timedelta(days=1)
    ada, bo, _ = (
        newcomer(selling, "Ada", "7205550171"),
        newcomer(selling, "Bo", None),
        newcomer(selling, "Cy", "7205550173"),
    )
    for buyer in (ada, bo):
        sim.shop.sell(sim.world.stores[0].id, buyer.customer_id)
    await selling.sync()
    sim.overnight()
    await selling.set(double_opt_in_after=today.isoformat())
    await selling.sync()
    assert texts_to(selling, "7205550171") == []
    for _round in range(2):
        await selling.sync(DAY + 60)
        await selling.sync()
    assert len(texts_to(selling, "7205550171")) == 1
    assert texts_to(selling, "7205550173") == []
    sim.reply("7205550171", "STOP")
    await selling.set(double_opt_in_after=(today - timedelta(days=1)).isoformat())
    sim.shop.sell(sim.world.stores[0].id, ada.customer_id)
    await selling.sync(DAY + 60)
    await selling.sync()
    assert len(texts_to(selling, "7205550171")) == 1


@pytest.mark.requirement("D-065", "P-030", "F-029")
@pytest.mark.parametrize("key", ["enrol_after", "double_opt_in_after"])
async def test_who_lives_outside_the_market_is_not_reached_while_only_the_market_is_synced(
    selling: Selling, key: str
) -> None:
    sim, register = selling.sim, selling.register
    today = datetime.fromtimestamp(sim.clock.now(), UTC).date() - timedelta(days=1)
    here, away = newcomer(selling, "Ada", "7205550171"), newcomer(selling, "Wy", "7205550172")
    upkeep.edit(sim.world, away.customer_id, state="WY")
    for buyer in (here, away):
        sim.shop.sell(sim.world.stores[0].id, buyer.customer_id)
    await register.db.write(lambda c: c.execute("UPDATE connection SET market = 'CO'"))
    await selling.sync()

    def reached() -> set[str]:
        rows = register.db.read(lambda c: c.execute("SELECT phone FROM intent WHERE staff = 'a setting'").fetchall())
        return {row["phone"] for row in rows} & {"+17205550171", "+17205550172"}

    everybody = (await switches.preview(register, key, today.isoformat())).touched or 0
    await selling.set(relevant_market="on")
    assert 0 < ((await switches.preview(register, key, today.isoformat())).touched or 0) < everybody
    for narrow, numbers in (("on", {"+17205550171"}), ("off", {"+17205550171", "+17205550172"})):
        await selling.set(relevant_market=narrow)
        await selling.set(**{key: today.isoformat()})
        await selling.sync(DAY + 60)
        assert reached() == numbers


# ── points ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("P-031", "P-032")
@given(balance=st.integers(0, 10_000), after=st.integers(-100, 12_000))
def test_points_of_after_the_day_are_never_imported(balance: int, after: int) -> None:
    points = points_import.imported(Decimal(balance), Decimal(after))
    assert 0 <= points <= balance
    assert points == max(0, balance - max(0, after))
    assert points_import.accrual_start(TODAY) == date(2026, 3, 2)
    assert points_import.ends(TODAY) == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.requirement("P-031", "P-033")
@pytest.mark.parametrize("selling", ["posabit"], indirect=True)
async def test_the_tills_points_are_imported_once_when_the_day_is_over(selling: Selling) -> None:
    sim, register = selling.sim, selling.register
    await selling.sync()
    sim.overnight()
    await selling.sync(3600)
    today = datetime.fromtimestamp(sim.clock.now(), UTC).date()
    await selling.set(points_imported_on=today.isoformat())
    await selling.sync()

    def imports() -> list[tuple[object, ...]]:
        rows = register.db.read(
            lambda c: c.execute(
                "SELECT phone, points_e4, state FROM intent WHERE kind = ? AND staff = ? ORDER BY seq",
                (Kind.ADJUST.value, once.BY_SETTING),
            ).fetchall()
        )
        return [tuple(row) for row in rows]

    assert imports() == []
    await selling.sync(2 * DAY)
    await selling.sync()
    first = imports()
    assert first
    assert {row[2] for row in first} == {"done"}
    with_points = register.db.read(
        lambda c: c.execute("SELECT count(*) AS n FROM customer WHERE body ->> 'points' > 0").fetchone()["n"]
    )
    assert len(first) <= with_points
    notes = [effect for effect in sim.ledger if "points imported as of" in effect.note]
    assert len(notes) == len(first)
    assert sum(effect.points for effect in notes) == Decimal(sum(int(str(row[1])) for row in first)) / 10_000
    for again in (today, today + timedelta(days=1)):
        await selling.set(points_imported_on=again.isoformat())
        await selling.sync(2 * DAY)
        await selling.sync()
        assert imports() == first


async def test_many_at_once_are_spread_so_that_nothing_else_waits(selling: Selling) -> None:
    register, sim = selling.register, selling.sim
    for n in range(30):
        buyer = newcomer(selling, f"B{n}", f"72055502{n:02}")
        sim.shop.sell(sim.world.stores[0].id, buyer.customer_id)
    await selling.sync()
    today = datetime.fromtimestamp(sim.clock.now(), UTC).date() - timedelta(days=1)
    await selling.set(double_opt_in_after=today.isoformat())
    await selling.sync(DAY + 60)
    slots = [
        row["not_before"]
        for row in register.db.read(
            lambda c: c.execute("SELECT not_before FROM intent WHERE kind = 'opt_in' ORDER BY seq").fetchall()
        )
    ]
    assert len(slots) >= 30
    apart = {later - earlier for earlier, later in itertools.pairwise(slots)}
    assert apart == {reaching.PACE / timedelta(milliseconds=1)}


@pytest.fixture
def behind_utc() -> Iterator[None]:
    """A place where it is always yesterday still."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "XST+23:59"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("behind_utc")
@pytest.mark.skipif(sys.platform == "win32", reason="a process of Windows has the machine's time zone")
async def test_nobody_is_reached_on_the_evening_before_they_are_old_enough(selling: Selling) -> None:
    """By UTC it is tomorrow already when shops close."""
    sim, today = selling.sim, datetime.fromtimestamp(selling.sim.clock.now(), UTC).date()
    store = sim.world.stores[0].id
    await selling.set(minimum_age=20)
    for days in (0, 1, 2):
        day = today - timedelta(days=days)
        born = day.replace(year=day.year - 20).isoformat()
        person = upkeep.add(sim.world, store, "Ada", f"Day{days}", f"720555018{days}", date_of_birth=born, state="CO")
        sim.shop.sell(store, person.customer_id)
    await selling.sync()
    rows = await reaching.reached_by(selling.register, "enrol_after", today - timedelta(days=2))
    assert {phone[-1] for phone in rows if phone.startswith("+1720555018")} == {"1", "2"}
