"""AIQ over real HTTP: against the simulator, and against written pages for what it does not do by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import pytest_asyncio
from msgspec.structs import replace

from budtender.connectors.aiq import Aiq
from budtender.connectors.aiq_options import AiqOptions
from budtender.errors import (
    CodeRefused,
    InputError,
    Misconfigured,
    NotFound,
    PhoneError,
    ProtocolError,
    Refused,
    RemoteError,
    SettingError,
    Unreachable,
)
from budtender.model import Item, Member, Sale, SaleLine, SignUp, Trait
from budtender.simulator import Simulation
from tests.connectors.contract import assert_conforms
from tests.connectors.page_server import Asked, Page, PageServer

PHONE = "3035550142"
SPENDER = "3035550101"
DONE = Page(body={"code": 200, "success": True, "data": None})
NOW = datetime(2026, 3, 4, 17, 22, 10, tzinfo=UTC)
SALE = Sale(
    pos_id="R-100482",
    pos_user="CUST-2207",
    at=NOW,
    total_cents=3600,
    location="Harbor Street",
    lines=(SaleLine(sku="FL-118", name="Sunset Haze 3.5g", price_cents=2000, quantity=Decimal(2), discount_cents=400),),
)
MEMBER = Member(
    pos_user="CUST-2207",
    first_name="Ines",
    last_name="Calder",
    phone="+13035550142",
    birth_date=date(1990, 4, 18),
)
SIGN_UP = SignUp(phone="+13035550188", first_name="Nia", last_name="Okafor", loyalty=True, texts=False)
ITEM = Item(sku="FL-118", product_id="P-FL-118", name="Sunset Haze 3.5g", quantity=Decimal("42.50"), price_cents=2000)


@pytest.fixture(scope="module")
def world() -> Iterator[Simulation]:
    with Simulation(shoppers=40, seed=1, limits=False) as simulation:
        yield simulation


@pytest.fixture
def pages() -> Iterator[PageServer]:
    with PageServer(DONE) as server:
        yield server


@pytest_asyncio.fixture
async def aiq(world: Simulation) -> AsyncIterator[Aiq]:
    world.faults.clear()
    connector = Aiq.connect(world.url, world.uid, world.aiq_key)
    yield connector
    await connector.aclose()


@pytest_asyncio.fixture
async def paged(pages: PageServer) -> AsyncIterator[Aiq]:
    connector = Aiq.connect(pages.url, "9001", "key-1")
    yield connector
    await connector.aclose()


# ── finding ───────────────────────────────────────────────────────────────────────────────────────────────


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


# ── code and wallet ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_code_opens_the_wallet_once(aiq: Aiq, world: Simulation) -> None:
    await aiq.send_code(PHONE)
    code = world.last_code(PHONE)
    wallet = await aiq.open_wallet(PHONE, code)
    assert wallet.points == Decimal("412.5")
    with pytest.raises(CodeRefused):
        await aiq.open_wallet(PHONE, code)


@pytest.mark.parametrize("status", [400, 402, 404, 409, 410, 418, 422])
async def test_any_refusal_means_the_code_is_wrong(paged: Aiq, pages: PageServer, status: int) -> None:
    pages.play("POST /api/v2/view/contact/wallet", Page(status))
    with pytest.raises(CodeRefused):
        await paged.open_wallet(PHONE, "4821")


@pytest.mark.parametrize("status", [401, 403, 405, 429, 500])
async def test_other_failures_are_not_blamed_on_the_code(paged: Aiq, pages: PageServer, status: int) -> None:
    pages.play("POST /api/v2/view/contact/wallet", Page(status))
    with pytest.raises(RemoteError):
        await paged.open_wallet(PHONE, "4821")
    assert len(pages.asked) == 1


@pytest.mark.parametrize("code", ["", "123", "123456789", "48 21", "abcd", "٤٨٢١"])
async def test_what_is_no_code_is_not_sent(paged: Aiq, pages: PageServer, code: str) -> None:
    with pytest.raises(InputError):
        await paged.open_wallet(PHONE, code)
    assert pages.asked == []


async def test_a_leading_zero_of_a_code_survives(paged: Aiq, pages: PageServer) -> None:
    with suppress(ProtocolError):
        await paged.open_wallet(PHONE, "0042")
    assert pages.asked[0].body == {"phone": PHONE, "code": "0042"}


async def test_no_code_is_sent_to_a_stranger(aiq: Aiq) -> None:
    with pytest.raises(NotFound):
        await aiq.send_code("3035550199")


async def test_a_text_is_never_asked_for_twice(aiq: Aiq, world: Simulation) -> None:
    world.faults.add("drop_after", match="POST /api/v2/verify/contact/wallet")
    texts = len(world.texts)
    with pytest.raises(Unreachable) as lost:
        await aiq.send_code(PHONE)
    assert lost.value.sent
    assert len(world.texts) == texts + 1


async def test_a_wallet_without_a_code(aiq: Aiq) -> None:
    wallet = await aiq.wallet(PHONE, badges=True)
    assert wallet is not None
    assert wallet.points == Decimal("412.5")
    assert wallet.badges == ("Regulars",)
    assert {reward.id for reward in wallet.rewards if reward.available} == {"58213", "58214", "58215", "58216"}


async def test_hidden_points(aiq: Aiq) -> None:
    wallet = await aiq.wallet("3035550107")
    assert wallet is not None
    assert (wallet.points, wallet.hidden) == (None, True)


async def test_an_absurd_balance_is_no_balance(aiq: Aiq) -> None:
    with pytest.raises(ProtocolError):
        await aiq.wallet("3035550123")


async def test_a_stranger_has_no_wallet(aiq: Aiq) -> None:
    assert await aiq.wallet("3035550199") is None


@pytest.mark.parametrize(
    "page", [Page(400), Page(404), DONE, Page(body={"data": {"loyaltyPoints": 0}}), Page(body={"code": 404})]
)
async def test_every_form_of_no_member(paged: Aiq, pages: PageServer, page: Page) -> None:
    pages.play("POST /api/v2/wallet", page)
    assert await paged.wallet(PHONE) is None


# ── redeeming ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_reward_is_redeemed_once(aiq: Aiq, world: Simulation) -> None:
    wallet = await aiq.wallet(SPENDER)
    assert wallet is not None
    reward = next(reward for reward in wallet.rewards if reward.id == "58214")
    assert reward.redemption_url is not None
    start, told = datetime.fromtimestamp(world.clock.now() - 60, UTC), []

    async def before_send() -> None:
        told.append(len(world.ledger))

    before = len(world.ledger)
    receipt = await aiq.redeem(reward.redemption_url, before_send=before_send)
    assert told == [before]
    assert receipt.raw["discountID"] == "58214"
    after = await aiq.wallet(SPENDER)
    assert after is not None
    assert wallet.points is not None
    assert after.points == wallet.points - 100
    rows = await aiq.redemptions(start, start + timedelta(hours=1))
    mine = [row for row in rows if row.contact_id == wallet.contact_id and row.reward_id == "58214"]
    assert [row.points for row in mine] == [Decimal(100)]


async def test_a_lost_answer_is_not_sent_again(aiq: Aiq, world: Simulation) -> None:
    wallet = await aiq.wallet("3035550109")
    assert wallet is not None
    reward = next(reward for reward in wallet.rewards if reward.id == "58214")
    assert reward.redemption_url is not None
    world.faults.add("drop_after", match="PUT /api/v1.1/discount/redeem/*")
    before = len(world.ledger)
    with pytest.raises(Unreachable) as lost:
        await aiq.redeem(reward.redemption_url)
    assert lost.value.sent
    assert len(world.ledger) - before <= 2  # a redemption, and the levelling of the balance that it left below zero
    assert len([effect for effect in world.ledger[before:] if effect.kind == "redeem"]) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/api/v1.1/discount/redeem/9001/1/T",
        "{base}@evil.example.com/api/v1.1/discount/redeem/9001/1/T",
        "http://user:pw@127.0.0.1:{port}/api/x",
        "http://127.0.0.1:{other}/api/v1.1/discount/redeem/9001/1/T",
        "{base}/admin/redeem",
        "{base}/api/../admin",
        "{base}/api/%2e%2e/admin",
        "{base}/api/x#fragment",
        "ftp://127.0.0.1/api/x",
        "/api/v1.1/discount/redeem/9001/1/T",
        "//evil.example.com/api/x",
        "javascript:alert(1)",
        "",
    ],
)
async def test_a_redemption_address_elsewhere_gets_neither_request_nor_key(
    paged: Aiq, pages: PageServer, url: str
) -> None:
    port = int(pages.url.rpartition(":")[2])

    async def before_send() -> None:
        raise AssertionError("nothing may be about to leave")

    with pytest.raises(Misconfigured, match="nothing was sent"):
        await paged.redeem(url.format(base=pages.url, port=port, other=port - 1), before_send=before_send)
    assert pages.asked == []


@pytest.mark.parametrize(("option", "path"), [("none", "/T"), ("path", "/T/R%2F1%20%C3%A9")])
async def test_the_transaction_id_is_appended_only_where_the_site_says_so(
    pages: PageServer, option: str, path: str
) -> None:
    options = AiqOptions(append_transaction_id="path" if option == "path" else "none")
    connector = Aiq.connect(pages.url, "9001", "key-1", options=options)
    await connector.redeem(f"{pages.url}/api/v1.1/discount/redeem/9001/1/T", transaction_id="R/1 é")
    await connector.aclose()
    assert pages.asked[0].path == f"/api/v1.1/discount/redeem/9001/1{path}"


@pytest.mark.parametrize(
    ("page", "error"),
    [
        (Page(body={"code": 400, "success": False, "errors": [{"message": "no"}]}), Refused),
        (Page(400), Refused),
        (Page(404), NotFound),
        (Page(403), Misconfigured),
        (Page(body="{"), ProtocolError),
        (Page(body=[]), ProtocolError),
        (Page(body="<html>", content_type="text/html"), Unreachable),
        (Page(500, "<html>", "text/html"), Unreachable),
    ],
)
async def test_what_a_bad_answer_to_a_redemption_means(
    paged: Aiq, pages: PageServer, page: Page, error: type[RemoteError]
) -> None:
    pages.play("PUT /api/v1.1/discount/redeem/9001/1/T", page)
    with pytest.raises(error):
        await paged.redeem(f"{pages.url}/api/v1.1/discount/redeem/9001/1/T")
    assert len(pages.asked) == 1


@pytest.mark.parametrize("page", [Page(204), Page(), DONE])
async def test_an_empty_answer_to_a_write_is_done(paged: Aiq, pages: PageServer, page: Page) -> None:
    pages.play("PUT /api/v1.1/discount/redeem/9001/1/T", page)
    assert (await paged.redeem(f"{pages.url}/api/v1.1/discount/redeem/9001/1/T")).raw == {}


# ── points ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_points_are_given_back_and_found_again_by_their_note(aiq: Aiq, world: Simulation) -> None:
    (persona,) = await aiq.find("3035550111")
    start = datetime.fromtimestamp(world.clock.now() - 60, UTC)
    await aiq.adjust(persona.contact_id, Decimal("2.5"), "undo key 9f1c2")
    rows = await aiq.adjustments(start, start + timedelta(hours=1))
    (mine,) = [row for row in rows if "9f1c2" in row.note]
    assert (mine.contact_id, mine.points) == (persona.contact_id, Decimal("2.5"))
    assert "undo key 9f1c2" in [row.note for row in await aiq.timeline(persona.contact_id, start)]
    wallet = await aiq.wallet("3035550111")
    assert wallet is not None
    assert wallet.points == Decimal("42.5")


@pytest.mark.parametrize(("points", "sent"), [("250", 250), ("-3", -3), ("2.50", 2.5), ("0.01", 0.01)])
async def test_whole_points_are_sent_whole(paged: Aiq, pages: PageServer, points: str, sent: float) -> None:
    await paged.adjust("c-1", Decimal(points), "note")
    assert pages.asked[0].body == {"value": sent, "note": "note"}
    assert type(pages.asked[0].body["value"]) is type(sent)


@pytest.mark.parametrize(("points", "note"), [("0", "n"), ("NaN", "n"), ("Infinity", "n"), ("1e10", "n"), ("1", " ")])
async def test_absurd_points_are_not_sent(paged: Aiq, pages: PageServer, points: str, note: str) -> None:
    with pytest.raises(InputError):
        await paged.adjust("c-1", Decimal(points), note)
    assert pages.asked == []


@pytest.mark.parametrize("contact_id", ["", " ", ".", "..", "a/../b", "/"])
async def test_an_id_is_never_another_path(paged: Aiq, pages: PageServer, contact_id: str) -> None:
    with pytest.raises(InputError):
        await paged.adjust(contact_id, Decimal(1), "note")
    await paged.adjust("a/b?c", Decimal(1), "note")
    assert [asked.path for asked in pages.asked] == ["/api/v1.1/adjust/loyaltyPoints/9001/a%2Fb%3Fc"]


# ── joining and leaving ───────────────────────────────────────────────────────────────────────────────────


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
        paged.upsert_member(Member(pos_user="C-1", phone=phone)),
        paged.opt_in(phone),
        paged.send_code(phone),
        paged.wallet(phone),
    ):
        with pytest.raises(PhoneError):
            await call
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


# ── the account ───────────────────────────────────────────────────────────────────────────────────────────


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


# ── ingestion ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("A-020")
@pytest.mark.requirement("A-030")
@pytest.mark.requirement("A-031")
@pytest.mark.requirement("A-032")
async def test_a_member_is_sent_as_the_article_says(paged: Aiq, pages: PageServer) -> None:
    await paged.upsert_member(MEMBER)
    (asked,) = pages.requests("POST /api/v1.1/createUpdateMember/9001")
    assert asked.headers["x-apikey"] == "key-1"
    assert asked.body == {
        "member": {
            "pos_user": "CUST-2207",
            "pos_type": "In-Store",
            "first_name": "Ines",
            "last_name": "Calder",
            "phone_number": PHONE,
            "birthday": "04/18/1990",
            "loyalty": False,
        }
    }


@pytest.mark.requirement("A-028")
async def test_the_contact_id_of_an_upsert_is_kept(paged: Aiq, pages: PageServer) -> None:
    answer = {"code": 200, "success": True, "data": {"contactID": "c-1", "srcID": "CUST-2207"}}
    pages.play("POST /api/v1.1/createUpdateMember/9001", Page(body=answer))
    receipt = await paged.upsert_member(MEMBER)
    assert (receipt.remote_id, receipt.raw["srcID"]) == ("c-1", "CUST-2207")


@pytest.mark.requirement("A-017")
@pytest.mark.requirement("A-019")
@pytest.mark.requirement("A-021")
@pytest.mark.requirement("A-022")
@pytest.mark.requirement("A-023")
@pytest.mark.requirement("A-024")
@pytest.mark.requirement("A-026")
async def test_a_sale_is_sent_as_the_article_says(paged: Aiq, pages: PageServer) -> None:
    mountain = timezone(timedelta(hours=-7))
    line = SaleLine(
        sku="FL-118",
        name="Sunset Haze 3.5g",
        price_cents=2000,
        quantity=Decimal("1.5"),
        discount_cents=400,
        category="FLOWER",
        brand="Acme",
        size="3.5g",
        strain="Haze",
        grade="A",
        species="sativa",
    )
    sale = Sale(
        pos_id="R-1",
        pos_user="C-1",
        at=NOW.astimezone(mountain),
        total_cents=3610,
        location="Harbor Street",
        lines=(line,),
        notify=True,
    )
    await paged.upsert_sale(sale)
    (asked,) = pages.requests("POST /api/v1.1/createUpdateSale/9001")
    assert asked.headers["x-apikey"] == "key-1"
    assert asked.body == {
        "visit": {
            "pos_id": "R-1",
            "pos_user": "C-1",
            "sendNotification": 1,
            "transaction_date": "2026-03-04 17:22:10 +0000",
            "transaction_total": 36.1,
            "location": "Harbor Street",
            "visit_details_attributes": [
                {
                    "sku": "FL-118",
                    "name": "Sunset Haze 3.5g",
                    "price": 20.0,
                    "quantity": 1.5,
                    "discount": 4.0,
                    "category": "FLOWER",
                    "brand": "Acme",
                    "size": "3.5g",
                    "strain": "Haze",
                    "grade": "A",
                    "species": "sativa",
                }
            ],
        }
    }


@pytest.mark.requirement("A-025")
async def test_a_refund_has_negative_quantities(paged: Aiq, pages: PageServer) -> None:
    line = SaleLine(sku="FL-118", name="Haze", price_cents=2000, quantity=Decimal(-1), discount_cents=-200)
    refund = Sale(pos_id="R-1-RET1", pos_user="C-1", at=NOW, total_cents=-1800, location="Harbor", lines=(line,))
    await paged.upsert_sale(refund)
    visit = pages.asked[0].body["visit"]
    assert (visit["transaction_total"], visit["visit_details_attributes"][0]["quantity"]) == (-18.0, -1)


@pytest.mark.requirement("A-019")
async def test_the_same_sale_again_is_the_same_sale(aiq: Aiq, world: Simulation) -> None:
    await aiq.upsert_member(MEMBER)
    await aiq.upsert_sale(SALE)
    await aiq.upsert_sale(SALE)
    world.overnight()
    assert len([effect for effect in world.ledger if effect.kind == "sale" and SALE.pos_id in effect.note]) <= 1


@pytest.mark.requirement("A-009")
@pytest.mark.requirement("A-010")
@pytest.mark.requirement("A-012")
async def test_many_members_go_in_hundreds_and_nobody_is_texted(paged: Aiq, pages: PageServer) -> None:
    report = await paged.upsert_members(Member(pos_user=f"C-{n}", loyalty=True) for n in range(101))
    sent = pages.requests("POST /api/v1.1/createUpdateMembers/9001")
    assert [len(asked.body) for asked in sent] == [100, 1]
    assert sent[0].body[0] == {"member": {"pos_user": "C-0", "pos_type": "In-Store", "loyalty": False}}
    assert len(report.accepted) == 101
    assert report.refused == report.later == ()


@pytest.mark.requirement("A-013")
@pytest.mark.requirement("A-014")
@pytest.mark.requirement("A-021")
async def test_many_sales_go_at_once_and_one_without_its_person_is_listed(paged: Aiq, pages: PageServer) -> None:
    nobody = Sale(pos_id="R-2", pos_user=" ", at=NOW, total_cents=1, location="Harbor", lines=SALE.lines)
    loud = Sale(pos_id="R-3", pos_user="C-1", at=NOW, total_cents=1, location="Harbor", lines=SALE.lines, notify=True)
    report = await paged.upsert_sales([SALE, nobody, loud])
    (asked,) = pages.requests("POST /api/v1.1/createUpdateSales/9001")
    assert [(sale["visit"]["pos_id"], sale["visit"]["sendNotification"]) for sale in asked.body] == [
        ("R-100482", 0),
        ("R-3", 0),
    ]
    assert report.accepted == ("R-100482", "R-3")
    assert [(refusal.key, "pos_user" in refusal.reason) for refusal in report.refused] == [("R-2", True)]


async def test_of_a_chunk_that_cannot_be_decoded_the_good_rows_arrive(paged: Aiq, pages: PageServer) -> None:
    pages.play("POST /api/v1.1/createUpdateMembers/9001", Page(400))
    pages.play("POST /api/v1.1/createUpdateMember/9001", DONE, Page(422), DONE)
    report = await paged.upsert_members(Member(pos_user=f"C-{n}") for n in range(3))
    assert report.accepted == ("C-0", "C-2")
    assert [refusal.key for refusal in report.refused] == ["C-1"]


@pytest.mark.requirement("A-038")
@pytest.mark.requirement("A-039")
@pytest.mark.requirement("A-041")
async def test_stock_goes_in_hundreds_and_one_bad_chunk_stops_no_other(paged: Aiq, pages: PageServer) -> None:
    good = Page(body={"code": 200, "success": True, "data": []})
    pages.play("POST /api/v1.1/createUpdateInventory/9001", Page(body={"code": 200}), Page(400), good)
    items = [Item(sku=f"S-{n}", product_id=f"P-{n}") for n in range(201)]
    report = await paged.upsert_inventory([*items, Item(sku="", product_id="P"), Item(sku="S", product_id=" ")])
    assert [len(asked.body) for asked in pages.asked] == [100, 100, 1]
    assert report.accepted == ("S-200",)
    assert [len(report.later), len(report.refused)] == [100, 2 + 100]


@pytest.mark.requirement("A-006")
@pytest.mark.requirement("A-040")
async def test_an_item_has_its_numbers_as_text_and_leaves_out_what_is_not_known(paged: Aiq, pages: PageServer) -> None:
    item = Item(
        sku="FL-118",
        product_id="P-FL-118",
        parent_category="Plant",
        supplier_name="Acme",
        price_cents=2000,
        msrp_cents=2550,
        tax_cents=0,
        quantity=Decimal(40),
        thc=Decimal("21.50"),
        added=NOW,
        in_stock=True,
        archived=False,
        traits=(Trait(parent="lab", key="myrcene", value="0.3"),),
    )
    await paged.upsert_inventory([item])
    assert pages.asked[0].body == [
        {
            "sku": "FL-118",
            "productId": "P-FL-118",
            "parentCate": "Plant",
            "supplierNa": "Acme",
            "totalTax": "0.00",
            "MSRP": "25.50",
            "salesPrice": "20.00",
            "quantity": "40",
            "thc": "21.5",
            "dateAdded": "1772644930",
            "customAttr": [{"parent": "lab", "key": "myrcene", "value": "0.3"}],
            "inStock": True,
            "isArchived": False,
        }
    ]


async def test_other_spellings_are_the_sites_choice(pages: PageServer) -> None:
    options = AiqOptions(member_names="camel", inventory_names="long", disable_sms=True, opt_in_loyalty=False)
    connector = Aiq.connect(pages.url, "9001", "key-1", options=options)
    await connector.upsert_member(MEMBER)
    await connector.upsert_inventory([Item(sku="S", product_id="P", parent_category="Plant", supplier_name="Acme")])
    await connector.sign_up(SIGN_UP)
    await connector.opt_in(PHONE)
    await connector.aclose()
    member, (item,), sign_up = (asked.body for asked in pages.asked[:3])
    assert member["member"]["firstName"] == "Ines"
    assert (item["parentCategory"], item["supplierName"]) == ("Plant", "Acme")
    assert sign_up["disableSMS"] is True
    assert pages.asked[3].query == {"doubleOpt": "true", "loyalty": "false"}


@pytest.mark.parametrize(
    "broken",
    [{"pos_id": ""}, {"location": " "}, {"lines": ()}, {"at": datetime(2026, 3, 4)}],  # noqa: DTZ001
)
async def test_a_sale_that_aiq_could_not_place_is_not_sent(
    paged: Aiq, pages: PageServer, broken: dict[str, object]
) -> None:
    with pytest.raises(InputError):
        await paged.upsert_sale(replace(SALE, **broken))
    assert pages.asked == []


# ── the contract ──────────────────────────────────────────────────────────────────────────────────────────


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
        aiq.upsert_member(MEMBER),
        aiq.upsert_members([MEMBER]),
        aiq.upsert_sale(SALE),
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
