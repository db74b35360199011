"""A display for windows: on Linux every test process has one of its own, so that no other window takes the focus."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from budtender.simulator import Simulation
from tests.ui.driving import Driven
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


@pytest.fixture
def sim() -> Iterator[Simulation]:
    """A far side with the named cases."""
    with Simulation(shoppers=0, limits=False) as running:
        yield running


@pytest.fixture
def driven(qapp: QApplication, tmp_path: Path, sim: Simulation) -> Driven:
    """A window to drive; a story opens it."""
    return Driven(qapp, tmp_path / "home", sim)
