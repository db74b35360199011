"""The numbered steps that build the file, by what they hold; steps that were released are frozen.

Points are stored as whole ten-thousandths (`points_e4`), so that SQL adds them exactly; times as epoch
milliseconds (`…_at`); monotonic readings as seconds (`…_mono`); JSON as text.
"""

from __future__ import annotations

from typing import Any

from budtender.cache.database import translated
from budtender.cache.schema.counter import COUNTER, DESK, KEPT, PROOFS
from budtender.cache.schema.counts import COUNTS
from budtender.cache.schema.hashed import HASHED, hashed_number
from budtender.cache.schema.mirror import MIRROR, PENDING
from budtender.cache.schema.names import NAMES
from budtender.cache.schema.namesakes import NAMESAKES
from budtender.cache.schema.opening import OPENING
from budtender.cache.schema.outbox import ERROR_FACTS, OUTBOX, WALLET
from budtender.cache.schema.register import DETAILS, REGISTER, SIGNED_IN
from budtender.cache.schema.resumed import RESUMED
from budtender.cache.schema.rules import ARCHIVE, RULES
from budtender.cache.schema.steps import Steps, applied, sql
from budtender.cache.schema.till import TILL
from budtender.cache.schema.told import TOLD
from budtender.cache.schema.turns import TURNS
from budtender.cache.schema.unread import UNREAD
from budtender.cache.schema.unseen import UNSEEN
from budtender.errors import NewerHome

STEPS = Steps(
    ("0001_register", sql(REGISTER)),
    ("0002_mirror", sql(MIRROR)),
    ("0003_counter", sql(COUNTER)),
    ("0004_outbox", sql(OUTBOX, WALLET)),
    ("0005_signed_in", sql(SIGNED_IN)),
    ("0006_error_facts", sql(ERROR_FACTS)),
    ("0007_till", sql(TILL)),
    ("0008_names", sql(NAMES)),
    ("0009_details", sql(DETAILS)),
    ("0010_proofs", sql(PROOFS)),
    ("0011_desk", sql(DESK)),
    ("0012_kept", sql(KEPT)),
    ("0013_rules", sql(RULES)),
    ("0014_archive", sql(ARCHIVE)),
    ("0015_pending", sql(PENDING)),
    ("0016_hashed", sql(HASHED, hashed_number=hashed_number)),
    ("0017_namesakes", sql(NAMESAKES)),
    ("0018_opening", sql(OPENING)),
    ("0019_counts", sql(COUNTS)),
    ("0020_unread", sql(UNREAD)),
    ("0021_told", sql(TOLD)),
    ("0022_unseen", sql(UNSEEN)),
    ("0023_turns", sql(TURNS)),
    ("0024_resumed", sql(RESUMED)),
)
STEP_NAMES = tuple(name for name, _ in STEPS)


def next_step(connection: Any) -> str | None:
    """The first step that a file in use still lacks; None for one that is empty, complete, or of a newer version."""
    with translated():
        there = applied(connection)
    if not there or there - set(STEP_NAMES):
        return None
    return next((name for name in STEP_NAMES if name not in there), None)


def migrate(connection: Any) -> None:
    """Bring the file up to this version's schema, each step in a transaction of its own.

    Raises NewerHome, before anything is changed, when the file holds a step that this version does not know.
    """
    with translated():
        there = applied(connection)
        unknown = there - set(STEP_NAMES)
        if unknown:
            raise NewerHome(
                "This folder was written by a newer version of Budtender; nothing was changed.",
                "Install that version again, or start a new home with --home.",
                steps=sorted(unknown),
                code="newer_version",
            )
        if there != set(STEP_NAMES):
            STEPS.apply(connection)


__all__ = ["STEPS", "STEP_NAMES", "applied", "migrate", "next_step"]
