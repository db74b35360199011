"""Shopper names as data: what may be kept, and the short form that screens and answers show."""

from __future__ import annotations

import unicodedata

from budtender.errors import InputError

LONGEST = 100
#: So much of a reward's name fits a card, at twice the usual text as well.
LONGEST_TITLE = 120
#: Characters that reorder or hide the text around them on a screen.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def checked_name(text: str, what: str, field: str) -> str:
    """A name as typed, tidied of spaces. Raises InputError, naming the field, for what is no name."""
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    if not tidy:
        raise InputError(f"{what} is missing.", "Type it as on the shopper's ID.", field=field, code="missing")
    if len(tidy) > LONGEST:
        raise InputError(
            f"{what} has {len(tidy)} characters; {LONGEST} fit.",
            "Type a shorter form.",
            field=field,
            code="too_long",
            length=len(tidy),
            longest=LONGEST,
        )
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") or c in _BIDI for c in tidy):
        raise InputError(
            f"{what} holds invisible control characters.",
            "Type it instead of pasting it.",
            field=field,
            code="control_characters",
        )
    if not any(c.isalpha() for c in tidy):
        raise InputError(f"{what} has no letters.", "Type it as on the shopper's ID.", field=field, code="no_letters")
    return tidy


def shown(text: str) -> str:
    """Text from anywhere for one line of a screen: no control or reordering characters, no line breaks."""
    if text.isprintable():  # then it has none of them
        return " ".join(text.split())
    kept = "".join(" " if c.isspace() else c for c in text if c not in _BIDI and (c.isspace() or c.isprintable()))
    return " ".join(kept.split())


def titled(text: str) -> str:
    """What a reward or a discount is called, for a screen: one line that a card can hold, however long it came."""
    told = shown(text)
    return told if len(told) <= LONGEST_TITLE else f"{told[:LONGEST_TITLE].rstrip()}…"


def short_name(first: str, last: str) -> str:
    """First name and last initial, `Dana R.`; never more, because others can see the screen."""
    first, last = shown(first), shown(last)
    initial = f"{last[0]}." if last else ""
    return f"{first[:40]} {initial}".strip() or "Shopper without a name"
