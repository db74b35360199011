"""A display without a screen, for machines that have none: the demonstration and the tests draw on it."""

from __future__ import annotations

import os
import select
import shutil
import subprocess

#: Seconds in which it has to be there; a busy machine takes two.
PATIENCE = 20.0
SIZE = (1920, 1200)
#: Xvfb ends when whoever holds the other end of the pipe ends, however that comes.
_GUARD = '"$@" & read -r _; kill "$!"; wait "$!"'


class VirtualDisplay:
    """A running Xvfb on a display number that was free. It listens on no network and shares no focus."""

    def __init__(self, name: str, guard: subprocess.Popen[bytes]) -> None:
        self.name = name
        self._guard = guard

    @classmethod
    def start(cls, size: tuple[int, int] = SIZE) -> VirtualDisplay | None:
        """Start one; None where Xvfb is missing or does not come up. It ends with this process, or by `stop`."""
        program = shutil.which("Xvfb")
        if program is None:
            return None
        reading, writing = os.pipe()
        screen = f"{size[0]}x{size[1]}x24"
        words = [program, "-displayfd", str(writing), "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
        guard = subprocess.Popen(  # noqa: S603  (found on this machine's own path)
            ["/bin/sh", "-c", _GUARD, "sh", *words],
            pass_fds=[writing],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl+C is for us: windows are closed before their display goes
        )
        os.close(writing)
        with os.fdopen(reading, "rb") as told:
            number = told.readline().strip() if select.select([told], [], [], PATIENCE)[0] else b""
        display = cls(f":{number.decode()}", guard)
        if number:
            return display
        display.stop()
        return None

    def stop(self) -> None:
        """End it. Every window on it has to be gone: Qt ends a process whose display disappears."""
        self._guard.communicate()
