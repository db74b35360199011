"""Where the window sits on this machine: opening by itself at log-in."""

from __future__ import annotations

from enum import StrEnum

import typer

from budtender.cli.app import APP, finished, session, the_window
from budtender.errors import Exit


class Wanted(StrEnum):
    """What is asked of a switch."""

    ON = "on"
    OFF = "off"


@APP.command()
def autostart(wanted: Wanted | None = typer.Argument(None, help="Left out, it says how it is.")) -> None:
    """Open the window when this account logs in, waiting in the tray."""
    now = session()

    def work() -> Exit:
        is_on = the_window().autostart(now.home, None if wanted is None else wanted is Wanted.ON)
        now.output.document({"autostart": is_on})
        now.output.say(f"The window {'opens' if is_on else 'does not open'} when this account logs in.")
        return Exit.DONE

    raise typer.Exit(finished(now.output, work))
