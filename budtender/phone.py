"""Phone numbers: E.164 inside, ten digits towards AIQ, masked on screens and in logs.

AIQ stores a phone that it judges invalid as blank and still answers success (AIQ core integration article), so a
number it would blank is refused here, before anything is sent.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from budtender.errors import PhoneError

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

DEFAULT_REGION = "US"
#: Longest text worth parsing: a pasted number with country code, spaces, brackets and an extension.
LONGEST = 40
NANP_COUNTRY_CODE = 1
_HINT = "Type the ten digits of a US or Canadian number, such as 303 555 0142."


@cache
def _plain_us() -> re.Pattern[str]:
    """Ten plain digits that the library's own table of US numbers calls valid.

    Asking that table takes a fiftieth of the general way, which ends at the same table; what does not match it takes
    the general way.
    """
    import phonenumbers

    us = phonenumbers.PhoneMetadata.metadata_for_region(DEFAULT_REGION)
    pattern = us.fixed_line.national_number_pattern if us and us.fixed_line else None
    assert pattern is not None, "the library knows the United States"
    return re.compile(pattern, re.ASCII)


#: What people put between the digits of a number; the general way takes it out as well, in a hundred times as long.
_PUNCTUATION = str.maketrans("", "", " ()-.")


def load() -> None:
    """Load the tables of numbers now; else the first number that is parsed does, which takes 40 ms."""
    _plain_us()


def parse_phone(text: str, region: str = DEFAULT_REGION) -> str:
    """Return the number as E.164 (`+13035550142`).

    Any script's digits, spaces, dashes, brackets and a leading +1 are accepted. Raises PhoneError with what is
    wrong in words; only North American numbers pass, because AIQ keeps ten digits and no country code.
    """
    plain = text.replace(" ", "")  # as the window groups what is typed
    if len(text) <= LONGEST and region.upper() == DEFAULT_REGION and _plain_us().fullmatch(plain):
        return f"+{NANP_COUNTRY_CODE}{plain}"
    if len(text) > LONGEST:
        raise PhoneError(
            f"A phone number has 10 digits; this text has {len(text)} characters.",
            _HINT,
            field="phone",
            code="too_long",
            length=len(text),
        )
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region.upper())
    except phonenumbers.NumberParseException as error:
        raise PhoneError("That is not a phone number.", _HINT, field="phone", code="not_a_number") from error
    _refuse_unusable(text, number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _refuse_unusable(text: str, number: PhoneNumber) -> None:
    """Say what keeps AIQ from storing a number that could be read."""
    import phonenumbers

    if _has_letters(text) or number.extension:
        raise PhoneError(
            "A phone number here has digits only, without letters or an extension.",
            _HINT,
            field="phone",
            code="letters",
        )
    if number.country_code != NANP_COUNTRY_CODE:
        raise PhoneError(
            "AIQ keeps only US and Canadian numbers, and this one is from another country.",
            "Ask for a US or Canadian number.",
            field="phone",
            code="other_country",
        )
    digits = phonenumbers.national_significant_number(number)
    if len(digits) != 10:
        raise PhoneError(
            f"A phone number needs 10 digits; this one has {len(digits)}.",
            _HINT,
            field="phone",
            code="digits",
            digits=len(digits),
        )
    if digits[0] in "01":
        raise PhoneError("Area codes do not start with 0 or 1.", _HINT, field="phone", code="area_code")
    if not phonenumbers.is_valid_number(number):
        raise PhoneError(
            "No phone has this number; AIQ would store it as blank.", _HINT, field="phone", code="impossible"
        )


def _has_letters(text: str) -> bool:
    return any(c.isalpha() for c in text)


def ten_digits(e164: str) -> str:
    """The form AIQ takes: no country code, no punctuation (AIQ core integration article, partner connectors)."""
    return e164.removeprefix("+1")


def from_remote(text: str | None) -> str | None:
    """A remote system's phone as E.164, or None when it holds none that can be called."""
    if not text:
        return None
    if _plain_us().fullmatch(text):
        return f"+{NANP_COUNTRY_CODE}{text}"
    plain = text.translate(_PUNCTUATION).removeprefix("+")
    if len(plain) == 11 and plain[0] == "1":
        plain = plain[1:]
    elif text.startswith("+"):
        plain = text
    if _plain_us().fullmatch(plain):
        return f"+{NANP_COUNTRY_CODE}{plain}"
    try:
        return parse_phone(text)
    except PhoneError:
        return None


def mask(e164: str) -> str:
    """For screens and answers: only the last four digits, as `(•••) •••-0142`."""
    return f"(•••) •••-{e164[-4:]}"


def in_full(e164: str) -> str:
    """The whole number as people write it, `(303) 555-0142`; for nothing but a number that was asked to be shown."""
    digits = ten_digits(e164)
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
