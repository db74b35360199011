"""The entry that opens the window at log-in, as each system reads it."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from budtender.errors import CannotSave
from ui.autostart import Autostart

PROGRAM = ["/opt/Bud Tender/python", "-m", "ui"]
HARD = 'a home\'s "folder" $HOME `x` 100% \\ back'


def entry(system: str, tmp_path: Path, home: str = "home") -> Autostart:
    return Autostart(tmp_path / home, PROGRAM, system=system, place=tmp_path / "place")


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_on_and_off_again(system: str, tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    one, seen = entry(system, tmp_path), [entry(system, tmp_path).is_on]
    for wanted in (True, True, False, False):
        one.switch(wanted)
        seen.append(entry(system, tmp_path).is_on)  # as another start of the program sees it
    assert seen == [False, True, True, False, False]


def test_mac_gets_a_launch_agent_with_the_exact_words(tmp_path: Path) -> None:
    entry("darwin", tmp_path, HARD).switch(wanted=True)
    agent = plistlib.loads((tmp_path / "place" / "com.budtender.window.plist").read_bytes())
    assert agent["ProgramArguments"] == [*PROGRAM, "--home", str(tmp_path / HARD), "--hidden"]
    assert agent["RunAtLoad"] is True


def test_windows_gets_one_command_line(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    entry("win32", tmp_path).switch(wanted=True)
    kept = QSettings(str(tmp_path / "place" / "run.ini"), QSettings.Format.IniFormat).value("Budtender")
    assert kept == subprocess.list2cmdline([*PROGRAM, "--home", str(tmp_path / "home"), "--hidden"])


@pytest.mark.skipif(shutil.which("gio") is None, reason="needs GLib's own reader of desktop entries")
@pytest.mark.parametrize("home", ["home", HARD])
def test_linux_desktops_start_exactly_these_words(home: str, tmp_path: Path) -> None:
    """GLib itself reads and launches the entry; the program writes down what it was given."""
    said = tmp_path / "said"
    script = tmp_path / "our program"
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{said}.new" && mv "{said}.new" "{said}"\n')
    script.chmod(0o700)
    one = Autostart(tmp_path / home, [str(script)], system="linux", place=tmp_path / "place")
    one.switch(wanted=True)
    subprocess.run(["gio", "launch", tmp_path / "place" / "budtender.desktop"], check=True, timeout=60)
    subprocess.run(["sh", "-c", f'until [ -e "{said}" ]; do sleep 0.05; done'], check=True, timeout=60)
    assert said.read_text().splitlines() == ["--home", str(tmp_path / home), "--hidden"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "place").write_text("a file where the folder should be")
    with pytest.raises(CannotSave):
        entry("linux", tmp_path).switch(wanted=True)
