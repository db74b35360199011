"""What stands behind a sign-up: signature, paper, age and state; who it might be already; what the till still needs."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from budtender.cache import consents, till
from budtender.cache.consents import Proof
from budtender.cache.database import Connection
from budtender.counter import signup
from budtender.counter.signup import Form
from budtender.errors import Duplicate, InputError, NotAllowed, TooYoung
from budtender.model import Customer, State
from tests.counter.counter import SAM, Counter

NEW = "3035550177"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
FORM = Form(phone=NEW, first_name="Zoë", last_name="Lindqvist", birth_date="1990-04-18", join=True, texts=True)


def form(**answers: object) -> Form:
    return msgspec.structs.replace(FORM, **answers)


def proof_of(counter: Counter, purpose: consents.Purpose = "texts") -> Proof | None:
    def work(c: Connection) -> Proof | None:
        kept = consents.newest(c, f"+1{NEW}", purpose)
        if kept is None or kept.proof is None:
            return None
        return Proof(**dict(c.execute("SELECT * FROM consent_proof WHERE id = ?", (kept.proof,)).fetchone()))

    return counter.register.db.read(work)


# ── proof ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.requirement("D-080")
async def test_signature_screen_and_paper_are_kept_once_for_both_answers(counter: Counter) -> None:
    screen = PNG + b"screen"
    done = await signup.sign_up(
        counter.register, form(signature=PNG, screen=screen, source="on the shopper's screen", language="es"), SAM
    )
    assert len({consent.proof for consent in done.consents}) == 1
    kept = proof_of(counter)
    assert kept is not None
    assert (kept.signature, kept.screen, kept.paper) == (PNG, screen, "")
    assert proof_of(counter, "loyalty") == kept
    texts = next(consent for consent in done.consents if consent.purpose == "texts")
    assert (texts.language, texts.source, texts.granted) == ("es", "on the shopper's screen", True)
    assert counter.count("consent_proof") == 1


async def test_a_paper_form_is_named_by_its_number(counter: Counter) -> None:
    await signup.sign_up(counter.register, form(paper="  A  1017 ", source="paper form A 1017"), SAM)
    kept = proof_of(counter)
    assert kept is not None
    assert (kept.paper, kept.signature, kept.screen) == ("A 1017", None, None)


async def test_without_proof_there_is_none(counter: Counter) -> None:
    await signup.sign_up(counter.register, FORM, SAM)
    assert proof_of(counter) is None
    assert counter.count("consent_proof") == 0


async def test_a_proof_lies_encrypted_and_is_never_changed(counter: Counter) -> None:
    await signup.sign_up(counter.register, form(signature=PNG), SAM)
    await counter.register.close()
    raw = b"".join(path.read_bytes() for path in counter.home.rglob("*") if path.is_file())
    assert PNG not in raw
    await counter.open()
    for sql in ("DELETE FROM consent_proof", "UPDATE consent_proof SET paper = 'x'"):
        with pytest.raises(Exception, match="consent records are kept"):
            await counter.register.db.write(lambda c, sql=sql: c.execute(sql))  # type: ignore[misc]


@pytest.mark.parametrize("field", ["signature", "screen"])
@pytest.mark.parametrize("body", [b"GIF89a", b"<svg/>", PNG + b"\0" * 600_000])
async def test_what_is_no_small_picture_is_not_kept(counter: Counter, field: str, body: bytes) -> None:
    with pytest.raises(InputError) as refusal:
        await signup.sign_up(counter.register, form(**{field: body}), SAM)
    assert (refusal.value.facts["field"], refusal.value.code) == (field, "picture_shape")
    assert counter.count("intent") == counter.count("consent") == 0


# ── age ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_somebody_too_young_is_counted_and_not_kept(counter: Counter) -> None:
    young = form(birth_date="2015-03-02", first_name="Xiomara", phone="3035550199")
    for _ in range(2):
        with pytest.raises(TooYoung):
            await signup.sign_up(counter.register, young, SAM)
    await signup.note_age_blocked(counter.register, 21, SAM)
    blocked = counter.audited("age blocked")
    assert len(blocked) == 3
    assert blocked[1] == {"staff": "Sam", "minimum_age": 21, "outcome": "under_age", "how": "typed"}
    assert counter.count("intent") == counter.count("consent") == counter.count("persona") == 0


async def test_a_patient_card_lowers_the_age_where_patients_are_served(counter: Counter) -> None:
    today = counter.clock.now().astimezone().date()
    nineteen = form(birth_date=today.replace(year=today.year - 19, day=1).isoformat(), patient=True)
    with pytest.raises(TooYoung) as refusal:
        await signup.sign_up(counter.register, nineteen, SAM)
    assert refusal.value.facts["patient_may"] is False
    await counter.set(patients="on")
    with pytest.raises(TooYoung) as told:
        signup.check_age(counter.register, nineteen.birth_date)
    assert told.value.facts["patient_may"] is True
    signup.check_age(counter.register, nineteen.birth_date, patient=True)
    assert (await signup.sign_up(counter.register, nineteen, SAM)).intent.state is State.DONE


# ── the state ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_where_loyalty_is_not_allowed_nobody_joins(counter: Counter) -> None:
    await counter.set(state="MA")
    with pytest.raises(NotAllowed) as refusal:
        await signup.sign_up(counter.register, FORM, SAM)
    assert (refusal.value.code, refusal.value.facts["state"]) == ("no_loyalty_here", "MA")
    await counter.set(patients="on")
    assert (await signup.sign_up(counter.register, form(patient=True), SAM)).intent.state is State.DONE


async def test_where_a_yes_is_needed_nothing_is_kept_without_one(counter: Counter) -> None:
    await counter.set(state="OR")
    await signup.check(counter.register, form(join=False, texts=False))  # before the questions are put
    with pytest.raises(NotAllowed) as refusal:
        await signup.sign_up(counter.register, form(join=False, texts=False), SAM)
    assert refusal.value.code == "yes_needed"
    assert counter.count("consent") == 0
    assert (await signup.sign_up(counter.register, form(texts=False), SAM)).intent.state is State.DONE


# ── who it might be already ───────────────────────────────────────────────────────────────────────────────


async def test_the_same_name_and_birth_date_under_another_number_is_told(counter: Counter) -> None:
    ines = await counter.known("3035550142")
    asked = form(first_name="INES", last_name="cálder")
    assert await signup.same_person(counter.register, asked) == ()
    record = Customer(
        id="7", phones=("+13035550142",), first_name="Ines", last_name="Calder", birth_date=None, city="Denver"
    )
    for born, rows in ((None, 0), ("1990-04-19", 0), ("1990-04-18", 1)):
        birth = msgspec.convert(born, type=type(None) | date)
        changed = msgspec.structs.replace(record, birth_date=birth)
        await counter.register.db.write(lambda c, changed=changed: till.put_customers(c, "Harbor Street", [changed]))  # type: ignore[misc]
        assert len(await signup.same_person(counter.register, asked)) == rows
    (row,) = await signup.same_person(counter.register, asked)
    assert (row.persona_id, row.name, row.city) == (ines.id, "Ines C.", "Denver")
    assert await signup.same_person(counter.register, form(first_name="Ine", last_name="Calder")) == ()


async def test_a_number_that_is_taken_shows_name_and_month_only(counter: Counter) -> None:
    await counter.visit("3035550142")
    with pytest.raises(Duplicate) as refusal:
        await signup.check(counter.register, form(phone="3035550142"))
    (row,) = refusal.value.rows
    month = counter.clock.now().astimezone().date().replace(day=1)
    assert (row.name, row.last_visit) == ("Ines C.", month)
    assert refusal.value.facts["last_visit"] == month


# ── the till ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_became_of_the_profile_in_the_till(counter: Counter) -> None:
    assert (await signup.sign_up(counter.register, FORM, SAM)).till_state == "no_till"
    await counter.connect_till()
    full = {"address": "100 Example St", "city": "Denver", "state": "CO", "zip": "80202", "email": "zoe@example.org"}
    counter.take_a_moment()
    made = await signup.sign_up(counter.register, form(phone="3035550178", **full), SAM)
    assert (made.till_state, made.till_system) == ("created", "dutchie")
    counter.take_a_moment()
    other = form(phone="3035550179", first_name="Bo", last_name="Quist", birth_date="1988-01-02")
    lacking = await signup.sign_up(counter.register, other, SAM)
    assert lacking.till_state == "refused"
    assert lacking.customer is not None
    assert lacking.customer.error_facts["kind"] == "input_error"
    await counter.set(till_profile="off")
    counter.take_a_moment()
    assert (await signup.sign_up(counter.register, form(phone="3035550180"), SAM)).till_state == "not_asked"
