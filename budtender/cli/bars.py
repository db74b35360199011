"""How far the engine has come, drawn on a terminal: one bar for each copying that is under way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from budtender.cli.output import Output, age_text
from budtender.events import Change
from budtender.names import shown
from budtender.register import Register
from budtender.sync import progress


@contextmanager
def bars(register: Register, output: Output) -> Iterator[None]:
    """Draw what is under way until the end; nothing in JSON form or where nobody watches."""
    if output.as_json or not output.console.is_terminal:
        yield
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[far]}"))
    with Progress(*columns, console=output.console, transient=True) as drawn:
        stop = register.events.listen(_Bars(register, drawn).hear)
        try:
            yield
        finally:
            stop()


class _Bars:
    def __init__(self, register: Register, drawn: Progress) -> None:
        self._register = register
        self._drawn = drawn
        self._tasks: dict[tuple[str, str], TaskID] = {}

    def hear(self, change: Change) -> None:
        """Draw anew what has moved."""
        if change is not Change.PROGRESS:
            return
        under_way = {(one.credential, one.resource): one for one in self._register.board.under_way()}
        for key in [key for key in self._tasks if key not in under_way]:
            self._drawn.remove_task(self._tasks.pop(key))
        for key, one in under_way.items():
            if key not in self._tasks:
                self._tasks[key] = self._drawn.add_task(f"{shown(one.credential)}: {one.resource}", far="", total=None)
            # Without a share the bar only says that something goes on.
            whole = None if one.share is None else 1.0
            self._drawn.update(self._tasks[key], completed=one.share or 0, total=whole, far=far(one))


def far(one: progress.Progress) -> str:
    """Rows, rows in all and the time left, as far as they are known: `1,200 of 48,000, 3 min left`."""
    rows = f"{one.rows:,}" if one.total is None else f"{one.rows:,} of {one.total:,}"
    return rows if one.left is None else f"{rows}, {age_text(one.left.total_seconds())} left"
