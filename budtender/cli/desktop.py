"""The window on this machine: opening by itself at log-in, and pictures of all that it can show."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import typer

from budtender.cli.app import APP, finished, session, the_window
from budtender.errors import CannotSave, Exit


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


class Theme(StrEnum):
    """Colors to draw with."""

    LIGHT = "light"
    DARK = "dark"


class Language(StrEnum):
    """Languages to draw in."""

    EN = "en"
    ES = "es"


@APP.command()
def gallery(
    out: Path = typer.Option(..., "--out", help="The folder for the pictures."),
    theme: Theme = typer.Option(Theme.LIGHT, "--theme"),
    lang: Language = typer.Option(Language.EN, "--lang"),
    scale: float = typer.Option(1.0, "--scale", min=1.0, max=2.0, help="Text size: 1 is 100 %, 2 is 200 %."),
) -> None:
    """Open every screen and state of the window by name, and write its picture, with a page to look through."""
    now = session()

    def work() -> Exit:
        try:
            count = the_window().gallery(out, theme.value, lang.value, scale)
        except OSError as error:
            reason = (error.strerror or "the disk refused").lower()
            raise CannotSave(f"{out} cannot be written: {reason}.", "Name another folder with --out.") from error
        page = out / "index.html"
        now.output.document({"pictures": count, "index": str(page)})
        now.output.say(f"{count} pictures; look through them in {page}")
        return Exit.DONE

    raise typer.Exit(finished(now.output, work))
