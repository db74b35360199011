"""The table of a step: customers whom AIQ knows by another id than the till's."""

from __future__ import annotations

NAMESAKES = """
CREATE TABLE pos_user (                 -- whose id in the till was another person's at AIQ
    credential TEXT NOT NULL, id TEXT NOT NULL, pos_user TEXT NOT NULL, PRIMARY KEY (credential, id)
) STRICT, WITHOUT ROWID;
"""
