"""The shopper's own screen: their number, their two answers, their signature."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from tests.ui.driving import REFERENCE, Driven, run
from tests.ui.serving import opened
from tests.ui.test_signup import NEW
from ui.display.views import AwayView, ConsentView, IdleView, PhoneView, PointsView, SignatureView, View
from ui.display.window import DisplayWindow
from ui.widgets.button import Button
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
