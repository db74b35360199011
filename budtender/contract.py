"""Whether AIQ's own interface description still says what this program calls: operations, keys and their types.

The description is the vendor's word and wins over every public paper this program was written from, so each
difference is worth a question to AIQ before it shows at a counter. Both forms in use are read: OpenAPI 3
(`requestBody`) and Swagger 2 (`basePath`, a parameter in `body`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from budtender.model import Value

State: TypeAlias = Literal["found", "missing", "differs"]
#: Name → JSON type, with the path to it: `member.pos_user`, `[].sku` for a list of objects.
Keys: TypeAlias = Mapping[str, str]

#: A schema nested deeper than this is not followed.
DEEPEST = 20
_LONGEST_LIST = 8


class Operation(Value, frozen=True, kw_only=True):
    """One call that the connector makes.

    Without a key of `needs` it would not do what it is for; the keys of `may` are extras that can be ignored.
    """

    method: str
    path: str
    needs: Mapping[str, str] = {}
    may: Mapping[str, str] = {}
    #: What its query always holds.
    query: tuple[str, ...] = ()

    @property
    def keys(self) -> Keys:
        """Every key that is sent."""
        return {**self.needs, **self.may}


class Finding(Value, frozen=True, kw_only=True):
    """What the description says of one operation. `notes` are extras that it does not know, which harm nothing."""

    operation: Operation
    state: State
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _under(prefix: str, keys: Keys) -> Keys:
    return {f"{prefix}{name}": kind for name, kind in keys.items()}


_MEMBER_NEEDS = {
    "pos_user": "string",
    "phone_number": "string",
    "email": "string",
    "first_name": "string",
    "last_name": "string",
    "birthday": "string",
    "loyalty": "boolean",
}
_MEMBER_MAY = {
    **dict.fromkeys(("pos_type", "gender", "address1", "address2", "city", "state", "zip"), "string"),
    "customAttributes": "array",
}
_LINE = {"sku": "string", "name": "string", "price": "number", "quantity": "number", "discount": "number"}
_SALE_NEEDS = {
    "pos_id": "string",
    "pos_user": "string",
    "location": "string",
    "transaction_date": "string",
    "transaction_total": "number",
    "sendNotification": "integer",
    "visit_details_attributes": "array",
    **_under("visit_details_attributes[].", _LINE),
}
_SALE_MAY = _under(
    "visit_details_attributes[].",
    dict.fromkeys(("category", "brand", "size", "strain", "grade", "species"), "string"),
)
_ITEM_NEEDS = {
    **dict.fromkeys(("sku", "productId", "name", "brand", "category", "quantity", "salesPrice"), "string"),
    **dict.fromkeys(("inStock", "isSaleable", "isArchived"), "boolean"),
}
_ITEM_MAY = {
    **dict.fromkeys(("variant", "barcode", "url", "imageUrl", "description", "supplierId", "currency"), "string"),
    **dict.fromkeys(("MSRP", "totalTax", "thc", "cbd", "dateAdded", "dateUpdated"), "string"),
    **dict.fromkeys(("parentCate", "supplierNa"), "string"),
    "customAttr": "array",
}
_SIGN_UP_NEEDS = {
    **dict.fromkeys(("firstName", "lastName", "mobilePhone", "email"), "string"),
    **dict.fromkeys(("loyalty", "smsoptin", "emailOptIn"), "boolean"),
}
_SIGN_UP_MAY = {"favoriteStoreID": "integer", "address": "string", "customAttributes": "array"}
_OVERRIDE = dict.fromkeys(("mobilePhone", "email", "firstName", "lastName"), "string")
_PHONE = {"phone": "string"}
_PAGED = ("start", "limit")
_BULK = "/api/v1.1/createUpdate"


def _upsert(word: str, needs: Keys, may: Keys) -> Operation:
    return Operation(method="POST", path=f"{_BULK}{word}/{{uid}}", needs=needs, may=may)


#: Everything that `connectors/aiq*.py` sends, in the order in which a shopper meets it.
OPERATIONS = (
    Operation(method="GET", path="/api/v1.1/piis/{uid}", query=_PAGED),
    Operation(method="GET", path="/api/v1.1/piis/{uid}/{contactID}"),
    Operation(method="GET", path="/api/v2/loyalty/lookup/{phone}"),
    Operation(method="POST", path="/api/v2/verify/contact/wallet", needs=_PHONE),
    Operation(method="POST", path="/api/v2/view/contact/wallet", needs={**_PHONE, "code": "string"}),
    Operation(method="POST", path="/api/v2/wallet", needs=_PHONE),
    Operation(method="PUT", path="/api/v1.1/discount/redeem/{uid}/{discountRef}/{token}"),
    Operation(method="GET", path="/api/v1.1/redemptions/{uid}/{start}/{end}"),
    Operation(
        method="PUT",
        path="/api/v1.1/adjust/loyaltyPoints/{uid}/{contactID}",
        needs={"value": "number", "note": "string"},
    ),
    Operation(method="GET", path="/api/v1.1/adjustments/{uid}/{start}/{end}"),
    Operation(method="GET", path="/api/v1.1/contact/loyaltyPoints/timeline/{uid}/{contactID}"),
    Operation(method="POST", path="/api/v2/loyalty", needs=_SIGN_UP_NEEDS, may=_SIGN_UP_MAY),
    Operation(method="PUT", path="/api/v2/optin/text/{phone}/{status}"),
    Operation(method="PUT", path="/api/v2/optin/email/{email}/{status}"),
    Operation(method="GET", path="/api/v2/loyaltyContact/override/{uid}/{contactID}"),
    Operation(method="POST", path="/api/v2/loyaltyContact/override/{uid}/{contactID}", needs=_OVERRIDE),
    Operation(method="GET", path="/api/v1.1/contact/orders/{uid}/{contactID}", query=_PAGED),
    Operation(method="GET", path="/api/v1.1/stores/{uid}"),
    Operation(method="GET", path="/api/v2/discount/{uid}"),
    Operation(method="GET", path="/api/v2/loyalty/default/{uid}"),
    Operation(method="GET", path="/api/v1.1/audiences/{uid}", query=_PAGED),
    _upsert("Member", _under("member.", _MEMBER_NEEDS), _under("member.", _MEMBER_MAY)),
    _upsert("Members", _under("[].member.", _MEMBER_NEEDS), _under("[].member.", _MEMBER_MAY)),
    _upsert("Sale", _under("visit.", _SALE_NEEDS), _under("visit.", _SALE_MAY)),
    _upsert("Sales", _under("[].visit.", _SALE_NEEDS), _under("[].visit.", _SALE_MAY)),
    _upsert("Inventory", _under("[].", _ITEM_NEEDS), _under("[].", _ITEM_MAY)),
)


def compare(description: Mapping[str, Any]) -> list[Finding]:
    """Hold each of our operations against the description; what the description has beyond them is not looked at."""
    described = _Description(description)
    return [described.judge(operation) for operation in OPERATIONS]


class _Description:
    """A vendor's interface description, whichever of the two forms it has."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._paths: dict[str, dict[str, Mapping[str, Any]]] = {}
        prefixes = _prefixes(document)
        for path, entry in _mapping(document.get("paths")).items():
            verbs = {verb.upper(): _mapping(value) for verb, value in _mapping(entry).items()}
            for prefix in prefixes:
                self._paths.setdefault(_shape(prefix + path), {}).update(verbs)

    def judge(self, operation: Operation) -> Finding:
        """Whether one operation is there as it is called."""
        verbs = self._paths.get(_shape(operation.path))
        if verbs is None:
            return Finding(operation=operation, state="missing", differences=("The address is not described.",))
        described = verbs.get(operation.method)
        if described is None:
            there = _listed(verb for verb in verbs if verb in _VERBS)
            return Finding(operation=operation, state="differs", differences=(f"Described for {there} only.",))
        body = self._body(described)
        differences = [
            *self._asked_for(described, operation),
            *self._needed(body, operation),
            *self._typed(body, operation),
        ]
        differences += _one_line("Not described: ", self._unknown(body, operation.needs))
        notes = _one_line("Extras not described: ", self._unknown(body, operation.may))
        if operation.keys and not body:
            notes = ["What is sent is not described."]
        return Finding(
            operation=operation,
            state="differs" if differences else "found",
            differences=tuple(differences),
            notes=tuple(notes),
        )

    # ── the body ──────────────────────────────────────────────────────────────────────────────────────────

    def _body(self, described: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema of the request's body; empty when none is given."""
        content = _mapping(self._followed(_mapping(described.get("requestBody"))).get("content"))
        for kind, value in content.items():
            if "json" in kind:
                return self._followed(_mapping(_mapping(value).get("schema")))
        for parameter in self._parameters(described):
            if parameter.get("in") == "body":
                return self._followed(_mapping(parameter.get("schema")))
        return {}

    def _parameters(self, described: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return [self._followed(_mapping(one)) for one in _list(described.get("parameters"))]

    def _followed(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema that a chain of references within the document leads to."""
        for _ in range(DEEPEST):
            reference = schema.get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#/"):
                return schema
            target: Any = self._document
            for part in reference[2:].split("/"):
                target = _mapping(target).get(part.replace("~1", "/").replace("~0", "~"))
            schema = _mapping(target)
        return {}

    def _forms(self, schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """A schema and every alternative or part that it is put together from."""
        found: dict[int, Mapping[str, Any]] = {}
        left = [schema]
        while left:
            present = self._followed(left.pop())
            if id(present) not in found:  # a schema may be part of itself
                found[id(present)] = present
                left += [_mapping(part) for word in _PUT_TOGETHER for part in _list(present.get(word))]
        return list(found.values())

    def _at(self, schema: Mapping[str, Any], steps: list[str]) -> Mapping[str, Any] | None:
        """The schema of a key; an empty one where anything goes, None where the key is not described."""
        for step in steps:
            forms = self._forms(schema)
            if step == "[]":
                inner = [_mapping(form["items"]) for form in forms if "items" in form]
            else:
                inner = [_mapping(p[step]) for form in forms if step in (p := _mapping(form.get("properties")))]
                inner = inner or [a for form in forms if (a := _mapping(form.get("additionalProperties")))]
            if not inner:
                bound = any(form.get("properties") or form.get("items") for form in forms)
                return None if bound else {}
            schema = inner[0]
        return schema

    # ── what may be wrong ─────────────────────────────────────────────────────────────────────────────────

    def _asked_for(self, described: Mapping[str, Any], operation: Operation) -> list[str]:
        """What the description requires in the query and the connector does not always send."""
        required = [p for p in self._parameters(described) if p.get("in") == "query" and p.get("required")]
        names = [str(parameter.get("name")) for parameter in required]
        return _one_line("Requires in the query: ", [name for name in names if name not in operation.query])

    def _needed(self, body: Mapping[str, Any], operation: Operation) -> list[str]:
        """Keys that the description requires and the connector does not send."""
        missing = []
        for level in _levels(operation.keys):
            schema = self._at(body, _steps(level))
            sent = {name[len(level) :] for name in operation.keys if name.startswith(level)}
            firsts = {name.split(".")[0].removesuffix("[]") for name in sent}
            for form in self._forms(schema) if schema else []:
                required = [str(name) for name in _list(form.get("required"))]
                missing += [f"{level}{name}" for name in required if name not in firsts]
        return _one_line("Requires, and is not sent: ", missing)

    def _typed(self, body: Mapping[str, Any], operation: Operation) -> list[str]:
        """Keys that the description gives another type."""
        wrong = []
        for name, kind in operation.keys.items():
            schema = self._at(body, _steps(name))
            kinds = self._kinds(schema) if schema else set()
            fits = kind in kinds or (kind == "integer" and "number" in kinds)
            if kinds and not fits:
                wrong.append(f"{name} is {_listed(sorted(kinds))} there, {kind} here")
        return _one_line("Of another type: ", wrong)

    def _kinds(self, schema: Mapping[str, Any]) -> set[str]:
        kinds: set[str] = set()
        for form in self._forms(schema):
            given = form.get("type")
            kinds |= {given} if isinstance(given, str) else {str(kind) for kind in _list(given)}
        return kinds - {"null"}

    def _unknown(self, body: Mapping[str, Any], keys: Keys) -> list[str]:
        return [name for name in keys if self._at(body, _steps(name)) is None]


_PUT_TOGETHER = ("allOf", "anyOf", "oneOf")
_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


def _prefixes(document: Mapping[str, Any]) -> list[str]:
    """What stands before every path: Swagger's base path, or the paths of OpenAPI's servers."""
    base = document.get("basePath")
    if isinstance(base, str):
        return [base.rstrip("/")]
    urls = [_mapping(server).get("url") for server in _list(document.get("servers"))]
    return sorted({urlsplit(url).path.rstrip("/") for url in urls if isinstance(url, str)}) or [""]


def _shape(path: str) -> str:
    """A path with its variable parts left open, however they are named or marked."""
    return re.sub(r"(?<=/)(?:\{[^/]*\}|:[^/]+)", "{}", path.rstrip("/"))


def _steps(name: str) -> list[str]:
    """`visit.lines[].sku` as visit, lines, [], sku."""
    return [step for step in name.replace("[]", ".[]").split(".") if step]


def _levels(keys: Keys) -> list[str]:
    """The objects that keys lie in, each as the part of the name that leads to it; the body itself is ``."""
    return sorted({name[: name.rfind(".") + 1] for name in keys}) if keys else []


def _one_line(words: str, names: list[str]) -> list[str]:
    return [words + _listed(names)] if names else []


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _LONGEST_LIST} more" if len(listed) > _LONGEST_LIST else ""
    return ", ".join(listed[:_LONGEST_LIST]) + more or "nothing"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
