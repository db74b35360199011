"""What keeps this register from opening, or from saving."""

from __future__ import annotations

from ui.sentences.marking import QT_TRANSLATE_NOOP, Sentences

TOLD: Sentences = {
    "nothing_unseen": (QT_TRANSLATE_NOOP("Failure", "Somebody has taken note of it already."), ""),
    "newer_home": (
        QT_TRANSLATE_NOOP("Failure", "A newer version of Budtender wrote this register's folder."),
        QT_TRANSLATE_NOOP("Failure", "Install that version again. Nothing was changed."),
    ),
    "damaged": (
        QT_TRANSLATE_NOOP("Failure", "This register's files are damaged or missing."),
        QT_TRANSLATE_NOOP("Failure", "Put them back from a backup. Nothing was overwritten."),
    ),
    "wrong_key": (
        QT_TRANSLATE_NOOP("Failure", "The key of this register's data is not there."),
        QT_TRANSLATE_NOOP("Failure", "Sign in to this computer as the account that set the register up."),
    ),
    "no_secure_storage": (
        QT_TRANSLATE_NOOP("Failure", "This computer offers no secure storage for keys."),
        QT_TRANSLATE_NOOP("Failure", "Sign in the way the register was set up."),
    ),
    "keyring_locked": (
        QT_TRANSLATE_NOOP("Failure", "This computer's secure storage is locked."),
        QT_TRANSLATE_NOOP("Failure", "Unlock it, then try again."),
    ),
    "home_in_use": (
        QT_TRANSLATE_NOOP("Failure", "Another program is using this register's folder."),
        QT_TRANSLATE_NOOP("Failure", "Wait until it is done, then try again."),
    ),
    "engine_running": (QT_TRANSLATE_NOOP("Failure", "Another Budtender keeps this register in step already."), ""),
    "cannot_save": (
        QT_TRANSLATE_NOOP("Failure", "This computer cannot save anything now."),
        QT_TRANSLATE_NOOP("Failure", "Its disk may be full. Nothing was done."),
    ),
    "saved_only": (
        QT_TRANSLATE_NOOP("Failure", "It is saved, but what became of it could not be."),
        QT_TRANSLATE_NOOP("Failure", "The disk may be full. Do not do it again; a manager sees to it."),
    ),
}
