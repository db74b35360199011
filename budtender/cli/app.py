"""Starting the program: global options, exit codes, and every failure told in one sentence.

Global options may stand before or after the command. Exit codes: 0 done, 1 expected refusal, 2 usage, 3 not
reachable (saved for later where that applies), 70 bug.
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TextIO

import typer
from typer.exceptions import TyperException

from budtender import __version__, log
from budtender.cli import stopping
from budtender.cli.ended import tell_saved
from budtender.cli.output import Output, Unheard, say_no_more
from budtender.errors import CannotSave, Exit, Failure, InputError, UsageError
from budtender.look import Look
from budtender.model import Actor, Role
from budtender.place import default_home, harden
from budtender.register import Register
from budtender.staffing import who_acts

APP = typer.Typer(
    name="budtender",
    help="Loyalty at a dispensary's counter: AIQ's points and rewards beside the till.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
#: Longest line that is read as a PIN, code or key.
LONGEST_SECRET = 2_000
#: Who asks for what anybody may see.
NOBODY = Actor(name="", role=Role.BUDTENDER)


class Window(Protocol):
    """What the command line asks of the window. The engine knows none: whoever starts the program hands it in."""

    def open(self, home: Path, look: Look) -> Exit:
        """Open this register's window and stay until it is closed; a second one raises the first."""

    def show(self, home: Path, phone: str) -> str:
        """Look a shopper up in the window, which is opened when there is none; a Failure says why not."""

    def demo(self, shoppers: int, seed: int, tour: Path | None, told: Callable[[str], None]) -> Exit:
        """Open the window in training mode against the simulator; without a display, play it and write pictures."""

    def gallery(self, out: Path, theme: str, language: str, scale: float) -> int:
        """Write a picture of every screen and state into a folder, with a page to look through; returns how many."""

    def autostart(self, home: Path, wanted: bool | None) -> bool:
        """Switch opening at log-in on or off, or leave it as it is; returns how it is now."""


@dataclass
class Session:
    """What the global options said."""

    home: Path
    output: Output
    staff: str | None


#: Set by `main` before a command runs; a command line serves one call.
_session: Session | None = None
#: The same of its one answer, which may be an error that comes before the options are read.
_output = Output(as_json=False)
_window: Window | None = None


def session() -> Session:
    """The global options of this call."""
    assert _session is not None, "main sets it before any command runs"
    return _session


def has_window() -> bool:
    """Whether this start of the program can open a window."""
    return _window is not None


def the_window() -> Window:
    """The window. Raises UsageError where the engine was started without one."""
    if _window is None:
        raise UsageError(
            "The engine was started by itself, without the window.", "Start it with: budtender, or python -m ui"
        )
    return _window


@APP.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    home: str | None = typer.Option(None, "--home", envvar="BUDTENDER_HOME", help="The register's folder."),
    as_json: bool = typer.Option(False, "--json", help="One JSON document on standard output."),
    staff: str | None = typer.Option(None, "--staff", help="Who acts; needed as soon as there is a staff."),
    new: bool = typer.Option(False, "--new", help="The window comes to the front for a new shopper."),
    compact: bool | None = typer.Option(None, "--compact/--free", help="A narrow panel at the screen's edge, or not."),
    on_top: bool | None = typer.Option(None, "--on-top/--not-on-top", help="Above the till's window, or not."),
    hidden: bool = typer.Option(False, "--hidden", help="The window waits in the tray, where there is one."),
    version: bool = typer.Option(False, "--version", help="Print the version and end."),
) -> None:
    """Loyalty at a dispensary's counter: AIQ's points and rewards beside the till. Alone it opens the window."""
    global _session  # noqa: PLW0603  (one call, one set of global options)
    if home is not None and not home.strip():  # a script's variable that is not set, and no wish for this folder
        raise UsageError("--home names no folder.", "Name the register's folder, or leave --home out.")
    folder = default_home() if home is None else Path(home)
    _refuse_unreadable_home(folder)
    _output.as_json = as_json
    _session = Session(home=folder, output=_output, staff=staff)
    if version:
        typer.echo(__version__)
        raise typer.Exit(Exit.DONE)
    if context.invoked_subcommand is None:
        now, look = session(), Look(compact=compact, on_top=on_top, hidden=hidden, new=new)
        raise typer.Exit(finished(now.output, lambda: the_window().open(now.home, look)))


Work = Callable[[Register, Actor, Output], Awaitable[Exit]]


def serve(
    work: Work,
    *,
    anybody: bool = False,
    accept_older: bool = False,
    before: Callable[[Path], Awaitable[None]] | None = None,
) -> None:
    """Open the register, do the work as whoever acts, close it; every expected failure becomes a sentence.

    `anybody`: it changes nothing in a person's name, so nobody has to say who they are. `accept_older` is for
    recovering only, and so is `before`, which is given the folder before it is opened.
    """
    now = session()

    async def whole() -> Exit:
        if before is not None:
            await before(now.home)
        async with await Register.open(now.home, accept_older=accept_older) as register:
            acting = NOBODY if anybody and now.staff is None else who_acts(register, now.staff)
            began = register.clock.now()
            with stopping.canceling():
                try:
                    return await work(register, acting, now.output)
                except asyncio.CancelledError:
                    tell_saved(register, acting, began)
                    raise

    raise typer.Exit(finished(now.output, lambda: _run(whole())))


def _run(whole: Coroutine[Any, Any, Exit]) -> Exit:
    try:
        return asyncio.run(whole)
    except asyncio.CancelledError:  # by another signal than Ctrl+C, which asyncio tells apart by itself
        raise KeyboardInterrupt from None


def finished(output: Output, work: Callable[[], Exit]) -> Exit:
    """Run something to its exit code; Ctrl+C is no failure of the program."""
    try:
        return work()
    except Failure as failure:
        output.failure(failure)
        return failure.exit
    except KeyboardInterrupt:
        output.stopped()
        return Exit.REFUSED


def secret(prompt: str) -> str:
    """A PIN or key from a prompt, or one line of standard input; never from an argument."""
    if at_terminal():
        line = _typed(prompt, getpass.getpass)
    else:
        line = sys.stdin.readline(LONGEST_SECRET) if sys.stdin is not None else ""
    if not line.strip():
        raise InputError(f"No {prompt} was given.", "Type it at the prompt, or give it on standard input.")
    return line.strip()


def at_terminal() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def spoken(prompt: str) -> str:
    """One line that may be seen, from somebody at a terminal; empty when they give nothing."""
    return _typed(prompt, _read_openly).strip()


def _read_openly(prompt: str) -> str:
    # Not input(), which would write its prompt into a document on standard output.
    print(prompt, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline(LONGEST_SECRET)


def _typed(prompt: str, read: Callable[[str], str]) -> str:
    # asyncio's own handler would only note Ctrl+C and let the prompt wait on.
    noted = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with stopping.raising():
            return read(f"{prompt}: ")
    except EOFError:  # Ctrl+D gives nothing, as Enter does
        return ""
    finally:
        signal.signal(signal.SIGINT, noted)


def new_secret(prompt: str) -> str:
    """A new PIN; at a prompt it is typed twice, because nobody sees what was typed."""
    typed = secret(prompt)
    if at_terminal() and secret(f"{prompt} again") != typed:
        raise InputError("The two are not the same.", "Type the new PIN again.", field="pin")
    return typed


#: What the library that reads the words of a command calls a value that is none of those it may be.
_INNER = "Value error, "
_VALUED = ("--home", "--staff")


def _global_first(arguments: Sequence[str]) -> list[str]:
    """Global options moved before the command, wherever they were typed."""
    first: list[str] = []
    rest: list[str] = []
    left = list(arguments)
    while left:
        argument = left.pop(0)
        if argument == "--":
            return [*first, *rest, argument, *left]
        if argument == "--json" or argument.startswith(tuple(f"{name}=" for name in _VALUED)):
            first.append(argument)
        elif argument in _VALUED and left:
            first += [argument, left.pop(0)]
        else:
            rest.append(argument)
    return [*first, *rest]


def main(arguments: Sequence[str] | None = None, *, window: Window | None = None) -> int:
    """Run one command and return its exit code. Without a `window`, commands that need one say so."""
    from budtender.cli.commands import load

    global _output, _session, _window
    given = _global_first(sys.argv[1:] if arguments is None else arguments)
    _output, _session, _window = Output(as_json="--json" in given), None, window
    _have_streams()
    log.configure(None)  # until a home is open; a traceback is not for the terminal
    load(given)

    def run() -> int:
        _refuse_unreadable(given)
        return APP(given, standalone_mode=False, prog_name="budtender") or 0

    with stopping.raising():
        return _told(run, _output)


def tell_end(error: BaseException, home: Path) -> int:
    """Tell what ended a start that loaded no command line, as `main` would have; returns the exit code."""
    global _session  # noqa: PLW0603  (one call, one set of global options)
    _have_streams()
    output = Output(as_json=False)
    _session = Session(home=home, output=output, staff=None)

    def end() -> int:
        raise error

    return _told(end, output)


def _told(work: Callable[[], int], output: Output) -> int:
    """Do it, and tell in one sentence whatever ends it early; returns the exit code."""
    try:
        return int(work())
    except TyperException as error:
        title = error.format_message().replace(_INNER, "")
        output.error(kind="usage", title=title, hint="budtender --help")
        output.complain(title, "See: budtender --help")
        return Exit.USAGE
    except (typer.Abort, KeyboardInterrupt):
        output.stopped()
        return Exit.REFUSED
    except Failure as failure:
        output.failure(failure)
        return failure.exit
    except BrokenPipeError:  # whoever read the answer has gone, as `head` does
        say_no_more()
        return Exit.REFUSED
    except Unheard as error:
        output.complain(
            f"The answer could not be written: {error}.", "What was done stays: budtender outbox list --all"
        )
        return Exit.REFUSED
    except Exception:  # noqa: BLE001  (the last door: whatever is not expected is a bug, and is told as one)
        return _bug(output)


def _refuse_unreadable(arguments: Sequence[str]) -> None:
    """Bytes that are no text arrive as lone surrogates, which can be neither stored nor answered."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise UsageError("What was typed holds bytes that are no text.", "Type it instead of pasting it.") from None


def _refuse_unreadable_home(folder: Path) -> None:
    """The same of the folder's name, which the environment may hold as well: no document could tell it."""
    try:
        str(folder).encode()
    except UnicodeEncodeError:
        raise UsageError(
            "The name of the register's folder holds bytes that are no text.", "Name another folder with --home."
        ) from None


def _bug(output: Output) -> int:
    """Keep what is needed to mend it, without values; tell the person where, if it could be kept."""
    home = session().home if _session is not None else default_home()
    harden()
    with contextlib.suppress(CannotSave):
        log.configure(home)
    log.get_logger(__name__).exception("bug")
    where = f"Send support the log: {home / 'logs'}"
    hint = where if log.is_kept() else "The log could not be written; see what is wrong with: budtender doctor"
    output.error(kind="bug", title="Budtender has a fault.", hint=hint)
    output.complain("Budtender has a fault and stopped; nothing that was saved is lost.", hint)
    return Exit.BUG


def _have_streams() -> None:
    """Make sure of three streams that take whatever comes.

    A character that a terminal cannot draw, or bytes that are no text, become a mark instead of a failure. One that
    the caller has closed leads nowhere, and no file of ours may take its number.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stdout = sys.stdout or _nowhere("w")
    sys.stderr = sys.stderr or _nowhere("w")
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    os.environ.setdefault("PYTHONUTF8", "1")


def _nowhere(mode: Literal["r", "w"]) -> TextIO:
    return Path(os.devnull).open(mode, encoding="utf-8")
