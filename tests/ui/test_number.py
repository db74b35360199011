"""The whole number at the window: masked for whoever did not type it, shown by one key, written down, masked again."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit

from tests.ui.driving import REFERENCE, Driven, run
from tests.ui.serving import audited, found
from ui.counter import number

WHOLE, LAST = "(303) 555-0142", "0142"


def seen(driven: Driven) -> str:
    """All words and all that is typed on the page."""
    page = driven.window.page
    assert page is not None
    words = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    return " ".join([*words, *(line.displayText() for line in page.findChildren(QLineEdit) if line.isVisible())])


@pytest.mark.requirement("D-073", "X-06")
def test_the_search_by_name_says_that_it_is_another_one_and_asks_nobody(driven: Driven) -> None:
    """Two searches, each with its own name: by number at AIQ, by name among those who are known here."""

    async def story() -> None:
        await driven.set_up()
        await driven.open()
        await driven.press("F3")
        await driven.reach("S03.find")
        assert "Find by name" in seen(driven)
        assert "Searches who is known at this register. AIQ goes by number only." in seen(driven)
        driven.sim.calls.clear()
        await driven.type("nobody")
        await driven.reach("S03.find_none")
        assert not [call for call in driven.sim.calls if "/piis/" in call.path or "/wallet" in call.path]

    run(driven, story())


async def found_by_name(driven: Driven) -> None:
    """The shopper stands there, and nobody has typed the number."""
    await driven.press("F2", "F3")
    await driven.reach("S03.find")
    await driven.type("ines")
    await driven.reach("S03.find_rows")
    await driven.press("Enter")
    await driven.type("1")
    await driven.reach("S03.found")
    assert LAST in seen(driven)
    assert "303" not in seen(driven), "nobody typed it here"


async def shown_by_a_pin(driven: Driven) -> None:
    """A budtender's role does not reach so far: a manager's PIN shows it, and the next key takes it away."""
    await driven.press("Alt+R")
    await driven.reach("S05.empty")
    assert "Show the whole number of Ines C." in driven.heard[-1][0]
    await driven.press("Esc")
    await driven.reach("S03.found")
    await driven.press("Alt+R")
    await driven.reach("S05.empty")
    await driven.give_pin("Omar")
    await driven.reach("S03.number_shown")
    assert WHOLE in seen(driven)
    assert driven.heard[-1] == (f"The whole number is shown: {WHOLE}. It is written down who saw it.", False)
    assert '"allowed_by":"Omar"' in audited(driven)[0]
    assert "Sam" in audited(driven)[0]
    assert "555" not in " ".join(audited(driven))
    await driven.press("Alt+R")
    await driven.reach("S03.found")
    assert WHOLE not in seen(driven)


async def shown_by_a_role(driven: Driven) -> None:
    """A manager who has signed in sees it, and it goes by itself."""
    await driven.press("Ctrl+L")
    await driven.reach("S02.empty")
    await driven.give_pin("Omar")
    await driven.reach("S03.empty")
    await driven.type(REFERENCE)
    await driven.press("Alt+R")
    await driven.until(lambda: any(WHOLE in words for words, _ in driven.heard[-2:]), "the number")
    await driven.reach("S03.found")
    assert WHOLE not in seen(driven)


async def shown_in_the_wallet(driven: Driven) -> None:
    """It stands there until something else is done."""
    await driven.press("Enter")
    await driven.reach("S04.sent")
    await driven.type(await driven.code())
    await driven.reach("S06.fresh")
    await driven.press("Alt+R")
    await driven.reach("S06.number_shown")
    assert WHOLE in seen(driven)
    await driven.type("1")
    await driven.reach("S07.normal")
    assert WHOLE not in seen(driven)


def test_the_whole_number_takes_a_role_or_a_pin_and_goes_by_itself(
    driven: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        await found(driven)
        assert "303" not in seen(driven), "digits can be read only while they are typed"
        await driven.press("Backspace")
        await driven.reach("S03.typing")
        assert "303 555 014" in seen(driven), "to be mended"
        await found_by_name(driven)
        await shown_by_a_pin(driven)
        await driven.press("F5")  # AIQ can be asked for somebody whose number is not in the field
        await driven.until(lambda: "Ines C." in driven.heard[-1][0], "the answer")
        with monkeypatch.context() as soon:
            soon.setattr(number, "MASKED_AFTER", 60)
            await shown_by_a_role(driven)
        await shown_in_the_wallet(driven)
        assert [row.split()[0] for row in audited(driven)].count("number") == 3

    run(driven, story())
