"""What every test shares."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from budtender import log
from tests.faults.seed import EXPLORES
from ui.screen import VirtualDisplay
from ui.theme import STYLE

# How long a case takes to draw and to run tells of the machine's other work, not of the code.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("new ones each time", _PATIENT, derandomize=False)
settings.register_profile("the same each time", _PATIENT, derandomize=True)
settings.load_profile("new ones each time" if EXPLORES else "the same each time")


def pytest_collection_finish() -> None:
    """What has been loaded stays: a collection looks through what a test made, not through every module again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_log_left_open() -> Iterator[None]:
    """A test that named a home for the log must not leave its file open for the next one."""
    levels = {name: logging.getLogger(name).level for name in ("", "budtender")}
    yield
    log.configure(None)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture(autouse=True)
def _environment_as_it_was() -> Iterator[None]:
    """What a test, or the program in it, puts into the environment does not reach the processes of the next one."""
    before = dict(os.environ)
    yield
    for name in {*before, *os.environ} - {"PYTEST_CURRENT_TEST"}:  # which pytest itself puts there and takes away
        if name not in before:
            del os.environ[name]
        elif os.environ.get(name) != before[name]:
            os.environ[name] = before[name]


# ── a display for windows ──────────────────────────────────────────────────────────────────────────────────

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
    return ["budtender", *STYLE]
