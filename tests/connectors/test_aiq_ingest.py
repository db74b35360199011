"""Personas, sales and stock on their way to AIQ over real HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from msgspec.structs import replace

from budtender.connectors.aiq import Aiq
from budtender.connectors.aiq_options import AiqOptions
from budtender.model import Item, Member, Sale, SaleLine, Trait
from budtender.simulator import Simulation
from tests.connectors.page_server import Asked, Page, PageServer
from tests.connectors.told import DONE, MEMBER, NOW, PHONE, SALE, SIGN_UP


@pytest.mark.requirement("A-020")
@pytest.mark.requirement("A-030")
@pytest.mark.requirement("A-031")
@pytest.mark.requirement("A-032")
async def test_a_member_is_sent_as_the_article_says(paged: Aiq, pages: PageServer) -> None:
    await paged.upsert_members([MEMBER], live=True)
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


async def test_the_contact_id_of_an_upsert_is_read(paged: Aiq, pages: PageServer) -> None:
    answer = {"code": 200, "success": True, "data": {"contactID": "c-1", "srcID": "CUST-2207"}}
    pages.play("POST /api/v1.1/createUpdateMember/9001", Page(body=answer))
    report = await paged.upsert_members([MEMBER], live=True)
    assert report.contacts == {"CUST-2207": "c-1"}


FULL_SALE = Sale(
    pos_id="R-1",
    pos_user="C-1",
    at=NOW.astimezone(timezone(timedelta(hours=-7))),
    total_cents=3610,
    location="Harbor Street",
    lines=(
        SaleLine(
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
        ),
    ),
    notify=True,
)
#: The same as the article has it.
VISIT = {
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


@pytest.mark.requirement("A-016", "A-017", "A-019", "A-021", "A-022", "A-023", "A-024", "A-026")
async def test_a_sale_is_sent_as_the_article_says(paged: Aiq, pages: PageServer) -> None:
    await paged.upsert_sales([FULL_SALE], live=True)
    (asked,) = pages.requests("POST /api/v1.1/createUpdateSale/9001")
    assert asked.headers["x-apikey"] == "key-1"
    assert asked.body == {"visit": VISIT}


@pytest.mark.requirement("A-025")
async def test_a_refund_has_negative_quantities(paged: Aiq, pages: PageServer) -> None:
    line = SaleLine(sku="FL-118", name="Haze", price_cents=2000, quantity=Decimal(-1), discount_cents=-200)
    refund = Sale(pos_id="R-1-RET1", pos_user="C-1", at=NOW, total_cents=-1800, location="Harbor", lines=(line,))
    await paged.upsert_sales([refund], live=True)
    visit = pages.asked[0].body["visit"]
    assert (visit["transaction_total"], visit["visit_details_attributes"][0]["quantity"]) == (-18.0, -1)


@pytest.mark.requirement("A-019")
async def test_the_same_sale_again_is_the_same_sale(aiq: Aiq, world: Simulation) -> None:
    await aiq.upsert_members([MEMBER], live=True)
    for _ in range(2):
        report = await aiq.upsert_sales([SALE], live=True)
        assert report.accepted == (SALE.pos_id,)
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


@pytest.mark.parametrize("status", [400, 404, 413, 422])
async def test_of_a_chunk_that_is_refused_only_its_bad_rows_stay_behind(
    paged: Aiq, pages: PageServer, status: int
) -> None:
    bad = {"C-17", "C-18", "C-71"}

    def answer(asked: Asked) -> Page:
        rows = asked.body if isinstance(asked.body, list) else [asked.body]
        return Page(status) if bad & {row["member"]["pos_user"] for row in rows} else DONE

    pages.answers("POST /api/v1.1/createUpdateMembers/9001", answer)
    pages.answers("POST /api/v1.1/createUpdateMember/9001", answer)
    report = await paged.upsert_members(Member(pos_user=f"C-{n}") for n in range(100))
    assert sorted(report.accepted) == sorted({f"C-{n}" for n in range(100)} - bad)
    assert {refusal.key for refusal in report.refused} == bad
    assert all("refused" in refusal.reason or status == 404 for refusal in report.refused)
    assert len(pages.asked) < 50


async def test_where_the_bulk_call_itself_is_refused_the_rows_go_one_by_one(paged: Aiq, pages: PageServer) -> None:
    pages.play("POST /api/v1.1/createUpdateMembers/9001", Page(400))
    pages.play("POST /api/v1.1/createUpdateMember/9001", DONE)
    report = await paged.upsert_members(Member(pos_user=f"C-{n}") for n in range(250))
    assert len(report.accepted) == 250
    assert report.refused == report.later == ()
    assert len(pages.requests("POST /api/v1.1/createUpdateMembers/9001")) < 10


async def test_nothing_more_of_a_chunk_is_asked_for_once_no_answer_came(paged: Aiq, pages: PageServer) -> None:
    pages.play("POST /api/v1.1/createUpdateMembers/9001", Page(400), Page(503))
    report = await paged.upsert_members(Member(pos_user=f"C-{n}") for n in range(100))
    assert len(report.later) == 100
    first = [{row["member"]["pos_user"] for row in asked.body} for asked in pages.asked[1:]]
    assert all(sent == {f"C-{n}" for n in range(50)} for sent in first), "of the other half nothing was sent"


@pytest.mark.requirement("A-038")
@pytest.mark.requirement("A-039")
@pytest.mark.requirement("A-041")
async def test_stock_goes_in_hundreds_and_one_bad_chunk_stops_no_other(paged: Aiq, pages: PageServer) -> None:
    good = Page(body={"code": 200, "success": True, "data": []})

    def answer(asked: Asked) -> Page:
        skus = {row["sku"] for row in asked.body}
        return Page(body={"code": 200}) if "S-1" in skus else Page(400) if "S-150" in skus else good

    pages.answers("POST /api/v1.1/createUpdateInventory/9001", answer)
    items = [Item(sku=f"S-{n}", product_id=f"P-{n}") for n in range(201)]
    report = await paged.upsert_inventory([*items, Item(sku="", product_id="P"), Item(sku="S", product_id=" ")])
    assert [len(asked.body) for asked in pages.asked][:3] == [100, 100, 50]
    assert max(len(asked.body) for asked in pages.asked) == 100
    assert len(report.accepted) == 100
    assert "S-200" in report.accepted
    assert [len(report.later), len(report.refused)] == [100, 2 + 1]


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
    await connector.upsert_members([MEMBER], live=True)
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
    sale = replace(SALE, **broken)
    for live in (True, False):
        report = await paged.upsert_sales([sale], live=live)
        assert [(row.key, row.unsent) for row in report.refused] == [(sale.pos_id, True)]
    assert pages.asked == []
