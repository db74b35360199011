"""What AIQ took of what it was sent, and what goes to it one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from budtender.connectors.aiq_outcome import Upserted
from budtender.model import Value

PERSONAS, SALES, INVENTORY = "personas sent", "sales sent", "inventory sent"
#: So few at once are what happens now; everything else goes in bulk.
LIVE = 10


class Sent(Value, frozen=True, kw_only=True):
    """What one pass sent: rows accepted, refused for good, left for later, and sold to whom the till does not say.

    `turned_down` are those of the refused that AIQ itself did not take.
    """

    accepted: int = 0
    refused: int = 0
    turned_down: int = 0
    later: int = 0
    unknown: int = 0

    def __add__(self, other: Sent) -> Sent:
        return Sent(
            accepted=self.accepted + other.accepted,
            refused=self.refused + other.refused,
            turned_down=self.turned_down + other.turned_down,
            later=self.later + other.later,
            unknown=self.unknown + other.unknown,
        )


def refusals_in(reports: Iterable[Upserted]) -> dict[str, str]:
    """What AIQ will not take as it is: why, by the row's key."""
    return {refusal.key: refusal.reason for report in reports for refusal in report.refused}


def counted(reports: Sequence[Upserted]) -> Sent:
    """What these reports come to."""
    return Sent(
        accepted=sum(len(report.accepted) for report in reports),
        refused=sum(len(report.refused) for report in reports),
        turned_down=sum(not refusal.unsent for report in reports for refusal in report.refused),
        later=sum(len(report.later) for report in reports),
    )
