"""The store's own picture on the shopper's screen while nobody is served."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

#: What a photograph or a logo is kept in; a drawing that could name other files is none.
KINDS = (b"png", b"jpeg", b"webp", b"bmp")
#: Nothing larger is kept in memory.
LARGEST = QSize(1920, 1080)


class NoPicture(Exception):
    """The file holds no picture that can be shown; in words for the log."""


def read(path: Path) -> QImage:
    """The picture in a file, turned as it was taken and no larger than a screen; on any thread. Raises NoPicture."""
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if bytes(reader.format().data()) not in KINDS:
        raise NoPicture("the file cannot be read" if not path.is_file() else "the file is no photograph")
    size = reader.size()
    if size.width() > LARGEST.width() or size.height() > LARGEST.height():
        reader.setScaledSize(size.scaled(LARGEST, Qt.AspectRatioMode.KeepAspectRatio))
    picture = reader.read()
    if picture.isNull():
        raise NoPicture(reader.errorString())
    return picture


class Storefront(QWidget):
    """A picture as large as its place lets it be, whole and in its own proportions."""

    def __init__(self, picture: QImage) -> None:
        super().__init__()
        self._picture = picture
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's names)
        """It asks for little and takes all that is left, so that what is below it stays in sight."""
        return QSize(320, 180)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Small is possible."""
        return QSize(120, 80)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """In the middle."""
        size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        if size.width() > self._picture.width():
            size = self._picture.size()
        left, top = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            smooth = Qt.TransformationMode.SmoothTransformation
            painter.drawImage(left, top, self._picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth))
