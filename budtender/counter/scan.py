"""Tell a scanner from a person at the same keyboard, and one kind of scan from another. Pure: time is handed in.

A scanner types faster than anybody: keys less than 35 ms apart, at least 12 of them. The barcode of a licence also
shows by its beginning, because a slow scanner types "@", separators and "ANSI" with longer pauses. Keys are held
while they may still belong to a scan, so nothing of one reaches a field; a person's keys go on after 35 ms at most.
One key may go on at once, where somebody waits for it, and is taken back when a scan turns out to begin with it.
"""

from __future__ import annotations

import re
from typing import Literal

from budtender.aamva import LONGEST, is_licence
from budtender.model import Value

#: Seconds between two keys of a scanner.
FAST = 0.035
#: Keys that make a burst a scan.
FEWEST = 12
#: Once it is a scan, a busy machine may hold a key back for this long; a slow scanner's beginning may take this long,
#: and so may what follows a key that went on at once, because that is worked on meanwhile.
PATIENCE = 0.25
BEGINNING = 0.1
_ENTER = frozenset("\r\n")
_BEGUN = re.compile(r"@[\s\x00-\x1f]*(?:ANSI|AAMVA)[\s\x00-\x1f]*[0-9]", re.IGNORECASE)
_BEGINS = re.compile(
    r"@[\s\x00-\x1f]*(?:A(?:N(?:S(?:I[\s\x00-\x1f]*)?)?|A(?:M(?:V(?:A[\s\x00-\x1f]*)?)?)?)?)?", re.IGNORECASE
)
_BARCODE = re.compile(r"[!-~]{4,80}")

Kind = Literal["licence", "barcode"]


class Taken(Value, frozen=True, kw_only=True):
    """What to do with a key: hand `released` (older held keys and perhaps this one) to the focused field, in order.

    `scan` is a whole scan, which belongs to nobody's field. `recalled` is what of it went on at once: the last that was
    released, to be taken out of its field again.
    """

    released: str = ""
    scan: str | None = None
    recalled: str = ""


class Burst:
    """One keyboard. Feed every character with the time at which its key was pressed, not when it was handled.

    A key that repeats because it is held down is no new key and is not fed.

    Call `pause` when `due` has come without another key; before that, held keys stay held.
    """

    def __init__(self) -> None:
        self._held = ""
        #: How many of the held keys went on at once: the first one or none.
        self._gone = 0
        self._last = 0.0
        self._is_scan = False

    @property
    def due(self) -> float | None:
        """When to call `pause`; None while nothing is held."""
        return self._last + self._allowed if self._held else None

    @property
    def _allowed(self) -> float:
        if self._is_scan:
            return PATIENCE
        return BEGINNING if len(self._held) == self._gone or _BEGINS.fullmatch(self._held) else FAST

    def key(self, text: str, at: float, *, at_once: bool = False) -> Taken:
        """A key that types `text` was pressed at `at` seconds, of any clock that never goes back.

        `at_once`: somebody waits for what this key completes, so it is released now, unless others are held.
        """
        before = self.pause(at)
        if text == "@" and len(self._held) == self._gone:
            self._held, self._gone = "", 0  # a licence begins; what went on at once was a person's
        if not self._held and text in _ENTER:
            return Taken(released=before.released + text, scan=before.scan)  # Enter alone is a person's, at once
        if len(self._held) <= LONGEST:  # what is longer is nothing that could be read
            self._held += text
        self._last = at
        if at_once and self._held == text and before.scan is None:
            self._gone = 1
            before = Taken(released=before.released + text)
        self._is_scan = self._is_scan or len(self._held) >= FEWEST or _BEGUN.match(self._held) is not None
        return before

    def pause(self, at: float) -> Taken:
        """No key came until `at`: the end of a scan, or a person's keys."""
        if not self._held or at < self._last + self._allowed:
            return Taken()
        held, gone, is_scan = self._held, self._gone, self._is_scan
        self._held, self._gone, self._is_scan = "", 0, False
        return Taken(scan=held, recalled=held[:gone]) if is_scan else Taken(released=held[gone:])


def is_scan(text: str) -> bool:
    """Whether a text as a whole, as one that was pasted or came from a scanner's own port, is a scan."""
    return kind_of(text) is not None


def kind_of(text: str) -> Kind | None:
    """A licence, a barcode such as a loyalty card's, or neither."""
    if is_licence(text):
        return "licence"
    tidy = text.strip()
    return "barcode" if len(tidy) >= FEWEST and _BARCODE.fullmatch(tidy) and any(c.isdigit() for c in tidy) else None
