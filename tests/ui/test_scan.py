"""A scanner types wherever the cursor is: no field sees it, and it is handled once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

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


ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
PLAIN, KEYPAD = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier
Strokes = list[tuple[Qt.Key, Qt.KeyboardModifier]]


def numbers(code: str) -> Strokes:
    return [(Qt.Key(ord(digit)), ALT | KEYPAD) for digit in code]


#: What scanners strike for the line feed, the record separator and the carriage return of a licence.
SCANNERS: dict[str, tuple[Strokes, Strokes, Strokes]] = {
    "tabs": ([(Qt.Key.Key_Tab, PLAIN)],) * 3,
    "enters": ([(Qt.Key.Key_Return, PLAIN)],) * 3,
    "ctrl": ([(Qt.Key.Key_J, CTRL)], [(Qt.Key.Key_6, CTRL)], [(Qt.Key.Key_M, CTRL)]),
    "capitals": ([(Qt.Key.Key_J, CTRL | Qt.KeyboardModifier.ShiftModifier)], [(Qt.Key.Key_AsciiCircum, CTRL)], []),
    "functions": ([], [(Qt.Key.Key_F9, PLAIN)], [(Qt.Key.Key_Return, PLAIN)]),
    "arrows": ([(Qt.Key.Key_F2, PLAIN)], [(Qt.Key.Key_Left, PLAIN)], [(Qt.Key.Key_Enter, KEYPAD)]),
    "numbers": (numbers("010"), numbers("030"), numbers("013")),
    "esc": ([(Qt.Key.Key_Down, PLAIN)], [(Qt.Key.Key_Escape, PLAIN)], [(Qt.Key.Key_L, CTRL)]),
    "none": ([], [], []),
}
#: How to get to where a scan may come.
PLACES = {
    "phone": ["F2"],
    "name": ["F2", "F3"],
    "form": ["F2", "F10", "Tab", "Tab"],
    "help": ["F2", "F1"],
    "undo": ["F2", "F9"],
}


def strokes(scanner: str, text: str) -> Strokes:
    """The keys that this scanner strikes, Alt as one of its own."""
    struck: Strokes = []
    for c in text:
        if c in "\n\x1e\r":
            keys = SCANNERS[scanner]["\n\x1e\r".index(c)]
            struck += [*keys, (Qt.Key.Key_Alt, ALT)] if scanner == "numbers" else keys
        else:
            shift = Qt.KeyboardModifier.ShiftModifier if c.isupper() or c == "@" else PLAIN
            struck.append((Qt.Key(ord(c.upper())), shift))
    return struck


@pytest.mark.parametrize("scanner", [name for name in SCANNERS if name != "none"])
def test_no_key_of_a_scan_does_anything(driven: Driven, scanner: str) -> None:
    """Whichever key stands for a separator, and right after what a person typed, in a window that just came up."""

    async def story() -> None:
        await driven.set_up(state="AZ")
        await driven.open()
        for place in PLACES.values():
            await driven.press(*place)
            heard: list[str] = []
            driven.desk.sounded.connect(heard.append)
            if place == PLACES["phone"]:
                other = QWidget()
                other.show()
                other.activateWindow()
                await driven.until(other.isActiveWindow, "another window")
                other.close()
                driven.window.activateWindow()
                await driven.until(driven.window.isActiveWindow, "an active window")
                await driven.type("3")
            await driven.send(strokes(scanner, licence()))
            await driven.reach("S10.prefilled")
            driven.desk.sounded.disconnect(heard.append)
            assert heard == ["scan"], "once, and nothing else was done"
            page = driven.window.page
            assert isinstance(page, SignUpPage)
            form = page.typed()
            assert (form.first_name.title(), form.last_name.title()) == ("Rosa", "Delgado")
            assert form.phone == ("3" if place == PLACES["phone"] else ""), "the person's key, and no other"
            await driven.press("Esc")

    run(driven, story())


def test_what_a_person_presses_between_their_own_keys_works(driven: Driven) -> None:
    """An @ may be a scan's first, so a command behind it waits its turn, and is done."""

    async def story() -> None:
        await driven.set_up()
        await driven.open()
        await driven.press("F3")
        await driven.reach("S03.find")
        await driven.send([(Qt.Key.Key_At, PLAIN), (Qt.Key.Key_Backspace, PLAIN), (Qt.Key.Key_D, PLAIN)])
        await driven.until(lambda: typed_anywhere(driven) == "d", "the letter alone")
        await driven.send([(Qt.Key.Key_At, PLAIN), (Qt.Key.Key_F2, PLAIN)])
        await driven.reach("S03.empty")

    run(driven, story())


def test_a_shortcut_does_not_overtake_what_was_typed_before_it(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        await driven.send([(Qt.Key.Key_3, PLAIN), (Qt.Key.Key_0, PLAIN), (Qt.Key.Key_F3, PLAIN)])
        await driven.reach("S03.find")
        await driven.pause(0.1)
        assert typed_anywhere(driven) == "", "the digits were typed into the number, not into the name"

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
