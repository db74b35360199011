"""Training: the window against a simulated world, with the shoppers' phones beside it; nothing is real.

Without a display the fast path is played by itself, key by key, and each step leaves a picture.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from budtender.demo import Training, training
from budtender.errors import CannotSave, Exit
from budtender.look import Look
from ui import app
from ui.bugs import Bugs
from ui.demo.cast import Cast, engage
from ui.demo.panel import Panel
from ui.demo.play import Player, Stop
from ui.shell import Shell

Told = Callable[[str], None]


def run(shoppers: int, seed: int, pictures: Path | None, told: Told) -> Exit:
    """Open the window in training mode and stay until it is closed.

    `pictures` names a folder: then, and always where there is no display, the fast path is played and a picture of
    each step is written there. Raises CannotSave, or NotAsTold when a step does not end as it should.
    """
    drawn_for_a_person = app.find_display(told)
    return _run(shoppers, seed, pictures if drawn_for_a_person or pictures else _made(), told)


def _made() -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix="budtender-pictures-"))
    except OSError as error:
        raise CannotSave("A temporary folder cannot be made.", "Name another place in $TMPDIR.") from error


def _run(shoppers: int, seed: int, pictures: Path | None, told: Told) -> Exit:
    async def life(application: app.Application, ended: asyncio.Event, bugs: Bugs) -> Exit:
        async with AsyncExitStack() as stack:
            school = await stack.enter_async_context(training(shoppers, seed))
            cast = await engage(school)
            opening = app.window_of(
                application, school.register, school.register.folder, Look(), ended, bugs, training=True
            )
            shell = await stack.enter_async_context(opening)
            panel = Panel(school.simulation, cast, shell.desk)
            stack.callback(panel.close)
            panel.beside(shell.window)
            _introduce(school, cast, told)
            if pictures is None:
                await ended.wait()
            else:
                await _played(shell, panel, school, cast, pictures, told, ended)
        told("The training home and its keys are gone.")
        return Exit.DONE

    return app.run_with(life)


def _introduce(school: Training, cast: Cast, told: Told) -> None:
    told(f"AIQ and Dutchie are played at {school.simulation.url}; nothing leaves this machine.")
    for person in cast:
        told(f"{person.name}, {person.role}, signs in with {person.pin}.")


async def _played(
    shell: Shell, panel: Panel, school: Training, cast: Cast, folder: Path, told: Told, ended: asyncio.Event
) -> None:
    """Play the fast path; a wish to quit, such as Ctrl+C, ends it early."""
    player = Player(shell.window, panel, school.simulation, cast, folder, told)
    playing = asyncio.create_task(player.play())
    leaving = asyncio.create_task(ended.wait())
    await asyncio.wait({playing, leaving}, return_when=asyncio.FIRST_COMPLETED)
    leaving.cancel()
    if not playing.done():
        playing.cancel()
        raise Stop("The demonstration was stopped.")
    playing.result()
