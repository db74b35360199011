"""A till of one's own whose database is read by queries; the one door to SQLAlchemy.

SQLAlchemy and the database's driver come with the extra `sql`, so they are imported when a query is to be run.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Generator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from budtender.connectors.custom_chunks import CHUNK, Chunk, Found, Together, gathered
from budtender.connectors.custom_mapping import Entity, Source
from budtender.connectors.custom_record import Record, RowRefused
from budtender.errors import Misconfigured, RemoteError, Unreachable
from budtender.model import Cursor, Unread

SYSTEM = "custom"
#: Rows are committed late and clocks differ: so much before the last one's change is read again.
OVERLAP = timedelta(minutes=10)
#: Where rows do not say when they changed, so much is read again: a sale may be given back or edited that much later.
UNDATED = timedelta(days=14)
#: A query may begin with WITH and delete all the same; an account that may do so is told that this one does not.
_ONLY_READ = {
    "sqlite": "PRAGMA query_only = ON",
    **dict.fromkeys(("postgresql", "mysql", "mariadb"), "SET TRANSACTION READ ONLY"),
}


class Queries:
    """The queries of one database; `key` is the password that stands for {key} in its address."""

    def __init__(self, source: Source, key: str) -> None:
        self._source = source
        self._key = key

    def check(self, entity: Entity) -> None:
        """The query can be run. Raises Misconfigured or Unreachable."""
        now = datetime.now(UTC)
        with closing(self._rows(entity, now, now)) as rows:
            next(rows, None)

    def chunks(self, entity: Entity, since: Cursor | None, now: datetime) -> Generator[Chunk, None, None]:
        """The rows of a query; those of a window end with the time of the last change as the next one's start.

        Where the rows come in the order of their changes, that time is true after each chunk, and an import that was
        broken off goes on from there.
        """
        begun = datetime.combine(self._source.since, datetime.min.time(), UTC) if since is None else since.at
        dated = bool(entity.fields.get("modified"))
        start = begun if since is None else begun - (OVERLAP if dated else UNDATED)
        watermark, ordered = begun, dated and entity.is_windowed
        rows: list[Found] = []
        refused: list[Unread] = []
        together = Together(entity, self._source)
        for found in gathered(self._rows(entity, start, now + timedelta(days=1)), entity, self._source):
            modified = self._modified(found, entity)
            # Rows read again from before the window are no disorder.
            ordered = ordered and modified is not None and (modified >= watermark or modified <= begun)
            if len(rows) + len(refused) >= CHUNK:
                cursor = Cursor(at=watermark) if ordered else None
                yield Chunk(rows, cursor, snapshot=not entity.is_windowed, refused=tuple(refused))
                rows = []
                refused.clear()
            if modified is not None:
                # A time that is still to come would keep all that changes until then from being read.
                watermark = max(watermark, min(modified, now))
            if apart := together.refused(found):
                refused += apart
            else:
                rows.append(found)
        done = Cursor(at=watermark if dated else now)
        yield Chunk(rows, done, snapshot=not entity.is_windowed, refused=tuple(refused))

    def _modified(self, found: Found, entity: Entity) -> datetime | None:
        try:
            return Record(found.values, entity.fields, self._source).when("modified")
        except RowRefused:
            return None

    def _rows(
        self, entity: Entity, start: datetime, end: datetime
    ) -> Generator[tuple[str, Mapping[str, Any]], None, None]:
        sqlalchemy = _library()
        given = {"from": self._bound(start), "to": self._bound(end)} if entity.is_windowed else {}
        engine = None
        try:
            address = sqlalchemy.make_url(self._source.database.replace("{key}", _in_address(self._key)))
            engine = sqlalchemy.create_engine(address, poolclass=sqlalchemy.NullPool)
            with engine.connect() as connection:
                if only_read := _ONLY_READ.get(connection.dialect.name):
                    connection.exec_driver_sql(only_read)
                found = connection.execution_options(stream_results=True, yield_per=CHUNK).execute(
                    sqlalchemy.text(entity.sql), given
                )
                for number, row in enumerate(found.mappings(), start=1):
                    yield f"row {number}", dict(row)
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise _failure(sqlalchemy, error) from error
        except ImportError as error:
            raise _without_driver() from error
        finally:
            if engine is not None:
                engine.dispose()

    def _bound(self, when: datetime) -> object:
        """A time as the query compares it: in the description's own way."""
        times = self._source.times
        if times == "native":
            return when.astimezone(self._source.zone).replace(tzinfo=None)
        if times in ("epoch", "epoch_ms"):
            return int(when.timestamp() * (1 if times == "epoch" else 1_000))
        if "%" in times:
            return when.astimezone(self._source.zone).strftime(times)
        return when.astimezone(self._source.zone).replace(tzinfo=None).isoformat(" ", "seconds")


def _library() -> Any:
    if importlib.util.find_spec("sqlalchemy") is None:
        raise Misconfigured(
            "Reading a database needs the extra “sql”, which is not installed.",
            'Install it with: pip install "budtender[sql]"',
            system=SYSTEM,
        )
    import sqlalchemy

    return sqlalchemy


def _in_address(key: str) -> str:
    from urllib.parse import quote

    return quote(key, safe="")


def _failure(sqlalchemy: Any, error: Exception) -> RemoteError:
    """What went wrong, without a word of the database's own: it may quote the rows."""
    exc = sqlalchemy.exc
    if isinstance(error, exc.ArgumentError | exc.NoSuchModuleError):
        return Misconfigured(
            "The address of the till's database cannot be used.",
            "Compare source.database with SQLAlchemy's database URLs.",
            system=SYSTEM,
        )
    if _is_about_query(exc, error):
        return Misconfigured(
            "The till's database refuses a query of the description.",
            "Try the query in the database's own program, with :from and :to as it has times.",
            system=SYSTEM,
        )
    return Unreachable(
        "The till's database cannot be reached.",
        "Check its address, its password and the network.",
        system=SYSTEM,
        sent=False,
        reason="no connection",
    )


def _is_about_query(exc: Any, error: Exception) -> bool:
    """Whether it is the query, and not the way to the database: SQL that it does not take, a value nobody gives, or a
    statement that has no rows."""
    if isinstance(error, exc.ProgrammingError | exc.ResourceClosedError | exc.NotSupportedError):
        return True
    if isinstance(error, exc.DBAPIError):
        lost = bool(getattr(error, "connection_invalidated", False))
        return isinstance(error, exc.OperationalError) and not lost and bool(error.statement)
    return isinstance(error, exc.StatementError)


def _without_driver() -> Misconfigured:
    return Misconfigured(
        "The driver of the till's database is not installed.",
        "Install the driver that source.database names.",
        system=SYSTEM,
    )
