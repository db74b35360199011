"""The numbered steps that build the file, and the view that shows a wallet. Steps that were released are frozen.

Points are stored as whole ten-thousandths (`points_e4`), so that SQL adds them exactly; times as epoch
milliseconds (`…_at`); monotonic readings as seconds (`…_mono`); JSON as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from budtender.cache.database import translated
from budtender.cache.schema_hashed import HASHED, hashed_number
from budtender.cache.schema_names import NAMES
from budtender.cache.schema_namesakes import NAMESAKES
from budtender.cache.schema_opening import OPENING
from budtender.cache.schema_rules import ARCHIVE, RULES
from budtender.cache.schema_till import TILL
from budtender.errors import NewerHome

Step = Callable[[Any], None]
#: The set's name in sqlite-utils' own table.
SET = "budtender"


class Steps:
    """The numbered steps. sqlite-utils, which carries them out, is loaded only when there is one to carry out: it
    takes as long to load as everything else that a start needs together."""

    def __init__(self) -> None:
        self._steps: list[tuple[str, Step]] = []

    def __call__(self, *, name: str) -> Callable[[Step], Step]:
        """Enter a step under its name."""

        def enter(step: Step) -> Step:
            self._steps.append((name, step))
            return step

        return enter

    def __iter__(self) -> Iterator[tuple[str, Step]]:
        return iter(self._steps)

    def apply(self, connection: Any, *, stop_before: str | None = None) -> None:
        """Carry out what has not been, each step in a transaction of its own, up to `stop_before` if it is named."""
        import sqlite_utils

        migrations = sqlite_utils.Migrations(SET)
        for name, step in self._steps:
            migrations(name=name)(step)
        migrations.apply(sqlite_utils.Database(connection), stop_before=stop_before)


def applied(connection: Any) -> set[str]:
    """The names of the steps that the file holds; none for one that is still empty."""
    table = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (SET,)) if table else ()
    return {row[0] for row in rows}


STEPS = Steps()

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


#: When each person last signed in here: their PIN is tried first.
SIGNED_IN = "ALTER TABLE staff ADD COLUMN signed_in_at INTEGER;"

#: What a translation of `last_error` is made from, as JSON.
ERROR_FACTS = "ALTER TABLE intent ADD COLUMN error_facts TEXT NOT NULL DEFAULT '{}';"

#: What a till has to be told beside its key: the key of a menu, the description of a custom till.
DETAILS = "ALTER TABLE connection ADD COLUMN details TEXT NOT NULL DEFAULT '';"

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

#: Whom AIQ does not list yet, found in every round trip without reading everybody.
PENDING = "CREATE INDEX persona_pending ON persona (phone) WHERE pending_since IS NOT NULL;"

STEP_NAMES = (
    "0001_register",
    "0002_mirror",
    "0003_counter",
    "0004_outbox",
    "0005_signed_in",
    "0006_error_facts",
    "0007_till",
    "0008_names",
    "0009_details",
    "0010_proofs",
    "0011_desk",
    "0012_kept",
    "0013_rules",
    "0014_archive",
    "0015_pending",
    "0016_hashed",
    "0017_namesakes",
    "0018_opening",
)


@STEPS(name=STEP_NAMES[0])
def _register(db: Any) -> None:
    _run(db, REGISTER)


@STEPS(name=STEP_NAMES[1])
def _mirror(db: Any) -> None:
    _run(db, MIRROR)


@STEPS(name=STEP_NAMES[2])
def _counter(db: Any) -> None:
    _run(db, COUNTER)


@STEPS(name=STEP_NAMES[3])
def _outbox(db: Any) -> None:
    _run(db, OUTBOX)
    _run(db, WALLET)


@STEPS(name=STEP_NAMES[4])
def _signed_in(db: Any) -> None:
    _run(db, SIGNED_IN)


@STEPS(name=STEP_NAMES[5])
def _error_facts(db: Any) -> None:
    _run(db, ERROR_FACTS)


@STEPS(name=STEP_NAMES[6])
def _till(db: Any) -> None:
    _run(db, TILL)


@STEPS(name=STEP_NAMES[7])
def _names(db: Any) -> None:
    _run(db, NAMES)


@STEPS(name=STEP_NAMES[8])
def _details(db: Any) -> None:
    _run(db, DETAILS)


@STEPS(name=STEP_NAMES[9])
def _proofs(db: Any) -> None:
    _run(db, PROOFS)


@STEPS(name=STEP_NAMES[10])
def _desk(db: Any) -> None:
    _run(db, DESK)


@STEPS(name=STEP_NAMES[11])
def _kept(db: Any) -> None:
    _run(db, KEPT)


@STEPS(name=STEP_NAMES[12])
def _rules(db: Any) -> None:
    _run(db, RULES)


@STEPS(name=STEP_NAMES[13])
def _archive(db: Any) -> None:
    _run(db, ARCHIVE)


@STEPS(name=STEP_NAMES[14])
def _pending(db: Any) -> None:
    _run(db, PENDING)


@STEPS(name=STEP_NAMES[15])
def _hashed(db: Any) -> None:
    db.conn.create_function("hashed_number", 1, hashed_number, deterministic=True)
    _run(db, HASHED)


@STEPS(name=STEP_NAMES[16])
def _namesakes(db: Any) -> None:
    _run(db, NAMESAKES)


@STEPS(name=STEP_NAMES[17])
def _opening(db: Any) -> None:
    _run(db, OPENING)


def statements(script: str) -> list[str]:
    """The single statements of a script; `executescript` would commit the step's transaction."""
    parts: list[str] = []
    depth: list[str] = []
    for line in script.strip().splitlines():
        depth.append(line)
        whole = "\n".join(depth)
        bare = line.split("--")[0].rstrip()
        in_trigger = "CREATE TRIGGER" in whole and not bare.endswith("END;")
        if bare.endswith(";") and not in_trigger:
            parts.append(whole)
            depth = []
    return parts


def _run(db: Any, script: str) -> None:
    for statement in statements(script):
        db.conn.execute(statement)


def next_step(connection: Any) -> str | None:
    """The first step that a file in use still lacks; None for one that is empty, complete, or of a newer version."""
    with translated():
        there = applied(connection)
    if not there or there - set(STEP_NAMES):
        return None
    return next((name for name in STEP_NAMES if name not in there), None)


def migrate(connection: Any) -> None:
    """Bring the file up to this version's schema, each step in a transaction of its own.

    Raises NewerHome, before anything is changed, when the file holds a step that this version does not know.
    """
    with translated():
        there = applied(connection)
        unknown = there - set(STEP_NAMES)
        if unknown:
            raise NewerHome(
                "This folder was written by a newer version of Budtender; nothing was changed.",
                "Install that version again, or start a new home with --home.",
                steps=sorted(unknown),
                code="newer_version",
            )
        if there != set(STEP_NAMES):
            STEPS.apply(connection)
