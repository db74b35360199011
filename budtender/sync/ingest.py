"""Mirror → AIQ: personas, sales and stock, in bulk for what piled up and one by one for what happens now.

Upserts by the till's own ids: sending a row twice changes nothing, so a lost answer is simply sent again. AIQ takes up
to a day to work off what it accepted (core integration article). A chunk that fails stays due and never stops the
others; a row that AIQ will not take is kept with the reason, until the till changes it or a night has passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from budtender.cache import copying, outgoing
from budtender.cache.database import Connection
from budtender.errors import Failure, Refused, RemoteError, Unreachable
from budtender.events import Change
from budtender.settings import RELEVANT_MARKET, SEND_INVENTORY, SEND_PERSONAS, SEND_SALES, Setting
from budtender.sync import schedule, scope
from budtender.sync.inventory import Inventory
from budtender.sync.members import Personas
from budtender.sync.mirror import note_failure
from budtender.sync.progress import Progress
from budtender.sync.sales import Sales
from budtender.sync.taken import INVENTORY, PERSONAS, SALES, Sent
from budtender.sync.wiring import Wiring

AIQ = "aiq"
#: What switches each of them on, in the order in which they are sent.
SWITCHES: Mapping[str, Setting[bool]] = {SALES: SEND_SALES, INVENTORY: SEND_INVENTORY, PERSONAS: SEND_PERSONAS}
#: Seconds after which one kind gives way to the next.
TURN = 20.0
#: Chunks in a row of which AIQ takes nothing before the rest waits for the next time: then it is not their rows.
FAILED_CHUNKS = 3


async def send_due(
    wiring: Wiring,
    leave: Callable[[], bool] = lambda: False,
    *,
    whole: bool = True,
    tally: Counter[str] | None = None,
) -> Sent:
    """Send whatever is due: sales with who bought, then stock, then everybody else; one kind that fails stops no other.

    Unless `whole`, each kind gives way after a while: a backfill takes hours, and what is new must not wait for it.
    What AIQ took is added to `tally` by its kind (`PERSONAS`, `SALES`, `INVENTORY`) as it goes, whatever fails later.
    Raises the failure of the last kind that failed; each is noted with its next try.
    """
    sent, tally = Sent(), Counter[str]() if tally is None else tally
    failed: RemoteError | None = None
    if not wiring.settings.get(RELEVANT_MARKET) and wiring.db.read(lambda c: outgoing.is_held(c, scope.OUTSIDE)):
        await wiring.db.write(lambda c: outgoing.release(c, scope.OUTSIDE))
    kinds: Mapping[str, Callable[[Wiring, Counter[str]], _Kind]] = {
        SALES: Sales,
        INVENTORY: Inventory,
        PERSONAS: Personas,
    }
    for resource, setting in SWITCHES.items():
        state = wiring.db.read(partial(copying.find, credential=AIQ, resource=resource))
        if leave() or not wiring.settings.get(setting) or not schedule.is_due(state, wiring.clock.now()):
            continue
        try:
            turn = leave if whole else partial(_turn_over, wiring, wiring.clock.mono(), leave)
            sent += await _Pass(wiring, resource, kinds[resource](wiring, tally)).run(turn)
        except RemoteError as error:
            failed = error
    if failed is not None:
        raise failed
    return sent


def _turn_over(wiring: Wiring, began: float, leave: Callable[[], bool]) -> bool:
    return leave() or wiring.clock.since(began) > TURN


class _Kind(Protocol):
    """One kind of rows, in chunks."""

    def next(self) -> int:
        """Read the next chunk; returns how many rows it has."""
        ...

    async def send(self) -> Sent:
        """Send the chunk and keep what became of it."""
        ...


class _Pass:
    """All chunks of one kind that are due, once each."""

    def __init__(self, wiring: Wiring, resource: str, kind: _Kind) -> None:
        self._wiring = wiring
        self._resource = resource
        self._kind = kind

    async def run(self, leave: Callable[[], bool]) -> Sent:
        """Send them; raises when rows are left for later, after everything else was sent."""
        if not self._kind.next():
            await self._nothing_left()
            return Sent()
        now = self._wiring.clock.now()
        await self._wiring.db.write(lambda c: copying.begin(c, AIQ, self._resource, now))
        try:
            sent, gave_up = await self._chunks(leave)
            if sent.later or sent.unknown:
                raise _left_over(sent)
            if gave_up:
                raise _turned_down(sent)
        except Failure as failure:
            await note_failure(self._wiring, AIQ, self._resource, failure)
            raise
        finally:
            self._wiring.board.end(AIQ, self._resource)
            self._wiring.events.ring(Change.MIRROR)
        await self._finish()
        return sent

    async def _nothing_left(self) -> None:
        """What failed before went another way, as people do with what they bought, or is not wanted any more."""
        if self._wiring.db.read(lambda c: copying.find(c, AIQ, self._resource)).failures:
            await self._finish()

    async def _finish(self) -> None:
        at = self._wiring.clock.now()
        await self._wiring.db.write(lambda c: copying.finish(c, AIQ, self._resource, at=at, next_at=at))

    def _advance(self, connection: Connection, *, rows: int) -> None:
        copying.advance(connection, AIQ, self._resource, rows=rows)

    async def _chunks(self, leave: Callable[[], bool]) -> tuple[Sent, bool]:
        """Send chunk after chunk; returns what became of them, and whether AIQ took too little to go on."""
        sent, failed = Sent(), 0
        while True:
            done = await self._kind.send()
            sent += done
            failed = failed + 1 if (done.later or done.unknown or done.turned_down) and not done.accepted else 0
            rows = done.accepted
            await self._wiring.db.write(partial(self._advance, rows=rows))
            self._wiring.board.tell(Progress(credential=AIQ, resource=self._resource, rows=sent.accepted))
            if leave() or failed == FAILED_CHUNKS or not self._kind.next():
                return sent, failed == FAILED_CHUNKS


def _left_over(sent: Sent) -> Unreachable:
    if sent.later:
        rows = "1 row; it is" if sent.later == 1 else f"{sent.later:,} rows; they are"
        said, code = f"AIQ did not take {rows} sent again.", "rows_not_taken"
    else:
        sales = "1 sale waits for its" if sent.unknown == 1 else f"{sent.unknown:,} sales wait for their"
        said, code = f"{sales} till to say who bought.", "buyers_not_told"
    return Unreachable(said, system=AIQ, sent=True, code=code, rows=sent.later or sent.unknown)


def _turned_down(sent: Sent) -> Refused:
    hint = "See why with: budtender outbox refused. What comes after them is sent later."
    said = f"AIQ refused {sent.turned_down:,} rows, among them all of the last ones."
    return Refused(said, hint, system=AIQ, status=400, code="rows_refused", rows=sent.turned_down)
