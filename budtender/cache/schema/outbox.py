"""The table of what remote systems are owed, and the view that shows it with the mirror: a wallet."""

from __future__ import annotations

OUTBOX = """
CREATE TABLE intent (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'done', 'refused', 'unknown')),
    system TEXT NOT NULL,
    urgent INTEGER NOT NULL DEFAULT 0,
    persona_id INTEGER REFERENCES persona (id),
    phone TEXT,
    visit_id TEXT REFERENCES visit (id),
    reward_id TEXT,
    undoes TEXT REFERENCES intent (id),
    depends_on TEXT REFERENCES intent (id),
    points_e4 INTEGER NOT NULL DEFAULT 0,       -- signed change of the balance
    balance_e4 INTEGER,                         -- the mirror's balance when it was recorded
    body TEXT NOT NULL,
    staff TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0,            -- answers lost so far
    owner TEXT,                                 -- the running process that is sending it
    sent_at INTEGER,
    moved_mono REAL NOT NULL,                   -- when its state last changed
    not_before INTEGER,
    answered_at INTEGER,
    absorbed_at INTEGER,                        -- when a balance that contains it arrived
    needs_person INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    evidence TEXT NOT NULL DEFAULT '{}',
    remote_ref TEXT,
    UNIQUE (kind, visit_id, reward_id)
) STRICT;
-- One remote row proves one change of a balance; two sign-ups may well lead to one persona or customer.
CREATE UNIQUE INDEX intent_remote_ref ON intent (kind, remote_ref)
    WHERE remote_ref IS NOT NULL AND kind IN ('redeem', 'adjust');
CREATE INDEX intent_open ON intent (state, urgent, seq) WHERE state IN ('waiting', 'sending', 'unknown');
CREATE INDEX intent_persona ON intent (persona_id) WHERE absorbed_at IS NULL;
CREATE INDEX intent_done ON intent (persona_id) WHERE state = 'done';
CREATE INDEX intent_phone ON intent (phone);
CREATE INDEX intent_undoes ON intent (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX intent_depends ON intent (depends_on) WHERE depends_on IS NOT NULL;
CREATE TRIGGER intent_keeps BEFORE DELETE ON intent BEGIN SELECT RAISE(ABORT, 'intents are closed, never deleted'); END;
CREATE TRIGGER intent_moves BEFORE UPDATE OF state ON intent
WHEN OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
    'waiting>sending', 'waiting>refused', 'sending>waiting', 'sending>done', 'sending>refused', 'sending>unknown',
    'unknown>done', 'unknown>waiting', 'unknown>refused'
)
BEGIN SELECT RAISE(ABORT, 'that is no step of an intent'); END;
CREATE TRIGGER intent_returns BEFORE INSERT ON intent
WHEN NEW.undoes IS NOT NULL AND NEW.points_e4 + (
    SELECT coalesce(sum(points_e4), 0) FROM intent WHERE undoes = NEW.undoes AND state <> 'refused'
) > (SELECT -points_e4 FROM intent WHERE id = NEW.undoes)
BEGIN SELECT RAISE(ABORT, 'more would be given back than was taken'); END;
"""

#: Mirror and outbox together: what a budtender sees. `held_e4` are debits that the mirror does not contain yet,
#: `returning_e4` credits; a credit is shown, and spendable only once AIQ has answered it.
WALLET = """
CREATE VIEW wallet AS
SELECT p.id AS persona_id,
    p.points_e4 AS mirror_e4,
    p.points_hidden, p.points_at, p.wallet_at,
    coalesce(sum(CASE WHEN i.points_e4 < 0 THEN i.points_e4 END), 0) AS held_e4,
    coalesce(sum(CASE WHEN i.points_e4 > 0 THEN i.points_e4 END), 0) AS returning_e4,
    coalesce(sum(CASE WHEN i.points_e4 > 0 AND i.state = 'done' THEN i.points_e4 END), 0) AS returned_e4,
    count(i.id) AS pending
FROM persona p
LEFT JOIN intent i ON i.persona_id = p.id AND i.absorbed_at IS NULL AND i.state <> 'refused' AND i.points_e4 <> 0
GROUP BY p.id;
"""

#: What a translation of `last_error` is made from, as JSON.
ERROR_FACTS = "ALTER TABLE intent ADD COLUMN error_facts TEXT NOT NULL DEFAULT '{}';"
