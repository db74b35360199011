"""A till of one's own that leaves CSV files in a folder; nothing in the folder is changed."""

from __future__ import annotations

import csv
import hashlib
import re
import time
from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from budtender.connectors.custom_chunks import CHUNK, Chunk, Found, Together, gathered
from budtender.connectors.custom_mapping import Entity, Source
from budtender.errors import Misconfigured
from budtender.model import Cursor, Unread

SYSTEM = "custom"
_BLOCK = 1 << 20
_UNREADABLE = "the file cannot be read there"
#: What a byte becomes that the encoding does not have.
_STRANGE = re.compile("[\udc80-\udcff]")

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
        together = Together(entity, self._source)
        for found in gathered(self._rows(path, entity, refused), entity, self._source):
            if apart := together.refused(found):
                refused += apart
            else:
                rows.append(found)
            if len(rows) + len(refused) >= CHUNK:
                yield Chunk(rows, snapshot=entity.whole, refused=tuple(refused))
                rows = []
                refused.clear()
        yield Chunk(rows, snapshot=entity.whole, refused=tuple(refused))

    def _rows(self, path: Path, entity: Entity, refused: list[Unread]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The rows of a file by their columns; what is no row is refused with its line, and what follows is read."""
        columns: list[str] | None = None
        for line, cells in self._lines(path, refused):
            where = f"{path.name}, line {line}"
            if columns is None:
                columns = [name.strip() for name in cells]
                if wrong := _wrong_columns(columns, entity):
                    refused.append(Unread(where=path.name, reason=wrong))
                    return
                continue
            values = dict(zip(columns, cells, strict=False))
            if not any(cell.strip() for cell in cells):
                continue
            if any(_STRANGE.search(cell) for cell in cells):
                refused.append(Unread(where=where, reason=self._foreign("it"), values=_texts(values)))
            elif len(cells) != len(columns):
                reason = f"it has {len(cells)} cells under {len(columns)} columns"
                refused.append(Unread(where=where, reason=reason, values=_texts(values)))
            else:
                yield where, values

    def _lines(self, path: Path, refused: list[Unread]) -> Iterator[tuple[int, list[str]]]:
        """The cells of each line with its number, an empty first line for an empty file."""
        encoding = self._source.encoding
        if encoding.casefold().replace("_", "-") == "utf-8":
            encoding = "utf-8-sig"
        line = 0
        try:
            # A sign of another encoding is carried along, so that it costs its own row and no other.
            with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
                reader = csv.reader(file, delimiter=self._source.delimiter, strict=True)
                first = next(reader, [])
                if any(_STRANGE.search(cell) for cell in first):
                    refused.append(Unread(where=path.name, reason=self._foreign("the file")))
                    return
                yield 1, first
                while True:
                    line = reader.line_num
                    try:
                        cells = next(reader)
                    except StopIteration:
                        return
                    except csv.Error:
                        refused.append(Unread(where=f"{path.name}, after line {line}", reason=_UNREADABLE))
                    else:
                        yield reader.line_num, cells
        except (csv.Error, UnicodeError, OSError) as error:
            reason = self._foreign("the file") if isinstance(error, UnicodeError) else _UNREADABLE
            refused.append(Unread(where=f"{path.name}, after line {line}", reason=reason))

    def _foreign(self, what: str) -> str:
        return f"{what} is not {self._source.encoding} there"


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


def _wrong_columns(columns: list[str], entity: Entity) -> str:
    """What keeps a file's columns from being read as described; alternatives and constants may be missing."""
    for path in (*entity.fields.values(), *entity.lines.values()):
        if not path or path.startswith("="):
            continue
        if "|" not in path and path not in columns:
            return f"there is no column {path}"
        if twice := next((name for name in path.split("|") if columns.count(name.strip()) > 1), ""):
            return f"there are two columns {twice.strip()}"
    return ""


def _texts(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), _STRANGE.sub("\N{REPLACEMENT CHARACTER}", str(value))) for name, value in values.items())
