"""Whatever a page waits for is seen, is left with Esc, and is begun but once: each wait there is, one by one."""

from __future__ import annotations

import ast
import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from budtender.staffing import who_acts
from tests.patience import PATIENCE
from tests.ui.driving import PINS, REFERENCE, Driven, run
from tests.ui.serving import (
    NEW,
    ask_undo,
    choose,
    consent_asked,
    form_filled,
    found,
    home,
    redeemed,
    refused_later,
    stop_asked,
    undo_confirmed,
    wallet,
)
from ui import bridge
from ui.counter import slow
from ui.counter.signin import SignInPage
from ui.widgets.wait import Wait

#: More than any pool has threads.
MANY = 40
Story = Callable[[Driven], Awaitable[None]]
SCANNED = "\r"


class Case(NamedTuple):
    """One wait: how to come before it, the strokes that begin it twice, what is said, and where Esc leads.

    `where` and `word` are the module and the word of its `bridge.run`.
    """

    name: str
    where: str
    word: str
    before: Story
    strokes: tuple[str, ...]
    said: str
    left: str

    def id(self) -> str:
        """How the test is called."""
        return self.name


async def begin(driven: Driven, case: Case) -> None:
    """The strokes, as of a hand that trembles; what ends like a scan comes from a scanner."""
    for stroke in case.strokes:
        await (driven.scan(stroke) if stroke.endswith(SCANNED) else driven.strike(stroke))


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


async def without_codes(driven: Driven) -> None:
    await found(driven, text_code="off")


async def found_by_a_manager(driven: Driven) -> None:
    await found(driven)
    driven.desk.sign_in(who_acts(driven.register, "Omar"))


async def name_begun(driven: Driven) -> None:
    await found(driven)
    await driven.step("F3", "S03.find")
    await driven.type("i")


async def code_sent(driven: Driven) -> None:
    await found(driven)
    await driven.step("Enter", "S04.sent")


async def pin_given(driven: Driven) -> None:
    await found(driven)
    await driven.step("F7", "S05.empty")
    await driven.give_pin("Omar", "S05.reason")


async def number_asked_by_pin(driven: Driven) -> None:
    await found(driven)
    await driven.step("Alt+R", "S05.empty")
    await driven.type(PINS["Omar"])


async def undo_by_pin(driven: Driven) -> None:
    await redeemed(driven, undo_minutes="0")
    await ask_undo(driven, "S09.too_late")
    await driven.step("Enter", "S05.empty")
    await driven.type(PINS["Omar"])


async def limit_by_pin(driven: Driven) -> None:
    await wallet(driven, offline_redeem="on", offline_limit_cents="600")
    driven.sim.stop()
    await driven.walk(("F5", "S06.offline"), ("F7", "S05.empty"))
    await driven.give_pin("Omar", "S06.offline")
    await driven.step("2", "S07.over_offline_limit")
    driven.sim.start()
    await driven.step("Enter", "S05.empty")
    await driven.type(PINS["Omar"])


async def wallet_open(driven: Driven) -> None:
    await wallet(driven)
    page = driven.window.page
    await driven.until(lambda: page is not None and not bridge.is_running(page), "the look at other registers")


async def wallet_of_a_manager(driven: Driven) -> None:
    await wallet_open(driven)
    driven.desk.sign_in(who_acts(driven.register, "Omar"))


async def reward_chosen(driven: Driven) -> None:
    await wallet_open(driven)
    await choose(driven)


CASES = (
    Case("S02 sign in", "signin", "pin", door, ("Enter", "Enter"), "Checking…", "S02.empty"),
    Case("S02 unlock", "signin", "pin", door_that_a_manager_opens, ("Enter", "Enter"), "Checking…", "S02.unlock"),
    Case("S02 first owner", "signin", "pin", door_of_nobody, ("Enter", "Enter"), "Checking…", "S02.first_owner"),
    Case("S03 tenth digit", "lookup", "lookup", home, (NEW, "F5"), "Asking AIQ…", "S03.typing"),
    Case("S03 F5", "lookup", "lookup", found, ("F5", "F5"), "Asking AIQ…", "S03.found"),
    Case("S03 card", "lookup", "lookup", home, ("+1" + NEW + SCANNED,), "Asking AIQ…", "S03.empty"),
    Case("S03 without codes", "lookup", "open", without_codes, ("Enter", "Enter"), "Opening the wallet…", "S03.found"),
    Case("S03 whole number", "number", "reveal", found_by_a_manager, ("Alt+R", "Alt+R"), "One moment…", "S03.found"),
    Case("S03 seen", "refusal", "seen", refused_later, ("Alt+G", "Alt+G"), "One moment…", "S03.found"),
    Case("S03 by name", "find", "find", name_begun, ("n", "Enter"), "Searching…", "S03.find"),
    Case("S04 text", "verify", "send", found, ("Enter", "Enter"), "Sending…", "S04.ready"),
    Case("S04 code", "verify", "check", code_sent, ("0000", "Enter"), "Checking…", "S04.sent"),
    Case("S05 wallet", "approve", "pin", pin_given, ("11",), "Checking…", "S05.empty"),
    Case("S05 undo", "approve", "pin", undo_by_pin, ("Enter", "Enter"), "Checking…", "S05.empty"),
    Case("S05 whole number", "approve", "pin", number_asked_by_pin, ("Enter", "Enter"), "Checking…", "S05.empty"),
    Case("S05 limit", "approve", "pin", limit_by_pin, ("Enter", "Enter"), "Checking…", "S05.empty"),
    Case("S06 F5", "wallet", "read", wallet_open, ("F5", "F5"), "Refreshing…", "S06.fresh"),
    Case("S06 whole number", "number", "reveal", wallet_of_a_manager, ("Alt+R", "Alt+R"), "One moment…", "S06.fresh"),
    Case("S06 keep open", "visit", "keep", wallet_open, ("Alt+K", "Alt+K"), "One moment…", "S06.fresh"),
    Case("S07 redeem", "redeem", "redeem", reward_chosen, ("Enter", "Enter"), "Sending…", "S06.fresh"),
    Case("S09 undo", "undo", "undo", undo_confirmed, ("Enter", "Enter"), "Sending…", "S06.pending"),
    Case("S10 check", "signup", "check", form_filled, ("Enter", "Enter"), "Checking…", "S10.prefilled"),
    Case("S11 save", "consent", "save", consent_asked, ("33",), "Saving…", "S03.asking"),
    Case("Stop", "stop", "stop", stop_asked, ("Enter", "Enter"), "Saving…", "S03.found"),
)
NAMED = {case.name: case for case in CASES}
#: Those that wait for AIQ alone, and offer a key that goes on.
ASKING_AIQ = [NAMED[name] for name in ("S03 tenth digit", "S03 F5", "S06 F5", "S10 check", "S11 save")]

#: What a page has done beside it, and nobody waits for: every key works meanwhile.
BESIDE = {
    ("signin", "entrance"): "how the door stands, while a PIN can be typed already",
    ("wallet", "elsewhere"): "a look at other registers, while rewards can be chosen already",
    ("lookup", "confirm"): "whether whom a download brought is a member, while a code can be sent already",
    ("wallet", "confirm"): "the same, while rewards can be chosen already",
    ("window", "picture"): "the store's picture, while the shopper's screen can be used already",
    ("elsewhere", "news"): "what another process has changed: a look twice a second",
    ("redeemed", "elsewhere"): "whether somebody was first, while what AIQ said is told already",
    ("signup", "note"): "an ID was looked at: written down",
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
    assert waits_in_the_window() == {(case.where, case.word) for case in CASES} | set(BESIDE)


def waits(driven: Driven) -> list[str]:
    """What the page waits for, in words."""
    page = driven.window.page
    assert page is not None
    return [wait.accessibleName() for wait in page.findChildren(Wait) if wait.isVisibleTo(page)]


@pytest.mark.parametrize("case", CASES, ids=Case.id)
def test_a_wait_is_seen_is_begun_once_and_is_left_with_esc(
    driven: Driven, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    begun, outlived = list[str](), list[object]()
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
            await begin(driven, case)
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


@pytest.mark.parametrize("case", ASKING_AIQ, ids=Case.id)
def test_it_is_said_that_aiq_is_slow_and_then_which_key_goes_on(
    driven: Driven, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    monkeypatch.setattr(slow, "SLOW", 0.3)
    monkeypatch.setattr(slow, "TOO_SLOW", 0.6)

    async def story() -> None:
        await case.before(driven)
        driven.sim.faults.add("latency", times=None, seconds=3600.0)
        await begin(driven, case)
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
        await driven.walk(("Enter", "S03.empty"), (REFERENCE, "S03.found"), ("Enter", "S04.sent"))
        code = await driven.code()
        elsewhere = driven.sim.faults.add("latency", times=None, seconds=3600.0, match="GET *redemption*")
        await driven.step(code, "S06.fresh")
        await driven.until(lambda: elsewhere.fired, "the look at other registers")
        assert waits(driven) == []
        await driven.step("1", "S07.normal")
        driven.sim.faults.clear()

    run(driven, story())
