"""Undoing a redemption."""

from __future__ import annotations

from ui.sentences.marking import QT_TRANSLATE_NOOP, Counting, Sentences, translate

_PIN = QT_TRANSLATE_NOOP("Failure", "A manager can go on with a PIN: F7.")

TOLD: Sentences = {
    "other_budtender": (QT_TRANSLATE_NOOP("Failure", "{staff} redeemed this."), _PIN),
    "too_late": ("", _PIN),
    "undone": (
        QT_TRANSLATE_NOOP("Failure", "This has been undone already."),
        QT_TRANSLATE_NOOP("Failure", "Its points come back once."),
    ),
    "withdrawn": (
        QT_TRANSLATE_NOOP("Failure", "This was taken back before it was sent."),
        QT_TRANSLATE_NOOP("Failure", "Nothing was taken."),
    ),
    "not_redeemed": (
        QT_TRANSLATE_NOOP("Failure", "This redemption did not happen."),
        QT_TRANSLATE_NOOP("Failure", "There is nothing to undo."),
    ),
    "no_redemption": (
        QT_TRANSLATE_NOOP("Failure", "This redemption is not known here."),
        QT_TRANSLATE_NOOP("Failure", "Choose one of the list."),
    ),
}

COUNTED: Counting = {
    "too_late": ("minutes", lambda n: translate("Failure", "This was redeemed more than %n minutes ago.", "", n)),
}
