"""One patient has one number, whichever till it comes from, and none is kept in the clear."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from budtender.cache import identity, schema, till
from budtender.cache.database import Database
from budtender.connectors import dutchie_wire, flourish_wire
from budtender.connectors.answer import Answer
from budtender.connectors.dutchie_records import CUSTOMERS, customer_of
from budtender.model import Customer
from budtender.secrets import new_key
from budtender.sync.matching import By, same, traits_of
from tests.writing import write_now


@pytest.mark.requirement("D-055")
def test_a_patient_in_two_tills_is_one_however_their_number_is_written() -> None:
    body = b'[{"customerId": 7, "mmjidNumber": "MED-1234 a"}]'
    (quick,), _, _ = CUSTOMERS.read(Answer(200, {}, body, "dutchie"), customer_of)
    slow = dutchie_wire.read_customer({"customerId": 7, "mmjidNumber": "MED-1234 a"})
    other = flourish_wire.read_customer({"id": "9", "patient_id": "med1234A"})
    assert quick.medical_id == slow.medical_id == other.medical_id
    assert same(traits_of(quick), traits_of(other), by_name=False) is By.MEDICAL_ID
    assert "1234" not in repr((quick, slow))


def test_numbers_from_before_are_hashed_and_compared_anew(tmp_path: Path) -> None:
    db = Database(tmp_path / "cache.db", new_key())
    db.prepare(lambda c: schema.STEPS.apply(c, stop_before="0016_hashed"))
    hashed = flourish_wire.read_customer({"id": "9", "patient_id": "med1234A"})
    rows = [Customer(id="7", first_name="Zoë", medical_id="MED-1234 a"), Customer(id="8", medical_id="-"), hashed]
    write_now(db, lambda c: till.put_customers(c, "elm", [*rows, Customer(id="10")]))
    write_now(db, lambda c: identity.traced(c, [(1, "elm", one.id) for one in rows] + [(1, "elm", "10")]))
    db.prepare(schema.migrate)
    kept = {number: db.read(partial(identity.customer, key=("elm", number))) for number in "789"}
    assert kept["7"] == Customer(id="7", first_name="Zoë", medical_id=hashed.medical_id)
    assert kept["8"] == Customer(id="8")
    assert kept["9"] == hashed
    assert {one.id for _, one, _ in db.read(lambda c: identity.untraced(c, 9))} == {"7", "8", "9"}
    db.close()
