"""A shopper's phone or e-mail is changed: the till first, then AIQ, and whatever stops in between goes on later."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from budtender.backoffice import integrations
from budtender.backoffice import outbox as outboxes
from budtender.cache import consents, identity, outbox
from budtender.cache import till as till_rows
from budtender.counter import contact, lookup, redeem, stop, verify
from budtender.counter.contact import Changed, Proof
from budtender.errors import Denied, Duplicate, InputError, NoShopper, NotAllowed, NotVerified, PhoneError
from budtender.model import Kind, State
from budtender.simulator import people
from budtender.sync.engine import Engine
from tests.counter.counter import PINS, SAM, SYSTEM, WRONG_PIN, Counter
from tests.patience import until

INES, E164 = "3035550142", "+13035550142"
NEW, NEW_E164 = "7205550199", "+17205550199"
MAIL = "ines@example.org"
TILL_WRITE = ("POST", "/customer/customer")
OVERRIDE = ("POST", "/api/v2/loyaltyContact/override/{uid}/{contactID}")
OVERRIDES = ("GET", "/api/v2/loyaltyContact/override/{uid}/{contactID}")
SEARCH = ("GET", "/api/v1.1/piis/{uid}")
ON_OVERRIDE = "POST /api/v2/loyaltyContact/override/*"
ON_TILL = "POST /customer/customer"

#: Every way to lose an answer, before and after the effect.
LOST = ("drop_before", "drop_after")


@pytest.fixture
async def shop(counter: Counter) -> Counter:
    """A counter with a till, and all it is asked for over the network counted from here."""
    await counter.connect_till()
    await counter.set(quiet_seconds=0)
    (ines,) = counter.sim.world.customers.find(phone=INES)
    with counter.sim.world.moment() as world:
        world.customers.put(replace(ines, cell_phone=None))
    return counter


async def proof(counter: Counter, phone: str = INES) -> Proof:
    visit = await counter.visit(phone)
    counter.sim.calls.clear()
    return contact.proved_by_code(counter.register, visit)


async def change(counter: Counter, *, phone: str = "", email: str = "", of: str = INES) -> Changed:
    """The whole of it, with a code on the number that is known."""
    proved = await proof(counter, of)
    return await again(counter, proved, phone=phone, email=email, of=of)


async def again(counter: Counter, proved: Proof, *, phone: str = "", email: str = "", of: str = INES) -> Changed:
    new = contact.read(counter.register, phone=phone, email=email)
    known = await counter.known(of)
    counter.take_a_moment()
    return await contact.change(counter.register, known, f"+1{of}", new, SAM, proved)


def writes(counter: Counter) -> list[tuple[str, str]]:
    """What was written, in order."""
    return [(call.method, call.template) for call in counter.sim.calls if (call.method, call.template) in _WRITES]


_WRITES = (TILL_WRITE, OVERRIDE)


def in_till(counter: Counter, phone: str) -> list[str | None]:
    return [one.first_name for one in counter.sim.world.customers.find(phone=phone)]


def persona_phone(counter: Counter) -> str | None:
    persona = counter.sim.world.find(NEW) or counter.sim.world.find(INES)
    return persona.mobile if persona else None


async def later(counter: Counter, trips: int = 3) -> None:
    for _ in range(trips):
        counter.clock.pass_by(400)
        await Engine(counter.register).round_trip()


def states(counter: Counter) -> list[tuple[Kind, State]]:
    rows = counter.register.db.read(lambda c: outbox.listing(c, closed=True))
    return [(row.kind, row.state) for row in rows]


def all_done(counter: Counter) -> None:
    """Each system has the new number once, and nothing is owed."""
    assert states(counter) == [(Kind.TILL_CONTACT, State.DONE), (Kind.CONTACT, State.DONE)]
    assert (in_till(counter, NEW), in_till(counter, INES)) == (["Ines"], [])
    assert counter.sim.world.find(INES) is None
    persona = counter.sim.world.find(NEW)
    assert persona is not None
    assert (persona.first_name, persona.overrides) == ("Ines", {"mobilePhone": NEW})


# ── the order, and each field alone ───────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("A-036", "A-034", "A-035", "A-037", "X-10")
async def test_a_phone_is_changed_in_the_till_then_found_by_the_old_one_and_overridden(shop: Counter) -> None:
    done = await change(shop, phone="(720) 555-0199")
    assert done.intent.state is State.DONE
    assert [(part.name, part.state, part.text) for part in done.tills] == [
        ("Harbor Street", "changed", "Changed in Harbor Street.")
    ]
    steps = [(call.method, call.template) for call in shop.sim.calls]
    assert steps[steps.index(TILL_WRITE) :] == [TILL_WRITE, SEARCH, OVERRIDE, OVERRIDES]
    all_done(shop)


@pytest.mark.requirement("A-036")
async def test_who_was_merged_meanwhile_is_found_by_the_old_number(shop: Counter) -> None:
    proved = await proof(shop)
    before = shop.sim.world.find(INES)
    assert before is not None
    with shop.sim.world.moment() as world:
        heir = replace(before, contact_id="heir-of-ines")
        world.personas.put(heir, world.now)
        world.personas.merge(before, heir, world.now)
    done = await again(shop, proved, phone=NEW)
    assert done.intent.state is State.DONE
    persona = shop.sim.world.find(NEW)
    assert persona is not None
    assert persona.contact_id == "heir-of-ines"


async def test_a_cell_phone_that_dutchie_lets_nobody_write_is_told(shop: Counter) -> None:
    (ines,) = shop.sim.world.customers.find(phone=INES)
    with shop.sim.world.moment() as world:
        world.customers.put(replace(ines, cell_phone=INES))
    done = await change(shop, phone=NEW)
    assert done.intent.state is State.DONE
    (part,) = done.tills
    assert part.text == "Changed in Harbor Street, which still has the old cell phone as well: remove it there."


@pytest.mark.requirement("A-035", "A-037")
@pytest.mark.parametrize(
    ("typed", "body"),
    [({"phone": NEW}, {"mobilePhone": NEW}), ({"email": MAIL}, {"email": MAIL})],
    ids=["phone", "email"],
)
async def test_only_what_changes_is_sent(shop: Counter, typed: dict[str, str], body: dict[str, str]) -> None:
    before = shop.sim.world.find(INES)
    assert before is not None
    customer = shop.sim.world.customers.find(phone=INES)[0]
    await change(shop, **typed)
    persona = shop.sim.world.find(NEW) or shop.sim.world.find(INES)
    assert persona is not None
    assert persona.overrides == body
    kept = shop.sim.world.customers.get(customer.customer_id)
    assert kept is not None
    if "email" in typed:
        assert (persona.mobile, persona.email) == (INES, MAIL)
        assert (kept.phone, kept.email_address) == (customer.phone, MAIL)
    else:
        assert (persona.mobile, persona.email) == (NEW, before.email)
        assert kept.email_address == customer.email_address
    assert (kept.first_name, kept.last_name) == (customer.first_name, customer.last_name)
    assert (persona.first_name, persona.last_name) == ("Ines", "Calder")


@pytest.mark.requirement("A-036")
async def test_the_mirror_follows(shop: Counter) -> None:
    points = shop.points(INES)
    await change(shop, phone=NEW)
    shop.sim.calls.clear()
    found = await lookup.find_shopper(shop.register, NEW)
    assert (found.name, found.source, found.phone) == ("Ines C.", "cache", NEW_E164)
    assert found.balance is not None
    assert found.balance.shown == points
    shop.take_a_moment()
    with pytest.raises(NoShopper, match=r"^No member with this number\."):
        await lookup.find_shopper(shop.register, INES)
    assert shop.register.db.read(lambda c: till_rows.customers_with_phone(c, E164)) == []
    assert len(shop.register.db.read(lambda c: till_rows.customers_with_phone(c, NEW_E164))) == 1


async def test_an_address_is_in_the_mirror_as_well(shop: Counter) -> None:
    done = await change(shop, email=MAIL)
    assert done.shown == "i•••@example.org"
    (known,) = shop.register.db.read(lambda c: identity.with_email(c, MAIL))
    assert known.phone == E164


async def test_it_is_written_down_with_masked_numbers(shop: Counter) -> None:
    await change(shop, phone=NEW)
    await change(shop, email=MAIL, of=NEW)
    mail, phone = shop.audited("contact change")
    assert (phone["staff"], phone["what"], phone["how"]) == ("Sam", "phone", "code")
    assert (phone["from"], phone["to"]) == ("(•••) •••-0142", "(•••) •••-0199")
    assert mail["what"] == "email"
    assert MAIL not in str(mail)


async def test_a_no_goes_along_to_the_new_number_and_a_yes_does_not(shop: Counter) -> None:
    await stop.stop_texts(shop.register, INES, SAM)
    no = shop.register.db.read(lambda c: consents.newest(c, E164, "texts"))
    assert no is not None
    yes = replace(no, id="a-yes", purpose="loyalty", granted=True)
    await shop.register.db.write(lambda c: consents.keep(c, [yes]))
    await change(shop, phone=NEW)
    said = shop.register.db.read(lambda c: consents.newest(c, NEW_E164, "texts"))
    assert said is not None
    assert (said.granted, said.source) == (False, stop.TOLD)
    assert shop.register.db.read(lambda c: consents.newest(c, NEW_E164, "loyalty")) is None
    shop.take_a_moment()
    assert (await lookup.find_shopper(shop.register, NEW)).texts_stopped


# ── where a till can do nothing ───────────────────────────────────────────────────────────────────────────


async def test_without_a_till_aiq_is_told(counter: Counter) -> None:
    done = await change(counter, phone=NEW)
    assert (done.intent.state, done.tills) == (State.DONE, ())
    assert writes(counter) == [OVERRIDE]


async def test_who_is_in_no_till_is_changed_in_aiq_all_the_same(shop: Counter) -> None:
    done = await change(shop, phone=NEW, of="3035550128")
    assert done.intent.state is State.DONE
    (part,) = done.tills
    assert part.state == "no_profile"
    assert part.text == "Harbor Street has no profile with the old number that is surely this shopper's."
    assert writes(shop) == [OVERRIDE]


async def test_a_till_that_lets_nobody_change_customers_is_named(counter: Counter) -> None:
    till = await connect(counter, "flourish")
    done = await change(counter, phone=NEW)
    assert done.intent.state is State.DONE
    (part,) = done.tills
    assert (part.state, part.intent) == ("cannot", None)
    assert part.text == f"Flourish lets nobody change a customer from here: change it in {till} by hand."


async def test_posabit_is_changed_first_as_well(counter: Counter) -> None:
    (ines,) = counter.sim.world.customers.find(phone=INES)
    with counter.sim.world.moment() as world:
        world.customers.put(replace(ines, cell_phone=None))
    till = await connect(counter, "posabit")
    for typed in ({"phone": NEW}, {"email": MAIL}):
        done = await change(counter, of=NEW if "email" in typed else INES, **typed)
        assert done.intent.state is State.DONE
        assert [(part.state, part.text) for part in done.tills] == [("changed", f"Changed in {till}.")]
    (kept,) = counter.sim.world.customers.find(phone=NEW)
    assert (kept.first_name, kept.last_name, kept.email_address) == ("Ines", "Calder", MAIL)


async def test_two_profiles_with_the_number_are_not_guessed_between(shop: Counter) -> None:
    (ines,) = shop.sim.world.customers.find(phone=INES)
    with shop.sim.world.moment() as world:
        world.customers.put(replace(ines, customer_id=world.customers.next_id(), unique_id="77"))
    done = await change(shop, phone=NEW)
    assert done.intent.state is State.DONE
    (part,) = done.tills
    assert (part.state, writes(shop)) == ("no_profile", [OVERRIDE])


async def test_of_two_people_with_the_number_the_one_of_this_name_is_changed(shop: Counter) -> None:
    (ines,) = shop.sim.world.customers.find(phone=INES)
    with shop.sim.world.moment() as world:
        world.customers.put(replace(ines, first_name="Otto"))
        world.customers.put(replace(ines, customer_id=world.customers.next_id(), unique_id="77"))
    await change(shop, phone=NEW)
    assert (in_till(shop, NEW), in_till(shop, INES)) == (["Ines"], ["Otto"])


async def test_a_key_that_may_not_change_customers_holds_nothing_up(shop: Counter) -> None:
    proved = await proof(shop)
    shop.sim.faults.add("status", match=ON_TILL, status=403, times=None)
    done = await again(shop, proved, phone=NEW)
    assert done.intent.state is State.DONE
    (part,) = done.tills
    assert part.state == "cannot"
    assert part.text == "The key of Harbor Street may not change customers: change it there by hand."


async def test_a_till_that_wants_the_whole_profile_gets_it_and_a_no_of_it_is_final(shop: Counter) -> None:
    """Dutchie's schema asks for fields on an update that its text says may be left out."""
    proved = await proof(shop)
    shop.sim.faults.add("status", match=ON_TILL, status=400)
    await again(shop, proved, phone=NEW)
    all_done(shop)
    assert writes(shop) == [TILL_WRITE, TILL_WRITE, OVERRIDE]
    shop.sim.faults.add("status", match=ON_TILL, status=400, times=None)
    done = await again(shop, proved, email=MAIL, of=NEW)
    assert (done.intent.state, done.tills[0].state) == (State.REFUSED, "refused")
    assert writes(shop).count(OVERRIDE) == 1, "AIQ is not told what the till has refused"


async def test_a_key_that_is_refused_holds_aiq_up_until_it_is_mended(shop: Counter) -> None:
    proved = await proof(shop)
    shop.sim.faults.add("status", match=ON_TILL, status=401, times=None)
    done = await again(shop, proved, phone=NEW)
    assert (done.intent.state, done.tills[0].state) == (State.WAITING, "waiting")
    shop.sim.faults.clear()
    await later(shop)
    all_done(shop)


async def connect(counter: Counter, system: str) -> str:
    account = counter.sim.account(system)
    await integrations.connect_till(
        counter.register,
        account.system,
        "Elm Street",
        account.key,
        SYSTEM,
        second_key=account.second_key,
        location=account.location,
        base_url=account.base_url,
    )
    return "Elm Street"


# ── a stop at every step ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("A-036")
@pytest.mark.parametrize("step", [ON_TILL, ON_OVERRIDE], ids=["till", "aiq"])
@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("here", [True, False], ids=["in the mirror", "in the till"])
async def test_a_lost_answer_goes_on_by_itself_and_repeats_nothing_that_was_done(
    shop: Counter, step: str, fault: str, here: bool
) -> None:
    if here:
        found = await shop.register.tills["Harbor Street"].find_by_phone(INES)
        await shop.register.db.write(lambda c: till_rows.put_customers(c, "Harbor Street", found))
    proved = await proof(shop)
    shop.sim.faults.add(fault, match=step, times=None)
    done = await again(shop, proved, phone=NEW)
    shop.sim.faults.clear()
    lost, other = (TILL_WRITE, OVERRIDE) if step == ON_TILL else (OVERRIDE, TILL_WRITE)
    tried = writes(shop).count(lost)
    if step == ON_TILL:
        assert [part.state for part in done.tills] == ["waiting"]
        assert done.intent.state is State.WAITING
        assert OVERRIDE not in writes(shop), "AIQ waits for the till"
    else:
        assert done.intent.state is State.UNKNOWN
    await later(shop)
    all_done(shop)
    assert writes(shop).count(other) == 1
    assert writes(shop).count(lost) - tried == (1 if fault == "drop_before" else 0), "what was done is not done again"
    sent = shop.register.db.read(lambda c: outbox.listing(c, closed=True))
    looked_at = fault == "drop_after" and step == ON_OVERRIDE
    assert [i.attempts for i in sent] == ([1, 1] if looked_at else [2, 1] if step == ON_TILL else [1, 2])
    assert sent[0].evidence["profile"] == ("changed before" if step == ON_TILL and fault == "drop_after" else "changed")


@pytest.mark.requirement("A-036")
@pytest.mark.parametrize("step", [ON_TILL, SEARCH, ON_OVERRIDE, OVERRIDES], ids=["till", "search", "aiq", "read back"])
async def test_a_restart_in_the_middle_of_each_step_goes_on_there(shop: Counter, step: str | tuple[str, str]) -> None:
    proved = await proof(shop)
    known = await shop.known(INES)
    shop.take_a_moment()
    match = step if isinstance(step, str) else " ".join(step).replace("{uid}", "*").replace("/{contactID}", "/*")
    slow = shop.sim.faults.add("latency", match=match, seconds=30, after=1 if step == SEARCH else 0)
    new = contact.read(shop.register, phone=NEW)
    going = asyncio.create_task(contact.change(shop.register, known, E164, new, SAM, proved))
    await until(lambda: slow.fired, "the request to be under way")
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    await shop.restart()
    await later(shop)
    all_done(shop)


@pytest.mark.requirement("A-036")
async def test_without_a_network_it_is_saved_and_goes_in_its_order_later(shop: Counter) -> None:
    await shop.hire()
    known = await shop.known(INES)
    shop.sim.calls.clear()
    shop.sim.stop()
    proved = await by_pin(shop)
    new = contact.read(shop.register, phone=NEW)
    done = await contact.change(shop.register, known, E164, new, SAM, proved)
    assert done.intent.state is State.WAITING
    assert [part.state for part in done.tills] == ["waiting"]
    assert done.tills[0].text.startswith("Not changed in Harbor Street yet, which comes before AIQ. ")
    await shop.restart()
    shop.sim.start()
    await later(shop)
    all_done(shop)
    assert writes(shop) == [TILL_WRITE, OVERRIDE]


async def test_asked_for_once_more_it_goes_on_with_what_is_saved(shop: Counter) -> None:
    proved = await proof(shop)
    shop.sim.faults.add("status", match=ON_OVERRIDE, status=403)
    first = await again(shop, proved, phone=NEW)
    assert first.intent.state is State.WAITING
    second = await again(shop, proved, phone=NEW)
    assert (second.intent.id, second.intent.state) == (first.intent.id, State.DONE)
    assert writes(shop) == [TILL_WRITE, OVERRIDE, OVERRIDE]
    all_done(shop)


async def test_another_change_waits_until_the_first_is_through(shop: Counter) -> None:
    proved = await proof(shop)
    shop.sim.faults.add("status", match=ON_OVERRIDE, status=403)
    await again(shop, proved, phone=NEW)
    with pytest.raises(Duplicate, match=r"^Another change of this shopper's phone or e-mail is on its way\."):
        await again(shop, proved, email=MAIL)


async def test_a_redemption_that_waits_meanwhile_is_sent_for_the_new_number(shop: Counter) -> None:
    await shop.hire()
    await shop.set(offline_redeem="on")
    known = await shop.known(INES)
    await shop.visit(INES)
    shop.sim.stop()
    proved = await by_pin(shop)
    await contact.change(shop.register, known, E164, contact.read(shop.register, phone=NEW), SAM, proved)
    opened = await verify.with_pin(shop.register, known, PINS["Dana"], SAM, reason="offline", approver="Dana")
    done = await shop.redeem(opened.visit, "58213", fresh=opened.fresh)
    await shop.restart()
    shop.sim.start()
    await later(shop)
    assert redeem.reread(shop.register, done.intent.id).intent.state is State.DONE
    assert len(shop.effects("redeem")) == 1


# ── what AIQ makes of it ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("A-029", "X-14")
async def test_a_number_that_aiq_blanks_is_put_back_and_told(shop: Counter) -> None:
    """AIQ judges by rules of its own, so a number that is sound by ours may be none to it."""
    proved = await proof(shop)
    refused_by_aiq = "7205550111"
    with pytest.MonkeyPatch.context() as patch:
        sound = people.is_phone
        patch.setattr(people, "is_phone", lambda text: text != refused_by_aiq and sound(text))
        done = await again(shop, proved, phone=refused_by_aiq)
    assert done.intent.state is State.REFUSED
    put_back = "AIQ did not keep the new number, so the old one was put back."
    assert done.intent.last_error == f"{put_back} Check it with the shopper; the till has it already."
    persona = shop.sim.world.find(INES)
    assert persona is not None
    assert persona.mobile == INES
    assert (await lookup.find_shopper(shop.register, INES)).name == "Ines C."


async def test_a_read_back_that_has_to_wait_repeats_nothing(shop: Counter) -> None:
    proved = await proof(shop)
    shop.sim.faults.add("rate_limit", match="GET /api/v2/loyaltyContact/override/*", times=None)
    done = await again(shop, proved, phone=NEW)
    assert done.intent.state is State.WAITING
    shop.sim.faults.clear()
    await shop.restart()
    await later(shop)
    all_done(shop)
    assert writes(shop).count(OVERRIDE) == 1


async def test_what_aiq_shows_later_is_looked_at_again_and_done(shop: Counter) -> None:
    proved = await proof(shop)
    known = await shop.known(INES)
    shop.take_a_moment()
    shop.sim.world.read_lag = 600
    shop.sim.clock.advance(601)
    done = await contact.change(shop.register, known, E164, contact.read(shop.register, phone=NEW), SAM, proved)
    assert done.intent.state is State.UNKNOWN
    assert done.intent.last_error == "AIQ has taken the new number and does not show it yet."
    shop.sim.clock.advance(601)
    await later(shop, 1)
    all_done(shop)
    assert writes(shop).count(OVERRIDE) == 1


async def test_what_aiq_never_shows_goes_to_a_person(shop: Counter) -> None:
    proved = await proof(shop)
    known = await shop.known(INES)
    shop.take_a_moment()
    shop.sim.world.read_lag = 10**7
    done = await contact.change(shop.register, known, E164, contact.read(shop.register, phone=NEW), SAM, proved)
    await later(shop, 4)
    left = shop.register.db.read(lambda c: outbox.find(c, done.intent.id))
    assert left is not None
    assert (left.state, left.needs_person, left.lost) == (State.UNKNOWN, True, 2)
    assert writes(shop).count(OVERRIDE) == 2
    assert outboxes.needs_decision(shop.register, left.id)


# ── refused before anything is sent ───────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("A-029", "X-14")
@pytest.mark.parametrize("typed", ["303 555", "1" * 40, "123-555-0142", "+44 20 7946 0000", "🌿", "303555014x"])
async def test_a_number_that_aiq_would_blank_is_refused_before_anything_is_asked(shop: Counter, typed: str) -> None:
    shop.sim.calls.clear()
    with pytest.raises(PhoneError):
        contact.read(shop.register, phone=typed)
    assert len(shop.sim.calls) == 0


@pytest.mark.parametrize("typed", ["nobody", "a@b", "a b@example.org", "x" * 300 + "@example.org"])
async def test_an_address_that_is_none_is_refused(shop: Counter, typed: str) -> None:
    with pytest.raises(InputError, match=r"^That is not an e-mail address\."):
        contact.read(shop.register, email=typed)


@pytest.mark.requirement("A-036")
async def test_a_number_of_another_shopper_is_refused_by_name(shop: Counter) -> None:
    proved = await proof(shop)
    for typed, name in (("3035550101", "Maya L."), ("3035550104", "Gideon A.")):
        with pytest.raises(Duplicate) as refusal:
            await again(shop, proved, phone=typed)
        assert refusal.value.title == f"This number belongs to {name}"
        assert "Lindqvist" not in str(refusal.value.facts)
    assert (writes(shop), shop.count("intent")) == ([], 0)


async def test_an_address_of_another_shopper_is_refused_because_aiq_would_join_them(shop: Counter) -> None:
    maya = shop.sim.world.find("3035550101")
    assert maya is not None
    proved = await proof(shop)
    with pytest.raises(Duplicate, match=r"^This e-mail address belongs to Maya L\."):
        await again(shop, proved, email=maya.email.upper())
    assert (writes(shop), shop.count("intent")) == ([], 0)


async def test_a_number_that_only_the_till_knows_as_another_is_not_sent(shop: Counter) -> None:
    proved = await proof(shop)
    done = await again(shop, proved, phone="3035550124")
    assert done.intent.state is State.REFUSED
    (part,) = done.tills
    assert part.state == "refused"
    assert "The till knows another customer by the new number" in part.text
    assert writes(shop) == []


@pytest.mark.requirement("A-036")
async def test_a_number_that_went_to_another_while_it_waited_is_not_sent(shop: Counter) -> None:
    await shop.hire()
    known = await shop.known(INES)
    shop.sim.stop()
    proved = await by_pin(shop)
    await contact.change(shop.register, known, E164, contact.read(shop.register, phone="3035550101"), SAM, proved)
    await shop.restart()
    shop.sim.start()
    await later(shop)
    assert states(shop) == [(Kind.TILL_CONTACT, State.REFUSED), (Kind.CONTACT, State.REFUSED)]
    (till, _) = shop.register.db.read(lambda c: outbox.listing(c, closed=True))
    assert till.last_error.startswith("The new number belongs to another shopper by now, so AIQ was told nothing.")
    assert till.unseen
    assert writes(shop) == []


@pytest.mark.parametrize("typed", [{"phone": NEW}, {"email": MAIL}], ids=["phone", "email"])
async def test_what_waited_never_undoes_a_later_change(counter: Counter, typed: dict[str, str]) -> None:
    """Another register has changed it while this one had no network, or an older copy of the data was put back."""
    await counter.hire()
    known = await counter.known(INES)
    counter.sim.stop()
    await contact.change(
        counter.register, known, E164, contact.read(counter.register, **typed), SAM, await by_pin(counter)
    )
    await counter.restart()
    counter.sim.start()
    assert known.persona is not None
    phone, email = ("+17205550188", None) if "phone" in typed else (None, "later@example.org")
    await counter.register.aiq.override(known.persona.contact_id, phone=phone, email=email)
    counter.sim.calls.clear()
    await later(counter)
    assert states(counter) == [(Kind.CONTACT, State.REFUSED)]
    (left,) = counter.register.db.read(lambda c: outbox.listing(c, closed=True))
    assert "was changed to another one meanwhile, so this change was not sent." in left.last_error
    assert left.unseen
    assert writes(counter) == []


async def test_a_till_that_was_told_something_else_meanwhile_is_left_alone(shop: Counter) -> None:
    await shop.hire()
    known = await shop.known(INES)
    found = await shop.register.tills["Harbor Street"].find_by_phone(INES)
    await shop.register.db.write(lambda c: till_rows.put_customers(c, "Harbor Street", found))
    shop.sim.stop()
    await contact.change(shop.register, known, E164, contact.read(shop.register, phone=NEW), SAM, await by_pin(shop))
    await shop.restart()
    shop.sim.start()
    (ines,) = shop.sim.world.customers.find(phone=INES)
    with shop.sim.world.moment() as world:
        world.customers.put(replace(ines, phone="7205550188"))
    await later(shop)
    assert states(shop) == [(Kind.TILL_CONTACT, State.REFUSED), (Kind.CONTACT, State.REFUSED)]
    assert writes(shop) == []


async def test_what_the_shopper_has_already_is_no_change(shop: Counter) -> None:
    proved = await proof(shop)
    with pytest.raises(InputError, match=r"^This is the shopper's number already\."):
        await again(shop, proved, phone=INES)
    assert shop.count("intent") == 0


# ── who may ───────────────────────────────────────────────────────────────────────────────────────────────


async def by_pin(counter: Counter, **changed: str) -> Proof:
    known = await counter.known(INES)
    said = {"approver": "Dana", "reason": "old phone lost, ID checked", **changed}
    return await contact.proved_by_pin(counter.register, known, PINS["Dana"], SAM, **said)


async def test_a_manager_answers_for_it_by_name_and_with_a_reason(shop: Counter) -> None:
    await shop.hire()
    known = await shop.known(INES)
    for lacking in ({"approver": ""}, {"reason": "  "}):
        with pytest.raises(InputError, match=r"^A manager who approves this gives a name and a reason\."):
            await by_pin(shop, **lacking)
    with pytest.raises(Denied):
        await contact.proved_by_pin(shop.register, known, WRONG_PIN, SAM, approver="Dana", reason="x")
    proved = await by_pin(shop)
    await again(shop, proved, phone=NEW)
    (row,) = shop.audited("contact change")
    assert (row["how"], row["approver"], row["reason"]) == ("pin", "Dana", "old phone lost, ID checked")
    (approved,) = shop.audited("PIN approved")
    assert (approved["for"], approved["approver"]) == ("contact", "Dana")


async def test_neither_the_number_alone_nor_a_pins_wallet_is_enough(shop: Counter) -> None:
    await shop.hire()
    known = await shop.known(INES)
    opened = await verify.with_pin(shop.register, known, PINS["Dana"], SAM, reason="phone at home", approver="Dana")
    await shop.set(text_code="off")
    alone = await verify.without_code(shop.register, known, SAM)
    for visit in (None, opened.visit, alone.visit):
        with pytest.raises(NotVerified, match=r"^The shopper has to be verified by a code first"):
            contact.proved_by_code(shop.register, visit)


async def test_a_code_is_good_for_its_own_shopper_and_while_the_visit_lasts(shop: Counter) -> None:
    visit = await shop.visit("3035550101")
    proved = contact.proved_by_code(shop.register, visit)
    with pytest.raises(NotVerified, match=r"^It was another shopper who was verified\."):
        await again(shop, proved, phone=NEW)
    shop.clock.pass_by(3600)
    with pytest.raises(NotVerified):
        contact.proved_by_code(shop.register, visit)


async def test_nobody_approves_their_own(shop: Counter) -> None:
    ines = replace(await shop.known(INES), first_name="Dana", last_name="")
    await shop.hire()
    with pytest.raises(NotAllowed):
        await contact.proved_by_pin(shop.register, ines, PINS["Dana"], SAM, approver="Dana", reason="lost")
