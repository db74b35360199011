"""What the window needs of Qt's bindings, and a release once lacked."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QWidget

CALLS = 1_000


def test_answering_none_costs_no_reference(qapp: QApplication) -> None:
    widget = QWidget()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        widget.parentWidget()
    assert abs(sys.getrefcount(None) - before) < CALLS / 10
