"""A wallet that a manager's PIN opens instead of a code: whose, when, and how often a wrong one is taken."""

from __future__ import annotations

import pytest

from budtender.counter import verify
from budtender.errors import (
    Locked,
    NotAllowed,
    PinRefused,
    Unreachable,
)
from tests.counter.counter import PINS, SAM, WRONG_PIN, Counter, exit_of

INES, MAYA = "3035550142", "3035550101"
VERIFY = ("POST", "/api/v2/verify/contact/wallet")
VIEW = ("POST", "/api/v2/view/contact/wallet")


@pytest.mark.requirement("D-016")
async def test_a_managers_pin_opens_one_wallet_and_is_written_down(counter: Counter) -> None:
    await counter.hire()
    opened = await verify.with_pin(
        counter.register, await counter.known(INES), PINS["Omar"], SAM, reason="  phone\n at home ", approver="omar"
    )
    assert (opened.visit.method, opened.visit.approver, opened.visit.reason) == ("pin", "Omar", "phone at home")
    assert counter.effects("text") == []
    written = counter.audited("wallet opened")[0]
    assert {key: written[key] for key in ("staff", "how", "approver", "reason", "register")} == {
        "staff": "Sam",
        "how": "personal PIN",
        "approver": "Omar",
        "reason": "phone at home",
        "register": "Register 1",
    }
    assert "555" not in str(counter.audited("wallet opened"))


@pytest.mark.requirement("D-016")
async def test_the_master_pin_opens_a_wallet_in_the_name_of_who_acts(counter: Counter) -> None:
    await counter.register.pins.set_master("602847", "set-up")
    opened = await verify.with_pin(
        counter.register, await counter.known(INES), "602847", SAM, reason="code not arriving"
    )
    assert opened.visit.approver == "Sam"
    assert counter.audited("wallet opened")[0]["how"] == "master PIN"


async def test_a_wrong_pin_opens_nothing_and_is_written_down(counter: Counter) -> None:
    await counter.hire()
    known = await counter.known(INES)
    with pytest.raises(PinRefused, match=r"^PIN not recognized\. 9 tries left\.") as refusal:
        await verify.with_pin(counter.register, known, WRONG_PIN, SAM, reason="")
    assert exit_of(refusal.value) == 1
    assert counter.count("visit") == 0
    assert counter.audited("PIN wrong")[0]["staff"] == "Sam"


async def test_pins_are_locked_after_ten_and_over_a_restart(counter: Counter) -> None:
    await counter.hire()
    known = await counter.known(INES)
    for _ in range(10):
        with pytest.raises(PinRefused):
            await verify.with_pin(counter.register, known, WRONG_PIN, SAM, reason="", approver="Omar")
        counter.clock.pass_by(2000)
    await counter.restart()
    counter.clock.set_back(-30 * 24 * 3600)
    with pytest.raises(Locked, match=r"^Locked after 10 wrong PINs\."):
        await verify.with_pin(counter.register, known, PINS["Omar"], SAM, reason="", approver="Omar")
    opened = await verify.with_pin(counter.register, known, PINS["Dana"], SAM, reason="", approver="Dana")
    assert opened.visit.approver == "Dana"


@pytest.mark.parametrize(
    ("approver", "sentence"),
    [
        ("Sam", "The role of Sam (budtender) cannot approve this."),
        ("Nobody", "The approver is not on the staff of this register."),
        ("x" * 5000, "The approver is not on the staff of this register."),
    ],
)
async def test_only_a_manager_on_the_staff_approves(counter: Counter, approver: str, sentence: str) -> None:
    await counter.hire()
    with pytest.raises(NotAllowed) as refusal:
        await verify.with_pin(
            counter.register, await counter.known(INES), PINS["Dana"], SAM, reason="", approver=approver
        )
    assert refusal.value.title == sentence


async def test_without_any_pin_no_pin_opens_anything(counter: Counter) -> None:
    with pytest.raises(PinRefused, match=r"^No manager PIN has been set up\."):
        await verify.with_pin(counter.register, await counter.known(INES), PINS["Dana"], SAM, reason="")


async def test_a_pin_opens_the_wallet_that_is_known_when_aiq_is_silent(counter: Counter) -> None:
    await counter.hire()
    await counter.visit(INES)
    counter.sim.stop()
    known = await counter.known(INES)
    opened = await verify.with_pin(counter.register, known, PINS["Dana"], SAM, reason="offline")
    assert not opened.fresh
    assert counter.show(opened.visit).points.available == 412.5


async def test_a_pin_opens_no_wallet_that_was_never_read(counter: Counter) -> None:
    await counter.hire()
    known = await counter.known(INES)
    counter.sim.stop()
    with pytest.raises(Unreachable):
        await verify.with_pin(counter.register, known, PINS["Dana"], SAM, reason="offline")
    assert counter.count("visit") == 0
