"""The columns of a step: where somebody was when the program ended, and whether AIQ has answered a text's sending."""

from __future__ import annotations

RESUMED = """
ALTER TABLE desk ADD COLUMN place TEXT; -- JSON: the page, and what it needs to open again
ALTER TABLE code_sent ADD COLUMN answered INTEGER NOT NULL DEFAULT 1; -- 0: it may have gone out, nobody said so
"""
