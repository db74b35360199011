"""Personas and account of AIQ over real HTTP: against the simulator, and against written pages."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from budtender.connectors.aiq import Aiq
from budtender.connectors.http import Deadlines, Http, Priority
from budtender.errors import (
    Misconfigured,
    NotFound,
    ProtocolError,
    SettingError,
    Unreachable,
)
from budtender.simulator import Simulation
from tests.connectors.contract import assert_conforms
from tests.connectors.odd_account import ODDITIES, PEOPLE, pages_of
from tests.connectors.page_server import Asked, Page, PageServer
from tests.connectors.told import ITEM, MEMBER, NOW, PHONE, SALE, SIGN_UP

SPENDER = "3035550101"


@pytest.mark.parametrize("typed", [PHONE, "+1 (303) 555-0142", "+13035550142"])
async def test_a_shopper_is_found_by_phone(aiq: Aiq, typed: str) -> None:
    (persona,) = await aiq.find(typed)
    assert (persona.first_name, persona.phone, persona.points) == ("Ines", "+13035550142", Decimal("412.5"))


async def test_everybody_who_shares_a_phone_is_found(aiq: Aiq) -> None:
    assert {persona.first_name for persona in await aiq.find("3035550102")} == {"Marcus", "Dolores", "Kit"}


async def test_a_mobile_comes_before_a_home_phone(aiq: Aiq) -> None:
    assert [persona.first_name for persona in await aiq.find("3035550103")] == ["Renata", "Basil"]


async def test_a_source_id_that_looks_like_a_phone_is_no_match(aiq: Aiq) -> None:
    assert [persona.first_name for persona in await aiq.find("3035550126")] == ["Jamila"]


@pytest.mark.parametrize("phone", ["3035550199", "3035550106"])
async def test_nobody_is_an_empty_list(aiq: Aiq, phone: str) -> None:
    assert await aiq.find(phone) == []


async def test_nothing_typed_finds_nobody(paged: Aiq, pages: PageServer) -> None:
    assert await paged.find(" ") == []
    assert await paged.find_by_src_id("") is None
    assert pages.asked == []


async def test_a_name_is_searched_as_text(aiq: Aiq) -> None:
    assert "Ines" in [persona.first_name for persona in await aiq.find("Calder")]


async def test_a_persona_is_found_by_the_id_of_its_source(aiq: Aiq) -> None:
    (ines,) = await aiq.find(PHONE)
    assert ines.src_id is not None
    found = await aiq.find_by_src_id(ines.src_id.rpartition(":::")[2])
    assert found is not None
    assert found.contact_id == ines.contact_id
    assert await aiq.find_by_src_id("no such id") is None


async def test_unreadable_rows_are_not_taken_for_nobody(paged: Aiq, pages: PageServer) -> None:
    rows = {"results": [{"contactID": "c-1", "mobilePhone": PHONE, "loyaltyPoints": "many"}]}
    pages.play("GET /api/v1.1/piis/9001", Page(body={"code": 200, "data": rows}))
    with pytest.raises(ProtocolError):
        await paged.find(PHONE)


async def test_a_dead_id_is_not_found(aiq: Aiq) -> None:
    with pytest.raises(NotFound):
        await aiq.detail("00000000-0000-0000-0000-000000000000")


async def test_detail_and_membership(aiq: Aiq) -> None:
    (persona,) = await aiq.find(PHONE)
    assert (await aiq.detail(persona.contact_id)).last_name == "Calder"
    assert await aiq.membership(PHONE) in (True, None)
    assert await aiq.membership("3035550199") in (False, None)


async def test_every_persona_comes_once_newest_first(aiq: Aiq) -> None:
    everybody = [persona async for page in aiq.newest(None) for persona in page]
    assert len({persona.contact_id for persona in everybody}) == len(everybody) > 30
    latest = max(persona.inserted for persona in everybody if persona.inserted)
    recent = [persona async for page in aiq.newest(latest) for persona in page]
    assert all(persona.inserted is None or persona.inserted >= latest - timedelta(hours=48) for persona in recent)
    assert 0 < len(recent) < len(everybody)


@pytest.mark.parametrize("oddity", ODDITIES)
async def test_every_new_persona_comes_however_odd_the_pages(paged: Aiq, pages: PageServer, oddity: str) -> None:
    pages.answers("GET /api/v1.1/piis/9001", pages_of(oddity))
    everybody = [persona.contact_id async for page in paged.newest(None) for persona in page]
    assert len(set(everybody)) == len(everybody) == PEOPLE


async def test_a_server_that_always_gives_the_same_page_is_left(paged: Aiq, pages: PageServer) -> None:
    pages.play("GET /api/v1.1/piis/9001", Page(body={"data": {"results": [{"contactID": "c-1"}], "total": 9_000}}))
    assert [len(page) async for page in paged.newest(None)] == [1]
    assert len(pages.asked) < 10


async def test_the_account_is_read(aiq: Aiq) -> None:
    stores = await aiq.stores()
    assert stores
    assert all(store.id > 0 and store.name for store in stores)
    assert "58213" in {reward.id for reward in await aiq.discounts()}
    programme = await aiq.programme()
    assert programme is not None
    assert programme.tiers
    assert len({audience.id for audience in await aiq.audiences()}) == len(await aiq.audiences())
    assert "paths" in await aiq.swagger()
    (persona,) = await aiq.find(PHONE)
    assert isinstance(await aiq.orders(persona.contact_id), list)


@pytest.mark.parametrize("data", [[{"id": 4, "name": "A"}], {"data": [{"id": 4, "name": "A"}]}])
async def test_audiences_come_in_two_wrappings(paged: Aiq, pages: PageServer, data: object) -> None:
    pages.play("GET /api/v1.1/audiences/9001", Page(body={"code": 200, "data": data}))
    assert [audience.id for audience in await paged.audiences()] == ["4"]


async def test_a_wrong_key_is_a_misconfiguration(world: Simulation) -> None:
    connector = Aiq.connect(world.url, world.uid, "wrong")
    with pytest.raises(Misconfigured):
        await connector.stores()
    await connector.aclose()


@pytest.mark.parametrize("uid", ["", "12a", "٣", "-1"])
def test_an_account_number_has_digits_only(uid: str) -> None:
    with pytest.raises(SettingError):
        Aiq.connect("https://lab.alpineiq.com", uid, "key-1")


async def _every_call(aiq: Aiq, base_url: str) -> None:
    calls = (
        aiq.find(PHONE),
        aiq.find("Calder"),
        aiq.find_by_src_id("POS-1"),
        aiq.detail("c-1"),
        aiq.membership(PHONE),
        aiq.orders("c-1"),
        aiq.override("c-1", phone=PHONE, email="a@example.org"),
        aiq.overrides("c-1"),
        aiq.send_code(PHONE),
        aiq.open_wallet(PHONE, "0042"),
        aiq.wallet(PHONE),
        aiq.wallet(PHONE, badges=True),
        aiq.redeem(f"{base_url}/api/v1.1/discount/redeem/9001/1/T"),
        aiq.redemptions(NOW, NOW + timedelta(hours=1)),
        aiq.adjust("c-1", Decimal(250), "key 9f1c2"),
        aiq.adjustments(NOW, NOW + timedelta(hours=1)),
        aiq.timeline("c-1", NOW, NOW + timedelta(hours=1)),
        aiq.sign_up(SIGN_UP),
        aiq.opt_in(PHONE),
        aiq.opt_out(PHONE),
        aiq.opt_email("a@example.org", True),
        aiq.stores(),
        aiq.discounts(),
        aiq.programme(),
        aiq.audiences(),
        aiq.swagger(),
        aiq.upsert_members([MEMBER], live=True),
        aiq.upsert_members([MEMBER]),
        aiq.upsert_sales([SALE], live=True),
        aiq.upsert_sales([SALE]),
        aiq.upsert_inventory([ITEM]),
    )
    for call in calls:
        with suppress(NotFound, ProtocolError):
            await call
    async for _ in aiq.newest(None):
        pass


async def test_every_request_is_one_that_the_description_has(paged: Aiq, pages: PageServer) -> None:
    await _every_call(paged, pages.url)
    assert len(pages.asked) == 32
    for asked in pages.asked:
        assert_conforms(asked, "aiq.openapi.yaml")


async def test_the_check_against_the_description_sees_a_wrong_request() -> None:
    wrong = Asked("PUT", "/api/v1.1/adjust/loyaltyPoints/9001/c-1", {}, {}, {"value": "250", "note": "n"})
    with pytest.raises(AssertionError):
        assert_conforms(wrong, "aiq.openapi.yaml")


@pytest.mark.parametrize("word", ["redemptions", "adjustments", "discounts"])
async def test_what_comes_in_one_piece_is_waited_for_by_all_but_a_till(world: Simulation, word: str) -> None:
    """AIQ has taken 20 s for such a list, and a till waits for 5; here it takes four times the till's patience."""
    till = Deadlines(connect=3, read=0.05, total=0.15)
    http = Http(system="aiq", base_url=world.url, headers={"x-apikey": world.aiq_key}, deadlines=till)
    aiq = Aiq(http, world.uid)
    end = datetime.now(UTC)
    window = () if word == "discounts" else (end - timedelta(hours=1), end)
    world.latency_ms = 200
    try:
        with pytest.raises(Unreachable):
            await getattr(aiq, word)(*window, priority=Priority.COUNTER)
        assert isinstance(await getattr(aiq, word)(*window, priority=Priority.BACKGROUND), list)
    finally:
        world.latency_ms = 0
        await aiq.aclose()
