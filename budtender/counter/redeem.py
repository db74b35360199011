"""Redeem a reward from an open visit: saved first, sent at once, and told for what it has become."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, NoReturn

import msgspec

from budtender.cache import audit, outbox, personas, redemptions
from budtender.cache.database import Connection
from budtender.cache.personas import Balance, Known
from budtender.cache.rows import to_ms
from budtender.cache.visits import Visit
from budtender.connectors.http import Priority
from budtender.errors import NoIntent, NotAllowed, RewardUnusable, Unreachable
from budtender.events import Change
from budtender.model import OPEN_STATES, Actor, Intent, Kind, PosDiscount, Reward, Role, Value
from budtender.register import Register
from budtender.settings import OFFLINE_AGE, OFFLINE_LIMIT, OFFLINE_REDEEM, SECOND
from budtender.staffing import refuse_own_wallet
from budtender.sync.push import push
from budtender.sync.rules import Usability, judge_reward, judge_tried, linked
from budtender.sync.terms import own_host, terms_of


class Redeemed(Value, frozen=True, kw_only=True):
    """A redemption that is saved. Its state says how far it has come; `link` what to apply in the till."""

    intent: Intent
    reward: Reward
    balance: Balance
    link: PosDiscount | None


class Allowed(Value, frozen=True, kw_only=True):
    """A manager's PIN was given for this one redemption over the limit without network."""

    visit_id: str
    reward_id: str
    approver: str


async def allow_over_limit(
    register: Register,
    visit: Visit,
    wanted: str,
    pin: str,
    acting: Actor,
    *,
    approver: str | None = None,
    master_for: str | None = None,
    reason: str = "",
) -> Allowed:
    """Have a manager allow one reward that is worth more than the limit; every other rule without network stays.

    Who allowed it and why, what it is worth and the limit are written down. Raises what else keeps it from being
    redeemed, and what approving raises.
    """
    known = register.db.read(lambda c: personas.get(c, visit.persona_id))
    reward = _choose(register, visit, wanted)
    _refuse_unusable(register, visit, reward)
    fault = _offline_fault(register, visit, known, reward)
    if fault is not None and fault.code != "offline_over_limit":
        raise fault
    limit = register.settings.get(OFFLINE_LIMIT)
    facts = {"for": "redeem over the offline limit", "persona": visit.persona_id, "reward": reward.id}
    worth = {"cents": reward.cents_off, "limit": limit, "reason": reason}
    approved = await register.pins.approve(
        pin,
        at_least=Role.MANAGER,
        approver=approver,
        acting=acting.name,
        facts={**facts, **worth},
        master_for=master_for,
    )
    refuse_own_wallet(known, approved.name)
    return Allowed(visit_id=visit.id, reward_id=reward.id, approver=approved.name)


async def redeem(
    register: Register,
    visit: Visit,
    wanted: str,
    acting: Actor,
    *,
    fresh: bool,
    over_limit: Allowed | None = None,
    sale_id: str = "",
) -> Redeemed:
    """Redeem the reward with this id (or exact name) from an open visit.

    From the commit of the intent on it survives anything; an unreachable AIQ leaves it waiting or unknown.
    `fresh` says whether the wallet was read from AIQ in this visit; where it was not, a reward over the limit takes
    what `allow_over_limit` gave for it. `sale_id` is the till's number of the sale; AIQ is told it where the store has
    switched that on. Raises RewardUnusable with the one reason, NotAllowed for a second one in a short time without a
    manager's PIN, Unreachable when it may not be saved for later.
    """
    known = register.db.read(lambda c: personas.get(c, visit.persona_id))
    reward = _choose(register, visit, wanted)
    turn = register.db.read(lambda c: _turn(c, visit, reward))
    _refuse_unsettled(register, visit)
    register.db.read(lambda c: _refuse_undoing(c, visit, reward))
    _refuse_second(register, visit)
    use = _refuse_unusable(register, visit, reward)
    over = over_limit if over_limit is not None and _covers(over_limit, visit, reward) else None
    fault = None if fresh else _offline_fault(register, visit, known, reward, over)
    if fault is not None:
        raise fault
    intent = await register.db.write(lambda c: _record(c, register, visit, known, reward, turn, acting, over, sale_id))
    register.events.ring(Change.OUTBOX)
    intent = await push(register, intent.id, Priority.COUNTER)
    balance = register.db.read(lambda c: personas.balance(c, visit.persona_id))
    return Redeemed(intent=intent, reward=reward, balance=balance, link=use.link)


def reread(register: Register, redemption_id: str) -> Redeemed:
    """A redemption of this register as it stands now, for a page that opens it again. Raises NoIntent."""
    intent = register.db.read(lambda c: outbox.find(c, redemption_id))
    if intent is None or intent.kind is not Kind.REDEEM or intent.persona_id is None:
        raise NoIntent("There is no redemption with this number.", "Look the shopper up again.", code="no_redemption")
    persona_id, reward = intent.persona_id, msgspec.convert(intent.body["reward"], Reward)
    balance = register.db.read(lambda c: personas.balance(c, persona_id))
    return Redeemed(intent=intent, reward=reward, balance=balance, link=linked(reward, terms_of(register).discounts))


def last_of_visit(register: Register, visit: Visit) -> Redeemed | None:
    """The newest redemption of a visit that stands: not refused and not undone; None when there is none."""
    intent = register.db.read(lambda c: redemptions.last_in_visit(c, visit.id))
    return None if intent is None else reread(register, intent.id)


def _choose(register: Register, visit: Visit, wanted: str) -> Reward:
    rewards = register.db.read(lambda c: personas.rewards(c, visit.persona_id))
    by_id = [reward for reward in rewards if reward.id == wanted.strip()]
    by_name = [reward for reward in rewards if reward.name.casefold() == wanted.strip().casefold()]
    found = by_id or by_name
    if len(found) == 1:
        return found[0]
    if not found:
        _refuse_used_up(register, visit, wanted)
    raise RewardUnusable(
        "This wallet has no such reward." if not found else "Several rewards in this wallet have this name.",
        "Name it by its id; `budtender wallet PHONE` lists them.",
        code="several_of_this_name" if found else "not_in_wallet",
    )


def _refuse_used_up(register: Register, visit: Visit, wanted: str) -> None:
    """A reward that AIQ lets be used once is not in the wallet any more, although its points came back."""
    tried = register.db.read(lambda c: redemptions.tried_in_visit(c, visit.id))
    word = wanted.strip()
    for reward_id, before in tried.items():
        if before.once and before.what == "undone" and (reward_id == word or before.name.casefold() == word.casefold()):
            raise RewardUnusable(
                f"AIQ counts “{before.name}” as used: it can be used once, and an undo gives back its points alone.",
                "Choose another reward. A manager can give it back in AIQ.",
                code="used_up",
                reward=reward_id,
                name=before.name,
            )


def _turn(connection: Connection, visit: Visit, reward: Reward) -> int:
    """Which turn of this reward in the visit a redemption would be: the one after the last that was given back."""
    tried = redemptions.tried_in_visit(connection, visit.id).get(reward.id)
    if tried is None:
        return 0
    return tried.turn + 1 if tried.what == "undone" else tried.turn


def _refuse_unsettled(register: Register, visit: Visit) -> None:
    """While an earlier redemption is uncertain, another could spend the same points."""
    intents = register.db.read(lambda c: outbox.of_phone(c, visit.phone, Kind.REDEEM))
    if any(intent.state in OPEN_STATES for intent in intents):
        raise RewardUnusable(
            "An earlier redemption of this shopper is not settled yet.",
            "It is being checked; see `budtender outbox list`.",
            code="unsettled",
        )


def _refuse_undoing(connection: Connection, visit: Visit, reward: Reward) -> None:
    """Said before that its points are lacking: they are, until it is settled."""
    tried = redemptions.tried_in_visit(connection, visit.id).get(reward.id)
    if tried is not None and tried.what == "undoing":
        _refuse_tried(reward, tried.what)


def _refuse_second(register: Register, visit: Visit) -> None:
    minutes = register.settings.get(SECOND)
    standing = register.db.read(lambda c: redemptions.standing(c, visit.phone))
    recent = any(register.clock.since(intent.moved_mono) < minutes * 60 for intent in standing)
    if recent and visit.method != "pin":
        raise NotAllowed(
            f"This shopper redeemed a reward less than {minutes} minutes ago.",
            "A manager can go on with a PIN (--pin).",
            code="second_redemption",
            minutes=minutes,
        )


def _refuse_unusable(register: Register, visit: Visit, reward: Reward) -> Usability:
    balance = register.db.read(lambda c: personas.balance(c, visit.persona_id))
    use = judge_reward(
        reward,
        spendable=balance.spendable,
        hidden=balance.hidden,
        now=register.clock.now(),
        terms=terms_of(register),
        own_host=own_host(register, reward),
        read=balance.mirror,
    )
    if not use.usable:
        raise RewardUnusable(
            f"“{reward.name}” cannot be used: {use.reason}",
            "Choose another reward.",
            code=use.code,
            reward=reward.id,
            name=reward.name,
            **use.facts,
        )
    return use


def judge_offline(register: Register, visit: Visit, reward: Reward) -> Unreachable | None:
    """Why this reward may not be saved for later while AIQ cannot be reached, for a page that asks before; or None.

    Only what the store allows may be; its loss is bounded by these rules.
    """
    known = register.db.read(lambda c: personas.get(c, visit.persona_id))
    return _offline_fault(register, visit, known, reward)


def _covers(allowed: Allowed, visit: Visit, reward: Reward) -> bool:
    return (allowed.visit_id, allowed.reward_id) == (visit.id, reward.id)


def _offline_fault(
    register: Register, visit: Visit, known: Known, reward: Reward, over: Allowed | None = None
) -> Unreachable | None:
    settings = register.settings
    fresh = register.clock.within(timedelta(minutes=settings.get(OFFLINE_AGE)), known.wallet_at)
    rules = [
        (
            not settings.get(OFFLINE_REDEEM),
            "offline_off",
            "Redeeming without network is switched off (setting offline_redeem).",
        ),
        (visit.method != "pin", "offline_needs_pin", "Without network it takes a manager's PIN."),
        (not fresh, "offline_too_old", "The wallet that is known is too old to redeem from."),
        (
            reward.cents_off is None,
            "offline_no_amount",
            "Only rewards with a fixed amount can be redeemed without network.",
        ),
        (
            over is None and (reward.cents_off or 0) > settings.get(OFFLINE_LIMIT),
            "offline_over_limit",
            "It is worth more than the limit without network.",
        ),
    ]
    for broken, code, why in rules:
        if broken:
            return Unreachable(
                f"AIQ cannot be reached, and nothing was redeemed. {why}",
                "A manager can allow it with a PIN (--over-limit)."
                if code == "offline_over_limit"
                else "Try again when the network is back.",
                system="aiq",
                sent=False,
                code=code,
                minutes=settings.get(OFFLINE_AGE),
                limit_cents=settings.get(OFFLINE_LIMIT),
            )
    return None


def refuse_meanwhile(connection: Connection, visit: Visit, reward: Reward, turn: int) -> None:
    """Judged once more in the transaction that saves it, since two may press at once.

    `turn` is the one that was open when it was asked for: what was redeemed and given back since is no reason to
    redeem it once more.
    """
    tried = redemptions.tried_in_visit(connection, visit.id).get(reward.id)
    if tried is not None and tried.what != "undone":
        _refuse_tried(reward, tried.what)
    if _turn(connection, visit, reward) != turn:
        raise RewardUnusable(
            f"“{reward.name}” was redeemed and undone meanwhile.",
            "Redeem it anew, if the shopper wants it still.",
            code="undone_meanwhile",
            reward=reward.id,
            name=reward.name,
        )
    for other in outbox.of_phone(connection, visit.phone, Kind.REDEEM):
        if other.state in OPEN_STATES:
            raise RewardUnusable("Another redemption of this shopper is under way.", "Wait for it.", code="under_way")
    balance = personas.balance(connection, visit.persona_id)
    if not balance.hidden and balance.spendable is not None and reward.points > balance.spendable:
        raise RewardUnusable("The points were spent meanwhile.", "Open the wallet again.", code="spent_meanwhile")


def _refuse_tried(reward: Reward, what: Literal["redeemed", "undoing", "refused"]) -> NoReturn:
    use = judge_tried(what, None)
    hints = {
        "redeemed": "Choose another reward.",
        "undoing": "Wait until it is settled, then redeem it again; see `budtender outbox list`.",
        "refused": f"{use.reason}",
    }
    title = (
        f"“{reward.name}” cannot be redeemed again yet: its undo is not settled."
        if what == "undoing"
        else f"“{reward.name}” cannot be used twice in one visit."
    )
    raise RewardUnusable(title, hints[what], code=use.code, reward=reward.id, name=reward.name)


def _record(
    connection: Connection,
    register: Register,
    visit: Visit,
    known: Known,
    reward: Reward,
    turn: int,
    acting: Actor,
    over: Allowed | None,
    sale_id: str,
) -> Intent:
    """Save the intent, its hold on the balance and its audit row."""
    refuse_meanwhile(connection, visit, reward, turn)
    balance = personas.balance(connection, visit.persona_id)
    read_at = known.wallet_at or register.clock.now()
    intent = Intent(
        kind=Kind.REDEEM,
        persona_id=visit.persona_id,
        phone=visit.phone,
        visit_id=visit.id,
        reward_id=reward.id,
        turn=turn,
        points=-reward.points,
        balance=balance.shown,
        body={"reward": msgspec.to_builtins(reward), "read_at": read_at.timestamp(), "sale_id": sale_id or None},
        staff=acting.name,
        created=register.clock.now(),
        moved_mono=register.clock.mono(),
    )
    outbox.record(connection, intent)
    facts = {"intent": intent.id, "persona": visit.persona_id, "reward": reward.id, "points": reward.points}
    if over is not None:
        facts["over_limit_allowed_by"] = over.approver
    audit.append(connection, at=to_ms(intent.created), kind="redeem", staff=acting.name, facts=facts)
    return intent
