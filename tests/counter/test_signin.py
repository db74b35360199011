"""Signing in by PIN alone: who it is, how often it may be guessed, who opens the lock, and what is written down."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budtender.backoffice import staff as office
from budtender.counter import signin
from budtender.errors import InputError, Locked, NotAllowed, PinRefused
from budtender.events import Change
from budtender.model import Actor, Role
from budtender.pins import SIGN_IN, SIGN_INS
from budtender.pins.ladder import WAITS, limit_of
from tests.counter.counter import PINS, WRONG_PIN, Counter
from tests.small_register import DANA_PIN, LEE_PIN, WRONG, SmallRegister

SAM_PIN, KIM_PIN = "915827", "602847"
DANA = Actor(name="Dana", role=Role.OWNER, staff_id=1)
OMAR = Actor(name="Omar", role=Role.MANAGER, staff_id=2)
LAST = limit_of(SIGN_IN).tries


@pytest.fixture
async def staffed(unconnected: Counter) -> Counter:
    """Everybody has a PIN; no remote system is connected, so nothing here needs a network."""
    await unconnected.hire()
    await office.reset_pin(unconnected.register, "Sam", SAM_PIN, OMAR)
    await office.reset_pin(unconnected.register, "Kim", KIM_PIN, OMAR)
    return unconnected


async def wrong(counter: Counter, times: int = 1) -> list[PinRefused]:
    """So many wrong PINs, each after its wait."""
    refused = []
    for _ in range(times):
        with pytest.raises(PinRefused) as refusal:
            await signin.sign_in(counter.register, WRONG_PIN)
        refused.append(refusal.value)
        counter.clock.pass_by(WAITS[-1])
    return refused


# ── who it is ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_pin_alone_tells_who_acts(staffed: Counter) -> None:
    for pin, name, role in ((SAM_PIN, "Sam", Role.BUDTENDER), (PINS["Dana"], "Dana", Role.OWNER)):
        actor = await signin.sign_in(staffed.register, pin)
        assert (actor.name, actor.role) == (name, role)
        assert signin.works_here(staffed.register, actor)
        assert staffed.audited("signed in")[0]["staff"] == name


async def test_whoever_signed_in_last_is_tried_first(staffed: Counter) -> None:
    assert [p.signed_in for p in office.list_staff(staffed.register)] == [None] * 4
    await signin.sign_in(staffed.register, KIM_PIN)
    kim = office.list_staff(staffed.register)[3]
    assert kim.signed_in is not None
    staffed.clock.pass_by(60)
    await signin.sign_in(staffed.register, SAM_PIN)
    sam = office.list_staff(staffed.register)[2]
    assert sam.signed_in is not None
    assert sam.signed_in > kim.signed_in


async def test_leaving_is_written_down(staffed: Counter) -> None:
    actor = await signin.sign_in(staffed.register, SAM_PIN)
    for why in signin.Left:
        await signin.leave(staffed.register, actor, why)
    told = staffed.audited("signed out")
    assert [row["why"] for row in told] == [why.value for why in reversed(signin.Left)]
    assert {(row["staff"], row["register"]) for row in told} == {("Sam", "Register 1")}


async def test_what_is_no_pin_is_no_try(staffed: Counter) -> None:
    for typed in ("", "12345", "abcdef", "٤٨٢٩١٥", "1" * 13):
        with pytest.raises(InputError) as refusal:
            await signin.sign_in(staffed.register, typed)
        assert refusal.value.facts["field"] == "pin"
    assert (await signin.entrance(staffed.register)).tries_left == LAST


# ── the first owner ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_new_register_makes_its_owner_first(unconnected: Counter) -> None:
    register = unconnected.register
    before = await signin.entrance(register)
    assert before.first_owner
    assert before.openers == ()
    with pytest.raises(PinRefused) as refusal:
        await signin.sign_in(register, PINS["Dana"])
    assert refusal.value.facts["code"] == "no_pin_to_sign_in"
    account = Actor(name="till", role=Role.OWNER)
    assert signin.works_here(register, account)
    with pytest.raises(InputError):
        await office.first_owner(register, "Dana", "123456")
    owner = await office.first_owner(register, " Dana ", PINS["Dana"])
    assert owner == DANA
    assert await signin.sign_in(register, PINS["Dana"]) == owner
    assert not signin.works_here(register, account), "once there is a staff, people sign in"
    after = await signin.entrance(register)
    assert not after.first_owner
    assert after.openers == ("Dana",)
    with pytest.raises(NotAllowed) as second:
        await office.first_owner(register, "Mallory", "736204")
    assert second.value.facts["code"] == "staff_exists"


# ── wrong PINs ────────────────────────────────────────────────────────────────────────────────────────────


async def test_five_wrong_pins_lock_and_a_manager_unlocks(staffed: Counter) -> None:
    refused = await wrong(staffed, LAST)
    assert [refusal.facts["tries_left"] for refusal in refused] == [4, 3, 2, 1, 0]
    assert [refusal.facts["code"] for refusal in refused] == ["pin_wrong"] * 4 + ["pin_wrong_locked"]
    await staffed.restart()
    for pin in (SAM_PIN, PINS["Dana"]):
        with pytest.raises(Locked) as locked:
            await signin.sign_in(staffed.register, pin)
        assert locked.value.until is None
        assert (locked.value.facts["code"], locked.value.facts["tries"]) == ("pin_locked", LAST)
    shut = await signin.entrance(staffed.register)
    assert shut.closed is not None
    assert shut.tries_left == 0
    assert shut.openers == ("Dana", "Omar")
    with pytest.raises(NotAllowed):
        await signin.unlock(staffed.register, SAM_PIN, "Sam")
    with pytest.raises(PinRefused):
        await signin.unlock(staffed.register, WRONG_PIN, "Omar")
    assert (await signin.unlock(staffed.register, PINS["Omar"], "Omar")).name == "Omar"
    opened = await signin.entrance(staffed.register)
    assert opened.closed is None
    assert opened.tries_left == LAST
    assert (await signin.sign_in(staffed.register, SAM_PIN)).name == "Sam"
    assert [row["staff"] for row in staffed.audited("PIN unlocked")] == ["Omar", "Omar"]
    assert len(staffed.audited("PIN wrong")) == LAST + 1


async def test_a_manager_unlocks_without_saying_the_name(staffed: Counter) -> None:
    await wrong(staffed, LAST)
    assert (await signin.unlock(staffed.register, PINS["Dana"])).name == "Dana"
    assert (await signin.sign_in(staffed.register, KIM_PIN)).name == "Kim"


async def test_the_third_wrong_pin_makes_wait_and_the_clock_cannot_be_set(staffed: Counter) -> None:
    for _ in range(3):
        with pytest.raises(PinRefused) as refusal:
            await signin.sign_in(staffed.register, WRONG_PIN)
    assert refusal.value.facts["wait_seconds"] == WAITS[2]
    staffed.clock.ahead += 3600
    with pytest.raises(Locked) as locked:
        await signin.sign_in(staffed.register, SAM_PIN)
    assert locked.value.facts["code"] == "pin_wait"
    assert 0 < locked.value.facts["wait_seconds"] <= WAITS[2]
    staffed.clock.pass_by(WAITS[2])
    assert (await signin.sign_in(staffed.register, SAM_PIN)).name == "Sam"
    assert (await signin.entrance(staffed.register)).tries_left == LAST


MOVES = st.lists(st.sampled_from(["wrong", "wrong", "wrong", "sam", "dana", "restart"]), max_size=40)


@settings(max_examples=12, deadline=None)
@given(moves=MOVES)
def test_no_order_of_moves_gives_more_guesses(moves: list[str]) -> None:
    """Five wrong ones in a row at most, and with a budtender's own PIN between them no more than the longer count."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_guess(moves, SmallRegister(Path(folder))))


async def _guess(moves: list[str], register: SmallRegister) -> None:
    await register.set_up()
    in_a_row, ever = 0, 0
    for move in moves:
        if move == "restart":
            register.restart()
            continue
        pin = {"wrong": WRONG, "sam": LEE_PIN, "dana": DANA_PIN}[move]
        try:
            await register.pins.sign_in(pin)
        except PinRefused:
            in_a_row, ever = in_a_row + 1, ever + 1
            register.clock.pass_by(WAITS[-1])
        except Locked:
            assert in_a_row == LAST
        else:
            in_a_row = 0
            ever = 0 if move == "dana" else ever
        assert in_a_row <= LAST
        assert register.count(SIGN_INS) == ever
        assert register.count(SIGN_IN) == in_a_row
    register.db.close()


async def test_a_budtenders_own_pin_gives_no_endless_guesses(tmp_path: Path) -> None:
    register = SmallRegister(tmp_path)
    await register.set_up()
    most = limit_of(SIGN_INS).tries
    guesses = 0
    while (await register.pins.door()).closed is None and guesses < 2 * most:
        if guesses % (LAST - 1) == 0:
            await register.pins.sign_in(LEE_PIN)
        with pytest.raises(PinRefused):
            await register.pins.sign_in(WRONG)
        guesses += 1
        register.clock.pass_by(WAITS[-1])
    assert guesses == most
    register.db.close()


# ── people who change and leave ───────────────────────────────────────────────────────────────────────────


async def test_whoever_is_taken_off_the_staff_is_out(staffed: Counter) -> None:
    rung: list[Change] = []
    staffed.register.events.listen(rung.append)
    sam = await signin.sign_in(staffed.register, SAM_PIN)
    await office.deactivate(staffed.register, "sam", OMAR)
    assert rung == [Change.STAFF]
    assert not signin.works_here(staffed.register, sam)
    with pytest.raises(PinRefused):
        await signin.sign_in(staffed.register, SAM_PIN)
    with pytest.raises(NotAllowed):
        await office.reset_pin(staffed.register, "Sam", "371940", OMAR)
    await office.reset_pin(staffed.register, "Kim", SAM_PIN, OMAR)  # a PIN that nobody has any more
    with pytest.raises(InputError, match="in use"):
        await office.reactivate(staffed.register, "Sam", SAM_PIN, OMAR)
    await office.reactivate(staffed.register, "Sam", KIM_PIN, OMAR)
    assert (await signin.sign_in(staffed.register, KIM_PIN)).name == "Sam"
    assert staffed.audited("staff removed")[0]["name"] == "Sam"
    assert staffed.audited("staff back")[0]["staff"] == "Omar"


async def test_who_may_take_whom_off_the_staff(staffed: Counter) -> None:
    sam = Actor(name="Sam", role=Role.BUDTENDER, staff_id=3)
    cases = [("Kim", sam, "managers_only"), ("Dana", OMAR, "owners_only"), ("Omar", OMAR, "own_entry")]
    cases += [("Dana", DANA, "own_entry"), ("Nobody", DANA, "not_on_staff")]
    for name, by, code in cases:
        with pytest.raises(NotAllowed) as refusal:
            await office.deactivate(staffed.register, name, by)
        assert refusal.value.facts["code"] == code
    ghost = Actor(name="Gone", role=Role.OWNER)
    with pytest.raises(NotAllowed) as last:
        await office.deactivate(staffed.register, "Dana", ghost)
    assert last.value.facts["code"] == "last_of_role"
    assert all(person.active for person in office.list_staff(staffed.register))


async def test_one_changes_ones_own_pin_with_the_old_one(staffed: Counter) -> None:
    sam = await signin.sign_in(staffed.register, SAM_PIN)
    with pytest.raises(PinRefused):
        await office.change_own_pin(staffed.register, sam, WRONG_PIN, "371940")
    await office.change_own_pin(staffed.register, sam, SAM_PIN, "371940")
    with pytest.raises(PinRefused):
        await signin.sign_in(staffed.register, SAM_PIN)
    assert await signin.sign_in(staffed.register, "371940") == sam


async def test_without_a_pin_there_is_none_to_change(unconnected: Counter) -> None:
    await unconnected.hire()
    with pytest.raises(NotAllowed) as refusal:
        await office.change_own_pin(unconnected.register, Actor(name="Sam", role=Role.BUDTENDER), "482915", "371940")
    assert refusal.value.facts["code"] == "no_own_pin"
