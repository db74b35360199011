"""Redeeming a reward, and why one cannot be used now."""

from __future__ import annotations

from ui.sentences.marking import QT_TRANSLATE_NOOP, Counting, Sentences, translate

_PIN = QT_TRANSLATE_NOOP("Failure", "A manager can go on with a PIN: F7.")
OTHER = QT_TRANSLATE_NOOP("Failure", "Choose another reward.")
_ANEW = QT_TRANSLATE_NOOP("Failure", "To redeem it, open the wallet anew: with a new code or a PIN.")
_LATER = QT_TRANSLATE_NOOP("Failure", "Try again when AIQ answers. Nothing was redeemed.")

TOLD: Sentences = {
    "second_redemption": ("", _PIN),
    "unsettled": (
        QT_TRANSLATE_NOOP("Failure", "An earlier redemption of this shopper is still being checked."),
        QT_TRANSLATE_NOOP("Failure", "Wait until it is known. Nothing was taken now."),
    ),
    "under_way": (
        QT_TRANSLATE_NOOP("Failure", "Another redemption of this shopper is under way."),
        QT_TRANSLATE_NOOP("Failure", "Wait until it is known. Nothing was taken now."),
    ),
    "redeemed_before": (QT_TRANSLATE_NOOP("Failure", "“{name}” was redeemed in this visit already."), OTHER),
    "undoing_before": (
        QT_TRANSLATE_NOOP("Failure", "The undo of “{name}” is not settled yet."),
        QT_TRANSLATE_NOOP("Failure", "Wait until it is, then redeem it again. Nothing was taken now."),
    ),
    "undone_meanwhile": (
        QT_TRANSLATE_NOOP("Failure", "“{name}” was redeemed and undone meanwhile."),
        QT_TRANSLATE_NOOP("Failure", "Redeem it anew, if the shopper wants it still."),
    ),
    "used_up": (
        QT_TRANSLATE_NOOP("Failure", "AIQ counts “{name}” as used: an undo gives back its points alone."),
        OTHER,
    ),
    "refused_before": (QT_TRANSLATE_NOOP("Failure", "AIQ refused “{name}” in this visit."), _ANEW),
    "spent_meanwhile": (
        QT_TRANSLATE_NOOP("Failure", "The points were spent meanwhile."),
        QT_TRANSLATE_NOOP("Failure", "Back to the wallet, then F5."),
    ),
    "reward_unusable.short": (QT_TRANSLATE_NOOP("Failure", "{points_short} points short."), OTHER),
    "reward_unusable.negative": (QT_TRANSLATE_NOOP("Failure", "The balance is below zero."), OTHER),
    "reward_unusable.expired": (QT_TRANSLATE_NOOP("Failure", "Expired on {expires}."), OTHER),
    "not_in_wallet": (QT_TRANSLATE_NOOP("Failure", "This reward is no longer in the wallet."), OTHER),
    "reward_gone": (QT_TRANSLATE_NOOP("Failure", "“{name}” is no longer in the wallet."), OTHER),
    "reward_unusable": (QT_TRANSLATE_NOOP("Failure", "This reward cannot be used now."), OTHER),
    "offline_off": (QT_TRANSLATE_NOOP("Failure", "Nothing can be redeemed without network here."), _LATER),
    "offline_needs_pin": (QT_TRANSLATE_NOOP("Failure", "Without network it takes a manager's PIN."), _PIN),
    "offline_too_old": ("", _LATER),
    "offline_no_amount": (
        QT_TRANSLATE_NOOP("Failure", "Without network only rewards in dollars can be redeemed."),
        _LATER,
    ),
    "offline_over_limit": (
        QT_TRANSLATE_NOOP("Failure", "Without network a reward may be worth {limit_cents} at most."),
        _PIN,
    ),
    "visit_over": (
        QT_TRANSLATE_NOOP("Failure", "This visit is over, so the wallet is closed."),
        QT_TRANSLATE_NOOP("Failure", "Verify the shopper again."),
    ),
}

COUNTED: Counting = {
    "second_redemption": ("minutes", lambda n: translate("Failure", "Redeemed less than %n minutes ago.", "", n)),
    "offline_too_old": (
        "minutes",
        lambda n: translate("Failure", "The wallet was read more than %n minutes ago.", "", n),
    ),
}

#: Why a reward cannot be used now.
REASONS: dict[str, str] = {
    "short": QT_TRANSLATE_NOOP("Reward", "{points_short} points short"),
    "negative": QT_TRANSLATE_NOOP("Reward", "The balance is below zero"),
    "not_available": QT_TRANSLATE_NOOP("Reward", "Not available to this shopper now"),
    "no_address": QT_TRANSLATE_NOOP("Reward", "AIQ gives no way to redeem it here"),
    "foreign_address": QT_TRANSLATE_NOOP("Reward", "Its address is not AIQ's; tell a manager"),
    "expired": QT_TRANSLATE_NOOP("Reward", "Expired on {expires}"),
    "two_values": QT_TRANSLATE_NOOP("Reward", "Dollars and percent at once; a manager has to fix it in AIQ"),
    "tier": QT_TRANSLATE_NOOP("Reward", "A tier reward: shown only"),
    "no_value": QT_TRANSLATE_NOOP("Reward", "Its value lies in the till, and it is not linked there"),
    "not_linked": QT_TRANSLATE_NOOP("Reward", "Not linked to {till}"),
    "redeemed_before": QT_TRANSLATE_NOOP("Reward", "Redeemed in this visit"),
    "undoing_before": QT_TRANSLATE_NOOP("Reward", "Its undo is not settled yet"),
    "refused_before": QT_TRANSLATE_NOOP("Reward", "AIQ refused it in this visit; takes a new code"),
    "offline_off": QT_TRANSLATE_NOOP("Reward", "Not available offline"),
    "offline_needs_pin": QT_TRANSLATE_NOOP("Reward", "Without network it takes a manager's PIN"),
    "offline_too_old": QT_TRANSLATE_NOOP("Reward", "The wallet was read too long ago"),
    "offline_no_amount": QT_TRANSLATE_NOOP("Reward", "Without network only dollars can be taken off"),
    "offline_over_limit": QT_TRANSLATE_NOOP("Reward", "Over {limit_cents}, the limit without network: takes a PIN"),
    "ask_first": QT_TRANSLATE_NOOP("Reward", "Ask AIQ first: F5"),
}
