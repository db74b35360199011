"""Whatever AIQ sends is read as values or refused as one kind of error, and never guessed at."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender.connectors import aiq_wire
from budtender.connectors.answer import Answer
from budtender.connectors.verdict import judge
from budtender.errors import Misconfigured, NotFound, ProtocolError, RateLimited, Refused, RemoteError

PERSONA = {
    "contactID": "7b0f6c1e-2a43-4f58-9d61-0c5e8a1b9f20",
    "srcID": "POS-55120",
    "firstName": "Ines",
    "lastName": "Calder",
    "mobilePhone": "3035550142",
    "platform": "examplepos",
    "favoriteStoreID": 31,
    "loyaltyPoints": Decimal("412.5"),
    "inserted": 1735689600,
    "optinTime": 0,
}
REWARD = {
    "id": "58213",
    "posDiscountID": "PROMO-10",
    "name": "Ten dollars off",
    "pageTitle": "Ten dollars off any basket",
    "dollarValue": 10,
    "percentageValue": 0,
    "pointsDeduction": 250,
    "available": True,
    "reusable": True,
    "tierDiscount": False,
    "INSTOREREDEMPTION": True,
    "expiration": 0,
    "redemptionURL": "https://lab.alpineiq.com/api/v1.1/discount/redeem/9001/58213/EXAMPLETOKEN",
}
WALLET = {"contactID": "c-1", "loyaltyPoints": Decimal("412.5"), "discountTemplates": [REWARD]}
STORE = {"id": 31, "name": "Harbor Street", "addr": {"state": "CO"}, "sourceMapping": {"examplepos": "HARBOR-01"}}
ROW = {"id": "7", "contactID": "c-1", "discountID": 58213, "points": "250", "note": "key 9f1c2", "ts": 1735689600}

_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**40), 10**40)
    | st.decimals()
    | st.text(max_size=20)
    | st.sampled_from(["", "0", "12.5", "NaN", "2026-02-30", "9999-12-31T23:59:59-12:00", "3035550142"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def _like(sample: dict[str, Any]) -> st.SearchStrategy[object]:
    """Objects like `sample` with keys missing, extra, in another case, or of another type."""
    keys = st.sampled_from([*sample, *(key.upper() for key in sample), "unknown"])
    return st.dictionaries(keys, _values, max_size=12).map(lambda changed: {**sample, **changed}) | _values


@pytest.mark.parametrize(
    ("read", "sample"),
    [
        (aiq_wire.read_persona, PERSONA),
        (aiq_wire.read_reward, REWARD),
        (aiq_wire.read_wallet, WALLET),
        (aiq_wire.read_store, STORE),
        (aiq_wire.read_audience, {"id": 4, "name": "Regulars", "audienceSize": 20, "traits": None}),
        (aiq_wire.read_programme, {"id": 1, "accrual": 1, "tiers": [{"points": 100, "discount": 5, "max": None}]}),
        (aiq_wire.read_order_line, {"name": "Haze", "quantity": 1, "totalPrice": 20, "timestamp": 1735689600}),
    ],
)
@given(data=st.data())
def test_any_object_is_read_or_refused(read: Any, sample: dict[str, Any], data: st.DataObject) -> None:
    with suppress(ProtocolError):
        read(data.draw(_like(sample)))


@given(body=_like({"code": 200, "success": True, "data": {}}))
def test_any_envelope_is_opened_or_refused(body: object) -> None:
    with suppress(RemoteError):
        aiq_wire.open_envelope(body)


@given(rows=st.lists(_like(ROW), max_size=4))
def test_rows_of_a_window_are_always_read(rows: list[object]) -> None:
    """Their keys are not public: what a row does not tell is None, and no row is lost."""
    assert len(aiq_wire.read_redemptions(rows)) == len(rows)
    assert len(aiq_wire.read_adjustments(rows)) == len(rows)


def test_a_persona_is_read() -> None:
    persona = aiq_wire.read_persona(PERSONA)
    assert (persona.contact_id, persona.phone, persona.points) == (
        PERSONA["contactID"],
        "+13035550142",
        Decimal("412.5"),
    )
    assert persona.inserted == datetime(2025, 1, 1, tzinfo=UTC)
    assert persona.opted_in is None
    assert persona.member is None


@pytest.mark.parametrize(("phone", "kept"), [("", None), ("555", None), ("13035550142", "+13035550142"), (None, None)])
def test_a_phone_that_cannot_be_called_is_none(phone: str | None, kept: str | None) -> None:
    assert aiq_wire.read_persona(PERSONA | {"mobilePhone": phone}).phone == kept


@pytest.mark.parametrize(
    "odd",
    [
        {"favoriteStoreID": "31", "email": 0, "platform": ["examplepos"]},
        {"srcID": ["a", "b"], "inserted": "2025-01-01T00:00:00Z"},
    ],
)
def test_what_has_no_weight_does_not_cost_a_persona(odd: dict[str, Any]) -> None:
    persona = aiq_wire.read_persona(PERSONA | odd)
    assert (persona.phone, persona.points) == ("+13035550142", Decimal("412.5"))
    assert persona.inserted == datetime(2025, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("odd", [{"loyaltyPoints": "many"}, {"optoutTime": "2025-01-01"}, {"contactID": {}}])
def test_what_has_weight_is_not_guessed(odd: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        aiq_wire.read_persona(PERSONA | odd)


@pytest.mark.parametrize("data", [{"contactID": {"id": "c-1"}}, {"contactID": None}, ["c-1"], None])
def test_a_contact_id_of_unknown_shape_is_none_and_no_failure(data: object) -> None:
    assert aiq_wire.read_contact_id(data) is None


def test_a_reward_is_read_whatever_the_case_of_its_keys() -> None:
    reward = aiq_wire.read_reward(REWARD | {"id": 58213})
    assert (reward.id, reward.cents_off, reward.percent_off, reward.points) == ("58213", 1000, None, Decimal(250))
    assert reward.in_store_only
    assert reward.expires is None


def test_hidden_points_are_no_points_and_not_zero() -> None:
    wallet = aiq_wire.read_wallet(WALLET | {"loyaltyPoints": 0, "hidePointsInWallet": True})
    assert wallet is not None
    assert wallet.points is None
    assert wallet.hidden


def test_a_balance_of_null_is_not_told_and_not_zero() -> None:
    wallet = aiq_wire.read_wallet({"contactID": "7b0f", "loyaltyPoints": None})
    assert wallet is not None
    assert wallet.points is None
    assert not wallet.hidden


@pytest.mark.parametrize("points", [True, "412", [], {}, 10**30, Decimal("1e30"), Decimal("NaN")])
def test_a_balance_that_cannot_be_read_spoils_the_wallet(points: object) -> None:
    with pytest.raises(ProtocolError):
        aiq_wire.read_wallet(WALLET | {"loyaltyPoints": points})


def test_a_reward_that_cannot_be_read_is_left_out_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    wallet = aiq_wire.read_wallet(
        WALLET | {"discountTemplates": [REWARD, {"name": "no id"}, REWARD | {"pointsDeduction": "free"}, None]}
    )
    assert wallet is not None
    assert [reward.id for reward in wallet.rewards] == ["58213"]
    assert wallet.unreadable == 3
    assert "left out 3 of 4 rows" in caplog.text
    assert "free" not in caplog.text


@pytest.mark.parametrize("data", [None, {}, {"loyaltyPoints": 0, "discountTemplates": None}])
def test_no_contact_points_or_rewards_is_no_member(data: object) -> None:
    assert aiq_wire.read_wallet(data) is None


def test_a_wallet_without_its_contact_is_a_wallet() -> None:
    wallet = aiq_wire.read_wallet({"loyaltyPoints": Decimal("0.5")})
    assert wallet is not None
    assert (wallet.contact_id, wallet.points) == (None, Decimal("0.5"))


def test_a_balance_that_is_not_said_is_zero() -> None:
    wallet = aiq_wire.read_wallet({"contactID": "c-1", "discountTemplates": [REWARD]})
    assert wallet is not None
    assert wallet.points == 0


def test_milliseconds_are_recognised(caplog: pytest.LogCaptureFixture) -> None:
    persona = aiq_wire.read_persona(PERSONA | {"inserted": 1735689600000})
    assert persona.inserted == datetime(2025, 1, 1, tzinfo=UTC)
    assert "milliseconds" in caplog.text


@pytest.mark.parametrize(
    ("row", "points"),
    [
        (ROW, Decimal(250)),
        (
            {"redemptionID": 7, "contactId": "c-1", "discount_id": "58213", "pointsDeduction": 250, "time": "x"},
            Decimal(250),
        ),
        ({"redemptionID": "7", "contact_id": "c-1", "rewardID": "58213", "value": Decimal("0.5")}, Decimal("0.5")),
    ],
)
def test_the_likely_names_of_a_redemption_are_tried(row: dict[str, object], points: Decimal) -> None:
    found = aiq_wire.read_redemptions([row])[0]
    assert (found.ref, found.contact_id, found.reward_id, found.points) == ("7", "c-1", "58213", points)


def test_a_row_without_an_id_is_known_by_its_digest_and_twins_apart() -> None:
    """An `id` beside no other reward id may be the reward's own, so it does not stand for the row."""
    row = {"id": "58213", "contactID": "c-1", "points": 250, "ts": 1735689600}
    first, second = aiq_wire.read_redemptions([row, dict(reversed(row.items()))])
    assert first.ref == aiq_wire.read_redemptions([row])[0].ref
    assert second.ref == f"{first.ref}-2"
    assert first.ref != "58213"


def test_a_corrected_name_makes_no_other_row() -> None:
    row = {"contactID": "c-1", "discountID": "58213", "points": 250, "ts": 1735689600}
    before, after = ({**row, "firstName": name, "mobilePhone": name} for name in ("Ines", "Inés"))
    assert aiq_wire.read_redemptions([before])[0].ref == aiq_wire.read_redemptions([after])[0].ref


@pytest.mark.parametrize("data", [{"0": {"note": "key 9f1c2"}}, {"list": [{"note": "key 9f1c2"}]}])
def test_rows_under_an_unknown_name_are_no_empty_window(data: object) -> None:
    with pytest.raises(ProtocolError):
        aiq_wire.read_adjustments(data)


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"total": 0}, {"adjustments": None}, {"events": [], "next": None}, {"Rows": None, "by": ["day"]}],
)
def test_an_empty_window_is_empty(data: object) -> None:
    assert aiq_wire.read_adjustments(data) == []


@pytest.mark.parametrize("note", [None, "", {"text": "key 9f1c2"}, ["key 9f1c2"], 7])
def test_a_note_that_cannot_be_read_is_none(note: object) -> None:
    assert [row.note for row in aiq_wire.read_adjustments([ROW | {"note": note}])] == [None]


def test_a_row_of_another_shape_is_kept_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    found = aiq_wire.read_adjustments({"events": [{"who": "Ines"}, 7]})
    assert [row.points for row in found] == [None, None]
    assert "2 of 2 rows" in caplog.text
    assert "Ines" not in caplog.text


@pytest.mark.parametrize("data", [None, [], {"results": None}, {}])
def test_nobody_found_is_an_empty_list(data: object) -> None:
    assert list(aiq_wire.personas_in(data)) == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"code": 403, "success": False}, Misconfigured),
        ({"code": 401}, Misconfigured),
        ({"code": 404, "success": False, "errors": [{"message": "rate limit"}]}, NotFound),
        ({"code": 429}, RateLimited),
        ({"success": False}, Refused),
        ({"code": 400, "success": True}, Refused),
        ({"code": 500}, ProtocolError),
        ({"code": "200", "data": 1}, ProtocolError),
        ([], ProtocolError),
        (None, ProtocolError),
    ],
)
def test_an_envelope_is_judged_by_its_code_and_never_by_its_words(body: object, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        aiq_wire.open_envelope(body)
    assert isinstance(caught.value, RemoteError)
    assert caught.value.hint  # the next step


@pytest.mark.parametrize("code", [400, 401, 404, 429])
def test_an_envelope_s_number_is_told_as_a_status_would_be_with_a_next_step(code: int) -> None:
    with pytest.raises(RemoteError) as told:
        aiq_wire.open_envelope({"code": code, "success": False})
    status = judge(Answer(code, {"retry-after": "2"}, b"", "aiq"), is_write=False)
    assert status is not None
    assert (told.value.title, told.value.hint, told.value.code) == (status.title, status.hint, status.code)
    assert told.value.hint
    assert told.value.facts.keys() >= status.facts.keys() - {"status"}


@pytest.mark.parametrize("body", [{"data": 7}, {"code": 200, "data": 7}, {"code": 302, "success": True, "data": 7}])
def test_a_good_envelope_gives_its_data(body: object) -> None:
    assert aiq_wire.open_envelope(body) == 7


@pytest.mark.requirement("A-041")
@pytest.mark.parametrize(("code", "success"), [(None, True), (200, None), (201, True), (200, False), (None, None)])
def test_an_exact_envelope_says_200_and_true(code: int | None, success: bool | None) -> None:
    with pytest.raises((ProtocolError, Refused)):
        aiq_wire.open_envelope({"code": code, "success": success}, exact=True)
    assert aiq_wire.open_envelope({"code": 200, "success": True, "data": []}, exact=True) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [(True, True), ({"isMember": False}, False), ({"Loyalty": True}, True), ({"x": 1}, None), ("y", None)],
)
def test_membership_is_said_plainly_or_not_at_all(data: object, said: bool | None) -> None:
    assert aiq_wire.read_membership(data) is said
