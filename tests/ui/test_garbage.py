"""What a window drops dies on the window's thread, however busy another one is."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.garbage import Collector


class Knot(QObject):
    """Refers to itself, so that only the collector can find it."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


@pytest.fixture
def died_on() -> Iterator[list[int]]:
    gc.collect()  # what tests before left shall not die on another thread
    gc.enable()  # as Python starts
    yield []
    gc.disable()


def dropped(died_on: list[int]) -> None:
    weakref.finalize(Knot(), lambda: died_on.append(threading.get_ident()))


def work() -> None:
    """Make so much that Python would collect on this thread many times."""
    kept: list[list[object]] = []
    for _ in range(200_000):
        kept.append([kept])


def busy() -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_without_it_the_busy_thread_would_collect(died_on: list[int]) -> None:
    dropped(died_on)
    busy()
    assert died_on
    assert died_on != [threading.get_ident()]


def test_with_it_the_windows_thread_does(died_on: list[int], qtbot: QtBot) -> None:
    collector = Collector()
    dropped(died_on)
    busy()
    assert died_on == [], "not there"
    qtbot.waitUntil(lambda: died_on == [threading.get_ident()], timeout=60_000)
    dropped(died_on)
    collector.stop()
    assert died_on == [threading.get_ident()] * 2, "nothing is left to be found while the window is taken down"
    assert gc.isenabled()
