"""Why a manager's PIN is given: as the audit log keeps it, and in the window's words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ui.steps import Approve

translate = QCoreApplication.translate
#: As the audit log keeps them, in the order of the digits; the last one is told in words of its own.
REASONS = ("phone at home", "code not arriving", "phone changed", "offline", "other")
#: What is filled in where the reason is plain.
_FILLED = {"": "", "offline": "offline", "second": "second redemption", "limit": "over the offline limit"}


def labels() -> list[str]:
    """The same for whoever chooses one."""
    return [
        translate("ApprovePage", "Phone at home"),
        translate("ApprovePage", "Code not arriving"),
        translate("ApprovePage", "Phone changed"),
        translate("ApprovePage", "No network"),
        translate("ApprovePage", "Another reason"),
    ]


def given(step: Approve) -> str:
    """The reason, where nobody has to be asked for it; else ""."""
    return step.said or ("reveal" if step.reveals else _FILLED[step.reason])
