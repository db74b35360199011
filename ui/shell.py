"""What stands around the window: its place on the screen, the tray, the sounds, and who may call it up."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QApplication

from budtender.events import Change
from budtender.look import Look
from ui import dress, program, theme
from ui.autostart import Autostart
from ui.call import Answer, Message
from ui.desk import Desk
from ui.hotkey import HotKey
from ui.placement import Placement, second_screen
from ui.sound import Sounds
from ui.steps import Lookup, SignIn
from ui.window import Window

if TYPE_CHECKING:  # the first picture does without the engine
    from budtender.register import Register
    from ui.display.window import DisplayWindow
    from ui.tray import Tray


class Shell(QObject):
    """One open window. `ended` says that the person wants the program to end."""

    ended = Signal()
    #: A setting has changed, on whichever thread.
    _resettled = Signal()

    def __init__(self, desk: Desk, home: Path, application: QApplication) -> None:
        super().__init__()
        self.desk = desk
        self._home = home
        self._application = application
        self._dressed = dress.asked_for(desk.settings) if desk.is_open else dress.remembered(home)
        dress.wear(application, self._dressed)
        self.window = self._made()
        self.placement = Placement(self.window, home, theme.now().scale)
        self.autostart = Autostart(home, program.command())
        self.sounds = Sounds()
        desk.sounded.connect(self._sound)
        self.hotkey = HotKey()
        self.hotkey.pressed.connect(lambda: self.take(Message(new=True)))
        self._call_key = ""
        self.tray: Tray | None = None
        self.display: DisplayWindow | None = None
        self._closing = False
        self._told = False
        self._resettled.connect(self._settle, Qt.ConnectionType.QueuedConnection)
        self._deaf: Callable[[], None] = lambda: None
        if desk.is_open:
            self._deaf = desk.register.events.listen(self._hear)
        desk.stepped.connect(self._resettled)
        for changed in self._looks():
            changed.connect(self._resettled)

    def _looks(self) -> tuple[SignalInstance, ...]:
        """What the desktop may change while the window is open."""
        application = self._application
        return (
            application.styleHints().colorSchemeChanged,
            application.screenAdded,
            application.screenRemoved,
        )

    def _made(self) -> Window:
        window = Window(self.desk)
        window.installEventFilter(self)
        return window

    def open(self, look: Look) -> None:
        """Show the window where it belongs, or leave it in the tray."""
        self.placement.restore(compact=look.compact, on_top=look.on_top)
        if self.desk.is_open:
            self._settle()
        if self.desk.is_open or look.hidden:
            self._show_tray()
        self.window.go(SignIn())
        if not (look.hidden and self.tray):
            self.to_front()

    def take_over(self, register: Register) -> None:
        """The register is open, and the window that was shown meanwhile goes on with it."""
        self.desk.open(register)
        self._deaf = register.events.listen(self._hear)
        self._settle()
        self._show_tray()

    def close(self) -> None:
        """Take everything off the screen; pages let go of what they wait for, and no timer of theirs goes on."""
        if self._closing:
            return
        self._closing = True
        self._deaf()
        for changed in self._looks():
            changed.disconnect(self._resettled)
        self.hotkey.give_back()
        self.placement.remember()
        if self.window.page is not None:
            self.window.page.leave()
        for one in (self.window, self.display):
            if one is not None:
                one.close()
                one.deleteLater()
        if self.tray is not None:
            self.tray.close()
        self.sounds.close()

    # ── how it looks ──────────────────────────────────────────────────────────────────────────────────────

    def _hear(self, change: Change) -> None:
        if change is Change.SETTINGS:
            self._resettled.emit()

    def _settle(self) -> None:
        """Follow the settings. Words and colors change between two shoppers, and not while somebody types."""
        if self._closing or not self.desk.is_open:
            return
        self._show_display()
        self._take_key()
        dress.remember(self._home, self.desk.settings)
        wanted = dress.asked_for(self.desk.settings)
        page = self.window.page
        if wanted != self._dressed and page is not None and page.is_untouched:
            self._dressed = wanted
            dress.wear(self._application, wanted)
            self._replace_window()

    def _replace_window(self) -> None:
        old, step = self.window, self.window.step
        shown = old.isVisible()
        self.placement.remember()
        old.removeEventFilter(self)
        self.window = self._made()
        self.placement.move_to(self.window, theme.now().scale)
        if old.page is not None:
            old.page.leave()
        self.window.go(step)
        if shown:
            self.to_front()
        old.close()
        old.deleteLater()

    def _show_display(self) -> None:
        """The shopper's screen: on the second one of this machine, in a window, or not at all."""
        from budtender.settings import SHOPPER_SCREEN

        wanted, screen = self.desk.settings.get(SHOPPER_SCREEN), second_screen(self.window)
        shown = wanted == "window" or (wanted == "second" and screen is not None)
        if shown and self.display is None:
            from ui.display.window import DisplayWindow  # most registers have one screen

            self.display = DisplayWindow(self.desk)
            if wanted == "second" and screen is not None:
                self.display.show_on(screen)
            else:
                self.display.show()
        elif not shown and self.display is not None:
            self.display.close()
            self.display.deleteLater()
            self.display = None

    def _take_key(self) -> None:
        from budtender.settings import CALL_KEY

        if self._call_key != (wanted := self.desk.settings.get(CALL_KEY)):
            self._call_key = wanted
            self.hotkey.take(wanted)

    # ── called up ─────────────────────────────────────────────────────────────────────────────────────────

    def take(self, message: Message) -> Answer:
        """What another program asks: come to the front, for a new shopper or for this one."""
        if message.token:
            os.environ["XDG_ACTIVATION_TOKEN"] = message.token
        if not (message.compact is message.on_top is None):
            self.placement.restore(compact=message.compact, on_top=message.on_top)
        self.to_front()
        if not (message.phone or message.new):
            return Answer(taken=True)
        if not self.desk.somebody:
            return Answer(
                taken=not message.phone,
                title="Nobody is signed in at this register.",
                hint="Sign in, then call the shopper up again.",
            )
        if self.window.page is not None and self.window.page.is_sending:
            return Answer(
                taken=not message.phone,
                title="Something is being sent at this register.",
                hint="Try again when its answer is there.",
            )
        phone = ""
        if message.phone:
            from budtender.errors import PhoneError
            from budtender.phone import parse_phone

            try:
                phone = parse_phone(message.phone)
            except PhoneError as error:
                return Answer(taken=False, title=error.title, hint=error.hint)
        if self.window.page is not None:
            self.window.page.make_way(phone)
        self.window.go(Lookup(typed=message.phone, search=bool(message.phone)))
        return Answer(taken=True)

    def to_front(self) -> None:
        """Show the window above all others, ready to type."""
        window = self.window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    # ── the tray ──────────────────────────────────────────────────────────────────────────────────────────

    def _show_tray(self) -> None:
        """The tray's icon, where the desktop shows such icons; the first window does without."""
        from ui.tray import Tray

        if self.tray is None and Tray.is_available():
            dress.give_icon(self._application)
            self.tray = self._made_tray(Tray(self._application.windowIcon()))
        self._tick()

    def _made_tray(self, tray: Tray) -> Tray:
        tray.shown.connect(self.to_front)
        tray.locked.connect(self._lock)
        tray.ended.connect(self.ended)
        tray.compacted.connect(self._compact)
        tray.put_on_top.connect(self._put_on_top)
        tray.autostarted.connect(self._autostart)
        return tray

    def _lock(self) -> None:
        """Whichever window there is by then."""
        self.window.lock()

    def _tick(self) -> None:
        if self.tray is not None:
            self.tray.compact.setChecked(self.placement.compact)
            self.tray.on_top.setChecked(self.placement.on_top)
            self.tray.autostart.setChecked(self.autostart.is_on)
            self.tray.autostart.setEnabled(not self.desk.training)

    def _compact(self, wanted: bool) -> None:
        if wanted:
            self.placement.dock(self.placement.edge)
        else:
            self.placement.undock()
        self.to_front()

    def _put_on_top(self, wanted: bool) -> None:
        self.placement.stay_on_top(wanted)
        self.to_front()

    def _autostart(self, wanted: bool) -> None:
        self.autostart.switch(wanted)
        self._tick()

    def _sound(self, name: str) -> None:
        from budtender.settings import SOUND_VOLUME

        self.sounds.play(name, self.desk.settings.get(SOUND_VOLUME))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Closing the window leaves it in the tray, or ends the program."""
        if event.type() == QEvent.Type.Close and watched is self.window and not self._closing:
            self.placement.remember()
            if self.tray is not None and self._stays():
                event.ignore()
                self.window.lock()
                self.window.hide()
                if not self._told:
                    self.tray.say(self.tr("Budtender goes on here."))
                self._told = True
                return True
            self.ended.emit()
        return super().eventFilter(watched, event)

    def _stays(self) -> bool:
        from budtender.settings import STAY_IN_TRAY

        return self.desk.settings.get(STAY_IN_TRAY) and not self.desk.training
