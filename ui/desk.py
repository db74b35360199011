"""The desk: what the pages of one window share — the register, who works at it, and the way from step to step."""

from __future__ import annotations

import weakref
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from budtender.events import Change
from ui import bridge
from ui.shopper import Answer, Shown
from ui.steps import Step

if TYPE_CHECKING:  # the first picture does without the engine
    from budtender.model import Actor
    from budtender.register import Register
    from budtender.settings import Settings


class Desk(QObject):
    """Pages hold a desk and ask it; they know neither the window nor each other.

    Until there is a register a page can only be drawn; the door is, while the register opens.
    """

    #: The register is there.
    opened = Signal()

    #: A step to open.
    stepped = Signal(object)
    #: (words, assertive) for a screen reader.
    announced = Signal(str, bool)
    #: The name of a sound.
    sounded = Signal(str)
    #: Who works here has changed.
    signed_in = Signal()
    #: What the second screen shows the shopper (a `Shown`).
    displayed = Signal(object)
    #: A screen for the shopper has come or gone.
    redisplayed = Signal()
    #: What the shopper did there (an `Answer`).
    answered = Signal(object)
    #: What kind of thing has changed in the register, perhaps by its sync thread; told on the window's thread.
    changed = Signal(object)

    def __init__(self, register: Register | None = None, *, training: bool = False) -> None:
        super().__init__()
        self._register: Register | None = None
        self._acting: Actor | None = None
        self.training = training
        self._copied = ""
        self._displays: set[int] = set()
        #: The visits that were shut at this desk, by id: they are over at once, however long the writing takes.
        self.over: set[str] = set()
        if register is not None:
            self.open(register)

    def open(self, register: Register) -> None:
        """The register is there."""
        self._register = register
        _listen(self, register)
        self.opened.emit()

    def copy(self, words: str) -> None:
        """Put what the till needs of a discount into the clipboard; without words, take those before out of it."""
        clipboard = QGuiApplication.clipboard()
        if words or (self._copied and clipboard.text() == self._copied):
            clipboard.setText(words)
        self._copied = words

    @property
    def has_display(self) -> bool:
        """Whether a screen is there for the shopper; there may be more than one, as beside the demonstration."""
        return bool(self._displays)

    def add_display(self, display: QObject) -> None:
        """A screen for the shopper is there."""
        self._displays.add(id(display))
        self.redisplayed.emit()

    def drop_display(self, display: QObject) -> None:
        """It is gone; told twice, it counts once."""
        self._displays.discard(id(display))
        self.redisplayed.emit()

    @property
    def is_open(self) -> bool:
        """Whether the register is there."""
        return self._register is not None

    async def opening(self) -> Register:
        """The register, once it is there."""
        if self._register is None:
            await bridge.heard(self.opened)
        return self.register

    @property
    def register(self) -> Register:
        """The open register."""
        assert self._register is not None, "a page that is only drawn asks nothing"
        return self._register

    @property
    def settings(self) -> Settings:
        """The settings in force; until there is a register, those of a new one."""
        if self._register is not None:
            return self._register.settings
        from budtender.settings import Settings

        return Settings()

    def now(self) -> datetime:
        """The present time by the register's clock."""
        return datetime.now(UTC) if self._register is None else self._register.clock.now()

    @property
    def acting(self) -> Actor:
        """Who works here. Pages behind the sign-in may rely on it."""
        assert self._acting is not None, "nobody has signed in"
        return self._acting

    @property
    def somebody(self) -> bool:
        """Whether anybody has signed in."""
        return self._acting is not None

    def sign_in(self, actor: Actor | None) -> None:
        """Somebody takes over; None locks the desk."""
        self._acting = actor
        self.signed_in.emit()

    def go(self, step: Step) -> None:
        """Open a step."""
        self.stepped.emit(step)

    def show_shopper(self, shown: Shown) -> None:
        """Show the shopper something on the second screen, where there is one."""
        self.displayed.emit(shown)

    def answer(self, answer: Answer) -> None:
        """The shopper did something on the second screen."""
        self.answered.emit(answer)

    def sound(self, name: str) -> None:
        """Play a sound; whatever it says is also seen."""
        self.sounded.emit(name)

    def load(self) -> None:
        """Load what the first announcement needs, which takes longer than showing a shopper."""
        from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

        event = QAccessibleAnnouncementEvent(self, "")
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)

    def announce(self, words: str, *, assertive: bool = False) -> None:
        """Say something to whoever listens to the screen instead of seeing it."""
        from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

        event = QAccessibleAnnouncementEvent(self, words)
        event.setPoliteness(
            QAccessible.AnnouncementPoliteness.Assertive if assertive else QAccessible.AnnouncementPoliteness.Polite
        )
        QAccessible.updateAccessibility(event)
        self.announced.emit(words, assertive)


def _listen(desk: Desk, register: Register) -> None:
    """Pass on what changes in the register for as long as there is a desk.

    The register holds no reference to it: a Qt object in a cycle is destroyed by whichever thread collects garbage.
    """
    weak = weakref.ref(desk)

    def heard(change: Change) -> None:
        """On the thread that rings."""
        living = weak()
        if living is not None and shiboken6.isValid(living):
            living.changed.emit(change)

    desk.destroyed.connect(register.events.listen(heard))
