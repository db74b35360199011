"""The column of a step: what was refused while nobody looked, until somebody has taken note of it."""

from __future__ import annotations

UNSEEN = """
ALTER TABLE intent ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0;
CREATE INDEX intent_unseen ON intent (unseen) WHERE unseen = 1;
"""
