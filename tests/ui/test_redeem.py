"""From an open wallet to points that are taken once, through the real window; with every cut on the way."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtPrintSupport import QPrinter

from budtender.model import PosDiscount
from tests.patience import PATIENCE
from tests.ui.driving import REFERENCE, Driven, run
from tests.ui.serving import REDEEM, choose, found, home, redeem, redeemed, serve, wallet, wallet_beside_dutchie
from tests.ui.test_scan import licence
from ui.counter import offer, slip
from ui.steps import Done
from ui.widgets.figures import Figure


def taken(driven: Driven) -> list[Decimal | None]:
    """What AIQ really took."""
    return [effect.points for effect in driven.sim.ledger if effect.kind == "redeem"]


def figures(driven: Driven) -> list[str]:
    """The three big figures: available, redeemed now, remaining."""
    assert driven.window.page is not None
    return [figure.number for figure in driven.window.page.findChildren(Figure)]


@pytest.mark.requirement("D-037")
@pytest.mark.requirement("D-038")
@pytest.mark.requirement("D-039")
@pytest.mark.requirement("D-041")
@pytest.mark.requirement("D-042")
def test_the_fast_path_is_four_keys_beside_the_digits(driven: Driven) -> None:
    async def story() -> None:
        await wallet(driven)
        assert figures(driven) == ["412.5", "0", "412.5"]
        await redeem(driven)
        # Raising the window is the first of the four; the digit that chooses is the third.
        assert [*driven.counted, "Pause", "1"] == ["Enter", "Enter", "Pause", "1"]
        assert taken(driven) == [-250]
        heard = [words for words, _ in driven.heard]
        assert any(words.startswith("Redeemed. Now apply") for words in heard)
        await driven.step("Esc", "S06.pending")
        assert figures(driven) == ["412.5", "250", "162.5"]

    run(driven, story())


def test_two_enters_redeem_once(driven: Driven) -> None:
    async def story() -> None:
        await wallet(driven)
        driven.sim.faults.add("latency", match=REDEEM, seconds=10_000)
        await driven.step("Enter", "S07.normal")
        await driven.press("Enter", "Enter", "Enter")
        assert driven.state == "S07.sending"
        driven.sim.faults.clear()
        await driven.reach("S08.apply_now", "S08.applied")
        assert taken(driven) == [-250]

    run(driven, story())


def test_an_enter_that_bounces_answers_no_question_that_it_has_opened(
    driven: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        await wallet(driven)
        monkeypatch.setattr("ui.strokes.ONE_STROKE", 1000 * PATIENCE)  # however long a busy machine takes in between
        await driven.press("Enter", "Enter")
        assert driven.state == "S07.normal"
        assert taken(driven) == []
        # Whoever has read the question answers it with the same key.
        await driven.step("Enter", "S08.apply_now")

    run(driven, story())


def test_an_enter_that_is_held_down_is_one_however_the_system_tells_it(driven: Driven) -> None:
    """An X server says released and pressed again at the same time, and Qt often hears two strokes in it."""

    def hold() -> None:
        window, at = driven.window.windowHandle(), 1_000
        moves = [(QEvent.Type.KeyPress, at)]
        for n in range(20):
            moves += [(QEvent.Type.KeyRelease, at + 660 + 40 * n), (QEvent.Type.KeyPress, at + 660 + 40 * n)]
        for kind, when in [*moves, (QEvent.Type.KeyRelease, at + 1500)]:
            event = QKeyEvent(kind, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r")
            event.setTimestamp(when)
            QCoreApplication.sendEvent(window, event)

    async def story() -> None:
        await wallet(driven)
        driven.outside(hold)
        await driven.reach("S07.normal")
        await driven.pause()
        assert driven.state == "S07.normal"
        assert taken(driven) == []
        await driven.step("Enter", "S08.apply_now")

    run(driven, story())


def test_a_scan_leaves_no_redemption_that_is_being_sent(driven: Driven) -> None:
    async def story() -> None:
        await wallet(driven)
        await choose(driven)
        driven.sim.faults.add("latency", match=REDEEM, seconds=10_000)
        await driven.press("Enter")
        await driven.reach("S07.sending", "S07.slow")
        await driven.scan(licence())
        await driven.pause()
        assert driven.state in ("S07.sending", "S07.slow")
        driven.sim.faults.clear()
        await driven.reach("S08.apply_now")
        await driven.scan(licence())
        await driven.reach("S10.prefilled", "S10.age_seen")

    run(driven, story())


def test_applied_goes_home_by_the_next_key_and_that_key_counts(driven: Driven) -> None:
    async def story() -> None:
        await redeemed(driven)
        await driven.walk(("Enter", "S08.applied"), ("3", "S03.typing"), ("035550101", "S03.found"))

    run(driven, story())


def test_what_to_apply_is_copied(driven: Driven) -> None:
    async def story() -> None:
        await wallet_beside_dutchie(driven)
        await redeem(driven)
        clipboard = QGuiApplication.clipboard()
        assert clipboard.text() == "Ten dollars off 70001"
        copied = "Name and ID are copied. Ctrl+C copies the ID alone."
        assert driven.heard[-1][0] == f"Redeemed. Now apply “Ten dollars off” in Dutchie. {copied}"
        await driven.press("Ctrl+C")
        assert clipboard.text() == "70001", "for a till whose field takes the id alone"
        assert driven.heard[-1][0] == "The ID is copied."
        driven.desk.copy("")
        assert clipboard.text() == "", "nothing of one redemption is there for the next"
        clipboard.setText("somebody's own")
        driven.desk.copy("")
        assert clipboard.text() == "somebody's own"

    run(driven, story())


# ── cuts ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_copied_is_one_line_however_the_till_names_it() -> None:
    link = PosDiscount(id="48213", name="Ten\r\noff \u202eevil", by_aiq=True)
    assert offer.to_paste(link) == "Ten off evil 48213"
    assert offer.to_paste(msgspec.structs.replace(link, name="T" * 200)) == f"{'T' * 200} 48213"
    assert offer.to_paste(msgspec.structs.replace(link, name="")) == "48213"


def test_a_cut_before_confirming_saves_it_here(driven: Driven) -> None:
    """The wallet was read in this visit, so the rules for redeeming without network do not ask for a PIN."""

    async def story() -> None:
        await wallet(driven)
        await choose(driven)
        driven.sim.stop()
        await driven.step("Enter", "S08.saved_offline")
        await driven.restart()
        await driven.walk((REFERENCE, "S03.found"), ("Enter", "S08.saved_offline"))

    run(driven, story())


def test_a_lost_answer_is_checked_and_never_repeated(driven: Driven) -> None:
    async def story() -> None:
        await wallet(driven)
        driven.sim.faults.add("drop_after", match=REDEEM)
        driven.desk.copy("of the redemption before")
        await redeem(driven, "S08.unknown")
        assert QGuiApplication.clipboard().text() == "", "nothing is to be applied yet"
        assert taken(driven) == [-250]
        await driven.restart()
        await driven.walk((REFERENCE, "S03.found"), ("Enter", "S08.unknown"))
        await driven.press("Esc")
        await driven.until(lambda: driven.state.startswith("S06"), "the wallet")
        await driven.walk(("Enter", "S07.normal"), ("Enter", "S07.blocked"))
        assert taken(driven) == [-250]

    run(driven, story())


def test_leaving_while_it_is_sent_loses_nothing(driven: Driven) -> None:
    async def story() -> None:
        await wallet(driven)
        driven.sim.faults.add("latency", match=REDEEM, seconds=10_000)
        await choose(driven)
        await driven.press("Enter")
        assert driven.state == "S07.sending"
        await driven.press("Esc")
        await driven.until(lambda: driven.state.startswith("S06"), "the wallet")
        driven.sim.faults.clear()
        await driven.until(lambda: taken(driven), "the redemption")
        await driven.until(lambda: driven.state == "S06.pending", "what is pending")

    run(driven, story())


def test_a_slow_answer_says_not_to_repeat(driven: Driven) -> None:
    async def story() -> None:
        await wallet(driven)
        driven.sim.faults.add("latency", match=REDEEM, seconds=10_000)
        await redeem(driven, "S07.slow")
        assert ("Still sending. Do not repeat it.", True) in driven.heard
        await driven.press("Enter")
        driven.sim.faults.clear()
        await driven.reach("S08.apply_now")
        assert taken(driven) == [-250]

    run(driven, story())


def test_a_reward_that_is_gone_is_refused_in_words(driven: Driven) -> None:
    async def story() -> None:
        await wallet(driven, wallet_age_seconds="0", second_redemption_minutes="0")
        driven.sim.redeem_elsewhere(REFERENCE, "58213")
        await redeem(driven, "S08.redeemed_elsewhere")
        assert any(words.startswith("Nothing was redeemed.") for words, _ in driven.heard)
        await driven.press("Enter")
        await driven.until(lambda: driven.state.startswith("S06"), "the wallet")

    run(driven, story())


# ── a manager goes on ─────────────────────────────────────────────────────────────────────────────────────


def test_a_second_reward_within_minutes_takes_a_manager(driven: Driven) -> None:
    async def story() -> None:
        await redeemed(driven)
        await driven.step("Esc", "S06.pending")
        await redeem(driven, "S07.second_within")
        await driven.step("F7", "S05.empty")
        await driven.give_pin("Omar", "S07.normal")
        assert taken(driven) == [-250]
        await driven.step("Enter", "S08.apply_now")
        assert len(taken(driven)) == 2

    run(driven, story())


def test_without_network_a_manager_and_the_limit_decide(driven: Driven) -> None:
    async def story() -> None:
        await wallet(driven, offline_redeem="on", offline_limit_cents="600")
        driven.sim.stop()
        await driven.step("F5", "S06.offline")
        driven.counted.clear()
        await driven.press("Enter")  # nothing can be used by a code alone, and the big button says so
        await driven.reach("S05.empty")
        await driven.give_pin("Omar", "S06.offline")
        await driven.step("1", "S07.normal")
        assert "$5" in driven.heard[-1][0], "the rewards of $10 and $25 are over the limit"
        await driven.step("Esc", "S06.offline")
        await driven.type("1")
        await driven.step("Enter", "S08.saved_offline")
        assert driven.counted == ["Enter", "Enter", "Esc", "Enter"], "the reason is filled in"

    run(driven, story())


def test_the_slip_says_what_to_apply_and_hides_the_number(
    driven: Driven, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        await wallet_beside_dutchie(driven)
        await redeem(driven)
        monkeypatch.setattr(slip, "printer", lambda: None)
        await driven.step("Ctrl+P", "S08.no_printer")
        assert driven.heard[-1] == ("No printer works here now.", True)
        paper = tmp_path / "slip.pdf"

        def pdf() -> QPrinter:
            made = QPrinter()
            made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
            made.setOutputFileName(str(paper))
            return made

        monkeypatch.setattr(slip, "printer", pdf)
        await driven.step("Ctrl+P", "S08.printed")
        assert driven.heard[-1] == ("The slip is printed.", False)
        assert paper.read_bytes().startswith(b"%PDF")
        done = driven.window.step
        assert isinstance(done, Done)
        told = slip.Slip(
            found=done.found,
            redeemed=done.redeemed,
            place="Harbor Street · Register 1",
            till="Dutchie",
            now=driven.desk.now(),
            training=True,
        )
        words = slip.lines(told)
        assert words[0] == "TRAINING. Nothing is real."
        assert any("Discount ID: " in line and "in Dutchie" in line for line in words)
        assert "162.5 points remain." in words
        assert not any(REFERENCE[-4:] in line for line in words[:-1])
        await driven.step("Enter", "S08.applied")

    run(driven, story())


def test_over_the_limit_a_manager_allows_this_one(driven: Driven) -> None:
    async def story() -> None:
        await wallet(driven, offline_redeem="on", offline_limit_cents="600")
        driven.sim.stop()
        await driven.walk(("F5", "S06.offline"), ("F7", "S05.empty"))
        await driven.give_pin("Omar", "S06.offline")
        await driven.type("2")  # after the one that may be redeemed comes the one that may be allowed
        await driven.reach("S07.over_offline_limit")
        told = "Without network a reward may be worth $6 at most. A manager can go on with a PIN: F7."
        assert driven.heard[-1][0].endswith(told)
        await driven.press("Enter")  # the big button is the manager's PIN
        await driven.reach("S05.empty")
        allows = "Redeem “Ten dollars off”, worth $10, for Ines C. without network. The limit is $6."
        assert allows in driven.heard[-1][0]
        await driven.give_pin("Sam", "S05.wrong")
        await driven.give_pin("Ann", "S07.normal")
        assert taken(driven) == []
        await driven.step("Enter", "S08.saved_offline")
        assert "1 change waits here." in driven.heard[-1][0]
        driven.sim.start()
        row = driven.register.db.read(
            lambda c: c.execute("SELECT facts FROM audit WHERE kind = 'redeem' ORDER BY seq DESC").fetchone()
        )
        assert '"over_limit_allowed_by":"Ann"' in row["facts"]

    run(driven, story())


def test_a_redemption_on_another_register_is_seen_and_takes_a_manager(driven: Driven) -> None:
    async def story() -> None:
        await home(driven)
        driven.sim.redeem_elsewhere(REFERENCE, "58215")
        await serve(driven)
        await driven.reach("S06.redeemed_elsewhere")
        assert any(words.startswith("Redeemed 1 minute ago on another register.") for words, _ in driven.heard)
        await driven.step("1", "S05.empty")
        await driven.give_pin("Ann", "S07.normal")
        await driven.step("Enter", "S08.apply_now")

    run(driven, story())


def test_whoever_comes_second_reads_that_it_was_redeemed_already(driven: Driven) -> None:
    """Two registers redeem the same reward at once; AIQ says no to the second without a word about the first."""

    async def story() -> None:
        await wallet(driven)
        await choose(driven)
        driven.sim.redeem_elsewhere(REFERENCE, "58213")
        driven.sim.faults.add("status", match=REDEEM, status=400, body="json")
        driven.sim.calls.clear()
        await driven.step("Enter", "S08.redeemed_elsewhere")
        assert driven.heard[-1] == (
            "Already redeemed 1 minute ago on another register. “Ten dollars off” was not redeemed again here.",
            True,
        )
        assert len(driven.sim.calls) == 2, "one to redeem, one to read who was first"
        await driven.press("Enter")
        await driven.until(lambda: driven.state.startswith("S06"), "the wallet")

    run(driven, story())


def test_what_aiq_refuses_for_itself_is_told_as_that(driven: Driven) -> None:
    async def story() -> None:
        await wallet(driven)
        await choose(driven)
        driven.sim.redeem_elsewhere(REFERENCE, "58215")
        driven.sim.faults.add("status", match=REDEEM, status=400, body="json")
        await driven.step("Enter", "S08.refused")
        await driven.pause()
        assert driven.state == "S08.refused", "another reward was taken there, which is no reason against this one"
        assert "AIQ said no." in driven.heard[-1][0]

    run(driven, story())


def test_a_known_shopper_costs_three_calls(driven: Driven) -> None:
    """One text, one wallet, one redemption; that nothing was taken elsewhere is seen in the balance."""

    async def story() -> None:
        await found(driven)
        await driven.step("F2", "S03.empty")
        driven.sim.calls.clear()
        await serve(driven)
        await driven.reach("S06.fresh")
        await redeem(driven)
        await driven.pause()
        made = [call.path for call in driven.sim.calls]
        assert len(made) == 3, made

    run(driven, story())
