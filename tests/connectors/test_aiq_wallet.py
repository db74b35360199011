"""Codes, wallets, redemptions and points in AIQ over real HTTP."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from budtender.connectors.aiq import Aiq
from budtender.errors import (
    CodeRefused,
    InputError,
    Misconfigured,
    NotFound,
    ProtocolError,
    Refused,
    RemoteError,
    Unreachable,
)
from budtender.simulator import Simulation
from tests.connectors.page_server import Page, PageServer

PHONE = "3035550142"
SPENDER = "3035550101"
DONE = Page(body={"code": 200, "success": True, "data": None})


async def test_a_code_opens_the_wallet_once(aiq: Aiq, world: Simulation) -> None:
    await aiq.send_code(PHONE)
    code = world.last_code(PHONE)
    wallet = await aiq.open_wallet(PHONE, code)
    assert wallet.points == Decimal("412.5")
    with pytest.raises(CodeRefused):
        await aiq.open_wallet(PHONE, code)


@pytest.mark.parametrize("status", [400, 401, 402, 404, 409, 410, 418, 422])
@pytest.mark.parametrize("told", ["status", "envelope"])
async def test_any_refusal_means_the_code_is_wrong(paged: Aiq, pages: PageServer, status: int, told: str) -> None:
    """A wrong key is on record as 403 alone, and the same key has just had the code sent."""
    page = Page(status) if told == "status" else Page(body={"code": status, "success": False})
    pages.play("POST /api/v2/view/contact/wallet", page)
    with pytest.raises(CodeRefused):
        await paged.open_wallet(PHONE, "4821")


@pytest.mark.parametrize("status", [403, 405, 429, 500])
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


@pytest.mark.parametrize(("status", "error"), [(400, NotFound), (404, NotFound), (422, Refused), (403, Misconfigured)])
async def test_only_two_refusals_mean_a_stranger(
    paged: Aiq, pages: PageServer, status: int, error: type[RemoteError]
) -> None:
    pages.play("POST /api/v2/verify/contact/wallet", Page(status))
    with pytest.raises(error):
        await paged.send_code(PHONE)
    assert len(pages.asked) == 1


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


@pytest.mark.parametrize(("sale", "path"), [(None, "/T"), ("R/1 é", "/T/R%2F1%20%C3%A9")])
async def test_a_transaction_id_goes_to_the_end_of_the_address(pages: PageServer, sale: str | None, path: str) -> None:
    connector = Aiq.connect(pages.url, "9001", "key-1")
    await connector.redeem(f"{pages.url}/api/v1.1/discount/redeem/9001/1/T", transaction_id=sale)
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


async def test_points_are_given_back_and_found_again_by_their_note(aiq: Aiq, world: Simulation) -> None:
    (persona,) = await aiq.find("3035550111")
    start = datetime.fromtimestamp(world.clock.now() - 60, UTC)
    await aiq.adjust(persona.contact_id, Decimal("2.5"), "undo key 9f1c2")
    rows = await aiq.adjustments(start, start + timedelta(hours=1))
    (mine,) = [row for row in rows if "9f1c2" in (row.note or "")]
    assert (mine.contact_id, mine.points) == (persona.contact_id, Decimal("2.5"))
    assert "undo key 9f1c2" in [row.note for row in await aiq.timeline(persona.contact_id, start)]
    wallet = await aiq.wallet("3035550111")
    assert wallet is not None
    assert wallet.points == Decimal("42.5")


@pytest.mark.parametrize("length", [timedelta(days=1, seconds=1), timedelta(seconds=-1)])
async def test_a_window_is_a_day_at_most(paged: Aiq, pages: PageServer, length: timedelta) -> None:
    start = datetime(2026, 3, 4, tzinfo=UTC)
    with pytest.raises(InputError):
        await paged.redemptions(start, start + length)
    with pytest.raises(InputError):
        await paged.adjustments(start, start + length)
    assert pages.asked == []
    assert await paged.redemptions(start, start + timedelta(days=1)) == []


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
