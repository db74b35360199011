"""S05."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from budtender.errors import Locked, NotAllowed, PinRefused, ProtocolError
from ui.counter.approve import ApprovePage
from ui.gallery.scenes import Scene
from ui.gallery.world import TAKEN, World
from ui.steps import Approve


def scenes(world: World) -> Iterator[Scene]:
    """The manager's PIN."""
    step = Approve(found=world.found["reference"])

    def scene(name: str, *do: Callable[[ApprovePage], None]) -> Scene:
        def whole(page: ApprovePage) -> None:
            page.ask(step)
            for one in do:
                one(page)

        return Scene(name=f"S05.{name}", page=ApprovePage, do=whole)

    wrong = PinRefused("", code="pin_wrong", tries_left=3)
    shut = Locked("", code="pin_wait", until=TAKEN + timedelta(minutes=4), tries_left=4, wait_seconds=240)
    yield scene("empty")
    yield scene("reason", lambda page: page.ask_reason())
    yield scene("other_reason", lambda page: page.ask_reason(), lambda page: page.choose(4))
    yield scene("approver", lambda page: page.choose_approver())
    yield scene("checking", lambda page: page.show_checking())
    yield scene("wrong", lambda page: page.refused(wrong))
    yield scene("locked", lambda page: page.refused(shut))
    yield scene("not_allowed", lambda page: page.refused(NotAllowed("", code="role_too_low", name="Sam")))
    yield scene("own_purchase", lambda page: page.refused(NotAllowed("", code="own_purchase")))
    yield scene("accepted", lambda page: page.accept("Omar"))
    yield scene("failed", lambda page: page.refused(ProtocolError("", system="aiq")))
