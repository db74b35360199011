"""Loyalty at a dispensary's counter: AIQ's points and rewards beside the till."""

from __future__ import annotations

__version__ = "0.1.0"
