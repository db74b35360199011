"""What may be a PIN: 6 to 12 digits that are not the first ones anybody would try."""

from __future__ import annotations

from itertools import pairwise

from budtender.errors import InputError

SHORTEST, LONGEST = 6, 12

#: Patterns on a keypad and favorites of published lists that the rules of `choose` do not reach.
_FAVOURITES = (
    "010203 101112 102030 112233 112358 123321 123654 123789 124578 142536 147258 147852 147896 159357 159753 "
    "222333 223344 246810 258369 321654 332211 456123 456789 520131 654123 741852 753951 789456 852456 963852 987321 "
    "11223344 12344321 13572468 14725836 24681012 31415926 43211234 1122334455 1234554321"
)
KNOWN = frozenset(_FAVOURITES.split())


def read(pin: str) -> str:
    """What was typed, as digits. Raises InputError for what cannot be a PIN at all."""
    digits = pin.strip()
    if not (digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST):
        raise InputError(
            f"A PIN has {SHORTEST} to {LONGEST} digits and nothing else.",
            "Type the PIN again.",
            field="pin",
            code="pin_shape",
            shortest=SHORTEST,
            longest=LONGEST,
        )
    return digits


def choose(pin: str) -> str:
    """A new PIN, as digits. Raises InputError for one that is guessed too easily."""
    digits = read(pin)
    # Equal steps: 000000, 123456, 987654, 890123, 135791.
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    # A part over and over: 121212, 123123, 1212121, 12341234.
    repeated = any((digits[:size] * len(digits))[: len(digits)] == digits for size in range(2, len(digits) // 2 + 1))
    if len(steps) == 1 or repeated or digits in KNOWN:
        raise InputError(
            "This PIN is too easy to guess.",
            "Choose one that is no row of numbers, no repetition and no pattern on the keypad.",
            field="pin",
            code="pin_easy",
        )
    return digits
