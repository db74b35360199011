"""Sending personas, sales and stock to AIQ: upserts by the till's own ids, accepted now and visible within 24 hours.

Single calls are for what happens now, bulk calls for backfills and batches (core integration article). In bulk nobody
is texted: `sendNotification` is 0 and `loyalty` false whatever a row says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import msgspec

from budtender.connectors.aiq_calls import Calls
from budtender.connectors.aiq_forms import Form, item_form, member_form, sale_form
from budtender.connectors.aiq_options import CHUNK
from budtender.connectors.aiq_outcome import Outcome, Upserted
from budtender.connectors.aiq_parts import Parts
from budtender.connectors.aiq_wire import open_envelope, read_contact_id
from budtender.connectors.http import BATCH, Priority
from budtender.model import Item, Member, Sale

T = TypeVar("T")


class Ingest(Calls):
    """Upserts (AIQ core integration article)."""

    async def upsert_members(
        self, members: Iterable[Member], *, live: bool = False, priority: Priority = Priority.BACKGROUND
    ) -> Upserted:
        """Create or change personas by their `pos_user`; Misconfigured ends it, every other failure is in the report.

        `live` sends each by itself and says `loyalty` as the member has it, on which AIQ texts a double opt-in; in
        bulk it is false. Safe to repeat. A phone that AIQ would blank is refused here, unsent.
        """

        def form(member: Member) -> Form:
            return member_form(member if live else msgspec.structs.replace(member, loyalty=False), self.options)

        outcome = Outcome()
        rows = outcome.checked(members, lambda member: member.pos_user, form)
        await self._all("Member", rows, outcome, priority, live=live)
        return outcome.done()

    async def upsert_sales(
        self, sales: Iterable[Sale], *, live: bool = False, priority: Priority = Priority.BACKGROUND
    ) -> Upserted:
        """Create or change sales by their `pos_id`; Misconfigured ends it, every other failure is in the report.

        `live` sends each by itself and notifies as the sale says; in bulk nobody is notified. Safe to repeat. A refund
        has an id of its own and negative quantities: the sale's own id would replace the sale.
        """

        def form(sale: Sale) -> Form:
            return sale_form(sale if live else msgspec.structs.replace(sale, notify=False))

        outcome = Outcome()
        rows = outcome.checked(sales, lambda sale: sale.pos_id, form)
        await self._all("Sale", rows, outcome, priority, live=live)
        return outcome.done()

    async def upsert_inventory(self, items: Iterable[Item], *, priority: Priority = Priority.BACKGROUND) -> Upserted:
        """Send stock, at most 100 items a call; a call counts as done only on code 200 with success true."""
        outcome = Outcome()
        rows = outcome.checked(items, lambda item: item.sku, lambda item: item_form(item, self.options))
        parts = Parts(
            outcome, lambda forms: self._send_items(forms, priority), lambda _, form: self._send_items([form], priority)
        )
        for chunk in _chunks(rows):
            await parts.send(chunk)
        return outcome.done()

    async def _send_items(self, forms: list[Form], priority: Priority) -> None:
        answer = await self.http.write(
            "POST", self._path("Inventory"), json=forms, priority=priority, deadlines=BATCH, again=True
        )
        open_envelope(answer.json(), exact=True)

    async def _all(
        self, word: str, rows: Sequence[tuple[str, Form]], outcome: Outcome, priority: Priority, *, live: bool
    ) -> None:
        parts = Parts(
            outcome,
            lambda forms: self._send(f"{word}s", forms, priority),
            lambda key, form: self._send_one(word, key, form, outcome, priority),
        )
        for chunk in _chunks(rows):
            if live:
                await parts.one_by_one(chunk)
            else:
                await parts.send(chunk)

    async def _send(self, word: str, body: object, priority: Priority) -> object:
        return await self.write("POST", self._path(word), json=body, priority=priority, deadlines=BATCH, again=True)

    async def _send_one(self, word: str, key: str, form: Form, outcome: Outcome, priority: Priority) -> None:
        data = await self._send(word, form, priority)
        if word == "Member":
            outcome.named(key, read_contact_id(data))

    def _path(self, word: str) -> str:
        return f"/api/v1.1/createUpdate{word}/{self.uid}"


def _chunks(rows: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
