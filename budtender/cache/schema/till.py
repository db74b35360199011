"""The tables of a step: what tills sell, stock and employ, how each copy goes, and what AIQ is owed of it."""

from __future__ import annotations

TILL = """
ALTER TABLE customer ADD COLUMN due INTEGER NOT NULL DEFAULT 1;         -- AIQ is to be told of it
ALTER TABLE customer ADD COLUMN version INTEGER NOT NULL DEFAULT 1;     -- counts what the till changed on it
ALTER TABLE customer ADD COLUMN sent INTEGER NOT NULL DEFAULT 0;        -- the version that AIQ took, 0 for none
CREATE INDEX customer_due ON customer (credential, id) WHERE due = 1;
ALTER TABLE pos_discount ADD COLUMN pass INTEGER NOT NULL DEFAULT 0;
CREATE TABLE location (
    credential TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (credential, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE ticket (                   -- a till's document; a refund is one of its own with negative amounts
    seq INTEGER PRIMARY KEY,
    credential TEXT NOT NULL,
    id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    day TEXT NOT NULL,                  -- the store's own day
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    refund INTEGER NOT NULL,
    refund_of TEXT,
    customer_id TEXT,
    net_cents INTEGER NOT NULL,
    total_cents INTEGER NOT NULL,
    discount_cents INTEGER NOT NULL,
    tax_cents INTEGER NOT NULL,
    loyalty_cents INTEGER NOT NULL,
    units_e4 INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    digest BLOB NOT NULL,               -- of all it says, its lines included
    body TEXT NOT NULL,                 -- without its lines
    version INTEGER NOT NULL DEFAULT 1,
    sent INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL DEFAULT 1,
    UNIQUE (credential, id)
) STRICT;
CREATE INDEX ticket_day ON ticket (day, location_id);
CREATE INDEX ticket_customer ON ticket (credential, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX ticket_refund ON ticket (credential, refund_of) WHERE refund_of IS NOT NULL;
CREATE INDEX ticket_due ON ticket (at, seq) WHERE due = 1;
CREATE TABLE ticket_line (
    credential TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    product_id TEXT,
    quantity_e4 INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (credential, ticket_id, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE product (
    credential TEXT NOT NULL, id TEXT NOT NULL, sku TEXT, body TEXT NOT NULL, pass INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (credential, id)
) STRICT;
CREATE INDEX product_id ON product (id);
CREATE TABLE package (
    credential TEXT NOT NULL,
    id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    quantity_e4 INTEGER NOT NULL,       -- what may be sold; 0 once a snapshot no longer listed it
    body TEXT NOT NULL,
    pass INTEGER NOT NULL DEFAULT 0,
    gone_at INTEGER,
    PRIMARY KEY (credential, id)
) STRICT;
CREATE INDEX package_product ON package (product_id);
CREATE TABLE stock_due (                -- products whose stock AIQ is to be told of
    product_id TEXT PRIMARY KEY, version INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;
CREATE TABLE employee (
    credential TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, pass INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (credential, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE discount_group (
    credential TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, pass INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (credential, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE pos_points (
    credential TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, pass INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (credential, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE copying (                  -- how the copying of one resource goes, in either direction
    credential TEXT NOT NULL,           -- a till's, or "aiq"
    resource TEXT NOT NULL,
    pass INTEGER NOT NULL DEFAULT 0,    -- how many were begun; rows of a snapshot remember theirs
    begun_at INTEGER,                   -- when the one under way began; none is when empty
    rows INTEGER NOT NULL DEFAULT 0,    -- of the one under way, else of the last one
    total INTEGER,                      -- what the far side said would come
    unreadable INTEGER NOT NULL DEFAULT 0,
    good_at INTEGER,
    tried_at INTEGER,
    next_at INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,    -- in a row
    error TEXT NOT NULL DEFAULT '',
    hint TEXT NOT NULL DEFAULT '',
    held INTEGER NOT NULL DEFAULT 0,        -- snapshots in a row that were too small to be believed
    accepted INTEGER NOT NULL DEFAULT 0,    -- a person said that the next one is to be believed
    PRIMARY KEY (credential, resource)
) STRICT, WITHOUT ROWID;
CREATE TABLE unsent (                   -- what AIQ will not take as it is, and why
    kind TEXT NOT NULL, credential TEXT NOT NULL, id TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (kind, credential, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE movement (                 -- AIQ's redemptions and adjustments, this register's and everybody else's
    ref TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('redemption', 'adjustment')),
    contact_id TEXT COLLATE NOCASE,
    reward_id TEXT,
    reward_name TEXT,
    points_e4 INTEGER,
    note TEXT NOT NULL DEFAULT '',
    at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX movement_contact ON movement (contact_id, at);
CREATE TABLE reread (                   -- shoppers whose balance moved elsewhere and is to be read again
    persona_id INTEGER PRIMARY KEY REFERENCES persona (id), since INTEGER NOT NULL
) STRICT;
CREATE TABLE catalogue (                -- AIQ's discounts as the account lists them
    id TEXT PRIMARY KEY, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
