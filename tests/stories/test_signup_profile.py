"""A sign-up and its profile in the till end each by itself, and the exit code tells both."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from budtender.backoffice import integrations
from budtender.cache import till
from budtender.model import Cursor, Resource
from budtender.register import Register
from budtender.simulator import Simulation
from tests.stories.command_line import CommandLine
from tests.stories.conftest import OWNER
from tests.stories.test_refusals import JOIN

STORE = "Harbor Street"
WRITE = "POST /customer/customer"
AT_HOME = ("--address", "1 Elm Street", "--city", "Denver", "--state", "CO", "--zip", "80203")


@pytest.fixture
def shop_with_till(shop: CommandLine, sim: Simulation) -> CommandLine:
    """The same with Dutchie, whose first download lies behind."""

    async def connect() -> None:
        async with await Register.open(shop.home) as register:
            await integrations.connect_till(register, "dutchie", STORE, sim.dutchie_key, OWNER, base_url=sim.url)
            now = Cursor(at=datetime.now(UTC))
            await register.db.write(lambda c: till.set_cursor(c, STORE, Resource.CUSTOMERS, now))

    asyncio.run(connect())
    return shop


def test_a_profile_that_was_only_saved_is_told_by_the_exit_code(shop_with_till: CommandLine, sim: Simulation) -> None:
    sim.faults.add("status", status=503, times=9, match=WRITE)
    joined = shop_with_till(*JOIN, *AT_HOME)
    assert joined.document["signup"]["state"] == "done"
    assert joined.document["till"]["state"] in ("waiting", "unknown")
    assert joined.code == 3
    assert joined.said == "The till's answer got lost; whether the profile is there is looked up first."


def test_a_profile_that_the_till_refused_leaves_the_sign_up_standing(
    shop_with_till: CommandLine, sim: Simulation
) -> None:
    sim.faults.add("status", status=400, times=9, match=WRITE)
    joined = shop_with_till(*JOIN, *AT_HOME)
    assert (joined.document["signup"]["state"], joined.document["till"]["state"]) == ("done", "refused")
    assert joined.code == 1
    assert joined.said.startswith("No profile was created in the till: ")
    assert joined.next_step == "The sign-up stands; do not repeat it. Make the profile in the till by hand."
    assert sim.world.find("3035550190") is not None
    assert shop_with_till("lookup", "3035550190").code == 0


def test_a_till_that_wants_more_than_was_asked_for_leaves_the_sign_up_done(shop_with_till: CommandLine) -> None:
    joined = shop_with_till(*JOIN)
    assert (joined.document["signup"]["state"], joined.document["till"]["state"]) == ("done", "refused")
    assert joined.code == 0
    assert joined.said.startswith("No profile was created in the till: Dutchie needs the shopper's street address")
    assert joined.next_step == "The sign-up stands; do not repeat it. Make the profile in the till by hand."


def test_a_profile_that_is_there_is_exit_code_zero(shop_with_till: CommandLine) -> None:
    joined = shop_with_till(*JOIN, *AT_HOME)
    assert (joined.code, joined.document["till"]["state"], joined.err) == (0, "done", "")
