"""What a person at the counter reads when a remote system fails: one sentence and the next step."""

from __future__ import annotations

from budtender.errors import ProtocolError

_NAMES = {"aiq": "AIQ", "dutchie": "Dutchie", "posabit": "POSaBIT", "flourish": "Flourish"}


def display_name(system: str) -> str:
    """The name of a remote system as people say it."""
    return _NAMES.get(system) or system.title() or "The other system"


def not_understood(system: str, why: str, **facts: object) -> ProtocolError:
    """An answer came and makes no sense."""
    return ProtocolError(
        f"{display_name(system)} sent an answer that cannot be read.",
        "Try again in a few minutes, and tell support if it stays.",
        system=system,
        why=why,
        **facts,
    )
