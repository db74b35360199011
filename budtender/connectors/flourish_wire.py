"""What Flourish answers about its stores, customers and discounts, as values: pure readers.

Facts are those of the vendor's Postman collection "Flourish External API - Docs" (May 2025): an envelope of message,
status and data, with `meta` on lists; null and empty text both mean none; ids are text even where they are numbers;
a failure may come under HTTP 200 with its own number in the body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from budtender.connectors.answer import Answer
from budtender.connectors.fingerprint import fingerprint
from budtender.connectors.rows import Row
from budtender.connectors.sentences import not_understood
from budtender.connectors.verdict import judge
from budtender.model import Customer, Location, PosDiscount
from budtender.phone import from_remote

SYSTEM = "flourish"
#: Facility types that sell nothing over a counter; some sellers are typed Microbusiness or Other.
_NEVER_SELL = frozenset({"laboratory", "processor", "grower", "distributor", "manufacturer"})
_PHONES = ("phone", "home_phone", "alternate_phone")
_FACILITY = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class Page(NamedTuple):
    """One page of a list; `total` is how many rows the whole list has, None when it does not say."""

    rows: Sequence[object]
    total: int | None


def row(value: object, what: str) -> Row:
    """A row of a Flourish answer."""
    return Row(value, system=SYSTEM, what=what, as_text=True)


def opened(answer: Answer, *, is_write: bool = False) -> object:
    """What is under `data`; raises the failure that the body tells, whatever the HTTP status was."""
    return _envelope(answer, is_write=is_write).value("data")


def page(answer: Answer) -> Page:
    """The rows of a list answer. A total that the answer itself contradicts, by naming a next page, is none."""
    envelope = _envelope(answer)
    rows, meta = envelope.items("data"), envelope.value("meta")
    if not isinstance(meta, dict):
        return Page(rows, None)
    told = row(meta, "page").loose
    total = told.integer("total")
    ends_here = total is not None and (told.integer("offset") or 0) + len(rows) >= total
    if total is None or total < 0 or (ends_here and told.text("next") is not None):
        return Page(rows, None)
    return Page(rows, total)


def _envelope(answer: Answer, *, is_write: bool = False) -> Row:
    envelope = row(answer.json(), "answer")
    status = envelope.loose.integer("status")
    if status is not None and 400 <= status <= 599:
        failure = judge(Answer(status, answer.headers, b"", answer.system), is_write=is_write)
        assert failure is not None
        raise failure
    if envelope.value("data") is None and not envelope.is_null("data"):
        raise not_understood(SYSTEM, "an answer has no data", key="data")
    return envelope


def key_by(*names: str) -> Callable[[object], str]:
    """Tells the rows of a page apart by what is under `names`, the likeliest first; "" for one without any."""

    def key(value: object) -> str:
        return (row(value, "row").loose.ident(*names) or "") if isinstance(value, dict) else ""

    return key


# ── stores ────────────────────────────────────────────────────────────────────────────────────────────────


def is_facility(text: str) -> bool:
    """Whether this may be a facility's id, which goes into a header; in every example it is 24 hexadecimal digits."""
    return _FACILITY.fullmatch(text) is not None


def read_facility(value: object) -> tuple[Location, bool]:
    """A facility, and whether it may be one that sells over a counter."""
    r = row(value, "facility")
    facility_id = r.ident("id")
    if facility_id is None or not is_facility(facility_id):
        raise r.missing("id")
    location = Location(
        id=facility_id,
        name=r.text("facility_name", "alias") or facility_id,
        state=r.loose.text("state"),
        zone=r.loose.text("timezone"),
        license=r.loose.ident("license_number", "local_license_number"),
        active=r.loose.flag("active") is not False,
    )
    return location, (r.loose.text("facility_type") or "").casefold() not in _NEVER_SELL


# ── customers ─────────────────────────────────────────────────────────────────────────────────────────────


def read_customer(value: object) -> Customer:
    """A customer; health data, credit and discipline stay outside, numbers of cards come in as fingerprints."""
    r = row(value, "customer")
    customer_id = r.ident("id")
    if customer_id is None:
        raise r.missing("id")
    loose = r.loose
    numbers = [from_remote(loose.ident(name)) for name in _PHONES]
    address = _address(r)
    group = loose.text("customer_group")
    return Customer(
        id=customer_id,
        phones=tuple(dict.fromkeys(number for number in numbers if number)),
        first_name=r.text("first_name", "preferred_name") or "",
        last_name=r.text("last_name") or "",
        email=loose.text("email", "alternate_email"),
        birth_date=loose.day("dob"),
        address1=address.text("address_line_1"),
        address2=address.text("address_line_2"),
        city=address.text("city"),
        state=address.text("state") or loose.text("state"),
        postal_code=address.ident("postcode"),
        status=loose.text("customer_status"),
        type=loose.text("customer_type"),
        discount_groups=() if group is None else (group,),
        government_id=fingerprint(loose.ident("state_id")),
        medical_id=fingerprint(loose.ident("patient_id")),
        archived=loose.flag("is_active") is False,
        merged_into=loose.ident("merged_customer_id"),
        modified=loose.instant("last_updated_timestamp"),
        created=loose.instant("created_timestamp"),
    )


def _address(r: Row) -> Row:
    """The primary one of the active addresses, else the first of them; an empty row when there is none."""
    active = [address for address in r.loose.objects("address") if address.flag("active") is not False]
    primary = [address for address in active if address.flag("is_primary")]
    return next(iter(primary + active), row({}, "address"))


# ── discounts ─────────────────────────────────────────────────────────────────────────────────────────────


def read_discount(value: object, zone: str | None = None) -> PosDiscount:
    """A discount that may be used online now; times of day are those of the facility's `zone`."""
    r = row(value, "discount")
    discount_id = r.ident("discount_id")
    if discount_id is None:
        raise r.missing("discount_id")
    loose = r.loose
    method = loose.text("method")
    word = (method or "").casefold()
    return PosDiscount(
        id=discount_id,
        name=r.text("discount_name") or "",
        method=method,
        cents_off=loose.cents("amount") if word == "dollar" else None,
        percent_off=loose.number("amount") if word == "percentage" else None,
        automatic=loose.flag("applied_automatically"),
        needs_code=loose.flag("promo_code_required"),
        minimum_cents=loose.cents("order_minimum_amount") or None,
        valid_from=_local(r, "start_date", time.min, zone),
        valid_until=_local(r, "end_date", time.max, zone),
    )


def _local(r: Row, name: str, otherwise: time, zone: str | None) -> datetime | None:
    """A date with its time of day, in the facility's zone, as UTC; a zone that is not known is UTC."""
    day = r.loose.day(name)
    if day is None:
        return None
    found = _CLOCK.fullmatch(r.loose.text(f"{name}_time") or "")
    clock = time(int(found[1]), int(found[2])) if found else otherwise
    try:
        return datetime.combine(day, clock, _zone(zone)).astimezone(UTC)
    except OverflowError:
        return None


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):  # no such zone, no name of one, or the name of a folder of zones
        return ZoneInfo("UTC")
