"""The shopper's own screen: their number, their two answers, their signature."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from tests.patience import PATIENCE
from tests.ui.driving import OWNER, REFERENCE, Driven, run
from tests.ui.serving import NEW, fill_in, home, opened
from tests.ui.test_gallery import problems_of
from ui import theme
from ui.desk import Desk
from ui.display.layout import View
from ui.display.signature import SignaturePad
from ui.display.storefront import Storefront
from ui.display.views import AwayView, ConsentView, IdleView, PhoneView, PointsView, SignatureView
from ui.display.window import DisplayWindow
from ui.gallery.pictures import settle
from ui.gallery.rooms import display as room
from ui.gallery.world import stage
from ui.shopper import AskPhone
from ui.widgets.button import Button
from ui.widgets.digits import PhoneLine
from ui.widgets.text import BREAK, Text
from ui.widgets.tick import Tick

V = TypeVar("V", bound=View)


def press(window: DisplayWindow, words: str) -> None:
    """The shopper's finger on a button."""
    [button] = [b for b in window.findChildren(Button) if b.words == words and b.isVisibleTo(window)]
    button.click()


def view(window: DisplayWindow, kind: type[V]) -> V:
    """What the shopper sees, which has to be this."""
    assert isinstance(window.view, kind)
    return window.view


def draw_on(pad: QWidget) -> None:
    """A finger draws a line."""
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    for x in range(30, 200, 10):
        QTest.mouseMove(pad, QPoint(x, 40 + x % 30))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(210, 50))


def test_the_shopper_types_agrees_and_signs(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        display = DisplayWindow(driven.desk)
        display.show()
        press(display, "Type my phone number")
        for digit in NEW:
            view(display, PhoneView).type(digit)
        view(display, PhoneView).press_enter()
        await driven.reach("S03.not_found")
        await driven.press("Enter")
        await driven.reach("S10.empty")
        await driven.type("rosa")
        await driven.press("Tab")
        await driven.type("delgado")
        await driven.press("Tab")
        await driven.type("04181990")
        await driven.press("Enter")
        await driven.reach("S11.waiting")
        ticks = {tick.objectName(): tick for tick in view(display, ConsentView).findChildren(Tick)}
        assert not any(tick.isChecked() for tick in ticks.values()), "nobody ticks for the shopper"
        ticks["join"].click()
        press(display, "Continue")
        pad = view(display, SignatureView).pad
        driven.outside(lambda: draw_on(pad))
        await driven.until(lambda: pad.is_signed, "the signature")
        press(display, "Done")
        await driven.reach("S10.saved")
        display.close()

    run(driven, story())


@pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool touches the screen for all programs")
def test_a_touch_leaves_the_keyboard_to_the_register(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        display = DisplayWindow(driven.desk)
        display.show()
        await driven.until(lambda: display.windowHandle().isExposed(), "the shopper's screen")
        assert driven.window.isActiveWindow()
        [button] = [b for b in display.findChildren(Button) if b.words == "Type my phone number"]
        middle = button.mapToGlobal(button.rect().center())
        touch = ["xdotool", "mousemove", str(middle.x()), str(middle.y()), "click", "1"]
        await asyncio.to_thread(subprocess.run, touch, check=True, timeout=PATIENCE)
        await driven.until(lambda: isinstance(display.view, PhoneView), "the touch")
        assert driven.window.isActiveWindow()
        await asyncio.to_thread(subprocess.run, ["xdotool", "type", REFERENCE], check=True, timeout=PATIENCE)
        await driven.reach("S03.found")
        display.close()

    run(driven, story())


def test_a_greeting_tells_two_digits_and_no_is_taken(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        display = DisplayWindow(driven.desk)
        display.show()
        press(display, "Type my phone number")
        for digit in REFERENCE:
            view(display, PhoneView).type(digit)
        view(display, PhoneView).press_enter()
        await driven.reach("S03.found")
        words = " ".join(label.accessibleName() for label in display.findChildren(QWidget))
        assert "42" in words
        assert "0142" not in words
        press(display, "No")
        await driven.reach("S03.empty")
        display.close()

    run(driven, story())


def test_points_that_are_older_than_a_day_are_not_shown_to_the_shopper(driven: Driven) -> None:
    async def story() -> None:
        await opened(driven)
        await driven.reach("S06.fresh")
        display = DisplayWindow(driven.desk)
        display.show()
        await driven.press("F5")
        await driven.until(lambda: view(display, View).objectName() == "S28.points", "the points")
        await driven.press("F2")
        await driven.reach("S03.empty")
        long_ago = int((driven.register.clock.now() - timedelta(hours=25)).timestamp() * 1000)
        await driven.register.db.write(lambda c: c.execute("UPDATE persona SET points_at = ?", (long_ago,)))
        driven.sim.stop()
        await driven.type(REFERENCE)
        await driven.reach("S03.found")
        await driven.press("F7")
        await driven.reach("S05.empty")
        await driven.give_pin("Omar")
        await driven.reach("S05.reason")
        await driven.type("4")
        await driven.reach("S06.offline")
        assert view(display, PointsView).objectName() == "S28.offline"
        words = " ".join(label.text() for label in display.findChildren(QLabel))
        assert "Your points cannot be read right now." in words
        assert "412.5" not in words
        driven.sim.start()
        display.close()

    run(driven, story())


def test_the_shoppers_screen_tells_of_nobody_once_nobody_is_served(driven: Driven) -> None:
    async def story() -> None:
        await opened(driven)
        await driven.reach("S06.fresh")
        display = DisplayWindow(driven.desk)
        display.show()
        await driven.press("F5")
        await driven.until(lambda: isinstance(display.view, PointsView), "the points")
        await driven.press("Alt+S")
        await driven.reach("Stop.ask")
        await driven.press("F2")
        await driven.reach("S03.empty")
        view(display, IdleView)
        await driven.type(REFERENCE)
        await driven.reach("S03.found")
        await driven.press("Ctrl+L")
        await driven.reach("S02.empty")
        view(display, AwayView)
        display.close()

    run(driven, story())


# ── widths and letters ────────────────────────────────────────────────────────────────────────────────────

SIZES = ((400, 640), (460, 820), (600, 1024), (800, 600), (1024, 768), (1280, 800), (1920, 1080))


def too_narrow(display: DisplayWindow) -> list[str]:
    """What the tests of the register's pages do not ask: nothing is wider than the view, and no digit is lost."""
    seen = []
    assert display.view is not None
    if display.view.width() > display.width():
        seen.append(f"the view is {display.view.width()} wide")
    lines = display.findChildren(PhoneLine)
    short = [line for line in lines if QFontMetrics(line.font()).horizontalAdvance("303 555 0142") > line.width()]
    seen += ["a whole number is cut off" for _ in short]
    for text in display.findChildren(Text):
        words = text.text().replace(BREAK, " ").split() if text.isVisibleTo(display) else []
        metrics = QFontMetrics(text.font())
        seen += [f"“{word}” is cut off" for word in words if metrics.horizontalAdvance(word) > text.width()]
    return seen


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_state_has_room_in_every_width_and_letter(
    qapp: QApplication, driven: Driven, language: str, scale: float
) -> None:
    theme.wear(qapp, theme.Theme(scale=scale, motion=False))

    async def story() -> None:
        problems = []
        async with stage() as world:
            display = DisplayWindow(Desk(world.register))
            display.show()
            for size in SIZES:
                display.resize(QSize(*size))
                for name in room.windows(world, language, display):
                    await driven.pause(0.01)  # letters find their size, and then their lines
                    settle(display)
                    found = [*problems_of(display), *too_narrow(display)]
                    problems += [f"{name} at {size[0]}: {one}" for one in found]
            display.close()
            display.deleteLater()
        assert problems == [], "\n".join(problems)

    run(driven, story())


#: The screens that stores have, from a narrow one that stands to a large one that lies, some of them low.
SCREENS = tuple((width, height) for width in (460, 1080, 1920) for height in (600, 680, 760, 900, 1080))


def out_of_sight(display: DisplayWindow) -> Iterator[str]:
    """What is touched is on the screen as a whole; what is read and ticked may scroll, where it has no room."""
    assert display.view is not None
    words = display.view.words
    for control in display.findChildren(QWidget):
        touched = isinstance(control, (QAbstractButton, QLineEdit, SignaturePad))
        if not touched or not control.isVisibleTo(display):
            continue
        if words.isAncestorOf(control):
            place = QRect(control.mapTo(words.lines, QPoint()), control.size())
            if not words.lines.rect().contains(place):
                yield f"{control.accessibleName()} cannot be scrolled to"
        elif control.visibleRegion().boundingRect() != control.rect():
            yield f"{control.accessibleName()} is cut off"
    if words.scrolls and words.sizeHint().height() <= words.height():
        yield "the words scroll, and have room"
    if words.scrolls and display.width() >= 1080 and display.height() >= 760:
        yield "the words scroll on a screen of 1080 x 760"
    if words.isVisibleTo(display) and words.height() > words.tall(words.width()) + 1:
        yield "the words stand apart"


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_control_is_cut_off_on_any_screen(qapp: QApplication, driven: Driven, language: str, scale: float) -> None:
    theme.wear(qapp, theme.Theme(scale=scale, motion=False))

    async def story() -> None:
        problems = []
        async with stage() as world:
            display = DisplayWindow(Desk(world.register))
            display.show()
            for size in SCREENS:
                display.resize(QSize(*size))
                for name in room.windows(world, language, display):
                    await driven.pause(0.01)
                    settle(display)
                    problems += [f"{name} at {size[0]} x {size[1]}: {one}" for one in out_of_sight(display)]
            display.close()
            display.deleteLater()
        assert problems == [], "\n".join(problems)

    run(driven, story())


# ── the store's picture ───────────────────────────────────────────────────────────────────────────────────


def photograph(path: str) -> str:
    """A file like a camera's: larger than any screen."""
    picture = QImage(2400, 1600, QImage.Format.Format_RGB32)
    picture.fill(QColor("#2E7D32"))
    assert picture.save(path)
    return path


def test_the_stores_picture_and_name_stand_there_while_nobody_is_served(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        display = DisplayWindow(driven.desk)
        display.resize(800, 600)
        display.show()
        path = photograph(str(driven.home / "front.jpg"))
        await driven.register.change_setting("store_picture", path, OWNER)
        await driven.until(lambda: display.picture is not None, "the picture")
        [front] = view(display, IdleView).findChildren(Storefront)
        await driven.pause(0.02)
        settle(display)
        seen = display.grab(QRect(front.mapTo(display, QPoint(0, 0)), front.size())).toImage()
        middle = seen.pixelColor(seen.width() // 2, seen.height() // 2)
        assert middle.green() > middle.red() + 40
        assert front.accessibleName() == "Harbor Street"
        assert "Harbor Street" in [label.text() for label in display.findChildren(QLabel)]
        assert all(button.geometry().bottom() < 600 for button in view(display, IdleView).findChildren(Button))
        for bad in ("", str(driven.home / "gone.png"), str(driven.home / "budtender.db")):
            await driven.register.change_setting("store_picture", bad, OWNER)
            await driven.until(lambda: display.picture is None, "a leaf")
            assert view(display, IdleView).findChildren(Storefront) == []
        display.close()

    run(driven, story())


# ── more than one screen ──────────────────────────────────────────────────────────────────────────────────


def test_of_two_screens_for_the_shopper_one_is_enough(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        second, beside = DisplayWindow(driven.desk), DisplayWindow(driven.desk)
        for display in (second, beside):
            display.show()
        beside.close()
        beside.close()
        there = driven.desk.has_display
        assert there, "the other one is still there"
        await fill_in(driven)
        await driven.press("Enter")
        await driven.reach("S11.waiting")
        second.close()
        await driven.reach("S11.declined")
        assert driven.heard[-1] == ("The shopper's screen is gone. Nothing was saved. Take the paper form.", True)
        await driven.type("2")
        await driven.reach("S11.paper")

    run(driven, story())


def test_the_next_shopper_is_greeted_in_the_stores_language(driven: Driven) -> None:
    async def story() -> None:
        await home(driven)
        display = DisplayWindow(driven.desk)
        display._speaks.setInterval(0)
        display.speak("es")
        await driven.until(lambda: display.speech.code == "en", "the store's language")
        display.show_shopper(AskPhone())
        display.speak("es")
        await driven.pause()
        assert display.speech.code == "es", "while a shopper is at it, it stays"
        display.close()

    run(driven, story())
