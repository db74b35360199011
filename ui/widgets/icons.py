"""Icons: the Phosphor set, through QtAwesome; only that one font is loaded."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from qtawesome.iconic_font import IconicFont


@cache
def _font() -> IconicFont:
    return IconicFont(("ph", "phosphor-1.3.0.ttf", "phosphor-charmap-1.3.0.json"))


@cache
def icon(name: str, colour: str) -> QIcon:
    """One icon of the set by its name, such as `star-fill`, in one colour."""
    made: QIcon = _font().icon(f"ph.{name}", color=colour)
    return made


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """An icon as a picture of `size` logical pixels."""
    return icon(name, colour).pixmap(size, size) if ratio == 1.0 else _sharp(name, colour, size, ratio)


def _sharp(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    picture = icon(name, colour).pixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    return picture


def paint(painter: QPainter, name: str, colour: str, box: QRect) -> None:
    """Draw an icon into a box."""
    icon(name, colour).paint(painter, box, Qt.AlignmentFlag.AlignCenter)
