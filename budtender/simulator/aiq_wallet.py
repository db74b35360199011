"""AIQ's wallet: the texted code, the balance, the rewards, and redeeming one of them."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from budtender.simulator import points
from budtender.simulator.aiq import Aiq, checked, success
from budtender.simulator.exchange import Answer, Call, Operation, Refusal, wire_number
from budtender.simulator.personas import Persona
from budtender.simulator.rewards import Reward
from budtender.simulator.world import Code, World

CODE_LIFE = 600.0
OTHER_HOST = "https://offers.example.net"


class Identity(msgspec.Struct):
    """Who the wallet belongs to; one of the two is enough."""

    phone: str | None = None
    email: str | None = None


class IdentityWithCode(Identity):
    """The same with the code, which is text so that leading zeros survive."""

    code: str | None = None


def verify(far: Aiq, call: Call) -> Answer:
    """Texts a code of four digits; an unknown or blocked contact is 400. A new code replaces the old one."""
    who = call.decode(Identity)
    persona = far.identify(who.phone, who.email)
    if persona is None:
        raise Refusal(400, "contact not found")
    world = far.world
    code = f"{world.rng.randrange(10_000):04}"
    world.codes[persona.contact_id] = Code(code, world.now + CODE_LIFE)
    world.text(who.phone or persona.email, f"Your rewards code is {code}", persona, code=code)
    return success()


def view(far: Aiq, call: Call) -> Answer:
    """Opens the wallet with a code, which is used up by success; a wrong, old or used code is 400."""
    who = call.decode(IdentityWithCode)
    present = far.identify(who.phone, who.email)
    if present is None:
        raise Refusal(400, "contact not found")
    if not (far.master_pin and who.code == far.master_pin):
        _use_code(far.world, present, who.code or "")
    seen = far.world.personas.get(present.contact_id, far.world.seen_at)
    checked(seen is not None, "contact not found", 404)
    assert seen is not None
    return success(wallet(far, seen))


def _use_code(world: World, persona: Persona, typed: str) -> None:
    code = world.codes.get(persona.contact_id)
    if code is None or code.text != typed or code.expires_at < world.now:
        raise Refusal(400, "invalid code")
    del world.codes[persona.contact_id]


def open_by_identity(far: Aiq, call: Call) -> Answer:
    """Opens the wallet without a code, with audiences on request."""
    who = call.decode(Identity)
    persona = far.identify(who.phone, who.email, at=far.world.seen_at)
    if persona is None:
        raise Refusal(400, "contact not found")
    return success(wallet(far, persona, badges=call.flag("badges")))


def open_by_phone(far: Aiq, call: Call) -> Answer:
    """Opens the wallet without a code."""
    persona = far.identify(call.params["phone"], None, at=far.world.seen_at)
    if persona is None:
        raise Refusal(404, "contact not found")
    return success(wallet(far, persona))


def wallet(far: Aiq, persona: Persona, *, badges: bool = False) -> dict[str, Any]:
    """Returns the wallet as a shopper's app shows it; hidden points read as 0."""
    rewards = [_template(far, persona, far.world.rewards[known]) for known in listed(far.world, persona)]
    shown: dict[str, Any] = {
        "contactID": persona.contact_id,
        "loyaltyPoints": 0 if persona.hides_points else wire_number(persona.points),
        "hidePointsInWallet": persona.hides_points,
        "discountTemplates": rewards or None,
    }
    if "no-contact-id" in persona.quirks:
        del shown["contactID"]
    if badges:
        shown["audiences"] = [{"name": "Regulars", "avatar": f"{far.url}/badges/regulars.png"}]
    return shown


def listed(world: World, persona: Persona) -> list[str]:
    """Returns the ids of the rewards that a persona can see; a single-use reward is gone once used."""
    if not persona.member:
        return []
    return [known for known in persona.rewards if known not in persona.used and known in world.rewards]


def _template(far: Aiq, persona: Persona, reward: Reward) -> dict[str, Any]:
    world = far.world
    token = hashlib.blake2b(f"{world.seed}/{persona.contact_id}/{reward.id}".encode(), digest_size=12).hexdigest()
    world.tokens[token] = (persona.contact_id, reward.id)
    host = OTHER_HOST if reward.on_other_host else far.url
    return {
        "id": reward.id,
        "posDiscountID": "",
        "name": reward.name,
        "pageTitle": reward.title,
        "avatar": f"{far.url}/avatars/{reward.id}.png",
        "instoreRedemption": reward.in_store,
        "dollarValue": wire_number(reward.dollars),
        "percentageValue": wire_number(reward.percent),
        "pointsDeduction": wire_number(reward.points),
        "available": persona.points >= reward.points,
        "reusable": reward.reusable,
        "tierDiscount": reward.tier,
        "expiration": 0 if reward.expires_in is None else world.started + reward.expires_in,
        "redemptionURL": f"{host}/api/v1.1/discount/redeem/{world.uid}/{reward.id}/{token}",
    }


def redeem(far: Aiq, call: Call) -> Answer:
    """Takes the points at once, and again if called again; only the token of the address decides whose.

    An expired reward is refused with 400, although the wallet lists it as available.
    """
    world = far.world
    contact_id, reward_id = world.tokens.get(call.params["token"], ("", ""))
    if reward_id != call.params["discountRef"]:
        raise Refusal(404, "discount not found")
    persona, reward = far.persona(contact_id), world.rewards[reward_id]
    if reward.expires_in is not None and world.started + reward.expires_in <= world.now:
        raise Refusal(400, "discount expired")
    after = points.redeem(world, persona, reward, note=call.params.get("transactionID", ""), source="aiq")
    return success({"contactID": after.contact_id, "discountID": reward.id, "redeemed": True})


_REDEEM = "/api/v1.1/discount/redeem/{uid}/{discountRef}/{token}"

OPERATIONS = (
    Operation("POST", "/api/v2/verify/contact/wallet", verify, "Text a code to the shopper", body=Identity),
    Operation("POST", "/api/v2/view/contact/wallet", view, "Open the wallet by code", body=IdentityWithCode),
    Operation("POST", "/api/v2/wallet", open_by_identity, "Open the wallet without a code", body=Identity),
    Operation("GET", "/api/v2/wallet/{phone}", open_by_phone, "Open the wallet by phone"),
    Operation("PUT", _REDEEM, redeem, "Redeem a reward"),
    Operation("PUT", f"{_REDEEM}/{{transactionID:path}}", redeem, "Redeem a reward for a POS transaction"),
)
