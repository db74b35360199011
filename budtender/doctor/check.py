"""The result of one look, which every room of the doctor gives."""

from __future__ import annotations

from budtender.errors import Failure, RateLimited, Unreachable
from budtender.model import Value


class Check(Value, frozen=True, kw_only=True):
    """One thing that was looked at. `away` marks trouble that is only a system out of reach."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    away: bool = False


def failed(name: str, failure: Failure) -> Check:
    """Something that could not be looked at, in the words of the failure."""
    return Check(
        name=name,
        ok=False,
        detail=failure.title,
        hint=failure.hint,
        away=isinstance(failure, Unreachable | RateLimited),
    )
