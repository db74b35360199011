"""What AIQ refuses together, taken apart until the rows that it does not take stand alone.

Whether a bulk call that has one bad row is refused as a whole, and in which form it wants its rows, is in no public
text of AIQ's. Halved, one bad row of a hundred costs some fourteen calls; halves that go on being refused cost more
than rows sent by themselves, and so does a bulk call that is refused whatever it holds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from budtender.connectors.aiq_forms import Form
from budtender.connectors.aiq_outcome import Outcome
from budtender.errors import NotFound, ProtocolError, RateLimited, Refused, RemoteError, Unreachable

Rows = Sequence[tuple[str, Form]]
#: Rows of one chunk that were refused by themselves, after which its rest goes row by row.
MANY_BAD = 8


class Parts:
    """One chunk after the other on its way to AIQ: `together` sends many rows in a call, `alone` one by its key.

    What becomes of each row is in the outcome; Misconfigured ends it. Once no answer comes, or AIQ wants a pause, the
    rest of the chunk is for later and AIQ is not asked again for it.
    """

    def __init__(
        self,
        outcome: Outcome,
        together: Callable[[list[Form]], Awaitable[object]],
        alone: Callable[[str, Form], Awaitable[object]],
    ) -> None:
        self._outcome = outcome
        self._together = together
        self._alone = alone
        self._singly = False
        self._bad = 0
        self._away: RemoteError | None = None

    async def send(self, chunk: Rows) -> None:
        """Send a chunk whole, and what is refused of it in parts."""
        self._bad, self._away = 0, None
        await self._part(chunk)

    async def one_by_one(self, rows: Rows) -> bool:
        """Send rows by themselves; returns whether AIQ took them all."""
        taken = True
        for key, form in rows:
            taken &= await self._row(key, form)
        return taken

    async def _part(self, rows: Rows) -> None:
        if self._away is not None:
            self._outcome.failed(rows, self._away)
            return
        if self._singly or self._bad >= MANY_BAD:
            await self.one_by_one(rows)
            return
        try:
            await self._together([form for _, form in rows])
        except (Refused, NotFound):
            await self._halves(rows)
        except (ProtocolError, Unreachable, RateLimited) as error:
            self._away = error
            self._outcome.failed(rows, error)
        else:
            self._outcome.took(rows)

    async def _halves(self, rows: Rows) -> None:
        if len(rows) <= 2:
            # Rows that are good one by one and not together: it is the bulk call that is refused.
            self._singly |= await self.one_by_one(rows) and len(rows) == 2
            return
        middle = len(rows) // 2
        await self._part(rows[:middle])
        await self._part(rows[middle:])

    async def _row(self, key: str, form: Form) -> bool:
        if self._away is not None:
            self._outcome.failed([(key, form)], self._away)
            return False
        try:
            await self._alone(key, form)
        except (Refused, NotFound) as error:
            self._bad += 1
            self._outcome.failed([(key, form)], error)
            return False
        except (ProtocolError, Unreachable, RateLimited) as error:
            self._away = error
            self._outcome.failed([(key, form)], error)
            return False
        self._outcome.took([(key, form)])
        return True
