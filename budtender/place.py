"""The folder where a register keeps its data; apart, because the window and its callers open before the engine."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from budtender.errors import CannotSave


def default_home() -> Path:
    """The system's own place for an account's application data, for when nothing else is said."""
    import platformdirs

    return Path(platformdirs.user_data_dir("Budtender", appauthor=False))


@contextlib.contextmanager
def saving(folder: Path) -> Iterator[None]:
    """Turn what the system says against using the register's folder into CannotSave."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "the disk refused").lower()
        raise CannotSave(
            f"The register's folder {folder} cannot be used: {reason}.",
            "Free some space, give this account the right to write there, or choose another folder with --home.",
            code="folder_unusable",
            path=str(folder),
            reason=reason,
        ) from error


def harden() -> None:
    """Files for this account only, and no core dumps: memory holds the key."""
    if sys.platform != "win32":
        import resource

        os.umask(0o077)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
