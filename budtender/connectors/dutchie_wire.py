"""What Dutchie's till answers, as values: pure readers.

Facts are those of the vendor's OpenAPI file and developer pages, and of clients in use: keys come in camel and Pascal
case, any array may be null, an array may come wrapped in an object, times may lack their offset.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from budtender.connectors.rows import Row, read_each
from budtender.connectors.sentences import not_understood
from budtender.errors import ProtocolError
from budtender.model import Customer, Location, PosDiscount
from budtender.phone import from_remote

SYSTEM = "dutchie"
#: Part of the application method of a discount that AIQ drives; the number that goes with it is not public.
_BY_AIQ = "alpine"
T = TypeVar("T")


def row(value: object, what: str) -> Row:
    """A row of a Dutchie answer."""
    return Row(value, system=SYSTEM, what=what)


def rows_in(body: object) -> Sequence[object]:
    """The rows of a list answer: bare, null, or the only array of an object."""
    if body is None:
        return ()
    if isinstance(body, list):
        return body
    if isinstance(body, dict):
        lists = [value for value in body.values() if isinstance(value, list)]
        if len(lists) == 1:
            return lists[0]
        if not lists and all(value is None for value in body.values()):
            return ()
    raise not_understood(SYSTEM, "a list is no list")


def read_location(body: object) -> Location:
    """Whose key this is; seen as `locationId` with `lspId`, and as `LocationId` with `CompanyId`."""
    r = row(body, "location")
    location_id = r.ident("locationId")
    if location_id is None:
        raise r.missing("locationId")
    return Location(
        id=location_id,
        name=r.text("locationName") or "",
        company_id=r.ident("lspId", "companyId"),
        state=r.text("state"),
    )


def read_customer(value: object) -> Customer:
    """A customer; health data, licence and notes stay outside."""
    r = row(value, "customer")
    customer_id = r.ident("customerId")
    if customer_id is None:
        raise r.missing("customerId")
    numbers = (from_remote(r.ident("phone")), from_remote(r.ident("cellPhone")))
    return Customer(
        id=customer_id,
        phones=tuple(dict.fromkeys(number for number in numbers if number)),
        first_name=r.text("firstName") or "",
        last_name=r.text("lastName") or "",
        email=r.text("emailAddress"),
        birth_date=_lenient(lambda: r.day("dateOfBirth")),
        address1=r.text("address1"),
        city=r.text("city"),
        state=r.text("state"),
        postal_code=r.ident("postalCode"),
        status=r.text("status"),
        type=r.text("customerType"),
        discount_groups=tuple(name for name in r.items("discountGroups") if isinstance(name, str) and name),
        pos_loyalty=r.flag("isLoyaltyMember"),
        anonymous=r.flag("isAnonymous") or False,
        merged_into=_nonzero(r.ident("mergedIntoCustomerId")),
        modified=_lenient(lambda: r.instant("lastModifiedDateUTC")),
        created=_lenient(lambda: r.instant("creationDate")),
    )


def read_discounts(modern: Sequence[object], reporting: Sequence[object]) -> tuple[list[PosDiscount], int]:
    """The two discount lists joined on their id, and how many rows could not be read.

    The modern list has the present state, the reporting list names, deletion and the typed id; either may lack a
    discount. `externalId` is taken as AIQ's id only on discounts that AIQ applies, as other systems use it too.
    """
    news, bad_news = read_each(modern, lambda value: _with_id(value, "id"))
    reports, bad_reports = read_each(reporting, lambda value: _with_id(value, "discountId"))
    joined: dict[str, list[Row]] = {}
    for discount_id, r in [*news, *reports]:
        joined.setdefault(discount_id, []).append(r)
    found, bad = read_each(joined.items(), _discount)
    return found, bad_news + bad_reports + bad


def _with_id(value: object, name: str) -> tuple[str, Row]:
    r = row(value, "discount")
    discount_id = r.ident(name)
    if discount_id is None:
        raise r.missing(name)
    return discount_id, r


def _discount(joined: tuple[str, list[Row]]) -> PosDiscount:
    discount_id, halves = joined
    by_aiq = any(_BY_AIQ in (r.text("applicationMethod") or "").casefold() for r in halves)
    return PosDiscount(
        id=discount_id,
        name=_first(halves, lambda r: r.text("discountName", "discountDescription", "onlineName")) or "",
        aiq_id=_first(halves, lambda r: r.ident("externalId")) if by_aiq else None,
        by_aiq=by_aiq,
        active=all(r.flag("isActive") is not False and not r.flag("isDeleted") for r in halves),
        valid_from=_first(halves, lambda r: r.instant("validDateFrom", "validFrom")),
        valid_until=_first(halves, lambda r: r.instant("validDateTo", "validUntil")),
    )


def _first(rows: Sequence[Row], read: Callable[[Row], T | None]) -> T | None:
    return next((value for r in rows if (value := read(r)) is not None), None)


def _nonzero(text: str | None) -> str | None:
    return None if text == "0" else text


def _lenient(read: Callable[[], T | None]) -> T | None:
    """A value that is declared as free text: what cannot be read is not there, and does not cost the row."""
    try:
        return read()
    except ProtocolError:
        return None
