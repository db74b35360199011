"""The place of the page in the window, which scrolls where the window is too low for it."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea

from ui import theme
from ui.page import Page
from ui.widgets.sheet import Sheet


class Stage(QScrollArea):
    """Holds one page, and keeps what is to be done next in sight."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bar = self.verticalScrollBar()
        bar.setStyleSheet(theme.scroll_bar())
        # Wrapped words take their height in a second pass, after the page was shown.
        bar.rangeChanged.connect(self.show_next_soon)

    def put(self, page: Page) -> None:
        """Show a page in place of the one before, which is gone."""
        old = self.takeWidget()
        if old is not None:
            old.deleteLater()
        self.setWidget(page)

    def fit(self, *, low: bool) -> None:
        """Stand closer where the window is low."""
        for sheet in self.findChildren(Sheet):
            sheet.fit(low=low)

    def show_next_soon(self) -> None:
        """`show_next`, as soon as what is drawn now has its place."""
        QTimer.singleShot(0, self.show_next)

    def show_next(self) -> None:
        """Scroll to what is to be done next, and to what has the focus before all."""
        page = self.widget() if shiboken6.isValid(self) else None
        if not isinstance(page, Page):  # the window was closed a moment before
            return
        # The last one counts most where there is no room for both.
        for anchor in (page.main_button(), page.anchor()):
            if anchor is not None and anchor.isVisibleTo(self):
                self.ensureWidgetVisible(anchor, 0, theme.now().px(16))
        focus = QApplication.focusWidget()
        # A page that has the focus itself, while something is sent, is as high as it is: it has no place to be shown.
        if focus is not None and focus is not page and page.isAncestorOf(focus):
            self.ensureWidgetVisible(focus, 0, theme.now().px(16))  # where somebody types is never cut off
