"""Signing up: age first, then the fields, then who has the number already, then two separate answers."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import msgspec
import pytest

from budtender.cache import consents
from budtender.cache.consents import Consent, Purpose
from budtender.counter import lookup, signup, stop, verify
from budtender.counter.signup import Form
from budtender.errors import Duplicate, InputError, NoShopper, PhoneError, TooYoung
from budtender.model import State
from budtender.sync.engine import Engine
from tests.counter.counter import SAM, Counter, exit_of

NEW, NEW_E164 = "3035550190", "+13035550190"
SIGN_UP = ("POST", "/api/v2/loyalty")
FORM = Form(phone="(303) 555-0190", first_name="Odile", last_name="Quinn", birth_date="1990-04-18", join=True)
WITH_ADDRESS = msgspec.structs.replace(
    FORM, email="odile@example.org", address="1 Elm Street", city="Denver", state="CO", zip="80203"
)


def form(**changed: object) -> Form:
    return msgspec.structs.replace(FORM, **changed)


def kept(counter: Counter, purpose: Purpose, phone: str = NEW_E164) -> Consent:
    record = counter.register.db.read(lambda c: consents.newest(c, phone, purpose))
    assert record is not None
    return record


def nothing_was_saved(counter: Counter) -> bool:
    saved = [counter.count(table) for table in ("intent", "consent", "persona", "audit")]
    return saved == [0, 0, 0, 1] and not counter.sim.calls.of(*SIGN_UP)  # the one row: AIQ was connected


@pytest.mark.requirement("D-035", "A-011", "X-07")
async def test_a_new_member_is_found_at_once_and_shown_as_pending(counter: Counter) -> None:
    done = await signup.sign_up(counter.register, FORM, SAM)
    assert (done.intent.state, done.pending_in_aiq, done.phone) == (State.DONE, True, "(•••) •••-0190")
    counter.sim.stop()
    found = await lookup.find_shopper(counter.register, NEW)
    assert (found.name, found.outcome) == ("Odile Q.", "pending")
    assert found.note == "Signed up here; AIQ may take up to 24 hours to list them."


@pytest.mark.requirement("A-011")
async def test_a_new_member_whose_wallet_aiq_does_not_have_yet_is_not_said_to_be_none(counter: Counter) -> None:
    counter.sim.world.read_lag = 600
    await signup.sign_up(counter.register, FORM, SAM)
    known = (await lookup.find_shopper(counter.register, NEW)).known
    assert known is not None
    counter.sim.faults.add("status", match="POST /api/v2/verify/contact/wallet", status=400)
    not_yet = r"^This shopper was signed up here, and AIQ has no wallet for them yet\."
    with pytest.raises(NoShopper, match=not_yet):
        await verify.send_code(counter.register, known, SAM)
    await counter.set(text_code="off")
    with pytest.raises(NoShopper, match=not_yet):
        await verify.without_code(counter.register, known, SAM)
    counter.sim.clock.advance(601)
    assert (await verify.without_code(counter.register, known, SAM)).fresh


async def test_a_sign_up_that_aiq_refuses_is_not_pending_there(counter: Counter) -> None:
    counter.sim.faults.add("status", match="POST /api/v2/loyalty", status=400)
    done = await signup.sign_up(counter.register, FORM, SAM)
    assert (done.intent.state, done.pending_in_aiq) == (State.REFUSED, False)


@pytest.mark.requirement("A-016")
async def test_a_sign_up_is_one_call_and_one_persona(counter: Counter) -> None:
    await signup.sign_up(counter.register, FORM, SAM)
    assert len(counter.sim.calls.of(*SIGN_UP)) == 1
    assert len(counter.effects("signup")) == 1
    persona = counter.sim.world.find(NEW)
    assert persona is not None
    assert (persona.first_name, persona.last_name, persona.mobile) == ("Odile", "Quinn", NEW)


@pytest.mark.parametrize(("join", "texts"), [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.requirement("A-032")
async def test_two_answers_are_two_records_and_nothing_is_true_without_one(
    counter: Counter, join: bool, texts: bool
) -> None:
    await counter.set(store_name="Elm Street", language="es")
    before = datetime.now(UTC).replace(microsecond=0)
    done = await signup.sign_up(counter.register, form(join=join, texts=texts, source="on paper, form 12"), SAM)
    answers: list[tuple[Purpose, bool]] = [("loyalty", join), ("texts", texts)]
    for purpose, granted in answers:
        record = kept(counter, purpose)
        assert record.id in {shown.id for shown in done.consents}
        assert (record.granted, record.language, record.staff) == (granted, "es", "Sam")
        assert (record.source, record.store, record.register) == ("on paper, form 12", "Elm Street", "Register 1")
        assert record.version
        assert record.zone
        assert before <= record.at <= datetime.now(UTC)
    assert "Elm Street" in kept(counter, "texts").wording
    assert "STOP" in kept(counter, "texts").wording
    persona = counter.sim.world.find(NEW)
    assert persona is not None
    assert persona.member is join
    if not texts:
        assert persona.optin_at == 0


async def test_the_language_of_the_questions_can_be_said_for_one_shopper(counter: Counter) -> None:
    done = await signup.sign_up(counter.register, form(language="ES"), SAM)
    assert {record.language for record in done.consents} == {"es"}
    assert "lealtad" in done.consents[0].wording


# ── refusals ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("years", [0, 17, 20])
async def test_too_young_is_the_end_and_leaves_nothing(counter: Counter, years: int) -> None:
    today = datetime.now(UTC).astimezone().date()
    born = today.replace(year=today.year - years, day=1) if years else today
    with pytest.raises(TooYoung, match=r"^Not old enough for loyalty here \(21\)\.") as refusal:
        await signup.sign_up(counter.register, form(birth_date=born.isoformat(), phone="not looked at"), SAM)
    assert refusal.value.hint == "Nothing was saved."
    assert exit_of(refusal.value) == 1
    (counted,) = counter.audited("age blocked")
    assert counted == {"staff": "Sam", "minimum_age": 21, "outcome": "under_age", "how": "typed"}
    assert [counter.count(table) for table in ("intent", "consent", "persona", "audit")] == [0, 0, 0, 2]
    assert len(counter.sim.calls) == 1
    traces = b"".join(path.read_bytes() for path in counter.home.rglob("*") if path.is_file())
    assert b"Odile" not in traces
    assert b"5550190" not in traces


async def test_who_is_twenty_one_today_is_old_enough_and_who_is_tomorrow_is_not(counter: Counter) -> None:
    today = datetime(2027, 3, 1, 18, tzinfo=UTC)
    counter.clock.ahead = today.timestamp() - datetime.now(UTC).timestamp()
    with pytest.raises(TooYoung):
        await signup.sign_up(counter.register, form(birth_date="2006-03-02"), SAM)
    assert (await signup.sign_up(counter.register, form(birth_date="2006-03-01"), SAM)).intent.state is State.DONE


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("birth_date", "", "That is not a birth date."),
        ("birth_date", "18/04/1990", "That is not a birth date."),
        ("birth_date", "1990-02-30", "That is not a birth date."),
        ("birth_date", "9" * 5000, "That is not a birth date."),
        ("birth_date", "1890-01-01", "Nobody has this birth date."),
        ("birth_date", "2190-01-01", "Nobody has this birth date."),
        ("first_name", "", "The first name is missing."),
        ("first_name", "   ", "The first name is missing."),
        ("first_name", "x" * 5000, "The first name has 5000 characters; 100 fit."),
        ("first_name", "A\u202eB", "The first name holds invisible control characters."),
        ("first_name", "A\x00B", "The first name holds invisible control characters."),
        ("first_name", "🌿", "The first name has no letters."),
        ("last_name", "12345", "The last name has no letters."),
        ("last_name", "y" * 101, "The last name has 101 characters; 100 fit."),
        ("email", "nobody", "That is not an e-mail address."),
        ("email", "a@b", "That is not an e-mail address."),
        ("email", "a b@example.org", "That is not an e-mail address."),
        ("email", "x" * 5000 + "@example.org", "That is not an e-mail address."),
        ("language", "fr", "The questions are put in en or es."),
        ("language", "x" * 5000, "The questions are put in en or es."),
        ("source", "x" * 5000, "How the answers were given has 5000 characters; 200 fit."),
        ("address", "x" * 5000, "The street address has 5000 characters; 200 fit."),
        ("city", "x" * 5000, "The city has 5000 characters; 200 fit."),
        ("state", "x" * 5000, "The state has 5000 characters; 200 fit."),
        ("zip", "x" * 5000, "The ZIP code has 5000 characters; 200 fit."),
        ("city", "Den\x00ver", "The city holds invisible control characters."),
    ],
)
async def test_a_field_that_cannot_be_used_is_named_and_nothing_is_saved(
    counter: Counter, field: str, value: str, sentence: str
) -> None:
    with pytest.raises(InputError) as refusal:
        await signup.sign_up(counter.register, form(**{field: value}), SAM)
    assert refusal.value.title == sentence
    assert refusal.value.hint
    assert refusal.value.facts["field"] == field
    assert nothing_was_saved(counter)


@pytest.mark.requirement("A-029", "X-14")
async def test_a_number_that_aiq_would_blank_is_not_signed_up(counter: Counter) -> None:
    with pytest.raises(PhoneError):
        await signup.sign_up(counter.register, form(phone="303 555"), SAM)
    assert nothing_was_saved(counter)


@pytest.mark.parametrize(
    ("first", "last"),
    [("<b>Bob</b>", "%s%n"), ("ليلى", "الحسن"), ("Jose\u0301", "O'Brien-Nun\u0303ez"), ("=1+a", "'; --x")],
)
async def test_a_name_is_kept_and_sent_as_it_was_typed(counter: Counter, first: str, last: str) -> None:
    await signup.sign_up(counter.register, form(first_name=first, last_name=last), SAM)
    persona = counter.sim.world.find(NEW)
    assert persona is not None
    assert persona.first_name == unicodedata.normalize("NFC", first)
    assert persona.last_name == unicodedata.normalize("NFC", last)


async def test_a_number_that_belongs_to_somebody_is_not_signed_up_again(counter: Counter) -> None:
    for phone, name in (("3035550142", "Ines C."), ("3035550104", "Gideon A.")):
        with pytest.raises(Duplicate) as refusal:
            await signup.sign_up(counter.register, form(phone=phone), SAM)
        assert refusal.value.title == f"This number belongs to {name}"
        assert "Calder" not in str(refusal.value.facts)
    assert counter.effects("signup") == []
    assert counter.count("consent") == 0


@pytest.mark.requirement("A-033")
async def test_the_same_number_is_signed_up_once_however_often_it_is_asked(counter: Counter) -> None:
    await signup.sign_up(counter.register, form(texts=True), SAM)
    texts = len(counter.effects("text"))
    with pytest.raises(Duplicate):
        await signup.sign_up(counter.register, form(texts=True), SAM)
    counter.sim.stop()
    with pytest.raises(Duplicate):
        await signup.sign_up(counter.register, FORM, SAM)
    counter.sim.start()
    assert (len(counter.effects("signup")), len(counter.effects("text"))) == (1, texts)


# ── answers that do not come ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("A-011")
async def test_a_sign_up_without_a_network_is_saved_with_its_real_time_and_sent_once(counter: Counter) -> None:
    counter.sim.stop()
    done = await signup.sign_up(counter.register, form(texts=True), SAM)
    assert done.intent.state is State.WAITING
    assert counter.count("consent") == 2
    found = await lookup.find_shopper(counter.register, NEW)
    assert (found.outcome, found.known) == ("pending", None)
    with pytest.raises(Duplicate, match=r"^This number is being signed up already\."):
        await signup.sign_up(counter.register, FORM, SAM)
    await counter.restart()
    counter.sim.start()
    counter.clock.pass_by(3600)
    for _ in range(2):
        await Engine(counter.register).round_trip()
    assert len(counter.effects("signup")) == 1
    assert (await counter.known(NEW)).first_name == "Odile"


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
async def test_a_lost_answer_makes_no_second_persona(counter: Counter, fault: str) -> None:
    counter.sim.faults.add(fault, match="POST /api/v2/loyalty")
    done = await signup.sign_up(counter.register, FORM, SAM)
    assert done.intent.state is State.UNKNOWN
    await counter.set(quiet_seconds=0, late_seconds=0, sign_up_lag_seconds=600)
    for _ in range(3):
        counter.clock.pass_by(1000)
        await Engine(counter.register).round_trip()
    assert len(counter.effects("signup")) == 1
    assert counter.count("intent") == 1


# ── the till ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_profile_in_the_till_is_made_once(counter: Counter) -> None:
    await counter.connect_till()
    before = len(counter.sim.world.customers)
    done = await signup.sign_up(counter.register, WITH_ADDRESS, SAM)
    assert done.customer is not None
    assert done.customer.state is State.DONE
    assert done.till == "The profile in the till is there; find it by phone and attach it to the cart."
    await Engine(counter.register).round_trip()
    assert len(counter.sim.world.customers) == before + 1


async def test_a_till_that_wants_more_says_what_and_the_sign_up_stands(counter: Counter) -> None:
    await counter.connect_till()
    before = len(counter.sim.world.customers)
    done = await signup.sign_up(counter.register, FORM, SAM)
    assert done.intent.state is State.DONE
    assert done.customer is not None
    assert done.customer.state is State.REFUSED
    assert done.till.startswith("No profile was created in the till: Dutchie needs the shopper's")
    assert len(counter.sim.world.customers) == before


async def test_no_profile_is_made_where_the_store_wants_none(counter: Counter) -> None:
    await counter.connect_till()
    await counter.set(till_profile="off")
    done = await signup.sign_up(counter.register, WITH_ADDRESS, SAM)
    assert (done.customer, done.till) == (None, "No profile was asked for in the till.")


async def test_without_a_till_there_is_nothing_to_make(counter: Counter) -> None:
    assert (await signup.sign_up(counter.register, FORM, SAM)).till == "No till is connected."


# ── stop ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_stop_is_sent_at_once_and_kept_as_a_record(counter: Counter) -> None:
    intent = await stop.stop_texts(counter.register, "303-555-0142", SAM)
    assert intent.state is State.DONE
    persona = counter.sim.world.find("3035550142")
    assert persona is not None
    assert persona.optout_at
    record = kept(counter, "texts", "+13035550142")
    assert (record.granted, record.staff, record.source) == (False, "Sam", "told to staff")
    found = await lookup.find_shopper(counter.register, "3035550142")
    assert found.texts_stopped
    assert found.note == "This shopper stopped texts. A code may not arrive."


async def test_stop_is_taken_for_a_number_that_nobody_knows(counter: Counter) -> None:
    assert (await stop.stop_texts(counter.register, "3035550199", SAM)).state is State.DONE


async def test_stop_goes_before_everything_that_waits(unconnected: Counter) -> None:
    await signup.sign_up(unconnected.register, form(texts=True), SAM)
    stopped = await stop.stop_texts(unconnected.register, NEW, SAM)
    assert stopped.state is State.WAITING
    await unconnected.connect()
    unconnected.sim.calls.clear()
    await Engine(unconnected.register).round_trip()
    writes = [call.template for call in unconnected.sim.calls if call.method in ("PUT", "POST")]
    assert writes.index("/api/v2/optin/text/{phone}/{status}") < writes.index("/api/v2/loyalty")


async def test_stop_is_never_forgotten_when_its_answer_is_lost(counter: Counter) -> None:
    counter.sim.faults.add("drop_before", match="PUT /api/v2/optin/text/*", times=1)
    await stop.stop_texts(counter.register, "3035550142", SAM)
    await counter.set(quiet_seconds=0)
    counter.clock.pass_by(60)
    for _ in range(2):
        await Engine(counter.register).round_trip()
    persona = counter.sim.world.find("3035550142")
    assert persona is not None
    assert persona.optout_at


async def test_what_is_no_number_cannot_be_stopped(counter: Counter) -> None:
    with pytest.raises(PhoneError):
        await stop.stop_texts(counter.register, "nobody", SAM)
    assert counter.count("consent") == 0
