"""A till of one's own that leaves CSV files in a folder; nothing in the folder is changed."""

from __future__ import annotations

import csv
import hashlib
import time
from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from budtender.connectors.custom_chunks import CHUNK, Chunk, Found, gathered
from budtender.connectors.custom_mapping import Entity, Source
from budtender.connectors.custom_record import Record, RowRefused
from budtender.errors import Misconfigured
from budtender.model import Cursor, Unread

SYSTEM = "custom"
_BLOCK = 1 << 20

#: What is known of a file that was read: its size, its time in nanoseconds, and the start of its digest.
Known = tuple[int, int, str]


class Files:
    """The files of one folder."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._folder = Path(source.folder).expanduser()

    def check(self, entity: Entity) -> None:
        """The folder is there and can be read. Raises Misconfigured."""
        self._matching(entity)

    def chunks(self, entity: Entity, since: Cursor | None, now: datetime) -> Generator[Chunk, None, None]:
        """The rows of files that are new or have changed, file by file; each is marked as read at its end."""
        read = _read_before(since)
        present = self._matching(entity)
        if entity.whole:
            present = present[-1:]
        kept = {path.name: read[path.name] for path in present if path.name in read}
        for path in present:
            known = self._changed(path, None if entity.whole else kept.get(path.name))
            if known is None:
                continue
            yield from self._of_file(path, entity)
            kept[path.name] = known
            yield Chunk([], Cursor(at=now, mark=msgspec.json.encode(kept).decode()), snapshot=entity.whole)

    def _matching(self, entity: Entity) -> list[Path]:
        """The files that a pattern means, the oldest first."""
        try:
            found = [path for path in self._folder.glob(entity.files) if path.is_file()]
            if not found and not self._folder.is_dir():
                raise FileNotFoundError(self._folder)
            return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))
        except (OSError, ValueError) as error:
            raise Misconfigured(
                "The folder with the till's files cannot be read.",
                f"Check that {self._folder} is there and may be read, and the pattern {entity.files}.",
                system=SYSTEM,
                status=404,
            ) from error

    def _changed(self, path: Path, known: Known | None) -> Known | None:
        """What is to be remembered of a file that has to be read; None for one that was, or is still being written."""
        try:
            facts = path.stat()
            if time.time() - facts.st_mtime < self._source.settle_seconds:
                return None
            if known is not None and known[:2] == (facts.st_size, facts.st_mtime_ns):
                return None
            digest = _digest(path)
        except OSError:
            return None
        if known is not None and known[2] == digest:
            return None
        return facts.st_size, facts.st_mtime_ns, digest

    def _of_file(self, path: Path, entity: Entity) -> Generator[Chunk, None, None]:
        rows: list[Found] = []
        refused: list[Unread] = []
        seen: set[int] = set()
        for found in gathered(self._rows(path, entity, refused), entity, self._source):
            if reason := self._stands_apart(found, entity, seen):
                refused += [Unread(where=found.where, reason=reason, values=_texts(values)) for values in found.lines]
            else:
                rows.append(found)
            if len(rows) + len(refused) >= CHUNK:
                yield Chunk(rows, snapshot=entity.whole, refused=tuple(refused))
                rows = []
                refused.clear()
        yield Chunk(rows, snapshot=entity.whole, refused=tuple(refused))

    def _stands_apart(self, found: Found, entity: Entity, seen: set[int]) -> str:
        """Why a document is refused whose id came before in the file: its lines would replace the earlier ones."""
        if not entity.lines:
            return ""
        try:
            key = hash(Record(found.values, entity.fields, self._source).ident("id"))
        except RowRefused:
            return ""
        if key in seen:
            return f"the lines of one {entity.fields['id']} do not stand together"
        seen.add(key)
        return ""

    def _rows(self, path: Path, entity: Entity, refused: list[Unread]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The rows of a file by their columns; what is no row is refused with its line."""
        encoding = (
            "utf-8-sig" if self._source.encoding.casefold().replace("_", "-") == "utf-8" else self._source.encoding
        )
        line = 0
        try:
            with path.open(encoding=encoding, newline="") as file:
                reader = csv.reader(file, delimiter=self._source.delimiter, strict=True)
                columns = [name.strip() for name in next(reader, [])]
                if missing := _missing_columns(columns, entity):
                    refused.append(Unread(where=path.name, reason=f"there is no column {missing}"))
                    return
                for cells in reader:
                    line = reader.line_num
                    where = f"{path.name}, line {line}"
                    values = dict(zip(columns, cells, strict=False))
                    if not any(cell.strip() for cell in cells):
                        continue
                    if len(cells) != len(columns):
                        reason = f"it has {len(cells)} cells under {len(columns)} columns"
                        refused.append(Unread(where=where, reason=reason, values=_texts(values)))
                        continue
                    yield where, values
        except (csv.Error, UnicodeError, OSError) as error:
            why = "is not " + self._source.encoding if isinstance(error, UnicodeError) else "cannot be read"
            refused.append(Unread(where=f"{path.name}, after line {line}", reason=f"the file {why} there"))


def _read_before(since: Cursor | None) -> dict[str, Known]:
    if since is None or not since.mark:
        return {}
    try:
        return msgspec.json.decode(since.mark, type=dict[str, Known])
    except msgspec.DecodeError:
        return {}


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()[:16]


def _missing_columns(columns: list[str], entity: Entity) -> str:
    """A column that the description needs and the file does not have; alternatives and constants may be missing."""
    for path in (*entity.fields.values(), *entity.lines.values()):
        if path and not path.startswith("=") and "|" not in path and path not in columns:
            return path
    return ""


def _texts(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in values.items())
