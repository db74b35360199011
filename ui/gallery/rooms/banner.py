"""The banners above a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from budtender.counter.banner import Banners, Cause, Outage, Owed, Standing
from budtender.model import Intent, Kind, State
from ui.counter.lookup import LookupPage
from ui.gallery.scenes import Scene
from ui.gallery.world import TAKEN, World
from ui.tidings import Tiding, tiding_of

SINCE = TAKEN - timedelta(minutes=28)
OLD = timedelta(days=1)


def behind(_world: World) -> Scene:
    """The page below the banner."""
    return Scene(name="S03.empty", page=LookupPage, do=lambda page: page.show_number(""))


def tidings(_world: World) -> Mapping[str, Tiding]:
    """Every banner, with what it tells."""
    none, three = _owed(), _owed(waiting=3)
    told = {
        "conflict": _read(owed=_owed(needs_person=1)),
        "refused": _read(owed=none, late=_late(), late_name="Dana R.", late_count=2),
        "offline": _read(_outage("network", Cause.NETWORK), owed=three),
        "offline_aiq": _read(_outage("aiq", Cause.SILENT), owed=none),
        "offline_till": _read(_outage("dutchie", Cause.TROUBLE), owed=none),
        "key_refused": _read(_outage("aiq", Cause.KEY_REFUSED), owed=none),
        "stale": _read(owed=none, heard=TAKEN - timedelta(days=1, hours=1)),
    }
    drawn = {name: tiding_of(now, TAKEN, redeems_offline=name == "offline", old=OLD) for name, now in told.items()}
    return {f"banner.{name}": tiding for name, tiding in drawn.items() if tiding is not None}


def _owed(*, waiting: int = 0, needs_person: int = 0) -> Owed:
    return Owed(waiting=waiting, checked=0, needs_person=needs_person, oldest=None, oldest_stop=None)


def _outage(system: str, cause: Cause) -> Outage:
    return Outage(system=system, cause=cause, since=SINCE, systems=(system,))


def _late() -> Intent:
    body = {"reward": {"name": "Ten off"}}
    told = {"kind": "reward_unusable", "code": "spent_meanwhile"}
    return Intent(kind=Kind.REDEEM, state=State.REFUSED, body=body, staff="Sam", created=SINCE, error_facts=told)


def _read(outage: Outage | None = None, *, owed: Owed, heard: datetime | None = None, **late: Any) -> Banners:
    aiq = Standing(system="aiq", name="aiq", down=False, cause=None, since=None, last_good=heard, last_try=None)
    return Banners(outage=outage, systems=(aiq,), owed=owed, stop_late=False, due_in=None, **late)
