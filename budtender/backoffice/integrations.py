"""Connect remote systems: a key is proved before it is kept, and lies in the OS keyring alone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from budtender.cache import books, till
from budtender.cache.books import Connected
from budtender.connectors import CONNECTORS, Pos
from budtender.connectors.aiq import Aiq
from budtender.connectors.aiq_options import BASE_URL
from budtender.connectors.sentences import display_name, misconfigured
from budtender.errors import InputError, NotFound, RemoteError
from budtender.model import Actor, Can, Location, Permission, Resource, Value
from budtender.register import Register
from budtender.staffing import managers_only
from budtender.states import is_state
from budtender.sync.mirror import copy_resource

LONGEST_KEY = 512
LONGEST_STORE = 100


class Connection(Value, frozen=True, kw_only=True):
    """A system that answers, and what its key may do."""

    connected: Connected
    permissions: tuple[Permission, ...]
    detail: str


async def connect_aiq(register: Register, uid: str, key: str, acting: Actor, *, base_url: str = "") -> Connection:
    """Connect the AIQ account. Raises InputError for a uid or key that cannot be one, Misconfigured when refused.

    Another account than the one this home belongs to is refused: its shoppers and points are not mixed.
    """
    managers_only(acting, "connect systems")
    if not (uid.isascii() and uid.isdigit() and len(uid) <= 20):
        raise InputError(
            "The AIQ uid is a number, such as 9001.",
            "Copy it from AIQ: Settings → API & Tracking.",
            field="uid",
            code="uid_shape",
        )
    before = _before(register, Aiq.name)
    address = base_url.strip() or (before.base_url if before else BASE_URL)
    _refuse_other_account(before, uid, address)
    connected = _entry(register, "aiq", "aiq", address, uid, "", acting)
    connector = register.make(connected, _checked_key(key))
    assert isinstance(connector, Aiq)
    try:
        with _at_its_address("aiq"):
            stores = await connector.prove()
        await register.add_connection(connected, key.strip(), connector, acting)
    except BaseException:
        await connector.aclose()
        raise
    permission = Permission(name="read stores", granted=True)
    return Connection(connected=connected, permissions=(permission,), detail=f"{len(stores)} stores")


@contextlib.contextmanager
def _at_its_address(system: str) -> Iterator[None]:
    """Nobody is looked up while a system is connected: what is not there then is the system itself."""
    try:
        yield
    except NotFound as error:
        raise misconfigured(system, 404) from error


def _refuse_other_account(before: Connected | None, uid: str, address: str) -> None:
    if before is not None and (before.account, before.base_url.rstrip("/")) != (uid, address.rstrip("/")):
        raise InputError(
            f"This home belongs to AIQ account {before.account} at {before.base_url}.",
            "Start a new home for another account with --home DIR.",
            field="uid",
            code="other_account",
            account=before.account,
            base_url=before.base_url,
        )


async def connect_till(
    register: Register,
    system: str,
    name: str,
    key: str,
    acting: Actor,
    *,
    second_key: str = "",
    location: str = "",
    details: str = "",
    market: str = "",
    base_url: str = "",
) -> Connection:
    """Connect one credential of a till under its store name, exactly as the till's vendor supplied it.

    `second_key` is the other half of a key that comes in two, `location` chooses by id or name where the key reaches
    several. A name that is connected already gets a new key for the same location; market, address and `details`, what
    else this kind of till is told, stay as they were where nothing is given. Raises InputError for a name that stands
    for another system or location, for a key that is connected already and for a location that is not reached or not
    chosen, Misconfigured when the till refuses the key.
    """
    managers_only(acting, "connect systems")
    name = _checked_store(register, system, name)
    key = _both_halves(system, key, second_key)
    before = _before(register, name)
    market = market or (before.market if before else "")
    address = base_url.strip() or (before.base_url if before else CONNECTORS[system].base_url)
    told = _details(register, system, name, details)
    connected = _entry(register, system, name, address, location, market, acting, told)
    connector = register.make(connected, key)
    assert not isinstance(connector, Aiq)
    try:
        with _at_its_address(system):
            connected, locations = await _placed(register, connector, connected, key, before)
        if Can.MANY_LOCATIONS in connector.can:
            await connector.aclose()
            connector = register.make(connected, key)
            assert not isinstance(connector, Aiq)
        with _at_its_address(system):
            permissions = await connector.check()
        await register.add_connection(connected, key, connector, acting)
    except BaseException:
        await connector.aclose()
        raise
    await register.db.write(lambda c: till.put_locations(c, name, locations))
    await _read_discounts(register, name, permissions)
    detail = next((place.name for place in locations if place.id == connected.account), "no location")
    return Connection(connected=connected, permissions=tuple(permissions), detail=detail)


async def _placed(
    register: Register, connector: Pos, wanted: Connected, key: str, before: Connected | None
) -> tuple[Connected, Sequence[Location]]:
    """The connection with the location that its key is for, and all that the key reaches; InputError as above."""
    if Can.MANY_LOCATIONS not in connector.can:
        await _refuse_same_key(register, wanted.name, key, wanted.account, wanted.details)
    locations = await connector.locations()
    account = _chosen(connector.can, locations, wanted.account, before)
    if before is not None:
        _refuse_other_location(register, before, account, locations)
    # A till of one's own may have one key for all its stores, which their descriptions tell apart.
    await _refuse_same_key(register, wanted.name, key, account)
    return replace(wanted, account=account), locations


def _before(register: Register, name: str) -> Connected | None:
    """What a name stands for already, or stood for: what was read then is still kept under it."""
    return next((one for one in register.db.read(books.ever_connected) if one.name == name), None)


def _refuse_other_location(register: Register, before: Connected, account: str, locations: Sequence[Location]) -> None:
    """InputError where the name stands for another location: its sales would go on as if they were that one's."""
    if account == before.account:
        return
    known = register.db.read(till.locations)
    names = {place.id: place.name for name, place in known if name == before.name}
    names |= {place.id: place.name for place in locations}
    there, here = names.get(before.account) or before.account, names.get(account) or account
    raise InputError(
        f"“{before.name}” stands for {there}, and this key is for {here}.",
        "Connect it under a name of its own: --store NAME",
        field="store",
        code="other_location",
        name=before.name,
        stands_for={"id": before.account, "name": there},
        reached={"id": account, "name": here},
    )


def _chosen(can: frozenset[Can], locations: Sequence[Location], wanted: str, before: Connected | None) -> str:
    """The id of the location that is meant: the one that is named, else the one before, else the only one there is."""
    if Can.MANY_LOCATIONS not in can:
        return wanted or (locations[0].id if locations else "")
    if before is not None and not wanted and any(place.id == before.account for place in locations):
        return before.account
    fitting = [place for place in locations if wanted in ("", place.id) or wanted.casefold() == place.name.casefold()]
    if not wanted:
        fitting = [place for place in locations if place.active] or fitting
    if len(fitting) == 1:
        return fitting[0].id
    places = ", ".join(f"{place.name} ({place.id})" for place in locations)
    raise InputError(
        f"This key does not reach one location “{wanted}”." if wanted else "This key reaches several locations.",
        f"Choose one with --location: {places}" if locations else "Ask for a key that may list them.",
        field="location",
        code="location_unknown" if wanted else "location_missing",
        wanted=wanted,
        locations=[{"id": place.id, "name": place.name} for place in locations],
    )


def _checked_store(register: Register, system: str, name: str) -> str:
    """The name without spaces around it; one that stands for another system would take that system's place."""
    tidy = name.strip()
    if not tidy or len(tidy) > LONGEST_STORE or not tidy.isprintable():
        raise InputError(
            "The store name is missing or cannot be one.",
            "Give it as the vendor did: --store NAME",
            field="store",
            code="store_name",
        )
    others = {other.name: other.system for other in register.db.read(books.ever_connected)}
    holder = Aiq.name if tidy.casefold() == Aiq.name else others.get(tidy, system)
    if holder != system:
        raise InputError(
            f"“{tidy}” is the name of a connection to {display_name(holder)}.",
            "Give the store another name: --store NAME",
            field="store",
            code="store_name_taken",
            name=tidy,
            system=holder,
        )
    return tidy


async def _read_discounts(register: Register, name: str, permissions: list[Permission]) -> None:
    """Rewards are linked to the till's discounts, so those are read at once, where the key may."""
    try:
        source = register.tills.get(name)  # none when tills of its kind are frozen
        if source is not None and Can.PULL_DISCOUNTS in source.can:
            await copy_resource(register, name, Resource.DISCOUNTS)
    except RemoteError as error:
        permissions.append(Permission(name="read discounts", granted=False, hint=str(error)))


def _both_halves(system: str, key: str, second_key: str) -> str:
    """A key as it is kept: its second half, where there is one, on a line of its own."""
    if not second_key:
        return _checked_key(key)
    if not CONNECTORS[system].second_key_is:
        raise InputError(
            f"A key of {display_name(system)} has no second half.",
            "Leave it out.",
            field="second_key",
            code="no_second_key",
            system=system,
        )
    return f"{_checked_key(key)}\n{_checked_key(second_key)}"


async def _refuse_same_key(register: Register, name: str, key: str, location: str, details: str | None = None) -> None:
    """InputError where the key is connected for this location; with `details`, where it was told the same as well."""
    for other in register.db.read(books.connections):
        if details is not None and other.details != details:
            continue
        if other.name != name and other.system != "aiq" and not (location and location != other.account):
            kept = await asyncio.to_thread(register.vault.read, other.key_entry)
            if kept is not None and kept.partition(b"\n")[0] == key.partition("\n")[0].encode():
                raise InputError(
                    f"This key is connected already, as “{other.name}”.",
                    "Each location has its own key.",
                    field="key",
                    code="key_taken",
                    name=other.name,
                )


class Described(Value, frozen=True, kw_only=True):
    """The description of a till of one's own, whether a key goes with it, and what the store was known by before."""

    text: str
    wants_key: bool
    location: str


def described(register: Register, name: str, text: str) -> Described:
    """A new description, the one that was told before, or the worked example. InputError with the line of a mistake."""
    from budtender.connectors.custom_mapping import example, read_description

    told = _details(register, "custom", name.strip(), text) or example()
    description = read_description(told)
    before = _before(register, name.strip())
    if before is None or before.system != "custom":
        return Described(text=told, wants_key=description.wants_key, location="")
    # Where neither description names the store, it is the same one: a server may move, a key be renewed.
    there, here = read_description(before.details).source, description.source
    if there.location and here.location and there.location != here.location:
        place = Location(id=here.location, name=here.name or here.location)
        _refuse_other_location(register, before, place.id, [place])
    return Described(text=told, wants_key=description.wants_key, location=before.account)


def _details(register: Register, system: str, name: str, details: str) -> str:
    """What the till is told beside its key: what is given now, else what it was told before."""
    tidy = details.strip()
    if tidy and not CONNECTORS[system].details_are:
        raise InputError(
            f"{display_name(system)} has to be told nothing beside the key.",
            "Leave the details out.",
            field="details",
            code="no_details",
            system=system,
        )
    if tidy:
        return tidy
    before = _before(register, name)
    return before.details if before is not None and before.system == system else ""


def _entry(
    register: Register,
    system: str,
    name: str,
    base_url: str,
    account: str,
    market: str,
    acting: Actor,
    details: str = "",
) -> Connected:
    return Connected(
        name=name,
        system=system,
        base_url=base_url.rstrip("/"),
        account=account,
        market=_checked_market(market),
        added=register.clock.now(),
        added_by=acting.name,
        details=details,
    )


def _checked_key(key: str) -> str:
    tidy = key.strip()
    if not tidy:
        raise InputError(
            "No key was given.", "Give it on standard input or in $BUDTENDER_KEY.", field="key", code="key_missing"
        )
    if len(tidy) > LONGEST_KEY or not (tidy.isascii() and tidy.isprintable()) or " " in tidy:
        raise InputError(
            "That is not an API key.", "Copy it again, without spaces or line breaks.", field="key", code="key_shape"
        )
    return tidy


def _checked_market(market: str) -> str:
    tidy = market.strip().upper()
    if tidy and not is_state(tidy):
        raise InputError(
            "A market is the two letters of a state, such as CO.",
            "Give it as --market CO.",
            field="market",
            code="market_shape",
        )
    return tidy
