"""The tables of the counter: codes, visits, consents, and whom each person has before them."""

from __future__ import annotations

COUNTER = """
CREATE TABLE code_sent (                -- every text that was asked for, answered or not
    phone TEXT NOT NULL, at INTEGER NOT NULL, mono REAL NOT NULL, staff TEXT NOT NULL
) STRICT;
CREATE INDEX code_sent_phone ON code_sent (phone, at);
CREATE TABLE code_try (                 -- tries since the last code or lock; kept across restarts
    phone TEXT PRIMARY KEY,
    tries INTEGER NOT NULL DEFAULT 0,
    locked_at INTEGER,
    locked_mono REAL
) STRICT;
CREATE TABLE code_used (
    phone TEXT NOT NULL, digest TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (phone, digest)
) STRICT;
CREATE TABLE visit (                    -- one shopper, verified once, for one wallet
    id TEXT PRIMARY KEY,
    persona_id INTEGER NOT NULL REFERENCES persona (id),
    phone TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('code', 'pin', 'off')),
    staff TEXT NOT NULL,
    approver TEXT,
    reason TEXT,
    code_digest TEXT,
    opened_at INTEGER NOT NULL,
    opened_mono REAL NOT NULL,
    closed_at INTEGER
) STRICT;
CREATE INDEX visit_phone ON visit (phone, opened_at);
CREATE TABLE consent (
    id TEXT PRIMARY KEY,
    phone TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('loyalty', 'texts')),
    granted INTEGER NOT NULL,
    wording TEXT NOT NULL,
    version TEXT NOT NULL,
    language TEXT NOT NULL,
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    zone TEXT NOT NULL,
    staff TEXT NOT NULL,
    register TEXT NOT NULL,
    store TEXT NOT NULL
) STRICT;
CREATE INDEX consent_phone ON consent (phone, purpose, at);
CREATE TRIGGER consent_keeps BEFORE DELETE ON consent BEGIN SELECT RAISE(ABORT, 'consent records are kept'); END;
CREATE TRIGGER consent_stays BEFORE UPDATE ON consent BEGIN SELECT RAISE(ABORT, 'consent records are kept'); END;
"""

#: What was signed and shown when a shopper answered; encrypted with the whole file, kept as the records are.
PROOFS = """
CREATE TABLE consent_proof (
    id TEXT PRIMARY KEY, signature BLOB, screen BLOB, paper TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TRIGGER consent_proof_keeps BEFORE DELETE ON consent_proof
BEGIN SELECT RAISE(ABORT, 'consent records are kept'); END;
CREATE TRIGGER consent_proof_stays BEFORE UPDATE ON consent_proof
BEGIN SELECT RAISE(ABORT, 'consent records are kept'); END;
ALTER TABLE consent ADD COLUMN proof TEXT REFERENCES consent_proof (id);
CREATE INDEX audit_kind ON audit (kind, at);
"""

#: Whom each person looked up last, so that a restart opens the same step.
DESK = """
CREATE TABLE desk (
    staff TEXT PRIMARY KEY, phone TEXT, persona_id INTEGER REFERENCES persona (id), at INTEGER NOT NULL,
    mono REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_staff ON visit (staff, opened_at) WHERE closed_at IS NULL;
CREATE INDEX code_sent_staff ON code_sent (staff, at);
CREATE INDEX intent_visit ON intent (visit_id) WHERE visit_id IS NOT NULL;
"""

#: The time of an open visit was started again.
KEPT = """
ALTER TABLE visit ADD COLUMN kept_at INTEGER;
ALTER TABLE visit ADD COLUMN kept_mono REAL;
"""
