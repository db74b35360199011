"""What an answer means: by its status alone, never by its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from budtender.connectors.answer import Answer
from budtender.connectors.limiter import LONGEST_HOLD
from budtender.connectors.retry import backoff
from budtender.connectors.sentences import (
    Reason,
    asked_to_wait,
    misconfigured,
    not_found,
    refused,
    unreachable,
)
from budtender.errors import RemoteError

_SHORTEST_PAUSE = 1.0
#: Dutchie's words in a 429 (vendor's page on rate limits); the number is all that is taken from them.
_ALLOWED = re.compile(rb"\bonly (\d{1,6}) per minute\b", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?")
#: The status of a network that wants a sign-in first (RFC 6585).
_SIGN_IN = 511


def judge(answer: Answer, *, is_write: bool, limited: int = 0) -> RemoteError | None:
    """The failure that `answer` reports, None for a 2xx that is not a web page.

    Nothing the far side wrote is kept: its words may hold a phone or a key.
    `limited` is how many answers before this one asked for a pause without saying how long.
    """
    system, status = answer.system, answer.status
    if 200 <= status < 300:
        return unreachable(system, Reason.PORTAL, sent=True, is_write=is_write) if is_page(answer) else None
    if status < 400 or status == _SIGN_IN:
        return unreachable(system, Reason.PORTAL, sent=True, is_write=is_write, status=status)
    if status == 408:
        return unreachable(system, Reason.SILENCE, sent=True, is_write=is_write, status=status)
    if status >= 500:
        return unreachable(system, Reason.SERVER, sent=True, is_write=is_write, status=status)
    if status == 429:
        return asked_to_wait(system, pause(answer.headers, limited), status=status)
    if status in (401, 403, 405):
        return misconfigured(system, status)
    if status == 404:
        return not_found(system, status=status)
    return refused(system, status)


def is_page(answer: Answer) -> bool:
    """Whether a web page came where JSON was expected, as from a network that wants a sign-in."""
    return is_html(answer.headers) or answer.body.lstrip()[:1] == b"<"


def is_html(headers: Mapping[str, str]) -> bool:
    """Whether the answer calls itself a web page."""
    return headers.get("content-type", "").lower().startswith(("text/html", "application/xhtml"))


def pause(headers: Mapping[str, str], limited: int) -> float:
    """How many seconds to leave the far side alone after a 429, between one second and fifteen minutes.

    `Retry-After` in either form, a date being read against the far side's own clock; a growing pause of our own
    where it is missing or makes no sense.
    """
    value = headers.get("retry-after", "").strip()
    if _NUMBER.fullmatch(value):
        wait = float(value)
    elif (until := date_in(value)) is not None:
        now = date_in(headers.get("date", "")) or datetime.now(UTC)
        wait = (until - now).total_seconds()
    else:
        wait = backoff(limited, first=2.0)
    return max(_SHORTEST_PAUSE, min(wait, LONGEST_HOLD))


def allowed_per_minute(answer: Answer) -> int | None:
    """How many calls a minute an answer says are allowed, None when it does not say."""
    said = _ALLOWED.search(answer.body)
    return int(said[1]) if said else None


def date_in(value: str) -> datetime | None:
    """The time in an HTTP date, aware and in UTC; None when it is none."""
    try:
        at = parsedate_to_datetime(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
