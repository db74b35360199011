"""The scenes: one a state, each with the value that its page draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from ui.gallery.world import World
from ui.page import Page


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One state of one page, reached by `do`: the page's own handlers, or `draw` with a state.

    `name` is what the page then has to call itself, such as `S03.found`; `also` is what it tells beside its state.
    """

    name: str
    page: type[Page]
    do: Callable[[Any], None]
    also: str = ""

    @property
    def picture(self) -> str:
        """What its picture is called, such as `S03.found` or `S03.found.refused_later`."""
        return f"{self.name}.{self.also}" if self.also else self.name


Scenes = Callable[[World], Iterator[Scene]]


def all_scenes(world: World, rooms: Mapping[str, Scenes]) -> list[Scene]:
    """Every scene of these rooms."""
    return [scene for scenes in rooms.values() for scene in scenes(world)]
