"""What Dutchie's till answers, as values: pure readers.

Facts are those of the vendor's OpenAPI file and developer pages, and of clients in use: keys come in camel and Pascal
case, any array may be null, an array may come wrapped in an object, times may lack their offset.
"""

from __future__ import annotations

from collections.abc import Sequence

from budtender.connectors.fingerprint import fingerprint
from budtender.connectors.rows import Row
from budtender.connectors.sentences import not_understood
from budtender.model import Customer, Location
from budtender.phone import from_remote

SYSTEM = "dutchie"
_ARCHIVED = frozenset({"archived"})


def row(value: object, what: str) -> Row:
    """A row of a Dutchie answer; figures may come as text."""
    return Row(value, system=SYSTEM, what=what, as_text=True)


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
        license=r.text("licenseNumber"),
    )


def read_customer(value: object) -> Customer:
    """A customer; conditions, notes and the licence's number stay outside."""
    r = row(value, "customer")
    customer_id = r.ident("customerId")
    if customer_id is None:
        raise r.missing("customerId")
    # The mobile one first: AIQ keeps one number of a customer, and it is the one that is texted.
    numbers = (from_remote(r.ident("cellPhone")), from_remote(r.ident("phone")))
    status, loose = r.text("status"), r.loose
    return Customer(
        id=customer_id,
        phones=tuple(dict.fromkeys(number for number in numbers if number)),
        first_name=r.text("firstName") or "",
        last_name=r.text("lastName") or "",
        email=loose.text("emailAddress"),
        birth_date=loose.day("dateOfBirth"),
        gender=loose.text("gender"),
        address1=loose.text("address1"),
        address2=loose.text("address2"),
        city=loose.text("city"),
        state=loose.text("state"),
        postal_code=loose.ident("postalCode"),
        status=status,
        type=loose.text("customerType"),
        discount_groups=tuple(name for known in loose.items("discountGroups") if (name := _group_name(known))),
        pos_loyalty=r.flag("isLoyaltyMember"),
        tier=loose.text("loyaltyTier"),
        marketing=r.flag("optedIntoMarketing"),
        external_id=loose.ident("externalCustomerId"),
        government_id=loose.text("driversLicenseHash"),
        medical_id=fingerprint(loose.ident("mmjidNumber")),
        archived=is_archived(status),
        anonymous=r.flag("isAnonymous") or False,
        merged_into=_nonzero(r.ident("mergedIntoCustomerId")),
        modified=loose.instant("lastModifiedDateUTC"),
        created=loose.instant("creationDate"),
    )


def is_archived(status: str | None) -> bool:
    """Whether the till keeps a profile with this status out of the register's sight (vendor's help on statuses)."""
    return (status or "").casefold() in _ARCHIVED


def _group_name(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _nonzero(text: str | None) -> str | None:
    return None if text == "0" else text
