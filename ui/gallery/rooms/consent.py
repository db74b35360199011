"""S11."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from budtender.errors import Duplicate
from ui.counter.consent import ConsentPage, ConsentState
from ui.gallery.scenes import Scene
from ui.gallery.world import World


def scenes(_world: World) -> Iterator[Scene]:
    """The two questions."""

    def scene(name: str, do: Callable[[ConsentPage], None]) -> Scene:
        return Scene(name=f"S11.{name}", page=ConsentPage, do=do)

    yield scene("choose", lambda page: page.draw(ConsentState(name="choose")))
    yield scene("waiting", lambda page: page.ask())
    yield scene("timeout", lambda page: page.ask_again())
    yield scene("declined", lambda page: page.declined())
    yield scene("paper", lambda page: page.show_paper())
    yield scene("saving", lambda page: page.show_saving())
    yield scene("failed", lambda page: page.refused(Duplicate("", code="sign_up_waiting", candidates=[])))
