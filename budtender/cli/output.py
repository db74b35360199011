"""What a command answers: one JSON document, or a few lines and tables for a person.

Shopper text is data: rich's markup is off, control characters are dropped, and nothing but the terminal's own
encoding decides how it is drawn.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from budtender.errors import Failure
from budtender.names import shown

if TYPE_CHECKING:  # rich draws tables, and is loaded with the first one
    from rich.console import Console
    from rich.table import Table

Document = Mapping[str, Any]


class Unheard(Exception):
    """What was asked for is done as far as it goes, and its answer could not be written; the message says why."""


@contextlib.contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        say_no_more()
        raise Unheard((error.strerror or "the system refused").lower()) from error


def say_no_more() -> None:
    """Let what is left for standard output lead nowhere, lest it fail once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_document(text: bytes) -> None:
    """A JSON document on standard output: UTF-8 in every locale, as JSON is. Raises Unheard and BrokenPipeError."""
    with _answering():
        sys.stdout.flush()
        below = getattr(sys.stdout, "buffer", None)
        if below is None:
            sys.stdout.write(text.decode() + "\n")
        else:
            below.write(text + b"\n")
        sys.stdout.flush()


class Output:
    """Where a command's answer goes: standard output, as JSON or in words; complaints go to standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        #: The command's one document is out.
        self._answered = False

    @cached_property
    def console(self) -> Console:
        """Where tables are drawn."""
        from rich.console import Console

        return Console(markup=False, highlight=False, emoji=False)

    def document(self, document: Document) -> None:
        """The one JSON document of a command; nothing in the other form."""
        if self.as_json:
            self._answered = True
            write_document(msgspec.json.format(_encoded(document), indent=2))

    def say(self, *lines: str) -> None:
        """Sentences for a person; nothing in JSON form."""
        if not self.as_json:
            with _answering():
                for line in lines:
                    print(_indented(line), flush=True)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A table for a person; nothing in JSON form."""
        if not self.as_json:
            with _answering():
                self.console.print(grid(title, columns, rows))

    def complain(self, *lines: str) -> None:
        """One sentence and the next step, on standard error; where that takes nothing, the exit code has to do."""
        with contextlib.suppress(OSError):
            for line in lines:
                if line:
                    print(shown(line), file=sys.stderr, flush=True)

    def error(self, **facts: object) -> None:
        """The document of a failure, unless the answer is out; where it cannot be written, the exit code says it."""
        if not self._answered:
            with contextlib.suppress(Unheard, BrokenPipeError):
                self.document({"error": facts})

    def stopped(self) -> None:
        """Ended by the person who asked, in both forms."""
        self.error(kind="stopped", title="Stopped.", hint="")
        self.complain("Stopped.")

    def failure(self, failure: Failure) -> None:
        """An expected failure in both forms."""
        facts = {key: value for key, value in failure.facts.items() if value is not None}
        self.error(**{"kind": failure.kind, "title": failure.title, "hint": failure.hint, **facts})
        self.complain(failure.title, failure.hint)
        for candidate in failure.facts.get("candidates", []) if not self.as_json else []:
            if "choose" in candidate:
                self.complain(f"{candidate['choose']} · {candidate['name']}")


def _indented(line: str) -> str:
    """Text from anywhere for one line, its indentation and columns kept: nothing that moves, hides or reorders."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "" for c in line)


def grid(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """A table whose cells are plain text."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title) if title else None, title_justify="left", header_style="bold", box=None)
    for column in columns:
        right = column in _NUMBERS
        table.add_column(column, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(words(cell)) for cell in row))
    return table


_NUMBERS = frozenset({"Points", "Off", "Age", "Calls"})


def words(value: object) -> str:
    """A value the way a person reads it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return f"{value.astimezone():%b %d, %H:%M:%S}"
    return shown(str(value))


def counted(count: int, one: str, many: str = "") -> str:
    """How many of something: `1 sale`, `1,200 sales`; `many` where an s does not make it."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def in_a_row(parts: Sequence[str]) -> str:
    """Some things as a sentence names them: `a, b and c`."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def number(value: Decimal | None) -> int | float | None:
    """Points as a JSON number."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


_encoded = msgspec.json.Encoder(enc_hook=str, decimal_format="number").encode


def age_text(seconds: float) -> str:
    """How long ago, for a person: `40 s`, `12 min`, `3 h`, `2 d`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(0, int(seconds))} s"
