"""Consent to texts: opting in and out, asking first, and what the shopper replies."""

from __future__ import annotations

from msgspec.structs import replace

from budtender.simulator.personas import Persona
from budtender.simulator.world import World


def set_texts(world: World, persona: Persona, *, wanted: bool, double: bool = False, source: str = "aiq") -> None:
    """Opts a persona in or out of texts; who opted out stays out until the shopper says otherwise."""
    now = int(world.now)
    if not wanted:
        changed = replace(persona, optin_at=0, optout_at=now, optreq_at=0)
    elif persona.optout_at:
        return
    elif double:
        changed = replace(persona, optreq_at=now)
    else:
        changed = replace(persona, optin_at=now, optreq_at=0)
    world.personas.put(changed, world.now)
    kind = ("optin_request" if double else "optin") if wanted else "optout"
    world.record(kind, changed, source=source)
    if wanted and double:
        world.text(changed.mobile, "Reply YES to get our texts, STOP to end them.", changed)


def reply(world: World, phone: str, word: str) -> None:
    """Lets the shopper answer a text: YES opts in, STOP opts out, from whatever was set before."""
    said = word.strip().upper()
    if said not in ("YES", "STOP"):
        raise ValueError(f"a shopper replies YES or STOP, not {word!r}")
    for persona in world.personas.with_key(phone):
        if persona.mobile == phone:
            set_texts(world, replace(persona, optout_at=0), wanted=said == "YES", source="shopper")


def refused(world: World, phone: str) -> bool:
    """Tells whether some persona with this mobile has opted out."""
    return any(persona.optout_at for persona in world.personas.with_key(phone) if persona.mobile == phone)
