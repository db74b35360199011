"""The tables of a step: who is who across tills and AIQ, what was asked or made once, which store a key stands for."""

from __future__ import annotations

RULES = """
ALTER TABLE customer ADD COLUMN traced INTEGER NOT NULL DEFAULT 0;      -- the version whose traits `trait` holds
ALTER TABLE customer ADD COLUMN archive INTEGER NOT NULL DEFAULT 0;     -- only mirroring the archives brought it
CREATE INDEX customer_untraced ON customer (credential, id) WHERE traced < version;
CREATE TABLE trait (                    -- digests of what people are recognised by; a hint, proved on the record
    key INTEGER NOT NULL, credential TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (key, credential, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE suspect (                  -- two records that may be one person
    credential TEXT NOT NULL, id TEXT NOT NULL, other_credential TEXT NOT NULL, other_id TEXT NOT NULL,
    why TEXT NOT NULL, since INTEGER NOT NULL,
    PRIMARY KEY (credential, id, other_credential, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX suspect_other ON suspect (other_credential, other_id);
CREATE INDEX persona_email ON persona (email COLLATE NOCASE) WHERE email IS NOT NULL;
CREATE INDEX persona_inserted ON persona (inserted_at) WHERE inserted_at IS NOT NULL;
CREATE TABLE once (                     -- what is done to a shopper one time only, whatever is switched on again
    what TEXT NOT NULL, who TEXT NOT NULL, intent TEXT, at INTEGER NOT NULL, PRIMARY KEY (what, who)
) STRICT, WITHOUT ROWID;
CREATE TABLE mapping (                  -- the AIQ store that a till credential's sales belong to
    credential TEXT PRIMARY KEY, store_id INTEGER NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE link_check (               -- what was found of each reward's twin in a till
    credential TEXT NOT NULL, reward_id TEXT NOT NULL, state TEXT NOT NULL, facts TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (credential, reward_id)
) STRICT, WITHOUT ROWID;
"""

#: Who comes from a till's archive alone, counted without reading everybody.
ARCHIVE = "CREATE INDEX customer_archive ON customer (credential) WHERE archive = 1;"
