"""Everything that can still be read of a damaged file, row by row, in a new one beside it; no row of the old changes.

SQLCipher seals each page, so a page is either whole or not readable at all. What lies on a page that is not is left
out, counted, and named where an index still knows of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from budtender.cache import audit, schema
from budtender.cache.database import UNREADABLE, connect, in_transaction, translated
from budtender.cache.rows import to_ms
from budtender.cache.schema.steps import SET
from budtender.errors import Damaged
from budtender.model import Value

#: What the audit log calls it.
SALVAGED = "database salvaged"
_INFO = "PRAGMA table_info({})"
#: So many row numbers behind an unreadable one are tried one by one, which is more than a page holds of most rows;
#: beyond that in ever longer steps.
ONE_BY_ONE = 200
FARTHEST = 2**62
#: Without these nobody knows who may do what here, so there is no going on without all of them.
_GUARDED = ("staff",)
#: What keeps the program from reaching the same people twice; where it has holes, reaching them is switched off.
_ONCE = ("intent", "once", "opening")
_REACHING = ("enrol_after", "double_opt_in_after", "points_imported_on")


class Saved(Value, frozen=True, kw_only=True):
    """One table: rows that were copied, and how many were not, None where that cannot be told."""

    table: str
    kept: int
    lost: int | None


class Salvaged(Value, frozen=True, kw_only=True):
    """All tables, the intents that are lost by their ids as far as those are known, and what was switched off."""

    tables: tuple[Saved, ...]
    intents: tuple[str, ...]
    switched_off: tuple[str, ...]

    @property
    def holes(self) -> dict[str, int | None]:
        """The tables that lost something."""
        return {saved.table: saved.lost for saved in self.tables if saved.lost != 0}


class _Unreadable(Exception):
    """A page of the old file cannot be read."""


class _Old:
    """The damaged file. After a page that cannot be read SQLCipher gives nothing more, so it is opened anew."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._connection = connect(path, key, read_only=True)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows of a query, as far as they can be read; then raises _Unreadable."""
        try:
            yield from self._connection.execute(sql, values)
        except sqlcipher.DatabaseError as error:
            name = str(getattr(error, "sqlite_errorname", "") or "")
            if not name.startswith(tuple(UNREADABLE)) and "file is not a database" not in str(error):
                raise
            self.close()
            self._connection = connect(self._path, self._key, read_only=True)
            raise _Unreadable from error

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()


def salvage(damaged: Path, fresh: Path, key: bytes, *, at: datetime, aside: str) -> Salvaged:
    """Copy what can be read into a new file, and write down there what was lost and where the old one will lie.

    Raises Damaged when nothing can be read, or not all of who works here.
    """
    old = _Old(damaged, key)
    try:
        new = connect(fresh, key)
        try:
            done = _copied(old, new)
            facts = {"aside": aside, "lost": done.holes, "intents": done.intents, "switched_off": done.switched_off}
            in_transaction(new, lambda c: audit.append(c, at=to_ms(at), kind=SALVAGED, staff="", facts=facts))
            return done
        finally:
            new.close()
    finally:
        old.close()


def _copied(old: _Old, new: Any) -> Salvaged:
    with translated():
        _build(old, new)
        new.execute("PRAGMA foreign_keys = OFF")
        new.execute("BEGIN IMMEDIATE")
        rules = _lift_rules(new)
        tables = tuple(_copy(old, new, table) for table in _tables(old, new))
        for rule in rules:
            new.execute(rule)
        holes = {saved.table for saved in tables if saved.lost != 0}
        if holes & set(_GUARDED):
            raise Damaged(
                "The register's database is damaged where it tells who works here, so nobody can be let in.",
                "Nothing was changed. Put a copy of the folder back, or keep it as it is and ask support.",
                code="staff_unreadable",
            )
        off = _switch_off(new) if holes & set(_ONCE) else ()
        _close_gaps(new, holes)
        intents = _lost_intents(old, new)
        new.execute("COMMIT")
    return Salvaged(tables=tables, intents=intents, switched_off=off)


def _build(old: _Old, new: Any) -> None:
    """The same steps as the old file has, so that what is copied is migrated as it would have been."""
    try:
        sql = "SELECT name FROM _sqlite_migrations WHERE migration_set = ?"
        there = {row["name"] for row in old.rows(sql, (SET,))} or set(schema.STEP_NAMES)
    except _Unreadable:
        there = set(schema.STEP_NAMES)
    missing = next((name for name in schema.STEP_NAMES if name not in there), None)
    schema.STEPS.apply(new, stop_before=missing)


def _lift_rules(new: Any) -> list[str]:
    """Drop what guards new intents, and return how to make it again: what was let in once is not judged anew by what
    is left of the rows beside it."""
    found = new.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'intent'").fetchall()
    for name, _ in found:
        new.execute(f"DROP TRIGGER {name}")
    return [rule for _, rule in found]


def _tables(old: _Old, new: Any) -> list[str]:
    """Our own tables that both files have; the index of names is built anew by what is inserted."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite_%'"
    names = {row[0] for row in old.rows(sql)}
    found = [row[0] for row in new.execute(f"{sql} ORDER BY rowid")]
    return [name for name in found if name in names and not name.startswith("persona_name")]


# ── one table ─────────────────────────────────────────────────────────────────────────────────────────────


def _copy(old: _Old, new: Any, table: str) -> Saved:
    columns = {row["name"] for row in old.rows(_INFO.format(table))}
    columns &= {row["name"] for row in new.execute(_INFO.format(table))}
    names = ", ".join(sorted(columns))
    marks = ", ".join("?" * len(columns))
    insert = f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  (our schema's words)
    read = _numbered if _has_numbers(old, table) else _from_both_ends
    whole = True
    for row in read(old, table, names):
        if row is None:
            whole = False
        else:
            new.execute(insert, tuple(row))
    kept = int(new.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
    if whole:
        return Saved(table=table, kept=kept, lost=0)
    there = _counted(old, table)
    return Saved(table=table, kept=kept, lost=None if there is None else max(1, there - kept))


def _has_numbers(old: _Old, table: str) -> bool:
    (declared,) = old.rows("SELECT sql FROM sqlite_master WHERE name = ?", (table,))
    return "WITHOUT ROWID" not in declared[0]


def _numbered(old: _Old, table: str, names: str) -> Iterator[Sequence[Any] | None]:
    """Each row in its order; None for each gap that cannot be read."""
    # The row's own number comes first, whatever it is called.
    every = f"SELECT rowid AS own_number, {names} FROM {table} NOT INDEXED WHERE rowid >= ? ORDER BY rowid"  # noqa: S608
    at, single = 0, False
    while True:
        before = at
        try:
            for row in old.rows(f"{every} LIMIT 1" if single else every, (at + 1,)):
                at = row[0]
                yield tuple(row)[1:]
            if at == before or not single:
                return
        except _Unreadable:
            if single:
                yield None
                beyond = _beyond(old, table, at)
                if beyond is None:
                    return
                at = beyond - 1
            # The driver reads one row ahead: the last one before a gap comes only when it is asked for alone.
            single = not single


def _beyond(old: _Old, table: str, at: int) -> int | None:
    """The next number from which rows can be read again; None when there is none.

    The rows of a page follow each other, so the first number that can be looked for again ends the gap.
    """
    bad, step = at, 1
    while bad + step < FARTHEST:
        if _can_seek(old, table, bad + step):
            break
        bad += step
        step = 1 if bad - at < ONE_BY_ONE else step * 2
    else:
        return None
    good = bad + step
    while good - bad > 1:
        middle = (good + bad) // 2
        bad, good = (bad, middle) if _can_seek(old, table, middle) else (middle, good)
    return good


def _can_seek(old: _Old, table: str, number: int) -> bool:
    sql = f"SELECT * FROM {table} NOT INDEXED WHERE rowid >= ? ORDER BY rowid LIMIT 1"  # noqa: S608
    try:
        list(old.rows(sql, (number,)))
    except _Unreadable:
        return False
    return True


def _from_both_ends(old: _Old, table: str, names: str) -> Iterator[Sequence[Any] | None]:
    """The same for a table whose rows have no numbers: from the beginning as far as it goes, then from the end."""
    keyed = sorted((row["pk"], row["name"]) for row in old.rows(_INFO.format(table)) if row["pk"])
    forward = ", ".join(name for _, name in keyed)
    backward = ", ".join(f"{name} DESC" for _, name in keyed)
    for order in (forward, backward):
        try:
            yield from old.rows(f"SELECT {names} FROM {table} ORDER BY {order}")  # noqa: S608
            return
        except _Unreadable:
            yield None


def _counted(old: _Old, table: str) -> int | None:
    """How many rows there were, where an index still tells."""
    try:
        ((count,),) = old.rows(f"SELECT count(*) FROM {table}")  # noqa: S608
    except _Unreadable:
        return None
    return int(count)


# ── what the holes mean ───────────────────────────────────────────────────────────────────────────────────


def _lost_intents(old: _Old, new: Any) -> tuple[str, ...]:
    try:
        known = {row[0] for row in old.rows("SELECT id FROM intent")}
    except _Unreadable:
        return ()
    return tuple(sorted(known - {row[0] for row in new.execute("SELECT id FROM intent")}))


def _switch_off(new: Any) -> tuple[str, ...]:
    """The settings that reach people by themselves: what tells whom they have reached is not whole."""
    sql = "DELETE FROM setting WHERE key = ? AND value <> ''"
    return tuple(name for name in _REACHING if new.execute(sql, (name,)).rowcount)


def _close_gaps(new: Any, holes: set[str]) -> None:
    """Stand in for shoppers whom an intent still names, and have every list read anew that may be a part of one."""
    if "persona" in holes:
        # Gone as far as lookups go: AIQ is asked for the number, and brings them back whole.
        for table in ("intent", "visit"):
            new.execute(
                f"""INSERT OR IGNORE INTO persona (id, phone, gone_at)
                    SELECT persona_id, max(phone), 0 FROM {table} WHERE persona_id IS NOT NULL GROUP BY persona_id"""  # noqa: S608
            )
    if holes:
        new.execute("DELETE FROM cursor")
        new.execute("DELETE FROM copying")
