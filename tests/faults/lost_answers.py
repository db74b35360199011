"""What a test of lost answers does again and again: a write that meets a fault, time, a round trip, counting."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from budtender.counter import signup
from budtender.model import Intent
from tests.faults.fast_register import OWNER
from tests.faults.one_till import OneTill, new_shopper

REDEEM = "PUT /api/v1.1/discount/redeem/*"
ADJUST = "PUT /api/v1.1/adjust/*"
SIGN_UP = "POST /api/v2/loyalty"
OPT_OUT = "PUT /api/v2/optin/*"
CUSTOMER = "POST /customer/customer"
TEN_OFF, PRICE = "58213", Decimal(250)
#: Seconds: just after the quiet period, and after the longest lag and late effects together.
QUIET, PROVED = 61, 931
#: Just after the longest time in which AIQ takes a sign-up in.
DAY = 86_431
NEW = "7205550777"

Fault = dict[str, Any]
DROP_BEFORE: Fault = {"name": "drop_before"}
DROP_AFTER: Fault = {"name": "drop_after"}
LATE: Fault = {"name": "late", "seconds": 29}
SERVER_BEFORE: Fault = {"name": "status", "status": 500, "effect": False}
SERVER_AFTER: Fault = {"name": "status", "status": 502, "effect": True}
CUT: Fault = {"name": "truncate"}
PAGE: Fault = {"name": "not_json", "effect": True}


def count(till: OneTill, call: str) -> int:
    """How often AIQ or the till received a call."""
    verb, _, path = call.partition(" ")
    return sum(c.method == verb and c.path.startswith(path.rstrip("*")) for c in till.sim.calls)


def effects(till: OneTill, kind: str) -> int:
    """How often something really happened through this register."""
    return sum(effect.kind == kind and effect.source == "aiq" for effect in till.sim.ledger)


def trip_after(till: OneTill, seconds: float) -> None:
    """Time goes by, then one round trip."""
    till.pass_time(seconds)
    till.do(till.engine.round_trip())


def redemption(till: OneTill, fault: Fault | None = None, *, phone: str | None = None) -> Intent:
    """A redemption whose request meets a fault."""
    number = phone or new_shopper(till.sim).mobile
    if fault:
        till.sim.faults.add(match=REDEEM, **fault)
    return till.do(till.redeem(number, TEN_OFF))


def reversal(till: OneTill, fault: Fault) -> Intent:
    """The undoing of a redemption that was answered; its request meets a fault."""
    taken = redemption(till)
    till.sim.faults.add(match=ADJUST, **fault)
    entry = till.do(till.undo(taken.id))
    assert entry is not None
    return entry


def sign_up(till: OneTill, phone: str = NEW) -> signup.SignedUp:
    """A new shopper."""
    form = signup.Form(
        phone=phone,
        first_name="Zoë",
        last_name="Quist",
        birth_date="1990-01-02",
        join=True,
        address="1 Main St",
        city="Pueblo",
        state="CO",
        zip="81003",
    )
    return till.do(signup.sign_up(till.register, form, OWNER))
