"""Rate limits are those of the vendors, and the counting of calls is exact."""

from __future__ import annotations

import threading

import httpx

from budtender.simulator import Simulation
from budtender.simulator.limits import SlidingLimit
from tests.simulator.aiq_client import AiqClient, Connect, Simulate


def test_aiq_takes_five_calls_a_second(simulate: Simulate, connect: Connect) -> None:
    sim = simulate(limits=True)
    client = connect(sim)
    answers = [client.get("/api/v1.1/stores/9001") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[5].headers["retry-after"] == "1"
    assert answers[5].json()["success"] is False
    assert "retry-after" not in answers[0].headers


def test_dutchie_counts_per_key_and_endpoint(simulate: Simulate) -> None:
    sim = simulate(limits=True)
    with httpx.Client(base_url=sim.url, auth=(sim.dutchie_key, ""), trust_env=False, verify=False) as client:
        codes = [client.get("/customer/customer-types").status_code for _ in range(121)]
        assert codes == [200] * 120 + [429]
        refused = client.get("/customer/customer-types").json()
        assert refused["Message"] == "Too many requests - only 120 per minute allowed"
        assert client.get("/whoami").status_code == 200
        other = sim.dutchie_keys["Old Mill"]
        assert client.get("/customer/customer-types", auth=(other, "")).status_code == 200


def test_a_wait_is_told_and_not_counted() -> None:
    limit = SlidingLimit([(2, 60.0), (3, 3600.0)])
    assert [limit.wait("key"), limit.wait("key")] == [0.0, 0.0]
    assert 59 < limit.wait("key") <= 60
    assert limit.wait("other") == 0.0


def test_calls_are_counted_by_operation(sim: Simulation, aiq: AiqClient) -> None:
    aiq.wallet("3035550142")
    aiq.wallet("3035550101")
    aiq.get("/api/v2/nowhere")
    assert sim.calls.counts == {("GET", "/api/v2/wallet/{phone}"): 2, ("GET", ""): 1}
    assert [call.path for call in sim.calls.of("GET", "/api/v2/wallet/{phone}")][1] == "/api/v2/wallet/3035550101"
    sim.calls.clear()
    assert len(sim.calls) == 0


def test_no_effect_is_lost_or_doubled_under_many_callers(sim: Simulation, connect: Connect) -> None:
    clients = [connect(sim) for _ in range(6)]
    contact_id = clients[0].contact_id("3035550101")

    def pay(client: AiqClient) -> None:
        for _ in range(25):
            assert client.adjust(contact_id, 1).status_code == 200

    threads = [threading.Thread(target=pay, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for _ in range(50):
        assert sim.world.balance(contact_id) >= 412
    for thread in threads:
        thread.join()
    assert len(sim.ledger) == 150
    assert float(sim.world.balance(contact_id)) == 562.5
