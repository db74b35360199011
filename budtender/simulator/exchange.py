"""One request and its answer, apart from any web framework, so that an effect can also happen late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol, TypeVar

import msgspec

T = TypeVar("T")
JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"


class Refusal(Exception):
    """The far side answers with an error status instead of doing what was asked.

    `properties` names what is wrong with single fields, for systems that say so. `form` chooses among the forms of a
    far side that has several.
    """

    def __init__(self, status: int, message: str, properties: Mapping[str, str] | None = None, form: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.properties = dict(properties or {})
        self.form = form


@dataclass(frozen=True, slots=True)
class Call:
    """A request as the far side sees it; names of `query` and `headers` are in lower case.

    Of a name that comes several times `query` has the last value and `repeated` all. `late` is true when the work is
    done after the caller's connection was lost.
    """

    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    late: bool = False
    repeated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def all(self, name: str) -> tuple[str, ...]:
        """Returns every value that the query gives a name, empty ones left out."""
        return self.repeated.get(name, ())

    def decode(self, kind: type[T]) -> T:
        """Returns the body as `kind`; wrong JSON types raise Refusal 400, as a statically typed server does."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Refusal(400, f"json: cannot unmarshal: {error}") from error

    def number(self, name: str, default: int) -> int:
        """Returns a whole number from the query; anything else raises Refusal 400."""
        text = self.query.get(name, "")
        try:
            return int(text) if text else default
        except ValueError as error:
            raise Refusal(400, f"{name} must be a whole number") from error

    def flag(self, name: str, default: bool = False) -> bool:
        """Returns a boolean from the query."""
        text = self.query.get(name, "").lower()
        return text in ("true", "1") if text else default


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the caller."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of a far side's route table; `body` is the type that the request body must have."""

    method: str
    template: str
    handler: Callable[[Any, Call], Answer]
    summary: str
    body: Any = None
    role: str | None = None

    @property
    def path(self) -> str:
        """The template with plain parameter names."""
        return self.template.replace(":path}", "}")


class FarSide(Protocol):
    """A remote system that the simulator plays."""

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The route table."""

    def answer(self, operation: Operation, call: Call) -> Answer:
        """Checks the caller, does the work and answers."""

    def unknown(self, call: Call) -> Answer:
        """Answers a call to a path or verb that does not exist."""

    def failed(self, status: int, message: str) -> Answer:
        """Returns an error answer in this system's own form."""


def as_json(value: object, status: int = 200) -> Answer:
    """Returns `value` as a JSON answer."""
    return Answer(status, msgspec.json.encode(value))


def wire_number(points: Decimal) -> int | float:
    """Returns points as a JSON number; whole amounts carry no fraction."""
    whole = int(points)
    return whole if whole == points and abs(whole) < 2**53 else float(points)
