"""What is sent to AIQ: values in, request bodies out, refused here when AIQ would silently spoil them.

AIQ's server is statically typed, so each value has exactly the JSON type of the samples: numbers in sales, text in
inventory, 0 or 1 for the notification (core integration article).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from budtender.connectors.aiq_options import (
    BIRTHDAY_FORMAT,
    LONGEST_CODE,
    LONGEST_NOTE,
    MEMBER_KEY,
    SALE_KEY,
    SHORTEST_CODE,
    TIME_FORMAT,
    AiqOptions,
)
from budtender.connectors.rows import ABSURD
from budtender.errors import InputError
from budtender.model import Item, Member, Sale, SaleLine, SignUp, Trait
from budtender.phone import parse_phone, ten_digits

Form = dict[str, object]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def phone_form(phone: str) -> str:
    """Ten digits; PhoneError for a number that AIQ would store as blank while it answers success."""
    return ten_digits(parse_phone(phone))


def email_form(email: str) -> str:
    """An e-mail address that can be one."""
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise InputError(
            "That is not an e-mail address.", "Check it with the shopper.", field="email", code="email_shape"
        )
    return email


def code_form(code: str) -> str:
    """A texted code, unchanged, leading zeros and all."""
    if not (code.isascii() and code.isdigit() and SHORTEST_CODE <= len(code) <= LONGEST_CODE):
        raise InputError(
            "A code has four to eight digits.", "Type the code from the text message.", field="code", code="code_shape"
        )
    return code


def adjustment_form(points: Decimal, note: str) -> Form:
    """A signed change of a balance; a whole number is sent as one."""
    if not points.is_finite() or not points or abs(points) > ABSURD:
        raise InputError(
            "That is no number of points.", "Type how many points to add or take.", field="points", code="points_shape"
        )
    if not note.strip() or len(note) > LONGEST_NOTE:
        raise InputError(
            f"An adjustment needs a note of up to {LONGEST_NOTE} characters.",
            field="note",
            code="note_shape",
            longest=LONGEST_NOTE,
        )
    return {"value": _number(points), "note": note}


def sign_up_form(person: SignUp, options: AiqOptions) -> Form:
    """A sign-up; the consents are always said, true or false, because AIQ's defaults are not public."""
    form = _filled(
        firstName=person.first_name,
        lastName=person.last_name,
        mobilePhone=phone_form(person.phone),
        email=email_form(person.email) if person.email else None,
        address=person.address,
        customAttributes=_traits(person.traits),
    )
    store = person.favorite_store_id
    if store is not None and store > 0:
        form["favoriteStoreID"] = store
    if options.disable_sms is not None:
        form["disableSMS"] = options.disable_sms
    return form | {"loyalty": person.loyalty, "smsoptin": person.texts, "emailOptIn": person.email_opt_in}


def override_form(phone: str | None, email: str | None, first_name: str | None, last_name: str | None) -> Form:
    """Only what changes: a key that is present overrides for good, an empty one would blank."""
    form = _filled(
        mobilePhone=phone_form(phone) if phone else None,
        email=email_form(email) if email else None,
        firstName=first_name,
        lastName=last_name,
    )
    if not form:
        raise InputError(
            "Nothing to change was given.", "Give the phone, the e-mail address or a name.", code="nothing_to_change"
        )
    return form


def member_form(member: Member, options: AiqOptions) -> Form:
    """A till's customer for the persona upsert, with empty values left out."""
    if not member.pos_user.strip():
        raise InputError(
            "A customer without the till's id cannot be sent.", field="pos_user", code="customer_id_missing"
        )
    first, last = ("first_name", "last_name") if options.member_names == "snake" else ("firstName", "lastName")
    body = _filled(
        pos_user=member.pos_user,
        pos_type=member.pos_type,
        email=member.email,
        phone_number=phone_form(member.phone) if member.phone else None,
        gender=member.gender,
        address1=member.address1,
        address2=member.address2,
        city=member.city,
        state=member.state,
        zip=member.zip,
        birthday=member.birth_date.strftime(BIRTHDAY_FORMAT) if member.birth_date else None,
        customAttributes=_traits(member.traits),
        **{first: member.first_name, last: member.last_name},
    )
    return {MEMBER_KEY: body | {"loyalty": member.loyalty}}


def sale_form(sale: Sale) -> Form:
    """A sale or refund; the time is that of the sale, whenever it is sent."""
    missing = [name for name in ("pos_id", "pos_user", "location") if not getattr(sale, name).strip()]
    if missing or not sale.lines:
        field = missing[0] if missing else "lines"
        raise InputError(f"A sale without {field} cannot be sent.", field=field, code="sale_incomplete")
    if sale.at.tzinfo is None:
        raise InputError("The time of a sale needs its offset from UTC.", field="at", code="time_zone_missing")
    visit: Form = {
        "pos_id": sale.pos_id,
        "pos_user": sale.pos_user,
        "sendNotification": int(sale.notify),
        "transaction_date": sale.at.astimezone(UTC).strftime(TIME_FORMAT),
        "transaction_total": sale.total_cents / 100,
        "location": sale.location,
        "visit_details_attributes": [_line_form(line) for line in sale.lines],
    }
    return {SALE_KEY: visit}


def _line_form(line: SaleLine) -> Form:
    form: Form = {
        "sku": line.sku,
        "name": line.name,
        # The price of one; the samples have a quantity of 1 and leave it open.
        "price": line.price_cents / 100,
        "quantity": _number(line.quantity),
        "discount": line.discount_cents / 100,
    }
    return form | _filled(
        category=line.category,
        brand=line.brand,
        size=line.size,
        strain=line.strain,
        grade=line.grade,
        species=line.species,
    )


def item_form(item: Item, options: AiqOptions) -> Form:
    """A product's stock; numbers and times travel as text, what is not known is left out and never zero."""
    if not item.sku.strip() or not item.product_id.strip():
        raise InputError("An item without SKU or product id cannot be sent.", field="sku", code="item_incomplete")
    short = options.inventory_names == "short"
    names = (
        ("parentCate", "supplierNa", "customAttr") if short else ("parentCategory", "supplierName", "customAttributes")
    )
    parent, supplier, traits = names
    form = _filled(
        sku=item.sku,
        productId=item.product_id,
        name=item.name,
        brand=item.brand,
        category=item.category,
        variant=item.variant,
        barcode=item.barcode,
        url=item.url,
        imageUrl=item.image_url,
        description=item.description,
        supplierId=item.supplier_id,
        currency=item.currency,
        totalTax=_money_text(item.tax_cents),
        MSRP=_money_text(item.msrp_cents),
        salesPrice=_money_text(item.price_cents),
        quantity=_number_text(item.quantity),
        thc=_number_text(item.thc),
        cbd=_number_text(item.cbd),
        dateAdded=_time_text(item.added),
        dateUpdated=_time_text(item.updated),
        **{parent: item.parent_category, supplier: item.supplier_name, traits: _traits(item.traits)},
    )
    flags = {"inStock": item.in_stock, "isSaleable": item.saleable, "isArchived": item.archived}
    return form | {name: flag for name, flag in flags.items() if flag is not None}


def _filled(**values: object) -> Form:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _traits(traits: Iterable[Trait]) -> list[Form]:
    return [_filled(parent=trait.parent, key=trait.key) | {"value": trait.value} for trait in traits]


def _number(value: Decimal) -> int | float:
    """A JSON number; a float prints as the shortest text that reads back the same, here the decimal itself."""
    return int(value) if value == value.to_integral_value() else float(value)


def _number_text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _money_text(cents: int | None) -> str | None:
    return None if cents is None else f"{Decimal(cents) / 100:.2f}"


def _time_text(when: datetime | None) -> str | None:
    return None if when is None else str(int(when.timestamp()))
