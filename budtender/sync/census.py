"""A pass over all personas of the AIQ account, page by page and over many round trips, until everybody was listed.

AIQ counts pages by rows, so whoever is merged or deleted meanwhile moves the rows behind them forward, past the place
where the next page begins: then the pass steps back by as many.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from budtender.cache import account, books, copying, till
from budtender.cache.copying import Copying
from budtender.cache.database import Connection
from budtender.clock import Clock
from budtender.connectors.aiq_options import PAGE, REPEATS
from budtender.connectors.aiq_personas import PersonaPage
from budtender.errors import Failure
from budtender.events import Change
from budtender.model import Cursor, Value
from budtender.sync import plan, schedule
from budtender.sync.mirror import note_failure
from budtender.sync.progress import Progress, time_left
from budtender.sync.push import server_now
from budtender.sync.wiring import Wiring

AIQ = "aiq"
#: When the last whole pass began: who was not heard of since is asked for one by one.
LISTED_SINCE = "personas_listed_since"
#: Rows read twice behind a page, for merges that moved rows forward while `total` grew by new ones.
OVERLAP_ROWS = 25
#: AIQ's reads lag: a page may lack what was seen in a balance so short a while ago.
LATELY = timedelta(days=1)


class Place(Value, frozen=True, kw_only=True):
    """Where a pass stands: the row its next page begins with, and how many rows there are as far as AIQ has told."""

    start: int = 0
    total: int = 0

    def stepped_back(self, page: PersonaPage) -> Place | None:
        """Where to read again, if by this page's word rows are gone and it may have passed somebody over; else None."""
        if page.total is None or page.total >= self.total:
            return None
        return Place(start=max(0, self.start - (self.total - page.total) - OVERLAP_ROWS), total=page.total)

    def behind(self, page: PersonaPage) -> Place:
        """Where the page after this one begins."""
        return Place(start=self.start + page.came, total=page.total or self.total)

    def is_end(self, page: PersonaPage) -> bool:
        """Whether nothing comes behind this page; the place is the one behind it."""
        # A total of no more than the rows of one full page may be that of the page.
        only_page = page.came == page.total and page.came >= PAGE
        return page.came == 0 or (page.total is not None and self.start >= page.total and not only_page)


class Tally:
    """The pages that this run of a pass has read; `before` are the rows that earlier runs of it brought."""

    def __init__(self, clock: Clock, before: int) -> None:
        self._clock = clock
        self._began = clock.mono()
        self._before = before
        self._rows = 0
        self.pages = 0

    def count(self, page: PersonaPage) -> None:
        """One more."""
        self.pages += 1
        self._rows += page.came

    def progress(self, place: Place, page: PersonaPage, *, whole: bool) -> Progress:
        """How far the pass is behind this page; unless it is read `whole`, it goes on at the pace of its pauses."""
        rows, total, elapsed = self._before + self._rows, place.total, self._clock.mono() - self._began
        if whole:
            left = time_left(min(1.0, self._rows / max(1, total - self._before)), elapsed)
        else:
            left = (max(0, total - place.start) / max(1, page.came)) * plan.PAGE_PAUSE * schedule.SECOND
        return Progress(
            credential=AIQ,
            resource=plan.ALL_PERSONAS,
            rows=rows,
            total=total or None,
            left=left,
            share=min(1.0, rows / total) if total else None,
            elapsed=elapsed,
        )


async def read(wiring: Wiring, leave: Callable[[], bool], *, whole: bool) -> None:
    """Begin a pass or go on with it: for a few pages, or with `whole` until its end; `leave` ends it after a page.

    Nothing is lost then: the next one goes on behind the last page that was stored. What AIQ fails with is noted with
    the next try, and raised.
    """
    began = wiring.clock.now()
    state = await wiring.db.write(lambda c: copying.begin(c, AIQ, plan.ALL_PERSONAS, began))
    finished, failed = False, False
    try:
        finished = await _pages(wiring, state, leave, whole=whole)
    except Failure as failure:
        failed = True
        await note_failure(wiring, AIQ, plan.ALL_PERSONAS, failure)
        raise
    finally:
        wiring.board.end(AIQ, plan.ALL_PERSONAS, rests=not finished, failed=failed)
        wiring.events.ring(Change.PERSONA)
    if finished:
        await wiring.db.write(partial(_close, wiring=wiring, state=state))


async def _pages(wiring: Wiring, state: Copying, leave: Callable[[], bool], *, whole: bool) -> bool:
    """Read pages until the end, or for a while; True at the end."""
    place, tally = wiring.db.read(_place), Tally(wiring.clock, state.rows)
    last: frozenset[str] = frozenset()
    while True:
        asked = wiring.clock.now()
        page = await _page(wiring, place.start, last)
        back = place.stepped_back(page)
        if back is not None:
            place = back
            continue
        place, last = place.behind(page), page.ids
        await wiring.db.write(partial(_keep, wiring=wiring, page=page, place=place, asked=asked))
        tally.count(page)
        wiring.board.tell(tally.progress(place, page, whole=whole))
        if place.is_end(page):
            return True
        if leave() or (not whole and tally.pages >= plan.PAGES_AT_ONCE):
            await _rest(wiring)
            return False


def _place(connection: Connection) -> Place:
    """Where the pass was left; the beginning where none was begun."""
    cursor = till.cursor(connection, AIQ, plan.ALL_PERSONAS)
    return Place() if cursor is None else Place(start=cursor.page, total=int(cursor.mark or 0))


async def _page(wiring: Wiring, start: int, last: frozenset[str]) -> PersonaPage:
    """One page, asked for again while it brings what the one before it brought, or nothing where something is."""
    page = await wiring.aiq.page(start)
    for _ in range(REPEATS):
        if page.came and (not page.ids or page.ids != last):
            break
        if not page.came and (page.total is None or start >= page.total):
            break
        page = await wiring.aiq.page(start)
    return page


def _keep(connection: Connection, *, wiring: Wiring, page: PersonaPage, place: Place, asked: datetime) -> None:
    """A page and the place behind it: both or neither."""
    account.put_page(connection, page.people, asked, server_now(wiring) - LATELY)
    cursor = Cursor(at=asked, page=place.start, mark=str(place.total))
    till.set_cursor(connection, AIQ, plan.ALL_PERSONAS, cursor)
    copying.advance(connection, AIQ, plan.ALL_PERSONAS, rows=page.came, total=page.total, unreadable=page.unreadable)


async def _rest(wiring: Wiring) -> None:
    """Go on after as long as these pages may take of the account's calls."""
    seconds = plan.PAGES_AT_ONCE * plan.PAGE_PAUSE
    later = wiring.clock.now() + seconds * schedule.SECOND
    await wiring.db.write(lambda c: copying.wait_until(c, AIQ, plan.ALL_PERSONAS, later))


def _close(connection: Connection, *, wiring: Wiring, state: Copying) -> None:
    """The pass is through; whom it did not list is looked for, unless it listed too few to be believed."""
    till.drop_cursor(connection, AIQ, plan.ALL_PERSONAS)
    now = copying.find(connection, AIQ, plan.ALL_PERSONAS)
    if state.begun is not None and now.rows * 2 >= account.living(connection):
        books.set_fact(connection, LISTED_SINCE, state.begun.isoformat())
    at = wiring.clock.now()
    later = schedule.next_good(plan.EVERY[plan.ALL_PERSONAS], at)
    copying.finish(connection, AIQ, plan.ALL_PERSONAS, at=at, next_at=later)
