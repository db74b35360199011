"""AIQ's sign-up and consent: joining loyalty, and the opt-in flags for texts and mail."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from budtender.simulator import consent, people
from budtender.simulator.aiq import Aiq, checked, success
from budtender.simulator.exchange import Answer, Call, Operation
from budtender.simulator.personas import Persona
from budtender.simulator.rewards import STANDARD


class Trait(msgspec.Struct):
    """A custom attribute."""

    key: str
    value: str
    parent: str | None = None
    ts: int | None = None


class Signup(msgspec.Struct, rename="camel"):
    """What a sign-up form sends; a wrong JSON type is refused."""

    first_name: str | None = None
    last_name: str | None = None
    mobile_phone: str | None = None
    email: str | None = None
    address: str | None = None
    favorite_store: str | None = None
    favorite_store_id: int | None = msgspec.field(default=None, name="favoriteStoreID")
    loyalty: bool | None = None
    sms_optin: bool | None = msgspec.field(default=None, name="smsoptin")
    disable_sms: bool | None = msgspec.field(default=None, name="disableSMS")
    email_opt_in: bool | None = None
    custom_attributes: list[Trait] | None = None


def signup(far: Aiq, call: Call) -> Answer:
    """Creates a persona, a second one for a phone already known, and texts unless it is told not to."""
    form = call.decode(Signup)
    checked(form.favorite_store_id is None or form.favorite_store_id > 0, "favoriteStoreID must be positive")
    checked(bool(form.mobile_phone or form.email), "a phone or an email is needed")
    world = far.world
    now = int(world.now)
    phone = form.mobile_phone or ""
    persona = Persona(
        contact_id=world.contact_id(),
        source_ids=(f"FORM-{len(world.personas) + 1}-{now}",),
        platform="webform",
        first_name=form.first_name or "",
        last_name=form.last_name or "",
        mobile=phone if people.is_phone(phone) else "",
        email=form.email or "",
        favorite_store=form.favorite_store_id or 0,
        inserted=now,
        signup_at=now if form.loyalty else 0,
        optin_at=now if form.sms_optin and not consent.refused(world, phone) else 0,
        email_optin=bool(form.email_opt_in),
        member=bool(form.loyalty),
        rewards=STANDARD if form.loyalty else (),
    )
    world.personas.put(persona, world.now)
    world.record("signup", persona, source="aiq", phone=phone)
    if persona.mobile and (form.sms_optin or not form.disable_sms):
        world.text(persona.mobile, "Welcome! Reply YES to get our texts, STOP to end them.", persona)
    return success({"contactID": persona.contact_id})


def text_optin(far: Aiq, call: Call) -> Answer:
    """Sets the flag for texts on every persona with that mobile; never creates one.

    A number that opted out is not opted in again; `doubleOpt=true` asks the shopper by text first, unless
    `loyalty=false`.
    """
    wanted = _status(call)
    double = call.flag("doubleopt") and call.flag("loyalty", default=True)
    phone = call.params["phone"]
    for persona in far.world.personas.with_key(phone):
        if persona.mobile == phone:
            consent.set_texts(far.world, persona, wanted=wanted, double=double)
    return success()


def email_optin(far: Aiq, call: Call) -> Answer:
    """Sets the flag for mail on every persona with that address; never creates one."""
    wanted, email = _status(call), call.params["email"].lower()
    for persona in far.world.personas.with_key(email):
        if persona.email.lower() == email:
            far.world.personas.put(replace(persona, email_optin=wanted), far.world.now)
            far.world.record("email_optin" if wanted else "email_optout", persona, source="aiq")
    return success()


def _status(call: Call) -> bool:
    checked(call.params["status"] in ("true", "false"), "status must be true or false")
    return call.params["status"] == "true"


OPERATIONS = (
    Operation("POST", "/api/v2/loyalty", signup, "Sign up for loyalty", body=Signup),
    Operation("PUT", "/api/v2/optin/text/{phone}/{status}", text_optin, "Set the flag for texts"),
    Operation("PUT", "/api/v2/optin/email/{email}/{status}", email_optin, "Set the flag for mail"),
    Operation("PUT", "/api/v1.1/optin/{uid}/{phone}/{status}", text_optin, "Set the flag for texts (older)"),
)
