"""What a shopper bought at the connected tills lately."""

from __future__ import annotations

from datetime import datetime

from budtender.cache.database import Connection
from budtender.cache.names import customers_of
from budtender.cache.personas import Known
from budtender.cache.rows import from_ms, to_ms
from budtender.model import TicketState, Value


class Bought(Value, frozen=True, kw_only=True):
    """Net sales less refunds, and the time of the last document."""

    cents: int
    last: datetime


def since(connection: Connection, person: Known, at: datetime) -> Bought | None:
    """What one shopper bought from a moment on; None when there is nothing, or it was all given back.

    A shopper is known at a till by phone and first name, as several people may use one number.
    """
    cents, last = 0, 0
    for credential, customer in customers_of(connection, person):
        row = connection.execute(
            """SELECT coalesce(sum(net_cents), 0) AS cents, coalesce(max(at), 0) AS last FROM ticket
               WHERE credential = ? AND customer_id = ? AND at >= ? AND state = ?""",
            (credential, customer.id, to_ms(at), TicketState.COMPLETED.value),
        ).fetchone()
        cents, last = cents + row["cents"], max(last, row["last"])
    return Bought(cents=cents, last=from_ms(last)) if cents > 0 else None
