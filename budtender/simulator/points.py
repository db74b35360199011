"""Points: redeeming, adjusting, earning, and the levelling of a balance that fell below zero."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from budtender.simulator.personas import Persona
from budtender.simulator.rewards import Reward
from budtender.simulator.world import World

ADJUSTMENTS = ("adjust", "block_adjustment")
CHANGES = ("redeem", "earn", *ADJUSTMENTS)


def redeem(world: World, persona: Persona, reward: Reward, *, note: str, source: str) -> Persona:
    """Takes the points of a reward at once, also when it was redeemed before or is not affordable."""
    used = persona.used
    if not reward.reusable and reward.id not in used:
        used = (*used, reward.id)
    taken = replace(persona, used=used, used_points=persona.used_points + reward.points)
    return _change(world, taken, -reward.points, "redeem", reward_id=reward.id, note=note, source=source)


def adjust(world: World, persona: Persona, value: Decimal, *, note: str, source: str) -> Persona:
    """Adds the signed `value` to a balance."""
    return _change(world, persona, value, "adjust", note=note, source=source)


def earn(world: World, persona: Persona, value: Decimal, *, note: str, source: str) -> Persona:
    """Adds points for a purchase; a return takes them back."""
    return _change(world, persona, value, "earn", note=note, source=source)


def _change(
    world: World,
    persona: Persona,
    value: Decimal,
    kind: str,
    *,
    note: str,
    source: str,
    reward_id: str = "",
) -> Persona:
    after = replace(persona, points=persona.points + value)
    world.record(kind, after, source=source, points=value, reward_id=reward_id, note=note)
    if after.points < 0:
        # AIQ levels a negative balance to zero by a "block adjustment", so the debt is lost (help centre,
        # points modifiers).
        world.record("block_adjustment", after, source="aiq", points=-after.points, note="block adjustment")
        after = replace(after, points=Decimal(0))
    world.personas.put(after, world.now)
    return after
