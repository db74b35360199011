"""Joining, leaving and correcting in AIQ over real HTTP."""

from __future__ import annotations

import pytest

from budtender.connectors.aiq import Aiq
from budtender.errors import (
    InputError,
    PhoneError,
)
from budtender.model import Member, SignUp
from tests.connectors.page_server import PageServer

PHONE = "3035550142"
SIGN_UP = SignUp(phone="+13035550188", first_name="Nia", last_name="Okafor", loyalty=True, texts=False)


async def test_a_new_shopper_is_there_at_once(aiq: Aiq) -> None:
    contact_id = await aiq.sign_up(SIGN_UP)
    (persona,) = await aiq.find(SIGN_UP.phone)
    assert contact_id in (None, persona.contact_id)
    assert persona.opted_in is None


@pytest.mark.requirement("A-032")
async def test_every_consent_is_said_out_loud(paged: Aiq, pages: PageServer) -> None:
    await paged.sign_up(SIGN_UP)
    body = pages.asked[0].body
    assert (body["loyalty"], body["smsoptin"], body["emailOptIn"]) == (True, False, False)
    assert "disableSMS" not in body


@pytest.mark.parametrize("store", [None, 0, -1, 31])
async def test_a_favourite_store_is_a_positive_number_or_left_out(
    paged: Aiq, pages: PageServer, store: int | None
) -> None:
    await paged.sign_up(
        SignUp(phone=PHONE, first_name="A", last_name="B", loyalty=True, texts=False, favorite_store_id=store)
    )
    assert pages.asked[0].body.get("favoriteStoreID") == (31 if store == 31 else None)


@pytest.mark.requirement("A-029")
@pytest.mark.parametrize("phone", ["303555014", "3035550142000", "0005550142", "+442071234567", "☎", "1" * 5000])
async def test_a_phone_that_aiq_would_blank_is_never_sent(paged: Aiq, pages: PageServer, phone: str) -> None:
    person = SignUp(phone=phone, first_name="A", last_name="B", loyalty=True, texts=False)
    for call in (
        paged.sign_up(person),
        paged.override("c-1", phone=phone),
        paged.opt_in(phone),
        paged.send_code(phone),
        paged.wallet(phone),
    ):
        with pytest.raises(PhoneError):
            await call
    for live in (True, False):
        report = await paged.upsert_members([Member(pos_user="C-1", phone=phone)], live=live)
        assert [(row.key, row.unsent) for row in report.refused] == [("C-1", True)]
    assert pages.asked == []


async def test_opting_in_asks_back_and_opting_out_does_not(paged: Aiq, pages: PageServer) -> None:
    await paged.opt_in(PHONE)
    await paged.opt_in(PHONE, double_opt=False)
    await paged.opt_out(PHONE)
    await paged.opt_email("ines.calder@example.org", False)
    assert [(asked.path, dict(asked.query)) for asked in pages.asked] == [
        (f"/api/v2/optin/text/{PHONE}/true", {"doubleOpt": "true"}),
        (f"/api/v2/optin/text/{PHONE}/true", {}),
        (f"/api/v2/optin/text/{PHONE}/false", {}),
        ("/api/v2/optin/email/ines.calder%40example.org/false", {}),
    ]


async def test_an_opt_out_reaches_aiq(aiq: Aiq) -> None:
    await aiq.opt_out(PHONE)
    (persona,) = await aiq.find(PHONE)
    assert persona.opted_out is not None


@pytest.mark.requirement("A-034")
@pytest.mark.requirement("A-035")
@pytest.mark.requirement("A-037")
async def test_an_override_holds_what_changes_and_nothing_else(paged: Aiq, pages: PageServer) -> None:
    await paged.override("c-1", phone="(720) 555-0199")
    await paged.override("c-1", email="ines@example.org", first_name="Inés")
    assert [asked.body for asked in pages.asked] == [
        {"mobilePhone": "7205550199"},
        {"email": "ines@example.org", "firstName": "Inés"},
    ]
    assert {(asked.method, asked.path) for asked in pages.asked} == {
        ("POST", "/api/v2/loyaltyContact/override/9001/c-1")
    }
    with pytest.raises(InputError):
        await paged.override("c-1")
    with pytest.raises(InputError):
        await paged.override("c-1", email="ines at example")


async def test_overrides_are_read_back(aiq: Aiq) -> None:
    (persona,) = await aiq.find("3035550127")
    await aiq.override(persona.contact_id, email="jose@example.org")
    assert (await aiq.overrides(persona.contact_id))["email"] == "jose@example.org"
