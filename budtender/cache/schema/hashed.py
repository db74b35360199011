"""The step after which no number of a medical card is kept in the clear, and all tills' are compared in one form.

Until then Dutchie's was kept as it came and everybody else's as its hash, so that one patient in two tills was two.
"""

from __future__ import annotations

import hashlib
import re

# Whose number changes its form is looked at anew: it may be somebody's of another till.
HASHED = """
UPDATE customer SET body = json_set(body, '$.medical_id', hashed_number(body ->> 'medical_id')), traced = 0
WHERE body ->> 'medical_id' IS NOT NULL;
"""

_HASHED = re.compile(r"[0-9a-f]{64}")


def hashed_number(number: str) -> str | None:
    """SHA-256 of a number's letters and digits; one that is hashed already stays."""
    if _HASHED.fullmatch(number):
        return number
    plain = re.sub(r"[\W_]", "", number).upper()
    return hashlib.sha256(plain.encode()).hexdigest() if plain else None
