"""A display without a screen, for machines that have none: the demonstration and the tests draw on it."""

from __future__ import annotations

import os
import select
import shutil

#: Seconds in which it has to be there; a busy machine takes two.
PATIENCE = 20.0
SIZE = (1920, 1200)
#: Where Xvfb tells its number.
_TOLD = 3
#: Xvfb ends when whoever holds the other end of the pipe ends, however that comes.
_GUARD = '"$@" & read -r _; kill "$!"; wait "$!"'


class VirtualDisplay:
    """A running Xvfb on a display number that was free. It listens on no network and shares no focus."""

    def __init__(self, name: str, guard: int, line: int) -> None:
        self.name = name
        #: The guard's number, and our end of its pipe. They are no Popen: whoever is held until this process ends
        #: would complain of it.
        self._guard, self._line = guard, line

    @classmethod
    def start(cls, size: tuple[int, int] = SIZE) -> VirtualDisplay | None:
        """Start one; None where Xvfb is missing or does not come up. It ends with this process, or by `stop`."""
        program = shutil.which("Xvfb")
        if program is None:
            return None
        reading, writing = os.pipe()
        held, line = os.pipe()
        screen = f"{size[0]}x{size[1]}x24"
        words = [program, "-displayfd", str(_TOLD), "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
        files = [
            (os.POSIX_SPAWN_DUP2, held, 0),
            (os.POSIX_SPAWN_DUP2, writing, _TOLD),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ]
        # In a session of its own: Ctrl+C is for us, windows are closed before their display goes.
        guard = os.posix_spawn(
            "/bin/sh", ["sh", "-c", _GUARD, "sh", *words], os.environ, file_actions=files, setsid=True
        )
        os.close(held)
        os.close(writing)
        with os.fdopen(reading, "rb") as told:
            number = told.readline().strip() if select.select([told], [], [], PATIENCE)[0] else b""
        display = cls(f":{number.decode()}", guard, line)
        if number:
            return display
        display.stop()
        return None

    def stop(self) -> None:
        """End it. Every window on it has to be gone: Qt ends a process whose display disappears."""
        os.close(self._line)
        os.waitpid(self._guard, 0)
