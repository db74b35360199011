"""The description of a till of one's own: read from TOML and checked, each complaint with its line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo

import msgspec

from budtender.connectors.custom_faults import KNOWN, faults
from budtender.errors import InputError

#: The worked examples that ship with Budtender.
EXAMPLES = Path(__file__).parents[2] / "resources" / "custom"
LONGEST = 100_000
_HINT = "Compare it with the examples that ship with Budtender, in resources/custom."
_UNKNOWN_KEY = re.compile(r"Object contains unknown field `(.*)`")
_NO_CHOICE = re.compile(r"Invalid enum value '(.*)'", re.DOTALL)
_MISSING_KEY = re.compile(r"Object missing required field `(.*)`")
_PLACE = re.compile(r" - at `(?:key in )?\$\.?(.*)`$")


Fields = dict[str, str]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the data is and how it is written."""

    kind: Literal["rest", "csv", "sql"]
    base_url: str = ""
    folder: str = ""
    database: str = ""
    name: str = ""
    location: str = ""
    state: str = ""
    timezone: str = "UTC"
    money: Literal["dollars", "cents"] = "dollars"
    times: str = "iso"
    dates: str = "iso"
    since: date = date(2010, 1, 1)
    window_days: int = 30
    encoding: str = "utf-8"
    delimiter: str = ","
    settle_seconds: float = 10

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times without an offset."""
        return ZoneInfo(self.timezone)


class Auth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The header that carries the key, and how the key stands in it."""

    header: str = "Authorization"
    form: str = "Bearer {key}"
    user: str = ""


class Paging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a list is cut into pages."""

    style: Literal["none", "page", "offset", "cursor", "link"] = "none"
    size: int = 100
    first: int = 1
    pages: str = ""
    total: str = ""
    next: str = ""


class Call(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One call of a REST interface: what is asked, and where the rows are in the answer."""

    path: str
    query: dict[str, str] = {}
    rows: str = ""


class Write(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a shopper is created and changed."""

    fields: Fields
    create: str = ""
    update: str = ""
    wrap: str = ""
    needs: tuple[str, ...] = ("first_name", "last_name", "phone")


class States(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The till's words for the states of a document."""

    completed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    voided: tuple[str, ...] = ()
    #: A document of its own that gives back, and a sale that was given back whole and stays the document it was.
    refund: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()


class Entity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of thing: how it is asked for, and where its values are in a row."""

    fields: Fields
    path: str = ""
    query: dict[str, str] = {}
    rows: str = ""
    paging: Paging = Paging()
    files: str = ""
    whole: bool = False
    sql: str = ""
    status: States = States()
    lines: Fields = {}
    find: Call | None = None
    one: Call | None = None
    write: Write | None = None

    @property
    def marks_returns(self) -> bool:
        """Whether a sale says by itself what of it was given back."""
        return bool(self.status.returned or self.fields.get("refunded") or self.lines.get("returned"))

    @property
    def is_windowed(self) -> bool:
        """Whether it is asked for by a range of time."""
        return ":from" in self.sql or any("{from}" in value for value in self.query.values())


class Description(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A till of one's own."""

    source: Source
    auth: Auth = Auth()
    shoppers: Entity | None = None
    transactions: Entity | None = None
    products: Entity | None = None
    inventory: Entity | None = None

    @property
    def wants_key(self) -> bool:
        """Whether a key or password goes with it."""
        if self.source.kind == "rest":
            return "{" in self.auth.form
        return self.source.kind == "sql" and "{key}" in self.source.database

    def entities(self) -> Iterator[tuple[str, Entity]]:
        """What is described, by name."""
        for name in KNOWN:
            entity = getattr(self, name)
            if entity is not None:
                yield name, entity


def example() -> str:
    """The worked example of a REST interface."""
    return (EXAMPLES / "rest.toml").read_text(encoding="utf-8")


def read_description(text: str) -> Description:
    """A description that can be worked with. Raises InputError naming the line and the key that is wrong."""
    if len(text) > LONGEST:
        raise InputError("The description is too long to be one.", _HINT, field="mapping", code="mapping", line=0)
    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+)", str(error))
        line = int(at.group(1)) if at else len(text.splitlines())
        raise _wrong(text, "", "it is not TOML there", line) from error
    try:
        found = msgspec.convert(plain, Description)
    except msgspec.ValidationError as error:
        raise _translated(text, str(error), plain) from error
    for key, why in faults(found):
        raise _wrong(text, key, why)
    return found


def _translated(text: str, message: str, plain: Mapping[str, Any]) -> InputError:
    """What msgspec complains of, in words."""
    place = _PLACE.search(message)
    where = re.sub(r"\[\.\.\.\]|\[\d+\]", "", place.group(1)) if place else ""
    if place and place.group(1).endswith("[...]"):
        where = _joined(where, _no_text(plain, where))
    what = _PLACE.sub("", message)
    if unknown := _UNKNOWN_KEY.search(what):
        return _wrong(text, _joined(where, unknown.group(1)), "there is no such key")
    if missing := _MISSING_KEY.search(what):
        return _wrong(text, _joined(where, missing.group(1)), "this key is missing")
    if (value := _NO_CHOICE.search(what)) and (choices := _choices(where)):
        return _wrong(text, where, f"it is {' or '.join(choices)}, not “{value.group(1)[:40]}”")
    return _wrong(text, where, what[:1].lower() + what[1:].replace("`", "“", 1).replace("`", "”", 1).replace("`", ""))


def _no_text(plain: Mapping[str, Any], where: str) -> str:
    """The first key of a table of texts whose value is none; empty for a list."""
    found: Any = plain
    for word in where.split("."):
        found = found.get(word) if isinstance(found, dict) else None
    named = found.items() if isinstance(found, dict) else ()
    return next((str(key) for key, value in named if not isinstance(value, str)), "")


def _choices(where: str) -> tuple[str, ...]:
    """The words that a key may be, where those are few; else none."""
    kind: Any = Description
    for word in where.split("."):
        kind = next((part for part in (kind, *get_args(kind)) if hasattr(part, "__struct_fields__")), None)
        fields = () if kind is None else msgspec.structs.fields(kind)
        kind = next((field.type for field in fields if field.encode_name == word), None)
    literal = next((part for part in (kind, *get_args(kind)) if get_origin(part) is Literal), None)
    return tuple(str(choice) for choice in get_args(literal))


def _joined(where: str, key: str) -> str:
    return ".".join(filter(None, (where, key)))


def _wrong(text: str, key: str, why: str, line: int = 0) -> InputError:
    line = line or _line_of(text, key)
    place = f"line {line}" if line else "the description"
    named = f", {key}" if key else ""
    return InputError(f"In {place}{named}: {why}.", _HINT, field="mapping", code="mapping", line=line, key=key)


def _line_of(text: str, key: str) -> int:
    """The line where a key stands, or the table it should stand in; 0 where neither is written."""
    table, best, length = "", 0, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[{1,2}([^\[\]]+)\]", line):
            table = header.group(1).replace('"', "").replace(" ", "")
            found = table
        elif entry := re.match(r"\s*([\w.\"-]+)\s*=", line):
            found = _joined(table, entry.group(1).replace('"', ""))
        else:
            continue
        # A key may stand in an inline table of a longer path.
        if (key == found or key.startswith(f"{found}.")) and len(found) > length:
            best, length = number, len(found)
    return best
