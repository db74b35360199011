"""Icons: the Phosphor set as QtAwesome ships it.

Its font is read without importing the package: that imports every module of Qt through a layer for other bindings,
which takes longer than all else at the start of this program.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter

#: How much of its box an icon fills.
FILL = 0.875


def _fonts() -> Path:
    spec = find_spec("qtawesome")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("QtAwesome is not installed")
    # What is shipped holds the folder of the font and no code beside it.
    return Path(next(iter(spec.submodule_search_locations))) / "fonts"


@cache
def _family() -> str:
    path = _fonts() / "phosphor-1.3.0.ttf"
    loaded = QFontDatabase.addApplicationFont(str(path))
    if loaded < 0:
        raise FileNotFoundError(f"{path} is no font")
    return QFontDatabase.applicationFontFamilies(loaded)[0]


@cache
def _characters() -> dict[str, str]:
    return msgspec.json.decode((_fonts() / "phosphor-charmap-1.3.0.json").read_bytes(), type=dict[str, str])


@cache
def character(name: str) -> str:
    """The character of an icon by its name in the set, such as `star-fill`. Raises KeyError for a wrong one."""
    return chr(int(_characters()[name], 16))


def paint(painter: QPainter, name: str, colour: str, box: QRect) -> None:
    """Draw an icon into a box, in one color."""
    font = QFont(_family())
    font.setPixelSize(max(1, round(FILL * box.height())))
    painter.save()
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), character(name))
    painter.restore()
