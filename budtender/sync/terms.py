"""What the store and its till have decided on rewards, gathered for the rule that judges them."""

from __future__ import annotations

from budtender.cache import till
from budtender.connectors.http import allowed_url
from budtender.model import Reward
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
        discounts=tuple(wiring.db.read(till.discounts)),
    )


def own_host(wiring: Wiring, reward: Reward) -> bool:
    """Whether the reward's redemption address belongs to the AIQ host that is connected, and to no other."""
    return reward.redemption_url is None or allowed_url(wiring.aiq.base_url, reward.redemption_url)
