"""What keeps this register from opening, told calmly in a window of its own, with the next step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from budtender.errors import Failure
from budtender.log import get_logger
from ui import theme
from ui.bridge import unless
from ui.theme import Size, Weight
from ui.widgets.button import Button
from ui.widgets.icon import Icon
from ui.widgets.text import Text
from ui.words import tell

T = TypeVar("T")
LOG = get_logger(__name__)


class Obstacle(QWidget):
    """One sentence, the next step, and two buttons. `answered` holds whether to try again."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName(f"obstacle.{failure.kind}")
        self.setWindowTitle("Budtender")
        self.answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        px = theme.now().px
        icon = Icon(48)
        icon.show_icon("warning-circle", "quiet")
        column = QVBoxLayout()
        column.setSpacing(px(16))
        column.addWidget(icon, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(Text(self.tr("This register cannot open yet."), Size.LEAD, ink="quiet"))
        told = tell(failure)
        column.addWidget(Text(told.title, Size.TITLE, Weight.STRONG))
        column.addWidget(Text(told.hint))
        if told.title != failure.title:
            # The engine's own sentence names the file, for whoever helps.
            column.addWidget(Text(str(failure), Size.SMALL, ink="quiet"))
        column.addSpacing(px(8))
        row = QHBoxLayout()
        row.setSpacing(px(12))
        self._again = Button(self.tr("Try again"), "main", key="Enter")
        self._again.setObjectName("obstacle.again")
        self._again.clicked.connect(lambda: self._answer(again=True))
        close = Button(self.tr("Close"), "quiet")
        close.setObjectName("obstacle.close")
        close.clicked.connect(self.close)
        row.addWidget(self._again)
        row.addWidget(close)
        row.addStretch(1)
        column.addLayout(row)
        middle = QVBoxLayout(self)
        middle.setContentsMargins(px(64), px(48), px(64), px(48))
        middle.addStretch(1)
        middle.addLayout(column)
        middle.addStretch(2)
        self.setAccessibleName(str(told))
        self.resize(px(960), px(640))

    def present(self) -> None:
        """Show it, ready for Enter."""
        self.move(self.screen().availableGeometry().center() - self.rect().center())
        self.show()
        self.raise_()
        self.activateWindow()
        self._again.setFocus()

    def _answer(self, *, again: bool) -> None:
        if not self.answered.done():
            self.answered.set_result(again)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  (Qt's name)
        """Closing it means not to go on."""
        self._answer(again=False)
        super().closeEvent(event)


async def past(
    work: Callable[[], Coroutine[Any, Any, T]], ended: asyncio.Event, window: QWidget | None = None
) -> T | None:
    """Do something that has to succeed before the window can be used, which stands back for what is told.

    An expected failure is shown until the person tries again. None when they close it, or the program is to end
    over it; raises bridge.Ended when the program is to end while nothing stood in its way.
    """
    while True:
        try:
            return await unless(ended, work())
        except Failure as failure:
            LOG.warning("cannot open", why=failure.kind)
            back = window if window is not None and window.isVisible() else None
            if back is not None:
                back.hide()
            obstacle = Obstacle(failure)
            obstacle.present()
            ending: asyncio.Future[bool] = asyncio.ensure_future(ended.wait())
            try:
                await asyncio.wait([obstacle.answered, ending], return_when=asyncio.FIRST_COMPLETED)
                if not (obstacle.answered.done() and obstacle.answered.result()):
                    return None
            finally:
                ending.cancel()
                obstacle.close()
                obstacle.deleteLater()
            if back is not None:
                back.show()
                back.activateWindow()
