"""Home and the code, through the real window."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from budtender.cache import unseen
from budtender.connectors.http import Priority
from budtender.counter.lookup import Candidate
from budtender.errors import Ambiguous
from budtender.sync import pull
from tests.counter.counter import other_than
from tests.ui.driving import REFERENCE, Driven, run
from tests.ui.serving import refused_later
from ui.counter.known import nobody
from ui.widgets.shopper import ShopperStrip, candidate_rows
from ui.widgets.text import Text

#: Known to AIQ, not in the loyalty program.
NO_MEMBER = "3035550116"


def said(driven: Driven) -> list[str]:
    """Everything that can be read on the page."""
    page = driven.window.page
    assert page is not None
    return [text.text() for text in page.findChildren(Text) if text.isVisibleTo(page)]


def signs(driven: Driven) -> list[str]:
    """What is told of the shopper in one line: name, number, signs."""
    page = driven.window.page
    assert page is not None
    return [part for strip in page.findChildren(ShopperStrip) for part in strip.accessibleName().split(", ")]


@pytest.mark.requirement("D-038")
@pytest.mark.requirement("D-039")
def test_a_known_shopper_gets_a_code_with_one_key(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        assert driven.state == "S03.empty"
        await driven.type("30355501")
        await driven.reach("S03.typing")
        await driven.type("42")
        await driven.reach("S03.found")
        assert driven.sim.texts == [], "looking up sends nothing"
        await driven.press("Enter")
        await driven.reach("S04.sent")
        assert len(driven.sim.texts) == 1
        await driven.type(other_than(await driven.code()))
        await driven.reach("S04.wrong")
        assert ("That is not the code we sent. 4 tries left. ", True) in driven.heard
        assert driven.counted == ["Enter"]

    run(driven, story())


def test_unknown_numbers_are_compared_and_signed_up(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        await driven.type("3035559999")
        await driven.reach("S03.not_found")
        await driven.press("Backspace")
        await driven.reach("S03.typing")
        await driven.type("8")
        await driven.reach("S03.not_found")

    run(driven, story())


def test_home_shows_the_favourite_store_and_f4_asks_for_the_licence(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await driven.open()
        await pull.pull_stores(driven.register)
        await driven.type(REFERENCE)
        await driven.reach("S03.found")
        assert any(words.startswith(f"{driven.sim.world.stores[0].nickname} · From AIQ, ") for words in said(driven))
        await driven.press("F4")
        await driven.reach("S10.scanning")

    run(driven, story())


@pytest.mark.requirement("D-044")
def test_whoever_a_download_brought_is_told_to_be_a_member_or_not(driven: Driven) -> None:
    """AIQ's list of personas does not say it, and the tenth digit asks nobody who is known already."""

    async def story() -> None:
        await driven.set_up()
        await driven.open()
        for phone in (REFERENCE, NO_MEMBER):
            await pull.ask_for(driven.register, phone, Priority.BACKGROUND)
        await driven.type(REFERENCE)
        await driven.until(lambda: "Member" in signs(driven), "the star of a member")
        assert driven.state == "S03.found"
        await driven.press("F2")
        await driven.type(NO_MEMBER)
        await driven.reach("S03.not_member")
        assert "Member" not in signs(driven)
        # An empty wallet makes nobody a member.
        await driven.press("F7")
        await driven.reach("S05.empty")
        await driven.give_pin("Omar")
        await driven.reach("S05.reason")
        await driven.type("1")
        await driven.reach("S06.no_rewards")
        assert "Not a member yet. This purchase will not earn." in said(driven)
        await driven.press("Enter")
        await driven.reach("S10.empty")
        await driven.press("F2")
        await driven.type(NO_MEMBER)
        await driven.reach("S03.not_member")

    run(driven, story())


def test_what_was_refused_later_is_told_until_a_key_says_seen(driven: Driven) -> None:
    async def story() -> None:
        await refused_later(driven)
        assert any(words.startswith("Not carried out: “Ten dollars off”, saved ") for words in said(driven))
        assert any("Not carried out: “Ten dollars off”" in words for words, _ in driven.heard)
        await driven.press("Alt+G")
        await driven.until(lambda: not any(words.startswith("Not carried out") for words in said(driven)), "it is gone")
        assert driven.register.db.read(unseen.listing) == []

    run(driven, story())


# ── several who look alike ────────────────────────────────────────────────────────────────────────────────


def rows_of(*rows: Candidate) -> list[str]:
    """What is seen and said of each."""
    return [row.accessibleName() for row in candidate_rows(rows)]


@pytest.mark.usefixtures("qapp")
def test_two_of_one_name_show_since_when_aiq_has_known_them() -> None:
    one = Candidate(persona_id=1, name="Ambi T.", city=None, last_visit=None, member=True, since=date(2024, 3, 1))
    two = msgspec.structs.replace(one, persona_id=2, since=date(2026, 5, 1))
    assert rows_of(one, two) == ["Ambi T., in AIQ since March 2024, Member", "Ambi T., in AIQ since May 2026, Member"]
    far = msgspec.structs.replace(two, city="Pueblo")
    assert rows_of(one, far) == ["Ambi T., Member", "Ambi T., Pueblo, Member"], "only where nothing else does"
    told = nobody(Ambiguous("", code="several", count=2, rows=(one, two)), "3035550102")
    assert told.hint == "Which one? Press 1 to 2."


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("since", [None, date(2024, 3, 1)])
def test_where_nothing_tells_two_apart_that_is_said(since: date | None) -> None:
    one = Candidate(persona_id=1, name="Ambi T.", city=None, last_visit=None, member=True, since=since)
    two = msgspec.structs.replace(one, persona_id=2)
    told = nobody(Ambiguous("", code="several", count=2, rows=(one, two)), "3035550102")
    assert told.hint == (
        "Which one? Press 1 to 2. Nothing more is known of those who look alike; a manager can look in AIQ."
    )
