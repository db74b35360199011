"""A command that is stopped says what it has saved or sent by then, in one document, whatever stops it."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator

import pytest

from budtender.backoffice import integrations
from budtender.register import Register
from budtender.simulator import Simulation
from tests.patience import reached
from tests.stories.command_line import CommandLine, ended
from tests.stories.conftest import OWNER
from tests.stories.test_refusals import INES, refused

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process there cannot be sent such a signal alone")


async def connect_dutchie(shop: CommandLine, sim: Simulation) -> None:
    """A till, so that a sign-up has two halves."""
    async with await Register.open(shop.home) as register:
        await integrations.connect_till(register, "dutchie", "Harbor Street", sim.dutchie_key, OWNER, base_url=sim.url)


#: Ctrl+C, a plain kill, a terminal that is closed, and Ctrl+Break where there is one.
ENDS = [signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@pytest.fixture(autouse=True)
def _nothing_is_ignored() -> Iterator[None]:
    """Whoever started the tests may have had them ignore a signal, as `nohup` does; commands would inherit that."""
    usual = {end: signal.default_int_handler if end is signal.SIGINT else signal.SIG_DFL for end in ENDS}
    before = {end: signal.signal(end, handler) for end, handler in usual.items()}
    yield
    for end, handler in before.items():
        signal.signal(end, handler)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("command", [("redeem", INES, "58213"), ("optout", INES)])
def test_a_stop_after_something_was_saved_says_that_it_goes_on(
    shop: CommandLine, sim: Simulation, command: tuple[str, ...], end: signal.Signals
) -> None:
    for setting, value in (("text_code", "off"), ("quiet_seconds", "0"), ("late_seconds", "0")):
        assert shop("settings", "set", setting, value).code == 0
    assert shop("wallet", INES).code == 0
    slow = sim.faults.add("latency", match="PUT *", seconds=30)
    sending = shop.start(*command)
    reached(lambda: slow.fired, "the request to be under way")
    sending.send_signal(end)
    stopped = ended(sending)
    told = "Stopped, but this is saved: it may have been carried out already, and else it will be."
    refused(stopped, 3, "saved_only", told)
    assert stopped.next_step == "Do not do it again; see: budtender outbox list"
    (left,) = shop("outbox", "list").document["intents"]
    assert left["id"] == stopped.document["error"]["intent"]
    assert stopped.document["error"]["intents"] == [{"id": left["id"], "kind": left["kind"], "state": "sending"}]


@pytest.mark.parametrize("end", ENDS)
def test_a_stop_tells_what_was_carried_out_and_what_was_not(
    shop: CommandLine, sim: Simulation, end: signal.Signals
) -> None:
    """The sign-up is in AIQ by then, and the till's profile is being made."""
    asyncio.run(connect_dutchie(shop, sim))
    slow = sim.faults.add("latency", match="POST /customer/customer", seconds=30)
    who = ("--phone", "7205550177", "--first-name", "Zoë", "--last-name", "Quist", "--birth-date", "1990-01-02")
    home = ("--address", "1 Elm Street", "--city", "Denver", "--state", "CO", "--zip", "80203")
    joining = shop.start("signup", *who, *home, "--join")
    reached(lambda: slow.fired or joining.poll() is not None, "the profile to be under way")
    joining.send_signal(end)
    stopped = ended(joining)
    told = "Stopped, but this is saved: it may have been carried out already, and else it will be."
    refused(stopped, 3, "saved_only", told)
    saved = stopped.document["error"]["intents"]
    assert [(one["kind"], one["state"]) for one in saved] == [("sign_up", "done"), ("customer", "sending")]


@pytest.mark.parametrize("end", ENDS)
def test_a_stop_while_a_code_is_texted_says_that_it_may_come(
    shop: CommandLine, sim: Simulation, end: signal.Signals
) -> None:
    slow = sim.faults.add("latency", match="POST /api/v2/verify/*", seconds=30)
    asking = shop.start("code", INES)
    reached(lambda: slow.fired, "the request to be under way")
    asking.send_signal(end)
    stopped = ended(asking)
    refused(stopped, 3, "saved_only", "Stopped, but the code was asked for already, and may be on its way.")
    assert stopped.next_step


def test_a_signal_that_is_to_be_ignored_ends_nothing(shop: CommandLine, sim: Simulation) -> None:
    """As `nohup` has it."""
    slow = sim.faults.add("latency", match="GET *", seconds=2)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        looking = shop.start("lookup", INES)
    finally:
        signal.signal(signal.SIGHUP, before)
    reached(lambda: slow.fired, "the request to be under way")
    looking.send_signal(signal.SIGHUP)
    assert ended(looking).code == 0


@pytest.mark.parametrize("end", ENDS)
def test_a_stop_before_anything_was_saved_says_no_more_than_that(
    shop: CommandLine, sim: Simulation, end: signal.Signals
) -> None:
    slow = sim.faults.add("latency", match="GET *", seconds=30)
    looking = shop.start("redeem", INES, "58213")
    reached(lambda: slow.fired, "the request to be under way")
    looking.send_signal(end)
    stopped = ended(looking)
    assert (stopped.code, stopped.said, stopped.document["error"]["kind"]) == (1, "Stopped.", "stopped")
    assert shop("outbox", "list").document == {"intents": []}
