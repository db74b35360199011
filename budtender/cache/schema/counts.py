"""The index by which intents are counted without reading what they say."""

from __future__ import annotations

COUNTS = "CREATE INDEX intent_counts ON intent (state, needs_person);"
