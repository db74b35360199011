"""A scanner types wherever the cursor is: no field sees it, and it is handled once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from tests.ui.driving import REFERENCE, Driven, run
from tests.ui.serving import found
from ui.counter.lookup import LookupPage
from ui.counter.signup import SignUpPage

#: A made-up licence as a keyboard scanner types it: separators as Enter, the first field glued to its designator.
LICENCE = (
    "@\n\x1e\rANSI 636020090002DL00410278ZC03190024DLDAQ99-999-9999\n"
    "DCSDELGADO\nDDEN\nDACROSA\nDDFN\nDADNONE\nDDGN\nDCAR\nDCBNONE\nDCDNONE\n"
    "DBD01012023\nDBB04181990\nDBA{expires}\nDBC2\nDAU065 IN\nDAYBRO\nDAG1 MAIN ST\nDAIPUEBLO\nDAJ{state}\n"
    "DAK810030000\nDCF0\nDCG{country}\nDDK1\r"
)


def licence(*, expires: str = "04182031", state: str = "AZ", country: str = "USA") -> str:
    return LICENCE.format(expires=expires, state=state, country=country)


def typed_anywhere(driven: Driven) -> str:
    return "".join(line.text() for line in driven.window.findChildren(QLineEdit))


@pytest.mark.parametrize("where", ["lookup", "last name", "locked"])
def test_no_field_sees_a_scan(driven: Driven, where: str) -> None:
    async def story() -> None:
        await driven.set_up(state="AZ")
        await driven.open(signed_in=where != "locked")
        if where == "last name":
            await driven.press("F10", "Tab", "Tab")
        before = typed_anywhere(driven)
        await driven.scan(licence())
        if where == "locked":
            await driven.pause()
            assert driven.state == "S02.empty"
            assert typed_anywhere(driven) == before
            return
        await driven.reach("S10.prefilled")
        page = driven.window.page
        assert isinstance(page, SignUpPage)
        form = page.typed()
        assert (form.first_name.title(), form.last_name.title(), form.birth_date) == ("Rosa", "Delgado", "1990-04-18")
        assert form.phone == ""

    run(driven, story())


def test_an_expired_licence_stops_and_keeps_nothing(driven: Driven) -> None:
    async def story() -> None:
        await found(driven, state="AZ")
        await driven.scan(licence(expires="01032020"))
        await driven.reach("S10.id_expired")
        page = driven.window.page
        assert isinstance(page, SignUpPage)
        assert page.typed().first_name == ""
        assert page.typed().phone == "303 555 0142", "what was typed before is not typed again"

    run(driven, story())


def test_thirty_keys_a_second_lose_none(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        for digits in (REFERENCE, "3035559876", "7205551234"):
            await driven.press("F2")
            for digit in digits:
                await driven.type(digit)
                await driven.pause(0.033)
            await driven.until(lambda: typed_anywhere(driven).replace(" ", "") == digits, digits)  # noqa: B023

    run(driven, story())


def test_a_pin_is_no_scan(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open(signed_in=False)
        await driven.give_pin("Sam")
        await driven.reach("S03.empty")

    run(driven, story())


def test_the_tenth_digit_is_not_held_back(driven: Driven) -> None:
    """It is looked up within the key's own event; the nine before may be a scanner's."""

    async def story() -> None:
        await found(driven)
        for digits in (REFERENCE, "3035550199"):
            await driven.press("F2")
            for digit in digits[:-1]:
                await driven.type(digit)
                await driven.pause(0.06)
            expected = ["S03.found", "S03.stale"] if digits == REFERENCE else ["S03.loading", "S03.impossible"]
            assert await _after(driven, digits[-1]) in expected

    run(driven, story())


def test_a_card_that_is_scanned_over_nine_digits_is_read_whole_and_leaves_none(driven: Driven) -> None:
    """Its first digit completes the number and goes on at once; then it is taken back."""

    async def story() -> None:
        await driven.set_up()
        await driven.open()
        for digit in "303555014":
            await driven.type(digit)
            await driven.pause(0.06)
        await driven.scan("213035550142\r")
        await driven.reach("S03.not_found")
        assert typed_anywhere(driven) == ""
        page = driven.window.page
        assert isinstance(page, LookupPage)
        assert page.form_so_far().phone == ""

    run(driven, story())


def test_a_licence_that_is_scanned_over_nine_digits_leaves_what_was_typed(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up(state="AZ")
        await driven.open()
        for digit in "303555014":
            await driven.type(digit)
            await driven.pause(0.06)
        await driven.scan("2" + licence())
        await driven.reach("S10.prefilled")
        page = driven.window.page
        assert isinstance(page, SignUpPage)
        assert page.typed().phone == "303 555 0142"
        assert page.typed().last_name.title() == "Delgado"

    run(driven, story())


async def _after(driven: Driven, digit: str) -> str:
    """What the window shows when the event of a digit's key has been handled."""
    seen: list[str] = []

    def press() -> None:
        QTest.keyClick(driven.window.windowHandle(), Qt.Key(ord(digit)))
        seen.append(driven.state)

    driven.outside(press)
    await driven.until(lambda: seen, "the key")
    return seen[0]
