"""Time zones of US states and Canadian provinces, for tills that do not tell a store's own."""

from __future__ import annotations

from collections.abc import Mapping

_ZONES: Mapping[str, str] = {
    "America/New_York": "CT DE DC FL GA IN KY ME MD MA MI NH NJ NY NC OH PA RI SC VT VA WV",
    "America/Chicago": "AL AR IL IA KS LA MN MS MO NE ND OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "America/Toronto": "ON QC",
    "America/Winnipeg": "MB",
    "America/Regina": "SK",
    "America/Edmonton": "AB",
    "America/Vancouver": "BC",
    "America/Halifax": "NS NB PE",
    "America/St_Johns": "NL",
}
_BY_STATE = {state: zone for zone, states in _ZONES.items() for state in states.split()}


def zone_of(state: str | None) -> str | None:
    """The IANA time zone that most of a state lives by; None for a state that is not known."""
    return _BY_STATE.get((state or "").strip().upper())
