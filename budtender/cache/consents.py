"""Consent records: who agreed to what, in which words, when and where. Kept, never changed; the newest counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from budtender.cache.database import Connection
from budtender.cache.rows import from_ms, to_ms
from budtender.model import Value

Purpose = Literal["loyalty", "texts"]


class Consent(Value, frozen=True, kw_only=True):
    """One yes or no of a shopper. `zone` is the register's time zone, `source` how it was given."""

    id: str
    phone: str
    purpose: Purpose
    granted: bool
    wording: str
    version: str
    language: str
    source: str
    at: datetime
    zone: str
    staff: str
    register: str
    store: str
    #: What was signed and shown, where there is something of the kind.
    proof: str | None = None


class Proof(Value, frozen=True, kw_only=True):
    """What stands behind the answers of one sign-up: PNG pictures, and the number of a paper form."""

    id: str
    signature: bytes | None
    screen: bytes | None
    paper: str = ""


def keep(connection: Connection, consents: Sequence[Consent], proof: Proof | None = None) -> None:
    """Save records, and the proof that they name, in the caller's transaction."""
    if proof is not None:
        connection.execute(
            "INSERT INTO consent_proof VALUES (?, ?, ?, ?)", (proof.id, proof.signature, proof.screen, proof.paper)
        )
    connection.executemany(
        """INSERT INTO consent (id, phone, purpose, granted, wording, version, language, source, at, zone, staff,
               register, store, proof) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                c.id,
                c.phone,
                c.purpose,
                int(c.granted),
                c.wording,
                c.version,
                c.language,
                c.source,
                to_ms(c.at),
                c.zone,
                c.staff,
                c.register,
                c.store,
                c.proof,
            )
            for c in consents
        ],
    )


def newest(connection: Connection, phone: str, purpose: Purpose) -> Consent | None:
    """What the shopper said last; by the order of telling, because a clock can be set back."""
    row = connection.execute(
        "SELECT * FROM consent WHERE phone = ? AND purpose = ? ORDER BY rowid DESC LIMIT 1",
        (phone, purpose),
    ).fetchone()
    if row is None:
        return None
    return Consent(**{**dict(row), "granted": bool(row["granted"]), "at": from_ms(row["at"])})
