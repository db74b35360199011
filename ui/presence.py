"""Who works at the desk: their leaving is written down, and whoever was taken off the staff is out."""

from __future__ import annotations

from ui import bridge
from ui.desk import Desk
from ui.words import tell


def sign_out(desk: Desk, *, idle: bool) -> None:
    """Nobody works here any more; `idle` says that nobody locked it, but that nobody touched it."""
    from budtender.counter.signin import Left, leave

    left = leave(desk.register, desk.acting, Left.AUTO_LOCKED if idle else Left.LOCKED)
    bridge.alone(left, lambda failure: desk.announce(str(tell(failure)), assertive=True))
    desk.sign_in(None)


def renew(desk: Desk) -> None:
    """Whoever has signed in has the role that the staff list gives them now."""
    from budtender.counter import signin

    actor = signin.renewed(desk.register, desk.acting)
    if actor != desk.acting:
        desk.sign_in(actor)


def works_here(desk: Desk) -> bool:
    """Whether the person who signed in is on the staff still."""
    from budtender.counter import signin

    return signin.works_here(desk.register, desk.acting)
