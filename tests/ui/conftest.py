"""A far side, and a window to drive."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from budtender.simulator import Simulation
from tests.ui.driving import USUAL, Driven
from ui import bridge, language, theme


@pytest.fixture(autouse=True)
def _dropped_widgets_die_here() -> Iterator[None]:
    """As in the program: a worker thread never collects what a window has dropped."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def _every_test_begins_alike(qapp: QApplication) -> Iterator[None]:
    """One process has one language, one theme and one clipboard: no test may decide what the next one meets."""
    if not language._installed or language.language() != "en":
        language.speak(qapp, "en")
    if theme.now() != USUAL:
        theme.wear(qapp, USUAL)
    if qapp.clipboard().text():
        qapp.clipboard().clear()
    qapp.setQuitOnLastWindowClosed(False)
    yield
    running = list(bridge._running)
    bridge._running.clear()
    assert not running, "something was left running"
    left = [window for window in qapp.topLevelWidgets() if window.isVisible()]
    for window in left:  # the next test has nothing to do with it
        window.close()
    assert not left, "a window was left open"


@pytest.fixture
def sim() -> Iterator[Simulation]:
    """A far side with the named cases."""
    with Simulation(shoppers=0, limits=False) as running:
        yield running


@pytest.fixture
def driven(qapp: QApplication, tmp_path: Path, sim: Simulation) -> Driven:
    """A window to drive; a story opens it."""
    return Driven(qapp, tmp_path / "home", sim)
