"""Redemptions among the intents: which of them stand, what they took in a visit, and what gave them back."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from budtender.cache.database import Connection
from budtender.cache.outbox import intent_of
from budtender.cache.rows import from_e4
from budtender.model import Intent

#: Given back, or about to be, as far as nobody has said no.
_GIVEN_BACK = "EXISTS (SELECT 1 FROM intent u WHERE u.undoes = i.id AND u.state <> 'refused')"


def standing(connection: Connection, phone: str) -> list[Intent]:
    """Redemptions of a phone that happened and were not undone, newest first."""
    rows = connection.execute(
        f"""SELECT * FROM intent i WHERE phone = ? AND kind = 'redeem' AND state = 'done'
            AND NOT {_GIVEN_BACK} ORDER BY seq DESC""",  # noqa: S608  (ours)
        (phone,),
    )
    return [intent_of(row) for row in rows]


def newest(connection: Connection, limit: int) -> list[Intent]:
    """This register's newest redemptions that were not refused and not given back, newest first."""
    rows = connection.execute(
        # The plus keeps SQLite from gathering and sorting every redemption there ever was for the newest few.
        f"""SELECT * FROM intent i WHERE +kind = 'redeem' AND state <> 'refused'
            AND NOT {_GIVEN_BACK} ORDER BY seq DESC LIMIT ?""",  # noqa: S608  (ours)
        (limit,),
    )
    return [intent_of(row) for row in rows]


def last_in_visit(connection: Connection, visit_id: str) -> Intent | None:
    """The newest redemption of a visit that stands: not refused, not given back."""
    row = connection.execute(
        f"""SELECT * FROM intent i WHERE kind = 'redeem' AND visit_id = ? AND state <> 'refused'
            AND NOT {_GIVEN_BACK} ORDER BY seq DESC LIMIT 1""",  # noqa: S608  (ours)
        (visit_id,),
    ).fetchone()
    return intent_of(row) if row else None


def taken_in_visit(connection: Connection, visit_id: str) -> Decimal:
    """Points that the redemptions of a visit took and that were not given back, answered or not."""
    row = connection.execute(
        f"""SELECT coalesce(sum(-points_e4), 0) AS taken FROM intent i
            WHERE visit_id = ? AND kind = 'redeem' AND state <> 'refused' AND NOT {_GIVEN_BACK}""",  # noqa: S608  (ours)
        (visit_id,),
    ).fetchone()
    return from_e4(row["taken"])


def tried_in_visit(connection: Connection, visit_id: str) -> dict[str, Literal["redeemed", "undone", "refused"]]:
    """What became of each reward that was to be redeemed in a visit; a visit takes each of them once."""
    rows = connection.execute(
        f"""SELECT reward_id, CASE WHEN state = 'refused' AND error_facts ->> 'code' IS NOT 'withdrawn' THEN 'refused'
                WHEN state = 'refused' OR {_GIVEN_BACK} THEN 'undone' ELSE 'redeemed' END AS what
            FROM intent i WHERE visit_id = ? AND kind = 'redeem' AND reward_id IS NOT NULL""",  # noqa: S608  (ours)
        (visit_id,),
    )
    return {row["reward_id"]: row["what"] for row in rows}


def undo_of(connection: Connection, intent_id: str) -> Intent | None:
    """The entry that reverses a redemption, where there is one that was not refused."""
    row = connection.execute(
        "SELECT * FROM intent WHERE undoes = ? AND state <> 'refused' ORDER BY seq DESC LIMIT 1", (intent_id,)
    ).fetchone()
    return intent_of(row) if row else None
