"""What every test shares."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from budtender import log


@pytest.fixture(autouse=True)
def _no_log_left_open() -> Iterator[None]:
    """A test that named a home for the log must not leave its file open for the next one."""
    levels = {name: logging.getLogger(name).level for name in ("", "budtender")}
    yield
    log.configure(None)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
