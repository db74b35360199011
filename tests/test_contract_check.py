"""What is called here against AIQ's own description: the table is what the connector sends, and differences show."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from budtender.cli.output import Output
from budtender.cli.run import compared
from budtender.connectors.aiq import Aiq
from budtender.contract import OPERATIONS, Finding, Operation, compare
from budtender.errors import Exit, Failure
from budtender.model import Item, Member, Sale, SaleLine, SignUp, Trait
from budtender.simulator import Simulation
from tests.connectors.page_server import Asked, Page, PageServer

NOW = datetime(2026, 3, 4, 17, 22, 10, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PHONE = "+13035550142"
MAIL = "ines@example.org"
TRAITS = (Trait(key="size", value="M"),)
TEXT = "text"


def wide(kind: type[Any], **given: Any) -> Any:
    """A value with every field said, so that every key is sent."""
    texts = {name: TEXT for name, of in kind.__annotations__.items() if of in ("str", "str | None")}
    return kind(**{**texts, **given})


MEMBER = wide(Member, phone=PHONE, birth_date=date(1990, 4, 18), loyalty=True, traits=TRAITS)
LINE = wide(SaleLine, price_cents=2050, quantity=Decimal("1.5"), discount_cents=455)
SALE = wide(Sale, at=NOW, total_cents=2655, lines=(LINE,))
ITEM = wide(
    Item,
    **dict.fromkeys(("tax_cents", "msrp_cents", "price_cents"), 100),
    **dict.fromkeys(("quantity", "thc", "cbd"), Decimal("1.5")),
    **dict.fromkeys(("added", "updated"), NOW),
    **dict.fromkeys(("in_stock", "saleable", "archived"), True),
    traits=TRAITS,
)
SIGN_UP = wide(SignUp, phone=PHONE, email=MAIL, loyalty=True, texts=True, favorite_store_id=31, traits=TRAITS)


async def everything(url: str) -> None:
    """Make every call that the connector can make, with all that it can say."""
    aiq = Aiq.connect(url, "9001", "key-1")
    calls = (
        aiq.find(PHONE),
        aiq.detail("c-1"),
        aiq.membership(PHONE),
        aiq.orders("c-1"),
        aiq.overrides("c-1"),
        aiq.override("c-1", phone=PHONE, email=MAIL, first_name=TEXT, last_name=TEXT),
        aiq.send_code(PHONE),
        aiq.open_wallet(PHONE, "0042"),
        aiq.wallet(PHONE),
        aiq.redeem(f"{url}/api/v1.1/discount/redeem/9001/1/T"),
        aiq.redemptions(NOW, LATER),
        aiq.adjust("c-1", Decimal("-2.5"), "a note"),
        aiq.adjustments(NOW, LATER),
        aiq.timeline("c-1", NOW, LATER),
        aiq.sign_up(SIGN_UP),
        aiq.opt_out(PHONE),
        aiq.opt_email(MAIL, True),
        aiq.stores(),
        aiq.discounts(),
        aiq.programme(),
        aiq.audiences(),
        aiq.upsert_members([MEMBER], live=True),
        aiq.upsert_members([MEMBER]),
        aiq.upsert_sales([SALE], live=True),
        aiq.upsert_sales([SALE]),
        aiq.upsert_inventory([ITEM]),
    )
    for call in calls:
        with suppress(Failure):
            await call
    await aiq.aclose()


def flat(body: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every key of a body with its JSON type, lists of objects entered."""
    entries = body.items() if isinstance(body, dict) else []
    for name, value in entries:
        yield f"{prefix}{name}", kind_of(value)
        yield from () if name.startswith("custom") else flat(value, f"{prefix}{name}.")
    if isinstance(body, list):
        for value in body[:1]:
            yield from flat(value, f"{prefix.removesuffix('.')}[].")


def kind_of(value: Any) -> str:
    kinds = {bool: "boolean", str: "string", list: "array", dict: "object", int: "integer", float: "number"}
    return kinds[type(value)]


def matches(asked: Asked, operation: Operation) -> bool:
    parts, path = operation.path.split("/"), asked.path.split("/")
    same = all(part == there or part.startswith("{") for part, there in zip(parts, path, strict=False))
    return asked.method == operation.method and len(parts) == len(path) and same


@pytest.fixture
async def asked() -> list[Asked]:
    done = Page(body={"code": 200, "success": True, "data": None})
    with PageServer(done) as pages:
        await everything(pages.url)
        return pages.asked


async def test_the_table_is_what_the_connector_sends(asked: list[Asked]) -> None:
    assert {operation.path for operation in OPERATIONS} == {
        operation.path for operation in OPERATIONS for one in asked if matches(one, operation)
    }
    for one in asked:
        (operation, *_) = [operation for operation in OPERATIONS if matches(one, operation)]
        sent = {name: kind for name, kind in flat(one.body) if kind != "object"}
        assert set(sent) == set(operation.keys), operation.path
        wrong = {n for n, kind in sent.items() if kind != operation.keys[n] and operation.keys[n] != "number"}
        assert not wrong, operation.path
        assert set(operation.query) <= set(one.query), operation.path


@pytest.mark.requirement("X-17")
def test_the_table_holds_verbs_and_paths_and_nothing_that_was_pasted() -> None:
    """AIQ's article has a stray character before a verb, and code samples that are no JSON."""
    for operation in OPERATIONS:
        assert operation.method in {"GET", "POST", "PUT"}
        assert re.fullmatch(r"/api/v[12](\.1)?(/([A-Za-z]+|\{[A-Za-z]+\}))+", operation.path), operation.path
        assert all(re.fullmatch(r"[A-Za-z0-9_\[\].]+", name) for name in operation.keys), operation.path


@pytest.mark.requirement("A-013", "A-017", "X-17")
async def test_what_is_sent_is_strict_json(asked: list[Asked]) -> None:
    """Neither a comment nor a trailing comma, which AIQ's own samples have."""
    bodies = [one.body for one in asked if one.body is not None]
    assert bodies
    assert all(isinstance(body, dict | list) for body in bodies), "the page server reads nothing else than JSON"


# ── comparing ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def description() -> Any:
    """The simulator's description, as it is served."""
    with Simulation(shoppers=0) as simulation:
        answer = httpx.get(f"{simulation.url}/api/v1/swagger", headers={"x-apikey": simulation.aiq_key})
        return answer.json()


def test_the_simulator_describes_everything(description: Any) -> None:
    findings = compare(description)
    assert [finding.operation.path for finding in findings if finding.state != "found"] == []
    assert len(findings) == len(OPERATIONS)


def of(findings: Iterable[Finding], method: str, path: str) -> Finding:
    return next(f for f in findings if (f.operation.method, f.operation.path) == (method, path))


ADJUST = ("PUT", "/api/v1.1/adjust/loyaltyPoints/{uid}/{contactID}")
CODE = ("POST", "/api/v2/verify/contact/wallet")
MEMBERS = ("POST", "/api/v1.1/createUpdateMembers/{uid}")


def schema_of(description: Any, operation: tuple[str, str]) -> Any:
    method, path = operation
    return description["paths"][path][method.lower()]["requestBody"]["content"]["application/json"]["schema"]


@pytest.fixture
def changed(description: Any) -> Any:
    """A copy to be changed."""
    return copy.deepcopy(description)


def test_an_address_that_is_gone_is_missing(changed: Any) -> None:
    del changed["paths"][ADJUST[1]]
    findings = compare(changed)
    assert of(findings, *ADJUST).state == "missing"
    assert [finding.state for finding in findings].count("found") == len(findings) - 1


def test_another_verb_differs(changed: Any) -> None:
    entry = changed["paths"][ADJUST[1]]
    entry["post"] = entry.pop("put")
    assert of(compare(changed), *ADJUST).differences == ("Described for POST only.",)


def test_another_type_differs(changed: Any) -> None:
    schema_of(changed, ADJUST)["properties"]["value"] = {"type": "string"}
    assert of(compare(changed), *ADJUST).differences == ("Of another type: value is string there, number here",)


def test_a_whole_number_where_points_have_fractions_differs(changed: Any) -> None:
    schema_of(changed, ADJUST)["properties"]["value"] = {"type": "integer"}
    assert of(compare(changed), *ADJUST).state == "differs"


def test_a_key_that_is_required_and_not_sent_differs(changed: Any) -> None:
    schema_of(changed, ADJUST)["required"] = ["value", "note", "reason"]
    assert of(compare(changed), *ADJUST).differences == ("Requires, and is not sent: reason",)


def test_a_key_that_is_required_deep_inside_is_named_by_its_place(changed: Any) -> None:
    member = schema_of(changed, MEMBERS)["items"]["properties"]["member"]
    member["required"] = ["pos_user", "middle_name"]
    assert of(compare(changed), *MEMBERS).differences == ("Requires, and is not sent: [].member.middle_name",)


def test_a_needed_key_that_is_not_described_differs_and_an_extra_is_a_note(changed: Any) -> None:
    properties = schema_of(changed, MEMBERS)["items"]["properties"]["member"]["properties"]
    properties["firstName"] = properties.pop("first_name")
    del properties["gender"]
    finding = of(compare(changed), *MEMBERS)
    assert finding.differences == ("Not described: [].member.first_name",)
    assert "gender" in finding.notes[0]


def test_a_query_that_is_required_and_not_always_sent_differs(changed: Any) -> None:
    queries = [{"name": name, "in": "query", "required": True} for name in ("start", "limit", "fields")]
    changed["paths"]["/api/v1.1/piis/{uid}"]["get"]["parameters"] += queries
    finding = of(compare(changed), "GET", "/api/v1.1/piis/{uid}")
    assert finding.differences == ("Requires in the query: fields",)


def test_a_body_that_is_not_described_is_a_note(changed: Any) -> None:
    del changed["paths"][CODE[1]]["post"]["requestBody"]
    finding = of(compare(changed), *CODE)
    assert (finding.state, finding.notes) == ("found", ("What is sent is not described.",))


def test_the_older_form_with_a_base_path_and_references_is_read() -> None:
    shared = {"Adjust": {"type": "object", "properties": {"value": {"type": "number"}, "note": {"type": "string"}}}}
    body = {"name": "body", "in": "body", "schema": {"allOf": [{"$ref": "#/definitions/Adjust"}]}}
    older = {
        "swagger": "2.0",
        "basePath": "/api/v1.1",
        "paths": {"/adjust/loyaltyPoints/:uid/:id": {"put": {"parameters": [body]}}},
        "definitions": shared,
    }
    assert of(compare(older), *ADJUST).state == "found"
    shared["Adjust"]["properties"] = {"points": {"type": "number"}}
    assert of(compare(older), *ADJUST).differences == ("Not described: value, note",)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/definitions/Self"},
        {"$ref": "#/definitions/Around"},
        {"anyOf": 7, "properties": [], "required": "note", "type": {"a": 1}},
        {"required": [["note"], None], "properties": {"value": 1}},
        "nonsense",
    ],
)
def test_nonsense_and_circles_are_read_to_an_end(schema: Any) -> None:
    circle: dict[str, Any] = {"allOf": [{"$ref": "#/definitions/Around"}, {"$ref": "#/definitions/Around"}]}
    strange = {
        "servers": "none",
        "paths": {ADJUST[1]: {"put": {"parameters": [{"in": "body", "schema": schema}, 5]}}, "/x": None},
        "definitions": {"Self": {"$ref": "#/definitions/Self"}, "Around": circle},
    }
    assert len(compare(strange)) == len(OPERATIONS)


# ── the command ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_answer_is_one_document_and_an_exit_code(changed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert compared(Output(as_json=True), compare(changed)) is Exit.DONE
    document = json.loads(capsys.readouterr().out)
    assert (document["found"], document["missing"], document["differs"]) == (len(OPERATIONS), 0, 0)
    del changed["paths"][ADJUST[1]]
    schema_of(changed, CODE)["required"] = ["colour"]
    assert compared(Output(as_json=True), compare(changed)) is Exit.REFUSED
    document = json.loads(capsys.readouterr().out)
    assert (document["missing"], document["differs"]) == (1, 1)
    wrong = {row["path"]: row["differences"] for row in document["operations"] if row["state"] != "found"}
    assert wrong == {ADJUST[1]: ["The address is not described."], CODE[1]: ["Requires, and is not sent: colour"]}


def test_a_person_reads_what_differs(changed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    del changed["paths"][ADJUST[1]]
    compared(Output(as_json=False), compare(changed))
    told = capsys.readouterr().out
    assert f"missing  PUT   {ADJUST[1]}" in told
    assert "→ The address is not described." in told
    assert "1 of 26 operations" in told
