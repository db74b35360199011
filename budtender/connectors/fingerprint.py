"""What a card's number is recognized by, without keeping the number."""

from __future__ import annotations

import hashlib
import re

_HASHED = re.compile(r"[0-9a-fA-F]{64}")


def fingerprint(number: str | None) -> str | None:
    """SHA-256 of a number's letters and digits, as Dutchie gives it of a licence; one that is hashed already stays."""
    if number is not None and _HASHED.fullmatch(number.strip()):
        return number.strip().lower()
    plain = re.sub(r"[\W_]", "", number or "").upper()
    return hashlib.sha256(plain.encode()).hexdigest() if plain else None
