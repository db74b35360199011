"""The step after which a reward that was given back can be redeemed again in the same visit: in its next turn.

SQLite cannot change the UNIQUE of a table, so the table is built anew around its rows. Its foreign keys are checked
when the step's transaction ends, when every row is back. `turn` says how often the reward was taken and given back in
the visit before; the other columns are those of before, and what each means is told where it was made first. The
UNIQUE begins with the visit, and so takes the place of `intent_visit`.
"""

from __future__ import annotations

_COLUMNS = """seq, id, kind, state, system, urgent, persona_id, phone, visit_id, reward_id, undoes, depends_on,
    points_e4, balance_e4, body, staff, created_at, attempts, lost, owner, sent_at, moved_mono, not_before, answered_at,
    absorbed_at, needs_person, last_error, evidence, remote_ref, error_facts, unseen"""

TURNS = f"""
PRAGMA defer_foreign_keys = ON;
CREATE TABLE intent_before AS SELECT * FROM intent;
DROP TABLE intent;
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
turn INTEGER NOT NULL DEFAULT 0,
undoes TEXT REFERENCES intent (id),
depends_on TEXT REFERENCES intent (id),
points_e4 INTEGER NOT NULL DEFAULT 0,
balance_e4 INTEGER,
body TEXT NOT NULL,
staff TEXT NOT NULL,
created_at INTEGER NOT NULL,
attempts INTEGER NOT NULL DEFAULT 0,
lost INTEGER NOT NULL DEFAULT 0,
owner TEXT,
sent_at INTEGER,
moved_mono REAL NOT NULL,
not_before INTEGER,
answered_at INTEGER,
absorbed_at INTEGER,
needs_person INTEGER NOT NULL DEFAULT 0,
last_error TEXT NOT NULL DEFAULT '',
evidence TEXT NOT NULL DEFAULT '{{}}',
remote_ref TEXT,
error_facts TEXT NOT NULL DEFAULT '{{}}',
unseen INTEGER NOT NULL DEFAULT 0,
UNIQUE (visit_id, kind, reward_id, turn)
) STRICT;
INSERT INTO intent ({_COLUMNS}) SELECT {_COLUMNS} FROM intent_before ORDER BY seq;
DROP TABLE intent_before;
CREATE UNIQUE INDEX intent_remote_ref ON intent (kind, remote_ref)
    WHERE remote_ref IS NOT NULL AND kind IN ('redeem', 'adjust');
CREATE INDEX intent_open ON intent (state, urgent, seq) WHERE state IN ('waiting', 'sending', 'unknown');
CREATE INDEX intent_persona ON intent (persona_id) WHERE absorbed_at IS NULL;
CREATE INDEX intent_done ON intent (persona_id) WHERE state = 'done';
CREATE INDEX intent_phone ON intent (phone);
CREATE INDEX intent_undoes ON intent (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX intent_depends ON intent (depends_on) WHERE depends_on IS NOT NULL;
CREATE INDEX intent_counts ON intent (state, needs_person);
CREATE INDEX intent_unseen ON intent (unseen) WHERE unseen = 1;
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
CREATE TRIGGER intent_turns BEFORE INSERT ON intent
WHEN NEW.turn <> 0 AND NEW.state = 'waiting' AND NEW.turn <> (
    SELECT count(*) FROM intent i
    WHERE i.kind = NEW.kind AND i.visit_id = NEW.visit_id AND i.reward_id = NEW.reward_id AND (
        i.state = 'done' AND EXISTS (SELECT 1 FROM intent u WHERE u.undoes = i.id AND u.state = 'done')
        OR i.state = 'refused' AND i.error_facts ->> 'code' = 'withdrawn'
        OR i.state = 'refused' AND i.error_facts ->> 'code' = 'settled_as_never'
            AND EXISTS (SELECT 1 FROM intent u WHERE u.undoes = i.id)
    )
)
BEGIN SELECT RAISE(ABORT, 'taken again before it was given back'); END;
"""  # noqa: S608  (ours)
