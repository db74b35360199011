"""`python -m budtender` is the engine by itself; `budtender` and `python -m ui` are the engine with its window."""

from __future__ import annotations

import sys

#: What a shell knows as ended by Ctrl+C.
INTERRUPTED = 130


def _run() -> int:
    try:
        from budtender.cli import main

        return main()
    except KeyboardInterrupt:  # while it was still being loaded: nothing had begun
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(_run())
