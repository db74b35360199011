"""Three tills link rewards in three opposite ways; each check names the step that is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from budtender.backoffice import rewards
from budtender.cache import account, mapping, snapshots
from budtender.cache.database import Connection
from budtender.cache.rows import dump
from budtender.connectors import CONNECTORS
from budtender.model import PosDiscount, Reward
from budtender.sync import links
from budtender.sync.links import LinkState, check_link
from budtender.sync.rules import linked
from budtender.sync.terms import terms_of
from tests.sync.selling import Selling

NOW = datetime(2026, 3, 1, tzinfo=UTC)
#: Loaded here: the first look at a till loads its module.
CAN = {name: kind.can for name, kind in CONNECTORS.items()}
REWARD = Reward(id="58213", name="Ten dollars off", cents_off=1000, points=Decimal(250))
TWIN = PosDiscount(id="70001", name="Ten dollars off", aiq_id="58213", by_aiq=True, method="By Alpine IQ")


def state(system: str, reward: Reward, *discounts: PosDiscount) -> LinkState:
    return check_link(CAN[system], reward, discounts, NOW).state


@pytest.mark.requirement("D-020", "D-021", "D-024", "D-025", "D-027", "X-02")
@pytest.mark.parametrize(
    ("reward", "twin", "expected"),
    [
        ({}, {}, LinkState.OK),
        ({}, None, LinkState.NEVER),
        ({}, {"aiq_id": "058213"}, LinkState.ID_DIFFERS),
        ({}, {"aiq_id": "58214", "name": "Ten Dollars  off"}, LinkState.ID_DIFFERS),
        ({}, {"aiq_id": None}, LinkState.ID_DIFFERS),
        ({}, {"aiq_id": None, "by_aiq": False, "method": "Manual"}, LinkState.METHOD),
        ({}, {"by_aiq": False}, LinkState.METHOD),
        ({"pos_discount_id": "70001"}, {}, LinkState.TRIGGER),
        ({}, {"active": False}, LinkState.INACTIVE),
        ({}, {"valid_until": NOW + timedelta(days=2, hours=5)}, LinkState.ENDS),
        ({"expires": NOW + timedelta(days=2)}, {}, LinkState.ENDS),
        ({"expires": NOW}, {}, LinkState.ENDED),
        ({}, {"valid_until": NOW - timedelta(days=2)}, LinkState.ENDED),
        ({}, {"valid_until": NOW + timedelta(days=30)}, LinkState.OK),
    ],
)
def test_by_aiq_id(reward: dict[str, Any], twin: dict[str, Any] | None, expected: LinkState) -> None:
    discounts = [] if twin is None else [replace(TWIN, **twin)]
    assert state("dutchie", replace(REWARD, **reward), *discounts) is expected


@pytest.mark.requirement("P-018", "P-019", "X-02")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ten dollars off", LinkState.OK),
        ("Ten Dollars off", LinkState.NAME_DIFFERS),
        ("Ten  dollars off ", LinkState.NAME_DIFFERS),
        ("Eleven dollars off", LinkState.NEVER),
    ],
)
def test_by_name(name: str, expected: LinkState) -> None:
    twin = PosDiscount(id="9", name=name)
    found = check_link(CAN["posabit"], REWARD, [twin], NOW)
    assert found.state is expected
    if expected is LinkState.NAME_DIFFERS:
        assert (found.facts["aiq"], found.facts["till"]) == (REWARD.name, name)
    # What matters elsewhere does not here.
    assert state("posabit", replace(REWARD, pos_discount_id="9"), replace(twin, name=REWARD.name)) is LinkState.OK


@pytest.mark.requirement("F-018", "F-019", "F-020", "F-021", "X-02")
@pytest.mark.parametrize(
    ("reward", "expected"),
    [
        ({"pos_discount_id": "70001"}, LinkState.OK),
        ({}, LinkState.TRIGGER),
        ({"pos_discount_id": "70002"}, LinkState.ID_DIFFERS),
        ({"pos_discount_id": "70002", "name": "Other"}, LinkState.UNLISTED),
        ({"name": "Other"}, LinkState.NEVER),
        ({"pos_discount_id": "70001", "cents_off": None}, LinkState.TYPE),
        ({"pos_discount_id": "70001", "percent_off": Decimal(5)}, LinkState.TYPE),
        ({"pos_discount_id": "70001", "cents_off": None, "percent_off": Decimal(5)}, LinkState.OK),
    ],
)
def test_by_the_tills_id(reward: dict[str, Any], expected: LinkState) -> None:
    assert state("flourish", replace(REWARD, **reward), TWIN) is expected


@given(
    rewards_=st.lists(
        st.builds(
            Reward,
            id=st.sampled_from(["1", "2", "58213"]),
            name=st.sampled_from(["a", "A", "b"]),
            cents_off=st.sampled_from([None, 100]),
            pos_discount_id=st.sampled_from([None, "1", "7"]),
        ),
        max_size=3,
    ),
    discounts=st.lists(
        st.builds(
            PosDiscount,
            id=st.sampled_from(["1", "7"]),
            name=st.sampled_from(["a", "A", "b"]),
            aiq_id=st.sampled_from([None, "1", "2"]),
            by_aiq=st.booleans(),
            active=st.booleans(),
        ),
        max_size=4,
    ),
    system=st.sampled_from(list(CAN)),
)
def test_a_link_is_never_called_good_without_a_twin_that_is_in_use(
    rewards_: list[Reward], discounts: list[PosDiscount], system: str
) -> None:
    for reward in rewards_:
        found = check_link(CAN[system], reward, discounts, NOW)
        assert found == check_link(CAN[system], reward, [*discounts], NOW)
        if found.state is LinkState.OK:
            assert found.discount is not None
            assert found.discount.active
            same = {
                "dutchie": found.discount.aiq_id == reward.id,
                "flourish": found.discount.id == reward.pos_discount_id,
            }
            assert same.get(system, found.discount.name == reward.name)
        assert (found.discount is None) <= (found.state in (LinkState.NEVER, LinkState.UNLISTED))
        assert (found.state is LinkState.UNLISTED) <= (system == "flourish" and reward.pos_discount_id is not None)


@pytest.mark.requirement("D-020", "D-029")
async def test_links_are_checked_by_night_and_on_demand(selling: Selling) -> None:
    await selling.sync()
    await selling.sync()
    first = rewards.links(selling.register)
    assert {row.store for row in first} == {store.name for store in selling.sim.world.stores}
    assert {row.reward_id for row in first} == set(selling.sim.world.rewards)
    good = {row.reward_id for row in first if row.state is LinkState.OK}
    assert {"58213", "58214"} <= good
    ended = [row for row in first if row.reward_id == "58231"]  # last spring
    assert {row.state for row in ended} == {LinkState.ENDED}
    assert all(row.next_step.startswith("It has ended.") for row in ended)
    lasting = [row for row in first if row.reward_id == "58219"]
    assert all(row.next_step.startswith("It stops in ") for row in lasting)
    await selling.sync(3_600)
    assert rewards.links(selling.register)[0].checked == first[0].checked
    await selling.sync(90_000)
    assert rewards.links(selling.register)[0].checked > first[0].checked
    removed = selling.register.db.write
    await removed(lambda c: c.execute("UPDATE catalogue SET body = replace(body, 'Ten dollars off', 'Ten off')"))
    again = await rewards.check(selling.register)
    assert {row.name for row in again if row.reward_id == "58213"} == {"Ten dollars off"}
    assert selling.register.db.read(mapping.links)


@pytest.mark.requirement("P-019")
@pytest.mark.parametrize("selling", ["posabit"], indirect=True)
async def test_the_counter_knows_a_twin_by_its_name_where_the_till_links_so(selling: Selling) -> None:
    await selling.sync()
    await selling.sync()
    known = selling.register.db.read(account.catalogue)
    discounts = terms_of(selling.register).discounts
    names = {row.reward_id for row in rewards.links(selling.register) if row.state is not LinkState.NEVER}
    assert names
    for reward in known:
        twin = linked(reward, discounts)
        assert (twin.name if twin else None) == (reward.name if reward.id in names else None)
    # Two rewards of one name: nobody could tell which of them the till would give.
    twice = next(reward for reward in known if reward.id in names)
    body = dump(replace(twice, id="99999"))
    await selling.register.db.write(
        lambda c: c.execute("INSERT INTO catalogue (id, body) VALUES ('99999', ?)", (body,))
    )
    assert linked(twice, terms_of(selling.register).discounts) is None


@pytest.mark.parametrize("selling", ["custom"], indirect=True)
async def test_a_till_that_tells_of_no_discounts_misses_none(selling: Selling) -> None:
    await selling.sync()
    await selling.sync()
    assert await rewards.check(selling.register) == []
    assert rewards.silent(selling.register) == sorted(store.name for store in selling.sim.world.stores)


@pytest.mark.requirement("F-019")
@pytest.mark.parametrize("selling", ["flourish"], indirect=True)
async def test_the_counter_ties_a_reward_by_the_rule_that_its_link_is_checked_by(selling: Selling) -> None:
    await selling.sync()
    register = selling.register
    typed, bare = "58213", "58214"
    unlike = PosDiscount(id="70002", name="Happy hour", aiq_id=bare)  # what another kind of till would tie

    def type_in(c: Connection) -> None:
        c.execute("UPDATE catalogue SET body = json_set(body, '$.pos_discount_id', '70001') WHERE id = ?", (typed,))
        for store in register.tills:
            snapshots.put_discounts(c, store, [unlike], 1)

    await register.db.write(type_in)
    await links.check_all(register)
    found = {row.reward_id: row for row in rewards.links(register)}
    assert (found[typed].state, found[bare].state) == (LinkState.UNLISTED, LinkState.NEVER)
    assert "70001" in found[typed].next_step
    at_counter = {
        reward.id: linked(reward, terms_of(register).discounts) for reward in register.db.read(account.catalogue)
    }
    assert [(key, twin.id) for key, twin in at_counter.items() if twin] == [(typed, "70001")]
