"""AIQ → mirror, the account as a whole: stores, rewards, personas, and what moved points elsewhere.

`plan` says how often each is asked for and what that comes to in an hour.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from budtender.cache import account, books, copying, outbox, till
from budtender.cache.database import Connection
from budtender.connectors.http import Priority
from budtender.connectors.sentences import Reason
from budtender.errors import Ambiguous, Failure, Misconfigured, RateLimited, RemoteError, Unreachable
from budtender.events import Change
from budtender.log import get_logger
from budtender.model import AdjustmentRow, Cursor, Kind, RedemptionRow
from budtender.sync import census, matching, plan, position, pull, schedule
from budtender.sync.census import AIQ, LATELY, LISTED_SINCE
from budtender.sync.mirror import note_failure
from budtender.sync.proof import WINDOW
from budtender.sync.push import server_now
from budtender.sync.wiring import Wiring

log = get_logger(__name__)
Leave = Callable[[], bool]


class Account:
    """Everything that is asked of the AIQ account by the schedule."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._looked: float | None = None

    async def read_due(self, leave: Leave = lambda: False, *, whole: bool = False) -> None:
        """Read what is due; `whole` goes on with all personas until their end instead of a few pages, and tries at once
        what failed before: whoever asks for it knows that AIQ is back.

        Each failure is noted with its next try, and the last one is raised in the end; what every other call would
        fail with as well ends it at once.
        """
        copies: Mapping[str, Callable[[], Awaitable[None]]] = {
            plan.STORES: self._stores,
            plan.REWARDS: self._rewards,
            plan.REDEMPTIONS: partial(self._window, plan.REDEMPTIONS, leave),
            plan.ADJUSTMENTS: partial(self._window, plan.ADJUSTMENTS, leave),
            plan.NEW_PERSONAS: self._new_personas,
        }
        due = [partial(self._copy_due, resource, copy, leave, whole=whole) for resource, copy in copies.items()]
        failed: RemoteError | None = None
        for read in (*due, partial(self._all_personas, leave, whole=whole), partial(self._one_by_one, leave)):
            try:
                await read()
            except RemoteError as error:
                if _ends_all(error):
                    raise
                failed = error
        if failed is not None:
            raise failed

    async def _copy_due(self, resource: str, copy: Callable[[], Awaitable[None]], leave: Leave, *, whole: bool) -> None:
        if not leave() and self._is_due(resource, again=whole):
            await self._copy(resource, copy)

    async def read_rewards(self) -> None:
        """Read the account's rewards now."""
        await self._copy(plan.REWARDS, self._rewards)

    def _is_due(self, resource: str, *, again: bool = False) -> bool:
        state = self._wiring.db.read(lambda c: copying.find(c, AIQ, resource))
        return (again and state.failures > 0) or schedule.is_due(state, self._wiring.clock.now(), plan.EVERY[resource])

    async def _copy(self, resource: str, copy: Callable[[], Awaitable[None]]) -> None:
        now = self._wiring.clock.now()
        await self._wiring.db.write(lambda c: copying.begin(c, AIQ, resource, now))
        try:
            await copy()
        except Failure as failure:
            await note_failure(self._wiring, AIQ, resource, failure)
            raise
        await self._wiring.db.write(lambda c: self._finish(c, resource))

    def _finish(self, connection: Connection, resource: str) -> None:
        at = self._wiring.clock.now()
        later = schedule.next_good(plan.EVERY[resource], at)
        copying.finish(connection, AIQ, resource, at=at, next_at=later)

    # ── short lists ───────────────────────────────────────────────────────────────────────────────────────

    async def _stores(self) -> None:
        await pull.pull_stores(self._wiring)

    async def _rewards(self) -> None:
        rewards = await self._wiring.aiq.discounts()

        def work(c: Connection) -> None:
            account.put_catalogue(c, rewards)
            copying.advance(c, AIQ, plan.REWARDS, rows=len(rewards))

        await self._wiring.db.write(work)

    # ── what moved points ─────────────────────────────────────────────────────────────────────────────────

    async def _window(self, resource: str, leave: Leave) -> None:
        """Everything since the last look, a day at most in one call, the window and its cursor together.

        By AIQ's clock, told anew by each answer. A window may end ahead of it, so that a clock which was set back here
        hides nothing of the next hours; one that was set ahead is not followed far without a row.
        """
        cursor = self._wiring.db.read(lambda c: till.cursor(c, AIQ, resource))
        start = position.start_of(cursor, server_now(self._wiring), told=self._told()) - plan.LATE_ROWS
        empty = 0
        while True:
            end = start + WINDOW
            rows = await self._rows(resource, start, end)
            now, told = server_now(self._wiring), self._told()
            cursor = position.reached(
                cursor, [row.at for row in rows if row.at and row.at <= end], min(end, now), now, told=told
            )
            await self._wiring.db.write(partial(self._keep, resource=resource, rows=rows, cursor=cursor))
            start, empty = end, 0 if rows else empty + 1
            if start >= now or leave():  # after months without a look there are hundreds of days to go
                break
            if not told and empty >= position.MOST_EMPTY:
                break
        self._wiring.events.ring(Change.PERSONA)

    def _told(self) -> bool:
        return bool(self._wiring.aiq.http.clock_offset)

    async def _rows(self, resource: str, start: datetime, end: datetime) -> Sequence[RedemptionRow | AdjustmentRow]:
        if resource == plan.REDEMPTIONS:
            return await self._wiring.aiq.redemptions(start, end, priority=Priority.BACKGROUND)
        return await self._wiring.aiq.adjustments(start, end, priority=Priority.BACKGROUND)

    def _keep(
        self,
        connection: Connection,
        *,
        resource: str,
        rows: Sequence[RedemptionRow | AdjustmentRow],
        cursor: Cursor | None,
    ) -> None:
        kind, ours = _KINDS[resource]
        own = outbox.claimed_refs(connection, ours)
        account.put_movements(connection, kind, rows, own, self._wiring.clock.now())
        if cursor is not None:
            till.set_cursor(connection, AIQ, resource, cursor)
        copying.advance(connection, AIQ, resource, rows=len(rows))

    # ── personas ──────────────────────────────────────────────────────────────────────────────────────────

    async def _new_personas(self) -> None:
        cursor = self._wiring.db.read(lambda c: till.cursor(c, AIQ, plan.NEW_PERSONAS))
        began, asked = self._wiring.clock.now(), server_now(self._wiring)
        # Without a pass over all of them there is nothing that only the new ones are missing from.
        since = asked if cursor is None else position.start_of(cursor, asked, told=self._told())
        seen: list[datetime | None] = []
        async for people in self._wiring.aiq.newest(since, priority=Priority.BACKGROUND):
            lately = server_now(self._wiring) - LATELY
            seen += [persona.inserted for persona in people]
            await self._wiring.db.write(partial(account.put_page, people=people, began=began, lately=lately))
        told = self._told()
        now = server_now(self._wiring)
        here = position.reached(cursor, seen, min(asked, now), now, told=told)
        if here is not None:
            await self._wiring.db.write(lambda c: till.set_cursor(c, AIQ, plan.NEW_PERSONAS, here))
        self._wiring.events.ring(Change.PERSONA)

    async def _all_personas(self, leave: Leave, *, whole: bool) -> None:
        if leave() or self._paused() or not self._is_due(plan.ALL_PERSONAS, again=whole):
            return
        await census.read(self._wiring, lambda: leave() or self._paused(), whole=whole)

    def _paused(self) -> bool:
        return self._wiring.board.paused_for(self._wiring.clock.mono()) is not None

    # ── one by one ────────────────────────────────────────────────────────────────────────────────────────

    async def _one_by_one(self, leave: Leave) -> None:
        """Shoppers whose points moved elsewhere, and personas that the last pass did not list."""
        clock = self._wiring.clock
        if self._looked is not None and clock.since(self._looked) < plan.ROUND.total_seconds():
            return
        self._looked = clock.mono()
        for persona_id in self._wiring.db.read(lambda c: account.to_reread(c, plan.ONE_BY_ONE)):
            if leave():
                return
            await self._quietly(partial(pull.refresh, self._wiring, persona_id))
            await self._wiring.db.write(partial(account.reread_done, persona_id=persona_id))
        for persona_id, phone in await self._unlisted():
            if leave():
                return
            await self._quietly(partial(self._look_for, persona_id, phone))
            at = clock.now()
            await self._wiring.db.write(partial(account.looked_for, persona_id=persona_id, at=at))

    async def _unlisted(self) -> list[tuple[int, str | None]]:
        began = self._wiring.db.read(lambda c: books.fact(c, LISTED_SINCE))
        if not began:
            return []
        before = datetime.fromisoformat(began)
        found = self._wiring.db.read(lambda c: account.unlisted(c, before, plan.ONE_BY_ONE))
        if not found:
            await self._wiring.db.write(lambda c: books.set_fact(c, LISTED_SINCE, ""))
        return found

    async def _look_for(self, persona_id: int, phone: str | None) -> None:
        if phone is not None:
            await pull.ask_for(self._wiring, phone, Priority.BACKGROUND)
            return
        await matching.follow(self._wiring, persona_id)

    async def _quietly(self, look: Callable[[], Awaitable[None]]) -> None:
        """A shopper that cannot be told apart from another is for the counter."""
        try:
            await look()
        except Ambiguous as error:
            log.info("left for the counter", why=error.kind)


def _ends_all(error: RemoteError) -> bool:
    """Whether every other call would fail alike: nobody answers, the key is refused, or the account has to pause.

    An operation that this account's AIQ does not offer (404, 405), or fails in, says nothing about the others.
    """
    if isinstance(error, Unreachable):
        return error.facts.get("reason") != Reason.SERVER
    if isinstance(error, Misconfigured):
        return error.facts.get("status") != 405
    return isinstance(error, RateLimited)


_KINDS = {plan.REDEMPTIONS: ("redemption", Kind.REDEEM), plan.ADJUSTMENTS: ("adjustment", Kind.ADJUST)}
