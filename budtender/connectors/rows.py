"""One row of a remote answer, read by the same rules for every system.

Null and empty text count as missing, unknown keys are ignored, keys match without regard to case (Dutchie's
whoami is seen in both spellings, AIQ's in-store flag in none that is certain). A value of another type than
asked for is never bent into shape: the row is unreadable, which is a ProtocolError that names the key and not
the value, because values are shoppers' data.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TypeVar

from budtender.connectors.sentences import not_understood
from budtender.errors import ProtocolError

#: No balance, price or quantity at a counter comes near; beyond it the sender is wrong, not rich.
ABSURD = Decimal(10) ** 9
#: Epoch seconds stay below this until the year 5138, epoch milliseconds have been above it since 1973.
MILLISECONDS_FROM = Decimal(10) ** 11
#: Longest text that is stored; more than any name, note or description, less than what hurts a screen.
LONGEST_TEXT = 4_000
LONGEST_ID = 256
#: How a time begins that .NET's servers were never given.
NO_TIME = "0001-01-01"

_log = logging.getLogger(__name__)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
S = TypeVar("S")
T = TypeVar("T")


class Row:
    """A JSON object to read by name; every method takes the names a value may have, the likeliest first.

    Each answers None when the value is missing. Raises ProtocolError for a value of the wrong type or beyond
    belief, and at once when `value` is no JSON object.
    """

    __slots__ = ("_as_text", "_folded", "_system", "_values", "_what")

    def __init__(self, value: object, *, system: str, what: str, as_text: bool = False) -> None:
        """`as_text` is for systems that may write any of their numbers as text."""
        self._as_text = as_text
        self._system = system
        self._what = what
        if not isinstance(value, dict):
            raise not_understood(system, f"a {what} is no object", key="")
        self._values: dict[str, object] = value
        self._folded: dict[str, object] | None = None

    def value(self, *names: str) -> object | None:
        """The first value that is there, as it came."""
        for name in names:
            found = self._values.get(name)
            if found is None:
                found = self._fold().get(name.casefold())
            if found is not None and not (isinstance(found, str) and not found.strip()):
                return found
        return None

    def is_null(self, name: str) -> bool:
        """Whether the value was said to be null, which is not the same as not being said where zero may be dropped."""
        return name in self._values and self._values[name] is None

    def text(self, *names: str) -> str | None:
        """Text without surrounding space and without NUL, which SQLite stops at; cut at LONGEST_TEXT."""
        found = self.value(*names)
        if found is None:
            return None
        if not isinstance(found, str):
            raise self._unreadable(names)
        return found.replace("\x00", "").strip()[:LONGEST_TEXT] or None

    def ident(self, *names: str) -> str | None:
        """An id as text, whether it came as text or as a whole number."""
        found = self.value(*names)
        if isinstance(found, str):
            text = self.text(*names)
            if text is not None and len(text) > LONGEST_ID:
                raise self._unreadable(names)
            return text
        number = self.integer(*names)
        return None if number is None else str(number)

    def number(self, *names: str, as_text: bool = False) -> Decimal | None:
        """A number, exactly as written; text is a number only where `as_text` says that the system does so."""
        found = self.value(*names)
        if found is None:
            return None
        number = self._measure(found, names, as_text=as_text)
        if abs(number) > ABSURD:
            raise self._unreadable(names)
        return number

    def cents(self, *names: str) -> int | None:
        """An amount of money given in dollars, as cents."""
        dollars = self.number(*names)
        return None if dollars is None else int((dollars * 100).quantize(Decimal(1), ROUND_HALF_UP))

    def integer(self, *names: str) -> int | None:
        """A whole number of at most 64 bits."""
        found = self.value(*names)
        if found is None:
            return None
        number = self._measure(found, names)
        if abs(number) >= 2**63 or number != int(number):
            raise self._unreadable(names)
        return int(number)

    def flag(self, *names: str) -> bool | None:
        """True or false, given as such."""
        found = self.value(*names)
        if found is None or isinstance(found, bool):
            return found
        raise self._unreadable(names)

    def epoch(self, *names: str) -> datetime | None:
        """Epoch seconds as an aware time; zero and below (a zero time of some servers) mean never."""
        found = self.value(*names)
        if found is None:
            return None
        seconds = self._measure(found, names)
        if abs(seconds) > MILLISECONDS_FROM * 1_000:
            raise self._unreadable(names)
        if seconds <= 0:
            return None
        if seconds > MILLISECONDS_FROM:
            _log.warning("%s sent milliseconds as the time of a %s", self._system, self._what)
            seconds /= 1_000
        try:
            return _EPOCH + timedelta(seconds=float(seconds))
        except OverflowError as error:
            raise self._unreadable(names) from error

    def instant(self, *names: str) -> datetime | None:
        """An ISO 8601 time; without an offset, or with the letters UTC, it is UTC; finer than microseconds is cut."""
        text = self.text(*names)
        if text is None or text.startswith(NO_TIME):
            return None
        try:
            when = datetime.fromisoformat(text.removesuffix(" UTC"))
            return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise self._unreadable(names) from error

    def day(self, *names: str) -> date | None:
        """The date part of an ISO 8601 time, without moving it between zones."""
        text = self.text(*names)
        if text is None or text.startswith(NO_TIME):
            return None
        try:
            return date.fromisoformat(text[:10])
        except ValueError as error:
            raise self._unreadable(names) from error

    def items(self, *names: str) -> Sequence[object]:
        """A list; missing is empty."""
        found = self.value(*names)
        if found is None:
            return ()
        if not isinstance(found, list):
            raise self._unreadable(names)
        return found

    def objects(self, *names: str) -> Sequence[Row]:
        """The objects in a list, as rows; anything else in it is left out."""
        found = [value for value in self.items(*names) if isinstance(value, dict)]
        return [type(self)(value, system=self._system, what=names[0], as_text=self._as_text) for value in found]

    @property
    def loose(self) -> LooseRow:
        """The same row, for values without which it still says what it has to say."""
        return LooseRow(self._values, system=self._system, what=self._what, as_text=self._as_text)

    def _fold(self) -> dict[str, object]:
        if self._folded is None:
            self._folded = {key.casefold(): value for key, value in self._values.items()}
        return self._folded

    def _measure(self, found: object, names: Iterable[str], *, as_text: bool = False) -> Decimal:
        if isinstance(found, str) and (as_text or self._as_text):
            try:
                found = Decimal(found.strip())
            except InvalidOperation as error:
                raise self._unreadable(names) from error
        if isinstance(found, bool) or not isinstance(found, int | Decimal) or not Decimal(found).is_finite():
            raise self._unreadable(names)
        return Decimal(found)

    def _unreadable(self, names: Iterable[str]) -> ProtocolError:
        name = next(iter(names))
        return not_understood(self._system, f"a {self._what} has no readable {name}", key=name)

    def missing(self, name: str) -> ProtocolError:
        """The error for a row that is of no use without a value under `name`."""
        return not_understood(self._system, f"a {self._what} has no {name}", key=name)


class LooseRow(Row):
    """A row whose values are declared as free text: one that cannot be read counts as missing."""

    __slots__ = ()

    def text(self, *names: str) -> str | None:
        """Text, None when it is none."""
        return _or_none(lambda: Row.text(self, *names))

    def ident(self, *names: str) -> str | None:
        """An id, None when it is none."""
        return _or_none(lambda: Row.ident(self, *names))

    def number(self, *names: str, as_text: bool = False) -> Decimal | None:
        """A number, None when it is none."""
        return _or_none(lambda: Row.number(self, *names, as_text=as_text))

    def integer(self, *names: str) -> int | None:
        """A whole number, None when it is none."""
        return _or_none(lambda: Row.integer(self, *names))

    def flag(self, *names: str) -> bool | None:
        """True or false, None when it is neither."""
        return _or_none(lambda: Row.flag(self, *names))

    def epoch(self, *names: str) -> datetime | None:
        """A time in epoch seconds, None when it is none."""
        return _or_none(lambda: Row.epoch(self, *names))

    def instant(self, *names: str) -> datetime | None:
        """A time, None when it is none."""
        return _or_none(lambda: Row.instant(self, *names))

    def day(self, *names: str) -> date | None:
        """A date, None when it is none."""
        return _or_none(lambda: Row.day(self, *names))

    def items(self, *names: str) -> Sequence[object]:
        """A list, empty when it is none."""
        return _or_none(lambda: Row.items(self, *names)) or ()


def _or_none(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except ProtocolError:
        return None


def read_each(values: Iterable[S], read: Callable[[S], T]) -> tuple[list[T], int]:
    """What can be read of a list, and how many rows could not: one bad row never spoils a page."""
    good: list[T] = []
    keys: set[str] = set()
    bad = 0
    for value in values:
        try:
            good.append(read(value))
        except ProtocolError as error:
            bad += 1
            keys.add(str(error.facts["key"]) or "no object")
    if bad:
        _log.warning("left out %d of %d rows that cannot be read (%s)", bad, bad + len(good), ", ".join(sorted(keys)))
    return good, bad


#: So many rows of which none can be read are another answer than was asked for, and not so many bad rows.
GARBLED = 10


def not_garbled(good: int, bad: int, *, system: str, what: str) -> None:
    """ProtocolError for a page like that, which is no matter of single rows: going past it would lose them all."""
    if bad >= GARBLED and not good:
        raise not_understood(system, f"none of {bad} rows can be read", key=what)


def list_under(value: object, *names: str, system: str, what: str) -> Sequence[object]:
    """A list that is the whole answer, or the one that an answer holds under one of `names`; null is empty.

    Rows under another name are no empty list: whoever was not found there may be sent once more. ProtocolError.
    """
    if value is None:
        return ()
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and _holds_rows_elsewhere(value, names):
        raise not_understood(system, f"a {what} lies under none of the known names", key="|".join(names))
    return Row(value, system=system, what=what).items(*names)


def _holds_rows_elsewhere(value: Mapping[str, object], names: Iterable[str]) -> bool:
    """Whether none of the names is there, but a list that is not empty, or one written as an object of places."""
    if {name.casefold() for name in names} & {key.casefold() for key in value}:
        return False
    listed = any(isinstance(inner, list) and inner for inner in value.values())
    return listed or (bool(value) and all(key.isdigit() for key in value))
