"""Intents: the writes that are owed to remote systems."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from budtender.model.value import Value


class Kind(StrEnum):
    """What an intent owes a remote system."""

    REDEEM = "redeem"
    ADJUST = "adjust"
    SIGN_UP = "sign_up"
    OPT_OUT = "opt_out"
    CUSTOMER = "customer"
    #: A customer of the till becomes a member, because a setting says so.
    ENROL = "enrol"
    #: A shopper is asked by text to confirm, because a setting says so.
    OPT_IN = "opt_in"
    #: A shopper's phone or e-mail is changed in a till, then in AIQ, which waits for it.
    TILL_CONTACT = "till_contact"
    CONTACT = "contact"


class State(StrEnum):
    """How far an intent has come; `sending` is committed before the first byte leaves."""

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


OPEN_STATES = frozenset({State.WAITING, State.SENDING, State.UNKNOWN})


class Intent(Value, frozen=True, kw_only=True):
    """One write owed to a remote system; a new one waits, under an id of its own.

    `points` is the signed change of the shopper's balance: negative for a redemption, positive for points given
    back. `needs_person` marks an unknown outcome that reading could not settle; `evidence` then holds both numbers.
    """

    id: str = msgspec.field(default_factory=lambda: uuid.uuid4().hex)
    kind: Kind
    state: State = State.WAITING
    system: str = "aiq"
    body: Mapping[str, Any]
    staff: str
    created: datetime
    persona_id: int | None = None
    phone: str | None = None
    visit_id: str | None = None
    reward_id: str | None = None
    #: How often this reward was taken and given back before in the same visit.
    turn: int = 0
    undoes: str | None = None
    depends_on: str | None = None
    points: Decimal = Decimal(0)
    #: The mirror's balance when the intent was recorded.
    balance: Decimal | None = None
    urgent: bool = False
    attempts: int = 0
    #: Answers lost so far.
    lost: int = 0
    #: When it was last sent, on the remote system's clock as far as that is known.
    sent: datetime | None = None
    #: Monotonic reading of its last move; waits are measured from here.
    moved_mono: float = 0.0
    not_before: datetime | None = None
    answered: datetime | None = None
    #: When a balance that contains it arrived, on AIQ's clock.
    absorbed: datetime | None = None
    needs_person: bool = False
    last_error: str = ""
    #: Kind, code and values of that sentence, for a translation.
    error_facts: Mapping[str, Any] = {}
    evidence: Mapping[str, Any] = {}
    remote_ref: str | None = None
    #: It was refused while nobody looked, and nobody has taken note of it yet.
    unseen: bool = False

    @property
    def key(self) -> str:
        """Our mark in a remote system's free text, by which the write can be found again."""
        return f"bt-{self.id}"


class Receipt(Value, frozen=True, kw_only=True):
    """What a remote system answered to a write that it carried out."""

    remote_id: str | None = None
    raw: Mapping[str, Any] = {}
