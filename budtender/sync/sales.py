"""Sales and refunds of tills → AIQ, each behind who bought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from budtender.cache import books, namesakes, once, outgoing, till
from budtender.cache.database import Connection
from budtender.cache.outgoing import DueTicket
from budtender.cache.rows import to_ms
from budtender.connectors.aiq_options import CHUNK
from budtender.connectors.http import Priority
from budtender.errors import InputError, RemoteError
from budtender.log import get_logger
from budtender.model import Customer, Sale
from budtender.settings import RELEVANT_MARKET
from budtender.sync import scope
from budtender.sync.members import send_members
from budtender.sync.outgoing import is_taken_back, sale_id, sales_of, void_id
from budtender.sync.taken import LIVE, PERSONAS, SALES, Sent, counted, refusals_in
from budtender.sync.wiring import Wiring

log = get_logger(__name__)
#: Later than any sale, in milliseconds.
NEVER = 2**62
#: So few at once, and so young, are what happens now; everything else goes in bulk.
YOUNG = timedelta(hours=1)


class Sales:
    """Whatever is due, what was sold just now first."""

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
        await wiring.db.write(lambda c: outgoing.tell(c, rows))
        live = len(rows) <= LIVE and all(to_ms(row.ticket.at) >= self._young for row in rows)
        report = await wiring.aiq.upsert_sales([sale for _, sales in told for sale in sales], live=live)
        taken, refused = set(report.accepted), refusals_in([report])
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
        return counted([report]) + Sent(unknown=unknown)

    async def _known(self) -> tuple[list[DueTicket], int]:
        """The tickets of somebody, and how many have to wait because the till cannot be asked who it is.

        A customer whom no list named may be archived, older than what was copied, or stand for nobody.
        """
        buyers = {(row.credential, row.ticket.customer_id) for row in self._rows if row.ticket.customer_id}
        missing = await self._missing(buyers)
        nobody = self._wiring.db.read(lambda c: outgoing.anonymous(c, buyers))
        guests, found, waiting = [], [], 0
        for row in self._rows:
            whose = row.ticket.customer_id
            if whose is None or (row.credential, whose) in nobody:
                if row.buyer is None or row.buyer == whose:
                    guests.append(row)
                else:
                    found.append(_handed_over(row, row.buyer))
            elif (row.credential, whose) in missing:
                waiting += 1
            else:
                found.append(row)
        await self._wiring.db.write(lambda c: outgoing.not_to_be_told(c, guests))
        return found, waiting

    async def _missing(self, buyers: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """Of these buyers those who are somebody whom the till cannot be asked for now."""
        missing: set[tuple[str, str]] = set()
        asked: set[tuple[str, str]] = set()
        while found := self._wiring.db.read(partial(outgoing.strangers, buyers=buyers - missing)):
            # Who was found may have been merged into another stranger.
            fresh = {(credential, whose) for (credential, _), whose in found.items()} - asked
            asked |= fresh
            answered = {who for who in fresh if await _ask_who(self._wiring, *who)}
            missing.update(key for key, whose in found.items() if (key[0], whose) not in answered)
        return missing

    async def _without_outsiders(self, rows: list[DueTicket]) -> list[DueTicket]:
        """A sale to somebody whom AIQ is not to know would be nobody's there."""
        if not self._wiring.settings.get(RELEVANT_MARKET):
            return rows
        markets, at = self._wiring.db.read(scope.markets), self._wiring.clock.now()
        whose = self._wiring.db.read(lambda c: _buyers(c, rows))
        kept_back = {
            (row.credential, row.customer.id)
            for row in self._wiring.db.read(lambda c: outgoing.unsent_customers(c, whose))
            if not scope.in_market(row.customer.state, markets.get(row.credential, ""))
        }
        outside = [row for row, buyer in zip(rows, whose, strict=True) if buyer in kept_back]

        def keep(c: Connection) -> None:
            for row in outside:
                outgoing.refuse(c, "sale", row.credential, row.ticket.id, scope.OUTSIDE, at)
            for key in kept_back:
                outgoing.refuse(c, "persona", *key, scope.OUTSIDE, at)

        if outside:
            await self._wiring.db.write(keep)
        return [row for row in rows if row not in outside]

    async def _ahead(self, rows: Sequence[DueTicket]) -> None:
        """Who bought has to be known in AIQ before what they bought."""
        unknown = self._wiring.db.read(lambda c: outgoing.unsent_customers(c, _buyers(c, rows)))
        if unknown:
            sent = await send_members(self._wiring, unknown, live=len(unknown) <= LIVE)
            self._tally[PERSONAS] += sent.accepted


def _buyers(connection: Connection, rows: Sequence[DueTicket]) -> list[tuple[str, str]]:
    """Whom each of these tickets is told under: for whoever was merged, the one who is left."""
    return [
        (row.credential, outgoing.survivor(connection, row.credential, row.ticket.customer_id or "")) for row in rows
    ]


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


def _handed_over(row: DueTicket, buyer: str) -> DueTicket:
    """A ticket that is nobody's by now: whoever had it at AIQ is given it back, for AIQ lets no sale be deleted."""
    return replace(row, ticket=replace(row.ticket, customer_id=buyer), given_back=True)


def _note_void(connection: Connection, row: DueTicket, taken: set[str], at: datetime) -> None:
    """Remember what AIQ has been told to give back, so that it can be told when the sale counts again."""
    pos_id = sale_id(row)
    if void_id(pos_id) not in taken:
        return
    if is_taken_back(row):
        once.done(connection, once.VOIDED, pos_id, at)
    else:
        once.undone(connection, once.VOIDED, pos_id)


def _sales(connection: Connection, rows: Sequence[DueTicket]) -> list[tuple[DueTicket, tuple[Sale, ...]]]:
    named = [(row.credential, line.product_id) for row in rows for line in row.ticket.lines if line.product_id]
    products = outgoing.products_of(connection, named)
    places = {(name, place.id): place.name for name, place in till.locations(connection)}
    accounts = {c.name: c.account for c in books.ever_connected(connection)}
    void = once.among(connection, once.VOIDED, [sale_id(row) for row in rows])
    told = []
    for row in rows:
        buyer = outgoing.survivor(connection, row.credential, row.ticket.customer_id or "")
        known_by = namesakes.pos_user(connection, row.credential, buyer)
        own = row.location_id in (accounts.get(row.credential), row.credential)
        name = row.credential if own else places.get((row.credential, row.location_id), row.credential)
        was_void = sale_id(row) in void
        told.append((row, sales_of(row, known_by, name, products, was_void=was_void)))
    return told
