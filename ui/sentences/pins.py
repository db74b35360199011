"""PINs, and the people who have them."""

from __future__ import annotations

from ui.sentences.marking import QT_TRANSLATE_NOOP, Counting, Sentences, translate

_ANOTHER = QT_TRANSLATE_NOOP("Failure", "Another manager has to.")

TOLD: Sentences = {
    "pin_wrong": ("", QT_TRANSLATE_NOOP("Failure", "A pause comes first: {wait_seconds}.")),
    "pin_wrong_locked": (QT_TRANSLATE_NOOP("Failure", "PIN not recognized. It is locked now."), ""),
    "pin_locked": (
        QT_TRANSLATE_NOOP("Failure", "Too many wrong PINs."),
        QT_TRANSLATE_NOOP("Failure", "A manager unlocks it with a PIN of their own."),
    ),
    "pin_wait": (
        QT_TRANSLATE_NOOP("Failure", "A pause after wrong PINs. Try again in {wait_seconds}."),
        QT_TRANSLATE_NOOP("Failure", "Tries left before it is locked: {tries_left}."),
    ),
    "pin_shape": (QT_TRANSLATE_NOOP("Failure", "A PIN has {shortest} to {longest} digits."), ""),
    "pin_easy": (
        QT_TRANSLATE_NOOP("Failure", "This PIN is too easy to guess."),
        QT_TRANSLATE_NOOP("Failure", "No rows, no repetitions, no pattern on the pad."),
    ),
    "pin_taken": (
        QT_TRANSLATE_NOOP("Failure", "This PIN cannot be used."),
        QT_TRANSLATE_NOOP("Failure", "Choose another."),
    ),
    "pin_missing": (QT_TRANSLATE_NOOP("Failure", "This role needs a PIN."), ""),
    "no_pin_set": (
        QT_TRANSLATE_NOOP("Failure", "Nobody here has a PIN that can approve this."),
        QT_TRANSLATE_NOOP("Failure", "An owner gives managers their PINs."),
    ),
    "no_pin_to_sign_in": (
        QT_TRANSLATE_NOOP("Failure", "Nobody here has a PIN to sign in with."),
        QT_TRANSLATE_NOOP("Failure", "An owner gives everybody one: budtender staff."),
    ),
    "role_too_low": (QT_TRANSLATE_NOOP("Failure", "{name} cannot approve this."), _ANOTHER),
    "own_purchase": (QT_TRANSLATE_NOOP("Failure", "You cannot approve your own wallet."), _ANOTHER),
    "cannot_unlock": (
        QT_TRANSLATE_NOOP("Failure", "Only a manager or an owner with a PIN of their own can unlock."),
        QT_TRANSLATE_NOOP("Failure", "Ask one of them."),
    ),
    "own_pin": (
        QT_TRANSLATE_NOOP("Failure", "Nobody can unlock their own PIN."),
        QT_TRANSLATE_NOOP("Failure", "Another manager has to."),
    ),
    "not_on_staff": (
        QT_TRANSLATE_NOOP("Failure", "This person is not on the staff of this register."),
        QT_TRANSLATE_NOOP("Failure", "Choose another one."),
    ),
    "staff_exists": (
        QT_TRANSLATE_NOOP("Failure", "This register has a staff already."),
        QT_TRANSLATE_NOOP("Failure", "Sign in with your PIN."),
    ),
    "added_meanwhile": (
        QT_TRANSLATE_NOOP("Failure", "Somebody else was added at this very moment."),
        QT_TRANSLATE_NOOP("Failure", "Do it again."),
    ),
    "pepper_missing": (
        QT_TRANSLATE_NOOP("Failure", "What every PIN is checked with is missing from this computer's secure storage."),
        QT_TRANSLATE_NOOP("Failure", "An owner restores it from a backup, or gives new PINs."),
    ),
    "name_shape": (QT_TRANSLATE_NOOP("Failure", "A name is missing."), ""),
    "name_taken": (QT_TRANSLATE_NOOP("Failure", "Somebody has this name already."), ""),
}

COUNTED: Counting = {
    "pin_wrong": ("tries_left", lambda n: translate("Failure", "PIN not recognized. %n tries left.", "", n)),
}
