"""A display for windows: on Linux every test process has one of its own, so that no other window takes the focus."""

from __future__ import annotations

import os
import sys

import pytest

from ui.screen import VirtualDisplay

#: Held until this process ends, and its display with it: Qt ends a process whose display goes before.
_held: list[VirtualDisplay] = []


@pytest.fixture(scope="session")
def display() -> None:
    """A display that `DISPLAY` names, for this process and for those it starts; it ends after this process."""
    if sys.platform != "linux":
        return
    virtual = VirtualDisplay.start()
    assert virtual is not None, "Xvfb is missing; on Debian and Ubuntu, as root: apt-get install xvfb"
    _held.append(virtual)
    os.environ.pop("WAYLAND_DISPLAY", None)
    os.environ |= {"DISPLAY": virtual.name, "QT_QPA_PLATFORM": "xcb"}


@pytest.fixture(scope="session")
def qapp_args(display: None) -> list[str]:
    """pytest-qt makes its application with these, once there is a display."""
    return ["budtender"]
