"""AIQ's records of shoppers: listing, searching, detail, membership, overrides."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from budtender.simulator import people
from budtender.simulator.aiq import Aiq, checked, success
from budtender.simulator.exchange import Answer, Call, Operation, wire_number
from budtender.simulator.personas import Persona

DEFAULT_LIMIT = 100
MOST = 2000

_SORTS: dict[str, Callable[[Persona], Any]] = {
    "name": lambda persona: persona.full_name.casefold(),
    "email": lambda persona: persona.email.lower(),
    "mobilePhone": lambda persona: persona.mobile,
    "homePhone": lambda persona: persona.home,
    "source": lambda persona: persona.platform,
    "id": lambda persona: persona.contact_id,
    "inserted": lambda persona: persona.inserted,
    "signup": lambda persona: persona.signup_at,
    "points": lambda persona: persona.points,
    "usedpoints": lambda persona: persona.used_points,
}
_FLAGS: dict[str, Callable[[Persona], bool]] = {
    "has:phone": lambda persona: bool(persona.mobile or persona.home),
    "has:mobile": lambda persona: bool(persona.mobile),
    "has:home": lambda persona: bool(persona.home),
    "has:email": lambda persona: bool(persona.email),
    "has:name": lambda persona: bool(persona.full_name),
    "has:points": lambda persona: persona.points > 0,
    "has:usedpoints": lambda persona: persona.used_points > 0,
    "is:member": lambda persona: persona.member,
    "not:member": lambda persona: not persona.member,
}
_TERM = re.compile(r'"([^"]*)"|(\S+)')


def listing(far: Aiq, call: Call) -> Answer:
    """Lists or searches personas; blocked ones never appear, and no match is a null list."""
    start, limit = call.number("start", 0), call.number("limit", DEFAULT_LIMIT)
    checked(start >= 0 and limit >= 0, "start and limit must not be negative")
    limit = min(limit or DEFAULT_LIMIT, MOST)
    sort, direction = call.query.get("sort", "name"), call.query.get("dir", "asc")
    checked(sort in _SORTS and direction in ("asc", "desc"), "unknown sort or dir")
    search = call.query.get("search", "")

    def make() -> list[Persona]:
        known = [persona for persona in _search(far, search) if not persona.blocked]
        return sorted(known, key=_SORTS[sort], reverse=direction == "desc")

    found = far.listed((search, sort, direction, far.world.personas.revision, far.world.seen_at), make)
    rows = [row(persona) for persona in found[start : start + limit]]
    page = {"start": start, "limit": limit, "size": len(rows), "total": len(found), "results": rows or None}
    return success(page)


def _search(far: Aiq, search: str) -> list[Persona]:
    """Returns the personas that match all terms; a bare phone is looked for in several fields."""
    personas, at = far.world.personas, far.world.seen_at
    words: list[str] = []
    tests: list[Callable[[Persona], bool]] = []
    for quoted, bare in _TERM.findall(search):
        if quoted:
            tests.append(_named(quoted))
        elif bare.lower() in _FLAGS:
            tests.append(_FLAGS[bare.lower()])
        elif bare.lower().startswith("email:"):
            tests.append(_mailed(bare[6:]))
        else:
            words.append(bare)
    text = " ".join(words)
    found = personas.with_key(text, at) if text else personas.everyone(at)
    if text and re.search(r"[^\W\d]", text) and "@" not in text:
        known = {persona.contact_id for persona in found}
        found += [
            persona
            for persona in personas.everyone(at)
            if text.casefold() in persona.full_name.casefold() and persona.contact_id not in known
        ]
    return [persona for persona in found if all(test(persona) for test in tests)]


def _named(name: str) -> Callable[[Persona], bool]:
    return lambda persona: persona.full_name.casefold() == name.casefold()


def _mailed(address: str) -> Callable[[Persona], bool]:
    return lambda persona: persona.email.lower() == address.lower()


def row(persona: Persona) -> dict[str, Any]:
    """Returns a persona as the list shows it; hidden points read as 0."""
    return {
        "contactID": persona.contact_id,
        "srcID": persona.source_id,
        "firstName": persona.first_name,
        "lastName": persona.last_name,
        "mobilePhone": persona.mobile,
        "homePhone": persona.home,
        "email": persona.email,
        "platform": persona.platform,
        "favoriteStoreID": persona.favorite_store,
        "inserted": persona.inserted,
        "optinTime": persona.optin_at,
        "optoutTime": persona.optout_at,
        "optreqTime": persona.optreq_at,
        "hasRequested": persona.optreq_at > 0 and not persona.optin_at and not persona.optout_at,
        "loyaltyPoints": 0 if persona.hides_points else wire_number(persona.points),
        "loyalty": persona.member,
    }


def detail(far: Aiq, call: Call) -> Answer:
    """Shows one persona."""
    persona = far.persona(call.params["contactID"], at=far.world.seen_at)
    more = {
        "spent": wire_number(persona.spent),
        "referCode": persona.contact_id[:6].upper(),
        "referLink": f"{far.url}/r/{persona.contact_id[:6]}",
        "lastTouch": None,
    }
    kept = {
        "birthday": persona.birth_date,
        "address": persona.address,
        "city": persona.city,
        "state": persona.state,
        "zip": persona.zip_code,
    }
    return success(row(persona) | more | {name: value for name, value in kept.items() if value})


def membership(far: Aiq, call: Call) -> Answer:
    """Tells whether a phone or an e-mail belongs to a loyalty or opted-in contact."""
    pii, at = call.params["pii"], far.world.seen_at
    phone, email = ("", pii) if "@" in pii else (pii, "")
    persona = far.identify(phone, email, at=at)
    checked(persona is not None, "contact not found", 404)
    assert persona is not None
    return success(
        {
            "contactID": persona.contact_id,
            "loyalty": persona.member,
            "optin": persona.optin_at > 0,
            "emailOptIn": persona.email_optin,
        }
    )


_OVERRIDABLE = {"email": "email", "mobilePhone": "mobile", "firstName": "first_name", "lastName": "last_name"}


def overrides(far: Aiq, call: Call) -> Answer:
    """Shows the corrections made to a persona."""
    return success(far.persona(call.params["contactID"], at=far.world.seen_at).overrides)


def override(far: Aiq, call: Call) -> Answer:
    """Corrects a persona for good; absent keys stay, and a phone that AIQ judges invalid becomes blank."""
    persona = far.persona(call.params["contactID"])
    asked = {key: value or "" for key, value in call.decode(dict[str, str | None]).items() if key in _OVERRIDABLE}
    checked(bool(asked), "nothing to override")
    if "mobilePhone" in asked and not people.is_phone(asked["mobilePhone"]):
        asked["mobilePhone"] = ""
    changed = {_OVERRIDABLE[key]: value for key, value in asked.items()}
    corrected = replace(persona, overrides=persona.overrides | asked, **changed)
    far.world.personas.put(corrected, far.world.now)
    far.world.record("override", corrected, source="aiq", note=" ".join(sorted(asked)))
    return success(corrected.overrides)


OPERATIONS = (
    Operation("GET", "/api/v1.1/piis/{uid}", listing, "List or search personas"),
    Operation("GET", "/api/v1.1/piis/{uid}/{contactID}", detail, "One persona"),
    Operation("GET", "/api/v2/loyalty/lookup/{pii}", membership, "Is this a loyalty or opted-in contact?"),
    Operation("GET", "/api/v2/loyaltyContact/override/{uid}/{contactID}", overrides, "Read a persona's corrections"),
    Operation(
        "POST",
        "/api/v2/loyaltyContact/override/{uid}/{contactID}",
        override,
        "Correct a persona for good",
        body=dict[str, str | None],
    ),
)
