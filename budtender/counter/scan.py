"""Tell a scanner from a person at the same keyboard, and one kind of scan from another. Pure: time is handed in.

A scanner types faster than anybody: keys less than 35 ms apart, at least 12 of them. The barcode of a licence also
shows by its beginning, because a slow scanner types "@", separators and "ANSI" with longer pauses. Keys are held
while they may still belong to a scan, so nothing of one reaches a field; a person's keys go on after 35 ms at most.
One key may go on at once, where somebody waits for it, and is taken back when a scan turns out to begin with it.

What is no letter comes from a scanner as whatever key its maker chose: Enter, Tab, Ctrl+J, an arrow, F9 (Honeywell's
key for RS, Hand Held's F2 for LF). Such a command stands among the keys as a character of Unicode's private use area,
so that it keeps its turn; it is one of a scan's where one has begun.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec.structs import replace

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
#: So many times may a scanner rest for longer than it usually does, with one key between each.
RESTS = 3
_ENTER = frozenset("\r\n")
#: What stands for a command key; each command that is held has one of its own.
COMMANDS = range(0xE000, 0xF900)
#: No letters, but for separators that are spelt out.
_GAP = r"(?:[\W_]|(?:LF|CR|RS|GS|FS)>)"
#: A British layout types quotes for the @ of an American scanner, and a scanner may say first what kind of code it saw.
_HEAD = rf"(?:\]L[0-9]|[Xr])?[@\"]{_GAP}*"
_BEGUN = re.compile(rf"{_HEAD}(?:ANSI|AAMVA){_GAP}*[0-9]", re.IGNORECASE)
_BEGINS = re.compile(
    rf"{_HEAD}(?:A(?:N(?:S(?:I{_GAP}*)?)?|A(?:M(?:V(?:A{_GAP}*)?)?)?)?)?\Z",
    re.IGNORECASE,
)
_NOTHING_TYPED = re.compile(r"[\s\x00-\x1f\ue000-\uf8ff]*")
#: The longest beginning of a licence, with what a person typed until then.
_HEAD_ENDS = 64
_BARCODE = re.compile(r"[!-~]{4,80}")

Kind = Literal["licence", "barcode"]


class Taken(Value, frozen=True, kw_only=True):
    """What to do with a key: hand `released` (older held keys and perhaps this one) to the focused field, in order.

    `scan` is a whole scan, which belongs to nobody's field. `recalled` is what of it went on at once: the last that was
    released, to be taken out of its field again. `after` was typed by a person once the scan had ended, and goes to
    whichever field has the focus then.
    """

    released: str = ""
    scan: str | None = None
    recalled: str = ""
    after: str = ""


class Burst:
    """One keyboard. Feed every character with the time at which its key was pressed, not when it was handled.

    A key that repeats because it is held down is no new key and is not fed. A command key is fed only where `begun`
    says that a scan may have, as a character of `COMMANDS`.

    Call `pause` when `due` has come without another key; before that, held keys stay held.
    """

    def __init__(self) -> None:
        self._last = 0.0
        self._clear()

    def _clear(self) -> None:
        self._held = ""
        #: How many of the held keys went on at once: the first one or none.
        self._gone = 0
        self._is_scan = False
        #: Seconds that the held keys took, but for those after the scan, which begin here (0: there are none).
        self._took = 0.0
        self._after = 0

    @property
    def due(self) -> float | None:
        """When to call `pause`; None while nothing is held."""
        return self._last + self._allowed if self._held else None

    @property
    def _allowed(self) -> float:
        if self._is_scan:
            return PATIENCE
        return BEGINNING if len(self._held) == self._gone or _BEGINS.search(self._held) else FAST

    @property
    def _usual(self) -> float:
        """Seconds between two keys at which this scanner may still be typing."""
        return min(PATIENCE, max(FAST, 3 * self._took / max(1, (self._after or len(self._held)) - 1)))

    def begun(self, at: float) -> bool:
        """Whether a key at this time may be a scan's, even if it is a command."""
        if self.due is None or at >= self.due:
            return False
        return self._is_scan or _BEGINS.search(self._held) is not None

    def key(self, text: str, at: float, *, at_once: bool = False) -> Taken:
        """A key that types `text` was pressed at `at` seconds, of any clock that never goes back.

        `at_once`: somebody waits for what this key completes, so it is released now, unless others are held.
        """
        before = self._person(at) or self.pause(at)
        if text == "@" and self._held and len(self._held) == self._gone:
            self._clear()  # a licence begins; what went on at once was a person's
        if not self._held and text in _ENTER:
            # Enter alone is a person's, at once.
            if before.scan is not None:
                return replace(before, after=before.after + text)
            return replace(before, released=before.released + text)
        self._time(at)
        if len(self._held) <= LONGEST:  # what is longer is nothing that could be read
            self._held += text
        self._last = at
        if at_once and self._held == text and before.scan is None:
            self._gone = 1
            before = Taken(released=before.released + text)
        begun = _BEGUN.search(self._held) if len(self._held) < _HEAD_ENDS else None
        if begun is not None and 0 < begun.start() < FEWEST:
            # What a person typed until the licence began is theirs.
            before = replace(before, released=before.released + self._held[self._gone : begun.start()])
            self._held, self._gone = self._held[begun.start() :], 0
        self._is_scan = self._is_scan or len(self._held) >= FEWEST or begun is not None
        return before

    def _time(self, at: float) -> None:
        """Whether this key comes as quickly as those before it, or is a person's after the scan."""
        since = at - self._last
        if self._is_scan and since > self._usual:
            self._after = self._after or len(self._held)
        elif self._held:
            self._after = 0  # the scanner only rested, or the machine that it types on did
            self._took += since

    def _person(self, at: float) -> Taken | None:
        """The end of a scan after which as many keys came slowly as no scanner rests one after the other."""
        slowly = self._after and at - self._last > self._usual and len(self._held) - self._after >= RESTS
        return self._end() if slowly else None

    def pause(self, at: float) -> Taken:
        """No key came until `at`: the end of a scan, or a person's keys."""
        return self._end() if self._held and at >= self._last + self._allowed else Taken()

    def _end(self) -> Taken:
        held, gone, is_scan, ends = self._held, self._gone, self._is_scan, self._after or len(self._held)
        self._clear()
        if not is_scan:
            return Taken(released=held[gone:])
        if _NOTHING_TYPED.fullmatch(held, ends):
            return Taken(scan=held, recalled=held[:gone])  # a suffix that came late
        return Taken(scan=held[:ends], recalled=held[:gone], after=held[ends:])


def is_scan(text: str) -> bool:
    """Whether a text as a whole, as one that was pasted or came from a scanner's own port, is a scan."""
    return kind_of(text) is not None


def kind_of(text: str) -> Kind | None:
    """A licence, a barcode such as a loyalty card's, or neither."""
    if is_licence(text):
        return "licence"
    tidy = text.strip()
    return "barcode" if len(tidy) >= FEWEST and _BARCODE.fullmatch(tidy) and any(c.isdigit() for c in tidy) else None
