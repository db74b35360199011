"""Every command, by the room it belongs to. Only the room that is asked for is loaded: a register waits for it."""

from __future__ import annotations

from collections.abc import Sequence

_COUNTER = frozenset({"lookup", "code", "wallet", "redeem", "undo", "signup", "optout", "contact", "reveal"})
_FIGURES = frozenset({"status", "totals", "accept"})
_STORES = frozenset({"duplicates", "stores", "links"})
_MANAGE = frozenset({"settings", "staff", "outbox"})


def load(arguments: Sequence[str]) -> None:
    """Register the commands that these arguments may ask for on APP: one room's, or all where that is not plain.

    Global options come first, as `main` has put them.
    """
    word = command_in(arguments)
    if word in _COUNTER:
        import budtender.cli.counter
    elif word in ("connect", "disconnect"):
        import budtender.cli.connect
    elif word in _FIGURES:
        import budtender.cli.figures
    elif word in _STORES:
        import budtender.cli.stores
    elif word in _MANAGE:
        import budtender.cli.manage
    else:
        import budtender.cli.connect
        import budtender.cli.counter
        import budtender.cli.desktop
        import budtender.cli.figures
        import budtender.cli.imports
        import budtender.cli.manage
        import budtender.cli.run
        import budtender.cli.stores
        import budtender.cli.world  # noqa: F401  (each registers its commands)


def command_in(arguments: Sequence[str]) -> str:
    """The command among these arguments, or "" when none is named."""
    left = list(arguments)
    while left and left[0].startswith("-"):
        if left.pop(0) in ("--home", "--staff") and left:
            left.pop(0)
    return left[0] if left else ""
