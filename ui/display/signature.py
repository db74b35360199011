"""Where a shopper signs: strokes of a finger, a pen or a mouse, kept as a small picture."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageWriter, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.widgets import shape

#: The kept picture; large enough to compare, small enough for a database.
KEPT = QSize(480, 160)
#: The questions as they were shown, still legible.
KEPT_SCREEN = QSize(960, 720)
_PEN = 3.0
#: The field is at least so tall.
LOWEST = 140


def png(picture: QImage, most: QSize) -> bytes:
    """A picture as a PNG that is no larger than this."""
    small = picture
    if picture.width() > most.width() or picture.height() > most.height():
        small = picture.scaled(most, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(small)
    return bytes(kept.data())


class SignaturePad(QWidget):
    """A field to sign in. `signed` tells when there is something, or nothing any more."""

    signed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._strokes: list[list[QPointF]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's names)
        """Room for a name."""
        return QSize(theme.now().px(480), theme.now().px(180) + 2 * shape.MARGIN)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A finger still has room in a low window."""
        return QSize(220, LOWEST + 2 * shape.MARGIN)

    @property
    def is_signed(self) -> bool:
        """Whether something was drawn that is more than a dot."""
        return any(len(stroke) > 2 for stroke in self._strokes)

    def clear(self) -> None:
        """Begin again."""
        self._strokes = []
        self.signed.emit(False)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's names)
        """A stroke begins."""
        self._strokes.append([event.position()])
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """It goes on."""
        if self._strokes:
            self._strokes[-1].append(event.position())
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        """It ends."""
        self.signed.emit(self.is_signed)

    def _draw(self, painter: QPainter, colour: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colour), _PEN, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for stroke in self._strokes:
            path = QPainterPath(stroke[0])
            for point in stroke[1:]:
                path.lineTo(point)
            painter.drawPath(path)

    def png(self) -> bytes:
        """The signature as a small black and white PNG; empty when nobody has signed."""
        if not self.is_signed:
            return b""
        picture = QImage(self.size(), QImage.Format.Format_Grayscale8)
        picture.fill(Qt.GlobalColor.white)
        with QPainter(picture) as painter:
            self._draw(painter, "#000000")
        return png(picture, KEPT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Ground, a line to sign on, the strokes."""
        c, px = theme.now().colours, theme.now().px
        with QPainter(self) as painter:
            shape.paint_body(painter, shape.body_of(self), c.card, c.field_line)
            painter.setPen(QPen(QColor(c.line), 2))
            y = self.height() - px(40)
            painter.drawLine(px(24), y, self.width() - px(24), y)
            self._draw(painter, c.text)
