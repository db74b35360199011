"""The table of a step: what a till's own points were on the day as of which they are imported."""

from __future__ import annotations

OPENING = """
CREATE TABLE opening (                  -- taken once, so that what is earned while they are imported does not count
    credential TEXT NOT NULL, id TEXT NOT NULL, points_e4 INTEGER NOT NULL, PRIMARY KEY (credential, id)
) STRICT, WITHOUT ROWID;
"""
