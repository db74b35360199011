"""S07 and S08."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import msgspec

from budtender.counter.visit import Elsewhere
from budtender.errors import Failure, NotAllowed, ProtocolError, RewardUnusable
from budtender.model import PosDiscount, State
from ui.counter.offer import OVER_LIMIT
from ui.counter.redeem import ConfirmPage
from ui.counter.redeemed import DonePage
from ui.gallery.scenes import Scene
from ui.gallery.world import World
from ui.steps import Confirm

LINK = PosDiscount(id="48213", name="Ten off", by_aiq=True)


def confirm(world: World) -> Iterator[Scene]:
    """The question."""
    found, opened, view = world.found["reference"], world.opened["reference"], world.view("reference")
    offer = view.offers[0]
    asked = Confirm(found=found, opened=opened, offer=offer, view=view)
    nothing = msgspec.structs.replace(offer, reward=msgspec.structs.replace(offer.reward, cents_off=0))

    def scene(name: str, *do: Callable[[ConfirmPage], None], step: Confirm = asked, training: bool = False) -> Scene:
        def whole(page: ConfirmPage) -> None:
            page.desk.training = training
            page.ask(step)
            for one in do:
                one(page)

        return Scene(name=f"S07.{name}", page=ConfirmPage, do=whole)

    def refused(name: str, failure: Failure) -> Scene:
        return scene(name, lambda page: page.refused(failure))

    yield scene("normal")
    yield scene("zero_value", step=msgspec.structs.replace(asked, offer=nothing))
    yield scene("training", training=True)
    yield scene("sending", lambda page: page.show_sending())
    yield scene("slow", lambda page: page.show_sending(), lambda page: page.show_slow())
    yield refused("points_changed", RewardUnusable("", code="short", points_short=Decimal(20)))
    yield refused("blocked", RewardUnusable("", code="unsettled"))
    use = msgspec.structs.replace(offer.use, usable=False, code=OVER_LIMIT, facts={"limit_cents": 800})
    dear = msgspec.structs.replace(asked, offer=msgspec.structs.replace(offer, use=use))
    yield scene("over_offline_limit", step=dear)
    yield refused("second_within", NotAllowed("", code="second_redemption", minutes=5))
    yield refused("failed", ProtocolError("", system="aiq"))


def done(world: World) -> Iterator[Scene]:
    """What has become of it."""
    found, opened = world.found["plain"], world.opened["plain"]
    made, mono = world.taken["plain"], world.register.clock.mono()
    gone = {"kind": "reward_unusable", "code": "reward_gone", "name": made.reward.name}

    def scene(name: str, state: State, *do: Callable[[DonePage], None]) -> Scene:
        intent = msgspec.structs.replace(made.intent, state=state, moved_mono=mono - 18, error_facts=gone)
        redeemed = msgspec.structs.replace(made, intent=intent, link=LINK)

        def whole(page: DonePage) -> None:
            page.begin(found, opened)
            page.show_redeemed(redeemed)
            for one in do:
                one(page)

        return Scene(name=f"S08.{name}", page=DonePage, do=whole)

    yield scene("apply_now", State.DONE)
    yield scene("applied", State.DONE, lambda page: page.press_enter())
    yield scene("not_applied", State.DONE, lambda page: page.not_applied())
    yield scene("saved_offline", State.WAITING)
    yield scene("printed", State.DONE, lambda page: page.show_printed(done=True))
    yield scene("no_printer", State.DONE, lambda page: page.show_printed(done=False))
    yield scene("unknown", State.UNKNOWN)
    yield scene("refused", State.REFUSED)
    other = Elsewhere(at=world.register.clock.now() - timedelta(minutes=2), name=made.reward.name)
    yield scene("redeemed_elsewhere", State.REFUSED, lambda page: page.taken_elsewhere(other))
