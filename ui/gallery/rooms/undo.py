"""S09, and the shopper's stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import msgspec

from budtender.counter import undo
from budtender.counter.undo import Reason, Undoable, Undone
from budtender.errors import ProtocolError
from budtender.model import Intent, Kind
from budtender.model import State as IntentState
from ui.counter.stop import StopPage
from ui.counter.undo import UndoPage
from ui.gallery.rooms.redeem import LINK
from ui.gallery.scenes import Scene
from ui.gallery.world import SAM, World
from ui.steps import Stop

#: Name, worth in cents, points and minutes ago.
OTHERS = (("Ten dollars off", 1000, 250, 0), ("Five dollars off", 500, 125, 3), ("Ten dollars off", 1000, 250, 6))


def _other(one: Undoable, name: str, cents: int | None, points: int, ago: int) -> Undoable:
    """Another redemption of the same shopper."""
    taken = msgspec.structs.replace(one.redemption, created=one.redemption.created - timedelta(minutes=ago))
    left = one.seconds_left - 60 * ago
    reward = msgspec.structs.replace(one.reward, name=name)
    return msgspec.structs.replace(
        one, redemption=taken, reward=reward, points=Decimal(points), cents_off=cents, seconds_left=left
    )


def scenes(world: World) -> Iterator[Scene]:
    """Taking a redemption back."""
    rows = undo.last(world.register, SAM)
    one = msgspec.structs.replace(rows[0], seconds_left=582)
    late = msgspec.structs.replace(one, seconds_left=0)
    several = [_other(one, *other) for other in OTHERS]
    several.append(msgspec.structs.replace(_other(one, "Twenty percent off", None, 400, 31), seconds_left=0))

    def scene(name: str, *do: Callable[[UndoPage], None]) -> Scene:
        def whole(page: UndoPage) -> None:
            for step in do:
                step(page)

        return Scene(name=f"S09.{name}", page=UndoPage, do=whole)

    def ask(page: UndoPage) -> None:
        page.ask_reason(one)

    def ended(name: str, state: IntentState | None, *, linked: bool = False) -> Scene:
        entry = None if state is None else _sent(state)
        gone = Undone(redemption=one.redemption, entry=entry, points=one.points, balance=None)
        undone = msgspec.structs.replace(gone, link=LINK if linked else None)
        return scene(name, ask, lambda page: page.show_undone(undone))

    def _sent(state: IntentState) -> Intent:
        return msgspec.structs.replace(one.redemption, kind=Kind.ADJUST, state=state)

    yield scene("pick", lambda page: page.show_rows(several))
    yield scene("nothing", lambda page: page.show_rows(()))
    yield scene("reason", ask)
    yield scene("other_reason", ask, lambda page: page.choose(4))
    yield scene("confirm", ask, lambda page: page.confirm(Reason.WRONG_REWARD.value))
    yield scene("too_late", lambda page: page.ask_reason(late), lambda page: page.confirm(Reason.CHANGED_MIND.value))
    yield scene("undoing", ask, lambda page: page.show_sending())
    yield ended("undone", IntentState.DONE)
    yield ended("pos_discount", IntentState.DONE, linked=True)
    yield ended("offline_pair", None)
    yield ended("saved_offline", IntentState.WAITING, linked=True)
    yield ended("unknown", IntentState.UNKNOWN)
    yield ended("refused", IntentState.REFUSED)
    yield scene("failed", ask, lambda page: page.refused(ProtocolError("", system="aiq")))


def stop(world: World) -> Iterator[Scene]:
    """No more texts."""
    found = world.found["reference"]
    step = Stop(phone=found.phone, name=found.name)
    done = msgspec.structs.replace(world.taken["plain"].intent, kind=Kind.OPT_OUT)

    def scene(name: str, *do: Callable[[StopPage], None]) -> Scene:
        def whole(page: StopPage) -> None:
            page.ask(step)
            for one in do:
                one(page)

        return Scene(name=f"Stop.{name}", page=StopPage, do=whole)

    waiting = msgspec.structs.replace(done, state=IntentState.WAITING)
    yield scene("ask")
    yield scene("sending", lambda page: page.show_sending())
    yield scene("stopped", lambda page: page.stopped(msgspec.structs.replace(done, state=IntentState.DONE)))
    yield scene("saved_offline", lambda page: page.stopped(waiting))
    yield scene("failed", lambda page: page.refused(ProtocolError("", system="aiq")))
