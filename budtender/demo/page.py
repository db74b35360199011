"""The demo on a terminal: one step below the other, labels in a narrow column, one accent color."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from budtender.demo.step import Grid, Request, Step, Stored
from budtender.names import shown

#: As far from a black ground as from a white one.
ACCENT = "#7d61e0"
#: Wider lines than these are hard to read.
WIDEST = 96
_LABEL = 10
_SYSTEM, _METHOD = 9, 6
_LONGEST_ID = 14


class Page:
    """Draws steps on one console; colors and width are the console's to know."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.width = min(console.width, WIDEST)

    def opening(self, shoppers: int, seed: int) -> None:
        """The title, before anything has happened."""
        title = Text("Budtender", style=f"bold {ACCENT}")
        title.append(f"   training against the simulator: {shoppers:,} shoppers, seed {seed}", style="dim")
        self._print(Text(), title)

    def step(self, step: Step) -> None:
        """One step, once it has ended."""
        count = len(step.requests)
        heading = Table.grid(expand=True)
        heading.add_column(overflow="fold")
        heading.add_column(justify="right", style="dim", no_wrap=True)
        heading.add_row(
            Text(f"{step.number:>2}  {step.title}", style=f"bold {ACCENT}"),
            "no request" if not count else f"{count} request{'s' if count > 1 else ''}",
        )
        body = Table.grid(expand=True)
        body.add_column(width=_LABEL, style="dim")
        body.add_column(ratio=1, overflow="fold")
        for label, content in self._parts(step):
            body.add_row(label, content)
            body.add_row("", Text())
        self._print(Text(), heading, Rule(style="dim", characters="─"), Padding(body, (0, 0, 0, 4)))

    def closing(self, seconds: float) -> None:
        """The last line, when every step ended as told."""
        line = Text("Every step ended as told", style=f"bold {ACCENT}")
        line.append(f", in {seconds:.0f} seconds. The home and its keys are gone.", style="dim")
        self._print(Text(), line, Text())

    def _parts(self, step: Step) -> list[tuple[str, RenderableType]]:
        parts: list[tuple[str, RenderableType]] = [("", Text(step.told, style="italic"))]
        parts.append(("asked", self._asked(step.requests)))
        if step.answered:
            parts.append(("answered", Group(*_answered(step.answered))))
        if step.stored:
            parts.append(("stored", _stored(step.stored)))
        if step.wrong:
            parts.append(("", Text(f"Not as told: {shown(step.wrong)}", style="bold reverse")))
        return parts

    def _asked(self, requests: tuple[Request, ...]) -> RenderableType:
        if not requests:
            return Text("nobody", style="dim")
        room = self.width - 4 - _LABEL - _SYSTEM - _METHOD
        grid = Table.grid()
        for width in (_SYSTEM, _METHOD, room):
            grid.add_column(width=width, no_wrap=True, overflow="ellipsis")
        for request in requests:
            grid.add_row(Text(request.system, style="dim"), request.method, Text(short_path(request.path)))
        return grid

    def _print(self, *parts: RenderableType) -> None:
        self._console.print(Group(*parts), width=self.width)


def short_path(path: str) -> str:
    """A path whose ids and tokens are cut: they tell a reader nothing."""
    parts = path.split("/")
    return "/".join(f"{p[:6]}…" if len(p) > _LONGEST_ID and any(c.isdigit() for c in p) else p for p in parts)


def _answered(parts: tuple[str | Grid, ...]) -> list[RenderableType]:
    drawn: list[RenderableType] = []
    for before, part in zip((None, *parts), parts, strict=False):
        if isinstance(part, Grid):
            drawn += [*([Text()] if before is not None else []), _table(part)]
        else:
            drawn += [*([Text()] if isinstance(before, Grid) else []), Text(shown_spaced(part))]
    return drawn


def shown_spaced(line: str) -> str:
    """A line as data, with the wide spaces that set its parts off."""
    return "   ".join(shown(part) for part in line.split("   "))


def _table(grid: Grid) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0), pad_edge=False)
    for column in grid.columns:
        justify = "right" if column in grid.numbers else "left"
        table.add_column(column, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in grid.rows:
        table.add_row(*(Text(shown(cell)) for cell in row))
    return table


def _stored(rows: tuple[Stored, ...]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for row in rows:
        grid.add_row(row.where, Text(shown_spaced(row.what)))
    return grid
