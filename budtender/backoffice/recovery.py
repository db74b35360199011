"""Going on with a database that is older than the last one used here, when there is no newer copy to put back.

What was recorded after it was copied is gone, and nobody here knows of it; what it shows as still to be sent may have
been sent since. So all of that becomes a lost answer: it is looked for in AIQ before it is sent, or a person decides.
"""

from __future__ import annotations

from budtender.cache import audit, mark, outbox
from budtender.cache.database import Connection
from budtender.cache.rows import to_ms
from budtender.events import Change
from budtender.model import Actor, State, Value
from budtender.register import Register
from budtender.staffing import managers_only
from budtender.sync.rules import REPEATABLE

MOST = 1_000_000
_WHY = "An older copy of the data was put back: it may have been sent."


class Recovered(Value, frozen=True, kw_only=True):
    """What is known to be gone, in rows of the audit log (0 when others stand in their place), and what is doubted."""

    lacking: int
    doubted: int


async def recover(register: Register, acting: Actor) -> Recovered | None:
    """Accept an older database, opened with `accept_older`; None when it is the newest there was.

    Raises NotAllowed below manager.
    """
    managers_only(acting, "go on with older data")
    seen = register.seen
    lacking = None if seen is None else register.db.read(lambda c: mark.missing(c, seen))
    if lacking is None:
        return None
    at, mono = register.clock.now(), register.clock.mono()

    def work(c: Connection) -> int:
        waiting = [i for i in outbox.listing(c, limit=MOST) if i.state is State.WAITING and i.kind not in REPEATABLE]
        for intent in waiting:
            outbox.hurry(c, intent.id)
            outbox.claim(c, intent.id, owner=register.owner, sent=intent.created, mono=mono)
            outbox.lose(c, intent.id, error=_WHY, told={"code": "older_data"}, mono=mono)
        facts = {"lacking": lacking, "doubted": len(waiting)}
        audit.append(c, at=to_ms(at), kind="older data accepted", staff=acting.name, facts=facts)
        return len(waiting)

    doubted = await register.db.write(work)
    await register.keep_mark()
    register.events.ring(Change.OUTBOX, Change.PERSONA)
    return Recovered(lacking=lacking, doubted=doubted)
