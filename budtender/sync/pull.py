"""AIQ → mirror: shoppers, balances and stores; the only writers of that part of the mirror.

A balance is a sum, so it is replaced only by a reading that surely contains every answered intent and cannot
contain an unanswered one. Until such a reading comes, the old balance minus the pending intents stands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from budtender.cache import outbox, personas, till
from budtender.cache.database import Connection
from budtender.cache.personas import Known
from budtender.connectors.http import Priority
from budtender.errors import Ambiguous, NoShopper, NotFound, RemoteError
from budtender.events import Change
from budtender.log import get_logger
from budtender.model import Persona, State, Value, Wallet
from budtender.sync.contained import contained_by_now, counting, in_order, used_lately
from budtender.sync.push import server_now
from budtender.sync.rules import next_look
from budtender.sync.wiring import Wiring

log = get_logger(__name__)


class Departed(Value, frozen=True, kw_only=True):
    """What became of personas that AIQ no longer lists under a number: dead ids, moved people, blocked ones."""

    dead: frozenset[int] = frozenset()
    moved: tuple[Persona, ...] = ()
    blocked: frozenset[int] = frozenset()


async def ask_for(wiring: Wiring, phone: str, priority: Priority) -> None:
    """Ask AIQ who has this phone and keep the answer; what became of those it no longer lists is asked as well."""
    aiq, began = wiring.aiq, wiring.clock.now()
    mobile, home = wiring.db.read(lambda c: personas.find_by_phone(c, phone))
    before = {known.id: known.points_at for known in [*mobile, *home]}
    found = await aiq.find(phone, priority=priority)
    departed = await _departed(wiring, phone, mobile, found, priority)
    at = wiring.clock.now()

    def work(c: Connection) -> None:
        ids = []
        for persona in found:
            if persona.phone:
                personas.adopt_pending(c, persona.phone, persona.contact_id)
            ids.append(personas.upsert(c, persona, at))
            _take_row_balance(c, wiring, ids[-1], persona, began, before)
        for persona in departed.moved:
            personas.upsert(c, persona, at)
        survivor = ids[0] if len(ids) == 1 and found[0].phone == phone else None
        _mark_departed(c, wiring, departed, survivor, at)

    await wiring.db.write(work)
    wiring.events.ring(Change.PERSONA)


async def _departed(
    wiring: Wiring, phone: str, mobile: Sequence[Known], found: Sequence[Persona], priority: Priority
) -> Departed:
    """Ask for each persona that is missing from the answer by its own id: numbers move on to other people."""
    living = {persona.contact_id.lower() for persona in found}
    dead, moved, blocked = set(), [], set()
    for known in mobile:
        contact_id = known.persona.contact_id if known.persona else None
        waits = known.pending_since is not None and not found
        if waits or (contact_id is not None and contact_id.lower() in living):
            continue
        try:
            persona = await wiring.aiq.detail(contact_id, priority=priority) if contact_id else None
        except NotFound:
            persona = None
        if persona is None:
            dead.add(known.id)
        elif persona.phone == phone:
            blocked.add(known.id)
        else:
            moved.append(persona)
    return Departed(dead=frozenset(dead), moved=tuple(moved), blocked=frozenset(blocked))


def _take_row_balance(
    connection: Connection,
    wiring: Wiring,
    persona_id: int,
    persona: Persona,
    began: datetime,
    before: Mapping[int, datetime | None],
) -> None:
    """A search row's balance is a reading like any other, unless points are hidden: then it says nothing.

    AIQ is not asked what the row contains, so it counts only while nothing of ours is pending or lately absorbed.
    """
    known = personas.get(connection, persona_id)
    if persona.points is None or known.hidden or persona_id not in before or known.points_at != before[persona_id]:
        return
    if in_order(counting(wiring, connection, persona_id), frozenset()):
        personas.apply_points(connection, persona_id, Wallet(contact_id=None, points=persona.points), began)


def _mark_departed(
    connection: Connection, wiring: Wiring, departed: Departed, survivor: int | None, at: datetime
) -> None:
    """Contact ids die in merges; with exactly one survivor the intents of the dead follow it."""
    for persona_id in departed.blocked:
        personas.mark_gone(connection, persona_id, at)
    for persona_id in departed.dead - {survivor}:
        follow_into(connection, wiring, persona_id, survivor, at)


def follow_into(connection: Connection, wiring: Wiring, persona_id: int, survivor: int | None, at: datetime) -> None:
    """A persona is gone: merged into the survivor, who then owes what it owed, or into nobody that is known.

    Whether the survivor's balance contains that already is not known, so it has none until a wallet tells.
    """
    personas.mark_gone(connection, persona_id, at, survivor)
    if survivor is None:
        return
    if not in_order(counting(wiring, connection, persona_id), frozenset()):
        personas.forget_points(connection, survivor)
    outbox.move_to_persona(connection, persona_id, survivor)


async def take_wallet(
    wiring: Wiring, persona_id: int, read: Callable[[], Awaitable[Wallet | None]], priority: Priority
) -> tuple[int, Wallet | None]:
    """Read a wallet and keep it: the rewards always, the balance when it is in order.

    Before the reading, AIQ is asked whether it already shows what this register has done; only then can the
    reading be known to contain it. Returns the id of the persona whose wallet it is: another one when AIQ has
    merged them. Raises what `read` raises, and Ambiguous when the number opens somebody else's wallet.
    """
    before = wiring.db.read(lambda c: personas.get(c, persona_id)).points_at
    contained = await _contained_if_readable(wiring, persona_id, priority)
    began = wiring.clock.now()
    wallet = await read()
    if wallet is None:
        return persona_id, None
    holder = await _holder(wiring, persona_id, wallet, priority)
    await keep_wallet(wiring, holder, wallet, began, contained, before if holder == persona_id else None)
    return holder, wallet


def not_there_yet() -> NoShopper:
    """What a shopper is told whose sign-up AIQ has taken and not yet carried out."""
    return NoShopper(
        "This shopper was signed up here, and AIQ has no wallet for them yet.",
        "Look again later: AIQ may take up to 24 hours.",
        code="wallet_pending",
    )


async def get_wallet(wiring: Wiring, persona_id: int, read: Callable[[], Awaitable[Wallet | None]]) -> int:
    """The same for the counter, which cannot go on without a wallet; returns whose it is. Raises NoShopper as well."""
    holder, wallet = await take_wallet(wiring, persona_id, read, Priority.COUNTER)
    if wallet is None and wiring.db.read(lambda c: personas.get(c, holder)).pending_since is not None:
        raise not_there_yet()
    if wallet is None:
        raise NoShopper(
            "AIQ has no wallet for this number: not a member yet, or blocked.",
            "Sign the shopper up, or ask a manager to look in AIQ.",
            code="no_wallet",
        )
    return holder


async def _contained_if_readable(wiring: Wiring, persona_id: int, priority: Priority) -> frozenset[str]:
    """The same, or nothing when AIQ does not tell: then the balance shown stays mirror minus pending, as before."""
    try:
        return await contained_by_now(wiring, persona_id, priority)
    except RemoteError as error:
        log.info("answered intents not confirmed", why=error.kind)
        return frozenset()


async def _holder(wiring: Wiring, persona_id: int, wallet: Wallet, priority: Priority) -> int:
    """Whose wallet was opened: a wallet is asked for by phone, and phones are shared and personas merged."""
    known = wiring.db.read(lambda c: personas.get(c, persona_id))
    contact_id = wallet.contact_id
    if contact_id is None:
        return persona_id
    if known.persona is None:
        await wiring.db.write(lambda c: personas.adopt_pending(c, known.phone or "", contact_id))
        return persona_id
    if known.persona.contact_id.lower() == contact_id.lower():
        return persona_id
    await ask_for(wiring, known.phone or "", priority)
    now = wiring.db.read(lambda c: personas.get(c, persona_id))
    other = wiring.db.read(lambda c: personas.find_by_contact(c, contact_id))
    if other is None or now.gone is None or now.merged_into != other.id:
        if now.phone != known.phone:
            raise Ambiguous(
                "This number belongs to another shopper by now.",
                "Look the number up again, and send a new code.",
                code="number_moved",
            )
        raise Ambiguous(
            "AIQ opens another shopper's wallet for this number.",
            "Several people use it; ask AIQ to part them, or use another number.",
            code="other_wallet",
        )
    return other.id


async def keep_wallet(
    wiring: Wiring,
    persona_id: int,
    wallet: Wallet,
    began: datetime,
    contained: frozenset[str],
    before: datetime | None,
) -> None:
    """Store a reading that began at `began` and surely contains the intents in `contained`.

    `before` is the time of the balance that stood when it began. Another one now means that another reading came
    in between; which of the two is newer is not known, so the later to arrive leaves the balance alone. No clock
    decides: one that was set back would else stop all readings until it has caught up.
    """
    # By AIQ's clock, which has just been told: this machine's own may be set while AIQ still lags.
    at = server_now(wiring)

    def work(c: Connection) -> None:
        personas.apply_rewards(c, persona_id, wallet, began)
        for reward_id in used_lately(wiring, c, persona_id):
            personas.drop_reward(c, persona_id, reward_id)
        counted = counting(wiring, c, persona_id)
        told = wallet.points is not None or wallet.hidden
        alone = personas.get(c, persona_id).points_at == before
        if not (told and alone and in_order(counted, contained)):
            return
        personas.apply_points(c, persona_id, wallet, began)
        outbox.absorb(c, [i.id for i in counted if i.state is State.DONE and i.absorbed is None], at)

    await wiring.db.write(work)
    wiring.events.ring(Change.PERSONA)


async def absorb(wiring: Wiring, persona_id: int) -> None:
    """Try to let go of a shopper's answered intents; while AIQ does not show them, ever more seldom."""
    await refresh(wiring, persona_id)
    pending = wiring.db.read(lambda c: outbox.of_persona(c, persona_id))
    waited = max((wiring.clock.since(i.moved_mono) for i in pending if i.state is State.DONE), default=None)
    if waited is not None:
        later = wiring.clock.now() + next_look(waited)
        await wiring.db.write(lambda c: outbox.absorb_later(c, persona_id, later))


async def ask_for_pending(wiring: Wiring, phone: str) -> None:
    """Look whether AIQ lists a shopper by now who was signed up here."""
    at = wiring.clock.now()
    await ask_for(wiring, phone, Priority.BACKGROUND)
    await wiring.db.write(lambda c: personas.note_asked(c, phone, at))


async def refresh(wiring: Wiring, persona_id: int, priority: Priority = Priority.BACKGROUND) -> None:
    """Read one shopper's wallet again, so that what is pending can be let go."""
    known = wiring.db.read(lambda c: personas.get(c, persona_id))
    if known.phone is None:
        return
    phone = known.phone
    _holder_id, wallet = await take_wallet(
        wiring, persona_id, lambda: wiring.aiq.wallet(phone, priority=priority), priority
    )
    if wallet is None:
        await ask_for(wiring, phone, priority)


async def pull_stores(wiring: Wiring) -> None:
    """Bring the list of AIQ's retail locations up to date."""
    stores = await wiring.aiq.stores(priority=Priority.BACKGROUND)
    await wiring.db.write(lambda c: till.put_stores(c, stores))
