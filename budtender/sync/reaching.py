"""Reaching out to many at once because a date was set: enrolling, and asking by text, who purchased after it.

Nothing happens until a day after the date was set, so that it can be taken back; then each shopper is reached once,
whatever is set later. A text that was refused once is never asked for again (AIQ's integration cards; double opt-in).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial

from budtender.cache import audit, books, consents, once, outbox
from budtender.cache.database import Connection
from budtender.cache.rows import to_ms
from budtender.events import Change
from budtender.model import Customer, Intent, Kind, Value
from budtender.phone import mask
from budtender.settings import DOUBLE_OPT_IN_AFTER, ENROL_AFTER, MATCH_BY_NAME, MINIMUM_AGE, RELEVANT_MARKET, Setting
from budtender.states import age_on
from budtender.sync import matching, scope
from budtender.sync.numbers import number_of
from budtender.sync.wiring import Wiring

#: What the cards of all tills say: it takes a day to act.
DELAY = timedelta(hours=24)
#: Who signs what is done because of a setting.
#: Between two of them: 900 an hour of the 1,440 calls that AIQ takes from everything but the counter.
PACE = timedelta(seconds=4)
#: So many an hour; more would be due at once, and keep everything else waiting.
MOST = 750
#: New intents in one transaction.
AT_ONCE = 200


class Standing(Value, frozen=True, kw_only=True):
    """What is known of a buyer before anybody reaches out; None where nobody said."""

    phone: str | None
    born: date | None = None
    member: bool | None = None
    opted_in: bool = False
    opted_out: bool = False
    #: What they answered here to the question at hand.
    said: bool | None = None
    reached: bool = False


def acts_from(set_at: datetime) -> datetime:
    """When a date that was set at this moment begins to act."""
    return set_at + DELAY


def enrols(buyer: Standing, *, minimum_age: int, today: date) -> bool:
    """Whether somebody who bought on or after the date becomes a member by it."""
    return not buyer.member and _may_be_reached(buyer, minimum_age, today)


def asks(buyer: Standing, *, minimum_age: int, today: date) -> bool:
    """Whether somebody who bought on or after the date is asked by text to confirm."""
    return not buyer.opted_in and _may_be_reached(buyer, minimum_age, today)


def _may_be_reached(buyer: Standing, minimum_age: int, today: date) -> bool:
    """Never without a phone, twice, after a no, or below the age that the store asks for."""
    refused = buyer.opted_out or buyer.said is False
    young = buyer.born is not None and age_on(buyer.born, today) < minimum_age
    return buyer.phone is not None and not (refused or young or buyer.reached)


class _Rule(Value, frozen=True, kw_only=True):
    setting: Setting[date | None]
    what: str
    kind: Kind
    wants: Callable[..., bool]
    purpose: consents.Purpose


RULES = (
    _Rule(setting=ENROL_AFTER, what=once.ENROLLED, kind=Kind.ENROL, wants=enrols, purpose="loyalty"),
    _Rule(setting=DOUBLE_OPT_IN_AFTER, what=once.ASKED, kind=Kind.OPT_IN, wants=asks, purpose="texts"),
)


async def reached_by(wiring: Wiring, key: str, first: date) -> set[str]:
    """The phones of the shoppers whom setting this date reaches, as far as sales are known by now."""
    rule = next(rule for rule in RULES if rule.setting.key == key)
    return {phone for phone, _, _ in await _look(wiring, rule, first)}


async def _look(wiring: Wiring, rule: _Rule, first: date) -> list[tuple[str, str, Customer]]:
    """Whom a date reaches by now: phone, credential and customer; all buyers are read, beside the loop."""
    settings = wiring.settings
    look = partial(
        _candidates,
        rule=rule,
        first=first,
        by_name=settings.get(MATCH_BY_NAME),
        minimum_age=settings.get(MINIMUM_AGE),
        today=wiring.clock.today(),
        narrow=settings.get(RELEVANT_MARKET),
    )
    return await asyncio.to_thread(wiring.db.read, look)


def _candidates(
    connection: Connection, *, rule: _Rule, first: date, by_name: bool, minimum_age: int, today: date, narrow: bool
) -> list[tuple[str, str, Customer]]:
    """Whom a date reaches; with `narrow` nobody whom AIQ is not to know for living outside the key's market."""
    markets, found = scope.markets(connection) if narrow else {}, []
    for credential, customer in once.buyers(connection, first):
        outside = not scope.in_market(customer.state, markets.get(credential, ""))
        if customer.anonymous or customer.merged_into is not None or outside:
            continue
        standing = _standing(connection, rule, credential, customer, by_name)
        if standing.phone and rule.wants(standing, minimum_age=minimum_age, today=today):
            found.append((standing.phone, credential, customer))
    return found


def _standing(connection: Connection, rule: _Rule, credential: str, customer: Customer, by_name: bool) -> Standing:
    """What is known of a buyer; a no, or having been reached, counts by whichever of their numbers it was."""
    phone = number_of(connection, credential, customer)
    match = matching.persona_of(connection, customer, by_name=by_name)
    persona = match.persona.persona if match else None
    said = {number: consents.newest(connection, number, rule.purpose) for number in customer.phones}
    answers = {number: answer.granted for number, answer in said.items() if answer is not None}
    return Standing(
        phone=phone,
        born=customer.birth_date,
        member=match.persona.member if match else None,
        opted_in=persona is not None and persona.opted_in is not None,
        opted_out=persona is not None and persona.opted_out is not None,
        said=False if False in answers.values() else answers.get(phone or ""),
        reached=any(once.is_done(connection, rule.what, number) for number in customer.phones),
    )


async def reach_due(wiring: Wiring, leave: Callable[[], bool] = lambda: False) -> int:
    """Save an intent for everybody whom the dates reach by now; returns how many."""
    reached = 0
    for rule in RULES:
        first, now = wiring.settings.get(rule.setting), wiring.clock.now()
        set_at = wiring.db.read(partial(books.setting_changed, key=rule.setting.key))
        if first is None or set_at is None or now < acts_from(set_at) or leave():
            continue
        room = wiring.db.read(partial(once.room, kind=rule.kind, most=MOST))
        found = (await _look(wiring, rule, first))[:room]
        for start in range(0, len(found), AT_ONCE):
            part = found[start : start + AT_ONCE]
            reached += await wiring.db.write(partial(_record, wiring=wiring, rule=rule, rows=part, first=start))
    await _count_again(wiring)
    if reached:
        wiring.events.ring(Change.OUTBOX)
    return reached


def _record(
    connection: Connection, *, wiring: Wiring, rule: _Rule, rows: Iterable[tuple[str, str, Customer]], first: int
) -> int:
    """The intent, the note that it is done once, and the audit row, together; `first` is the place of the first one."""
    at, saved = wiring.clock.now(), 0
    for phone, credential, customer in rows:
        if once.is_done(connection, rule.what, phone):
            continue
        intent = Intent(
            kind=rule.kind,
            phone=phone,
            body={"credential": credential, "customer_id": customer.id},
            staff=once.BY_SETTING,
            created=at,
            moved_mono=wiring.clock.mono(),
            not_before=at + (first + saved) * PACE,
        )
        outbox.record(connection, intent)
        once.done(connection, rule.what, phone, at, intent.id)
        facts = {"intent": intent.id, "phone": mask(phone), "setting": rule.setting.key}
        audit.append(connection, at=to_ms(at), kind=rule.what, staff=once.BY_SETTING, facts=facts)
        saved += 1
    return saved


async def _count_again(wiring: Wiring) -> None:
    """A day after somebody was enrolled, AIQ is told their sales from the date on once more, and counts them."""
    first = wiring.settings.get(ENROL_AFTER)
    if first is None:
        return
    at = wiring.clock.now()

    def work(c: Connection) -> None:
        for phone, credential, customer_id in once.to_tell_again(c, at - DELAY):
            once.tell_again(c, phone, credential, customer_id, first)
            once.done(c, once.TOLD_AGAIN, phone, at)

    await wiring.db.write(work)
