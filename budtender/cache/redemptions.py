"""Redemptions among the intents: which of them stand, what they took in a visit, and what gave them back."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from budtender.cache.database import Connection
from budtender.cache.outbox import intent_of
from budtender.cache.rows import from_e4
from budtender.model import Intent, Value

#: Given back, or about to be, as far as nobody has said no.
_GIVEN_BACK = "EXISTS (SELECT 1 FROM intent u WHERE u.undoes = i.id AND u.state <> 'refused')"
#: Given back for certain, or dropped together with what was to give it back: the trigger `intent_turns` says the same.
_BACK = """(i.state = 'done' AND EXISTS (SELECT 1 FROM intent u WHERE u.undoes = i.id AND u.state = 'done')
    OR i.state = 'refused' AND i.error_facts ->> 'code' = 'withdrawn'
    OR i.state = 'refused' AND i.error_facts ->> 'code' = 'settled_as_never'
        AND EXISTS (SELECT 1 FROM intent u WHERE u.undoes = i.id))"""
#: What became of a reward that was to be redeemed: `undoing` as long as it is not certain that it is given back.
Became = Literal["redeemed", "undoing", "undone", "refused"]


class Tried(Value, frozen=True, kw_only=True):
    """What became of a reward in a visit the last time, in which turn, and whether AIQ lets it be used once only."""

    what: Became
    turn: int
    once: bool
    name: str


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


def tried_in_visit(connection: Connection, visit_id: str) -> dict[str, Tried]:
    """What became of each reward that was to be redeemed in a visit, of each the last time.

    A visit takes a reward once; one that was given back opens the next turn.
    """
    rows = connection.execute(
        f"""SELECT reward_id, turn, body -> '$.reward.reusable' AS reusable, body ->> '$.reward.name' AS name,
                CASE WHEN {_BACK} THEN 'undone' WHEN state = 'refused' THEN 'refused'
                WHEN {_GIVEN_BACK} THEN 'undoing' ELSE 'redeemed' END AS what
            FROM intent i WHERE visit_id = ? AND kind = 'redeem' AND reward_id IS NOT NULL
            ORDER BY turn""",  # noqa: S608  (ours)
        (visit_id,),
    )
    return {
        row["reward_id"]: Tried(
            what=row["what"], turn=row["turn"], once=row["reusable"] == "false", name=row["name"] or ""
        )
        for row in rows
    }


def undo_of(connection: Connection, intent_id: str) -> Intent | None:
    """The entry that reverses a redemption, where there is one that was not refused."""
    row = connection.execute(
        "SELECT * FROM intent WHERE undoes = ? AND state <> 'refused' ORDER BY seq DESC LIMIT 1", (intent_id,)
    ).fetchone()
    return intent_of(row) if row else None
