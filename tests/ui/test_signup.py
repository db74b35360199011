"""Signing up through the real window: age first, then the fields, then two answers that are the shopper's own."""

from __future__ import annotations

import msgspec
import pytest

from budtender.backoffice import integrations
from budtender.cache import till
from budtender.model import Store
from budtender.register import Register
from tests.ui.driving import OWNER, REFERENCE, Driven, run
from tests.ui.serving import NEW, fill_in, home, name_and_date
from ui.counter.consent import ConsentPage
from ui.counter.signup import SignUpPage
from ui.widgets.button import Button
from ui.widgets.card import Notice


@pytest.mark.requirement("D-033")
@pytest.mark.requirement("D-034")
def test_a_new_shopper_joins_on_paper(driven: Driven) -> None:
    async def story() -> None:
        await home(driven)
        await driven.walk((NEW, "S03.not_found"), ("Enter", "S10.empty"))
        page = driven.window.page
        assert isinstance(page, SignUpPage)
        assert page.typed().phone == "303 555 0188", "the number is not typed twice"
        await name_and_date(driven)
        await driven.walk(("Enter", "S11.choose"), ("2", "S11.paper"))
        await driven.press("Enter", "Enter")
        assert driven.state == "S11.paper", "nobody has answered"
        assert driven.heard[-1][0].startswith("Nothing is checked yet.")
        await driven.type("0017")
        await driven.press("Tab", "Space")
        consent = driven.window.page
        assert isinstance(consent, ConsentPage)
        await driven.step("Enter", "S10.saved")
        [signed_up] = [e for e in driven.sim.ledger if e.kind == "signup"]
        assert signed_up.phone.endswith(NEW)

    run(driven, story())


async def connect_flourish(driven: Driven) -> None:
    """A till that takes no profile without an e-mail address."""
    account = driven.sim.account("flourish")
    async with await Register.open(driven.home, vault=driven.vault, clock=driven.clock) as register:
        await integrations.connect_till(
            register,
            "flourish",
            "Mill",
            account.key,
            OWNER,
            base_url=account.base_url,
            second_key=account.second_key,
            location="Old Mill",
        )


async def enter_leads_to(driven: Driven, state: str) -> None:
    """Enter, and what it shows."""
    await driven.press("Enter")
    await driven.reach(state)


async def back_to_the_form(driven: Driven) -> SignUpPage:
    """Esc from what comes after the form; what was typed is still there."""
    await driven.step("Esc", "S10.prefilled")
    assert isinstance(driven.window.page, SignUpPage)
    return driven.window.page


@pytest.mark.requirement("F-013")
def test_an_address_that_the_till_needs_is_asked_for_once(driven: Driven) -> None:
    async def story() -> None:
        await driven.set_up()
        await connect_flourish(driven)
        await driven.open()
        await fill_in(driven)
        await enter_leads_to(driven, "S10.wants_email")
        told = "Flourish needs an e-mail address for a profile. Ask for it, or Enter goes on without a profile there."
        assert driven.heard[-1] == (told, False)
        await enter_leads_to(driven, "S11.choose")
        page = await back_to_the_form(driven)
        await enter_leads_to(driven, "S10.wants_email")
        await driven.type("r@a.co")  # the field has the focus
        await driven.until(lambda: page.typed().email == "r@a.co", "the address")
        await enter_leads_to(driven, "S11.choose")
        page = await back_to_the_form(driven)
        page.show_form(msgspec.structs.replace(page.typed(), email=""))
        await enter_leads_to(driven, "S10.wants_email")
        await enter_leads_to(driven, "S11.choose")
        await driven.type("3")
        await driven.reach("S10.saved", "S10.till_refused")
        assert driven.window.page is not None
        told = " ".join(n.title.text() + n.hint.text() for n in driven.window.page.findChildren(Notice))
        assert driven.state == "S10.till_refused", told
        assert "e-mail" in told.lower(), told

    run(driven, story())


def test_whoever_wants_neither_is_told_no_more_than_holds(driven: Driven) -> None:
    async def story() -> None:
        await home(driven)
        await fill_in(driven)
        await driven.walk(("Enter", "S11.choose"), ("2", "S11.paper"), ("F8", "S10.saved"))
        page = driven.window.page
        assert page is not None
        told = " ".join(notice.accessibleName() for notice in page.findChildren(Notice))
        assert "counts all the same" not in told
        assert "Without loyalty" in told

    run(driven, story())


def test_too_young_stops_at_the_date_and_keeps_nothing(driven: Driven) -> None:
    async def story() -> None:
        await home(driven)
        await driven.step("F10", "S10.empty")
        await driven.type(NEW)
        await driven.press("Tab")
        await name_and_date(driven, "kim", "young", "04182015")
        await driven.step("Enter", "S10.field_problem")
        page = driven.window.page
        assert isinstance(page, SignUpPage)
        assert page.typed().first_name == "kim", "a slip in the year costs nothing"
        assert "Compare the birth date with the ID" in driven.heard[-1][0]
        await driven.step("Enter", "S12.blocked")
        assert ("Not old enough for loyalty here (21).", True) in driven.heard
        await driven.step("Enter", "S03.empty")
        await driven.press("F10")
        page = driven.window.page
        assert isinstance(page, SignUpPage)
        assert page.typed().first_name == ""
        await driven.register.change_setting("patients", "on", OWNER)
        await driven.type(NEW)
        await driven.press("Tab", "Tab", "Tab")
        await driven.type("04182015")
        await driven.walk(("Tab", "S10.field_problem"), ("Enter", "S12.caregiver_may"))
        assert driven.heard[-1][0].startswith("Not old enough for loyalty here (21, or 18 with a patient card). ")
        assert driven.heard[-1][0].endswith("Their caregiver signs up instead: F10.")
        await driven.step("F10", "S10.caregiver")
        page = driven.window.page
        assert isinstance(page, SignUpPage)
        assert page.typed().phone == ""
        assert not [e for e in driven.sim.ledger if e.kind == "signup"]

    run(driven, story())


def test_a_number_that_somebody_has_is_a_choice(driven: Driven) -> None:
    async def story() -> None:
        await home(driven)
        await driven.press("F10")
        await driven.type(REFERENCE)
        await driven.press("Tab")
        await name_and_date(driven, "ines", "cole")
        await driven.walk(("Enter", "S10.duplicate"), ("1", "S03.found"))

    run(driven, story())


def test_a_store_is_chosen_where_the_account_has_several(driven: Driven) -> None:
    async def story() -> None:
        await home(driven, store_id="11")
        await fill_in(driven)
        page = driven.window.page
        assert isinstance(page, SignUpPage)
        field = page.findChild(Button, "store")
        assert isinstance(field, Button)
        assert not field.isVisible(), "there is nothing to choose"
        places = [Store(id=11, name="Harbor Street"), Store(id=12, name="Old Mill <b>", nickname="Mill")]
        await driven.register.db.write(lambda c: till.put_stores(c, places))
        await back_to_home(driven)
        await fill_in(driven)
        page = driven.window.page
        assert isinstance(page, SignUpPage)
        field = page.findChild(Button, "store")
        assert isinstance(field, Button)
        assert field.words == "Store: Harbor Street"
        await driven.pause(0.1)  # no digit of the birth date is held back any more
        await driven.walk(
            ("Alt+O", "S10.store"), ("Esc", "S10.prefilled"), ("Alt+O", "S10.store"), ("2", "S10.prefilled")
        )
        assert field.words == "Store: Mill"
        await driven.walk(("Enter", "S11.choose"), ("3", "S10.saved"))
        joined = driven.sim.world.find(NEW)
        assert joined is not None
        assert joined.favorite_store == 12

    run(driven, story())


async def back_to_home(driven: Driven) -> None:
    """Nothing was saved."""
    await driven.pause(0.1)  # the last digit is in its field
    await driven.step("F2", "S03.empty")
