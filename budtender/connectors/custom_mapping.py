"""The description of a till of one's own: read from TOML and checked, each complaint with its line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path, PureWindowsPath
from typing import Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from budtender.errors import InputError

#: The worked examples that ship with Budtender.
EXAMPLES = Path(__file__).parents[2] / "resources" / "custom"
LONGEST = 100_000
_HINT = "Compare it with the examples that ship with Budtender, in resources/custom."
_FILLED_IN = frozenset({"from", "to", "page", "offset", "size", "cursor", "phone", "id"})
_UNKNOWN_KEY = re.compile(r"Object contains unknown field `(.*)`")
_NO_CHOICE = re.compile(r"Invalid enum value '(.*)'", re.DOTALL)
_MISSING_KEY = re.compile(r"Object missing required field `(.*)`")
#: What the name of a header may be made of (RFC 9110).
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PLACE = re.compile(r" - at `(?:key in )?\$\.?(.*)`$")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHOPPER = _words(
    "id phone phone2 first_name last_name email birth_date gender address1 address2 city state postal_code type "
    "status loyalty points tier marketing external_id government_id medical_id archived merged_into groups created "
    "modified"
)
TRANSACTION = _words(
    "id at customer_id total tax discount net tip loyalty points_earned status refund refund_of refunded location_id "
    "employee_id terminal source medical order_id day created modified lines"
)
LINE = _words(
    "id sku product_id name quantity returned price discount tax total cost unit_cost category brand strain species "
    "size unit package_id"
)
GOODS = _words(
    "id product_id quantity sellable sku name category parent_category brand strain species size unit price "
    "medical_price cost margin_percent thc cbd tag batch expires active archived description "
    "barcode vendor modified created"
)
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "shoppers": ("id",),
    "transactions": ("id", "at"),
    "inventory": ("product_id", "quantity"),
    "products": ("id",),
}
_KNOWN: Mapping[str, frozenset[str]] = {
    "shoppers": SHOPPER,
    "transactions": TRANSACTION,
    "inventory": GOODS,
    "products": GOODS,
}

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
        for name in _KNOWN:
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
        raise _translated(text, str(error)) from error
    for key, why in _faults(found):
        raise _wrong(text, key, why)
    return found


def _translated(text: str, message: str) -> InputError:
    """What msgspec complains of, in words."""
    place = _PLACE.search(message)
    where = re.sub(r"\[\.\.\.\]|\[\d+\]", "", place.group(1)) if place else ""
    what = _PLACE.sub("", message)
    if unknown := _UNKNOWN_KEY.search(what):
        return _wrong(text, _joined(where, unknown.group(1)), "there is no such key")
    if missing := _MISSING_KEY.search(what):
        return _wrong(text, _joined(where, missing.group(1)), "this key is missing")
    if (value := _NO_CHOICE.search(what)) and (choices := _choices(where)):
        return _wrong(text, where, f"it is {' or '.join(choices)}, not “{value.group(1)[:40]}”")
    return _wrong(text, where, what[:1].lower() + what[1:].replace("`", "“", 1).replace("`", "”", 1).replace("`", ""))


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
    return f"{where}.{key}" if where else key


def _wrong(text: str, key: str, why: str, line: int = 0) -> InputError:
    line = line or _line_of(text, key)
    place = f"line {line}" if line else "the description"
    named = f", {key}" if key else ""
    return InputError(f"In {place}{named}: {why}.", _HINT, field="mapping", code="mapping", line=line, key=key)


def _line_of(text: str, key: str) -> int:
    """The line where a key stands, or the table it should stand in; 0 where neither is written."""
    table, best, length = "", 0, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
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


def _faults(found: Description) -> Iterator[tuple[str, str]]:
    """What is wrong beyond the types: keys and sentences."""
    yield from _source_faults(found.source, found.auth)
    if not list(found.entities()):
        yield "source", "nothing is described: shoppers, transactions, products or inventory"
    for name, entity in found.entities():
        yield from _asking_faults(found.source.kind, name, entity)
        yield from _field_faults(name, entity)


def _source_faults(source: Source, auth: Auth) -> Iterator[tuple[str, str]]:
    wanted = {"rest": "base_url", "csv": "folder", "sql": "database"}[source.kind]
    if not getattr(source, wanted):
        yield f"source.{wanted}", f"a source of the kind {source.kind} needs it"
    try:
        _ = source.zone
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield "source.timezone", "there is no such time zone; it is a name such as America/Denver"
    for key, value in (("times", source.times), ("dates", source.dates)):
        words = ("iso", "epoch", "epoch_ms", "native") if key == "times" else ("iso",)
        if value not in words and "%" not in value:
            yield f"source.{key}", f"it is {', '.join(words)} or a pattern with %Y, %m and %d"
    if not 1 <= source.window_days <= 3650:
        yield "source.window_days", "it is a number of days from 1 to 3650"
    if len(source.delimiter) != 1:
        yield "source.delimiter", "it is one character"
    try:
        "".encode(source.encoding)
    except LookupError:
        yield "source.encoding", "there is no such encoding; usual ones are utf-8 and cp1252"
    if not _HEADER.fullmatch(auth.header):
        yield "auth.header", "it is the name of a header, such as Authorization or X-Api-Key"
    if unknown := _placeholders(auth.form) - {"key", "basic"}:
        yield "auth.form", f"{{{min(unknown)}}} is not filled in here; {{key}} and {{basic}} are"


def _asking_faults(kind: str, name: str, entity: Entity) -> Iterator[tuple[str, str]]:
    wanted = {"rest": "path", "csv": "files", "sql": "sql"}[kind]
    if not getattr(entity, wanted):
        yield f"{name}.{wanted}", f"a source of the kind {kind} needs it"
    if kind == "csv" and (PureWindowsPath(entity.files).drive or PureWindowsPath(entity.files).root):
        yield f"{name}.files", "it is a pattern of names below source.folder, such as sales-*.csv"
    for place, call in (
        (name, Call(entity.path, entity.query)),
        (f"{name}.find", entity.find),
        (f"{name}.one", entity.one),
    ):
        if call is not None:
            yield from _call_faults(place, call)
    yield from _paging_faults(name, entity)
    if kind == "sql" and not re.match(r"\s*(select|with)\b", entity.sql, re.IGNORECASE):
        yield f"{name}.sql", "a query begins with SELECT or WITH"
    if (":from" in entity.sql) != (":to" in entity.sql):
        yield f"{name}.sql", "a window has both :from and :to"


def _call_faults(place: str, call: Call) -> Iterator[tuple[str, str]]:
    if call.path and not call.path.startswith("/"):
        yield f"{place}.path", "a path begins with /"
    for value in (call.path, *call.query.values()):
        if unknown := _placeholders(value) - _FILLED_IN:
            yield f"{place}.query", f"{{{min(unknown)}}} is not known; there are {', '.join(sorted(_FILLED_IN))}"


def _paging_faults(name: str, entity: Entity) -> Iterator[tuple[str, str]]:
    paging = entity.paging
    if not 1 <= paging.size <= 10_000:
        yield f"{name}.paging.size", "it is from 1 to 10000"
    if paging.style in ("cursor", "link") and not paging.next:
        yield f"{name}.paging.next", f"paging by {paging.style} needs to know where the next one stands"
    placed = " ".join(entity.query.values())
    if paging.style in ("page", "offset", "cursor") and f"{{{paging.style}}}" not in placed:
        yield f"{name}.query", f"paging by {paging.style} needs {{{paging.style}}} in it"


def _field_faults(name: str, entity: Entity) -> Iterator[tuple[str, str]]:
    for place, given, known in (
        (f"{name}.fields", entity.fields, _KNOWN[name]),
        (f"{name}.lines", entity.lines, LINE),
        (f"{name}.write.fields", entity.write.fields if entity.write else {}, SHOPPER),
    ):
        for field in given:
            if field not in known:
                yield f"{place}.{field}", f"there is no such field; there are {', '.join(sorted(known))}"
    needed = [f"fields.{field}" for field in _NEEDED[name] if not entity.fields.get(field)]
    if entity.lines and not entity.lines.get("quantity"):
        needed.append("lines.quantity")
    for field in needed:
        yield f"{name}.{field}", "this field is needed"
    if entity.path and entity.lines and not entity.fields.get("lines"):
        yield f"{name}.fields.lines", "it says where the lines of a row are"
    for verb in ("create", "update"):
        call = getattr(entity.write, verb, "")
        if call and not re.fullmatch(r"(POST|PUT|PATCH) /\S*", call):
            yield f"{name}.write.{verb}", "it is a method and a path, such as POST /shoppers"


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))
