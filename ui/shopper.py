"""What the second screen shows the shopper, and what the shopper answers: frozen values between the two windows."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Something for the shopper to see."""


class Idle(Shown, frozen=True, kw_only=True):
    """Nobody is served."""


class AskPhone(Shown, frozen=True, kw_only=True):
    """The shopper types their own number."""


class Greet(Shown, frozen=True, kw_only=True):
    """Somebody was found: is it me? First name and the last two digits, no more."""

    first_name: str
    last_two: str


class AskConsent(Shown, frozen=True, kw_only=True):
    """Two questions, both unanswered, in the exact words that are kept."""

    loyalty: str
    texts: str
    language: str


class ShowPoints(Shown, frozen=True, kw_only=True):
    """Points and what they are worth; None where the state hides them, or where they are too `old` to show."""

    points: Decimal | None
    old: bool = False
    rewards: tuple[str, ...] = ()


class ShowRedeemed(Shown, frozen=True, kw_only=True):
    """A reward was taken."""

    reward: str
    remaining: Decimal | None


class Away(Shown, frozen=True, kw_only=True):
    """Staff are away; the screen clears by itself."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the shopper did on their screen."""


class PhoneTyped(Answer, frozen=True, kw_only=True):
    """Ten digits."""

    digits: str


class Confirmed(Answer, frozen=True, kw_only=True):
    """It is me, or not."""

    yes: bool


class Consented(Answer, frozen=True, kw_only=True):
    """Both answers, the questions as they were shown, and the signature when anything was agreed to; PNG pictures."""

    join: bool
    texts: bool
    language: str
    screen: bytes = b""
    signature: bytes = b""


class Declined(Answer, frozen=True, kw_only=True):
    """The shopper left the questions unanswered."""


class LanguageChosen(Answer, frozen=True, kw_only=True):
    """The shopper wants to be asked in another language."""

    language: str
