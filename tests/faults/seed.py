"""One seed for a whole run of random faults: told in the output of a test that fails, and settable to replay it."""

from __future__ import annotations

import os
import sys

SEED = int(os.environ.get("BUDTENDER_SEED", "0")) or int.from_bytes(os.urandom(4))


def tell(**facts: object) -> None:
    """Say the seed and what else describes the run; shown with a failure, or with `pytest -s`."""
    words = [f"BUDTENDER_SEED={SEED}", *(f"{name}={value}" for name, value in facts.items())]
    sys.stdout.write(" ".join(words) + "\n")
