"""Stock of all tills → AIQ, which knows one stock for all of them."""

from __future__ import annotations

from collections import Counter

from budtender.cache import outgoing, stock
from budtender.cache.database import Connection
from budtender.cache.stock import Stock
from budtender.connectors.aiq_options import CHUNK
from budtender.sync.outgoing import items_of
from budtender.sync.taken import INVENTORY, Sent, counted, refusals_in
from budtender.sync.wiring import Wiring


class Inventory:
    """Whatever changed, by the product's id."""

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
        refused = refusals_in([report])
        untaken = later | refused.keys()
        taken = {row.product_id for row, item in items if item.sku not in untaken}
        open_rows = {row.product_id for row, item in items if item.sku in later}
        at = self._wiring.clock.now()

        def keep(c: Connection) -> None:
            stock.told(c, [row for row in self._rows if row.product_id not in open_rows])
            outgoing.clear(c, "item", [("", product_id) for product_id in taken])
            for row, item in items:
                if item.sku in refused:
                    outgoing.refuse(c, "item", "", row.product_id, refused[item.sku], at)

        await self._wiring.db.write(keep)
        self._tally[INVENTORY] += len(report.accepted)
        return counted([report])
