"""What a manager is asked to allow, in one sentence, before the PIN."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ui import language
from ui.counter import offer as offers
from ui.steps import Approve

translate = QCoreApplication.translate


def told(step: Approve, limit: str) -> str:
    """What the PIN will allow and for whom; `limit` is what a reward may be worth without network."""
    name = language.isolated(step.found.name if step.found is not None else step.name)
    if step.redemption:
        return translate("ApprovePage", "Undo what {name} redeemed.").format(name=name)
    if step.reveals:
        words = translate("ApprovePage", "Show the whole number of {name} and write down who saw it.")
        return words.format(name=name)
    if step.offer is None:
        return translate("ApprovePage", "Open the wallet of {name} without a code.").format(name=name)
    if step.reason == "second":
        words = translate("ApprovePage", "Redeem “{reward}” for {name} a short time after another one.")
    elif step.reason == "limit":
        words = translate(
            "ApprovePage", "Redeem “{reward}”, worth {worth}, for {name} without network. The limit is {limit}."
        )
    else:
        words = translate("ApprovePage", "Redeem “{reward}” for {name} without network.")
    reward = step.offer.reward
    return words.format(reward=offers.name_of(reward), worth=offers.worth(reward), name=name, limit=limit)
