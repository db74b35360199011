"""The outbox: intents, and the only steps they can take.

    waiting → sending → done | refused | unknown        unknown → done | waiting | refused

`sending` is committed before the first byte leaves; whatever is found `sending` without a living process behind
it has lost its answer and is `unknown`. Rows are closed, never deleted; the database enforces both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from budtender.cache.database import Connection, Row
from budtender.cache.rows import dump, from_e4, from_ms, maybe_e4, maybe_ms, ms_or_none, to_e4, to_ms
from budtender.model import Intent, Kind, State, Value

#: An intent that goes before everything else and is blocked by nothing: a shopper who says stop.
URGENT = frozenset({Kind.OPT_OUT})
#: What a sentence beside an intent says, for a translation: `code`, mostly `kind`, and the sentence's values.
Told = Mapping[str, Any]
#: What is open, in the very words of the index `intent_open`: SQLite takes a partial index only where its condition
#: stands in the statement as it is, and one state does not tell it that. Without it years of what is done are read.
OPEN = "state IN ('waiting', 'sending', 'unknown')"
#: The same for the index `intent_remote_ref`.
_NAMED = "remote_ref IS NOT NULL AND kind IN ('redeem', 'adjust')"
#: Nothing is ever left alone for longer.
LONGEST_PAUSE = timedelta(hours=1)


class HeldUp(Value, frozen=True, kw_only=True):
    """How many intents wait for one connection, and why the last of them that was tried could not be sent."""

    count: int
    error: str


def record(connection: Connection, intent: Intent) -> None:
    """Save a new intent in the caller's transaction, beside its audit row. The tap counts from this commit on."""
    connection.execute(
        """INSERT INTO intent (id, kind, state, system, urgent, persona_id, phone, visit_id, reward_id, turn,
               undoes, depends_on, points_e4, balance_e4, body, staff, created_at, moved_mono, not_before)
           VALUES (?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            intent.id,
            intent.kind.value,
            intent.system,
            int(intent.kind in URGENT),
            intent.persona_id,
            intent.phone,
            intent.visit_id,
            intent.reward_id,
            intent.turn,
            intent.undoes,
            intent.depends_on,
            to_e4(intent.points),
            None if intent.balance is None else to_e4(intent.balance),
            dump(intent.body),
            intent.staff,
            to_ms(intent.created),
            intent.moved_mono,
            ms_or_none(intent.not_before),
        ),
    )


def claim(connection: Connection, intent_id: str, *, owner: str, sent: datetime, mono: float) -> bool:
    """Take a waiting intent for sending; False when somebody else already has. Commit before sending."""
    cursor = connection.execute(
        """UPDATE intent SET state = 'sending', owner = ?, sent_at = ?, moved_mono = ?, attempts = attempts + 1
           WHERE id = ? AND state = 'waiting'""",
        (owner, to_ms(sent), mono, intent_id),
    )
    return cursor.rowcount == 1


def release(
    connection: Connection, intent_id: str, *, error: str, told: Told, mono: float, not_before: datetime | None
) -> None:
    """It was certainly not carried out: it waits again."""
    _move(connection, intent_id, State.WAITING, mono, error, told, not_before=ms_or_none(not_before), owner=None)


def lose(connection: Connection, intent_id: str, *, error: str, told: Told, mono: float) -> None:
    """Its answer was lost: nobody may repeat it before reading what happened."""
    _move(connection, intent_id, State.UNKNOWN, mono, error, told, owner=None)
    # What was read after an earlier loss tells nothing about this one.
    connection.execute("UPDATE intent SET lost = lost + 1, evidence = '{}' WHERE id = ?", (intent_id,))


def finish(
    connection: Connection,
    intent_id: str,
    *,
    at: datetime,
    mono: float,
    remote_ref: str | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> None:
    """It happened. It still counts as pending until a balance that contains it arrives, or has none to change."""
    _move(connection, intent_id, State.DONE, mono, "", {}, answered_at=to_ms(at), owner=None, needs_person=0)
    if remote_ref is not None:
        connection.execute("UPDATE intent SET remote_ref = ? WHERE id = ?", (remote_ref, intent_id))
    if evidence is not None:
        connection.execute("UPDATE intent SET evidence = ? WHERE id = ?", (dump(evidence), intent_id))


def refuse(connection: Connection, intent_id: str, *, reason: str, told: Told, at: datetime, mono: float) -> None:
    """It will never happen; the balance it held is free again."""
    _move(connection, intent_id, State.REFUSED, mono, reason, told, answered_at=to_ms(at), owner=None, needs_person=0)


def again(connection: Connection, intent_id: str, *, mono: float) -> None:
    """Reading has shown that it did not happen: it may be sent once more."""
    _move(connection, intent_id, State.WAITING, mono, "", {}, not_before=None, needs_person=0)


def ask_person(connection: Connection, intent_id: str, evidence: Mapping[str, Any], next_look: datetime) -> None:
    """Reading cannot tell: leave both numbers for a person, and look again later all the same."""
    connection.execute(
        "UPDATE intent SET needs_person = 1, evidence = ?, not_before = ? WHERE id = ? AND state = 'unknown'",
        (dump(evidence), to_ms(next_look), intent_id),
    )


def look_later(connection: Connection, intent_id: str, evidence: Mapping[str, Any], next_look: datetime) -> None:
    """Nothing is certain yet; keep what was read, and read again after `next_look`."""
    connection.execute(
        "UPDATE intent SET evidence = ?, not_before = ? WHERE id = ? AND state = 'unknown'",
        (dump(evidence), to_ms(next_look), intent_id),
    )


def hurry(connection: Connection, intent_id: str) -> None:
    """Drop the pause of a waiting intent: a person asked for it now."""
    connection.execute("UPDATE intent SET not_before = NULL WHERE id = ?", (intent_id,))


def _move(
    connection: Connection, intent_id: str, state: State, mono: float, error: str, told: Told, **columns: Any
) -> None:
    columns |= {"state": state.value, "moved_mono": mono, "last_error": error, "error_facts": dump(told)}
    names = ", ".join(f"{name} = :{name}" for name in columns)
    connection.execute(f"UPDATE intent SET {names} WHERE id = :id", {**columns, "id": intent_id})  # noqa: S608


def absorb(connection: Connection, intent_ids: Sequence[str], at: datetime) -> None:
    """A balance that contains these has arrived; they no longer count as pending."""
    connection.executemany("UPDATE intent SET absorbed_at = ? WHERE id = ?", [(to_ms(at), i) for i in intent_ids])


def name_rows(connection: Connection, refs: Mapping[str, str]) -> None:
    """Note which remote row is the proof of which intent."""
    connection.executemany("UPDATE intent SET remote_ref = ? WHERE id = ?", [(ref, i) for i, ref in refs.items()])


def move_to_persona(connection: Connection, persona_id: int, survivor_id: int) -> None:
    """AIQ merged two personas: what is owed follows the one that lives."""
    connection.execute("UPDATE intent SET persona_id = ? WHERE persona_id = ?", (survivor_id, persona_id))


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────


def find(connection: Connection, intent_id: str) -> Intent | None:
    """One intent by its id, or by the beginning of it where that is unambiguous."""
    row = connection.execute("SELECT * FROM intent WHERE id = ?", (intent_id,)).fetchone()
    if row is not None:
        return intent_of(row)
    # Ids are lower-case hex, so every id that begins so lies below the beginning with a “g” behind it.
    rows = connection.execute(
        "SELECT * FROM intent WHERE id >= ? AND id < ? LIMIT 2", (intent_id, f"{intent_id}g")
    ).fetchall()
    return intent_of(rows[0]) if len(rows) == 1 and intent_id else None


def listing(connection: Connection, *, closed: bool = False, limit: int = 200) -> list[Intent]:
    """Open intents, or with `closed` all of them, oldest first."""
    where = "" if closed else f"WHERE {OPEN}"
    rows = connection.execute(f"SELECT * FROM intent {where} ORDER BY seq DESC LIMIT ?", (limit,))  # noqa: S608
    return [intent_of(row) for row in rows][::-1]


#: Waiting, its pause over, what it depends on done, and nothing older of the same shopper still open.
_DUE = f"""
SELECT i.* FROM intent i
WHERE i.state = 'waiting' AND i.{OPEN} AND (i.not_before IS NULL OR i.not_before NOT BETWEEN :now + 1 AND :farthest)
  AND (i.depends_on IS NULL OR (SELECT state FROM intent d WHERE d.id = i.depends_on) = 'done')
  AND (i.urgent = 1 OR NOT EXISTS (
      SELECT 1 FROM intent e WHERE e.phone = i.phone AND e.system = i.system AND e.seq < i.seq AND e.urgent = 0
        AND e.{OPEN}))
"""  # noqa: S608  (ours)


_IN_TURN = """
  AND i.system || ' ' || i.kind NOT IN (SELECT value FROM json_each(:stopped))
ORDER BY i.urgent DESC, i.attempts > 0, i.seq LIMIT :limit
"""


def due(
    connection: Connection, now: datetime, limit: int = 100, stopped: Collection[tuple[str, Kind]] = ()
) -> list[Intent]:
    """What may be sent now: first who says stop, then the oldest of each shopper; not the kinds that are stopped."""
    sql = _DUE + _IN_TURN
    names = dump([f"{system} {kind.value}" for system, kind in stopped])
    return [intent_of(row) for row in connection.execute(sql, {**_pauses(now), "stopped": names, "limit": limit})]


def is_due(connection: Connection, intent_id: str) -> bool:
    """Whether this intent may be sent at once, its pause aside."""
    sql = _DUE.replace("(i.not_before IS NULL OR i.not_before NOT BETWEEN :now + 1 AND :farthest)", "i.id = :id")
    return connection.execute(sql, {"id": intent_id}).fetchone() is not None


def lost_answers(connection: Connection, now: datetime) -> list[Intent]:
    """Unknown intents whose next look is due; the quiet period is the caller's to judge."""
    sql = f"""SELECT * FROM intent WHERE state = 'unknown' AND {OPEN}
             AND (not_before IS NULL OR not_before NOT BETWEEN :now + 1 AND :farthest) ORDER BY seq"""  # noqa: S608
    return [intent_of(row) for row in connection.execute(sql, _pauses(now))]


def _pauses(now: datetime) -> dict[str, int]:
    """The bounds of a pause that still lasts: one that lies further ahead was set before the clock was set back."""
    return {"now": to_ms(now), "farthest": to_ms(now + LONGEST_PAUSE)}


def orphaned_dependents(connection: Connection) -> list[Intent]:
    """Waiting intents whose forerunner was refused: there is nothing left for them to do."""
    sql = f"""SELECT i.* FROM intent i JOIN intent d ON d.id = i.depends_on
             WHERE i.state = 'waiting' AND i.{OPEN} AND d.state = 'refused'"""  # noqa: S608
    return [intent_of(row) for row in connection.execute(sql)]


def senders(connection: Connection) -> list[str]:
    """The owners of everything that is `sending`."""
    rows = connection.execute(f"SELECT DISTINCT owner FROM intent WHERE state = 'sending' AND {OPEN}")  # noqa: S608
    return [row["owner"] or "" for row in rows]


def sent_by(connection: Connection, owner: str) -> list[Intent]:
    """What one owner is sending."""
    sql = f"SELECT * FROM intent WHERE state = 'sending' AND {OPEN} AND coalesce(owner, '') = ?"  # noqa: S608
    rows = connection.execute(sql, (owner,))
    return [intent_of(row) for row in rows]


def of_persona(connection: Connection, persona_id: int) -> list[Intent]:
    """The intents that still count in this shopper's balance, oldest first."""
    rows = connection.execute(
        """SELECT * FROM intent WHERE persona_id = ? AND absorbed_at IS NULL AND state <> 'refused'
           AND points_e4 <> 0 ORDER BY seq""",
        (persona_id,),
    )
    return [intent_of(row) for row in rows]


def answered_of_persona(connection: Connection, persona_id: int, limit: int = 50) -> list[Intent]:
    """What was done for a shopper lately, oldest first, whether a balance is known to contain it or not."""
    rows = connection.execute(
        "SELECT * FROM intent WHERE persona_id = ? AND state = 'done' ORDER BY seq DESC LIMIT ?", (persona_id, limit)
    )
    return [intent_of(row) for row in rows][::-1]


def newest(connection: Connection) -> int:
    """The number of the intent that was recorded last; 0 before the first."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) AS seq FROM intent").fetchone()["seq"])


def of_phone(connection: Connection, phone: str, kind: Kind) -> list[Intent]:
    """Everything of one kind that was ever recorded for a phone, newest first."""
    rows = connection.execute(
        "SELECT * FROM intent WHERE phone = ? AND kind = ? ORDER BY seq DESC", (phone, kind.value)
    )
    return [intent_of(row) for row in rows]


def owing_personas(connection: Connection, now: datetime) -> list[int]:
    """Shoppers with answered intents that no balance is known to contain yet, and whose next look is due."""
    rows = connection.execute(
        """SELECT DISTINCT persona_id FROM intent WHERE state = 'done' AND absorbed_at IS NULL AND points_e4 <> 0
           AND persona_id IS NOT NULL AND (not_before IS NULL OR not_before NOT BETWEEN :now + 1 AND :farthest)""",
        _pauses(now),
    )
    return [row["persona_id"] for row in rows]


def absorb_later(connection: Connection, persona_id: int, next_look: datetime) -> None:
    """AIQ does not show a shopper's answered intents yet; look again then."""
    connection.execute(
        "UPDATE intent SET not_before = ? WHERE persona_id = ? AND state = 'done' AND absorbed_at IS NULL",
        (to_ms(next_look), persona_id),
    )


def claimed_refs(connection: Connection, kind: Kind) -> set[str]:
    """Remote rows that already belong to a redemption or adjustment of ours; one row proves one intent."""
    rows = connection.execute(f"SELECT remote_ref FROM intent WHERE kind = ? AND {_NAMED}", (kind.value,))  # noqa: S608
    return {row["remote_ref"] for row in rows}


def held_up(connection: Connection) -> dict[str, HeldUp]:
    """What waits because its system could not be reached at the last try, by the name of the connection."""
    # With a lone max() SQLite takes the other columns from the row that has it.
    rows = connection.execute(
        f"""SELECT iif(system = 'aiq', 'aiq', coalesce(body ->> 'credential', system)) AS whom, count(*) AS n,
               last_error, max(iif(error_facts ->> 'kind' IN ('unreachable', 'rate_limited', 'misconfigured'),
                   moved_mono, NULL)) AS tried
           FROM intent WHERE state = 'waiting' AND {OPEN} GROUP BY whom HAVING tried IS NOT NULL"""  # noqa: S608
    )
    return {row["whom"]: HeldUp(count=row["n"], error=row["last_error"]) for row in rows}


def open_for(connection: Connection, name: str) -> int:
    """How many intents are still owed to one connection, those with a lost answer included."""
    row = connection.execute(
        f"""SELECT count(*) AS n FROM intent WHERE {OPEN}
           AND iif(system = 'aiq', 'aiq', coalesce(body ->> 'credential', system)) = ?""",  # noqa: S608
        (name,),
    ).fetchone()
    return int(row["n"])


def counts(connection: Connection) -> dict[str, int]:
    """How many intents are in each state, and how many wait for a person."""
    rows = connection.execute(
        "SELECT state, count(*) AS n, sum(needs_person) AS p FROM intent GROUP BY state"
    ).fetchall()
    answer = {state.value: 0 for state in State} | {row["state"]: row["n"] for row in rows}
    return answer | {"needs_person": sum(row["p"] for row in rows)}


def intent_of(row: Row) -> Intent:
    """One row of the outbox as a value."""
    return Intent(
        id=row["id"],
        kind=Kind(row["kind"]),
        state=State(row["state"]),
        system=row["system"],
        body=msgspec.json.decode(row["body"]),
        staff=row["staff"],
        created=from_ms(row["created_at"]),
        persona_id=row["persona_id"],
        phone=row["phone"],
        visit_id=row["visit_id"],
        reward_id=row["reward_id"],
        turn=row["turn"],
        undoes=row["undoes"],
        depends_on=row["depends_on"],
        points=from_e4(row["points_e4"]),
        balance=maybe_e4(row["balance_e4"]),
        urgent=bool(row["urgent"]),
        attempts=row["attempts"],
        lost=row["lost"],
        sent=maybe_ms(row["sent_at"]),
        moved_mono=row["moved_mono"],
        not_before=maybe_ms(row["not_before"]),
        answered=maybe_ms(row["answered_at"]),
        absorbed=maybe_ms(row["absorbed_at"]),
        needs_person=bool(row["needs_person"]),
        last_error=row["last_error"],
        error_facts=msgspec.json.decode(row["error_facts"]),
        evidence=msgspec.json.decode(row["evidence"]),
        remote_ref=row["remote_ref"],
        unseen=bool(row["unseen"]),
    )
