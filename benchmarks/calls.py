"""Row 10: AIQ calls per served shopper, counted by the simulator.

A shopper whom the register knows is found, sent a code, verified with it, shown the wallet and given one reward,
through the functions that the counter uses. What the contract needs at least is one call each for the code, the
wallet and the redemption. The round trip that follows in the background is not part of the visit; what it asks to
see the redemption in AIQ's own books is told in the note.
"""

from __future__ import annotations

from benchmarks.home import OWNER, temporary_register
from benchmarks.table import Figure
from budtender.backoffice import integrations
from budtender.counter import lookup, redeem, verify, wallet
from budtender.model import State
from budtender.register import Register
from budtender.simulator import Simulation
from budtender.sync.engine import Engine

SHOPPERS = 5
SEED = 10
#: One code, one wallet, one redemption.
NEEDED = 3
#: Points that every reward of the simulated store costs less than.
PLENTY = 500
#: Numbers of the simulated shoppers who each have a trait to learn from.
NAMED = "30355501"


async def measure() -> list[Figure]:
    """Serve a few shoppers, one after the other, and count what AIQ was asked for each."""
    with Simulation(shoppers=200, seed=SEED) as simulation:
        async with temporary_register() as register:
            await integrations.connect_aiq(register, simulation.uid, simulation.aiq_key, OWNER, base_url=simulation.url)
            engine = Engine(register)
            phones = await _known_shoppers(register, simulation)
            await engine.round_trip()
            counts = [await _serve(register, simulation, phone) for phone in phones]
            before = len(simulation.calls)
            await engine.round_trip()
            after = (len(simulation.calls) - before) / SHOPPERS
    most = max(counts)
    return [
        Figure(
            row=10,
            what="AIQ calls per served shopper: known, code, one redemption",
            figure=most,
            unit="calls",
            beside="what the contract needs",
            floor=NEEDED,
            ratio=round(most / NEEDED, 2),
            target="= 3",
            met=set(counts) == {NEEDED},
            note=f"the most of {SHOPPERS} shoppers; the next round trip in the background: {after:g} more for each",
        )
    ]


async def _known_shoppers(register: Register, simulation: Simulation) -> list[str]:
    """Phones of members who can afford every reward, each looked up before so that the register knows them."""
    phones: list[str] = []
    for persona in simulation.world.personas:
        ordinary = persona.member and not persona.mobile.startswith(NAMED)
        if ordinary and persona.points >= PLENTY and len(phones) < SHOPPERS:
            found = await lookup.find_shopper(register, persona.mobile)
            assert found.outcome == "member"
            phones.append(persona.mobile)
    return phones


async def _serve(register: Register, simulation: Simulation, phone: str) -> int:
    before = len(simulation.calls)
    found = await lookup.find_shopper(register, phone)
    assert found.known is not None
    await verify.send_code(register, found.known, OWNER)
    opened = await verify.with_code(register, found.known, simulation.last_code(phone), OWNER)
    view = wallet.show(register, opened.visit, fresh=opened.fresh)
    reward = next(offer.reward for offer in view.offers if offer.use.usable)
    done = await redeem.redeem(register, opened.visit, reward.id, OWNER, fresh=opened.fresh)
    assert done.intent.state is State.DONE
    return len(simulation.calls) - before
