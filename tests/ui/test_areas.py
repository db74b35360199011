"""F6 goes from area to area of a page, the banner offers its one key, and a hidden number shows the key beside it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLineEdit

from tests.ui.driving import REFERENCE, Driven, run
from tests.ui.test_number import found_by_name
from ui.counter.consent import ConsentPage
from ui.steps import Consent, Find, SignUp, empty_form
from ui.tidings import Tiding
from ui.widgets.button import Button
from ui.widgets.choice import Choice


def focused() -> str:
    """What kind of thing has the focus."""
    widget = QApplication.focusWidget()
    return next(kind.__name__ for kind in (Choice, Button, QLineEdit) if isinstance(widget, kind))


def test_f6_goes_round_the_areas_of_a_page(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        await driven.type(REFERENCE)
        await driven.reach("S03.found")
        seen = []
        for _ in range(3):
            seen.append(focused())
            await driven.press("F6")
        assert seen == ["QLineEdit", "Button", "QLineEdit"]
        driven.window.go(Find())
        await driven.type("ines")
        await driven.reach("S03.find_rows")
        await driven.press("F6")
        assert focused() == "Choice", "now the digits choose"
        await driven.type("1")
        await driven.reach("S03.found")
        driven.window.go(SignUp(form=empty_form()))
        await driven.press("Tab", "F6")
        assert focused() == "Button", "past all other fields"
        await driven.press("F6")
        assert focused() == "QLineEdit"
        driven.window.go(Consent(form=empty_form()))
        page = driven.window.page
        assert isinstance(page, ConsentPage)
        await driven.press("F6")
        assert page._language == "en", "F6 is the next area on every page"
        await driven.press("Alt+L")
        assert page._language == "es"

    run(driven, story())


def test_a_banner_offers_the_key_that_helps_where_the_page_has_it(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        driven.window.show_tiding(Tiding("stale", "stale", "Old.", key="F5"))
        [button] = driven.window.banner.findChildren(Button)
        assert not button.isVisible(), "nobody is there to be asked about"
        focus = QApplication.focusWidget()
        await driven.type(REFERENCE)
        await driven.reach("S03.found")
        assert button.isVisible()
        assert (button.words, button.accessibleDescription()) == ("Ask AIQ", "F5")
        asked = len(driven.heard)
        driven.outside(button.click)
        await driven.until(lambda: len(driven.heard) > asked, "AIQ's answer")
        assert QApplication.focusWidget() is focus, "a banner never takes the focus"
        driven.window.show_tiding(None)
        assert not button.isVisible()

    run(driven, story())


def test_the_key_that_shows_a_number_stands_beside_it(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        await driven.type(REFERENCE)
        await driven.reach("S03.found")
        await found_by_name(driven)
        page = driven.window.page
        assert page is not None
        button = page.findChild(Button, "whole_number")
        assert isinstance(button, Button)
        assert button.isVisible()
        assert (button.accessibleName(), button.accessibleDescription()) == ("Whole number", "Alt+R")
        driven.outside(button.click)
        await driven.reach("S05.empty")

    run(driven, story())
