"""The demonstration plays the fast path on the real window by key events, wherever there is no display."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from budtender.errors import Exit

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
STEPS = ("01-sam-signs-in", "02-the-phone-number", "03-enter", "04-the-code", "05-1-chooses", "06-enter-redeems")


def demonstrated(tmp_path: Path, **environment: str) -> tuple[int, str, str]:
    """How it ended, and what was said."""
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    process = subprocess.run(
        [sys.executable, "-m", "ui", "demo", "--shoppers", "40", "--tour", str(tmp_path / "tour")],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
        env={name: value for name, value in os.environ.items() if name not in hidden}
        | {"TMPDIR": str(tmp_path)}
        | environment,
    )
    return process.returncode, process.stdout, process.stderr


def pictures(folder: Path) -> list[str]:
    """The pictures by name; each is one, and shows more than one colour."""
    names = sorted(path.name for path in folder.glob("*.png"))
    for name in names:
        image = QImage(str(folder / name))
        assert not image.isNull(), name
        seen = {image.pixel(x, y) for x in range(0, image.width(), 9) for y in range(0, image.height(), 9)}
        assert len(seen) > 5, f"{name} is empty"
    return names


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb")
def test_without_a_display_it_makes_one_and_plays_the_fast_path(tmp_path: Path) -> None:
    code, out, err = demonstrated(tmp_path)
    assert (code, err) == (Exit.DONE, ""), out
    assert "made by Xvfb" in out
    assert "S08.apply_now" in out
    assert f"The pictures are in {tmp_path / 'tour'}" in out
    names = pictures(tmp_path / "tour")
    assert len(names) == len(STEPS) + 1
    assert all(any(name.startswith(step) for name in names) for step in STEPS)
    assert list(tmp_path.glob("budtender-training-*")) == [], "the training home is gone"


def test_without_xvfb_it_draws_in_memory_and_says_so(tmp_path: Path) -> None:
    code, out, err = demonstrated(tmp_path, PATH="/nonexistent")
    assert (code, err) == (Exit.DONE, ""), out
    assert "Qt draws in memory" in out
    assert len(pictures(tmp_path / "tour")) == len(STEPS) + 1


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "tour").write_text("a file where the folder should be")
    code, _out, err = demonstrated(tmp_path)
    assert code == Exit.REFUSED
    assert err.startswith(f"{tmp_path / 'tour'} cannot be written.")
    assert "Traceback" not in err
