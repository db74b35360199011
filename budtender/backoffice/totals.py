"""What each store sold on each day, beside what the till's vendor itself adds up: the figure to check the engine by."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from budtender.cache import books, tickets, till
from budtender.cache.books import Connected
from budtender.cache.database import Connection
from budtender.cache.tickets import DayTotals
from budtender.connectors import Pos
from budtender.errors import Failure, InputError
from budtender.model import Can, ClosingReport, Location, Value
from budtender.model.zones import zone_of
from budtender.register import Register
from budtender.sync import placing

#: Vendors are asked day by day; more days than these would keep a person waiting.
MOST_REPORTS = 31
LONGEST = timedelta(days=3_660)


class Difference(Value, frozen=True, kw_only=True):
    """Ours less the vendor's; None where the vendor does not say."""

    sales: int | None
    net_cents: int | None
    returns_cents: int | None
    voids: int | None
    loyalty_cents: int | None

    @classmethod
    def between(cls, ours: DayTotals, theirs: ClosingReport) -> Difference | None:
        """What the two come to; None where the vendor says none of it, so that there is nothing to agree with."""

        def less(mine: int, told: int | None) -> int | None:
            return None if told is None else mine - told

        # Some vendors write what was given back with a minus.
        returned = None if theirs.returns_cents is None else abs(theirs.returns_cents)
        found = cls(
            sales=less(ours.sales, theirs.sales),
            net_cents=less(ours.net_cents, theirs.net_cents),
            returns_cents=less(ours.returns_cents, returned),
            voids=less(ours.voids, theirs.voids),
            loyalty_cents=less(ours.loyalty_cents, theirs.loyalty_cents),
        )
        return found if any(value is not None for value in msgspec.structs.astuple(found)) else None

    @property
    def is_none(self) -> bool:
        """Whether everything that the vendor says agrees."""
        return not any((self.sales, self.net_cents, self.returns_cents, self.voids, self.loyalty_cents))


class StoreDay(Value, frozen=True, kw_only=True):
    """One store and day. `note` says why there is no report where there should be one."""

    store: str
    totals: DayTotals
    #: The store in AIQ that it counts for; None while its key is unmapped.
    aiq_store: str | None = None
    report: ClosingReport | None = None
    difference: Difference | None = None
    note: str = ""


class _Store(Value, frozen=True, kw_only=True):
    """A location with the credential that speaks for it."""

    name: str
    credential: str
    system: str
    location: Location
    aiq_store: str | None = None

    @property
    def zone(self) -> str | None:
        return self.location.zone or zone_of(self.location.state)


async def totals(
    register: Register, first: date, last: date, *, store: str | None = None, reports: bool = True
) -> list[StoreDay]:
    """Every store and day between two days, both included, that has documents or a report.

    InputError for a store that is not connected, or days the wrong way round.
    """
    if last - first > LONGEST:
        raise InputError(
            f"{first} to {last} is longer than the {LONGEST.days} days that are added up at once.",
            "Ask for a shorter stretch, and for the rest of it after that.",
            field="to",
            code="days_too_many",
            first=first.isoformat(),
            last=last.isoformat(),
            longest=LONGEST.days,
        )
    if last < first:
        raise InputError(
            f"{first} to {last} is no stretch of days.",
            "Give the first day as --from, the last as --to.",
            field="to",
            code="no_days",
            first=first.isoformat(),
            last=last.isoformat(),
        )
    stores = _chosen(register.db.read(_stores), store)
    rows = register.db.read(lambda c: tickets.totals(c, first.isoformat(), last.isoformat()))
    days = {(row.system, row.location_id, row.day): row for row in rows}
    ask = reports and (last - first).days < MOST_REPORTS

    def source(known: _Store) -> Pos | None:
        till = register.tills.get(known.credential)
        return till if ask and till is not None and Can.CLOSING_REPORT in till.can else None

    # Each key has a pace of its own, so the stores are asked side by side.
    found = await asyncio.gather(
        *(_of_store(known, days, _days(first, last), source(known)) for known in stores.values())
    )
    rows_in_all = [row for rows_of_store in found for row in rows_of_store]
    return sorted(rows_in_all, key=lambda row: (row.store.casefold(), row.totals.day))


async def _of_store(
    store: _Store, known: Mapping[tuple[str, str, str], DayTotals], days: Iterable[date], source: Pos | None
) -> list[StoreDay]:
    rows, failed = [], ""
    for day in days:
        ours = known.get((store.system, store.location.id, day.isoformat()))
        report: ClosingReport | None = None
        if source is not None and not failed:
            try:
                report = await _report(source, store, day)
            except Failure as failure:
                failed = str(failure)
        if ours is None and (report is None or _is_empty(report)):
            continue
        counted = ours or DayTotals(location_id=store.location.id, day=day.isoformat(), system=store.system)
        rows.append(
            StoreDay(
                store=store.name,
                totals=counted,
                aiq_store=store.aiq_store,
                report=report,
                difference=Difference.between(counted, report) if report else None,
                note=failed,
            )
        )
    return rows


async def _report(source: Pos, store: _Store, day: date) -> ClosingReport | None:
    """The vendor's report of one day of the store's own calendar; None where its time zone is not known."""
    if store.zone is None:
        return None
    zone = ZoneInfo(store.zone)
    start = datetime.combine(day, time(), zone)
    return await source.closing_report(start, datetime.combine(day + timedelta(days=1), time(), zone))


def _is_empty(report: ClosingReport) -> bool:
    return not any((report.sales, report.net_cents, report.returns_cents, report.voids))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _stores(connection: Connection) -> dict[tuple[str, str], _Store]:
    """Every location by its vendor and id: under the credential's name where it is that credential's own."""
    known, standing = till.locations(connection), placing.placed(connection)
    connected = [one for one in books.ever_connected(connection) if one.system != "aiq"]
    stores: dict[tuple[str, str], _Store] = {}

    def keep(name: str, one: Connected, place: Location) -> None:
        found = standing.get(one.name)
        counts_for = found.store.name if found and found.store else None
        store = _Store(name=name, credential=one.name, system=one.system, location=place, aiq_store=counts_for)
        stores.setdefault((one.system, place.id), store)

    for one in connected:
        own = one.account or one.name
        place = next((p for name, p in known if name == one.name and p.id == own), None)
        keep(one.name, one, place or Location(id=own, name=one.name, state=one.market or None))
    of_name = {one.name: one for one in reversed(connected)}
    for name, place in known:
        if name in of_name:
            keep(place.name, of_name[name], place)
    return stores


def _chosen(stores: Mapping[tuple[str, str], _Store], wanted: str | None) -> Mapping[tuple[str, str], _Store]:
    if wanted is None:
        return stores
    tidy = wanted.strip().casefold()
    chosen = {
        key: store
        for key, store in stores.items()
        if tidy in (store.name.casefold(), store.credential.casefold(), key[1].casefold())
    }
    if not chosen:
        names: Sequence[str] = sorted({store.credential for store in stores.values()})
        hint = f"Connected are: {', '.join(names)}." if names else "Connect a till first."
        named = wanted[:80]
        raise InputError(f"No store is called “{named}”.", hint, field="store", code="no_store", named=named)
    return chosen
