"""S06."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import msgspec

from budtender.counter.visit import Elsewhere
from budtender.counter.wallet import Frozen, Today
from budtender.errors import Unreachable
from ui.counter.wallet import WalletPage
from ui.gallery.scenes import Scene
from ui.gallery.world import World


def scenes(world: World) -> Iterator[Scene]:
    """The open wallet."""
    view, now = world.view("reference"), world.register.clock.now()
    first, second = view.offers[:2]
    ended = {"expires": now - timedelta(days=30)}
    uses = [
        msgspec.structs.replace(first.use, usable=False, code="expired", facts=ended),
        msgspec.structs.replace(second.use, usable=False, code="not_linked", facts={"till": "Dutchie"}),
    ]
    unusable = [msgspec.structs.replace(o, use=use) for o, use in zip((first, second), uses, strict=True)]
    useless = msgspec.structs.replace(view, offers=tuple(unusable))
    points = msgspec.structs.replace(
        view.points, redeemed=Decimal(250), remaining=Decimal("162.5"), pending=1, as_of=now - timedelta(seconds=40)
    )
    today = Today(cents=3600, last=now - timedelta(hours=2), points=Decimal(36))
    pending = msgspec.structs.replace(view, points=points, offers=view.offers[1:], today=today)
    stopped = Frozen(systems=("dutchie",), since=now - timedelta(days=1, hours=4))
    frozen = msgspec.structs.replace(view, frozen=stopped)
    other = Elsewhere(at=now - timedelta(minutes=2), name="Ten dollars off")

    def scene(name: str, case: str, *do: Callable[[WalletPage], None], fresh: bool = True) -> Scene:
        def whole(page: WalletPage) -> None:
            opened = msgspec.structs.replace(world.opened[case], fresh=fresh)
            page.begin(world.found[case], opened)
            page.show_wallet()
            for step in do:
                step(page)

        return Scene(name=f"S06.{name}", page=WalletPage, do=whole)

    yield scene("loading", "reference", lambda page: page.refreshing(True))
    yield scene("fresh", "reference")
    missing = msgspec.structs.replace(view, unreadable=2, ending=1)
    yield msgspec.structs.replace(scene("fresh", "reference", lambda page: page.show_view(missing)), also="unreadable")
    yield scene("not_usable", "reference", lambda page: page.show_view(useless))
    yield scene("no_rewards", "unaffordable")
    yield scene("hidden", "hidden")
    yield scene("negative", "negative")
    yield scene("pending", "reference", lambda page: page.show_view(pending))
    yield scene("stale", "reference", fresh=False)
    yield scene("offline", "reference", lambda page: page.not_read(Unreachable("", system="aiq", sent=False)))
    yield scene("frozen", "reference", lambda page: page.show_view(frozen))
    yield scene("redeemed_elsewhere", "reference", lambda page: page.redeemed_elsewhere(other))
    yield scene("number_shown", "reference", lambda page: page.show_whole_number("(303) 555-0142"))
    yield scene("ending", "reference", lambda page: page.time_runs(18.0))
    yield scene("over", "reference", lambda page: page.time_is_over())
