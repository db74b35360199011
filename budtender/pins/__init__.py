"""Personal PINs and the master PIN: what may be one, what is kept of it, and how often it may be guessed.

A PIN has few digits, so it is protected three times. What is kept is an Argon2id hash over the PIN mixed with a
pepper that lies in the operating system's secure storage: a copy of the database tells nothing about it. Guessing
at the counter is counted before it is checked, slowed by growing waits and ended by a lock. And the count is
mirrored in the secure storage, so that an old database file does not set it back.
"""

from __future__ import annotations

from budtender.pins.approval import Approver, Door, Pins
from budtender.pins.ladder import MASTER, REGISTER, SIGN_IN, SIGN_INS, subject_of
from budtender.pins.verifier import FLOOR, USUAL, Hasher, Profile

__all__ = [
    "FLOOR",
    "MASTER",
    "REGISTER",
    "SIGN_IN",
    "SIGN_INS",
    "USUAL",
    "Approver",
    "Door",
    "Hasher",
    "Pins",
    "Profile",
    "subject_of",
]
