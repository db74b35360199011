"""What the pages of an open visit share: who is served, how long the wallet stays open, and the ways out of it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QTimer

from budtender.counter import redeem, verify, visit
from budtender.counter.lookup import Found
from budtender.counter.verify import Opened
from budtender.errors import Failure
from budtender.events import Change
from ui import bridge
from ui.desk import Desk
from ui.page import Key, Page
from ui.shopper import Idle
from ui.steps import Done, Lookup, Step, Stop, Wallet
from ui.words import tell

#: Seconds before the end in which it is told that the wallet closes.
WARNED = 20.0
#: Milliseconds between two readings of what has changed in the register.
NEWS = 150


def shut(desk: Desk, opened: Opened | None) -> None:
    """Shut a wallet where one is open; nobody waits for it, and it shuts by itself when its time is over."""
    if opened is not None:
        desk.over.add(opened.visit.id)
        work = visit.close_visit(desk.register, opened.visit)
        bridge.alone(work, lambda failure: desk.announce(str(tell(failure)), assertive=True))


def make_way(desk: Desk, opened: Opened | None, found: Found | None, phone: str) -> None:
    """Shut a wallet because a shopper with this number has come; unless it is the one whose wallet it is."""
    if not phone or found is None or found.phone != phone:
        shut(desk, opened)


def going_on(desk: Desk, found: Found) -> Step | None:
    """The visit of this shopper that is still open, at the step where it stands; None where a new one is to begin."""
    if found.known is None or not found.known.phone:
        return None
    opened = verify.open_visit(desk.register, found.known, desk.acting)
    if opened is None or opened.visit.id in desk.over:
        return None
    last = redeem.last_of_visit(desk.register, opened.visit)
    return Wallet(found=found, opened=opened) if last is None else Done(found=found, opened=opened, redeemed=last)


class VisitPage(Page):
    """A page of an open visit. `time_runs` and `time_is_over` tell it of the time that is left."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._found: Found | None = None
        self._opened: Opened | None = None
        self._hears = False
        self._news: set[Change] = set()
        self._reads = QTimer(self)
        self._reads.setSingleShot(True)
        self._reads.setInterval(NEWS)
        self._reads.timeout.connect(self._read_news)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)

    @property
    def found(self) -> Found:
        """Who is served."""
        assert self._found is not None, "entered first"
        return self._found

    @property
    def opened(self) -> Opened:
        """The visit."""
        assert self._opened is not None, "entered first"
        return self._opened

    def begin(self, found: Found, opened: Opened) -> None:
        """Serve somebody."""
        self._found, self._opened = found, opened

    def start_clock(self) -> None:
        """From now on the time that is left is watched, and so is what changes in the register."""
        self._clock.start()
        if not self._hears:
            self._hears = True
            self.desk.changed.connect(self._hear)

    def _hear(self, change: Change) -> None:
        """A first download rings many times a second; the page reads a few times."""
        self._news.add(change)
        if not self._reads.isActive():
            self._reads.start()

    def _read_news(self) -> None:
        news, self._news = self._news, set()
        for change in sorted(news):
            self.changed(change)

    def changed(self, change: Change) -> None:
        """Something has changed in the register."""

    def make_way(self, phone: str = "") -> None:
        """Nobody goes on with this wallet."""
        make_way(self.desk, self._opened, self._found, phone)

    def leave(self) -> None:
        """The page goes, its clock with it, and hears of nothing any more."""
        self._clock.stop()
        if self._hears:
            self._hears = False
            self.desk.changed.disconnect(self._hear)
            self._reads.stop()
        super().leave()

    # ── time ──────────────────────────────────────────────────────────────────────────────────────────────

    def _tick(self) -> None:
        left = visit.seconds_left(self.desk.register, self.opened.visit)
        if left <= 0:
            self._clock.stop()
            self.time_is_over()
        else:
            self.time_runs(left)

    def time_runs(self, left: float) -> None:
        """So many seconds are left."""

    def time_is_over(self) -> None:
        """The wallet has closed."""

    @property
    def can_stay(self) -> bool:
        """Whether the time can be started again."""
        return visit.can_keep_open(self.desk.register, self.opened.visit)

    def keep_open(self) -> None:
        """Start the time again."""
        work = visit.keep_open(self.desk.register, self.opened.visit, self.desk.acting)

        def kept(now: object) -> None:
            self._opened = msgspec.structs.replace(self.opened, visit=now)
            self.desk.announce(self.tr("The wallet stays open."))
            self._tick()

        def not_kept(failure: Failure) -> None:
            self.desk.announce(str(tell(failure)), assertive=True)
            self._tick()

        bridge.run(self, work, kept, not_kept, word="keep", busy=self.takes_a_moment)

    def takes_a_moment(self, on: bool) -> None:
        """Something is being written down, which takes longer than it should."""

    # ── the ways out ──────────────────────────────────────────────────────────────────────────────────────

    def finish(self, then: Step | None = None) -> None:
        """Shut the wallet and go on, by default to the next shopper."""
        self.desk.show_shopper(Idle())
        shut(self.desk, self.opened)
        self.desk.go(then or Lookup())

    def out_keys(self) -> Sequence[Key]:
        """The ways out, the same on every page."""
        return (
            Key(keys="F2", label=self.tr("New shopper"), press=self.finish),
            Key(keys="Alt+S", label=self.tr("Stop texts"), press=self._stop),
            Key(keys="Alt+N", label=self.tr("Not this shopper"), press=self.finish),
        )

    def _stop(self) -> None:
        self.desk.go(Stop(phone=self.found.phone, name=self.found.name, found=self.found, opened=self.opened))
