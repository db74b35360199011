"""Overnight merging of personas that seem to be one person."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from budtender.simulator.personas import Persona
from budtender.simulator.world import World


def merge_all(world: World, *, by_name: bool = False) -> int:
    """Merges personas that share a phone, then an e-mail, then (if set) name and birth date.

    Returns the number of ids that are no longer found. People who share a phone become one persona, whoever
    they are (help centre, persona merging).
    """
    rules: list[Callable[[Persona], Iterable[str]]] = [_phones, _emails]
    if by_name:
        rules.append(_name_and_birth)
    return sum(_merge_by(world, rule) for rule in rules)


def _phones(persona: Persona) -> Iterable[str]:
    return (persona.mobile, persona.home)


def _emails(persona: Persona) -> Iterable[str]:
    return (persona.email.lower(),)


def _name_and_birth(persona: Persona) -> Iterable[str]:
    return (f"{persona.full_name.casefold()} {persona.birth_date}" if persona.birth_date else "",)


def _merge_by(world: World, rule: Callable[[Persona], Iterable[str]]) -> int:
    """Merges along one rule until nothing is left to merge."""
    first_with: dict[str, str] = {}
    merged = 0
    for listed in sorted(world.personas, key=lambda persona: (persona.inserted, persona.contact_id)):
        persona = listed
        for key in filter(None, rule(listed)):
            other = world.personas.survivor(first_with.setdefault(key, persona.contact_id))
            if other is not None and other.contact_id != persona.contact_id:
                persona = _join(world, other, persona)
                merged += 1
    return merged


def _join(world: World, survivor: Persona, loser: Persona) -> Persona:
    """Joins `loser` into the older `survivor`; the newer mobile is kept as the mobile."""
    mobile = loser.mobile or survivor.mobile
    spare = [number for number in (survivor.mobile, survivor.home, loser.home) if number and number != mobile]
    joined = replace(
        survivor,
        mobile=mobile,
        home=spare[0] if spare else "",
        email=survivor.email or loser.email,
        source_ids=survivor.source_ids + loser.source_ids,
        points=survivor.points + loser.points,
        spent=survivor.spent + loser.spent,
        used_points=survivor.used_points + loser.used_points,
        member=survivor.member or loser.member,
        signup_at=survivor.signup_at or loser.signup_at,
        optin_at=max(survivor.optin_at, loser.optin_at),
        optout_at=max(survivor.optout_at, loser.optout_at),
        blocked=survivor.blocked or loser.blocked,
        hides_points=survivor.hides_points or loser.hides_points,
        rewards=tuple(dict.fromkeys(survivor.rewards + loser.rewards)),
        used=tuple(dict.fromkeys(survivor.used + loser.used)),
    )
    world.personas.merge(loser, joined, world.now)
    world.record("merge", joined, source="aiq", note=loser.contact_id)
    return joined
