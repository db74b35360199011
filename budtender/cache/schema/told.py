"""The columns of a step: under which id and whose name AIQ has, or may have, a ticket."""

from __future__ import annotations

TOLD = """
ALTER TABLE ticket ADD COLUMN place TEXT;   -- what its id at AIQ begins with, where that is not its location
ALTER TABLE ticket ADD COLUMN buyer TEXT;   -- the customer under whom AIQ was told of it last
"""
