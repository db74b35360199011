"""Dutchie's credential and customers over real HTTP: against the simulator, and against written pages."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from budtender.connectors.dutchie import Dutchie
from budtender.connectors.dutchie_customers import WAYS
from budtender.connectors.profile import match
from budtender.errors import InputError, Misconfigured, NotFound, PhoneError, Unreachable
from budtender.model import Customer, CustomerDraft, Resource
from budtender.simulator import Simulation
from tests.connectors.contract import assert_conforms
from tests.connectors.page_server import Page, PageServer

INSTALLATION = UUID("6f1c1f0e-5f3b-4c52-9d5c-0c0a5f3f7a11")
DRAFT = CustomerDraft(
    key="0b9f3a52-5f0e-5a57-8b52-7e0f3f9b1c11",
    first_name="Nia",
    last_name="Okafor",
    phone="+13035550188",
    email="nia@example.org",
    birth_date=date(1990, 4, 18),
    address1="12 Harbor St",
    city="Pueblo",
    state="CO",
    postal_code="81003",
    type="Recreational",
)


@pytest.mark.parametrize(("second", "word"), [("", "key-1:"), ("integrator", "key-1:integrator")])
async def test_the_key_is_sent_in_both_forms(till_pages: PageServer, second: str, word: str) -> None:
    connector = Dutchie.connect(till_pages.url, " key-1\n", second_key=second)
    await connector.whoami()
    await connector.aclose()
    scheme, _, sent = till_pages.asked[0].headers["authorization"].partition(" ")
    assert (scheme, base64.b64decode(sent).decode()) == ("Basic", word)
    assert till_pages.asked[0].headers["accept"] == "application/json"
    assert "python" not in till_pages.asked[0].headers["user-agent"].casefold()
    assert "consumerkey" not in till_pages.asked[0].headers


async def test_whoami_reads_both_spellings(till: Dutchie, paged_till: Dutchie, world: Simulation) -> None:
    location = await paged_till.whoami()
    assert (location.id, location.name, location.company_id, location.state) == ("4711", "Harbor Street", "12", "CO")
    (mine,) = await till.locations()
    assert mine.name == world.world.stores[0].name


async def test_a_key_with_every_role_may_do_everything(till: Dutchie) -> None:
    permissions = await till.check()
    assert [permission.name for permission in permissions if permission.granted] == [
        "customers",
        "transactions",
        "products",
        "inventory",
        "discounts",
        "orders",
        "rooms",
        "staff",
    ]


@pytest.mark.requirement("D-004")
@pytest.mark.parametrize(
    ("roles", "missing"),
    [
        (("Customer", "Room"), {"transactions", "products", "inventory", "discounts", "orders", "staff"}),
        (("Customer", "Reporting", "Inventory"), {"orders", "rooms", "staff"}),
        (("Inventory", "PreOrder", "Room", "Employee"), {"customers", "transactions", "discounts"}),
        (("Customer", "Reporting", "PreOrder", "Room", "Employee"), {"inventory", "discounts"}),
    ],
)
async def test_what_a_key_may_not_is_named_with_what_to_ask_for(roles: tuple[str, ...], missing: set[str]) -> None:
    with Simulation(shoppers=1, seed=1, limits=False, dutchie_roles=roles) as simulation:
        connector = Dutchie.connect(simulation.url, simulation.dutchie_key)
        permissions = await connector.check()
        await connector.aclose()
    assert {permission.name for permission in permissions if not permission.granted} == missing
    for permission in permissions:
        assert (permission.name in permission.hint) is not permission.granted
        assert not any(f"role {role})" in permission.hint for role in roles)


async def test_a_wrong_key_is_a_misconfiguration(world: Simulation) -> None:
    connector = Dutchie.connect(world.url, "wrong")
    with pytest.raises(Misconfigured):
        await connector.check()
    await connector.aclose()


async def test_a_customer_is_found_by_phone(till: Dutchie) -> None:
    (customer,) = await till.find_by_phone("(303) 555-0142")
    assert (customer.first_name, customer.phones) == ("Ines", ("+13035550142",))
    assert await till.find_customer(customer.id) is not None


async def test_merged_anonymous_and_other_numbers_are_no_match(paged_till: Dutchie, till_pages: PageServer) -> None:
    till_pages.play_recorded("POST /customer/search", "dutchie/search.json")
    found = await paged_till.find_by_phone("3035550142")
    assert [customer.id for customer in found] == ["1", "4"]
    assert till_pages.asked[-1].body == {"phone": "3035550142"}


@pytest.mark.parametrize("gone", [404, 405])
async def test_without_the_preview_of_the_search_one_customer_is_looked_up(
    paged_till: Dutchie, till_pages: PageServer, gone: int
) -> None:
    till_pages.play("POST /customer/search", Page(gone))
    known = {"customerId": 5, "firstName": "Nia", "phone": "(303) 555-0188", "discountGroups": ["VIP"]}
    till_pages.play("POST /customer/customerLookup", Page(body=known), Page(404, "Customer not found"))
    assert [found.id for found in await paged_till.find_by_phone("3035550188")] == ["5"]
    assert await paged_till.find_by_phone("3035550188") == []
    till_pages.play("POST /customer/search", Page(403))
    with pytest.raises(Misconfigured):
        await paged_till.find_by_phone("3035550188")


async def test_nobody_is_an_empty_list(till: Dutchie) -> None:
    assert await till.find_by_phone("3035550199") == []
    assert await till.find_customer("999999999") is None
    with pytest.raises(PhoneError):
        await till.find_by_phone("555")
    with pytest.raises(InputError):
        await till.find_customer("7 or 1=1")


@pytest.mark.requirement("D-062")
async def test_a_new_customer_is_created_once_and_found_the_next_time(till: Dutchie, world: Simulation) -> None:
    def created() -> int:
        return len([effect for effect in world.ledger if effect.kind == "customer_create"])

    before = created()
    first = await till.create_customer(DRAFT, installation_key=INSTALLATION)
    again = await till.create_customer(DRAFT, installation_key=INSTALLATION)
    assert (first.existed, again.existed) == (False, True)
    assert first.customer.id == again.customer.id
    assert created() == before + 1


async def test_an_existing_customer_is_linked_and_nothing_is_written(
    paged_till: Dutchie, till_pages: PageServer
) -> None:
    till_pages.play_recorded("POST /customer/search", "dutchie/search.json")

    async def before_send() -> None:
        raise AssertionError("nothing may be about to leave")

    draft = CustomerDraft(key="k", first_name="Ines", last_name="Calder", phone="3035550142")
    linked = await paged_till.create_customer(draft, installation_key=INSTALLATION, before_send=before_send)
    assert (linked.customer.id, linked.existed) == ("1", True)
    assert [asked.path for asked in till_pages.asked] == ["/customer/search"]


def test_the_same_person_is_recognised_in_this_order() -> None:
    born = date(1990, 4, 18)
    phone = Customer(id="1", first_name="Else", phones=("+13035550188",), created=datetime(2020, 1, 1, tzinfo=UTC))
    same = replace(phone, id="2", first_name="NIA ")
    older = replace(same, id="3", created=datetime(2019, 1, 1, tzinfo=UTC))
    mail = Customer(id="4", email="NIA@example.org")
    name = Customer(id="5", first_name="nia", last_name="OKAFOR", birth_date=born)
    twin = replace(name, id="6", first_name="Ada")
    everybody = [twin, name, mail, phone, same, older]
    order = []
    while (found := match(DRAFT, everybody, *WAYS)) is not None:
        order.append(found.id)
        everybody.remove(found)
    assert order == ["3", "2", "1", "4", "5"]
    assert everybody == [twin]


async def test_creation_carries_both_keys_and_no_invented_value(paged_till: Dutchie, till_pages: PageServer) -> None:
    till_pages.play("POST /customer/customer", Page(body={"customerId": 9, "creationDate": None}))
    linked = await paged_till.create_customer(DRAFT, installation_key=INSTALLATION)
    search, create = till_pages.asked
    assert search.body == {
        "phone": "3035550188",
        "emailAddress": "nia@example.org",
        "lastName": "Okafor",
        "dateOfBirth": "1990-04-18T00:00:00",
    }
    assert (create.headers["consumerkey"], create.query) == (str(INSTALLATION), {"bypassDeduplication": "false"})
    assert create.body == {
        "firstName": "Nia",
        "lastName": "Okafor",
        "address1": "12 Harbor St",
        "city": "Pueblo",
        "state": "CO",
        "postalCode": "81003",
        "customerType": "Recreational",
        "status": "Active",
        "emailAddress": "nia@example.org",
        "phone": "3035550188",
        "dateOfBirth": "1990-04-18T00:00:00",
        "idempotencyKey": DRAFT.key,
    }
    assert not linked.existed


@pytest.mark.parametrize("field", ["first_name", "address1", "city", "state", "postal_code", "type"])
async def test_a_missing_value_is_named_and_never_made_up(
    paged_till: Dutchie, till_pages: PageServer, field: str
) -> None:
    with pytest.raises(InputError) as missing:
        await paged_till.create_customer(replace(DRAFT, **{field: ""}), installation_key=INSTALLATION)
    assert missing.value.facts["field"] == field
    assert till_pages.requests("POST /customer/customer") == []


async def test_a_key_too_long_to_be_kept_is_refused(paged_till: Dutchie) -> None:
    with pytest.raises(InputError):
        await paged_till.create_customer(replace(DRAFT, key="k" * 37), installation_key=INSTALLATION)


@pytest.mark.parametrize(
    ("created", "modified", "known"),
    [("2020", "2020", (True, False)), ("2020", "2999", (True, True)), ("2999", "2999", (False, False))],
)
async def test_a_profile_older_than_the_request_existed(
    paged_till: Dutchie, till_pages: PageServer, created: str, modified: str, known: tuple[bool, bool]
) -> None:
    answer = {"customerId": 9, "creationDate": f"{created}-01-01", "lastModifiedDateUTC": f"{modified}-01-01"}
    till_pages.play("POST /customer/customer", Page(body=answer))
    linked = await paged_till.create_customer(DRAFT, installation_key=INSTALLATION)
    assert (linked.existed, linked.changed) == known


@pytest.mark.parametrize("page", [Page(500), Page(502)])
async def test_a_creation_of_unknown_outcome_is_not_repeated(
    paged_till: Dutchie, till_pages: PageServer, page: Page
) -> None:
    till_pages.play("POST /customer/customer", page)
    with pytest.raises(Unreachable) as lost:
        await paged_till.create_customer(DRAFT, installation_key=INSTALLATION)
    assert lost.value.sent
    assert len(till_pages.requests("POST /customer/customer")) == 1


async def test_a_change_is_sparse(till: Dutchie, world: Simulation) -> None:
    (before,) = await till.find_by_phone("3035550101")
    draft = CustomerDraft(key="k", id=before.id, first_name="", last_name="", email="maya.new@example.org")
    after = await till.update_customer(draft)
    assert after.email == "maya.new@example.org"
    assert (after.first_name, after.phones, after.address1) == (before.first_name, before.phones, before.address1)


async def test_a_till_that_wants_all_seven_fields_gets_its_own(paged_till: Dutchie, till_pages: PageServer) -> None:
    present = {
        "customerId": 9,
        "firstName": "Nia",
        "address1": "12 Harbor St",
        "city": "Pueblo",
        "state": "CO",
        "postalCode": "81003",
        "customerType": "Medical",
        "status": "Hold",
    }
    till_pages.play("POST /customer/customer", Page(400), Page(body=present))
    till_pages.play("GET /customer/customers", Page(body=[present]))
    draft = CustomerDraft(key="k", id="9", first_name="", last_name="", email="nia@example.org")
    await paged_till.update_customer(draft)
    sparse, full = till_pages.requests("POST /customer/customer")
    assert sparse.body == {"customerId": 9, "emailAddress": "nia@example.org"}
    assert full.body == present | {"emailAddress": "nia@example.org"}


async def test_a_change_of_nobody_is_not_found(till: Dutchie) -> None:
    with pytest.raises(NotFound):
        await till.update_customer(CustomerDraft(key="k", id="99999999", first_name="A", last_name="B"))
    with pytest.raises(InputError):
        await till.update_customer(CustomerDraft(key="k", first_name="A", last_name="B"))


async def test_every_request_is_one_that_the_description_has(paged_till: Dutchie, till_pages: PageServer) -> None:
    till_pages.play("POST /customer/customer", Page(body={"customerId": 9}))
    await paged_till.check()
    await paged_till.find_by_phone("3035550142")
    await paged_till.find_customer("9")
    await paged_till.create_customer(DRAFT, installation_key=INSTALLATION)
    for resource in (Resource.CUSTOMERS, Resource.DISCOUNTS):
        async for _ in paged_till.pull(resource, None):
            pass
    paths = {(asked.method, asked.path) for asked in till_pages.asked}
    assert len(paths) == 12
    seen = set()
    for asked in till_pages.asked:
        if (asked.method, asked.path) not in seen:
            seen.add((asked.method, asked.path))
            assert_conforms(asked, "dutchie.openapi.json")
