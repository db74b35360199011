"""Whatever a page waits for is seen, is left with Esc, and is begun but once: each wait there is, one by one."""

from __future__ import annotations

import ast
import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from budtender.staffing import who_acts
from tests.patience import PATIENCE
from tests.ui.driving import PINS, REFERENCE, Driven, run
from tests.ui.serving import opened
from tests.ui.test_lookup import refused_later
from tests.ui.test_signup import NEW, fill_in
from tests.ui.test_undo import redeemed
from ui import bridge
from ui.counter import slow
from ui.counter.signin import SignInPage
from ui.widgets.wait import Wait

#: More than any pool has threads.
MANY = 40
Story = Callable[[Driven], Awaitable[None]]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One wait: how to come before it, the keys that begin it (twice), what is said, and where Esc leads."""

    where: str
    word: str
    before: Story
    again: Story
    said: str
    left: str


@asynccontextmanager
async def hanging(driven: Driven) -> AsyncIterator[None]:
    """AIQ answers nothing, the disk writes nothing, and no thread is free."""
    gate = threading.Event()
    driven.sim.faults.add("latency", times=None, seconds=3600.0)
    holds = [asyncio.ensure_future(driven.register.db.write(lambda _connection: gate.wait(PATIENCE)))]
    holds += [asyncio.ensure_future(asyncio.to_thread(gate.wait, PATIENCE)) for _ in range(MANY)]
    try:
        yield
    finally:
        driven.sim.faults.clear()
        gate.set()
        await asyncio.gather(*holds)


def keys(*names: str) -> Story:
    """The same keys twice, as by a hand that trembles."""

    async def press(driven: Driven) -> None:
        await driven.press(*names)
        await driven.press(*names)

    return press


def digit(one: str) -> Story:
    """The same digit twice."""

    async def press(driven: Driven) -> None:
        await driven.type(one + one)

    return press


def typed(text: str, then: str) -> Story:
    """Digits of which the last begins it, and a key that would begin it again."""

    async def press(driven: Driven) -> None:
        await driven.type(text)
        await driven.press(then)

    return press


async def ask_aiq(driven: Driven) -> None:
    """AIQ is asked by the tenth digit; then once more."""
    await driven.type(NEW)
    await driven.press("F5")


async def card_scanned(driven: Driven) -> None:
    """A loyalty card, as from a scanner."""
    await driven.scan("+1" + NEW + "\r")


async def code_typed(driven: Driven) -> None:
    """The code, and Enter after it."""
    await driven.type("0000")
    await driven.press("Enter")


# ── before each ───────────────────────────────────────────────────────────────────────────────────────────


async def door(driven: Driven) -> None:
    await driven.set_up()
    await driven.open(signed_in=False)
    await driven.reach("S02.empty")
    await driven.type(PINS["Sam"])


async def door_that_a_manager_opens(driven: Driven) -> None:
    await door(driven)
    page = driven.window.page
    assert isinstance(page, SignInPage)
    page.ask_manager()
    await driven.pause()  # so many keys at once would be a scanner's
    await driven.type(PINS["Omar"])


async def door_of_nobody(driven: Driven) -> None:
    await driven.open(signed_in=False)
    await driven.reach("S02.first_owner")
    await driven.type("ann")
    await driven.press("Tab")
    await driven.pause()  # so many keys at once would be a scanner's
    await driven.type("482915")
    await driven.pause()
    await driven.press("Enter")
    await driven.type("482915")


async def home(driven: Driven) -> None:
    await driven.set_up()
    await driven.open()


async def found(driven: Driven) -> None:
    await home(driven)
    await driven.type(REFERENCE)
    await driven.reach("S03.found")


async def found_without_codes(driven: Driven) -> None:
    await driven.set_up(text_code="off")
    await driven.open()
    await driven.type(REFERENCE)
    await driven.reach("S03.found")


async def found_by_a_manager(driven: Driven) -> None:
    await found(driven)
    driven.desk.sign_in(who_acts(driven.register, "Omar"))


async def name_begun(driven: Driven) -> None:
    await found(driven)
    await driven.press("F3")
    await driven.reach("S03.find")
    await driven.type("i")


async def code_sent(driven: Driven) -> None:
    await found(driven)
    await driven.press("Enter")
    await driven.reach("S04.sent")


async def pin_given(driven: Driven) -> None:
    await found(driven)
    await driven.press("F7")
    await driven.reach("S05.empty")
    await driven.type(PINS["Omar"])
    await driven.press("Enter")
    await driven.reach("S05.reason")


async def number_asked_by_pin(driven: Driven) -> None:
    await found(driven)
    await driven.press("Alt+R")
    await driven.reach("S05.empty")
    await driven.type(PINS["Omar"])


async def undo_by_pin(driven: Driven) -> None:
    await driven.set_up(undo_minutes="0")
    await driven.open()
    await redeemed(driven)
    await driven.press("F9")
    await driven.reach("S09.reason")
    await driven.type("1")
    await driven.reach("S09.too_late")
    await driven.press("Enter")
    await driven.reach("S05.empty")
    await driven.type(PINS["Omar"])


async def limit_by_pin(driven: Driven) -> None:
    await opened(driven, offline_redeem="on", offline_limit_cents="600")
    await driven.reach("S06.fresh")
    driven.sim.stop()
    await driven.press("F5")
    await driven.reach("S06.offline")
    await driven.press("F7")
    await driven.reach("S05.empty")
    await driven.type(PINS["Omar"])
    await driven.press("Enter")
    await driven.reach("S06.offline")
    await driven.type("2")
    await driven.reach("S07.over_offline_limit")
    driven.sim.start()
    await driven.press("Enter")
    await driven.reach("S05.empty")
    await driven.type(PINS["Omar"])


async def wallet_open(driven: Driven) -> None:
    await opened(driven)
    await driven.reach("S06.fresh")
    page = driven.window.page
    await driven.until(lambda: page is not None and not bridge.is_running(page), "the look at other registers")


async def wallet_of_a_manager(driven: Driven) -> None:
    await wallet_open(driven)
    driven.desk.sign_in(who_acts(driven.register, "Omar"))


async def reward_chosen(driven: Driven) -> None:
    await wallet_open(driven)
    await driven.type("1")
    await driven.reach("S07.normal")


async def undo_confirmed(driven: Driven) -> None:
    await home(driven)
    await redeemed(driven)
    await driven.press("F9")
    await driven.reach("S09.reason")
    await driven.type("1")
    await driven.reach("S09.confirm")


async def form_filled(driven: Driven) -> None:
    await home(driven)
    await fill_in(driven)


async def consent_asked(driven: Driven) -> None:
    await form_filled(driven)
    await driven.press("Enter")
    await driven.reach("S11.choose")


async def stop_asked(driven: Driven) -> None:
    await found(driven)
    await driven.press("Alt+S")
    await driven.reach("Stop.ask")


CASES = {
    "S02 sign in": Case(
        where="signin", word="pin", before=door, again=keys("Enter"), said="Checking…", left="S02.empty"
    ),
    "S02 unlock": Case(
        where="signin",
        word="pin",
        before=door_that_a_manager_opens,
        again=keys("Enter"),
        said="Checking…",
        left="S02.unlock",
    ),
    "S02 first owner": Case(
        where="signin", word="pin", before=door_of_nobody, again=keys("Enter"), said="Checking…", left="S02.first_owner"
    ),
    "S03 tenth digit": Case(
        where="lookup", word="lookup", before=home, again=ask_aiq, said="Asking AIQ…", left="S03.typing"
    ),
    "S03 F5": Case(where="lookup", word="lookup", before=found, again=keys("F5"), said="Asking AIQ…", left="S03.found"),
    "S03 card": Case(
        where="lookup", word="lookup", before=home, again=card_scanned, said="Asking AIQ…", left="S03.empty"
    ),
    "S03 without codes": Case(
        where="lookup",
        word="open",
        before=found_without_codes,
        again=keys("Enter"),
        said="Opening the wallet…",
        left="S03.found",
    ),
    "S03 whole number": Case(
        where="number",
        word="reveal",
        before=found_by_a_manager,
        again=keys("Alt+R"),
        said="One moment…",
        left="S03.found",
    ),
    "S03 seen": Case(
        where="refusal", word="seen", before=refused_later, again=keys("Alt+G"), said="One moment…", left="S03.found"
    ),
    "S03 by name": Case(
        where="find", word="find", before=name_begun, again=typed("n", "Enter"), said="Searching…", left="S03.find"
    ),
    "S04 text": Case(where="verify", word="send", before=found, again=keys("Enter"), said="Sending…", left="S04.ready"),
    "S04 code": Case(
        where="verify", word="check", before=code_sent, again=code_typed, said="Checking…", left="S04.sent"
    ),
    "S05 wallet": Case(
        where="approve", word="pin", before=pin_given, again=digit("1"), said="Checking…", left="S05.empty"
    ),
    "S05 undo": Case(
        where="approve", word="pin", before=undo_by_pin, again=keys("Enter"), said="Checking…", left="S05.empty"
    ),
    "S05 whole number": Case(
        where="approve", word="pin", before=number_asked_by_pin, again=keys("Enter"), said="Checking…", left="S05.empty"
    ),
    "S05 limit": Case(
        where="approve", word="pin", before=limit_by_pin, again=keys("Enter"), said="Checking…", left="S05.empty"
    ),
    "S06 F5": Case(
        where="wallet", word="read", before=wallet_open, again=keys("F5"), said="Refreshing…", left="S06.fresh"
    ),
    "S06 whole number": Case(
        where="number",
        word="reveal",
        before=wallet_of_a_manager,
        again=keys("Alt+R"),
        said="One moment…",
        left="S06.fresh",
    ),
    "S06 keep open": Case(
        where="visit", word="keep", before=wallet_open, again=keys("Alt+K"), said="One moment…", left="S06.fresh"
    ),
    "S07 redeem": Case(
        where="redeem", word="redeem", before=reward_chosen, again=keys("Enter"), said="Sending…", left="S06.fresh"
    ),
    "S09 undo": Case(
        where="undo", word="undo", before=undo_confirmed, again=keys("Enter"), said="Sending…", left="S06.pending"
    ),
    "S10 check": Case(
        where="signup", word="check", before=form_filled, again=keys("Enter"), said="Checking…", left="S10.prefilled"
    ),
    "S11 save": Case(
        where="consent", word="save", before=consent_asked, again=digit("3"), said="Saving…", left="S03.asking"
    ),
    "Stop": Case(where="stop", word="stop", before=stop_asked, again=keys("Enter"), said="Saving…", left="S03.found"),
}

#: What a page has done beside it, and nobody waits for: every key works meanwhile.
BESIDE = {
    ("signin", "entrance"): "how the door stands, while a PIN can be typed already",
    ("wallet", "elsewhere"): "a look at other registers, while rewards can be chosen already",
    ("lookup", "confirm"): "whether whom a download brought is a member, while a code can be sent already",
    ("wallet", "confirm"): "the same, while rewards can be chosen already",
    ("window", "picture"): "the store's picture, while the shopper's screen can be used already",
    ("signup", "note"): "an ID was looked at: written down",
    ("resuming", "note {}"): "who is served: written down",
}


def waits_in_the_window() -> set[tuple[str, str]]:
    """Module and word of everything that meets a page in `bridge.run`."""
    found = set()
    for path in (Path(bridge.__file__).parent).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "bridge.run":
                [word] = [keyword.value for keyword in node.keywords if keyword.arg == "word"]
                text = word.value if isinstance(word, ast.Constant) else "note {}"
                found.add((path.stem, str(text)))
    return found


def test_every_wait_of_the_window_is_tried_below() -> None:
    assert waits_in_the_window() == {(case.where, case.word) for case in CASES.values()} | set(BESIDE)


def waits(driven: Driven) -> list[str]:
    """What the page waits for, in words."""
    page = driven.window.page
    assert page is not None
    return [wait.accessibleName() for wait in page.findChildren(Wait) if wait.isVisibleTo(page)]


@pytest.mark.parametrize("name", CASES)
def test_a_wait_is_seen_is_begun_once_and_is_left_with_esc(
    driven: Driven, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    case, begun, outlived = CASES[name], list[str](), list[object]()
    start, outlive = bridge.run, bridge.outlive

    def counted(owner: Any, work: Coroutine[Any, Any, Any], *told: Any, word: str, **more: Any) -> bool:
        started = start(owner, work, *told, word=word, **more)
        begun.extend([word] * started)
        return started

    def counted_alone(work: Coroutine[Any, Any, Any], *told: Any) -> Coroutine[Any, Any, Any]:
        outlived.append(work)
        return outlive(work, *told)

    async def story() -> None:
        await case.before(driven)
        monkeypatch.setattr(bridge, "run", counted)
        monkeypatch.setattr(bridge, "outlive", counted_alone)
        async with hanging(driven):
            await case.again(driven)
            await driven.until(lambda: waits(driven) == [case.said], case.said)
            assert begun.count(case.word) == 1
            assert len(outlived) <= 1
            page = driven.window.page
            await driven.press("Esc")
            await driven.reach(case.left)
            if driven.window.page is page:
                assert waits(driven) == []
                assert page is not None
                assert not bridge.is_running(page, case.word)
            await driven.pause(bridge.SHOWN_AFTER / 1000 + 0.05)
            assert driven.state == case.left, "what was left shows itself no more"
        await driven.until(lambda: not bridge._running, "the rest")

    run(driven, story())


@pytest.mark.parametrize("name", ["S03 tenth digit", "S03 F5", "S06 F5", "S10 check", "S11 save"])
def test_it_is_said_that_aiq_is_slow_and_then_which_key_goes_on(
    driven: Driven, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(slow, "SLOW", 0.3)
    monkeypatch.setattr(slow, "TOO_SLOW", 0.6)
    case = CASES[name]

    async def story() -> None:
        await case.before(driven)
        driven.sim.faults.add("latency", times=None, seconds=3600.0)
        await case.again(driven)
        await driven.until(lambda: waits(driven) == ["AIQ is slow…"], "the first sign")
        await driven.until(lambda: waits(driven)[0].startswith("AIQ is slow. Esc "), "the way out")
        assert [words for words, _ in driven.heard[-2:]] == ["AIQ is slow…", waits(driven)[0]]
        driven.sim.faults.clear()
        await driven.until(lambda: waits(driven) == [], "the answer")

    run(driven, story())


def test_what_is_done_beside_keeps_no_key_waiting(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open(signed_in=False)
        async with hanging(driven):  # how the door stands is not read yet
            await driven.type(PINS["Sam"])
            page = driven.window.page
            assert isinstance(page, SignInPage)
            await driven.until(lambda: page._pin.text == PINS["Sam"], "the PIN")
        await driven.press("Enter")
        await driven.reach("S03.empty")
        await driven.type(REFERENCE)
        await driven.reach("S03.found")
        await driven.press("Enter")
        await driven.reach("S04.sent")
        code = await driven.code()
        elsewhere = driven.sim.faults.add("latency", times=None, seconds=3600.0, match="GET *redemption*")
        await driven.type(code)
        await driven.reach("S06.fresh")
        await driven.until(lambda: elsewhere.fired, "the look at other registers")
        assert waits(driven) == []
        await driven.type("1")
        await driven.reach("S07.normal")
        driven.sim.faults.clear()

    run(driven, story())
