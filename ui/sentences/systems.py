"""What a far side answers, and what its vendor calls it."""

from __future__ import annotations

from ui.sentences.marking import QT_TRANSLATE_NOOP, Sentences, translate

#: How the vendors write their names.
VENDORS = {"aiq": "AIQ", "dutchie": "Dutchie", "posabit": "POSaBIT", "flourish": "Flourish"}


def vendor(system: str) -> str:
    """A remote system as its vendor writes it; a till that was described here has no vendor."""
    return VENDORS.get(system) or translate("Failure", "The till")


TOLD: Sentences = {
    # AIQ
    "refused": (
        QT_TRANSLATE_NOOP("Failure", "AIQ said no."),
        QT_TRANSLATE_NOOP("Failure", "It would be refused again. A manager can look in AIQ."),
    ),
    "unreachable": (
        QT_TRANSLATE_NOOP("Failure", "AIQ does not answer."),
        QT_TRANSLATE_NOOP("Failure", "F5 tries again. A manager's PIN opens what is known here: F7."),
    ),
    "rate_limited": (
        QT_TRANSLATE_NOOP("Failure", "AIQ asks for a pause."),
        QT_TRANSLATE_NOOP("Failure", "Try again in {wait_seconds}."),
    ),
    "protocol_error": (
        QT_TRANSLATE_NOOP("Failure", "AIQ's answer cannot be understood."),
        QT_TRANSLATE_NOOP("Failure", "F5 tries again. If it keeps happening, tell a manager."),
    ),
    "misconfigured": (
        QT_TRANSLATE_NOOP("Failure", "AIQ does not accept this register's key."),
        QT_TRANSLATE_NOOP("Failure", "A manager has to fix the connection."),
    ),
    "not_connected": (
        QT_TRANSLATE_NOOP("Failure", "This register is not connected to AIQ yet."),
        QT_TRANSLATE_NOOP("Failure", "A manager connects it: budtender connect aiq."),
    ),
    "key_missing": (
        QT_TRANSLATE_NOOP("Failure", "A key of this register is not in the computer's secure storage."),
        QT_TRANSLATE_NOOP("Failure", "A manager has to fix the connection."),
    ),
    # a till
    "till.refused": (
        QT_TRANSLATE_NOOP("Failure", "{system} said no."),
        QT_TRANSLATE_NOOP("Failure", "It would be refused again. Make the profile in the till."),
    ),
    "till.unreachable": (
        QT_TRANSLATE_NOOP("Failure", "{system} does not answer."),
        QT_TRANSLATE_NOOP("Failure", "It is tried again by itself."),
    ),
    "till.rate_limited": (
        QT_TRANSLATE_NOOP("Failure", "{system} asks for a pause."),
        QT_TRANSLATE_NOOP("Failure", "It is tried again by itself."),
    ),
    "till.protocol_error": (
        QT_TRANSLATE_NOOP("Failure", "{system}'s answer cannot be understood."),
        QT_TRANSLATE_NOOP("Failure", "If it keeps happening, tell a manager."),
    ),
    "till.not_found": (
        QT_TRANSLATE_NOOP("Failure", "{system} does not know this shopper any more."),
        QT_TRANSLATE_NOOP("Failure", "Look them up in the till."),
    ),
    "till.misconfigured": (
        QT_TRANSLATE_NOOP("Failure", "The connection to {system} does not work."),
        QT_TRANSLATE_NOOP("Failure", "A manager has to fix the connection."),
    ),
}
