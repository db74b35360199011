"""The tour: a picture and a text of each step, and a list of them, for papers and for people who cannot run it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from budtender.demo.page import Page
from budtender.demo.step import Step
from budtender.errors import CannotSave

COLUMNS = 88
#: rich names a font on a host of its own; a picture is complete without asking anybody.
_WEB_FONT = re.compile(r"@font-face\s*\{[^}]*\}\s*")
_PAPER, _INK, _FAINT = (250, 249, 252), (38, 34, 51), (116, 110, 133)
THEME = TerminalTheme(_PAPER, _INK, [_INK, *[_INK] * 6, _FAINT], [_FAINT, *[_INK] * 7])
#: The beginning of a line's text: where it stands, how long it is, its leading spaces, and what follows them.
_INDENT = re.compile(r' x="([\d.]+)"([^>]*) textLength="([\d.]+)"([^>]*)>((?:&#160;)+)([^<]+)')


def write_tour(folder: Path, steps: Sequence[Step]) -> None:
    """Write `NN-title.svg` and `.txt` for each step, and `tour.json`. Raises CannotSave."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        documents = [_write_step(folder, step) for step in steps]
        (folder / "tour.json").write_bytes(msgspec.json.format(msgspec.json.encode({"steps": documents}), indent=2))
    except OSError as error:
        reason = (error.strerror or "the disk refused").lower()
        raise CannotSave(
            f"The tour cannot be written to {folder}: {reason}.", "Choose another folder with --tour DIR."
        ) from error


def _write_step(folder: Path, step: Step) -> dict[str, Any]:
    name = _name(step)
    console = Console(
        record=True,
        file=io.StringIO(),
        width=COLUMNS,
        force_terminal=True,
        color_system="truecolor",
        no_color=False,
        legacy_windows=False,
    )
    Page(console).step(step)
    lines = [line.rstrip() for line in console.export_text(clear=False).strip("\n").splitlines()]
    picture = console.export_svg(title="budtender demo", theme=THEME, unique_id=f"step-{step.number}")
    (folder / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    picture = _INDENT.sub(_moved_right, _WEB_FONT.sub("", picture))
    (folder / f"{name}.svg").write_text(picture, encoding="utf-8")
    return {**step.document(), "picture": f"{name}.svg", "text": f"{name}.txt"}


def _moved_right(found: re.Match[str]) -> str:
    """Leading spaces as a place further right: several programs that draw SVG leave them out."""
    x, between, length, after, spaces, text = found.groups()
    indent = spaces.count(";")
    width = float(length) / (indent + len(html.unescape(text)))
    place, rest = float(x) + indent * width, float(length) - indent * width
    return f' x="{place:g}"{between} textLength="{rest:g}"{after}>{text}'


def _name(step: Step) -> str:
    words = "".join(c if c.isalnum() else " " for c in step.title.lower().replace("'", "")).split()
    return f"{step.number:02}-{'-'.join(words)}"
