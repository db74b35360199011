"""S02."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from budtender.counter.signin import Entrance
from budtender.errors import Locked, PinRefused
from ui.counter.signin import SignInPage
from ui.gallery.scenes import Scene
from ui.gallery.world import TAKEN, World


def scenes(_world: World) -> Iterator[Scene]:
    """The door."""
    wrong = PinRefused("", code="pin_wrong", tries_left=4, wait_seconds=0)
    shut = Locked("", code="pin_wait", until=TAKEN + timedelta(minutes=4), tries_left=2, wait_seconds=240)
    closed = Entrance(first_owner=False, closed=shut, tries_left=0, openers=("Ann", "Omar"))
    new = Entrance(first_owner=True, closed=None, tries_left=5, openers=())

    def scene(name: str, do: Callable[[SignInPage], None]) -> Scene:
        return Scene(name=f"S02.{name}", page=SignInPage, do=do)

    yield scene("empty", lambda page: page.show_door(idle=False))
    yield scene("offline", lambda page: page.show_offline())
    yield scene("checking", lambda page: page.checking(True))
    yield scene("wrong", lambda page: page.refused(wrong))
    yield scene("locked", lambda page: page.entered(closed))
    yield scene("unlock", lambda page: page.ask_manager())
    yield scene("auto_locked", lambda page: page.show_door(idle=True))
    yield scene("first_owner", lambda page: page.entered(new))
