"""The open wallet through the real window: figures, reasons, age, time, and everything a name may hold."""

from __future__ import annotations

import asyncio
import threading
from decimal import Decimal

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QLabel

from budtender.cache import tickets, till
from budtender.model import Customer, Ticket
from tests.counter.counter import MovedClock
from tests.patience import PATIENCE
from tests.ui.driving import OWNER, REFERENCE, Driven, run
from tests.ui.serving import found, opened, serve
from ui import theme
from ui.widgets.choice import Choice
from ui.widgets.figures import Figure
from ui.widgets.shopper import Sign

HIDDEN, NEGATIVE, POOR, NOTHING, HOSTILE, ARABIC = (
    "3035550107",
    "3035550108",
    "3035550111",
    "3035550115",
    "3035550119",
    "3035550120",
)


def figures(driven: Driven) -> list[str]:
    assert driven.window.page is not None
    return [figure.number for figure in driven.window.page.findChildren(Figure) if figure.isVisible()]


def rows(driven: Driven) -> list[Choice]:
    assert driven.window.page is not None
    return [row for row in driven.window.page.findChildren(Choice) if row.isVisible()]


@pytest.mark.requirement("D-042")
def test_points_hidden_by_law_are_never_a_zero(driven: Driven) -> None:
    async def story() -> None:
        await opened(driven, HIDDEN)
        await driven.reach("S06.hidden")
        assert figures(driven) == []
        assert any(row.isEnabled() for row in rows(driven))
        await driven.type("1")
        await driven.reach("S07.normal")
        assert len(figures(driven)) == 1, "what it takes off, and no points before or after"

    run(driven, story())


@pytest.mark.requirement("D-040")
def test_without_the_text_code_four_keys_redeem_and_no_code_is_drawn(driven: Driven) -> None:
    async def story() -> None:
        await found(driven, text_code="off")
        await driven.press("Enter")
        await driven.reach("S06.fresh")
        await driven.type("1")
        await driven.reach("S07.normal")
        await driven.press("Enter")
        await driven.reach("S08.apply_now")
        assert driven.counted == ["Enter", "Enter"], "raising the window and the reward's digit are the other two"
        assert driven.sim.texts == []
        row = driven.register.db.read(
            lambda c: c.execute("SELECT staff, facts FROM audit WHERE kind = 'wallet opened'").fetchone()
        )
        assert row["staff"] == "Sam"
        assert "text code off" in row["facts"]

    run(driven, story())


@pytest.mark.requirement("D-044")
@pytest.mark.parametrize(("setting", "seen"), [("on", True), ("off", False)])
def test_the_member_sign_is_on_the_open_shopper_where_the_register_wants_it(
    driven: Driven, setting: str, seen: bool
) -> None:
    async def story() -> None:
        await opened(driven, loyal_sign=setting)
        await driven.reach("S06.fresh")
        assert driven.window.page is not None
        signs = [sign.accessibleName() for sign in driven.window.page.findChildren(Sign)]
        assert signs == (["Member"] if seen else [])

    run(driven, story())


@pytest.mark.requirement("D-057")
def test_a_negative_balance_is_shown_and_spends_nothing(driven: Driven) -> None:
    async def story() -> None:
        await opened(driven, NEGATIVE)
        await driven.reach("S06.negative")
        assert figures(driven) == ["-35", "0", "-35"]
        assert not any(row.isEnabled() for row in rows(driven))
        await driven.type("1")
        await driven.press("Enter")
        await driven.reach("S03.empty")

    run(driven, story())


def test_every_reward_that_is_too_dear_says_how_much_is_missing(driven: Driven) -> None:
    async def story() -> None:
        await opened(driven, POOR)
        await driven.reach("S06.no_rewards")
        assert all("points short" in row.accessibleName() for row in rows(driven))
        assert any("60 points to “Five percent off”." in words for words, _ in driven.heard)
        await driven.press("F2")
        await serve(driven, NOTHING)
        await driven.reach("S06.no_rewards")
        assert rows(driven) == []

    run(driven, story())


def test_asking_again_keeps_the_focus_and_shows_what_changed(driven: Driven) -> None:
    async def story() -> None:
        await opened(driven, second_redemption_minutes="0")
        await driven.reach("S06.fresh")
        await driven.press("Down")
        driven.sim.earn(REFERENCE, 100)
        await driven.press("F5")
        await driven.until(lambda: figures(driven) == ["512.5", "0", "512.5"], "the new balance")
        assert isinstance(driven.window.focusWidget(), Choice)

    run(driven, story())


def test_without_an_answer_the_old_figures_stay_with_their_age(driven: Driven) -> None:
    async def story() -> None:
        await opened(driven, second_redemption_minutes="0")
        await driven.reach("S06.fresh")
        driven.sim.stop()
        await driven.press("F5")
        await driven.reach("S06.offline")
        assert figures(driven) == ["412.5", "0", "412.5"]
        assert not any(row.isEnabled() for row in rows(driven)), "redeeming without network is off by default"
        driven.sim.start()
        await driven.press("F5")
        await driven.reach("S06.fresh")

    run(driven, story())


def test_what_is_not_final_and_what_is_frozen_are_seen_and_said(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up(points_per_100_dollars="100")
        await driven.connect_till()
        await driven.open()
        at = driven.register.clock.now()
        ines = Customer(id="1", first_name="Ines", phones=("+1" + REFERENCE,))
        sale = Ticket(id="1", at=at, net_cents=3600, total_cents=3600, customer_id="1")
        await driven.register.db.write(lambda c: till.put_customers(c, "Harbor Street", [ines]))
        await driven.register.db.write(lambda c: tickets.put(c, "Harbor Street", [sale], location_id="1"))
        await serve(driven)
        await driven.reach("S06.pending")
        assert any("About +36 points from today, not final." in words for words, _ in driven.heard)
        await driven.register.change_setting("last_backup", "dutchie", OWNER)
        await driven.press("F5")
        await driven.reach("S06.frozen")
        assert "Dutchie has been frozen since " in driven.heard[-1][0]
        assert figures(driven) == ["412.5", "0", "412.5"]

    run(driven, story())


def test_a_reward_that_could_not_be_read_is_missing_with_a_word(driven: Driven) -> None:
    async def story() -> None:
        there = driven.sim.world.rewards["58214"]
        driven.sim.world.rewards["58214"] = msgspec.structs.replace(there, points=Decimal(-1))
        await opened(driven)
        await driven.reach("S06.fresh")
        assert driven.window.page is not None
        told = [text.text() for text in driven.window.page.findChildren(QLabel) if text.isVisible()]
        assert "1 reward could not be read; tell a manager" in told
        assert any("1 reward could not be read; tell a manager." in words for words, _ in driven.heard)

    run(driven, story())


# ── time ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_end_is_told_before_and_one_key_starts_the_time_again(driven: Driven) -> None:
    async def story() -> None:
        clock = driven.clock = MovedClock()
        await opened(driven, auto_lock_minutes="60")
        await driven.reach("S06.fresh")
        clock.pass_by(5 * 60 - 15)
        await driven.reach("S06.ending")
        assert any(words.startswith("The wallet closes in") and loud for words, loud in driven.heard)
        await driven.press("Alt+K")
        await driven.reach("S06.fresh")
        clock.pass_by(5 * 60 - 15)
        await driven.reach("S06.ending")
        clock.pass_by(20)
        await driven.reach("S06.over")
        assert figures(driven) == []
        assert rows(driven) == []
        await driven.press("Enter")
        await driven.reach("S04.ready")

    run(driven, story())


def test_a_visit_that_a_pin_opened_ends_as_approved(driven: Driven) -> None:
    async def story() -> None:
        clock = driven.clock = MovedClock()
        await found(driven)
        await driven.press("F7")
        await driven.reach("S05.empty")
        await driven.give_pin("Ann")
        await driven.reach("S05.reason")
        await driven.type("1")
        await driven.reach("S06.fresh")
        clock.pass_by(2 * 60 - 10)
        await driven.reach("S06.ending")
        await driven.press("Alt+K")
        assert driven.state == "S06.ending"
        clock.pass_by(20)
        await driven.reach("S06.over")

    run(driven, story())


def test_time_that_ends_over_the_question_leads_back(driven: Driven) -> None:
    async def story() -> None:
        clock = driven.clock = MovedClock()
        await opened(driven, auto_lock_minutes="60")
        await driven.reach("S06.fresh")
        await driven.type("1")
        await driven.reach("S07.normal")
        clock.pass_by(5 * 60 + 1)
        await driven.reach("S06.over")

    run(driven, story())


# ── ways out ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", ["Esc", "F2", "Alt+N"])
def test_leaving_shuts_the_wallet(driven: Driven, key: str) -> None:
    async def story() -> None:
        await opened(driven)
        await driven.reach("S06.fresh")
        await driven.press(key)
        await driven.reach("S03.empty")
        await driven.type(REFERENCE)
        await driven.reach("S03.found")
        await driven.press("Enter")
        await driven.until(lambda: driven.state.startswith("S04"), "a new code")

    run(driven, story())


def test_a_wallet_that_was_just_shut_does_not_open_while_that_is_being_written(driven: Driven) -> None:
    async def story() -> None:
        await opened(driven)
        await driven.reach("S06.fresh")
        gate = threading.Event()
        held = asyncio.ensure_future(driven.register.db.write(lambda _connection: gate.wait(PATIENCE)))
        await driven.press("F2")
        await driven.reach("S03.empty")
        await driven.type(REFERENCE)
        await driven.reach("S03.found")
        await driven.press("Enter")
        try:
            await driven.reach("S04.sending")
        finally:
            gate.set()
            await held
        await driven.reach("S04.resend_wait")

    run(driven, story())


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("phone", [HOSTILE, ARABIC])
def test_whatever_a_name_or_a_number_holds_is_only_text(driven: Driven, phone: str) -> None:
    async def story() -> None:
        await opened(driven, phone)
        await driven.until(lambda: driven.state.startswith("S06"), "the wallet")
        page = driven.window.page
        assert page is not None
        driven.window.resize(460, 800)
        await driven.until(lambda: driven.window.width() == 460, "a narrow window")
        assert all(label.textFormat().name == "PlainText" for label in page.findChildren(QLabel))
        assert page.width() <= 460, "nothing pushes the page apart"
        await driven.type("1")
        await driven.until(lambda: driven.state.startswith("S07"), "the question")
        await driven.press("Enter")
        await driven.until(lambda: driven.state.startswith("S08"), "the answer")
        await driven.press("F9")
        await driven.until(lambda: driven.state.startswith("S09"), "the undoing")
        page = driven.window.page
        assert page is not None
        assert page.width() <= 460

    run(driven, story())


def test_a_figure_is_written_smaller_before_it_is_cut_off(qapp: QApplication) -> None:
    theme.wear(qapp, theme.Theme(motion=False))
    figure = Figure("Available")
    figure.resize(300, 90)
    sizes = []
    for number in ("412.5", "1,000,000,000", "1,000,000,000,000,000,000,000,000,000,000"):
        figure.say(number)
        label = figure.findChildren(QLabel)[1]
        sizes.append(label.font().pixelSize())
        assert label.accessibleName() == number
    assert sizes[0] == 44
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == 16
