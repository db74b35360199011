"""A far side, and a window to drive."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from budtender.simulator import Simulation
from tests.ui.driving import Driven
from ui import language


@pytest.fixture(autouse=True)
def _dropped_widgets_die_here() -> Iterator[None]:
    """As in the program: a worker thread never collects what a window has dropped."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def _the_next_test_hears_english(qapp: QApplication) -> Iterator[None]:
    """One process speaks one language at a time: a test that changed it must not decide what the next one reads."""
    yield
    if language.language() != "en":
        language.speak(qapp, "en")


@pytest.fixture
def sim() -> Iterator[Simulation]:
    """A far side with the named cases."""
    with Simulation(shoppers=0, limits=False) as running:
        yield running


@pytest.fixture
def driven(qapp: QApplication, tmp_path: Path, sim: Simulation) -> Driven:
    """A window to drive; a story opens it."""
    return Driven(qapp, tmp_path / "home", sim)
