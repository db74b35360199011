"""The text of the barcode on the back of a US or Canadian licence, read as scanners type it.

The layout is AAMVA's DL/ID Card Design Standard, versions of 2000 to 2020: a header, then elements of three letters
and a value, each ended by a line feed. Scanners that type it lose or change what is no letter: separators come as
spaces, as picture characters, or not at all. What cannot be told for certain is left out, never guessed; of an ID
only what this program has a use for is read, and nothing is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

#: A barcode of this kind holds a few hundred characters.
LONGEST = 4000
_HEADER = re.compile(r"(?:ANSI|AAMVA)[\s\x1c-\x1f]*(\d{6})(\d{2})")
#: What is cut or damaged after this is a licence all the same, and no loyalty card.
_BEGINS = re.compile(r"[\W_]*@[\s\x1c-\x1f]*(?:ANSI|AAMVA)")
#: So is what has lost its beginning, as when the window came up while it was typed: no other barcode tells such dates.
_TELLS = re.compile(r"(DB[ABD])\d{8}")
_START = re.compile(r"(?:DL|ID|EN)[\s\x1c-\x1f]*(?=D[A-D][A-Z])")
#: Visible stand-ins of control characters that some scanners type; the later ones are what Windows makes of Alt and a
#: number below 32 on the keypad.
_PICTURES = str.maketrans(
    {"␊": "\n", "␍": "\r", "␞": "\x1e", "␝": "\x1d", "␜": "\x1c", "␉": "\t"}
    | {"◙": "\n", "♪": "\r", "▲": "\x1e", "↔": "\x1d", "∟": "\x1c", "▼": "\x1f", "○": "\t"}
)
_SPELT = re.compile(r"<(?:LF|CR|RS|GS|FS)>|\\[NR]|\^[JM]")
_BREAKS = re.compile(r"[\t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]+")
_ELEMENT = re.compile(r"(?:D[A-D][A-Z]|Z[A-Z][A-Z])")
_DATED = re.compile(r"DB[ABD]\d{8}")
#: As many elements must be there for the separators to have survived; the smallest card has more.
_FEWEST = 5
#: What cards write for a name that is not there.
NO_NAME = frozenset({"NONE", "UNAVL", "UNAVAIL", "UNAVAILABLE", "N/A"})
_PROVINCES = frozenset(["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"])
_COUNTRIES: Mapping[str, Literal["us", "ca"]] = {"USA": "us", "US": "us", "CAN": "ca", "CA": "ca"}
#: Without separators a name ends where one of these begins, and only there.
_AFTER_LAST = re.compile(r"DDE[TNU](?=\s*D)|DAC|DCT")
_AFTER_FIRST = re.compile(r"DDF[TNU](?=\s*D)|DAD")
_YEARS = range(1900, 2100)


class Licence(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan tells of its holder. A name that could not be told for certain is empty.

    `truncated` names the fields that the card says it has cut. `expires` is None for a card without an end.
    `document` is a keyed digest of the document number, or None when it was not asked for.
    """

    born: date
    expires: date | None = None
    first_name: str = ""
    last_name: str = ""
    middle_name: str = ""
    country: Literal["us", "ca"] | None = None
    state: str = ""
    truncated: frozenset[str] = frozenset()
    document: str | None = None


def is_licence(text: str) -> bool:
    """Whether this begins as the barcode of a licence does; no matter whether it can be read."""
    plain = _plain(text[:LONGEST])
    if _HEADER.search(plain[:80]) is not None or _BEGINS.match(plain) is not None:
        return True
    return len(set(_TELLS.findall(plain))) > 1


def read(text: str, pepper: bytes | None = None) -> Licence | None:
    """The licence in a scan; None when it is none, or its birth date cannot be told.

    With `pepper` the document number is told as an HMAC-SHA256 under it.
    """
    if len(text) > LONGEST:
        return None
    plain = _plain(text)
    header = _HEADER.search(plain[:80])
    if header is None:
        return None
    body = plain[header.end() :]
    start = _START.search(body)
    elements = _elements(body[start.end() :] if start else body)
    born = _date(elements.get("DBB", ""))
    if born is None:
        return None
    last, first, middle = _names(elements)
    state = elements.get("DAJ", "")[:2]
    number = elements.get("DAQ", "")
    return Licence(
        born=born,
        expires=_date(elements.get("DBA", "")),
        first_name=first,
        last_name=last,
        middle_name=middle,
        country=_country(elements.get("DCG", ""), state),
        state=state if state.isalpha() else "",
        truncated=frozenset(
            field for field, key in (("last_name", "DDE"), ("first_name", "DDF")) if elements.get(key) == "T"
        ),
        document=hmac.new(pepper, number.encode(), hashlib.sha256).hexdigest() if pepper and number else None,
    )


def _plain(text: str) -> str:
    """Composed, in capitals, with one form of every separator."""
    return _SPELT.sub("\n", unicodedata.normalize("NFC", text).translate(_PICTURES).upper())


# ── elements ──────────────────────────────────────────────────────────────────────────────────────────────


def _elements(body: str) -> Mapping[str, str]:
    """The elements by their three letters where the breaks between them survived, else what is certain all the same."""
    parts = [part.strip() for part in _BREAKS.split(body)]
    found = {part[:3]: part[3:].strip() for part in reversed(parts) if _ELEMENT.match(part)}
    # A part that holds a date's element inside has lost some of its separators.
    whole = not any(_DATED.search(part[3:]) for part in parts)
    return found if len(found) >= _FEWEST and whole else _glued(_BREAKS.sub(" ", body))


def _glued(body: str) -> Mapping[str, str]:
    """Without separators, or with spaces for them, which names have too.

    Dates are told, which no name can hold, and names only where there is one way to read them.
    """
    found: dict[str, str] = {}
    for key, pattern in (("DBB", r"\d{8}"), ("DBA", r"\d{8}"), ("DCG", "USA|CAN"), ("DDE", "[TNU]"), ("DDF", "[TNU]")):
        values = set(re.findall(f"{key}({pattern})", body))
        if len(values) == 1:
            found[key] = values.pop()
    for key, ends in (("DCS", _AFTER_LAST), ("DAC", _AFTER_FIRST)):
        value = _only_way(body, key, ends)
        if value is None:
            return {k: v for k, v in found.items() if k not in ("DCS", "DAC")}
        found[key] = value
    return found


def _only_way(body: str, key: str, ends: re.Pattern[str]) -> str | None:
    """The value between `key` and what ends it, where both occur once."""
    if body.count(key) != 1:
        return None
    rest = body[body.index(key) + 3 :]
    end = ends.search(rest)
    if end is None or body.count(end.group()[:3]) != 1:
        return None
    return rest[: end.start()].strip()


# ── values ────────────────────────────────────────────────────────────────────────────────────────────────


def _date(value: str) -> date | None:
    """MMDDYYYY as the United States write it, or YYYYMMDD as Canada and the oldest cards do.

    No text is both: a year begins with 19 or 20, and there is no such month.
    """
    digits = "".join(c for c in value if c in "0123456789")
    if len(digits) != 8:
        return None
    for year, month, day in ((digits[4:], digits[:2], digits[2:4]), (digits[:4], digits[4:6], digits[6:])):
        if int(year) in _YEARS:
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                continue
    return None


def _names(elements: Mapping[str, str]) -> tuple[str, str, str]:
    """Last, first, middle: apart on newer cards, given names together on those of 2005, all together on the oldest."""
    last = elements.get("DCS") or elements.get("DAB") or ""
    first, middle = elements.get("DAC", ""), elements.get("DAD", "")
    if not first and (given := elements.get("DCT")):
        first, middle = _parted(given, 2)
    if not last and not first and (whole := elements.get("DAA")):
        last, first, middle = _parted(whole, 3)
    return _name(last.partition(",")[0]), _name(first), _name(middle)


def _parted(value: str, parts: int) -> list[str]:
    """A list of names: by commas or the like, else by spaces; the last part takes the rest."""
    sign = next((sign for sign in ",@$;" if sign in value), " ")
    split = [part.strip() for part in value.split(sign, parts - 1)]
    return split + [""] * (parts - len(split))


def _name(value: str) -> str:
    """A name as people write it, from the capitals of the card."""
    kept = "".join(" " if c in ",@$;" or not c.isprintable() else c for c in value)
    tidy = " ".join(kept.split())
    if tidy in NO_NAME or not any(c.isalpha() for c in tidy):
        return ""
    # A letter stays a capital where a word, or a part of one, begins.
    inside = [before.isalpha() or unicodedata.combining(before) > 0 for before in tidy[:-1]]
    return tidy[0] + "".join(c.lower() if within else c for c, within in zip(tidy[1:], inside, strict=True))


def _country(code: str, state: str) -> Literal["us", "ca"] | None:
    if code in _COUNTRIES:
        return _COUNTRIES[code]
    if state in _PROVINCES:
        return "ca"
    return "us" if len(state) == 2 and state.isalpha() else None
