"""What was saved for a shopper and refused later, while nobody looked: told on Home until somebody has seen to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
from PySide6.QtCore import QCoreApplication

from budtender.counter import unseen
from budtender.counter.lookup import Found
from budtender.errors import Failure
from ui import bridge, language
from ui.page import Key, Page
from ui.tidings import saved
from ui.widgets.card import Notice
from ui.words import why

translate = QCoreApplication.translate


class Refusal:
    """The notice of a page, and the key by which a person takes note of the oldest."""

    def __init__(
        self,
        page: Page,
        seen: Callable[[Found], None],
        failed: Callable[[Failure], None],
        busy: Callable[[bool], None],
    ) -> None:
        self.notice = Notice()
        self._page, self._seen, self._failed, self._busy = page, seen, failed, busy

    def show(self, found: Found | None) -> None:
        """Tell the oldest refusal of this shopper, if there is any."""
        title, hint = told(found, self._page.desk.now())
        if title:
            self.notice.say("wrong", title, hint)
        else:
            self.notice.clear()

    def key(self, found: Found | None) -> Key:
        """The key that works where there is something to see to."""

        def press() -> None:
            assert found is not None, "the key works only then"
            self._take_note(found)

        there = found is not None and bool(found.refused)
        return Key(keys="Alt+G", label=translate("Refusal", "Seen"), press=press, shown=False, enabled=there)

    def _take_note(self, found: Found) -> None:
        first, *rest = found.refused
        left = msgspec.structs.replace(found, refused=tuple(rest))
        desk = self._page.desk
        work = unseen.take_note(desk.register, first.id, desk.acting)
        bridge.run(self._page, work, lambda _noted: self._seen(left), self._failed, word="seen", busy=self._busy)


def told(found: Found | None, now: datetime) -> tuple[str, str]:
    """What was saved when and why it was refused, and the next step; empty when there is nothing."""
    if found is None or not found.refused:
        return "", ""
    first, more = found.refused[0], len(found.refused) - 1
    title = translate("Refusal", "Not carried out: {what}, saved {when}.")
    reasons = [why(first).title, translate("Refusal", "There are %n more.", "", more) if more else ""]
    hint = " ".join([*filter(None, reasons), translate("Refusal", "Alt+G once you have seen to it.")])
    return title.format(what=saved(first), when=language.moment(first.created, now)), hint
