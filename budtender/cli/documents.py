"""The JSON documents of the counter's commands; their keys are stable and described in the README."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from budtender.cache.visits import Visit
from budtender.cli.output import Output, counted, number, words
from budtender.counter import unseen
from budtender.counter.contact import Changed
from budtender.counter.lookup import Found
from budtender.counter.redeem import Redeemed
from budtender.counter.signup import SignedUp
from budtender.counter.undo import Undone
from budtender.counter.wallet import Offer, Points, WalletView
from budtender.model import Intent, PosDiscount, Reward
from budtender.names import shown
from budtender.phone import mask
from budtender.register import Register


def found(shopper: Found) -> dict[str, Any]:
    """`lookup`: who it is, masked; no points, because nobody has been verified."""
    known = shopper.known
    return {
        "shopper": {
            "name": shopper.name,
            "phone": mask(shopper.phone),
            "member": known.member if known else None,
            "texts_stopped": shopper.texts_stopped,
            "shared_with": shopper.shared_with,
        },
        "outcome": shopper.outcome,
        "source": shopper.source,
        "stale": shopper.stale,
        "as_of": known.asked if known else None,
        "note": shopper.note,
        "refused": [intent(value) for value in shopper.refused],
    }


def points(value: Points) -> dict[str, Any]:
    """The three numbers with their age; null where the retailer hides points."""
    return {
        "available": number(value.available),
        "redeemed": number(value.redeemed),
        "remaining": number(value.remaining),
        "hidden": value.hidden,
        "pending": value.pending,
        "as_of": value.as_of,
    }


def reward(value: Reward) -> dict[str, Any]:
    """A reward without its redemption address, which opens the points."""
    return {
        "id": value.id,
        "name": shown(value.name),
        "title": shown(value.title),
        "points": number(value.points),
        "dollars": None if value.cents_off is None else number(Decimal(value.cents_off) / 100),
        "percent": number(value.percent_off),
        "tier": value.tier,
        "reusable": value.reusable,
        "expires": value.expires,
    }


def offer(value: Offer) -> dict[str, Any]:
    """A reward with whether it can be used, and else the one reason."""
    use = value.use
    return {
        **reward(value.reward),
        "usable": use.usable,
        "reason": use.reason,
        "reason_code": None if use.usable else use.code,
        "till_discount": till_discount(use.link),
    }


def till_discount(link: PosDiscount | None) -> dict[str, Any] | None:
    """What to apply in the till."""
    return None if link is None else {"id": link.id, "name": shown(link.name)}


def wallet(register: Register, view: WalletView, visit: Visit, refused: Sequence[Intent]) -> dict[str, Any]:
    """`wallet`; `refused` is what was refused for this shopper while nobody looked."""
    return {
        "visit": {"id": visit.id, "method": visit.method, "approver": visit.approver, "opened": visit.opened},
        "points": points(view.points),
        "rewards": [offer(value) for value in view.offers],
        "unreadable_rewards": view.unreadable,
        "refused": [intent(value) for value in refused],
        "fresh": view.fresh,
        "note": view.note,
        "today": None
        if (day := view.today) is None
        else {"dollars": number(Decimal(day.cents) / 100), "points": number(day.points)},
        "ending_in_30_days": view.ending,
        "frozen": None if view.frozen is None else {"systems": view.frozen.systems, "since": view.frozen.since},
    }


def draw_refused(output: Output, refused: Sequence[Intent]) -> None:
    """The same for a person, each with how to take note of it."""
    for value in refused:
        output.say(
            f"{unseen.in_words(value)} {shown(value.last_error)}", f"  Seen: budtender outbox seen {value.id[:8]}"
        )


def intent(value: Intent) -> dict[str, Any]:
    """One entry of the outbox, without the shopper's data."""
    return {
        "id": value.id,
        "kind": value.kind,
        "state": value.state,
        "needs_person": value.needs_person,
        "system": value.system,
        "phone": mask(value.phone) if value.phone else None,
        "reward": value.reward_id,
        "points": number(value.points),
        "created": value.created,
        "staff": value.staff,
        "attempts": value.attempts,
        "undoes": value.undoes,
        "unseen": value.unseen,
        "error": value.last_error or None,
        "evidence": dict(value.evidence) if value.needs_person else {},
    }


def redeemed(done: Redeemed, view: WalletView) -> dict[str, Any]:
    """`redeem`."""
    return {
        "redemption": {
            "id": done.intent.id,
            "state": done.intent.state,
            "reward": done.reward.id,
            "name": shown(done.reward.name),
            "points": number(done.reward.points),
            "needs_person": done.intent.needs_person,
            "error": done.intent.last_error or None,
        },
        "points": points(view.points),
        "till_discount": till_discount(done.link),
    }


def contact(value: Changed) -> dict[str, Any]:
    """`contact`."""
    return {
        "contact": intent(value.intent),
        "shopper": value.name,
        "what": value.new.field,
        "new": value.shown,
        "tills": [{"store": part.name, "state": part.state, "text": part.text} for part in value.tills],
    }


def undone(value: Undone) -> dict[str, Any]:
    """`undo`."""
    return {
        "redemption": {"id": value.redemption.id, "state": value.redemption.state},
        "undo": intent(value.entry) if value.entry else None,
        "returned": number(value.points),
        "remaining": number(value.balance.shown) if value.balance else None,
    }


def signed_up(done: SignedUp) -> dict[str, Any]:
    """`signup`."""
    return {
        "signup": {"id": done.intent.id, "state": done.intent.state, "error": done.intent.last_error or None},
        "shopper": {"name": done.name, "phone": done.phone},
        "pending_in_aiq": done.pending_in_aiq,
        "consents": [
            {
                "purpose": consent.purpose,
                "granted": consent.granted,
                "wording": consent.wording,
                "version": consent.version,
                "language": consent.language,
                "at": consent.at,
                "staff": consent.staff,
            }
            for consent in done.consents
        ],
        "till": {"state": done.customer.state if done.customer else None, "text": done.till},
    }


def draw_wallet(output: Output, view: WalletView) -> None:
    """The wallet for a person."""
    value = view.points
    if not value.hidden and value.available is not None:
        numbers = (words(value.available), words(value.redeemed), words(value.remaining))
        output.say("Available {} · Redeemed now {} · Remaining {}".format(*numbers))
        output.say(
            f"as of {words(value.as_of)}" + (f", {value.pending} on the way to AIQ's balance" if value.pending else "")
        )
    output.say(*([view.note] if view.note else []))
    if view.today is not None:
        estimate = f", an estimated {words(view.today.points)} points" if view.today.points is not None else ""
        output.say(f"Bought in the last day: ${view.today.cents / 100:.2f}{estimate}; AIQ may not count it yet")
    if view.frozen is not None:
        output.say(f"{', '.join(view.frozen.systems)}: the last backup is used, of {words(view.frozen.since)}")
    rows = [
        (
            offer.reward.id,
            offer.reward.name,
            _off(offer.reward),
            offer.reward.points,
            "yes" if offer.use.usable else offer.use.reason,
        )
        for offer in view.offers
    ]
    if rows:
        output.table("Rewards", ("Id", "Name", "Off", "Points", "Usable"), rows)
    if view.unreadable:
        output.say(f"{counted(view.unreadable, 'reward')} could not be read and cannot be used here; tell a manager")


def _off(reward: Reward) -> str:
    parts = []
    if reward.cents_off is not None:
        parts.append(f"${reward.cents_off / 100:.2f}")
    if reward.percent_off is not None:
        parts.append(f"{reward.percent_off.normalize():f} %")
    return " and ".join(parts) or "in the till"
