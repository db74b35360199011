"""Loading a library without what it loads only to draw in a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def without(name: str) -> Iterator[None]:
    """Import something as where `name` is not installed; what is loaded already stays.

    WORKAROUND: structlog loads rich, and httpx its own command line with click, rich and pygments, wherever they are
    installed. That takes more time and memory than the libraries themselves, and nothing here draws with them.
    """
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
