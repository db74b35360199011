"""The shapes that controls share: a rounded body, and around it the ring that shows the focus."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui import theme

#: The ring and its gap lie inside the widget, so that nothing around it can cover them.
RING, GAP = 3, 2
MARGIN = RING + GAP
RADIUS = 12


def _ring() -> int:
    """How wide the ring is: it grows with the letters as far as its room goes."""
    return min(theme.now().px(RING), MARGIN)


def body_of(widget: QWidget, *, ringed: bool = False) -> QRect:
    """Where the body lies: the widget without the room for its ring; what has a wider one gives way to it."""
    edge = max(MARGIN, _ring() + GAP) if ringed else MARGIN
    return widget.rect().adjusted(edge, edge, -edge, -edge)


def paint_body(painter: QPainter, box: QRect, fill: str, line: str | None = None, *, width: float = 1.0) -> None:
    """A rounded rectangle, filled, with a line inside its edge where one is asked for: as wide as letters are large."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius, width = theme.now().px(RADIUS), theme.now().px(width)
    inset = width / 2 if line else 0
    painter.setPen(QPen(QColor(line), width) if line else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(QRectF(box).adjusted(inset, inset, -inset, -inset), radius, radius)


def paint_ring(painter: QPainter, widget: QWidget) -> None:
    """The focus ring along the widget's outer edge."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ring = _ring()
    painter.setPen(QPen(QColor(theme.now().colours.focus), ring))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = ring / 2
    radius = theme.now().px(RADIUS) + GAP + half
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(half, half, -half, -half), radius, radius)
