"""A shopper's phone is changed from the command line, whoever asks for it and wherever it is killed."""

from __future__ import annotations

import asyncio
import signal

import pytest
from msgspec.structs import replace

from budtender.backoffice import integrations
from budtender.cache import till
from budtender.model import Cursor, Resource
from budtender.register import Register
from budtender.simulator import Simulation
from tests.patience import reached
from tests.stories.command_line import CommandLine, ended
from tests.stories.conftest import OWNER
from tests.stories.test_refusals import DANA_PIN, INES, hire, refused

NEW = "7205550199"
STORE = "Harbor Street"
LOST = ("--pin", "--approver", "Dana", "--reason", "old phone lost")
TILL_WRITE = ("POST", "/customer/customer")
OVERRIDE = ("POST", "/api/v2/loyaltyContact/override/{uid}/{contactID}")


@pytest.fixture
def store(shop: CommandLine, sim: Simulation) -> CommandLine:
    """A shop with a till, whose first download lies behind."""
    (ines,) = sim.world.customers.find(phone=INES)
    with sim.world.moment() as world:
        world.customers.put(replace(ines, cell_phone=None))

    async def connect() -> None:
        async with await Register.open(shop.home) as register:
            await integrations.connect_till(register, "dutchie", STORE, sim.dutchie_key, OWNER, base_url=sim.url)
            now = Cursor(at=register.clock.now())
            await register.db.write(lambda c: till.set_cursor(c, STORE, Resource.CUSTOMERS, now))

    asyncio.run(connect())
    return shop


def changed(sim: Simulation) -> None:
    """Both systems have the new number, AIQ nothing but that."""
    persona = sim.world.find(NEW)
    assert persona is not None
    assert (persona.first_name, persona.overrides) == ("Ines", {"mobilePhone": NEW})
    assert sim.world.find(INES) is None
    assert [one.first_name for one in sim.world.customers.find(phone=NEW)] == ["Ines"]


def carried_out(store: CommandLine) -> None:
    """Round trips until nothing is owed: after a try that failed there is a pause."""

    def trip() -> bool:
        store("sync", "--once")
        return not store("outbox", "list").document["intents"]

    reached(trip, "everything to be done")


@pytest.mark.requirement("A-036")
def test_with_a_code_on_the_old_number(store: CommandLine, sim: Simulation) -> None:
    refused(
        store("contact", INES, "--phone", NEW),
        1,
        "not_verified",
        "The shopper has to be verified by a code first: a number or address is changed for its owner alone.",
    )
    assert store("code", INES).code == 0
    answer = store("contact", INES, "--phone", "(720) 555-0199", "--code", sim.last_code(INES))
    assert answer.code == 0, answer.err
    told = answer.document
    assert (told["contact"]["kind"], told["contact"]["state"], told["contact"]["phone"]) == (
        "contact",
        "done",
        "(•••) •••-0142",
    )
    assert (told["shopper"], told["what"], told["new"]) == ("Ines C.", "phone", "(•••) •••-0199")
    assert told["tills"] == [{"store": STORE, "state": "changed", "text": f"Changed in {STORE}."}]
    changed(sim)
    assert store("lookup", NEW).document["shopper"]["name"] == "Ines C."
    assert store("lookup", INES).code == 1
    for number in (INES, NEW):
        assert number not in answer.out + answer.err


def test_with_a_managers_pin_where_the_old_phone_is_lost(store: CommandLine, sim: Simulation) -> None:
    hire(store)
    as_sam = ("--staff", "Sam", "contact", INES, "--email", "ines@example.org", "--pin")
    lacking = store(*as_sam, stdin=f"{DANA_PIN}\n")
    refused(lacking, 2, "usage_error", "A PIN for this takes the name of who approves, and a reason.")
    answer = store(*as_sam, *LOST[1:], stdin=f"{DANA_PIN}\n", json=False)
    assert answer.code == 0, answer.err
    assert answer.out.splitlines() == [f"Changed in {STORE}.", "Changed in AIQ: Ines C. has i•••@example.org."]
    persona = sim.world.find(INES)
    assert persona is not None
    assert persona.email == "ines@example.org"


@pytest.mark.parametrize("new", [(), ("--phone", NEW, "--email", "ines@example.org")], ids=["neither", "both"])
def test_one_of_the_two_at_a_time(shop: CommandLine, new: tuple[str, ...]) -> None:
    answer = shop("contact", INES, *new, "--code", "1234")
    refused(answer, 2, "usage_error", "A new phone or a new e-mail address is given, one at a time.")


@pytest.mark.requirement("A-029")
def test_a_bad_number_is_refused_before_a_code_is_used(shop: CommandLine, sim: Simulation) -> None:
    assert shop("code", INES).code == 0
    asked = len(sim.calls)
    answer = shop("contact", INES, "--phone", "303 555", "--code", sim.last_code(INES))
    refused(answer, 1, "phone_error", "A phone number needs 10 digits; this one has 6.")
    assert len(sim.calls) == asked


def test_the_log_has_neither_numbers_nor_addresses(store: CommandLine, sim: Simulation) -> None:
    hire(store)
    sim.faults.add("status", match="POST /customer/customer", times=None, status=400)
    for new in (("--phone", NEW), ("--email", "ines@example.org")):
        answer = store("--staff", "Sam", "contact", INES, *new, *LOST, stdin=f"{DANA_PIN}\n")
        assert (answer.code, answer.document["contact"]["state"]) == (1, "refused")
        assert answer.said.startswith(f"Not changed in {STORE}: ")
    log = "".join(path.read_text() for path in (store.home / "logs").rglob("*") if path.is_file())
    assert "contact" in log
    for secret in (NEW, INES, "ines@example.org", "Calder", "old phone lost"):
        assert secret not in log


def test_a_number_of_somebody_else_is_refused(shop: CommandLine, sim: Simulation) -> None:
    assert shop("code", INES).code == 0
    answer = shop("contact", INES, "--phone", "3035550101", "--code", sim.last_code(INES))
    refused(answer, 1, "duplicate", "This number belongs to Maya L.")
    assert sim.calls.of(*OVERRIDE) == []


def test_without_a_network_it_is_saved(store: CommandLine, sim: Simulation) -> None:
    hire(store)
    assert store("--staff", "Sam", "lookup", INES).code == 0
    sim.stop()
    answer = store("--staff", "Sam", "contact", INES, "--phone", NEW, *LOST, stdin=f"{DANA_PIN}\n")
    assert (answer.code, answer.document["contact"]["state"]) == (3, "waiting")
    assert [part["state"] for part in answer.document["tills"]] == ["waiting"]
    sim.start()
    carried_out(store)
    changed(sim)


@pytest.mark.requirement("A-036")
@pytest.mark.parametrize("step", [TILL_WRITE, OVERRIDE], ids=["till", "aiq"])
def test_killed_in_the_middle_of_a_step_it_goes_on_there(
    store: CommandLine, sim: Simulation, step: tuple[str, str]
) -> None:
    assert store("settings", "set", "quiet_seconds", "0").code == 0
    assert store("code", INES).code == 0
    slow = sim.faults.add("latency", match=f"{step[0]} {step[1].partition('{')[0]}*", seconds=30)
    going = store.start("contact", INES, "--phone", NEW, "--code", sim.last_code(INES))
    reached(lambda: slow.fired, "the request to be under way")
    going.send_signal(signal.SIGKILL)
    assert ended(going).code == -signal.SIGKILL
    sim.faults.clear()
    carried_out(store)
    changed(sim)
    assert len(sim.calls.of(*TILL_WRITE if step == OVERRIDE else OVERRIDE)) == 1
