"""What is kept of a PIN: Argon2id over an HMAC of the PIN, under a pepper that the database does not hold."""

from __future__ import annotations

import hashlib
import hmac
from functools import cached_property
from typing import TYPE_CHECKING

from budtender.model import Value

if TYPE_CHECKING:
    from argon2 import PasswordHasher


class Profile(Value, frozen=True, kw_only=True):
    """The price of one Argon2id evaluation."""

    time_cost: int
    memory_kib: int
    parallelism: int

    def covers(self, other: Profile) -> bool:
        """Whether this costs at least as much in time and in memory."""
        return self.time_cost >= other.time_cost and self.memory_kib >= other.memory_kib


#: 81 ms on a two-core machine, in the 50 to 100 ms that nobody notices at a counter.
USUAL = Profile(time_cost=2, memory_kib=64 * 1024, parallelism=2)
#: The least that the OWASP Password Storage Cheat Sheet accepts for Argon2id.
FLOOR = Profile(time_cost=2, memory_kib=19 * 1024, parallelism=1)


class Hasher:
    """Makes and checks verifiers at one price; slow on purpose, so it is called off the event loop."""

    def __init__(self, profile: Profile = USUAL) -> None:
        if not profile.covers(FLOOR):
            raise ValueError(f"{profile} is cheaper than {FLOOR}")
        self._profile = profile

    @cached_property
    def _argon2(self) -> PasswordHasher:
        from argon2 import PasswordHasher  # loaded with the first PIN

        price = self._profile
        return PasswordHasher(time_cost=price.time_cost, memory_cost=price.memory_kib, parallelism=price.parallelism)

    def make(self, secret: bytes) -> str:
        """A verifier with a salt of its own; its price is written into it."""
        return self._argon2.hash(secret)

    def matches(self, verifier: str, secret: bytes) -> bool:
        """Whether the verifier was made of this secret."""
        from argon2.exceptions import VerifyMismatchError

        try:
            return self._argon2.verify(verifier, secret)
        except VerifyMismatchError:
            return False

    def is_cheap(self, verifier: str) -> bool:
        """Whether the verifier was made at a lower price than today's."""
        from argon2 import extract_parameters

        made = extract_parameters(verifier)
        return not Profile(time_cost=made.time_cost, memory_kib=made.memory_cost, parallelism=made.parallelism).covers(
            self._profile
        )


def seasoned(pepper: bytes, digits: str, subject: str, device_id: str) -> bytes:
    """The secret that is hashed: worth nothing for another person, on another register or without the pepper."""
    # The separator occurs in none of the parts, so that no two triples give the same text.
    return hmac.new(pepper, "\x00".join((digits, subject, device_id)).encode(), hashlib.sha256).digest()
