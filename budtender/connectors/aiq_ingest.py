"""Sending personas, sales and stock to AIQ: upserts by the till's own ids, accepted now and visible within 24 hours.

Single calls are for what happens now, bulk calls for backfills and batches (core integration article). In bulk nobody
is texted: `sendNotification` is 0 and `loyalty` false whatever a row says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import msgspec

from budtender.connectors.aiq_calls import Calls, receipt
from budtender.connectors.aiq_forms import Form, item_form, member_form, sale_form
from budtender.connectors.aiq_options import CHUNK
from budtender.connectors.aiq_wire import open_envelope, read_contact_id
from budtender.connectors.call import BeforeSend
from budtender.connectors.http import BATCH, Priority
from budtender.errors import InputError, NotFound, ProtocolError, RateLimited, Refused, RemoteError, Unreachable
from budtender.model import Item, Member, Receipt, Sale, Value

T = TypeVar("T")


class Refusal(Value, frozen=True, kw_only=True):
    """A row that AIQ did not take, by its key, and why in one sentence."""

    key: str
    reason: str


class Upserted(Value, frozen=True, kw_only=True):
    """What became of a bulk upsert: `refused` rows have to be mended, those `later` can be sent again as they are."""

    accepted: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    later: tuple[Refusal, ...] = ()


class _Outcome:
    def __init__(self) -> None:
        self.accepted: list[str] = []
        self.refused: list[Refusal] = []
        self.later: list[Refusal] = []

    def checked(self, rows: Iterable[T], key: Callable[[T], str], form: Callable[[T], Form]) -> list[tuple[str, Form]]:
        """The rows as forms; those that must not be sent are refused here."""
        forms = []
        for row in rows:
            try:
                forms.append((key(row), form(row)))
            except InputError as error:
                self.refused.append(Refusal(key=key(row), reason=error.title))
        return forms

    def failed(self, keys: Iterable[str], error: RemoteError) -> None:
        """Files rows under what their failure means."""
        final = isinstance(error, Refused | NotFound)
        rows = self.refused if final else self.later
        rows.extend(Refusal(key=key, reason=error.title) for key in keys)

    def done(self) -> Upserted:
        return Upserted(accepted=tuple(self.accepted), refused=tuple(self.refused), later=tuple(self.later))


class Ingest(Calls):
    """Upserts (AIQ core integration article)."""

    async def upsert_member(
        self, member: Member, *, priority: Priority = Priority.COUNTER, before_send: BeforeSend | None = None
    ) -> Receipt:
        """Create or change one persona by its `pos_user`; the receipt has the contact id where AIQ says it.

        With `loyalty` AIQ texts a double opt-in. Safe to repeat. Raises PhoneError for a number AIQ would blank.
        """
        form = member_form(member, self.options)
        data = await self.write(
            "POST", self._path("Member"), json=form, priority=priority, before_send=before_send, again=True
        )
        return receipt(data, read_contact_id(data))

    async def upsert_sale(
        self, sale: Sale, *, priority: Priority = Priority.COUNTER, before_send: BeforeSend | None = None
    ) -> Receipt:
        """Create or change one sale by its `pos_id`; safe to repeat.

        A refund has an id of its own and negative quantities: the sale's own id would replace the sale.
        """
        form = sale_form(sale)
        data = await self.write(
            "POST", self._path("Sale"), json=form, priority=priority, before_send=before_send, again=True
        )
        return receipt(data, sale.pos_id)

    async def upsert_members(
        self, members: Iterable[Member], *, live: bool = False, priority: Priority = Priority.BACKGROUND
    ) -> Upserted:
        """Create or change many personas; Misconfigured ends it, every other failure is in the report.

        `live` sends each by itself and says `loyalty` as the member has it; in bulk it is false.
        """

        def form(member: Member) -> Form:
            return member_form(member if live else msgspec.structs.replace(member, loyalty=False), self.options)

        outcome = _Outcome()
        rows = outcome.checked(members, lambda member: member.pos_user, form)
        await self._all("Member", rows, outcome, priority, live=live)
        return outcome.done()

    async def upsert_sales(
        self, sales: Iterable[Sale], *, live: bool = False, priority: Priority = Priority.BACKGROUND
    ) -> Upserted:
        """Create or change many sales; Misconfigured ends it, every other failure is in the report.

        `live` sends each by itself and notifies as the sale says; in bulk nobody is notified.
        """

        def form(sale: Sale) -> Form:
            return sale_form(sale if live else msgspec.structs.replace(sale, notify=False))

        outcome = _Outcome()
        rows = outcome.checked(sales, lambda sale: sale.pos_id, form)
        await self._all("Sale", rows, outcome, priority, live=live)
        return outcome.done()

    async def upsert_inventory(self, items: Iterable[Item], *, priority: Priority = Priority.BACKGROUND) -> Upserted:
        """Send stock, at most 100 items a call; a call counts as done only on code 200 with success true."""
        outcome = _Outcome()
        rows = outcome.checked(items, lambda item: item.sku, lambda item: item_form(item, self.options))
        for chunk in _chunks(rows):
            try:
                await self._send_items([form for _, form in chunk], priority)
            except (Refused, NotFound, ProtocolError, Unreachable, RateLimited) as error:
                outcome.failed((key for key, _ in chunk), error)
            else:
                outcome.accepted.extend(key for key, _ in chunk)
        return outcome.done()

    async def _send_items(self, forms: list[Form], priority: Priority) -> None:
        answer = await self.http.write(
            "POST", self._path("Inventory"), json=forms, priority=priority, deadlines=BATCH, again=True
        )
        open_envelope(answer.json(), exact=True)

    async def _all(
        self, word: str, rows: Sequence[tuple[str, Form]], outcome: _Outcome, priority: Priority, *, live: bool
    ) -> None:
        if live:
            await self._one_by_one(word, rows, outcome, priority)
        else:
            await self._bulk(word, rows, outcome, priority)

    async def _bulk(self, word: str, rows: Sequence[tuple[str, Form]], outcome: _Outcome, priority: Priority) -> None:
        """Chunk by chunk; of a chunk that AIQ cannot decode, the good rows go one by one."""
        for chunk in _chunks(rows):
            try:
                await self._send(f"{word}s", [form for _, form in chunk], priority)
            except Refused as error:
                if error.status != 400:
                    outcome.failed((key for key, _ in chunk), error)
                    continue
                await self._one_by_one(word, chunk, outcome, priority)
            except (NotFound, ProtocolError, Unreachable, RateLimited) as error:
                outcome.failed((key for key, _ in chunk), error)
            else:
                outcome.accepted.extend(key for key, _ in chunk)

    async def _one_by_one(
        self, word: str, chunk: Sequence[tuple[str, Form]], outcome: _Outcome, priority: Priority
    ) -> None:
        for key, form in chunk:
            try:
                await self._send(word, form, priority)
            except (Refused, NotFound, ProtocolError, Unreachable, RateLimited) as error:
                outcome.failed((key,), error)
            else:
                outcome.accepted.append(key)

    async def _send(self, word: str, body: object, priority: Priority) -> None:
        await self.write("POST", self._path(word), json=body, priority=priority, deadlines=BATCH, again=True)

    def _path(self, word: str) -> str:
        return f"/api/v1.1/createUpdate{word}/{self.uid}"


def _chunks(rows: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
