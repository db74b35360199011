"""`python -m budtender` is the engine by itself; `budtender` and `python -m ui` are the engine with its window."""

from __future__ import annotations

import sys

from budtender.cli import main

if __name__ == "__main__":
    sys.exit(main())
