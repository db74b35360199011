"""Setting PINs and approving by PIN: what is counted, what is checked, and what the audit log says of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from typing import Any

from budtender.cache import audit, staff
from budtender.cache.database import Connection, Database
from budtender.cache.rows import to_ms
from budtender.clock import Clock
from budtender.errors import InputError, Locked, NotAllowed, PinRefused
from budtender.model import Actor, Role, Value
from budtender.pins import digits as rules
from budtender.pins.candidates import Candidate, How, candidates, everybody
from budtender.pins.ladder import MASTER, REGISTER, SIGN_IN, SIGN_INS, Ladder, in_words, limit_of, subject_of
from budtender.pins.verifier import Hasher, seasoned
from budtender.secrets import Vault

_PEPPER = "pepper"
_PEPPER_BYTES = 32
#: Who typed a wrong PIN while nobody was signed in.
NOBODY = "nobody signed in"


class Approver(Value, frozen=True, kw_only=True):
    """Who approved, as the audit log and the visit keep it. Only `Pins.approve` makes one."""

    name: str
    role: Role
    how: How


class Door(Value, frozen=True, kw_only=True):
    """What stands before signing in: the lock or the wait, if any, and how many wrong PINs are left."""

    closed: Locked | None
    tries_left: int


class Pins:
    """The PINs of one register, one at a time: each try waits until the one before has been counted and checked."""

    def __init__(
        self, db: Database, vault: Vault, clock: Clock, device_id: str, *, hasher: Hasher | None = None
    ) -> None:
        self._db = db
        self._vault = vault
        self._clock = clock
        self._device_id = device_id
        self._hasher = hasher or Hasher()
        self._ladder = Ladder(db, vault, clock)
        self._pepper: bytes | None = None
        self._turn = asyncio.Lock()

    # ── setting ───────────────────────────────────────────────────────────────────────────────────────────

    async def set_personal(
        self, staff_id: int, pin: str, by: str, *, first: Callable[[Connection], None] | None = None
    ) -> None:
        """Give one person a new PIN and a fresh count of tries; `first` runs before, in the same transaction.

        Whether `by` may do so is the caller's to know. Raises InputError for a PIN that is none, too easy or
        somebody else's.
        """

        def keep(connection: Connection, verifier: str) -> None:
            if first:
                first(connection)
            if not staff.set_verifier(connection, staff_id, verifier):
                raise InputError(
                    "There is nobody with this number on the staff.", "See: budtender staff list", code="not_on_staff"
                )

        await self._set(subject_of(staff_id), pin, by, keep)

    async def set_master(self, pin: str, by: str) -> None:
        """Set the master PIN, which stands for a manager; otherwise as `set_personal`."""
        await self._set(MASTER, pin, by, staff.set_master_verifier)

    async def _set(self, subject: str, pin: str, by: str, keep: Callable[[Connection, str], None]) -> None:
        chosen = rules.choose(pin)
        async with self._turn:
            pepper = await self._make_pepper()
            others = self._db.read(lambda connection: _others(connection, subject))
            if await asyncio.to_thread(self._is_taken, pepper, chosen, others):
                await self._note("PIN taken", by, {"subject": subject})
                raise InputError(
                    "This PIN cannot be used: it is in use already.", "Choose another.", field="pin", code="pin_taken"
                )
            secret = seasoned(pepper, chosen, subject, self._device_id)
            verifier = await asyncio.to_thread(self._hasher.make, secret)
            await self._ladder.load(subject)
            await self._ladder.unmirror(subject)

            def write(connection: Connection) -> None:
                keep(connection, verifier)
                self._ladder.reset(connection, subject)
                self._audit(connection, "PIN set", by, {"subject": subject})

            await self._db.write(write)

    def _is_taken(self, pepper: bytes, chosen: str, others: Mapping[str, str]) -> bool:
        return any(
            self._hasher.matches(verifier, seasoned(pepper, chosen, subject, self._device_id))
            for subject, verifier in others.items()
        )

    # ── approving ─────────────────────────────────────────────────────────────────────────────────────────

    async def approve(
        self,
        pin: str,
        *,
        at_least: Role = Role.MANAGER,
        approver: str | None = None,
        acting: str,
        facts: Mapping[str, Any] | None = None,
        master_for: str | None = None,
    ) -> Approver:
        """Tell who approves with this PIN, and write it down together with `facts` (what for, and why).

        `master_for` is who has approved where the PIN proves to be the master's, which is nobody's own. Whoever acts
        as somebody gives that person's own PIN: then it is left out.

        Raises InputError for what is no PIN, PinRefused for a wrong one, Locked without looking at it, NotAllowed
        for an approver who does not reach so far.
        """
        typed = rules.read(pin)
        async with self._turn:
            asked = self._db.read(lambda connection: candidates(connection, at_least, approver, acting, master_for))
            pepper = await self._get_pepper()
            await self._ladder.load(REGISTER, *(candidate.subject for candidate in asked))
            if approver is not None:
                asked = self._db.read(lambda connection: self._own(connection, asked))
            subject = asked[0].subject if len(asked) == 1 else REGISTER
            asked = self._db.read(lambda connection: self._open(connection, asked))
            tries = await self._ladder.count(subject)
            found = await asyncio.to_thread(self._find, pepper, typed, asked)
            if found is None:
                await self._ladder.mirror(subject)
                await self._note("PIN wrong", acting, {"subject": subject, "tries": tries, **(facts or {})})
                raise _refused(subject, tries)
            named = "approver" if approver is not None else "acting person"
            await self._accept(subject, *found, acting, {**(facts or {}), "named": named})
            return Approver(name=found[0].name, role=found[0].role, how=found[0].how)

    # ── signing in ────────────────────────────────────────────────────────────────────────────────────────

    async def door(self) -> Door:
        """Whether somebody may try to sign in now."""
        async with self._turn:
            await self._ladder.load(SIGN_IN, SIGN_INS)
            return self._db.read(self._door)

    def _door(self, connection: Connection) -> Door:
        locks = [self._ladder.closed(connection, subject) for subject in (SIGN_IN, SIGN_INS)]
        left = min(self._ladder.tries_left(connection, subject) for subject in (SIGN_IN, SIGN_INS))
        return Door(closed=next((locked for locked in locks if locked), None), tries_left=left)

    async def sign_in(self, pin: str) -> Actor:
        """Tell by their personal PIN alone who signs in, and write it down. No two people have the same PIN.

        Raises InputError for what is no PIN, PinRefused with the tries left for a wrong one, Locked without looking
        at it.
        """
        typed = rules.read(pin)
        async with self._turn:
            asked = self._db.read(everybody)
            pepper = await self._get_pepper()
            await self._ladder.load(SIGN_IN, SIGN_INS, *(candidate.subject for candidate in asked))
            if locked := self._db.read(self._door).closed:
                raise locked
            asked = self._db.read(lambda connection: self._open(connection, asked))
            tries = await self._ladder.count(SIGN_IN)
            found = await asyncio.to_thread(self._find, pepper, typed, asked)
            if found is None:
                await self._ladder.count_wrong(SIGN_INS)
                await self._ladder.mirror(SIGN_IN)
                await self._note("PIN wrong", NOBODY, {"subject": SIGN_IN, "tries": tries})
                raise _refused(SIGN_IN, tries)
            return await self._signed_in(*found)

    async def _signed_in(self, found: Candidate, renewed: str | None) -> Actor:
        staff_id = int(found.subject.removeprefix("staff:"))
        subjects = {SIGN_IN, found.subject}
        if found.role.rank >= Role.MANAGER.rank:
            subjects.add(SIGN_INS)
        await self._ladder.unmirror(*subjects)

        def write(connection: Connection) -> None:
            self._ladder.reset(connection, *subjects)
            if renewed is not None:
                _renew(connection, found.subject, renewed)
            staff.note_signed_in(connection, staff_id, at=self._clock.now())
            self._audit(connection, "signed in", found.name, {"role": found.role})

        await self._db.write(write)
        return Actor(name=found.name, role=found.role, staff_id=staff_id)

    # ── locks ─────────────────────────────────────────────────────────────────────────────────────────────

    def _open(self, connection: Connection, asked: list[Candidate]) -> list[Candidate]:
        """Those whose own lock is open: leaving out the name is no way round it."""
        locks = [(candidate, self._ladder.closed(connection, candidate.subject)) for candidate in asked]
        remaining = [candidate for candidate, locked in locks if locked is None]
        if not remaining:
            raise next(locked for _, locked in locks if locked)
        return remaining

    def _own(self, connection: Connection, asked: list[Candidate]) -> list[Candidate]:
        """Without the master PIN while the register waits or is locked: whoever is named may still give their own."""
        shut = len(asked) > 1 and self._ladder.closed(connection, REGISTER) is not None
        return asked[:1] if shut else asked

    def _find(self, pepper: bytes, typed: str, asked: list[Candidate]) -> tuple[Candidate, str | None] | None:
        """Whose PIN it is, and its new verifier if the kept one is cheaper than today's."""
        for candidate in asked:
            secret = seasoned(pepper, typed, candidate.subject, self._device_id)
            if self._hasher.matches(candidate.verifier, secret):
                cheap = self._hasher.is_cheap(candidate.verifier)
                return candidate, self._hasher.make(secret) if cheap else None
        return None

    async def _accept(
        self, subject: str, found: Candidate, renewed: str | None, acting: str, facts: Mapping[str, Any]
    ) -> None:
        subjects = {subject, found.subject}
        await self._ladder.unmirror(*subjects)

        def write(connection: Connection) -> None:
            self._ladder.reset(connection, *subjects)
            if renewed is not None:
                _renew(connection, found.subject, renewed)
            said = {"approver": found.name, "role": found.role, "how": found.how}
            self._audit(connection, "PIN approved", acting, {**facts, **said})

        await self._db.write(write)

    async def unlock(self, subject: str, by: Approver) -> int:
        """Open a subject's lock; returns how many wrong PINs were counted against it.

        `by` has just given a personal PIN as manager or owner, and is not the subject.
        """
        if by.how != "personal PIN" or by.role.rank < Role.MANAGER.rank:
            raise NotAllowed(
                "Only a manager or an owner with a PIN of their own can unlock.",
                "Ask one of them.",
                code="cannot_unlock",
            )
        async with self._turn:
            person = self._db.read(lambda connection: staff.find_person(connection, by.name))
            if person is None or subject_of(person.id) == subject:
                raise NotAllowed("Nobody can unlock their own PIN.", "Ask another manager or an owner.", code="own_pin")
            await self._ladder.load(subject)
            counted = self._db.read(lambda connection: self._ladder.counted(connection, subject))
            await self._ladder.unmirror(subject)

            def write(connection: Connection) -> None:
                self._ladder.reset(connection, subject)
                self._audit(connection, "PIN unlocked", by.name, {"subject": subject})

            await self._db.write(write)
        return counted

    # ── pepper and audit ──────────────────────────────────────────────────────────────────────────────────

    async def _get_pepper(self) -> bytes:
        if self._pepper is None:
            self._pepper = await asyncio.to_thread(self._vault.read, _PEPPER)
        if self._pepper is None:
            raise Locked(
                "The secret that every PIN is checked with is missing from the secure storage.",
                "Restore it with the operating system's backup, or set new PINs.",
                until=None,
                code="pepper_missing",
            )
        return self._pepper

    async def _make_pepper(self) -> bytes:
        if self._pepper is None:
            # In a transaction, because that is what two processes cannot be in at once: a second pepper would
            # make the PINs set with the first one worthless.
            self._pepper = await self._db.write(lambda _: self._find_or_make_pepper())
        return self._pepper

    def _find_or_make_pepper(self) -> bytes:
        pepper = self._vault.read(_PEPPER)
        if pepper is None:
            pepper = os.urandom(_PEPPER_BYTES)
            self._vault.write(_PEPPER, pepper)
        return pepper

    async def _note(self, kind: str, by: str, facts: Mapping[str, Any]) -> None:
        await self._db.write(lambda connection: self._audit(connection, kind, by, facts))

    def _audit(self, connection: Connection, kind: str, by: str, facts: Mapping[str, Any]) -> None:
        at = to_ms(self._clock.now())
        audit.append(connection, at=at, kind=kind, staff=by, facts={**facts, "register": self._device_id})


def _others(connection: Connection, subject: str) -> dict[str, str]:
    """The verifiers of everybody else, by subject."""
    kept = {subject_of(staff_id): verifier for staff_id, verifier in staff.verifiers(connection).items()}
    master = staff.find_master_verifier(connection)
    if master is not None:
        kept[MASTER] = master
    kept.pop(subject, None)
    return kept


def _renew(connection: Connection, subject: str, verifier: str) -> None:
    if subject == MASTER:
        staff.set_master_verifier(connection, verifier)
    else:
        staff.set_verifier(connection, int(subject.removeprefix("staff:")), verifier)


def _refused(subject: str, tries: int) -> PinRefused:
    limit = limit_of(subject)
    left = limit.tries - tries
    if not left:
        hint = "Another manager can unlock it or approve instead, by name and with a PIN of their own."
        return PinRefused(
            "PIN not recognized. That was the last try: it is locked now.",
            "A manager can unlock it with a PIN of their own." if subject == SIGN_IN else hint,
            code="pin_wrong_locked",
            tries_left=0,
        )
    wait = limit.wait(tries)
    hint = f"Wait {in_words(wait)} before the next." if wait else "Type it again."
    return PinRefused(
        f"PIN not recognized. {left} {'try' if left == 1 else 'tries'} left.",
        hint,
        code="pin_wrong",
        tries_left=left,
        wait_seconds=wait,
    )
