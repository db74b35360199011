"""The tables of the register itself: its books, its staff, its calls, its audit log."""

from __future__ import annotations

REGISTER = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE setting (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, changed_at INTEGER NOT NULL, changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE connection (
    name TEXT PRIMARY KEY,              -- "aiq", or the till credential's store name
    system TEXT NOT NULL,
    base_url TEXT NOT NULL,
    account TEXT NOT NULL DEFAULT '',   -- AIQ's uid; the till's location id once it is known
    market TEXT NOT NULL DEFAULT '',
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL
) STRICT;
CREATE TABLE staff (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role TEXT NOT NULL CHECK (role IN ('budtender', 'lead', 'manager', 'owner')),
    verifier TEXT,                      -- Argon2id of the peppered PIN; none for people who approve nothing
    active INTEGER NOT NULL DEFAULT 1,
    added_at INTEGER NOT NULL
) STRICT;
CREATE TABLE pin_failure (              -- counted before the check, so a killed process gives no free guess
    subject TEXT PRIMARY KEY, count INTEGER NOT NULL, last_mono REAL NOT NULL, last_at INTEGER NOT NULL
) STRICT;
CREATE TABLE call (credential TEXT NOT NULL, at REAL NOT NULL) STRICT;
CREATE INDEX call_credential_at ON call (credential, at);
CREATE TABLE call_hold (credential TEXT PRIMARY KEY, until REAL NOT NULL) STRICT;
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    staff TEXT NOT NULL,
    facts TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_keeps BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
"""

#: When each person last signed in here: their PIN is tried first.
SIGNED_IN = "ALTER TABLE staff ADD COLUMN signed_in_at INTEGER;"

#: What a till has to be told beside its key: the key of a menu, the description of a custom till.
DETAILS = "ALTER TABLE connection ADD COLUMN details TEXT NOT NULL DEFAULT '';"
