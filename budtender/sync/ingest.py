"""Mirror → AIQ: personas, sales and stock, in bulk for what piled up and one by one for what happens now.

Upserts by the till's own ids: sending a row twice changes nothing, so a lost answer is simply sent again. AIQ takes up
to a day to work off what it accepted (core integration article). A chunk that fails stays due and never stops the
others; a row that AIQ will not take is kept with the reason until the till changes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from budtender.cache import books, consents, copying, namesakes, once, outbox, outgoing, stock, till
from budtender.cache.database import Connection
from budtender.cache.outgoing import DueCustomer, DueTicket
from budtender.cache.rows import to_ms
from budtender.cache.stock import Stock
from budtender.connectors.aiq_ingest import Upserted
from budtender.connectors.aiq_options import CHUNK
from budtender.connectors.http import Priority
from budtender.errors import Failure, InputError, RemoteError, Unreachable
from budtender.events import Change
from budtender.log import get_logger
from budtender.model import Customer, Kind, Member, Sale, State, TicketState, Value
from budtender.settings import RELEVANT_MARKET, SEND_INVENTORY, SEND_PERSONAS, SEND_SALES, Setting
from budtender.sync import schedule, scope
from budtender.sync.mirror import note_failure
from budtender.sync.outgoing import items_of, member_of, sale_id, sales_of, void_id
from budtender.sync.progress import Progress
from budtender.sync.wiring import Wiring

log = get_logger(__name__)
AIQ = "aiq"
PERSONAS, SALES, INVENTORY = "personas sent", "sales sent", "inventory sent"
#: What switches each of them on, in the order in which they are sent.
SWITCHES: Mapping[str, Setting[bool]] = {SALES: SEND_SALES, INVENTORY: SEND_INVENTORY, PERSONAS: SEND_PERSONAS}
#: Later than any sale, in milliseconds.
NEVER = 2**62
#: So few at once, and so young, are what happens now; everything else goes in bulk.
LIVE = 10
YOUNG = timedelta(hours=1)
#: Seconds after which one kind gives way to the next.
TURN = 20.0
#: Chunks in a row that fail as a whole before the rest waits for the next time.
FAILED_CHUNKS = 3


class Sent(Value, frozen=True, kw_only=True):
    """What one pass sent: rows accepted, refused for good, left for later, and sold to whom the till does not say."""

    accepted: int = 0
    refused: int = 0
    later: int = 0
    unknown: int = 0

    def __add__(self, other: Sent) -> Sent:
        return Sent(
            accepted=self.accepted + other.accepted,
            refused=self.refused + other.refused,
            later=self.later + other.later,
            unknown=self.unknown + other.unknown,
        )


async def send_due(
    wiring: Wiring,
    leave: Callable[[], bool] = lambda: False,
    *,
    whole: bool = True,
    tally: Counter[str] | None = None,
) -> Sent:
    """Send whatever is due: sales with who bought, then stock, then everybody else; one kind that fails stops no other.

    Unless `whole`, each kind gives way after a while: a backfill takes hours, and what is new must not wait for it.
    What AIQ took is added to `tally` by its kind (`PERSONAS`, `SALES`, `INVENTORY`) as it goes, whatever fails later.
    Raises the failure of the last kind that failed; each is noted with its next try.
    """
    sent, tally = Sent(), Counter[str]() if tally is None else tally
    failed: RemoteError | None = None
    if not wiring.settings.get(RELEVANT_MARKET) and wiring.db.read(lambda c: outgoing.is_held(c, scope.OUTSIDE)):
        await wiring.db.write(lambda c: outgoing.release(c, scope.OUTSIDE))
    kinds: Mapping[str, Callable[[Wiring, Counter[str]], _Kind]] = {
        SALES: _Sales,
        INVENTORY: _Inventory,
        PERSONAS: _Personas,
    }
    for resource, setting in SWITCHES.items():
        state = wiring.db.read(partial(copying.find, credential=AIQ, resource=resource))
        if leave() or not wiring.settings.get(setting) or not schedule.is_due(state, wiring.clock.now()):
            continue
        try:
            turn = leave if whole else partial(_turn_over, wiring, wiring.clock.mono(), leave)
            sent += await _Pass(wiring, resource, kinds[resource](wiring, tally)).run(turn)
        except RemoteError as error:
            failed = error
    if failed is not None:
        raise failed
    return sent


def _turn_over(wiring: Wiring, began: float, leave: Callable[[], bool]) -> bool:
    return leave() or wiring.clock.since(began) > TURN


class _Kind(Protocol):
    """One kind of rows, in chunks."""

    def next(self) -> int:
        """Read the next chunk; returns how many rows it has."""
        ...

    async def send(self) -> Sent:
        """Send the chunk and keep what became of it."""
        ...


class _Pass:
    """All chunks of one kind that are due, once each."""

    def __init__(self, wiring: Wiring, resource: str, kind: _Kind) -> None:
        self._wiring = wiring
        self._resource = resource
        self._kind = kind

    async def run(self, leave: Callable[[], bool]) -> Sent:
        """Send them; raises when rows are left for later, after everything else was sent."""
        if not self._kind.next():
            await self._nothing_left()
            return Sent()
        now = self._wiring.clock.now()
        await self._wiring.db.write(lambda c: copying.begin(c, AIQ, self._resource, now))
        try:
            sent = await self._chunks(leave)
            if sent.later or sent.unknown:
                raise _left_over(sent)
        except Failure as failure:
            await note_failure(self._wiring, AIQ, self._resource, failure)
            raise
        finally:
            self._wiring.board.end(AIQ, self._resource)
            self._wiring.events.ring(Change.MIRROR)
        await self._finish()
        return sent

    async def _nothing_left(self) -> None:
        """What failed before went another way, as people do with what they bought, or is not wanted any more."""
        if self._wiring.db.read(lambda c: copying.find(c, AIQ, self._resource)).failures:
            await self._finish()

    async def _finish(self) -> None:
        at = self._wiring.clock.now()
        await self._wiring.db.write(lambda c: copying.finish(c, AIQ, self._resource, at=at, next_at=at))

    def _advance(self, connection: Connection, *, rows: int) -> None:
        copying.advance(connection, AIQ, self._resource, rows=rows)

    async def _chunks(self, leave: Callable[[], bool]) -> Sent:
        sent, failed = Sent(), 0
        while True:
            done = await self._kind.send()
            sent += done
            failed = failed + 1 if (done.later or done.unknown) and not done.accepted else 0
            rows = done.accepted
            await self._wiring.db.write(partial(self._advance, rows=rows))
            self._wiring.board.tell(Progress(credential=AIQ, resource=self._resource, rows=sent.accepted))
            if leave() or failed == FAILED_CHUNKS or not self._kind.next():
                return sent


def _left_over(sent: Sent) -> Unreachable:
    if sent.later:
        said, code = f"AIQ did not take {sent.later} rows; they are sent again.", "rows_not_taken"
    else:
        said, code = f"{sent.unknown} sales wait for their till to tell who bought them.", "buyers_not_told"
    return Unreachable(said, system=AIQ, sent=True, code=code, rows=sent.later or sent.unknown)


class _Personas:
    def __init__(self, wiring: Wiring, tally: Counter[str]) -> None:
        self._wiring = wiring
        self._tally = tally
        self._after = ("", "")
        self._rows: list[DueCustomer] = []

    def next(self) -> int:
        self._rows = self._wiring.db.read(lambda c: outgoing.due_customers(c, self._after, CHUNK))
        if self._rows:
            self._after = (self._rows[-1].credential, self._rows[-1].customer.id)
        return len(self._rows)

    async def send(self) -> Sent:
        sent = await send_members(self._wiring, self._rows, live=len(self._rows) <= LIVE)
        self._tally[PERSONAS] += sent.accepted
        return sent


async def send_members(wiring: Wiring, rows: Sequence[DueCustomer], *, live: bool) -> Sent:
    """Send these customers; anonymous and merged ones are nobody of their own.

    Whoever has consented to loyalty here goes by themselves, because in bulk nobody is enrolled.
    """
    narrow = wiring.settings.get(RELEVANT_MARKET)
    rows = await _within_market(wiring, rows)
    told = wiring.db.read(lambda c: outgoing.told_elsewhere(c, rows))
    fresh = [row for row in rows if _is_somebody(row) and row not in told]
    if len(wiring.tills) > 1:
        await wiring.db.write(lambda c: namesakes.keep_apart(c, fresh))
    members = wiring.db.read(lambda c: {(row.credential, row.customer.id): _member(c, row) for row in fresh})
    single = [member for member in members.values() if live or member.loyalty]
    bulk = [member for member in members.values() if not (live or member.loyalty)]
    reports = [await wiring.aiq.upsert_members(single, live=True)] if single else []
    reports += [await wiring.aiq.upsert_members(bulk)] if bulk else []
    taken = {key for report in reports for key in report.accepted}
    at = wiring.clock.now()

    def keep(c: Connection) -> None:
        refused = _refused(reports)
        untaken = {key for key, member in members.items() if member.pos_user not in taken}
        done = [r for r in rows if (r.credential, r.customer.id) not in untaken]
        outgoing.customers_sent(c, done)
        if narrow:  # somebody may have moved here
            outgoing.release_sales(c, [(r.credential, r.customer.id) for r in done], scope.OUTSIDE)
        for (credential, customer_id), member in members.items():
            if member.pos_user in refused:
                outgoing.refuse(c, "persona", credential, customer_id, refused[member.pos_user], at)

    await wiring.db.write(keep)
    return _counted(reports)


async def _within_market(wiring: Wiring, rows: Sequence[DueCustomer]) -> Sequence[DueCustomer]:
    """Those whom the settings let go to AIQ; whoever lives elsewhere is kept here with the reason."""
    if not wiring.settings.get(RELEVANT_MARKET):
        return rows
    markets, at = wiring.db.read(scope.markets), wiring.clock.now()
    outside = [row for row in rows if not scope.in_market(row.customer.state, markets.get(row.credential, ""))]

    def keep(c: Connection) -> None:
        for row in outside:
            outgoing.refuse(c, "persona", row.credential, row.customer.id, scope.OUTSIDE, at)

    if outside:
        await wiring.db.write(keep)
    return [row for row in rows if row not in outside]


def _is_somebody(row: DueCustomer) -> bool:
    return not row.customer.anonymous and row.customer.merged_into is None


def _member(connection: Connection, row: DueCustomer) -> Member:
    pos_user = namesakes.pos_user(connection, row.credential, row.customer.id)
    return member_of(row.customer, pos_user, loyalty=_enrols(connection, row), changed=row.version > 1)


def _enrols(connection: Connection, row: DueCustomer) -> bool:
    """Whether AIQ is to enrol them: with a stored consent, once, and not when a sign-up here has said so already."""
    phone = row.customer.phones[0] if row.customer.phones else None
    if phone is None or row.sent:
        return False
    said = consents.newest(connection, phone, "loyalty")
    if said is None or not said.granted:
        return False
    signed_up = outbox.of_phone(connection, phone, Kind.SIGN_UP)
    return all(intent.state is State.REFUSED for intent in signed_up)


class _Sales:
    def __init__(self, wiring: Wiring, tally: Counter[str]) -> None:
        self._wiring = wiring
        self._tally = tally
        #: What was sold just now goes before what piled up.
        self._young = to_ms(wiring.clock.now() - YOUNG)
        self._spans = [(self._young, NEVER), (-NEVER, self._young)]
        self._after = (self._young, -1)
        self._rows: list[DueTicket] = []

    def next(self) -> int:
        while self._spans:
            end = self._spans[0][1]
            self._rows = self._wiring.db.read(partial(outgoing.due_tickets, after=self._after, most=CHUNK, before=end))
            if self._rows:
                self._after = (to_ms(self._rows[-1].ticket.at), self._rows[-1].seq)
                return len(self._rows)
            self._spans.pop(0)
            self._after = (-NEVER, -1)
        return 0

    async def send(self) -> Sent:
        wiring = self._wiring
        twice = wiring.db.read(lambda c: outgoing.told_by_first_key(c, self._rows))
        await wiring.db.write(lambda c: outgoing.tickets_sent(c, twice))
        self._rows = [row for row in self._rows if row not in twice]
        rows, unknown = await self._known()
        await self._ahead(rows)
        rows = await self._without_outsiders(rows)
        told = wiring.db.read(lambda c: _sales(c, rows))
        live = len(rows) <= LIVE and all(to_ms(row.ticket.at) >= self._young for row in rows)
        report = await wiring.aiq.upsert_sales([sale for _, sales in told for sale in sales], live=live)
        taken, refused = set(report.accepted), _refused([report])
        at = wiring.clock.now()

        def keep(c: Connection) -> None:
            outgoing.tickets_sent(c, [row for row, sales in told if all(sale.pos_id in taken for sale in sales)])
            for row, sales in told:
                _note_void(c, row, taken, at)
                for sale in sales:
                    if sale.pos_id in refused:
                        outgoing.refuse(c, "sale", row.credential, row.ticket.id, refused[sale.pos_id], at)

        await wiring.db.write(keep)
        self._tally[SALES] += len(report.accepted)
        return _counted([report]) + Sent(unknown=unknown)

    async def _known(self) -> tuple[list[DueTicket], int]:
        """The tickets of somebody, and how many have to wait because the till cannot be asked who it is.

        A customer whom no list named may be archived, older than what was copied, or stand for nobody.
        """
        buyers = {(row.credential, row.ticket.customer_id or "") for row in self._rows}
        missing: set[tuple[str, str]] = set()
        for key in self._wiring.db.read(lambda c: outgoing.strangers(c, buyers)):
            if not await _ask_who(self._wiring, *key):
                missing.add(key)
        nobody = self._wiring.db.read(lambda c: outgoing.anonymous(c, buyers))
        guests = [row for row in self._rows if (row.credential, row.ticket.customer_id) in nobody]
        await self._wiring.db.write(lambda c: outgoing.not_to_be_told(c, guests))
        left = [row for row in self._rows if (row.credential, row.ticket.customer_id) not in nobody]
        known = [row for row in left if (row.credential, row.ticket.customer_id) not in missing]
        return known, len(left) - len(known)

    async def _without_outsiders(self, rows: list[DueTicket]) -> list[DueTicket]:
        """A sale to somebody whom AIQ is not to know would be nobody's there."""
        if not self._wiring.settings.get(RELEVANT_MARKET):
            return rows
        buyers = [(row.credential, row.ticket.customer_id or "") for row in rows]
        markets, at = self._wiring.db.read(scope.markets), self._wiring.clock.now()
        kept_back = {
            (row.credential, row.customer.id)
            for row in self._wiring.db.read(lambda c: outgoing.unsent_customers(c, buyers))
            if not scope.in_market(row.customer.state, markets.get(row.credential, ""))
        }
        outside = [row for row in rows if (row.credential, row.ticket.customer_id or "") in kept_back]

        def keep(c: Connection) -> None:
            for row in outside:
                outgoing.refuse(c, "sale", row.credential, row.ticket.id, scope.OUTSIDE, at)

        if outside:
            await self._wiring.db.write(keep)
        return [row for row in rows if row not in outside]

    async def _ahead(self, rows: Sequence[DueTicket]) -> None:
        """Who bought has to be known in AIQ before what they bought."""
        buyers = [(row.credential, row.ticket.customer_id or "") for row in rows]
        unknown = self._wiring.db.read(lambda c: outgoing.unsent_customers(c, buyers))
        if unknown:
            sent = await send_members(self._wiring, unknown, live=len(unknown) <= LIVE)
            self._tally[PERSONAS] += sent.accepted


async def _ask_who(wiring: Wiring, credential: str, customer_id: str) -> bool:
    """Ask the till for one customer and keep the answer, a bare archived profile where it has none; False when away."""
    source = wiring.tills.get(credential)
    try:
        customer = await source.find_customer(customer_id, priority=Priority.BACKGROUND) if source else None
    except InputError:
        customer = None
    except RemoteError as error:
        log.info("buyer not known", why=error.kind)
        return False
    found = customer or Customer(id=customer_id, archived=True)
    await wiring.db.write(lambda c: till.put_customers(c, credential, [found]))
    return True


def _note_void(connection: Connection, row: DueTicket, taken: set[str], at: datetime) -> None:
    """Remember what AIQ has been told to give back, so that it can be told when the sale counts again."""
    pos_id = sale_id(row.location_id, row.ticket.id)
    if void_id(pos_id) not in taken:
        return
    if row.ticket.state is TicketState.COMPLETED:
        once.undone(connection, once.VOIDED, pos_id)
    else:
        once.done(connection, once.VOIDED, pos_id, at)


def _sales(connection: Connection, rows: Sequence[DueTicket]) -> list[tuple[DueTicket, tuple[Sale, ...]]]:
    named = [(row.credential, line.product_id) for row in rows for line in row.ticket.lines if line.product_id]
    products = outgoing.products_of(connection, named)
    places = {(name, place.id): place.name for name, place in till.locations(connection)}
    accounts = {c.name: c.account for c in books.ever_connected(connection)}
    void = once.among(connection, once.VOIDED, [sale_id(row.location_id, row.ticket.id) for row in rows])
    told = []
    for row in rows:
        buyer = outgoing.survivor(connection, row.credential, row.ticket.customer_id or "")
        known_by = namesakes.pos_user(connection, row.credential, buyer)
        own = row.location_id in (accounts.get(row.credential), row.credential)
        name = row.credential if own else places.get((row.credential, row.location_id), row.credential)
        was_void = sale_id(row.location_id, row.ticket.id) in void
        told.append((row, sales_of(row, known_by, name, products, was_void=was_void)))
    return told


class _Inventory:
    def __init__(self, wiring: Wiring, tally: Counter[str]) -> None:
        self._wiring = wiring
        self._tally = tally
        self._after = ""
        self._rows: list[Stock] = []

    def next(self) -> int:
        self._rows = self._wiring.db.read(lambda c: stock.due(c, self._after, CHUNK))
        if self._rows:
            self._after = self._rows[-1].product_id
        return len(self._rows)

    async def send(self) -> Sent:
        items = [(row, item) for row in self._rows for item in items_of(row)]
        report = await self._wiring.aiq.upsert_inventory(item for _, item in items)
        later = {refusal.key for refusal in report.later}
        refused = _refused([report])
        open_rows = {row.product_id for row, item in items if item.sku in later}
        at = self._wiring.clock.now()

        def keep(c: Connection) -> None:
            stock.told(c, [row for row in self._rows if row.product_id not in open_rows])
            for row, item in items:
                if item.sku in refused:
                    outgoing.refuse(c, "item", "", row.product_id, refused[item.sku], at)

        await self._wiring.db.write(keep)
        self._tally[INVENTORY] += len(report.accepted)
        return _counted([report])


def _refused(reports: Iterable[Upserted]) -> dict[str, str]:
    return {refusal.key: refusal.reason for report in reports for refusal in report.refused}


def _counted(reports: Sequence[Upserted]) -> Sent:
    return Sent(
        accepted=sum(len(report.accepted) for report in reports),
        refused=sum(len(report.refused) for report in reports),
        later=sum(len(report.later) for report in reports),
    )
