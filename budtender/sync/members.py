"""Customers of tills → AIQ: who they are, who of them is enrolled, and who is not told of at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from budtender.cache import namesakes, outbox, outgoing, personas
from budtender.cache.database import Connection
from budtender.cache.outgoing import DueCustomer
from budtender.connectors.aiq_options import CHUNK
from budtender.model import Kind, Member, Persona, State
from budtender.settings import RELEVANT_MARKET
from budtender.sync import scope
from budtender.sync.mirror import changes_since
from budtender.sync.numbers import has_agreed, number_of
from budtender.sync.outgoing import groups_of, member_of
from budtender.sync.taken import LIVE, PERSONAS, Sent, counted, refusals_in
from budtender.sync.wiring import Wiring


class Personas:
    """Whoever is due, by credential and id."""

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
    members = wiring.db.read(lambda c: _members(wiring, c, fresh))
    single = [member for member in members.values() if live or member.loyalty]
    bulk = [member for member in members.values() if not (live or member.loyalty)]
    reports = [await wiring.aiq.upsert_members(single, live=True)] if single else []
    reports += [await wiring.aiq.upsert_members(bulk)] if bulk else []
    taken = {key for report in reports for key in report.accepted}
    at = wiring.clock.now()

    def keep(c: Connection) -> None:
        refused = refusals_in(reports)
        untaken = {key for key, member in members.items() if member.pos_user not in taken}
        done = [r for r in rows if (r.credential, r.customer.id) not in untaken]
        if narrow:  # somebody may have moved here
            outgoing.release_sales(c, [(r.credential, r.customer.id) for r in done], scope.OUTSIDE)
        outgoing.customers_sent(c, done)
        for (credential, customer_id), member in members.items():
            if member.pos_user in refused:
                outgoing.refuse(c, "persona", credential, customer_id, refused[member.pos_user], at)
        contacts = {key: contact for report in reports for key, contact in report.contacts.items()}
        for row in fresh:
            member = members[row.credential, row.customer.id]
            if member.pos_user in contacts:
                _learn(wiring, c, row, member.pos_user, contacts[member.pos_user])

    await wiring.db.write(keep)
    return counted(reports)


def _learn(wiring: Wiring, connection: Connection, row: DueCustomer, pos_user: str, contact_id: str) -> None:
    """Whom AIQ knows by which id, so that they are found here at once and redeem under it."""
    customer, phone = row.customer, number_of(connection, row.credential, row.customer)
    if phone is not None:
        personas.adopt_pending(connection, phone, contact_id)
    personas.learn(
        connection,
        Persona(
            contact_id=contact_id,
            phone=phone,
            first_name=customer.first_name,
            last_name=customer.last_name,
            email=customer.email,
            src_id=pos_user,
            platform=wiring.tills[row.credential].name,
        ),
    )


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


def _members(wiring: Wiring, connection: Connection, rows: Sequence[DueCustomer]) -> dict[tuple[str, str], Member]:
    since = changes_since(wiring, connection)
    return {(row.credential, row.customer.id): _member(connection, row, since) for row in rows}


def _member(connection: Connection, row: DueCustomer, since: datetime | None) -> Member:
    """Whoever is new, or changed since changes go on to AIQ, as they are; of others the discount groups alone."""
    pos_user = namesakes.pos_user(connection, row.credential, row.customer.id)
    modified = row.customer.modified
    if row.sent and (since is None or (modified is not None and modified < since)):
        return groups_of(row.customer, pos_user)
    phone = number_of(connection, row.credential, row.customer)
    loyalty = _enrols(connection, row, phone)
    return member_of(row.customer, pos_user, phone=phone, loyalty=loyalty, changed=row.version > 1)


def _enrols(connection: Connection, row: DueCustomer, phone: str | None) -> bool:
    """Whether AIQ is to enroll them: with a stored consent, once, and not when a sign-up here has said so already."""
    if phone is None or row.sent or not has_agreed(connection, phone):
        return False
    signed_up = outbox.of_phone(connection, phone, Kind.SIGN_UP)
    return all(intent.state is State.REFUSED for intent in signed_up)
