"""The tables of what remote systems last said."""

from __future__ import annotations

MIRROR = """
CREATE TABLE persona (                  -- what AIQ last said of a shopper; its contact id can die in a merge
    id INTEGER PRIMARY KEY,
    contact_id TEXT UNIQUE COLLATE NOCASE,
    phone TEXT,
    home_phone TEXT,
    first_name TEXT NOT NULL DEFAULT '',
    last_name TEXT NOT NULL DEFAULT '',
    email TEXT,
    src_id TEXT,
    platform TEXT,
    favorite_store_id INTEGER,
    member INTEGER,
    points_e4 INTEGER,
    points_at INTEGER,                  -- when the reading that gave the points began
    points_hidden INTEGER NOT NULL DEFAULT 0,
    inserted_at INTEGER,
    opted_in_at INTEGER,
    opted_out_at INTEGER,
    asked_at INTEGER,                   -- when AIQ was last asked for this shopper
    wallet_at INTEGER,
    pending_since INTEGER,              -- signed up here and not yet seen in AIQ
    gone_at INTEGER,                    -- AIQ no longer lists it: merged, deleted or blocked
    merged_into INTEGER REFERENCES persona (id)
) STRICT;
CREATE INDEX persona_phone ON persona (phone);
CREATE INDEX persona_home_phone ON persona (home_phone) WHERE home_phone IS NOT NULL;
CREATE TABLE reward (
    persona_id INTEGER NOT NULL REFERENCES persona (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (persona_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE store (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE customer (
    credential TEXT NOT NULL,
    id TEXT NOT NULL,
    phone TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (credential, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_phone ON customer (phone);
CREATE TABLE pos_discount (
    credential TEXT NOT NULL,
    id TEXT NOT NULL,
    aiq_id TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (credential, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE cursor (
    credential TEXT NOT NULL, resource TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (credential, resource)
) STRICT, WITHOUT ROWID;
"""

#: Whom AIQ does not list yet, found in every round trip without reading everybody.
PENDING = "CREATE INDEX persona_pending ON persona (phone) WHERE pending_since IS NOT NULL;"
