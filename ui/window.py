"""The window: who works here and where, one banner at most, one page, and the keys that work now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ui import theme
from ui.ahead import Ahead
from ui.desk import Desk
from ui.help import Help, taken_by
from ui.idling import Idling
from ui.page import Key, Page
from ui.pages import page_of
from ui.presence import renew, sign_out, works_here
from ui.scanner import Scanner
from ui.shopper import Away, Idle
from ui.shortcuts import Shortcuts
from ui.stage import Stage
from ui.steps import Lookup, SignIn, SignUp, Step, empty_form
from ui.strips import Footer, Header, Ribbon
from ui.strokes import Strokes
from ui.widgets.banner import Banner
from ui.widgets.progress import KEY, ProgressLine, Shown

if TYPE_CHECKING:  # the first picture does without the engine
    from budtender.events import Change
    from ui.elsewhere import Elsewhere
    from ui.progress import Watch
    from ui.tidings import Tiding, Tidings

SMALLEST = (400, 560)
FIRST_SIZE = (1080, 760)
#: A key that is a shortcut never comes as a press.
_TOUCHES = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride, QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin}
)


class Window(QWidget):
    """One window of one register. `go` opens a step; everything else is asked of the page."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setWindowTitle("Budtender")
        self.setMinimumSize(*SMALLEST)
        self.resize(*FIRST_SIZE)
        self.setAutoFillBackground(True)
        self.banner, self._stage, self._footer = Banner(), Stage(), Footer()
        self.progress = ProgressLine()
        self._lay_out()
        self.shortcuts, self._strokes = Shortcuts(self), Strokes()
        self._help: Help | None = None
        self.page: Page | None = None
        self.step: Step = SignIn()
        desk.stepped.connect(self.go)
        self._tidings: Tidings | None = None
        self._tiding: Tiding | None = None
        self._give_way: Callable[[], None] = lambda: None
        self._watch: Watch | None = None
        self._elsewhere: Elsewhere | None = None
        self.progress.pressed.connect(self._press_progress)
        self._pause = QShortcut(QKeySequence(KEY), self)
        self._pause.setAutoRepeat(False)
        self._pause.activated.connect(self._press_progress)
        desk.signed_in.connect(self._let_pause)
        self._let_pause()
        self._scanner = Scanner(self, self._waited_for)
        self._scanner.recalled.connect(self._take_back)
        self._scanner.scanned.connect(self._scanned)
        self._ahead = Ahead(self)
        self._ahead.loaded.connect(desk.load)
        self._idling = Idling(self, desk.now)
        self._idling.over.connect(partial(self.lock, idle=True))
        if desk.is_open:
            self._opened()
        else:
            desk.opened.connect(self._opened)

    def _opened(self) -> None:
        """The register is there: what hangs on its settings, and on what is in it."""
        from budtender.counter import progress
        from ui.elsewhere import Elsewhere
        from ui.progress import Watch
        from ui.tidings import Tidings

        self._header.opened()
        self._give_way = partial(progress.give_way, self.desk.register)
        self._tidings = Tidings(self.desk, self.show_tiding)
        self._watch = Watch(self.desk, self.show_progress)
        self._elsewhere = Elsewhere(self.desk.register)
        self._settle()
        self.desk.changed.connect(self._changed)
        if self.isVisible():
            self._ahead.start()

    def _settle(self) -> None:
        """What hangs on settings beside the page."""
        from budtender.settings import AUTO_LOCK, SCANNER

        settings = self.desk.settings
        self._scanner.on = settings.get(SCANNER)
        self._idling.begin(settings.get(AUTO_LOCK))

    def _changed(self, change: Change) -> None:
        """Settings or the staff were changed, by whichever process; what was typed stays, and so does the focus."""
        if self.page is None or change not in ("settings", "staff"):
            return
        page, before = self.page, QApplication.focusWidget()
        if change == "staff":
            self._staff_changed(page)
        else:
            self._settle()
            self._header.opened()
            page.settings_changed()
        lost = before is not None and (not shiboken6.isValid(before) or not before.isVisibleTo(self))
        if lost and page is self.page and self._help is None:
            self.focus_page()

    def _staff_changed(self, page: Page) -> None:
        """Whoever was taken off the staff is out, at the latest when the next shopper comes."""
        if not self.desk.somebody:
            page.staff_changed()
        elif works_here(self.desk):
            renew(self.desk)
        elif page.is_untouched:
            self.lock()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._header = Header(self.desk)
        self._header.locked.connect(self.lock)
        if self.desk.training:
            column.addWidget(Ribbon())
        column.addWidget(self._header)
        column.addWidget(self.banner)
        column.addWidget(self._stage, 1)
        column.addWidget(self.progress)
        column.addWidget(self._footer)

    def go(self, step: Step) -> None:
        """Leave the page and open the one of a step. Where nobody is served, the shopper's screen tells of nobody.

        Whoever was taken off the staff meanwhile serves the next shopper no more.
        """
        if isinstance(step, Lookup) and self.desk.somebody and not works_here(self.desk):
            self.lock()
            return
        if isinstance(step, Lookup | SignUp | SignIn):
            self.desk.show_shopper(Idle())
        page = page_of(type(step))(self.desk)
        self.step = step
        self.put(page)
        self._note(step)
        page.enter(step)
        self._rekey(page)
        self.focus_page()

    def _note(self, step: Step) -> None:
        """The step opens again when the program has ended in it; noted first, so that what it begins is newer."""
        if self.desk.is_open and self.desk.somebody:
            from ui import resuming

            resuming.note(self.desk, step)

    def put(self, page: Page) -> None:
        """Show a page in place of the one before, which is left, and whose keys are told no more."""
        self._drop_help()
        if self.page is not None:
            self.page.leave()
        self.page = page
        self._strokes.page_opened()
        page.rekeyed.connect(partial(self._rekey, page))
        self._stage.put(page)
        self._fit()

    def show_tiding(self, tiding: Tiding | None) -> None:
        """Say the gravest thing above the page, without taking the focus."""
        before = self.banner.objectName()
        if tiding is None:
            self.banner.clear()
        else:
            self.banner.say(tiding.tone, tiding.words)
            self.banner.setObjectName(f"banner.{tiding.name}")
        keyed = self._tiding != tiding
        self._tiding = tiding
        if self.page is not None and keyed:
            self._rekey(self.page)
        if before == self.banner.objectName():
            return
        if tiding is not None:
            self.desk.announce(tiding.words)
        if self.page is not None:
            self.page.banner_changed()

    def _press_progress(self) -> None:
        if self._watch is not None:
            self._watch.press()

    def show_progress(self, shown: Shown | None) -> None:
        """Say how far a long download has come, below the page."""
        if shown is None:
            self.progress.clear()
        else:
            self.progress.say(shown)
        self._let_pause()

    def _let_pause(self) -> None:
        """Only who has signed in may let a download pause."""
        self.progress.button.setVisible(self.desk.somebody)
        self._pause.setEnabled(self.desk.somebody and not self.progress.isHidden())

    def focus_page(self) -> None:
        """Put the focus on the most likely next action."""
        first = self.page.first_focus() if self.page is not None else None
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            self._stage.show_next_soon()

    def lock(self, *, idle: bool = False) -> None:
        """Nobody works here, and no shopper is seen; by Ctrl+L, or by itself when nobody touches it."""
        if self.desk.somebody:
            sign_out(self.desk, idle=idle)
            self.go(SignIn(idle=idle))
            self.desk.show_shopper(Away())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  (Qt's name)
        """Watch what reaches the window from outside; watching the whole application would cost every event a call."""
        super().showEvent(event)
        # The newest filter is asked first: the scanner holds back what is typed, and the window hears of it at once.
        self._scanner.watch(self.windowHandle())
        self.windowHandle().installEventFilter(self)
        if self.desk.is_open:
            self._ahead.start()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """A closed window hears no more."""
        self._ahead.stop()
        if self._tidings is not None:
            self._tidings.close()
        if self._watch is not None:
            self._watch.close()
        if self._elsewhere is not None:
            self._elsewhere.close()
            self.desk.changed.disconnect(self._changed)
            self._elsewhere = None
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The help covers everything."""
        super().resizeEvent(event)
        self._fit()
        if self._help is not None:
            self._help.resize(event.size())

    def _fit(self) -> None:
        """Stand closer where the window is low."""
        height = self.height()
        low = theme.now().is_low(height)
        self._footer.fit(height)
        self._header.fit(low=low)
        self._stage.fit(low=low)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Every key, click and touch puts the locking off; one that wakes the machine too late only locks."""
        if event.type() in _TOUCHES and self.desk.is_open:
            if self._idling.wakes(event, somebody=bool(self.desk.somebody)):
                event.accept()
                return True
            self._give_way()
        if isinstance(event, QKeyEvent):
            return self._strokes.keeps(watched, event)
        return super().eventFilter(watched, event)

    def _waited_for(self, key: str) -> bool:
        return self.page is not None and self.page.waits_for(key)

    def _take_back(self, keys: str) -> None:
        if self.page is not None:
            self.page.take_back(keys)

    def _scanned(self, text: str) -> None:
        """A licence opens the sign-up wherever one is; a loyalty card's barcode is looked up. Nothing of it is kept.

        While something is being sent that a person should see the answer of, a scan is let fall.
        """
        if not self.desk.somebody or (self.page is not None and self.page.is_sending):
            return
        self.desk.sound("scan")
        from budtender.counter import licence
        from budtender.counter.scan import kind_of

        form = self.page.form_so_far() if self.page is not None else None
        if kind_of(text) == "licence":
            if self.page is not None:
                self.page.make_way()
            self.go(SignUp(form=form or empty_form(), scan=licence.scan(self.desk.register, text)))
        else:
            self.go(Lookup(barcode=text.strip()))

    def _rekey(self, page: Page) -> None:
        keys = list(page.keys())
        self._stage.show_next_soon()
        if page is not self.page or self._help is not None:
            return
        everywhere = self._everywhere(page)
        self.shortcuts.let_work([*keys, *everywhere])
        self._offer_key(page)
        self._footer.show_keys([key for key in (everywhere[0], *keys) if key.shown])

    def _offer_key(self, page: Page) -> None:
        """The banner's one key, where this page has it."""
        wanted = self._tiding.key if self._tiding is not None else ""
        there = [key for key in [*page.keys(), *self._everywhere(page)] if key.keys == wanted and key.enabled]
        if there:
            label = self.tr("What helps") if wanted == "F1" else there[0].label
            self.banner.offer(label, wanted, there[0].press)
        else:
            self.banner.offer_nothing()

    def _everywhere(self, page: Page) -> list[Key]:
        """The keys of every page, the one that tells all of them first."""
        return [
            Key(keys="F1", label=self.tr("More"), press=self.show_help),
            *self._noting(page),
            Key(keys="F6", label=self.tr("Next area"), press=partial(self._next_area, page), shown=False),
            Key(keys="Esc", label=self.tr("Back"), press=page.back, shown=False),
            Key(keys="Ctrl+L", label=self.tr("Lock"), press=self.lock, shown=False, enabled=self.desk.somebody),
        ]

    def _noting(self, page: Page) -> list[Key]:
        """The key of what was refused later, where the page has none of its own for the shopper it shows."""
        if (
            self._tiding is None
            or not self._tiding.late
            or any(k.keys == "Alt+G" and k.enabled for k in list(page.keys()))
        ):
            return []
        from ui.tidings import key_of

        return [key_of(self._tiding, self.desk)]

    def _next_area(self, page: Page) -> None:
        area = page.next_area()
        if area is not None:
            area.setFocus(Qt.FocusReason.TabFocusReason)
            self._stage.show_next()

    def _beside(self) -> list[Key]:
        """The key of the line below the page, which has a shortcut of its own."""
        if not self._pause.isEnabled():
            return []
        return [Key(keys=KEY, label=self.tr("Pause the download, or resume it"), press=self._press_progress)]

    def show_help(self) -> None:
        """F1: every key that works here. The page waits below, and has the focus again afterwards."""
        if self.page is None or self._help is not None:
            return
        page = self.page
        before: QWidget | None = self.focusWidget()
        advice = self._tiding.advice if self._tiding is not None else ""
        self.shortcuts.let_work([])
        self._help = Help(self, taken_by(page), [*page.keys(), *self._everywhere(page)[1:], *self._beside()], advice)

        def close() -> None:
            self._drop_help()
            self._rekey(page)
            if before is not None and shiboken6.isValid(before) and before.isVisibleTo(self):
                before.setFocus()
            else:  # the page has been drawn anew meanwhile
                self.focus_page()

        def press(key: Key) -> None:
            close()
            key.press()

        self._help.closed.connect(close)
        self._help.pressed.connect(press)

    def _drop_help(self) -> None:
        if self._help is not None:
            self._help.hide()
            self._help.deleteLater()
        self._help = None
