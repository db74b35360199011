"""What an AIQ account is made of: stores, discounts, the program, audiences, and AIQ's own description."""

from __future__ import annotations

from collections.abc import Mapping

from budtender.connectors.aiq_calls import Calls, in_one_piece
from budtender.connectors.aiq_options import MOST_PAGES, SEARCH_LIMIT
from budtender.connectors.aiq_wire import (
    SYSTEM,
    read_audience,
    read_programme,
    read_reward,
    read_store,
)
from budtender.connectors.http import BATCH, Priority
from budtender.connectors.rows import list_under, read_each
from budtender.connectors.sentences import key_refused, not_understood
from budtender.errors import Misconfigured
from budtender.model import Audience, Programme, Reward, Store


class Catalog(Calls):
    """Account-wide reads (AIQ store page; the others seen in clients in use)."""

    async def stores(self, *, priority: Priority = Priority.COUNTER) -> list[Store]:
        """Every retail store of the account; also the cheapest proof that key and account belong together."""
        data = await self.read("GET", f"/api/v1.1/stores/{self.uid}", priority=priority)
        return read_each(list_under(data, "stores", system=SYSTEM, what="list of stores"), read_store)[0]

    async def prove(self) -> list[Store]:
        """The stores, as the first thing a key is asked for.

        AIQ answers 403 to a key that is none, or not of this account: Misconfigured says so.
        """
        try:
            return await self.stores()
        except Misconfigured as error:
            if error.facts.get("status") != 403:
                raise
            raise key_refused(SYSTEM, 403) from error

    async def discounts(self, *, priority: Priority = Priority.BACKGROUND) -> list[Reward]:
        """The discount catalogue, for ids and names on a mapping page; what may be used, only a wallet says."""
        wait = in_one_piece(priority)
        data = await self.read("GET", f"/api/v2/discount/{self.uid}", priority=priority, deadlines=wait)
        rows = list_under(data, "discounts", "results", "data", system=SYSTEM, what="list of discounts")
        return read_each(rows, read_reward)[0]

    async def programme(self, *, priority: Priority = Priority.BACKGROUND) -> Programme | None:
        """The default loyalty program with its tiers."""
        return read_programme(await self.read("GET", f"/api/v2/loyalty/default/{self.uid}", priority=priority))

    async def audiences(self, *, priority: Priority = Priority.BACKGROUND) -> list[Audience]:
        """Every audience once, over all pages; the list has been seen as `data` and as `data.data`."""
        found: dict[str, Audience] = {}
        start = 0
        for _ in range(MOST_PAGES):
            params = {"start": start, "limit": SEARCH_LIMIT}
            data = await self.read("GET", f"/api/v1.1/audiences/{self.uid}", params=params, priority=priority)
            rows = list_under(data, "data", "audiences", "results", system=SYSTEM, what="list of audiences")
            fresh = [a for a in read_each(rows, read_audience)[0] if a.id not in found]
            if not fresh:
                break
            found.update((audience.id, audience) for audience in fresh)
            start += len(rows)
        return list(found.values())

    async def swagger(self, *, priority: Priority = Priority.BACKGROUND) -> Mapping[str, object]:
        """AIQ's own description of its interface, as it is; it wins over everything written here."""
        answer = await self.http.read("GET", "/api/v1/swagger", priority=priority, deadlines=BATCH)
        description = answer.json()
        if not isinstance(description, dict):
            raise not_understood(SYSTEM, "the interface description is no object")
        return description
