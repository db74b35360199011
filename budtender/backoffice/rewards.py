"""AIQ's rewards and their twins in the tills, as the nightly check found them, and the same check on demand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from budtender.cache import account, mapping
from budtender.cache.database import Connection
from budtender.model import Can, Resource, Reward, Value
from budtender.register import Register
from budtender.sync import links as checks
from budtender.sync.account import Account
from budtender.sync.links import LinkState
from budtender.sync.mirror import copy_resource

#: What a manager does about each state; values in braces are the check's facts.
_NEXT: Mapping[LinkState, str] = {
    LinkState.OK: "",
    LinkState.ID_DIFFERS: "Type {wanted} into the discount, digit for digit; it has {typed}.",
    LinkState.NAME_DIFFERS: "Give both the same name: AIQ has “{aiq}”, the till “{till}”.",
    LinkState.METHOD: "In the till set the discount's application method to “By Alpine IQ”; it has {method}.",
    LinkState.TRIGGER: "In AIQ switch “Trigger a partner platform reward” {wanted} for this reward.",
    LinkState.TYPE: "In AIQ make it either dollars or percent off; the till takes no other kind.",
    LinkState.ENDS: "It stops in {days} days. Take the end date away where it is not meant.",
    LinkState.ENDED: "It has ended. Take the end date away where it is not meant, or take the reward out of AIQ.",
    LinkState.INACTIVE: "Switch the discount on in the till, or take the reward out of AIQ.",
    LinkState.NEVER: "Make its twin in the till, then check again.",
    LinkState.UNLISTED: "The till does not list {typed}, nor any discount that is kept to the register: look there.",
}

#: What is as it should be, as far as can be told from here.
FINE = frozenset({LinkState.OK, LinkState.UNLISTED})


class RewardLink(Value, frozen=True, kw_only=True):
    """One reward at one till: its state, what to do next, and when that was found."""

    store: str
    reward_id: str
    name: str
    state: LinkState
    next_step: str
    facts: Mapping[str, Any]
    checked: datetime


def links(register: Register) -> list[RewardLink]:
    """What the last check found, the broken ones first."""

    def work(c: Connection) -> list[RewardLink]:
        names = {reward.id: reward for reward in account.catalogue(c)}
        return [_row(found, names.get(found.reward_id)) for found in mapping.links(c)]

    return sorted(register.db.read(work), key=lambda row: (row.state in FINE, row.store, row.reward_id))


def silent(register: Register) -> list[str]:
    """The tills that list no discounts, so that no reward can be checked there."""
    return sorted(name for name, source in register.tills.items() if Can.PULL_DISCOUNTS not in source.can)


def _row(found: mapping.Checked, reward: Reward | None) -> RewardLink:
    # An earlier version kept what has ended as what ends soon.
    state = LinkState.ENDED if found.facts.get("ended") else LinkState(found.state)
    told = {"typed": "none", "method": "another", **{k: v for k, v in found.facts.items() if v is not None}}
    return RewardLink(
        store=found.credential,
        reward_id=found.reward_id,
        name=reward.name if reward else "",
        state=state,
        next_step=_next_step(state, told),
        facts=found.facts,
        checked=found.at,
    )


def _next_step(state: LinkState, told: Mapping[str, Any]) -> str:
    if state is LinkState.OK and "days" in told:
        return f"It stops in {told['days']} days."
    return _NEXT[state].format_map(_Facts(told))


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


async def check(register: Register) -> list[RewardLink]:
    """Read both sides anew and check every reward now. Raises RemoteError of the side that cannot be read."""
    await Account(register).read_rewards()
    for name, source in register.tills.items():
        if Can.PULL_DISCOUNTS in source.can:
            await copy_resource(register, name, Resource.DISCOUNTS)
    await checks.check_all(register)
    return links(register)
