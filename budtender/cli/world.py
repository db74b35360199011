"""The simulator: a whole AIQ and Dutchie on loopback, for training and for trying things out."""

from __future__ import annotations
