"""What the store and its till have decided on rewards, gathered for the rule that judges them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from budtender.cache import account, snapshots
from budtender.cache.database import Connection
from budtender.connectors.http import allowed_url
from budtender.model import Can, PosDiscount, Reward
from budtender.settings import STATIC_DISCOUNTS, TIER_REWARDS
from budtender.sync.rules import Terms
from budtender.sync.wiring import Wiring


def terms_of(wiring: Wiring) -> Terms:
    """The store's decisions and the till's discounts, as they are now."""
    names = [till.name for till in wiring.tills.values()]
    return Terms(
        tier_rewards=wiring.settings.get(TIER_REWARDS),
        unlinked=wiring.settings.get(STATIC_DISCOUNTS),
        till=names[0] if names else None,
        discounts=tuple(wiring.db.read(lambda c: _discounts(c, wiring))),
    )


def _discounts(connection: Connection, wiring: Wiring) -> list[PosDiscount]:
    """Every discount of the tills, each with the reward that its own till's way of linking ties it to."""
    found: list[PosDiscount] = []
    for credential, source in sorted(wiring.tills.items()):
        own = snapshots.discounts(connection, credential)
        if own and Can.LINK_BY_NAME in source.can:
            own = _named(own, account.catalogue(connection))
        elif Can.LINK_BY_POS_ID in source.can:
            own = _typed(own, account.catalogue(connection))
        found += own
    return found


def _named(discounts: Sequence[PosDiscount], rewards: Sequence[Reward]) -> list[PosDiscount]:
    """A name that two rewards carry ties neither: nobody could tell which of them the till gives."""
    carried = Counter(reward.name for reward in rewards)
    ids = {reward.name: reward.id for reward in rewards if carried[reward.name] == 1}
    return [replace(discount, aiq_id=discount.aiq_id or ids.get(discount.name)) for discount in discounts]


def _typed(discounts: Sequence[PosDiscount], rewards: Sequence[Reward]) -> list[PosDiscount]:
    """Tied by the till's id that is typed into the reward; a discount kept to the register is there without a list."""
    known = {discount.id: discount for discount in discounts}
    tied = [
        replace(known.get(typed, PosDiscount(id=typed, name=reward.name)), aiq_id=reward.id)
        for reward in rewards
        if (typed := reward.pos_discount_id)
    ]
    named = {discount.id for discount in tied}
    return [*tied, *(replace(discount, aiq_id=None) for discount in discounts if discount.id not in named)]


def own_host(wiring: Wiring, reward: Reward) -> bool:
    """Whether the reward's redemption address belongs to the AIQ host that is connected, and to no other."""
    return reward.redemption_url is None or allowed_url(wiring.aiq.base_url, reward.redemption_url)
