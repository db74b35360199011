"""Long downloads in words, at the foot of the window: said aloud when one begins and ends, and calm in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from budtender.counter import progress
from budtender.counter.progress import Download
from budtender.events import Change
from ui import language
from ui.desk import Desk
from ui.widgets.progress import Shown

translate = QCoreApplication.translate
#: Milliseconds between two readings: a number that changes faster is not read but seen flickering.
CALM = 500
_TOLD_OF = frozenset({Change.PROGRESS, Change.PAUSE})


def shown_of(now: Download | None, at: datetime) -> Shown | None:
    """What the line says; None when nothing takes long. Pure, so that every line can be drawn."""
    if now is None:
        return None
    rows = language.count(now.rows)
    if now.total:
        far = translate("Progress", "{rows} of {total}").format(rows=rows, total=language.count(now.total))
    else:
        far = translate("Progress", "{rows} so far").format(rows=rows)
    paused = now.paused_until is not None
    if now.paused_until is not None:
        rest = translate("Progress", "resumes at {time}").format(time=language.moment(now.paused_until, at))
    elif now.waits:
        rest = translate("Progress", "resumes by itself")
    else:
        rest = _left(now.left)
    return Shown(
        name="paused" if paused else "waits" if now.waits else "running",
        title=_paused(now) if paused else _waiting(now) if now.waits else _title(now),
        # The dot stays at the end of a line, and none begins with it.
        figures="\u00a0· ".join(part for part in (far, rest) if part),
        share=now.share,
        paused=paused,
    )


def _left(left: timedelta | None) -> str:
    """Coarse, so that it does not dance: what is left is never known to the second."""
    if left is None:
        return ""
    minutes = -(-left.total_seconds() // 60)
    if minutes <= 1:
        return translate("Progress", "about a minute left")
    if minutes <= 90:
        return translate("Progress", "about %n minutes left", "", int(minutes))
    return translate("Progress", "about %n hours left", "", round(minutes / 60))


def _title(now: Download) -> str:
    words = {
        "customers": translate("Progress", "Downloading customers of {place}"),
        "sales": translate("Progress", "Downloading sales of {place}"),
        "products": translate("Progress", "Downloading products of {place}"),
        "inventory": translate("Progress", "Downloading stock of {place}"),
        "personas": translate("Progress", "Downloading shoppers of {place}"),
    }
    if now.credentials > 1:
        return translate("Progress", "Downloading from %n places", "", now.credentials)
    whole = words.get(now.resource) or translate("Progress", "Downloading from {place}")
    return whole.format(place=_place(now))


def _paused(now: Download) -> str:
    if now.credentials > 1:
        return translate("Progress", "Paused: download from %n places", "", now.credentials)
    return translate("Progress", "Paused: download from {place}").format(place=_place(now))


def _waiting(now: Download) -> str:
    if now.credentials > 1:
        return translate("Progress", "Interrupted: download from %n places", "", now.credentials)
    return translate("Progress", "Interrupted: download from {place}").format(place=_place(now))


def _place(now: Download) -> str:
    return "AIQ" if now.credential == "aiq" else now.credential


class Watch(QObject):
    """Reads how far long downloads have come, and hands it to the line at the foot of the window."""

    #: Something rang, on whichever thread.
    _rang = Signal()

    def __init__(self, desk: Desk, tell: Callable[[Shown | None], None]) -> None:
        super().__init__()
        self._desk, self._tell = desk, tell
        self._shown: Shown | None = None
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(CALM)
        self._next.timeout.connect(self.read)
        self._over = QTimer(self)
        self._over.setSingleShot(True)
        self._over.timeout.connect(self.read)
        self._rang.connect(self._soon)
        self._deaf = desk.register.events.listen(self._hear)
        self.read()

    def _hear(self, change: Change) -> None:
        if change in _TOLD_OF:
            self._rang.emit()

    def _soon(self) -> None:
        if not self._next.isActive():
            self._next.start()

    def press(self) -> None:
        """Let it rest, or go on."""
        if self._shown is None:
            return
        if self._shown.paused:
            progress.go_on(self._desk.register)
        else:
            progress.pause(self._desk.register)
        self.read()

    def read(self) -> None:
        """Read it now, and again when a pause is over by itself."""
        now, at = progress.read(self._desk.register), self._desk.now()
        before, self._shown = self._shown, shown_of(now, at)
        if now is not None and now.paused_until is not None:
            self._over.start(round((now.paused_until - at).total_seconds() * 1_000) + CALM)
        if self._shown != before:
            self._tell(self._shown)
        if self._shown is None and before is not None:
            self._desk.announce(translate("Progress", "The download is finished."))
        elif self._shown is not None and (before is None or before.paused != self._shown.paused):
            self._desk.announce(self._shown.title)

    def close(self) -> None:
        """Hear no more."""
        self._deaf()
        self._next.stop()
        self._over.stop()
