"""What AIQ is told of a shopper, a sale and an item, and how it answers when all is well."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from budtender.model import Item, Member, Sale, SaleLine, SignUp
from tests.connectors.page_server import Page

PHONE = "3035550142"
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
