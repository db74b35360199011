"""Whose word a change of phone or e-mail takes: a code on the number that is known, or a manager who answers for it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from budtender.counter import contact, verify
from budtender.errors import Denied, InputError, NotAllowed, NotVerified
from tests.counter.contact.changing import (
    INES,
    NEW,
    again,
    by_pin,
)
from tests.counter.counter import PINS, SAM, WRONG_PIN, Counter


async def test_a_manager_answers_for_it_by_name_and_with_a_reason(shop: Counter) -> None:
    await shop.hire()
    known = await shop.known(INES)
    for lacking in ({"approver": ""}, {"reason": "  "}):
        with pytest.raises(InputError, match=r"^A manager who approves this gives a name and a reason\."):
            await by_pin(shop, **lacking)
    with pytest.raises(Denied):
        await contact.proved_by_pin(shop.register, known, WRONG_PIN, SAM, approver="Dana", reason="x")
    proved = await by_pin(shop)
    await again(shop, proved, phone=NEW)
    (row,) = shop.audited("contact change")
    assert (row["how"], row["approver"], row["reason"]) == ("pin", "Dana", "old phone lost, ID checked")
    (approved,) = shop.audited("PIN approved")
    assert (approved["for"], approved["approver"]) == ("contact", "Dana")


async def test_neither_the_number_alone_nor_a_pins_wallet_is_enough(shop: Counter) -> None:
    await shop.hire()
    known = await shop.known(INES)
    opened = await verify.with_pin(shop.register, known, PINS["Dana"], SAM, reason="phone at home", approver="Dana")
    await shop.set(text_code="off")
    alone = await verify.without_code(shop.register, known, SAM)
    for visit in (None, opened.visit, alone.visit):
        with pytest.raises(NotVerified, match=r"^The shopper has to be verified by a code first"):
            contact.proved_by_code(shop.register, visit)


async def test_a_code_is_good_for_its_own_shopper_and_while_the_visit_lasts(shop: Counter) -> None:
    visit = await shop.visit("3035550101")
    proved = contact.proved_by_code(shop.register, visit)
    with pytest.raises(NotVerified, match=r"^It was another shopper who was verified\."):
        await again(shop, proved, phone=NEW)
    shop.clock.pass_by(3600)
    with pytest.raises(NotVerified):
        contact.proved_by_code(shop.register, visit)


async def test_nobody_approves_their_own(shop: Counter) -> None:
    ines = replace(await shop.known(INES), first_name="Dana", last_name="")
    await shop.hire()
    with pytest.raises(NotAllowed):
        await contact.proved_by_pin(shop.register, ines, PINS["Dana"], SAM, approver="Dana", reason="lost")
