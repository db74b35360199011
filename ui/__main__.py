"""The program: the command line with its window. What is not asked for is not imported."""

from __future__ import annotations

import sys

#: What a shell knows as ended by Ctrl+C.
INTERRUPTED = 130

try:  # a program that is installed loads this file before it calls anything in it
    import subprocess
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import TYPE_CHECKING

    from ui import call, program
except KeyboardInterrupt:
    sys.exit(INTERRUPTED)

if TYPE_CHECKING:
    from budtender.errors import Exit
    from budtender.look import Look

#: Seconds in which a window that was just started should be able to take a shopper.
OPENING = 30.0


class Desktop:
    """The window as the command line knows it."""

    def open(self, home: Path, look: Look) -> Exit:
        """Open the window, or raise the one that is open."""
        from ui import binding  # isort: skip
        from ui import app

        assert binding is not None
        return app.run(home, look)

    def show(self, home: Path, phone: str) -> str:
        """Look a shopper up in the window. Raises Denied with what the window says against it."""
        from budtender.errors import Denied, PhoneError

        if not call.is_sayable(phone):
            raise PhoneError("This is no phone number.", "Give its ten digits.", field="phone")
        answer = call.hand_over(home, phone.strip())
        if answer is None:
            _start(home)
            answer = call.hand_over_soon(home, phone.strip(), OPENING)
        if answer is None:
            raise Denied("The window did not open.", "Open it with: budtender")
        if not answer.taken:
            raise Denied(answer.title, answer.hint)
        return "Shown in the window."

    def demo(self, shoppers: int, seed: int, tour: Path | None, told: Callable[[str], None]) -> Exit:
        """Open the window in training mode."""
        from ui import demo

        return demo.run(shoppers, seed, tour, told)

    def gallery(self, out: Path, theme: str, language: str, scale: float) -> int:
        """Draw every screen and state."""
        from ui import app
        from ui.gallery.pictures import SIZE, Look, take

        app.draw_in_memory()
        # A person who needs larger letters has a larger window for them, half as much larger.
        size = tuple(round(side * (1 + scale) / 2) for side in (SIZE.width(), SIZE.height()))
        look = Look(theme=theme, language=language, scale=scale, size=(size[0], size[1]))
        return len(take(app.make_application(), out, look))

    def autostart(self, home: Path, wanted: bool | None) -> bool:
        """Switch opening at log-in."""
        from ui.autostart import Autostart

        entry = Autostart(home, program.command())
        if wanted is not None:
            entry.switch(wanted)
        return entry.is_on


def _start(home: Path) -> None:
    """The window as a process of its own: whoever asks for a shopper does not wait until it is closed."""
    nowhere = subprocess.DEVNULL
    subprocess.Popen(  # noqa: S603  (our own program)
        [*program.command(), "--home", str(home)],
        stdin=nowhere,
        stdout=nowhere,
        stderr=nowhere,
        start_new_session=True,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        return _main(arguments)
    except KeyboardInterrupt:  # while the command was still being loaded: nothing had begun
        return INTERRUPTED


def _main(arguments: Sequence[str] | None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    done = call.short_way(given)
    if done is not None:
        return done
    plain = call.plain_start(given)
    if plain is not None:
        return _open(*plain)
    from budtender import cli

    if both := call.contradiction(given):
        return cli.tell_end(_opposites(*both), Path())
    return cli.main(given, window=Desktop())


def _opposites(one: str, other: str) -> Exception:
    from budtender.errors import UsageError

    return UsageError(f"{one} and {other} ask for the opposite of each other.", "Give one of them.")


def _open(home: Path, look: Look) -> int:
    """Open the window without the command line, which takes as long to load as Qt; it is loaded to tell a failure."""
    from budtender import log

    log.configure(None)  # until the home is open; a traceback is not for the terminal
    try:
        return Desktop().open(home, look)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (the last door is there)
        from budtender import cli

        return cli.tell_end(error, home)


if __name__ == "__main__":
    sys.exit(main())
