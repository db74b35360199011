"""A locked PIN is opened by another manager's PIN, and by nothing less."""

from __future__ import annotations

import asyncio

from budtender.cache import staff as rows
from budtender.errors import Denied
from budtender.pins import subject_of
from budtender.register import Register
from tests.stories.command_line import CommandLine

PINS = {"Olga": "482915", "Dana": "736204"}


async def guess_wrong(shop: CommandLine) -> None:
    """One wrong PIN for Dana."""
    async with await Register.open(shop.home) as register:
        try:
            await register.pins.approve("570318", approver="Dana", acting="Olga")
        except Denied:
            return


def tries(shop: CommandLine) -> int:
    """How many wrong PINs are counted against Dana."""

    async def count() -> int:
        async with await Register.open(shop.home) as register:
            return register.db.read(lambda c: rows.failures(c, subject_of(2))).count

    return asyncio.run(count())


def test_an_owner_unlocks_a_manager(new_home: CommandLine) -> None:
    assert new_home("staff", "add", "Olga", "--role", "owner", stdin=PINS["Olga"]).code == 0
    added = new_home("--staff", "Olga", "staff", "add", "Dana", "--role", "manager", stdin="\n".join(PINS.values()))
    assert added.code == 0, added.err
    asyncio.run(guess_wrong(new_home))
    assert tries(new_home) == 1
    own = new_home("--staff", "Dana", "staff", "unlock", "Dana", "--approver", "Olga", stdin="111222")
    assert (own.code, own.document["error"]["kind"], tries(new_home)) == (1, "pin_refused", 1), own.err
    opened = new_home("--staff", "Olga", "staff", "unlock", "Dana", stdin=PINS["Olga"])
    assert opened.document == {"unlocked": {"name": "Dana", "by": "Olga", "wrong_tries": 1}}, opened.err
    assert tries(new_home) == 0
    nothing = new_home("--staff", "Olga", "staff", "unlock", "Dana", stdin=PINS["Olga"], json=False)
    assert nothing.out == "No wrong PIN was counted against Dana; there was nothing to unlock.\n"
