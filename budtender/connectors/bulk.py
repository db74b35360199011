"""Bulk answers decoded straight into values: thousands of rows at the price of one pass over the bytes.

The strict reader builds every row twice, in Python; here a page becomes structs in one step, and only the rows that
do not fit are looked at again one by one. Of a key that comes twice the last value counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from budtender.connectors.answer import SHORT, Answer, go_on
from budtender.connectors.loose import loosely
from budtender.connectors.rows import ABSURD, LONGEST_TEXT, NO_TIME
from budtender.connectors.sentences import not_understood
from budtender.errors import ProtocolError
from budtender.model import Unread

T = TypeVar("T", bound=msgspec.Struct)
R = TypeVar("R")
#: How many unreadable rows are named one by one.
NAMED = 20
#: A page of more bytes is decoded in pieces of at least so many, and its values are made so many at a time: a decoder
#: lets no other thread go on until it is done, and a page of 5 MB takes it 15 ms.
WHOLE, PIECE, AT_A_TIME = SHORT, 400_000, 400
#: Where the first row of a list begins, with what it begins with: its brace and the name of its first value.
_FIRST = re.compile(rb'\s*\[\s*(?=(\{\s*"[^"\\]{1,80}"))')
_ONE = Decimal(1)
_MOST_DIGITS = ABSURD.adjusted()
#: The length of a time with seven digits of a second and no offset.
_WITHOUT_OFFSET = 27
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


#: Text no longer than what is kept; a longer one makes its row one for the slower reader.
Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]
#: How JSON writes the character that SQLite stops at, and what every such way of writing begins with.
_NUL, _ESCAPE = b"\\u0000", b"\\"


class Rows(Generic[T]):
    """Reads a JSON list of one kind of row; rows that are not of that kind are given to a slower reader, else read
    loosely, and counted where that does not help.

    Where there is such a reader, it also gets the rows with a NUL in them, so that `build` need not look for any.
    """

    def __init__(self, kind: type[T], system: str, what: str, *, whole: int = WHOLE, piece: int = PIECE) -> None:
        self._page: msgspec.json.Decoder[list[T]] = msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]
        self._kind = kind
        self._one: msgspec.json.Decoder[T] = msgspec.json.Decoder(kind)
        self._system = system
        self._what = what
        self._whole, self._piece = whole, piece

    def read(
        self,
        answer: Answer,
        build: Callable[[T], R],
        spare: Callable[[object], R] | None = None,
        wanted: Callable[[T], bool] | None = None,
        aside: Callable[[], None] = go_on,
    ) -> tuple[list[R], tuple[Unread, ...], int]:
        """What the rows of an answer are, the first of those that cannot be read, and how many these are.

        `build` makes a value of a row and raises ProtocolError where it cannot; `spare` makes it of the bare JSON of a
        row that is not of this kind. `wanted` may leave rows out before they are built; those that are not of this kind
        even when read loosely come all the same. `aside` is called between pieces of a few hundred rows. ProtocolError
        when the answer is no list at all.
        """
        if not answer.body.strip():
            return [], (), 0
        if spare is not None and _has_nul(answer.body):
            return self._one_by_one(answer, build, spare, wanted)
        try:
            rows = self._decoded(answer.body, aside)
        except msgspec.ValidationError:
            return self._one_by_one(answer, build, spare, wanted)
        except _BROKEN as error:
            raise not_understood(self._system, "not JSON") from error
        try:
            return self._built(rows, build, wanted, aside), (), 0
        except ProtocolError:
            return self._one_by_one(answer, build, spare, wanted)

    def _built(
        self,
        rows: list[T],
        build: Callable[[T], R],
        wanted: Callable[[T], bool] | None,
        aside: Callable[[], None],
    ) -> list[R]:
        values: list[R] = []
        for start in range(0, len(rows), AT_A_TIME):
            aside()
            values += [build(row) for row in rows[start : start + AT_A_TIME] if wanted is None or wanted(row)]
        return values

    def _decoded(self, body: bytes, aside: Callable[[], None]) -> list[T]:
        """The rows of a page; a long one is parted where a row like the first seems to begin.

        What seems so can be text or a list within a row. Then the piece is no JSON, for something is left open in it,
        and a longer one is tried.
        """
        first = _FIRST.match(body) if len(body) > self._whole else None
        if first is None:
            return self._page.decode(body)
        between = re.compile(rb"\}\s*,\s*(?=" + re.escape(first[1]) + b")")
        rows, start, size = list[T](), first.end(), self._piece
        while (end := between.search(body, start + size)) is not None:
            aside()
            try:
                rows += self._page.decode(b"[%b]" % body[start : end.start() + 1])
            except msgspec.ValidationError:
                raise
            except msgspec.DecodeError:
                size *= 2
            else:
                start, size = end.end(), self._piece
        aside()
        return rows + self._page.decode(b"[" + body[start:])

    def alike(self, answer: Answer) -> list[T] | None:
        """The bare rows of an answer, undoubted; None when any is not of this kind, or it is no plain list."""
        try:
            return self._decoded(answer.body, answer.aside)
        except _BROKEN:
            return None

    def _one_by_one(
        self,
        answer: Answer,
        build: Callable[[T], R],
        spare: Callable[[object], R] | None,
        wanted: Callable[[T], bool] | None,
    ) -> tuple[list[R], tuple[Unread, ...], int]:
        found: list[R] = []
        unread: list[Unread] = []
        bad = 0
        for place, raw in enumerate(list_in(answer.body, self._system), start=1):
            if wanted is not None and (row := self._if_row(raw)) is not None and not wanted(row):
                continue
            try:
                found.append(self._either(raw, build, spare))
            except ProtocolError as error:
                bad += 1
                if bad <= NAMED:
                    key = error.facts.get("key")
                    lacks = f"a {self._what} without a readable {key}" if key else f"not a readable {self._what}"
                    unread.append(Unread(where=f"row {place}", reason=lacks))
        return found, tuple(unread), bad

    def _either(self, raw: msgspec.Raw, build: Callable[[T], R], spare: Callable[[object], R] | None) -> R:
        try:
            if spare is None or not _has_nul(bytes(raw)):
                return build(self._one.decode(raw))
        except (ProtocolError, *_BROKEN) as error:
            if spare is None:
                if isinstance(error, ProtocolError):
                    raise
                return build(self._loosely(raw))
        assert spare is not None
        return spare(plain(bytes(raw), self._system))

    def _if_row(self, raw: msgspec.Raw) -> T | None:
        try:
            return self._one.decode(raw)
        except _BROKEN:
            pass
        try:
            return self._loosely(raw)
        except ProtocolError:
            return None

    def _loosely(self, raw: msgspec.Raw) -> T:
        try:
            return loosely(plain(bytes(raw), self._system), self._kind)
        except msgspec.ValidationError as error:
            raise not_understood(self._system, f"a {self._what} is not as described", key="form") from error


def _has_nul(body: bytes) -> bool:
    """Whether there is a NUL in JSON text; a single character is looked for ten times as fast as several."""
    return _ESCAPE in body and _NUL in body


def list_in(body: bytes, system: str) -> Sequence[msgspec.Raw]:
    """The rows of a list answer, undecoded: bare, null, nothing at all, or the only list of an object."""
    if not body.strip():
        return ()
    try:
        return msgspec.json.decode(body, type=list[msgspec.Raw])
    except msgspec.ValidationError:
        pass
    except _BROKEN as error:
        raise not_understood(system, "not JSON") from error
    value = plain(body, system)
    if value is None:
        return ()
    if isinstance(value, dict):
        lists = [name for name, part in value.items() if isinstance(part, list)]
        if len(lists) == 1:
            wrapped = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
            return msgspec.json.decode(wrapped[lists[0]], type=list[msgspec.Raw])
        if value and not lists and all(part is None for part in value.values()):
            return ()
    raise not_understood(system, "a list is no list")


_PLAIN = msgspec.json.Decoder(float_hook=Decimal)


def plain(body: bytes, system: str) -> Any:
    """The JSON of an answer with fractions as Decimal, None when it is empty; ProtocolError when it is none."""
    if not body.strip():
        return None
    try:
        return _PLAIN.decode(body)
    except (*_BROKEN, InvalidOperation) as error:
        raise not_understood(system, "not JSON") from error


# ── values ────────────────────────────────────────────────────────────────────────────────────────────────


def text(value: str | None) -> str | None:
    """Text without surrounding space and without NUL, cut at the longest that is kept; None when nothing is left."""
    if value is None:
        return None
    if "\x00" in value:
        value = value.replace("\x00", "")
    return value.strip()[:LONGEST_TEXT] or None


def ident(value: str | int | None) -> str | None:
    """An id as text, whether it came as text or as a whole number."""
    if isinstance(value, int):
        return str(value) if -(2**63) <= value < 2**63 else None
    return text(value)


def known(value: int, system: str, what: str, key: str) -> str:
    """An id that a row is of no use without; ProtocolError when it has more than 64 bits."""
    if not -(2**63) <= value < 2**63:
        raise not_understood(system, f"a {what} has no readable {key}", key=key)
    return str(value)


def nonzero(value: str | int | None) -> str | None:
    """An id as text, where 0 means that there is none."""
    return None if not value or value == "0" else ident(value)


def instant(value: str | None) -> datetime | None:
    """An ISO 8601 time, UTC where it says nothing else; None for what cannot be read as one, or is no time."""
    if not value or value.startswith(NO_TIME):
        return None
    try:
        if len(value) == _WITHOUT_OFFSET and value[19] == ".":
            # As .NET writes a UTC time; said to be one, it need not be made one.
            return datetime.fromisoformat(f"{value}Z")
        when = datetime.fromisoformat(value)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(value: str | None) -> date | None:
    """The date part of an ISO 8601 time, never moved between zones; None for what cannot be read as one, or is none."""
    if not value or value.startswith(NO_TIME):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def amount(value: Decimal | None) -> Decimal | None:
    """A number as it was written; None when it is missing, not finite or beyond belief."""
    if value is None or not value.is_finite() or abs(value) > ABSURD:
        return None
    return value


def cents(value: Decimal | None) -> int | None:
    """Dollars as cents, half a cent away from zero; None when missing, not finite or beyond belief."""
    if value is None or value.adjusted() > _MOST_DIGITS:
        return None
    try:
        return int((value * 100).quantize(_ONE, ROUND_HALF_UP))
    except (ArithmeticError, ValueError):
        return None
