"""The code by text, and what opens a wallet."""

from __future__ import annotations

from ui.sentences.marking import QT_TRANSLATE_NOOP, Counting, Sentences, translate

_MANAGER = QT_TRANSLATE_NOOP("Failure", "A manager can help with F7.")
_RESEND = QT_TRANSLATE_NOOP("Failure", "F8 sends a new one.")

TOLD: Sentences = {
    "text_code_off": (
        QT_TRANSLATE_NOOP("Failure", "The text code is switched off."),
        QT_TRANSLATE_NOOP("Failure", "The number alone opens the wallet."),
    ),
    "no_shopper.not_a_member": (
        QT_TRANSLATE_NOOP("Failure", "AIQ does not know this number as a member."),
        QT_TRANSLATE_NOOP("Failure", "F10 signs the shopper up."),
    ),
    "text_unconfirmed": (
        QT_TRANSLATE_NOOP("Failure", "AIQ did not confirm the text; it may arrive all the same."),
        QT_TRANSLATE_NOOP("Failure", "Wait for it a moment, then F8, or F7 for a manager's PIN."),
    ),
    "code_locked": (
        QT_TRANSLATE_NOOP("Failure", "Too many tries. Locked until {until} on this register."),
        _MANAGER,
    ),
    "resend_wait": (
        QT_TRANSLATE_NOOP("Failure", "New code in {wait_seconds}."),
        QT_TRANSLATE_NOOP("Failure", "The first one may still arrive. F7 asks a manager."),
    ),
    "resend_limit": ("", QT_TRANSLATE_NOOP("Failure", "Try again at {until}, or use a manager PIN: F7.")),
    "code_used": (QT_TRANSLATE_NOOP("Failure", "This code has been used."), _RESEND),
    "code_not_sent": (QT_TRANSLATE_NOOP("Failure", "No code was sent to this shopper."), _RESEND),
    "code_expired": (QT_TRANSLATE_NOOP("Failure", "This code has expired."), _RESEND),
    "code_shape": (QT_TRANSLATE_NOOP("Failure", "The code has {digits} digits."), ""),
    "code_wrong": ("", ""),
    "no_wallet": (
        QT_TRANSLATE_NOOP("Failure", "AIQ has no wallet for this number."),
        QT_TRANSLATE_NOOP("Failure", "Not a member yet, or blocked. F10 signs up."),
    ),
    "wallet_pending": (
        QT_TRANSLATE_NOOP("Failure", "Signed up here; AIQ has no wallet yet."),
        QT_TRANSLATE_NOOP("Failure", "After a sign-up it takes up to 24 hours."),
    ),
    "no_mobile": (
        QT_TRANSLATE_NOOP("Failure", "AIQ has no mobile number for this shopper."),
        QT_TRANSLATE_NOOP("Failure", "F10 signs them up with their mobile number."),
    ),
    "not_verified": (
        QT_TRANSLATE_NOOP("Failure", "The shopper has to be verified first."),
        QT_TRANSLATE_NOOP("Failure", "Look the number up again."),
    ),
}

COUNTED: Counting = {
    "resend_limit": ("sends", lambda n: translate("Failure", "%n codes were sent.", "", n)),
    "code_wrong": (
        "tries_left",
        lambda n: translate("Failure", "That is not the code we sent. %n tries left.", "", n),
    ),
}
