"""Steps of changing a shopper's phone or e-mail, and what is seen of them in the till and in AIQ."""

from __future__ import annotations

from budtender.cache import outbox
from budtender.cache.personas import Known
from budtender.counter import contact
from budtender.counter.contact import Changed, Proof
from budtender.model import Kind, State
from budtender.sync.engine import Engine
from tests.counter.counter import PINS, SAM, Counter

INES, E164 = "3035550142", "+13035550142"
NEW, NEW_E164 = "7205550199", "+17205550199"
MAIL = "ines@example.org"
TILL_WRITE = ("POST", "/customer/customer")
OVERRIDE = ("POST", "/api/v2/loyaltyContact/override/{uid}/{contactID}")
OVERRIDES = ("GET", "/api/v2/loyaltyContact/override/{uid}/{contactID}")
SEARCH = ("GET", "/api/v1.1/piis/{uid}")
ON_OVERRIDE = "POST /api/v2/loyaltyContact/override/*"
ON_TILL = "POST /customer/customer"


async def proof(counter: Counter, phone: str = INES) -> Proof:
    """A code on the number that is known; what is asked for over the network is counted from here."""
    visit = await counter.visit(phone)
    counter.sim.calls.clear()
    return contact.proved_by_code(counter.register, visit)


async def change(counter: Counter, *, phone: str = "", email: str = "", of: str = INES) -> Changed:
    """The whole of it, with a code on the number that is known."""
    proved = await proof(counter, of)
    return await again(counter, proved, phone=phone, email=email, of=of)


async def again(counter: Counter, proved: Proof, *, phone: str = "", email: str = "", of: str = INES) -> Changed:
    """The shopper is looked up once more, and changed by what was proved before."""
    known = await counter.known(of)
    counter.take_a_moment()
    return await apply(counter, known, proved, phone=phone, email=email, of=of)


async def apply(
    counter: Counter, known: Known, proved: Proof, *, phone: str = "", email: str = "", of: str = INES
) -> Changed:
    """The last step alone, for a shopper as they were looked up."""
    new = contact.read(counter.register, phone=phone, email=email)
    return await contact.change(counter.register, known, f"+1{of}", new, SAM, proved)


async def apply_offline(counter: Counter, **typed: str) -> Changed:
    """Without network a manager answers for it, so it waits; the program restarts, and the network is back."""
    await counter.hire()
    known = await counter.known(INES)
    counter.sim.calls.clear()
    counter.sim.stop()
    done = await apply(counter, known, await by_pin(counter), **typed)
    await counter.restart()
    counter.sim.start()
    return done


async def by_pin(counter: Counter, **changed: str) -> Proof:
    """A manager answers for it."""
    known = await counter.known(INES)
    said = {"approver": "Dana", "reason": "old phone lost, ID checked", **changed}
    return await contact.proved_by_pin(counter.register, known, PINS["Dana"], SAM, **said)


def writes(counter: Counter) -> list[tuple[str, str]]:
    """What was written, in order."""
    return [
        (call.method, call.template)
        for call in counter.sim.calls
        if (call.method, call.template) in (TILL_WRITE, OVERRIDE)
    ]


def in_till(counter: Counter, phone: str) -> list[str | None]:
    """The first names of whom the till has with this number."""
    return [one.first_name for one in counter.sim.world.customers.find(phone=phone)]


async def later(counter: Counter, trips: int = 3) -> None:
    """So many round trips, each when the next one is due."""
    for _ in range(trips):
        counter.clock.pass_by(400)
        await Engine(counter.register).round_trip()


def states(counter: Counter) -> list[tuple[Kind, State]]:
    """What is saved, in order, and how far each has come."""
    rows = counter.register.db.read(lambda c: outbox.listing(c, closed=True))
    return [(row.kind, row.state) for row in rows]


def all_done(counter: Counter) -> None:
    """Each system has the new number once, and nothing is owed."""
    assert states(counter) == [(Kind.TILL_CONTACT, State.DONE), (Kind.CONTACT, State.DONE)]
    assert (in_till(counter, NEW), in_till(counter, INES)) == (["Ines"], [])
    assert counter.sim.world.find(INES) is None
    persona = counter.sim.world.find(NEW)
    assert persona is not None
    assert (persona.first_name, persona.overrides) == ("Ines", {"mobilePhone": NEW})
