"""What POSaBIT answers about the venue, its customers and discounts, as values: pure readers.

Facts are those of the vendor's developer pages (venue API v1 to v3) and of public clients. Records come bare or
wrapped in an object of their own name, money in whole cents, quantities of the stock as text.
"""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from budtender.connectors.fingerprint import fingerprint
from budtender.connectors.rows import Row
from budtender.connectors.sentences import not_understood
from budtender.model import Customer, Location, PosDiscount
from budtender.phone import from_remote

SYSTEM = "posabit"

#: The zones by the labels that Rails gives them, as far as a dispensary can lie in one.
_ZONES = {
    "Hawaii": "Pacific/Honolulu",
    "Alaska": "America/Juneau",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Arizona": "America/Phoenix",
    "Mountain Time (US & Canada)": "America/Denver",
    "Saskatchewan": "America/Regina",
    "Central Time (US & Canada)": "America/Chicago",
    "Eastern Time (US & Canada)": "America/New_York",
    "Indiana (East)": "America/Indiana/Indianapolis",
    "Atlantic Time (Canada)": "America/Halifax",
    "Newfoundland": "America/St_Johns",
    "Puerto Rico": "America/Puerto_Rico",
}


def row(value: object, what: str) -> Row:
    """A row of a POSaBIT answer, without the object of its own name that it may be wrapped in.

    Its quantities are decimals and come as text in some lists and as numbers in others.
    """
    if isinstance(value, dict) and isinstance(value.get(what), dict):
        value = value[what]
    return Row(value, system=SYSTEM, what=what.replace("_", " "), as_text=True)


def read_location(body: object) -> Location:
    """The venue; its pages show no number for it, so it is known by its licence, else by its name."""
    r = row(body, "venue")
    loose = r.loose
    name = r.text("name")
    if name is None:
        raise r.missing("name")
    return Location(
        id=loose.ident("license") or name[:256],
        name=name,
        state=loose.text("state"),
        zone=_zone(loose.text("timezone")),
        license=loose.ident("license"),
    )


def _zone(label: str | None) -> str | None:
    """The IANA zone for a label; None for one that is not known."""
    if label is None or label in _ZONES:
        return None if label is None else _ZONES[label]
    try:
        return ZoneInfo(label).key if "/" in label else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def read_customer(value: object) -> Customer:
    """A customer. The licence number is kept as its hash alone, as it serves to recognize a person by."""
    r = row(value, "customer")
    loose = r.loose
    customer_id = r.ident("id")
    if customer_id is None:
        raise r.missing("id")
    number = from_remote(loose.ident("telephone"))
    points = loose.number("points")
    return Customer(
        id=customer_id,
        phones=(number,) if number else (),
        first_name=r.text("first_name") or "",
        last_name=r.text("last_name") or "",
        email=loose.text("email"),
        birth_date=loose.day("birthday"),
        gender=loose.text("gender"),
        address1=loose.text("address", "address_1"),
        city=loose.text("city"),
        state=loose.text("state"),
        postal_code=loose.ident("zipcode", "zip_code"),
        type=loose.text("customer_type"),
        # Read under one name and written under the other (seen by a public client).
        pos_loyalty=loose.flag("loyalty", "loyalty_member"),
        points=points,
        marketing=_agreed(r),
        government_id=fingerprint(loose.ident("drivers_license")),
        archived=loose.flag("active") is False,
        modified=loose.instant("updated_at"),
        created=loose.instant("created_at"),
    )


def _agreed(r: Row) -> bool | None:
    """Whether the shopper agreed to marketing.

    POSaBIT's form asks for a tick and a signature, which its interface shows as agreed terms beside an opt-in; the
    signature itself is not shown. A stop is final.
    """
    opted_in = [_ticked(r, name) for name in ("marketing_opt_in", "sms_opt_in")]
    opted_out = _ticked(r, "sms_opt_out")
    if opted_out:
        return False
    if any(opted_in):
        return _ticked(r, "terms_agreed") is True
    return False if any(flag is not None for flag in (*opted_in, opted_out)) else None


def _ticked(r: Row, name: str) -> bool | None:
    """A tick, also as 1 or as text, as the venue's own settings are written: no stop may be overlooked."""
    flag = r.loose.flag(name)
    word = flag if flag is not None else (r.loose.ident(name) or "").casefold()
    return {"1": True, "true": True, "t": True, "0": False, "false": False, "f": False}.get(str(word).casefold())


def read_discount(value: object) -> PosDiscount:
    """A coupon; its name is what joins it to a reward, so it is kept as it is."""
    r = row(value, "coupon")
    loose = r.loose
    coupon_id, name = r.ident("id"), r.text("name")
    if coupon_id is None:
        raise r.missing("id")
    if name is None:
        raise r.missing("name")
    return PosDiscount(
        id=coupon_id,
        name=name,
        active=loose.flag("active") is not False,
        private=loose.flag("is_private"),
        automatic=loose.flag("auto_apply"),
        modified=loose.instant("updated_at"),
    )


def listed(body: object, key: str) -> list[object]:
    """The rows of a list answer, under its key or as the whole answer; ProtocolError when there are none to find."""
    found = body.get(key) if isinstance(body, dict) else body
    if found is None and isinstance(body, dict) and key in body:
        return []
    if not isinstance(found, list):
        raise not_understood(SYSTEM, f"a list has no {key}", key=key)
    return found


def first_number(text: str | None) -> tuple[Decimal | None, str | None]:
    """The number that a measure such as "19.2%" begins with, and its unit."""
    if text is None:
        return None, None
    digits = "".join(_leading(text.strip()))
    unit = text.strip()[len(digits) :].strip() or None
    return (Decimal(digits), unit) if any(sign.isdigit() for sign in digits) else (None, None)


def _leading(text: str) -> list[str]:
    signs: list[str] = []
    for sign in text[:20]:
        if not ((sign.isascii() and sign.isdigit()) or (sign == "." and "." not in signs)):
            break
        signs.append(sign)
    return signs
