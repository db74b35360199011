"""A shopper's whole number on a page that masks it: by one key, to whom the store lets, and masked again by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from budtender.counter import reveal
from budtender.counter.lookup import Found
from budtender.counter.verify import Opened
from budtender.errors import Failure, NotAllowed
from ui import bridge
from ui.page import Key, Page
from ui.steps import Approve
from ui.theme import Size
from ui.widgets.button import Button
from ui.widgets.shopper import Sign

KEY = "Alt+R"
#: Milliseconds after which the number is masked again; the key shows it once more.
MASKED_AFTER = 30_000


class WholeNumber(QObject):
    """Asks for the number and tells the page what to write in the mask's place.

    `failed` is told what kept it from being shown, other than the role: then somebody's PIN is asked for. `busy` is
    told when it takes a moment.
    """

    #: The number as people write it; empty when it is to be masked again.
    told = Signal(str)

    def __init__(self, page: Page, failed: Callable[[Failure], None], busy: Callable[[bool], None]) -> None:
        super().__init__(page)
        self._page, self._failed, self._busy = page, failed, busy
        self._found: Found | None = None
        self._opened: Opened | None = None
        self._shown = ""
        #: For a finger, and to show the key, beside the number.
        self.button = Button("", "quiet", icon="eye", key=KEY, size=Size.SMALL, pad=8)
        self.button.setObjectName("whole_number")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(self._press)
        self._masks = QTimer(self)
        self._masks.setSingleShot(True)
        self._masks.setInterval(MASKED_AFTER)
        self._masks.timeout.connect(self.mask)

    def offer(self, found: Found | None, shown: str, opened: Opened | None = None) -> None:
        """Offer the number of somebody, or to mask again what is `shown`; None: nobody is there."""
        self._found, self._shown, self._opened = found, shown, opened
        self.button.setVisible(self._there)
        self.button.show_icon("eye-slash" if shown else "eye")
        self.button.setAccessibleName(self._label)

    @property
    def _there(self) -> bool:
        found = self._found
        return found is not None and found.known is not None and found.known.phone is not None

    @property
    def _label(self) -> str:
        return self.tr("Mask the number") if self._shown else self.tr("Whole number")

    def key(self) -> Key:
        """The key that shows the number, and masks it again; it stands beside the number itself."""
        return Key(keys=KEY, label=self._label, press=self._press, shown=False, enabled=self._there)

    def _press(self) -> None:
        if self._shown:
            self.mask()
        elif self._found is not None:
            self._ask(self._found, self._opened)

    def sign(self) -> Sign:
        """What stands beside a number that is not masked."""
        return Sign(self.tr("Viewing is logged"), "eye", "warn")

    def _ask(self, found: Found, opened: Opened | None) -> None:
        desk, known = self._page.desk, found.known
        assert known is not None

        def refused(failure: Failure) -> None:
            if isinstance(failure, NotAllowed):
                desk.go(Approve(found=found, opened=opened, reveals=True))
            else:
                self._failed(failure)

        work = reveal.reveal(desk.register, known.id, desk.acting)
        bridge.run(self._page, work, self.show, refused, word="reveal", busy=self._busy)

    def show(self, number: str) -> None:
        """Put the number in the mask's place, for a while."""
        self._masks.start()
        self.told.emit(number)
        words = self.tr("The whole number is shown: {number}. It is written down who saw it.")
        self._page.desk.announce(words.format(number=number))

    def mask(self) -> None:
        """The mask is back."""
        self._masks.stop()
        self.told.emit("")
