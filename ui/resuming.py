"""Where somebody goes on after signing in: at the step that they had not brought to its end."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from budtender.counter import lookup, redeem, resume
from budtender.counter.lookup import Found
from budtender.counter.verify import Opened
from budtender.errors import Failure
from budtender.log import get_logger
from budtender.model import Actor
from budtender.register import Register
from ui import bridge
from ui.desk import Desk
from ui.steps import Done, Lookup, Step, Verify, Wallet

log = get_logger(__name__)


def step_of(register: Register, actor: Actor) -> Step:
    """The step to open; Home when nothing is left, or when whoever was served can no longer be told for certain."""
    left = resume.find(register, actor)
    if left is None:
        return Lookup()
    try:
        found = lookup.find_here(register, left.phone, persona=left.persona_id)
        if found is None:
            return Lookup(typed=left.phone)
        if left.step == "code":
            return Verify(found=found, sent=left.code)
        if left.visit is not None:
            opened = Opened(visit=left.visit, fresh=left.fresh)
            if left.redemption is not None:
                return Done(found=found, opened=opened, redeemed=redeem.reread(register, left.redemption.id))
            return Wallet(found=found, opened=opened)
    except Failure:
        return Lookup(typed=left.phone)  # several people, or gone from AIQ meanwhile: Home says which
    return Lookup(found=found)


def hold(desk: Desk, found: Found) -> None:
    """Note who is served."""
    if found.known is not None and desk.somebody:
        _note(desk, resume.hold(desk.register, found.phone, found.known.id, desk.acting), found.phone)


def let_go(desk: Desk) -> None:
    """Nobody is served any more."""
    if desk.somebody:
        _note(desk, resume.let_go(desk.register, desk.acting), "nobody")


def _note(desk: Desk, work: Coroutine[Any, Any, None], whom: str) -> None:
    """A convenience that nobody waits for: that it failed is for the log, and the next thing to save tells it."""
    bridge.run(
        desk,
        work,
        lambda _nothing: None,
        lambda failure: log.warning("who is served was not noted", why=failure.kind),
        word=f"note {whom}",
    )
