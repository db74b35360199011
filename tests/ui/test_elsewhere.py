"""What another process changes, and what was refused late, reaches the open window wherever it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from budtender.backoffice import staff
from budtender.cache import outbox, unseen
from budtender.cache.database import Connection
from budtender.model import Intent, Kind
from budtender.register import Register
from budtender.settings import LOYAL_SIGN
from tests.brisk import BriskRegister
from tests.ui.driving import OWNER, Driven, run
from tests.ui.serving import found, home, refused_later, wallet
from ui.counter.lookup import LookupPage
from ui.counter.signup import SignUpPage
from ui.widgets.button import Button
from ui.widgets.text import Text


@asynccontextmanager
async def another_process(driven: Driven) -> AsyncIterator[Register]:
    """The same home, opened by somebody who shares nothing with the window but the files."""
    async with await BriskRegister.open(driven.home, vault=driven.vault, clock=driven.clock) as register:
        yield register


def main_button(driven: Driven) -> str:
    assert driven.window.page is not None
    button = driven.window.page.main_button()
    return "" if button is None else button.words


def banner_key(driven: Driven) -> str:
    """What the banner's one button says; empty without one."""
    shown = [button for button in driven.window.banner.findChildren(Button) if button.isVisible()]
    return " ".join(button.accessibleName() for button in shown)


def test_a_setting_reaches_the_page_and_nothing_typed_is_lost(driven: Driven) -> None:
    async def story() -> None:
        await found(driven)
        assert main_button(driven) == "Send code"
        focus = driven.window.focusWidget()
        async with another_process(driven) as other:
            await other.change_setting("text_code", "off", OWNER)
            await other.change_setting("auto_lock_minutes", "7", OWNER)
            await other.change_setting("store_name", "Elm Street", OWNER)
            await driven.until(lambda: main_button(driven) == "Open wallet", "the other way in")
            await driven.until(lambda: driven.window._idling.minutes == 7, "the time until it locks")
        assert driven.state == "S03.found"
        assert driven.window.focusWidget() is focus
        await driven.until(
            lambda: any("Elm Street" in text.text() for text in driven.window.findChildren(Text)), "the store's name"
        )
        await driven.step("F10", "S10.empty")
        await driven.type("ro")
        async with another_process(driven) as other:
            await other.change_setting("loyal_sign", "off", OWNER)
            await driven.until(lambda: not driven.register.settings.get(LOYAL_SIGN), "the setting")
        await driven.type("sa")
        page = driven.window.page
        assert isinstance(page, SignUpPage)
        await driven.until(lambda: page.typed().first_name == "rosa", "what a scanner might have typed")

    run(driven, story())


def test_somebody_taken_off_the_staff_is_out(driven: Driven) -> None:
    async def story() -> None:
        await home(driven)
        async with another_process(driven) as other:
            await staff.deactivate(other, "Sam", OWNER)
            await driven.reach("S02.empty")

    run(driven, story())


def a_decision(driven: Driven) -> Intent:
    now = driven.clock.now()
    return Intent(kind=Kind.OPT_OUT, phone="+13035550142", body={}, staff="Sam", created=now, moved_mono=0.0)


def test_an_intent_of_another_process_is_told_and_its_key_says_what_helps(driven: Driven) -> None:
    async def story() -> None:
        await home(driven)
        await driven.type("30355")
        async with another_process(driven) as other:
            intent = a_decision(driven)

            def needs_a_person(c: Connection) -> None:
                outbox.record(c, intent)
                c.execute("UPDATE intent SET needs_person = 1 WHERE id = ?", (intent.id,))

            await other.db.write(needs_a_person)
            await driven.until(lambda: driven.window.banner.objectName() == "banner.conflict", "the banner")
        page = driven.window.page
        assert isinstance(page, LookupPage)
        assert page.form_so_far().phone == "30355"
        assert banner_key(driven) == "What helps"
        await driven.press("F1")
        advice = driven.window.findChild(Text, "advice")
        assert advice is not None
        assert "budtender --staff NAME outbox settle ID --as happened" in advice.text()
        await driven.press("Esc")
        assert driven.state == "S03.typing"

    run(driven, story())


def test_a_late_refusal_is_told_on_every_page_and_its_key_works_there(driven: Driven) -> None:
    async def story() -> None:
        await wallet(driven)
        focus = driven.window.focusWidget()
        async with another_process(driven) as other:
            refused = a_decision(driven)

            def refuse(c: Connection) -> None:
                outbox.record(c, refused)
                outbox.refuse(c, refused.id, reason="No.", told={}, at=driven.clock.now(), mono=0.0)
                unseen.mark(c, refused)

            await other.db.write(refuse)
            await driven.until(lambda: driven.window.banner.objectName() == "banner.refused", "the banner")
        assert driven.state == "S06.fresh"
        assert driven.window.focusWidget() is focus
        assert driven.heard[-1][0].startswith("Not carried out:")
        assert driven.heard[-1][1] is False, "politely"
        assert banner_key(driven) == "Seen"
        await driven.press("Alt+G")
        await driven.until(lambda: not driven.window.banner.objectName(), "no banner")
        assert driven.state == "S06.fresh"
        assert not driven.register.db.read(unseen.listing)

    run(driven, story())


def test_at_the_door_no_shopper_is_told_of(driven: Driven) -> None:
    async def story() -> None:
        await refused_later(driven)
        await driven.until(lambda: driven.window.banner.objectName() == "banner.refused", "the banner")
        await driven.step("Ctrl+L", "S02.empty")
        assert not driven.window.banner.objectName()

    run(driven, story())
