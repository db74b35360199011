"""Finding a shopper: from the cache at once, from AIQ when the cache does not know, and never by guessing."""

from __future__ import annotations

import pytest

from budtender.cache import till
from budtender.counter import lookup
from budtender.errors import Ambiguous, NoShopper, NotConnected, PhoneError, RateLimited, ShopperBlocked, Unreachable
from budtender.model import Customer
from budtender.simulator import Simulation
from tests.counter.counter import Counter, exit_of

INES = "3035550142"
SEARCH = ("GET", "/api/v1.1/piis/{uid}")
MEMBERSHIP = ("GET", "/api/v2/loyalty/lookup/{pii}")


@pytest.mark.requirement("D-035", "D-073")
async def test_a_known_shopper_is_found_without_asking_aiq_again(counter: Counter) -> None:
    first = await lookup.find_shopper(counter.register, INES)
    counter.sim.calls.clear()
    second = await lookup.find_shopper(counter.register, "+1 (303) 555-0142")
    assert (first.source, second.source) == ("aiq", "cache")
    assert (second.name, second.outcome, second.phone) == ("Ines C.", "member", "+13035550142")
    assert not counter.sim.calls


async def test_aiq_is_asked_again_when_what_is_known_is_older_than_the_set_age(counter: Counter) -> None:
    await counter.known(INES)
    await counter.set(shopper_age_minutes=30)
    counter.clock.pass_by(29 * 60)
    assert (await lookup.find_shopper(counter.register, INES)).source == "cache"
    counter.clock.pass_by(2 * 60)
    assert (await lookup.find_shopper(counter.register, INES)).source == "aiq"
    assert (await lookup.find_shopper(counter.register, INES, ask=True)).source == "aiq"


async def test_an_aiq_that_is_silent_leaves_a_known_shopper_known(counter: Counter) -> None:
    await counter.known(INES)
    counter.sim.stop()
    found = await lookup.find_shopper(counter.register, INES, ask=True)
    assert (found.stale, found.source, found.name) == (True, "cache", "Ines C.")
    assert found.note == "AIQ does not answer; this is what was known before."


async def test_an_unknown_shopper_and_a_silent_aiq_is_no_answer(counter: Counter) -> None:
    counter.sim.stop()
    with pytest.raises(Unreachable, match="AIQ cannot be reached") as refusal:
        await lookup.find_shopper(counter.register, INES)
    assert exit_of(refusal.value) == 3


async def test_without_a_connection_nobody_unknown_can_be_found(unconnected: Counter) -> None:
    with pytest.raises(NotConnected, match="AIQ is not connected yet") as refusal:
        await lookup.find_shopper(unconnected.register, INES)
    assert exit_of(refusal.value) == 1


@pytest.mark.requirement("D-071")
async def test_membership_is_what_aiq_says_and_not_what_the_till_says(counter: Counter) -> None:
    member = await lookup.find_shopper(counter.register, INES)
    other = await lookup.find_shopper(counter.register, "3035550116")
    assert (member.outcome, other.outcome) == ("member", "not_a_member")
    assert other.note == "Not a member yet. This purchase will not earn."
    with pytest.raises(NoShopper):
        await lookup.find_shopper(counter.register, "3035550124")


@pytest.mark.requirement("D-071", "X-05")
@pytest.mark.parametrize("tag", [True, False, None])
async def test_the_tills_own_tag_makes_nobody_a_member_and_takes_it_from_nobody(
    counter: Counter, tag: bool | None
) -> None:
    """It is there for whoever was signed up in the till itself, which says nothing of AIQ."""
    rows = [
        Customer(id=str(n), first_name="Ines", phones=(f"+1{phone}",), pos_loyalty=tag)
        for n, phone in enumerate((INES, "3035550116"))
    ]
    await counter.register.db.write(lambda c: till.put_customers(c, "Harbor Street", rows))
    member = await lookup.find_shopper(counter.register, INES)
    other = await lookup.find_shopper(counter.register, "3035550116")
    assert (member.outcome, other.outcome) == ("member", "not_a_member")


async def test_a_number_that_several_have_comes_back_as_a_choice(counter: Counter) -> None:
    with pytest.raises(Ambiguous, match=r"^3 shoppers have this number\.") as refusal:
        await lookup.find_shopper(counter.register, "3035550102")
    candidates = refusal.value.facts["candidates"]
    assert [(c["choose"], c["name"]) for c in candidates] == [(1, "Dolores O."), (2, "Kit O."), (3, "Marcus O.")]
    assert "555" not in str(candidates)
    assert "Oyelaran" not in str(candidates)
    chosen = await lookup.find_shopper(counter.register, "3035550102", choose=3)
    assert (chosen.name, chosen.shared_with) == ("Marcus O.", 2)
    assert chosen.note == "2 more shoppers use this number."


@pytest.mark.parametrize("choose", [0, 4, -1, 10**30])
async def test_a_choice_that_was_not_offered_is_no_choice(counter: Counter, choose: int) -> None:
    with pytest.raises(Ambiguous, match=rf"^There is no choice {choose}\."):
        await lookup.find_shopper(counter.register, "3035550102", choose=choose)


async def test_who_shares_a_number_is_not_taken_for_a_member_by_the_number(counter: Counter) -> None:
    """AIQ tells membership by number alone, so for one of three it tells nothing."""
    with pytest.raises(Ambiguous):
        await lookup.find_shopper(counter.register, "3035550102")
    counter.sim.calls.clear()
    chosen = await lookup.find_shopper(counter.register, "3035550102", choose=2, ask=True)
    assert MEMBERSHIP not in counter.sim.calls.counts
    assert chosen.known is not None


async def test_somebody_elses_home_phone_is_not_the_shopper_with_the_mobile(counter: Counter) -> None:
    found = await lookup.find_shopper(counter.register, "3035550103")
    assert (found.name, found.shared_with) == ("Renata V.", 1)
    assert found.note == "1 more shopper uses this number."
    only_home = await lookup.find_shopper(counter.register, "3035550104")
    assert only_home.name == "Gideon A."


async def test_a_source_id_that_looks_like_the_number_is_nobodys_phone(counter: Counter) -> None:
    assert (await lookup.find_shopper(counter.register, "3035550126")).name == "Jamila B."


async def test_a_number_nobody_has_is_told_with_the_digits_hidden(counter: Counter) -> None:
    with pytest.raises(NoShopper, match=r"^No member with this number\.") as refusal:
        await lookup.find_shopper(counter.register, "3035550199")
    assert refusal.value.facts["phone"] == "(•••) •••-0199"
    assert exit_of(refusal.value) == 1


async def test_a_blocked_number_reads_as_unknown_and_a_known_shopper_who_was_blocked_as_gone(counter: Counter) -> None:
    with pytest.raises(NoShopper, match="AIQ has blocked"):
        await lookup.find_shopper(counter.register, "3035550106")
    await counter.known(INES)
    counter.sim.block(INES)
    with pytest.raises(ShopperBlocked, match="blocked, deleted or merged"):
        await lookup.find_shopper(counter.register, INES, ask=True)
    counter.sim.block(INES, blocked=False)
    assert (await lookup.find_shopper(counter.register, INES, ask=True)).name == "Ines C."


async def test_a_shopper_who_was_merged_overnight_is_found_as_the_survivor(counter: Counter) -> None:
    before = await counter.known("3035550105")
    counter.sim.overnight()
    after = await lookup.find_shopper(counter.register, "3035550105", ask=True)
    assert after.known is not None
    assert after.known.persona is not None
    assert before.persona is not None
    assert after.known.persona.contact_id != before.persona.contact_id
    visit = await counter.visit("3035550105")
    assert counter.show(visit).points.available == 360


async def test_a_wallet_that_was_merged_since_the_lookup_is_followed(counter: Counter) -> None:
    code = await counter.send("3035550105")
    counter.sim.overnight()
    code = await _once_more(counter, code)
    opened = await counter.enter("3035550105", code)
    assert counter.show(opened.visit).points.available == 360


async def _once_more(counter: Counter, code: str) -> str:
    """The merge took the code's record with it, so another one is sent."""
    counter.clock.pass_by(40)
    return await counter.send("3035550105")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("303555014", "A phone number needs 10 digits; this one has 9."),
        ("3" * 40, "That is not a phone number."),
        ("3" * 5000, "A phone number has 10 digits; this text has 5000 characters."),
        ("", "That is not a phone number."),
        ("call me", "That is not a phone number."),
        ("🌿🌿🌿", "That is not a phone number."),
        ("303-555-CALL", "A phone number here has digits only, without letters or an extension."),
        ("303 555 0142 x9", "A phone number here has digits only, without letters or an extension."),
        ("0035550142", "Area codes do not start with 0 or 1."),
        ("+44 20 7946 0958", "AIQ keeps only US and Canadian numbers, and this one is from another country."),
        ("%s%n", "That is not a phone number."),
    ],
)
@pytest.mark.requirement("A-029", "X-14")
async def test_a_number_that_aiq_would_blank_is_refused_before_anything_is_asked(
    counter: Counter, typed: str, sentence: str
) -> None:
    counter.sim.calls.clear()
    with pytest.raises(PhoneError) as refusal:
        await lookup.find_shopper(counter.register, typed)
    assert refusal.value.title == sentence
    assert refusal.value.hint
    assert not counter.sim.calls


async def test_names_are_shown_as_they_are_and_only_in_part(counter: Counter) -> None:
    shown = {phone: (await lookup.find_shopper(counter.register, phone)).name for phone in ("3035550119", "3035550120")}
    assert shown == {"3035550119": "<b>Bob</b> %.", "3035550120": "ليلى ا."}


async def test_an_answer_that_makes_no_sense_is_no_answer(counter: Counter, sim: Simulation) -> None:
    sim.faults.add("not_json", match="GET /api/v1.1/piis/*", times=None)
    with pytest.raises((Unreachable, RateLimited)) as refusal:
        await lookup.find_shopper(counter.register, INES)
    assert exit_of(refusal.value) == 3


@pytest.mark.requirement("D-063")
async def test_looking_somebody_up_changes_nothing_anywhere(counter: Counter) -> None:
    await counter.known(INES)
    assert counter.effects() == []
    assert counter.count("intent") == 0


@pytest.mark.requirement("A-011", "X-07")
async def test_somebody_whom_only_a_till_knows_yet_is_told_by_name(counter: Counter) -> None:
    known = Customer(id="7", first_name="Nia", last_name="Okafor", phones=("+13035550188",))
    former = Customer(id="8", first_name="Old", last_name="Record", phones=("+13035550188",), archived=True)
    nameless = Customer(id="9", phones=("+13035550189",))
    people = [former, known, nameless]
    await counter.register.db.write(lambda c: till.put_customers(c, "Harbor Street", people))
    with pytest.raises(NoShopper, match="A till knows this number as Nia O") as refusal:
        await lookup.find_shopper(counter.register, "3035550188")
    assert (refusal.value.code, refusal.value.facts["name"]) == ("only_in_till", "Nia O.")
    with pytest.raises(NoShopper, match="No member with this number"):
        await lookup.find_shopper(counter.register, "3035550189")
