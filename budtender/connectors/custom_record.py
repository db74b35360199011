"""One row of a till of one's own, read by its description: JSON, CSV and SQL values alike.

A value that is missing, null or empty is not there. One that cannot be read refuses the row with a reason that names
the field and where it was looked for, and never the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from budtender.connectors.custom_mapping import Source
from budtender.connectors.rows import ABSURD, LONGEST_ID, LONGEST_TEXT

_YES = frozenset({"true", "yes", "y", "1", "t", "on", "x"})
_NO = frozenset({"false", "no", "n", "0", "f", "off", "-"})
#: Money and counts as people write them: 1,234.50 and $5 and (12.00).
_WRITTEN = re.compile(r"(?P<minus>-?)\$?\s*(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)")
_STEP = re.compile(r"([^\[\].]+)|\[(\d+)\]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RowRefused(Exception):
    """The row cannot be used, for the reason given."""


class Record:
    """The values of one row; `fields` says where each stands."""

    def __init__(self, values: Mapping[str, Any], fields: Mapping[str, str], source: Source) -> None:
        self._values = values
        self._fields = fields
        self._source = source

    def has(self, field: str) -> bool:
        """Whether the description says where the field stands."""
        return bool(self._fields.get(field))

    def value(self, field: str) -> Any:
        """The value as it came, None when it is not there."""
        whole = self._fields.get(field)
        if not whole:
            return None
        # A column or key is what most fields are, and an import reads millions of them.
        found = self._values.get(whole)
        if _is_there(found):
            return found
        for path in whole.split("|"):
            found = path[1:] if path.startswith("=") else _at(self._values, path.strip())
            if _is_there(found):
                return found
        return None

    def needed(self, field: str) -> str:
        """An id that a row is of no use without."""
        found = self.ident(field)
        if found is None:
            raise RowRefused(f"{self._named(field)} is missing")
        return found

    def text(self, field: str) -> str | None:
        """Text, also of a number or a time."""
        found = self.value(field)
        if found is None:
            return None
        if isinstance(found, dict | list | tuple):
            raise self._unreadable(field, "text")
        plain = f"{found:f}" if isinstance(found, Decimal) else str(found)
        return plain.replace("\x00", "").strip()[:LONGEST_TEXT] or None

    def ident(self, field: str) -> str | None:
        """An id: text or a whole number; 12.0 of a spreadsheet is 12."""
        found = self.value(field)
        number = _number(found) if isinstance(found, float | Decimal) else None
        if number is not None and number == number.to_integral_value():
            found = int(number)
        if isinstance(found, bool):
            raise self._unreadable(field, "an id")
        text = None if found is None else self.text(field) if not isinstance(found, int) else str(found)
        if text is not None and len(text) > LONGEST_ID:
            raise self._unreadable(field, "an id")
        return text

    def number(self, field: str) -> Decimal | None:
        """A number, also written as people do."""
        found = self.value(field)
        if found is None:
            return None
        number = _number(found)
        if number is None or abs(number) > ABSURD:
            raise self._unreadable(field, "a number")
        return number

    def cents(self, field: str) -> int | None:
        """An amount of money."""
        number = self.number(field)
        if number is None:
            return None
        scale = 100 if self._source.money == "dollars" else 1
        return int((number * scale).quantize(Decimal(1), ROUND_HALF_UP))

    def flag(self, field: str) -> bool | None:
        """Yes or no."""
        found = self.value(field)
        if found is None or isinstance(found, bool):
            return found
        word = str(found).strip().casefold()
        if word in _YES or word in _NO:
            return word in _YES
        raise self._unreadable(field, "yes or no")

    def when(self, field: str) -> datetime | None:
        """A time, in the way that the description says; without an offset it is the store's own."""
        found = self.value(field)
        try:
            if found is None or isinstance(found, datetime):
                return None if found is None else self._aware(found)
            if self._source.times in ("epoch", "epoch_ms"):
                number = _number(found)
                assert number is not None
                return _EPOCH + timedelta(seconds=float(number / (1 if self._source.times == "epoch" else 1_000)))
            if isinstance(found, date):
                return self._aware(datetime(found.year, found.month, found.day))  # noqa: DTZ001  (the zone follows)
            if self._source.times in ("iso", "native"):
                return self._aware(datetime.fromisoformat(str(found).strip()))
            return self._aware(datetime.strptime(str(found).strip(), self._source.times))  # noqa: DTZ007
        except (ValueError, OverflowError, AssertionError) as error:
            raise self._unreadable(field, "a time") from error

    def day(self, field: str) -> date | None:
        """A date without a time."""
        found = self.value(field)
        if found is None or isinstance(found, date):
            return found.date() if isinstance(found, datetime) else found
        text = str(found).strip()
        try:
            if self._source.dates == "iso":
                return date.fromisoformat(text[:10])
            return datetime.strptime(text, self._source.dates).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError as error:
            raise self._unreadable(field, "a date") from error

    def names(self, field: str) -> tuple[str, ...]:
        """A list of names, or one text with the names between semicolons."""
        found = self.value(field)
        if found is None:
            return ()
        parts = found if isinstance(found, list | tuple) else str(found).split(";")
        return tuple(str(part).strip() for part in parts if isinstance(part, str | int) and str(part).strip())

    def rows(self, field: str) -> Sequence[Mapping[str, Any]]:
        """The rows within this row."""
        found = self.value(field)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(part, dict) for part in found):
            raise self._unreadable(field, "a list of lines")
        return found

    def _aware(self, when: datetime) -> datetime:
        return (when if when.tzinfo else when.replace(tzinfo=self._source.zone)).astimezone(UTC)

    def _named(self, field: str) -> str:
        return f"{field} ({self._fields.get(field, '')})"

    def _unreadable(self, field: str, what: str) -> RowRefused:
        return RowRefused(f"{self._named(field)} is not {what}")


def _is_there(found: object) -> bool:
    return found is not None and not (isinstance(found, str) and (not found or found.isspace()))


def is_null(value: object, path: str) -> bool:
    """Whether null was said to stand there, as some servers write a list without rows; a missing key says nothing."""
    around, _, last = path.rpartition(".")
    if not path or (isinstance(value, dict) and path in value):
        return within(value, path) is None
    parent = within(value, around)
    return isinstance(parent, dict) and last in parent and parent[last] is None


def within(value: object, path: str) -> Any:
    """What stands at a path of an answer, the answer itself for an empty one; None where nothing does."""
    return value if not path else _at(value, path)


def _at(value: object, path: str) -> Any:
    """What stands at `a.b[0].c`; a key that holds the whole path comes first, as columns may have dots."""
    if isinstance(value, dict) and path in value:
        return value[path]
    for name, place in _STEP.findall(path):
        if name and isinstance(value, dict):
            value = value.get(name)
        elif place and isinstance(value, list) and int(place) < len(value):
            value = value[int(place)]
        else:
            return None
    return value if path else None


def _number(found: object) -> Decimal | None:
    if isinstance(found, bool):
        return None
    if isinstance(found, int | Decimal):
        return Decimal(found) if Decimal(found).is_finite() else None
    text = repr(found) if isinstance(found, float) else str(found).strip()
    in_brackets = text.startswith("(") and text.endswith(")")
    written = _WRITTEN.fullmatch(text[1:-1] if in_brackets else text)
    if written is not None:
        number = Decimal(written["digits"].replace(",", ""))
        return -number if written["minus"] or in_brackets else number
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def shown(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The values of a row as text, for the file of refused rows."""
    for name, value in values.items():
        yield str(name), "" if value is None else str(value)
