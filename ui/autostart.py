"""Opening at log-in, the way each system offers it to one account: no service, no administrator."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QSettings

from budtender.place import saving

#: The Windows key whose values are started at log-in.
# learn.microsoft.com/windows/win32/setupapi/run-and-runonce-registry-keys
RUN_KEY = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run"
_LABEL = "com.budtender.window"


class Autostart:
    """The entry that opens one home's window at log-in.

    Linux: a desktop entry of the XDG autostart specification. macOS: a launch agent. Windows: a value of the Run key.
    `system` and `place` name another system and folder than those at hand, for tests.
    """

    def __init__(
        self, home: Path, program: list[str], *, system: str = sys.platform, place: Path | None = None
    ) -> None:
        self._command = [*program, "--home", str(home.expanduser().resolve()), "--hidden"]
        self._system = system
        self._place = place

    @property
    def is_on(self) -> bool:
        """Whether the window opens at log-in, of this home or of another one."""
        if self._system == "win32":
            return bool(self._run_key().value("Budtender"))
        return self._file().exists()

    def switch(self, wanted: bool) -> None:
        """Switch it on or off; one home at a time. Raises CannotSave."""
        if self._system == "win32":
            key = self._run_key()
            key.setValue("Budtender", subprocess.list2cmdline(self._command)) if wanted else key.remove("Budtender")
            key.sync()
            return
        file = self._file()
        with saving(file.parent):
            if not wanted:
                file.unlink(missing_ok=True)
                return
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(self._agent() if self._system == "darwin" else self._entry())

    def _run_key(self) -> QSettings:
        if self._place is not None:
            return QSettings(str(self._place / "run.ini"), QSettings.Format.IniFormat)
        return QSettings(RUN_KEY, QSettings.Format.NativeFormat)

    def _file(self) -> Path:
        if self._system == "darwin":
            return (self._place or Path.home() / "Library" / "LaunchAgents") / f"{_LABEL}.plist"
        configured = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
        return (self._place or Path(configured) / "autostart") / "budtender.desktop"

    def _agent(self) -> bytes:
        import plistlib

        return plistlib.dumps(
            {"Label": _LABEL, "ProgramArguments": self._command, "RunAtLoad": True, "ProcessType": "Interactive"}
        )

    def _entry(self) -> bytes:
        words = " ".join(_quoted(word) for word in self._command)
        return f"[Desktop Entry]\nType=Application\nName=Budtender\nExec={words}\nTerminal=false\n".encode()


def _quoted(word: str) -> str:
    """One argument of an Exec line.

    Desktop Entry Specification, "The Exec key": quoted with ", with \\ before " ` $ and \\, a percent sign doubled;
    and as a string value every backslash is doubled once more.
    """
    plain = word.replace("%", "%%")
    if plain == shlex.quote(plain):
        return plain
    for sign in ("\\", '"', "`", "$"):
        plain = plain.replace(sign, f"\\{sign}")
    return f'"{plain}"'.replace("\\", "\\\\")
