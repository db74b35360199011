"""The texted code, the wallet with its rewards, and redeeming."""

from __future__ import annotations

from decimal import Decimal

import pytest

from budtender.simulator import Simulation
from tests.simulator.aiq_client import INES, AiqClient, Connect, Simulate

VERIFY, VIEW = "/api/v2/verify/contact/wallet", "/api/v2/view/contact/wallet"


def code_for(aiq: AiqClient, sim: Simulation, phone: str = INES) -> str:
    aiq.data("POST", VERIFY, json={"phone": phone})
    return sim.last_code(phone)


def view(aiq: AiqClient, code: str, phone: str = INES) -> int:
    return aiq.post(VIEW, json={"phone": phone, "code": code}).status_code


def test_a_code_opens_the_wallet_once(aiq: AiqClient, sim: Simulation) -> None:
    code = code_for(aiq, sim)
    assert len(code) == 4
    assert aiq.data("POST", VIEW, json={"phone": INES, "code": code})["loyaltyPoints"] == 412.5
    assert view(aiq, code) == 400


def test_a_wrong_code_is_refused_and_uses_nothing_up(aiq: AiqClient, sim: Simulation) -> None:
    code = code_for(aiq, sim)
    assert view(aiq, f"{(int(code) + 1) % 10_000:04}") == 400
    assert view(aiq, code, phone="3035550101") == 400
    assert view(aiq, code) == 200


def test_a_code_lives_ten_minutes(aiq: AiqClient, sim: Simulation) -> None:
    code = code_for(aiq, sim)
    sim.clock.advance(590)
    second = code_for(aiq, sim)
    assert view(aiq, code) == 400 or code == second
    sim.clock.advance(590)
    assert view(aiq, second) == 200
    third = code_for(aiq, sim)
    sim.clock.advance(601)
    assert view(aiq, third) == 400


def test_a_code_can_go_to_a_mailbox(aiq: AiqClient, sim: Simulation) -> None:
    mail = "ines.calder142@example.org"
    aiq.data("POST", VERIFY, json={"email": mail})
    assert aiq.data("POST", VIEW, json={"email": mail, "code": sim.last_code(mail)})["loyaltyPoints"] == 412.5


def test_an_unknown_contact_gets_no_code(aiq: AiqClient, sim: Simulation) -> None:
    assert aiq.post(VERIFY, json={"phone": "3035550199"}).status_code == 400
    assert sim.texts == []


def test_a_lost_code_is_paid_for_and_never_seen(aiq: AiqClient, sim: Simulation) -> None:
    aiq.data("POST", VERIFY, json={"phone": "3035550118"})
    assert sim.texts == []
    assert [effect.kind for effect in sim.ledger] == ["text"]
    with pytest.raises(LookupError):
        sim.last_code("3035550118")


def test_a_code_must_be_text(aiq: AiqClient, sim: Simulation) -> None:
    code = code_for(aiq, sim)
    assert aiq.post(VIEW, json={"phone": INES, "code": int(code)}).status_code == 400
    assert aiq.post(VIEW, json={"phone": int(INES), "code": code}).status_code == 400
    assert aiq.post(VIEW, content=b"{").status_code == 400


def test_the_master_pin_opens_where_it_is_set(simulate: Simulate, connect: Connect) -> None:
    client = connect(simulate(master_pin="246810"))
    assert client.data("POST", VIEW, json={"phone": INES, "code": "246810"})["loyaltyPoints"] == 412.5


def test_a_home_phone_opens_no_wallet(aiq: AiqClient) -> None:
    assert aiq.get("/api/v2/wallet/3035550104").status_code == 404
    assert aiq.get("/api/v2/wallet/3035550154").status_code == 200


def test_badges_come_on_request(aiq: AiqClient) -> None:
    assert "audiences" not in aiq.data("POST", "/api/v2/wallet", json={"phone": INES})
    assert aiq.data("POST", "/api/v2/wallet?badges=true", json={"phone": INES})["audiences"]


def test_what_the_named_cases_show(aiq: AiqClient) -> None:
    hidden = aiq.wallet("3035550107")
    assert (hidden["loyaltyPoints"], hidden["hidePointsInWallet"]) == (0, True)
    assert {reward["available"] for reward in hidden["discountTemplates"]} == {True, False}
    assert aiq.wallet("3035550108")["loyaltyPoints"] == -35
    assert aiq.wallet("3035550109")["loyaltyPoints"] == 99.99
    assert not aiq.reward("3035550109", "58214")["available"]
    expired = aiq.reward("3035550110", "58231")
    assert expired["available"]
    assert 0 < expired["expiration"] < 1_800_000_000
    assert not any(reward["available"] for reward in aiq.wallet("3035550111")["discountTemplates"])
    assert aiq.reward("3035550112", "58232")["tierDiscount"]
    both = aiq.reward("3035550113", "58233")
    assert (both["dollarValue"], both["percentageValue"]) == (10, 10)
    neither = aiq.reward("3035550114", "58234")
    assert (neither["dollarValue"], neither["percentageValue"]) == (0, 0)
    assert aiq.wallet("3035550115")["discountTemplates"] is None
    assert aiq.wallet("3035550116")["discountTemplates"] is None
    assert "contactID" not in aiq.wallet("3035550121")
    assert not aiq.reward("3035550122", "58235")["redemptionURL"].startswith(str(aiq.base_url))
    assert aiq.wallet("3035550123")["loyaltyPoints"] == 1e30


def test_a_second_redemption_takes_the_points_again_and_levels(aiq: AiqClient, sim: Simulation) -> None:
    url, contact_id = aiq.reward(INES, "58213")["redemptionURL"], aiq.contact_id(INES)
    aiq.data("PUT", url)
    assert sim.world.balance(contact_id) == Decimal("162.5")
    aiq.data("PUT", url)
    assert sim.world.balance(contact_id) == 0
    assert [(effect.kind, effect.points) for effect in sim.ledger] == [
        ("redeem", -250),
        ("redeem", -250),
        ("block_adjustment", Decimal("87.5")),
    ]


def test_a_transaction_id_can_follow_the_address(aiq: AiqClient, sim: Simulation) -> None:
    aiq.data("PUT", aiq.reward(INES, "58214")["redemptionURL"] + "/TX%2F42")
    assert sim.ledger[-1].note == "TX/42"


def test_the_address_must_be_one_that_was_given_out(aiq: AiqClient, sim: Simulation) -> None:
    url = aiq.reward(INES, "58213")["redemptionURL"]
    assert aiq.put(url[:-2] + "xx").status_code == 404
    assert aiq.put(url.replace("/58213/", "/58214/")).status_code == 404
    assert aiq.put(url, headers={"x-apikey": "wrong"}).status_code == 403
    assert aiq.put(aiq.reward("3035550110", "58231")["redemptionURL"]).status_code == 400
    assert sim.ledger == []


def test_a_single_use_reward_is_gone_once_used(aiq: AiqClient, sim: Simulation) -> None:
    phone = "3035550125"
    url = aiq.reward(phone, "58220")["redemptionURL"]
    aiq.data("PUT", url)
    assert "58220" not in {reward["id"] for reward in aiq.wallet(phone)["discountTemplates"]}
    assert "58236" in {reward["id"] for reward in aiq.wallet(phone)["discountTemplates"]}
    assert sim.world.balance(aiq.contact_id(phone)) == Decimal("412.5")


def test_the_address_of_a_merged_persona_is_dead(aiq: AiqClient, sim: Simulation) -> None:
    url = aiq.reward("3035550105", "58213")["redemptionURL"]
    sim.overnight()
    assert aiq.put(url).status_code == 404
