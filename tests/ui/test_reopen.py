"""A cut and a kill at each step of the fast path: what is shown, and that the same step opens again afterwards.

A cut is a far side that is switched off, or an answer that gets lost; a kill leaves what is on the disk while a
request is on its way. Nothing is sent again by itself, and no points move twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from tests.ui.driving import PINS, REFERENCE, Driven, run
from tests.ui.serving import (
    ADJUST,
    NEW,
    REDEEM,
    consent_asked,
    form_filled,
    found,
    home,
    redeemed,
    stop_asked,
    undo_confirmed,
)
from tests.ui.serving import wallet as open_wallet
from ui.counter.signup import SignUpPage
from ui.widgets.digits import CodeBoxes

Story = Callable[[Driven], Awaitable[None]]

SEND = "POST /api/v2/verify/contact/wallet"
OPEN = "POST /api/v2/view/contact/wallet"
READ = "POST /api/v2/wallet"
LOOK = "GET /api/v1.1/piis/*"
JOIN = "POST /api/v2/loyalty"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One step: the way there, the keys that go on from it, and the request behind them, where there is one.

    `cut` is the state with the far side switched off and `lost` the one after an answer that got lost; each with what
    opens after a restart, and `killed` what opens after a kill while the request is on its way. Without a request the
    step itself is killed and restarted.
    """

    before: Story
    keys: Story | None = None
    call: str = ""
    at: str = ""
    cut: tuple[str, str] = ("", "")
    lost: tuple[str, str] = ("", "")
    killed: str
    #: What the far side may have done by then.
    texts: int = 0
    effects: dict[str, int] = {}
    then: Story | None = None


# ── the ways there ────────────────────────────────────────────────────────────────────────────────────────


def pressing(*keys: str) -> Story:
    async def press(driven: Driven) -> None:
        await driven.press(*keys)

    return press


def typing(text: str) -> Story:
    async def story(driven: Driven) -> None:
        await driven.type(text)

    return story


async def on_home(driven: Driven) -> None:
    await found(driven)


async def code_sent(driven: Driven) -> None:
    await found(driven)
    await driven.step("Enter", "S04.sent")
    await driven.code()


async def two_digits(driven: Driven) -> None:
    await code_sent(driven)
    await driven.type((await driven.code())[:2])


async def code(driven: Driven) -> None:
    await driven.type(driven.sim.last_code(REFERENCE))


async def pin(driven: Driven) -> None:
    await found(driven)
    await driven.walk(("F7", "S05.empty"), ("Alt+A", "S05.approver"), ("2", "S05.empty"))
    await driven.type(PINS["Omar"])


async def pin_and_reason(driven: Driven) -> None:
    await pin(driven)
    await driven.step("Enter", "S05.reason")


async def wallet(driven: Driven) -> None:
    await open_wallet(driven)


async def confirming(driven: Driven) -> None:
    await wallet(driven)
    await driven.step("1", "S07.normal")


async def taken(driven: Driven) -> None:
    await redeemed(driven)


async def undo_asked(driven: Driven) -> None:
    await taken(driven)
    await driven.step("F9", "S09.reason")


async def form_kept(driven: Driven) -> None:
    await form_filled(driven)
    await driven.pause(0.7)


async def paper_filled(driven: Driven) -> None:
    await consent_asked(driven)
    await driven.step("2", "S11.paper")
    await driven.type("0017")
    await driven.press("Tab", "Space")


async def signed_up(driven: Driven) -> None:
    await paper_filled(driven)
    await driven.step("Enter", "S10.saved")


# ── what is kept ──────────────────────────────────────────────────────────────────────────────────────────


async def the_code_still_opens(driven: Driven) -> None:
    page = driven.window.page
    assert page is not None
    assert all(not boxes.digits for boxes in page.findChildren(CodeBoxes)), "no digit of a code is kept"
    await code(driven)
    await driven.reach("S06.fresh")


async def the_try_counts(driven: Driven) -> None:
    """AIQ may have been asked, and then its code is used up."""
    assert driven.heard[-1][0].endswith("4 tries left."), driven.heard[-1]


async def the_wait_goes_on(driven: Driven) -> None:
    told = driven.heard[-1][0]
    assert told.startswith("AIQ did not confirm the text"), told
    await driven.step("F8", "S04.resend_wait")
    assert len(driven.sim.texts) == 1, "not sent again"


async def the_form_is_there(driven: Driven) -> None:
    page = driven.window.page
    assert isinstance(page, SignUpPage)
    typed = page.typed()
    assert (typed.first_name, typed.last_name, typed.birth_date) == ("rosa", "delgado", "1990-04-18")
    assert not typed.join
    assert not typed.texts


async def the_approver_is_known(driven: Driven) -> None:
    page = driven.window.page
    assert getattr(page, "_state").approver == "Omar"  # noqa: B009
    await driven.give_pin("Omar")
    await driven.reach("S05.reason", "S06.fresh")


CASES = {
    "typing the number": Case(before=home, keys=typing("30355"), at="S03.typing", killed="S03.empty"),
    "asking AIQ": Case(
        before=home,
        keys=typing(NEW),
        call=LOOK,
        cut=("S03.offline", "S03.not_found"),
        lost=("S03.offline", "S03.not_found"),
        killed="S03.not_found",
    ),
    "found": Case(before=on_home, at="S03.found", killed="S03.found"),
    "sending the code": Case(
        before=on_home,
        keys=pressing("Enter"),
        call=SEND,
        cut=("S04.offline", "S04.ready"),
        lost=("S04.slow", "S04.slow"),
        killed="S04.slow",
        texts=1,
        then=the_wait_goes_on,
    ),
    "code sent": Case(before=code_sent, at="S04.sent", killed="S04.sent", texts=1, then=the_code_still_opens),
    "typing the code": Case(before=two_digits, at="S04.sent", killed="S04.sent", texts=1, then=the_code_still_opens),
    "checking the code": Case(
        before=code_sent,
        keys=code,
        call=OPEN,
        cut=("S04.slow", "S04.sent"),
        lost=("S04.slow", "S04.sent"),
        killed="S04.sent",
        texts=1,
        then=the_try_counts,
    ),
    "typing a PIN": Case(before=pin, at="S05.empty", killed="S05.empty", then=the_approver_is_known),
    "a reason": Case(before=pin_and_reason, at="S05.reason", killed="S05.empty", then=the_approver_is_known),
    "opening with a PIN": Case(
        before=pin_and_reason,
        keys=typing("1"),
        call=READ,
        cut=("S05.failed", "S05.empty"),
        lost=("S05.failed", "S05.empty"),
        killed="S05.empty",
        then=the_approver_is_known,
    ),
    "wallet": Case(before=wallet, at="S06.fresh", killed="S06.fresh", texts=1),
    "confirm": Case(before=confirming, at="S07.normal", killed="S07.normal", texts=1),
    "redeeming": Case(
        before=confirming,
        keys=pressing("Enter"),
        call=REDEEM,
        cut=("S08.saved_offline", "S08.saved_offline"),
        lost=("S08.unknown", "S08.unknown"),
        killed="S08.unknown",
        texts=1,
        effects={"redeem": 1},
    ),
    "redeemed": Case(before=taken, at="S08.apply_now", killed="S08.apply_now", texts=1, effects={"redeem": 1}),
    "undo": Case(before=undo_asked, at="S09.reason", killed="S09.reason", texts=1, effects={"redeem": 1}),
    "undo confirmed": Case(
        before=undo_confirmed, at="S09.confirm", killed="S09.confirm", texts=1, effects={"redeem": 1}
    ),
    "undoing": Case(
        before=undo_confirmed,
        keys=pressing("Enter"),
        call=ADJUST,
        cut=("S09.saved_offline", "S09.saved_offline"),
        lost=("S09.unknown", "S09.unknown"),
        killed="S09.unknown",
        texts=1,
        effects={"redeem": 1, "adjust": 1},
    ),
    "sign-up": Case(before=form_kept, at="S10.empty", killed="S10.prefilled", then=the_form_is_there),
    "checking a sign-up": Case(
        before=form_kept,
        keys=pressing("Enter"),
        call=LOOK,
        cut=("S11.choose", "S11.choose"),
        lost=("S11.choose", "S11.choose"),
        killed="S10.prefilled",
        then=the_form_is_there,
    ),
    "consent": Case(before=consent_asked, at="S11.choose", killed="S11.choose"),
    "consent on paper": Case(before=paper_filled, at="S11.paper", killed="S11.choose"),
    "saving a sign-up": Case(
        before=paper_filled,
        keys=pressing("Enter"),
        call=JOIN,
        cut=("S10.saved_offline", "S10.saved_offline"),
        lost=("S10.saved_offline", "S10.saved_offline"),
        killed="S10.saved_offline",
        effects={"signup": 1},
    ),
    "signed up": Case(before=signed_up, at="S10.saved", killed="S10.saved", effects={"signup": 1}),
    "stop": Case(before=stop_asked, at="Stop.ask", killed="Stop.ask"),
}


async def again(driven: Driven, opens: str) -> None:
    """The program starts, and the same person signs in."""
    await driven.open(signed_in=False)
    await driven.give_pin("Sam")
    await driven.reach(opens)


async def check(driven: Driven, case: Case) -> None:
    """Nothing was sent twice, and what is told afterwards is right."""
    assert sum(bool(text.code) for text in driven.sim.texts) <= case.texts, "sent again"
    done: dict[str, Any] = {}
    for effect in driven.sim.ledger:
        if effect.kind in ("redeem", "adjust", "signup"):
            done[effect.kind] = done.get(effect.kind, 0) + 1
    assert all(count <= case.effects.get(kind, 0) for kind, count in done.items()), done
    assert driven.desk.acting.name == "Sam"
    noted = driven.register.db.read(lambda c: [row["place"] or "" for row in c.execute("SELECT place FROM desk")])
    secrets = [*PINS.values(), *(f'"{text.code}"' for text in driven.sim.texts if text.code)]
    assert not [secret for secret in secrets for place in noted if secret in place], "a secret is kept"


@pytest.mark.parametrize("name", CASES)
def test_a_kill(driven: Driven, name: str) -> None:
    """What is on the disk when the program is killed in the middle of it is enough for the same step to open."""
    case = CASES[name]

    async def story() -> None:
        await case.before(driven)
        slow = driven.sim.faults.add("latency", match=case.call, seconds=3600.0) if case.call else None
        if case.keys is not None:
            await case.keys(driven)
        if slow is not None:
            await driven.until(lambda: slow.fired, "the request")
        else:
            await driven.reach(case.at)
            await driven.pause(0.1)
        await driven.kill()
        driven.sim.faults.clear()
        await again(driven, case.killed)
        await check(driven, case)
        if not case.call:
            await driven.close()
            await again(driven, case.killed)
            await check(driven, case)
        if case.then is not None:
            await case.then(driven)

    run(driven, story())


@pytest.mark.parametrize("lost", [False, True], ids=["off", "lost"])
@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.call])
def test_a_cut(driven: Driven, name: str, *, lost: bool) -> None:
    """The far side is switched off, or has done it and its answer gets lost; then the program is started anew."""
    case = CASES[name]
    shown, opens = case.lost if lost else case.cut
    assert case.keys is not None
    keys = case.keys

    async def story() -> None:
        await case.before(driven)
        if lost:
            driven.sim.faults.add("drop_after", match=case.call, times=None)
        else:
            driven.sim.stop()
        await keys(driven)
        await driven.reach(shown)
        await driven.close()
        if lost:
            driven.sim.faults.clear()
        elif opens == "S03.not_found":
            driven.sim.start()
        await again(driven, opens)
        await check(driven, case)

    run(driven, story())
