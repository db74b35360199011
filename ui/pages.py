"""Which page shows which step. A page is loaded when it is wanted, the rest once the first one can be typed into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pkgutil import resolve_name

from ui.page import Page
from ui.steps import (
    Approve,
    Confirm,
    Consent,
    Done,
    Find,
    Joined,
    Lookup,
    SignIn,
    SignUp,
    Step,
    Stop,
    TooYoung,
    Undo,
    Verify,
    Wallet,
)

PAGES: Mapping[type[Step], str] = {
    SignIn: "ui.counter.signin:SignInPage",
    Lookup: "ui.counter.lookup:LookupPage",
    Find: "ui.counter.find:FindPage",
    Verify: "ui.counter.verify:VerifyPage",
    SignUp: "ui.counter.signup:SignUpPage",
    Consent: "ui.counter.consent:ConsentPage",
    Joined: "ui.counter.joined:JoinedPage",
    TooYoung: "ui.counter.age:AgePage",
    Approve: "ui.counter.approve:ApprovePage",
    Wallet: "ui.counter.wallet:WalletPage",
    Confirm: "ui.counter.redeem:ConfirmPage",
    Done: "ui.counter.redeemed:DonePage",
    Undo: "ui.counter.undo:UndoPage",
    Stop: "ui.counter.stop:StopPage",
}


def page_of(step: type[Step]) -> type[Page]:
    """The page for a kind of step."""
    page: type[Page] = resolve_name(PAGES[step])
    return page


def every_page() -> Iterator[type[Page]]:
    """Each of them in turn, loaded one at a time."""
    return (page_of(step) for step in PAGES)
