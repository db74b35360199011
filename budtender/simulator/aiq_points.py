"""AIQ's points: adjusting a balance, and the lists of adjustments, redemptions and a persona's history."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from budtender.simulator import points
from budtender.simulator.aiq import Aiq, epoch, success
from budtender.simulator.exchange import Answer, Call, Operation, wire_number
from budtender.simulator.ledger import Effect


class Adjustment(msgspec.Struct):
    """A signed change of a balance; the note is the only place for a key of the caller's own."""

    value: int | float
    note: str
    campaign_id: str | None = msgspec.field(default=None, name="cmpID")
    ts: int | None = None


def adjust(far: Aiq, call: Call) -> Answer:
    """Changes a balance; what would fall below zero is levelled to zero."""
    asked = call.decode(Adjustment)
    persona = far.persona(call.params["contactID"])
    after = points.adjust(far.world, persona, Decimal(str(asked.value)), note=asked.note, source="aiq")
    return success({"contactID": after.contact_id})


def adjustments(far: Aiq, call: Call) -> Answer:
    """Lists every adjustment of the account in a window, block adjustments included; null when empty."""
    kinds = {"adjust": "adjustment", "block_adjustment": "block adjustment"}
    rows = [
        _row(far, place, effect) | {"type": kinds[effect.kind]}
        for place, effect in _window(far, call, points.ADJUSTMENTS)
    ]
    return success(rows or None)


def redemptions(far: Aiq, call: Call) -> Answer:
    """Lists every redemption of the account in a window; null when empty."""
    rows = []
    for place, effect in _window(far, call, ("redeem",)):
        reward = far.world.rewards[effect.reward_id]
        rows.append(
            _row(far, place, effect)
            | {"discountID": reward.id, "discountName": reward.name, "points": wire_number(-effect.points)}
        )
    return success(rows or None)


def timeline(far: Aiq, call: Call) -> Answer:
    """Lists the changes of one persona's points."""
    persona = far.persona(call.params["contactID"], at=far.world.seen_at)
    start, end = call.number("start", 0), call.number("end", int(far.world.now))
    events = [
        _row(far, place, effect) | {"type": effect.kind, "discountID": effect.reward_id}
        for place, effect in _seen(far, start, end, points.CHANGES)
        if effect.contact_id == persona.contact_id
    ]
    return success({"events": events or None})


def _window(far: Aiq, call: Call, kinds: tuple[str, ...]) -> list[tuple[int, Effect]]:
    return _seen(far, epoch(call, "start"), epoch(call, "end"), kinds)


def _seen(far: Aiq, start: int, end: int, kinds: tuple[str, ...]) -> list[tuple[int, Effect]]:
    """Returns the effects of a window of whole seconds, both ends included, as far as reads show them."""
    until = end + 0.999999
    seen_at = far.world.seen_at
    return far.world.ledger.between(start, until if seen_at is None else min(until, seen_at), kinds)


def _row(far: Aiq, place: int, effect: Effect) -> dict[str, Any]:
    """Returns one row of a window with the shopper's data as they are today; a merged id is the survivor's."""
    persona = far.world.personas.survivor(effect.contact_id)
    person = (
        {
            "contactID": persona.contact_id,
            "firstName": persona.first_name,
            "lastName": persona.last_name,
            "mobilePhone": persona.mobile,
            "email": persona.email,
        }
        if persona is not None
        else {"contactID": effect.contact_id}
    )
    return {
        "id": str(place + 1),
        **person,
        "points": wire_number(effect.points),
        "note": effect.note,
        "ts": int(effect.at),
    }


OPERATIONS = (
    Operation(
        "PUT",
        "/api/v1.1/adjust/loyaltyPoints/{uid}/{contactID}",
        adjust,
        "Add or remove points",
        body=Adjustment,
    ),
    Operation("GET", "/api/v1.1/adjustments/{uid}/{start}/{end}", adjustments, "Adjustments in a window"),
    Operation("GET", "/api/v1.1/redemptions/{uid}/{start}/{end}", redemptions, "Redemptions in a window"),
    Operation(
        "GET",
        "/api/v1.1/contact/loyaltyPoints/timeline/{uid}/{contactID}",
        timeline,
        "Points history of one persona",
    ),
)
