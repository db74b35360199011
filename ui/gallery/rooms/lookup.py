"""S03."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

import msgspec

from budtender.counter.lookup import Candidate, Found, Named
from budtender.errors import Ambiguous, NoShopper, PhoneError, ProtocolError, ShopperBlocked, Unreachable
from budtender.model import Intent, Kind, State
from ui.counter.find import FindPage, FindState
from ui.counter.lookup import LookupPage
from ui.gallery.scenes import Scene
from ui.gallery.world import World


def scenes(world: World) -> Iterator[Scene]:
    """Home."""
    known = world.found["reference"]
    assert known.known is not None
    yesterday = msgspec.structs.replace(known.known, asked=world.register.clock.now() - timedelta(days=1, hours=2))
    old = msgspec.structs.replace(known, known=yesterday, stale=True)
    pending = msgspec.structs.replace(known, outcome="pending")
    shared = world.refused["shared"]
    assert isinstance(shared, Ambiguous)

    yield Scene(name="S03.find", page=FindPage, do=lambda page: page.draw(FindState(name="find")))
    people = (
        Candidate(persona_id=1, name="Dana R.", city="Pueblo", last_visit=date(2026, 2, 1), member=True),
        Candidate(persona_id=2, name="Dante R.", city=None, last_visit=None, member=False),
    )
    for name, named in (
        ("find_rows", Named(rows=people)),
        ("find_more", Named(rows=people, more=True)),
        ("find_none", Named(rows=())),
    ):
        yield Scene(name=f"S03.{name}", page=FindPage, do=partial(_named, named=named))

    def scene(name: str, number: str, do: Callable[[LookupPage], None]) -> Scene:
        def whole(page: LookupPage) -> None:
            page.show_number(number)
            do(page)

        return Scene(name=f"S03.{name}", page=LookupPage, do=whole)

    yield scene("empty", "", lambda page: page.show_number(""))
    yield scene("typing", "303555", lambda page: page.show_number("303555"))
    yield scene("loading", "3035550177", lambda page: page.show_looking())
    yield scene("found", "3035550142", lambda page: page.found(known))
    yield msgspec.structs.replace(
        scene("found", "3035550142", lambda page: page.found(_refused_later(world))), also="refused_later"
    )
    yield scene("asking", "3035550177", lambda page: page.wait_for_aiq(on=True, known=False))
    yield scene("not_member", "3035550116", lambda page: page.found(world.found["not-member"]))
    yield scene("pending", "3035550142", lambda page: page.found(pending))
    yield scene("blocked", "3035550106", lambda page: page.refused(ShopperBlocked("", code="gone")))
    yield scene("texts_stopped", "3035550117", lambda page: page.found(world.found["no-texts"]))
    yield scene("not_found", "3035550177", lambda page: page.refused(NoShopper("", code="not_found")))
    yield scene("several", "3035550102", lambda page: page.refused(shared))
    yield msgspec.structs.replace(
        scene("several", "3035550102", lambda page: page.refused(_alike(shared))), also="look_alike"
    )
    yield scene("impossible", "1035550142", lambda page: page.refused(PhoneError("", code="area_code")))
    yield scene("offline", "3035550177", lambda page: page.refused(Unreachable("", system="aiq", sent=False)))
    yield scene("stale", "3035550142", lambda page: page.found(old))
    yield Scene(name="S03.number_shown", page=LookupPage, do=partial(_number_shown, found=known))
    yield scene("failed", "3035550142", lambda page: page.refused(ProtocolError("", system="aiq")))


def _alike(shared: Ambiguous) -> Ambiguous:
    """Three of one name, of whom AIQ tells since when it has known one."""
    one = Candidate(persona_id=1, name="Ambi T.", city=None, last_visit=None, member=True)
    rows = (one, one, msgspec.structs.replace(one, since=date(2024, 3, 1)))
    return Ambiguous(shared.title, shared.hint, **{**shared.facts, "rows": rows, "count": len(rows)})


def _number_shown(page: LookupPage, *, found: Found) -> None:
    page.show_number("3035550142")
    page.found(found)
    page.show_whole_number("(303) 555-0142")


def _refused_later(world: World) -> Found:
    """Two things were saved for this shopper without a network, and AIQ took neither."""
    known = world.found["reference"]
    intents = [
        Intent(
            kind=Kind.REDEEM,
            state=State.REFUSED,
            body={"reward": {"name": "Ten dollars off"}},
            staff="Sam",
            created=world.register.clock.now() - timedelta(hours=ago),
            error_facts={"kind": "reward_unusable", "code": "short", "points_short": "40"},
            unseen=True,
        )
        for ago in (2, 1)
    ]
    return msgspec.structs.replace(known, refused=tuple(intents))


def _named(page: FindPage, *, named: Named) -> None:
    page.show_name("da" if named.rows else "xu")
    page.show_named(named)
