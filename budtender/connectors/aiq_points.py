"""Points that people give or take by hand, and the history of a balance. Earned points are AIQ's own work."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from budtender.connectors.aiq_calls import Calls, in_one_piece, receipt, seconds, segment
from budtender.connectors.aiq_forms import adjustment_form
from budtender.connectors.aiq_wire import read_adjustments
from budtender.connectors.call import BeforeSend
from budtender.connectors.http import Priority
from budtender.model import AdjustmentRow, Receipt


class Points(Calls):
    """Adjustments and timeline (named in AIQ's personas endpoints article, bodies seen in clients in use)."""

    async def adjust(
        self,
        contact_id: str,
        points: Decimal,
        note: str,
        *,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Receipt:
        """Change a balance by `points`, signed; `note` is the only place for a key to be found again by.

        Never repeated by itself. Taking more than the balance loses the rest (AIQ levels at zero), and added points
        count as gifts that do not expire. Also the way to give a redeemed reward's points back: AIQ's own undo is
        not public.
        """
        path = f"/api/v1.1/adjust/loyaltyPoints/{self.uid}/{segment(contact_id)}"
        form = adjustment_form(points, note)
        return receipt(await self.write("PUT", path, json=form, priority=priority, before_send=before_send))

    async def adjustments(
        self, start: datetime, end: datetime, *, priority: Priority = Priority.BACKGROUND
    ) -> list[AdjustmentRow]:
        """Every adjustment of the account in a window of at most a day, unpaged; what a row does not tell is None."""
        path, wait = self.window("adjustments", start, end), in_one_piece(priority)
        return read_adjustments(await self.read("GET", path, priority=priority, deadlines=wait))

    async def timeline(
        self,
        contact_id: str,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        priority: Priority = Priority.COUNTER,
    ) -> list[AdjustmentRow]:
        """What happened to one persona's balance."""
        path = f"/api/v1.1/contact/loyaltyPoints/timeline/{self.uid}/{segment(contact_id)}"
        window = {"start": start, "end": end}
        params = {name: seconds(when) for name, when in window.items() if when is not None}
        return read_adjustments(await self.read("GET", path, params=params, priority=priority), contact_id)
