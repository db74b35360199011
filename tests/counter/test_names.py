"""Finding a shopper by name or by a scanned card, and telling several apart without showing too much."""

from __future__ import annotations

from datetime import timedelta

import pytest

from budtender.cache import personas, till
from budtender.cache.database import Connection
from budtender.cache.rows import to_ms
from budtender.counter import lookup
from budtender.errors import Ambiguous, NoShopper
from budtender.model import Customer, Persona
from tests.counter.counter import Counter

INES, SHARED = "3035550142", "3035550102"


async def keep(counter: Counter, *people: tuple[str, str, str]) -> None:
    """Shoppers that this register has seen."""

    def work(c: Connection) -> None:
        for number, (first, last, phone) in enumerate(people):
            persona = Persona(contact_id=f"c{number}", phone=phone or None, first_name=first, last_name=last)
            personas.upsert(c, persona, counter.clock.now())

    await counter.register.db.write(work)


async def test_beginnings_of_both_names_in_any_order_without_accents(unconnected: Counter) -> None:
    await keep(
        unconnected,
        ("Inés", "Castellanos", "+13035550142"),
        ("Ines", "Carver", "+13035550143"),
        ("Carla", "Innes", "+13035550144"),
        ("Dana", "Reyes", "+13035550145"),
    )
    for typed in ("ines cas", "CAS inÉS", "in castellanos", "  inés   c "):
        assert "Inés C." in [row.name for row in (await lookup.find_by_name(unconnected.register, typed)).rows], typed
    assert [row.name for row in (await lookup.find_by_name(unconnected.register, "in car")).rows] == [
        "Ines C.",
        "Carla I.",
    ]
    assert (await lookup.find_by_name(unconnected.register, "reyes d")).rows[0].name == "Dana R."
    for nobody in ("", "d", " ", "zz", "castellanosx", "ana"):
        assert (await lookup.find_by_name(unconnected.register, nobody)).rows == ()


async def test_nine_rows_at_most_and_the_whole_word_first(unconnected: Counter) -> None:
    people = [(f"Dana{chr(97 + n)}", "Stone", f"+130355501{n:02}") for n in range(12)]
    await keep(unconnected, *people, ("Dana", "Young", "+13035550150"), ("Dana", "Nomobile", ""))
    found = await lookup.find_by_name(unconnected.register, "dana")
    assert (len(found.rows), found.more) == (9, True)
    assert found.rows[0].name == "Dana Y."
    few = await lookup.find_by_name(unconnected.register, "dana y")
    assert ([row.name for row in few.rows], few.more) == (["Dana Y."], False)


async def test_a_row_shows_no_more_than_others_may_see_and_opens_its_shopper(counter: Counter) -> None:
    await counter.visit(INES)
    (row,) = (await lookup.find_by_name(counter.register, "cal")).rows
    today = counter.clock.now().astimezone().date()
    assert (row.name, row.member, row.last_visit) == ("Ines C.", True, today.replace(day=1))
    assert "555" not in repr(row)
    assert "alder" not in repr(row)
    found = lookup.find_row(counter.register, row)
    assert found is not None
    assert found.name == "Ines C."
    await counter.register.db.write(lambda c: personas.mark_gone(c, row.persona_id, counter.clock.now()))
    assert lookup.find_row(counter.register, row) is None


async def test_several_with_one_number_are_told_apart(counter: Counter) -> None:
    marcus = Customer(id="7", phones=(f"+1{SHARED}",), first_name="MARCUS", last_name="O", city="Pueblo")
    await counter.register.db.write(lambda c: till.put_customers(c, "Harbor Street", [marcus]))
    bought = counter.clock.now() - timedelta(days=90)
    await counter.register.db.write(
        lambda c: c.execute(
            """INSERT INTO ticket (credential, id, location_id, day, at, state, refund, customer_id, net_cents,
                   total_cents, discount_cents, tax_cents, loyalty_cents, units_e4, lines, digest, body)
               VALUES ('Harbor Street', '1', '1', '', ?, 'completed', 0, '7', 0, 0, 0, 0, 0, 0, 0, x'00', '{}')""",
            (to_ms(bought),),
        )
    )
    with pytest.raises(Ambiguous) as refusal:
        await lookup.find_shopper(counter.register, SHARED)
    rows = refusal.value.rows
    month = bought.astimezone().date().replace(day=1)
    assert [(row.name, row.city, row.last_visit) for row in rows] == [
        ("Dolores O.", None, None),
        ("Kit O.", None, None),
        ("Marcus O.", "Pueblo", month),
    ]
    known = counter.register.db.read(lambda c: personas.get(c, rows[0].persona_id)).persona
    assert known is not None
    assert known.inserted is not None
    assert rows[0].since == known.inserted.astimezone().date().replace(day=1), "the month, never the day"
    last = refusal.value.facts["candidates"][2]
    assert (last["city"], last["last_visit"]) == ("Pueblo", f"{month:%Y-%m}")
    chosen = lookup.find_here(counter.register, SHARED, persona=rows[2].persona_id)
    assert chosen is not None
    assert chosen.name == "Marcus O."
    assert (await lookup.find_shopper(counter.register, SHARED, persona=rows[1].persona_id)).name == "Kit O."


async def test_a_loyalty_card_is_a_number_or_an_id(counter: Counter) -> None:
    known = await counter.known(INES)
    assert known.persona is not None
    cards = [INES, f"+1{INES}", f"1{INES}", known.persona.contact_id, known.persona.contact_id.upper()]
    for scanned in cards:
        assert (await lookup.find_by_barcode(counter.register, f"{scanned}\r")).name == "Ines C."
    await counter.register.db.write(
        lambda c: c.execute("UPDATE persona SET src_id = 'AIQ-0011223344' WHERE id = ?", (known.id,))
    )
    assert (await lookup.find_by_barcode(counter.register, "AIQ-0011223344\n")).name == "Ines C."
    for nobody in ("AIQ-9999999999", "123456789012", "%' OR 1=1"):
        with pytest.raises(NoShopper) as refusal:
            await lookup.find_by_barcode(counter.register, nobody)
        assert refusal.value.facts["code"] == "barcode_unknown"
