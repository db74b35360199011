"""`python -m budtender` is the same as `budtender`."""

from __future__ import annotations

import sys

from budtender.cli import main

if __name__ == "__main__":
    sys.exit(main())
