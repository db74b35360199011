"""Where a visit stands: frozen values that name the page to open and what it needs to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:  # the first picture does without the engine
    from budtender.counter.licence import Scan
    from budtender.counter.lookup import Found
    from budtender.counter.redeem import Allowed, Redeemed
    from budtender.counter.resume import Code
    from budtender.counter.signup import Form, SignedUp
    from budtender.counter.undo import Undone
    from budtender.counter.verify import Opened
    from budtender.counter.wallet import Offer, WalletView
    from budtender.errors import Failure


def empty_form() -> Form:
    """A sign-up in which nothing has been typed."""
    from budtender.counter.signup import Form

    return Form(phone="", first_name="", last_name="", birth_date="")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One place in the flow."""


class SignIn(Step, frozen=True, kw_only=True):
    """Nobody works here, or the desk is locked. `idle` when it locked itself."""

    idle: bool = False


class Lookup(Step, frozen=True, kw_only=True):
    """The beginning: a phone number, as typed elsewhere, a loyalty card's barcode, or somebody found by name.

    `search` asks AIQ in any case. `number` is the whole number of who was found, where a PIN has allowed to show it.
    """

    typed: str = ""
    search: bool = False
    barcode: str = ""
    found: Found | None = None
    number: str = ""


class Find(Step, frozen=True, kw_only=True):
    """Somebody who is known here is looked for by name."""


class Verify(Step, frozen=True, kw_only=True):
    """A shopper was found and is asked for a code; `send` sends it at once, `sent` is one that is on its way."""

    found: Found
    send: bool = False
    sent: Code | None = None


class Approve(Step, frozen=True, kw_only=True):
    """A manager's PIN stands for a code, or allows what a budtender may not.

    `reason` is filled in where it is plain. With `offer` the wallet is opened for that reward; with `redemption` that
    one is undone, for the reason given in `said`; with `reveals` the whole number is shown. For the reason `limit` the
    offer is allowed to be worth more than the limit without network.
    """

    found: Found | None = None
    reason: Literal["", "offline", "second", "limit"] = ""
    offer: Offer | None = None
    redemption: str = ""
    said: str = ""
    #: Whose redemption is undone, where nobody is being served.
    name: str = ""
    opened: Opened | None = None
    reveals: bool = False
    #: Whoever was chosen to approve.
    approver: str = ""


class Wallet(Step, frozen=True, kw_only=True):
    """An open wallet; `number` as in `Lookup`."""

    found: Found
    opened: Opened
    number: str = ""


class Confirm(Step, frozen=True, kw_only=True):
    """One reward is about to be redeemed."""

    found: Found
    opened: Opened
    offer: Offer
    view: WalletView
    #: A manager has allowed it over the limit without network.
    allowed: Allowed | None = None


class Done(Step, frozen=True, kw_only=True):
    """A redemption is saved."""

    found: Found
    opened: Opened
    redeemed: Redeemed


class Undo(Step, frozen=True, kw_only=True):
    """Take a redemption back; `redemption` is the intent's id, empty to choose among the last ones.

    `found` and `opened` lead back to the visit it was started from.
    """

    redemption: str = ""
    found: Found | None = None
    opened: Opened | None = None
    #: It is undone already, as with a manager's PIN.
    undone: Undone | None = None
    #: Why, where somebody has said so already.
    said: str = ""


class SignUp(Step, frozen=True, kw_only=True):
    """A new shopper joins; what was typed or scanned before is filled in. `caregiver`: in place of somebody younger.

    `ask_scan` asks for the licence first.
    """

    form: Form = msgspec.field(default_factory=empty_form)
    scan: Scan | None = None
    caregiver: bool = False
    ask_scan: bool = False


class Consent(Step, frozen=True, kw_only=True):
    """The shopper is asked, twice, before anything is saved."""

    form: Form


class Joined(Step, frozen=True, kw_only=True):
    """A sign-up is saved."""

    signed_up: SignedUp


class TooYoung(Step, frozen=True, kw_only=True):
    """Not old enough; the form is gone. `patient_may` says that a patient card would be enough."""

    minimum_age: int
    patient_may: bool = False

    @classmethod
    def of(cls, refusal: Failure) -> TooYoung:
        """The step for a refused birth date."""
        facts = refusal.facts
        return cls(minimum_age=int(facts["minimum_age"]), patient_may=bool(facts.get("patient_may")))


class Stop(Step, frozen=True, kw_only=True):
    """The shopper wants no more texts. Afterwards back to an open wallet, or to `then`."""

    phone: str
    name: str = ""
    found: Found | None = None
    opened: Opened | None = None
    then: Step | None = None
