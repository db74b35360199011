"""One seed for a whole run of random faults: told in the output of a test that fails, and settable to replay it.

`make test` draws the same faults each time, so that the same code gets the same answer; `make explore` draws new ones.
"""

from __future__ import annotations

import os
import sys

#: Whether this run looks for what no run has seen before.
EXPLORES = os.environ.get("BUDTENDER_EXPLORE") == "1"
USUAL = 20_261_128
SEED = int(os.environ.get("BUDTENDER_SEED", "0")) or (int.from_bytes(os.urandom(4)) if EXPLORES else USUAL)


def tell(**facts: object) -> None:
    """Say the seed and what else describes the run; shown with a failure, or with `pytest -s`."""
    words = [f"BUDTENDER_SEED={SEED}", *(f"{name}={value}" for name, value in facts.items())]
    sys.stdout.write(" ".join(words) + "\n")
