"""Where a texted code stands: the state of its page, what each state lets do, and what a failure makes of it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from budtender.counter.lookup import Found
from budtender.errors import CodeRefused, Failure, Locked, RateLimited, RemoteError, Unreachable
from ui.page import State
from ui.widgets.card import Tone
from ui.words import Told, tell

translate = QCoreApplication.translate
#: A new code, or a new try of one, has to wait.
LOCKS = frozenset({"resend_wait", "resend_limit", "locked"})


class VerifyState(State, frozen=True, kw_only=True):
    """What the code page shows. `resend` is the share of the resend wait that is over, `left` its seconds."""

    found: Found
    title: str = ""
    hint: str = ""
    tone: Tone = "card"
    sent: datetime | None = None
    resend: float = 1.0
    left: float = 0.0
    waiting: str = ""
    #: AIQ has not said that it took the request, so that the text may have gone out or not.
    unsure: bool = False


#: The states in which a code can be typed; where none was sent, not all of them.
TYPED = frozenset({"sent", "not_received", "checking", "wrong", "short", "resend_wait", "resend_limit", "slow"})
#: A digit ends these.
UNTIL_TYPED = frozenset({"wrong", "short", "not_received", "resend_limit"})
#: The states in which nothing but a manager's PIN goes on.
NEEDS_PIN = frozenset({"offline", "locked", "resend_limit"})
#: The states in which AIQ can be asked once more.
AGAIN = frozenset({"slow", "failed", "offline"})


def can_type(state: VerifyState) -> bool:
    """Whether a code that arrives has a place to be typed into."""
    return state.name in TYPED and not (state.name == "resend_limit" and state.sent is None)


class Trouble(NamedTuple):
    """The state that a failure leads to, and how it is told there."""

    name: str
    tone: Tone
    told: Told


def unsent(failure: Failure) -> Trouble:
    """Why no text was sent."""
    told = tell(failure)
    if isinstance(failure, Locked):
        return Trouble(failure.code if failure.code in LOCKS else "locked", "warn", told)
    if isinstance(failure, Unreachable):
        no_text = translate("VerifyPage", "AIQ cannot be reached, so no text.")
        by_pin = translate("VerifyPage", "Use a manager's PIN: F7.")
        return Trouble("offline", "offline", told if failure.sent else Told(no_text, by_pin))
    return Trouble("failed", "wrong", told)


def unopened(failure: Failure, *, lost_before: bool) -> Trouble:
    """Why a code opens nothing; `lost_before` says that AIQ was asked about it before, and its answer got lost."""
    told = tell(failure)
    if isinstance(failure, CodeRefused):
        if failure.code != "code_wrong":
            return Trouble("expired", "wrong", told)
        if lost_before:
            again = translate(
                "VerifyPage",
                "An answer about it was lost before, so it may be used up. Type it again, or F8 for a new one.",
            )
            told = Told(translate("VerifyPage", "AIQ does not take this code."), again)
        return Trouble("wrong", "wrong", told)
    if isinstance(failure, Locked):
        return Trouble("locked", "warn", told)
    if isinstance(failure, RemoteError):
        return Trouble("failed" if isinstance(failure, RateLimited) else "slow", "offline", told)
    return Trouble("failed", "wrong", told)
