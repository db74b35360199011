"""What can be wrong with a description of a till of one's own beyond the types of its values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfoNotFoundError

if TYPE_CHECKING:
    from budtender.connectors.custom_mapping import Auth, Description, Entity, Source, Write

_FILLED_IN = frozenset({"from", "to", "page", "offset", "size", "cursor", "phone", "id"})
#: What the name of a header may be made of (RFC 9110).
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: A query, behind whatever is remarked before it.
_QUERY = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:select|with)\b", re.IGNORECASE | re.DOTALL)
#: A file that has not changed for an hour is whole.
_LONGEST_SETTLING = 3_600
_SOME_DAYS = (datetime(2024, 2, 29, 13, 5, 9, tzinfo=UTC), datetime(2031, 11, 3, tzinfo=UTC))


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
#: What is said to a till about a shopper.
WRITTEN = _words("first_name last_name phone email birth_date address1 city state postal_code type external_id")
NEEDED: Mapping[str, tuple[str, ...]] = {
    "shoppers": ("id",),
    "transactions": ("id", "at"),
    "inventory": ("product_id", "quantity"),
    "products": ("id",),
}
KNOWN: Mapping[str, frozenset[str]] = {
    "shoppers": SHOPPER,
    "transactions": TRANSACTION,
    "inventory": GOODS,
    "products": GOODS,
}


def faults(found: Description) -> Iterator[tuple[str, str]]:
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
    yield from _time_faults(source)
    if len(source.delimiter) != 1 or source.delimiter in '"\r\n':
        yield "source.delimiter", "it is one character, and neither a quotation mark nor a line's end"
    if not _is_encoding(source.encoding):
        yield "source.encoding", "there is no such encoding; usual ones are utf-8 and cp1252"
    if not 0 <= source.settle_seconds <= _LONGEST_SETTLING:
        yield "source.settle_seconds", f"it is a number of seconds from 0 to {_LONGEST_SETTLING}"
    if not _HEADER.fullmatch(auth.header):
        yield "auth.header", "it is the name of a header, such as Authorization or X-Api-Key"
    if unknown := _placeholders(auth.form) - {"key", "basic"}:
        yield "auth.form", f"{{{min(unknown)}}} is not filled in here; {{key}} and {{basic}} are"
    if not (auth.form.isascii() and auth.form.isprintable()):
        yield "auth.form", "a header is plain text in one line"


def _time_faults(source: Source) -> Iterator[tuple[str, str]]:
    for key, value in (("times", source.times), ("dates", source.dates)):
        words = ("iso", "epoch", "epoch_ms", "native") if key == "times" else ("iso",)
        if value not in words and not _is_pattern(value):
            yield f"source.{key}", f"it is {', '.join(words)} or a pattern with %Y, %m and %d"
    if source.since > datetime.now(UTC).date():
        yield "source.since", "it is a day that is still to come"
    if not 1 <= source.window_days <= 3650:
        yield "source.window_days", "it is a number of days from 1 to 3650"


def _is_pattern(pattern: str) -> bool:
    """Whether days are told apart by a pattern, and it reads what it writes."""
    try:
        read = [datetime.strptime(day.strftime(pattern), pattern).date() for day in _SOME_DAYS]  # noqa: DTZ007
    except ValueError:
        return False
    return read == [day.date() for day in _SOME_DAYS]


def _is_encoding(name: str) -> bool:
    """Whether it is a name of characters, and not of bytes that stand for other bytes."""
    try:
        return bool(name) and isinstance(name.encode("ascii").decode("ascii").encode(name), bytes)
    except (LookupError, ValueError):
        return False


def _asking_faults(kind: str, name: str, entity: Entity) -> Iterator[tuple[str, str]]:
    wanted = {"rest": "path", "csv": "files", "sql": "sql"}[kind]
    if not getattr(entity, wanted):
        yield f"{name}.{wanted}", f"a source of the kind {kind} needs it"
    if kind == "csv" and _leaves_the_folder(entity.files):
        yield f"{name}.files", "it is a pattern of names below source.folder, such as sales-*.csv"
    yield from _call_faults(name, entity.path, entity.query, _FILLED_IN)
    for place, call, needed in ((f"{name}.find", entity.find, "phone"), (f"{name}.one", entity.one, "id")):
        if call is not None:
            yield from _call_faults(place, call.path, call.query, _FILLED_IN)
            if not any(needed in _placeholders(value) for value in (call.path, *call.query.values())):
                yield f"{place}.query", f"it needs {{{needed}}} in it, or in the path"
    yield from _paging_faults(name, entity)
    if kind == "sql" and not _QUERY.match(entity.sql):
        yield f"{name}.sql", "a query begins with SELECT or WITH"
    if (":from" in entity.sql) != (":to" in entity.sql):
        yield f"{name}.sql", "a window has both :from and :to"


def _leaves_the_folder(files: str) -> bool:
    path = PureWindowsPath(files)
    return bool(path.drive or path.root) or ".." in path.parts


def _call_faults(place: str, path: str, query: Mapping[str, str], known: frozenset[str]) -> Iterator[tuple[str, str]]:
    if path and (not path.startswith("/") or path.startswith("//")):
        yield f"{place}.path", "a path begins with /"
    for key, value in (("path", path), *(("query", value) for value in query.values())):
        if unknown := _placeholders(value) - known:
            yield f"{place}.{key}", f"{{{min(unknown)}}} is not known; there are {', '.join(sorted(known))}"


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
        (f"{name}.fields", entity.fields, KNOWN[name]),
        (f"{name}.lines", entity.lines, LINE),
        (f"{name}.write.fields", entity.write.fields if entity.write else {}, WRITTEN),
    ):
        for field in given:
            if field not in known:
                yield f"{place}.{field}", f"there is no such field; there are {', '.join(sorted(known))}"
    needed = [f"fields.{field}" for field in NEEDED[name] if not entity.fields.get(field, "").strip(" |")]
    if entity.lines and not entity.lines.get("quantity", "").strip(" |"):
        needed.append("lines.quantity")
    for field in needed:
        yield f"{name}.{field}", "this field is needed"
    if entity.path and entity.lines and not entity.fields.get("lines"):
        yield f"{name}.fields.lines", "it says where the lines of a row are"
    yield from _status_faults(name, entity)
    if entity.write is not None:
        yield from _write_faults(f"{name}.write", entity.write)


def _status_faults(name: str, entity: Entity) -> Iterator[tuple[str, str]]:
    lists = {key: {word.casefold() for word in getattr(entity.status, key)} for key in entity.status.__struct_fields__}
    counted = Counter(word for words in lists.values() for word in words)
    for key, words in lists.items():
        if twice := sorted(word for word in words if counted[word] > 1):
            yield f"{name}.status.{key}", f"“{twice[0][:40]}” stands in two lists"


def _write_faults(place: str, write: Write) -> Iterator[tuple[str, str]]:
    for verb in ("create", "update"):
        call = getattr(write, verb)
        if not call:
            continue
        method, _, path = call.partition(" ")
        if method not in ("POST", "PUT", "PATCH") or not re.fullmatch(r"/\S*", path):
            yield f"{place}.{verb}", "it is a method and a path, such as POST /shoppers"
        # Without it, all shoppers would be changed, or nobody knows who.
        given = {"id"} if verb == "update" else set()
        if _placeholders(path) != given:
            yield f"{place}.{verb}", "{id} stands in its path" if given else "nothing is filled in here"
    paths = [path.split(".") for path in write.fields.values()]
    for field, path in zip(write.fields, paths, strict=True):
        if any(other is not path and other[: len(path)] == path for other in paths):
            yield f"{place}.fields.{field}", "another field is written there, or below it"
    for field in write.needs:
        if write.create and field not in write.fields:
            yield f"{place}.needs", f"{field} is needed, and write.fields does not say where it is written"


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))
