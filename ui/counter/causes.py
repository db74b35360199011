"""Why a code may not have come, the likeliest first, each with its key."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def told() -> str:
    """A question, and a line for each cause."""
    causes = (
        translate("VerifyPage", "Is the number right? Alt+N goes back."),
        translate("VerifyPage", "Phone off, or no signal? Try F8 in a moment."),
        translate("VerifyPage", "Texts stopped, or blocked by the carrier? Manager PIN: F7."),
    )
    return "\n•  ".join((translate("VerifyPage", "Not received a text message?"), *causes))
