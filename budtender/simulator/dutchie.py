"""Dutchie's far side: HTTP Basic keys, roles, limits per key and endpoint, and five shapes of errors.

Facts are those of the vendor's interface description and guide, and of public clients; where they disagree the
simulation has a switch.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Iterable, Mapping

from budtender.simulator.dutchie_habits import Habits
from budtender.simulator.exchange import HTML, Answer, Call, Operation, Refusal, as_json
from budtender.simulator.limits import SlidingLimit
from budtender.simulator.world import Store, World

ROLES = frozenset({"Customer", "Reporting", "Inventory", "PreOrder", "Room", "Employee"})
ANYBODY = "anybody"  # no key is asked for

BASELINE = 120
REPORTING = 60
# Calls a minute where the vendor's description or guide names another figure than the two above.
DOCUMENTED = {
    "/whoami": 200,
    "/customer/customer": 1500,
    "/customer/search": 360,
    "/employees": 300,
    "/reporting/customers": 600,
    "/inventory": 200,
    "/reporting/loyalty-snapshot": 1,
}
# Page numbers are documented twice: from 0 with up to 10,000 rows (description), from 1 with up to 100 (guide).
USUAL = Habits()
PAGES = {"spec": (0, 10_000), "guide": (1, 100)}


class Dutchie:
    """The till's system as its callers see it.

    Args:
        keys: accepted keys, each with the store it is bound to.
        roles: what the keys may do.
        limits: whether the limits per key and endpoint are enforced.
        pages: "spec" or "guide", which of the two documented ways of counting pages is played.
        pascal_whoami: whether `/whoami` spells its keys as public clients have seen them.
        habits: how it behaves where the papers leave several ways open.
    """

    def __init__(
        self,
        world: World,
        keys: Mapping[str, Store],
        operations: tuple[Operation, ...],
        *,
        roles: Iterable[str] = ROLES,
        limits: bool = True,
        pages: str = "spec",
        pascal_whoami: bool = False,
        habits: Habits = USUAL,
    ) -> None:
        self.world = world
        #: May be replaced at any time.
        self.habits = habits
        self.keys = dict(keys)
        self.operations = operations
        self.roles = frozenset(roles)
        if self.roles - ROLES:
            raise ValueError(f"unknown role {min(self.roles - ROLES)!r}; the roles are {', '.join(sorted(ROLES))}")
        if pages not in PAGES:
            raise ValueError(f"pages are counted as {' or '.join(PAGES)}, not {pages!r}")
        self.first_page, self.most_rows = PAGES[pages]
        self.clamps = pages == "guide"
        self.pascal_whoami = pascal_whoami
        self._limits: dict[str, SlidingLimit] = {}
        self._limited = limits

    def answer(self, operation: Operation, call: Call) -> Answer:
        """Checks agent, key, role and rate, then does the work within one moment of the world."""
        if call.headers.get("user-agent", "").startswith("Python-urllib"):
            # Refused at the edge, before the key is looked at (seen by public clients).
            return Answer(403, b"<html><body>error code: 1010</body></html>", HTML)
        if operation.role != ANYBODY:
            key = self._key_of(call)
            if key not in self.keys:
                return Answer(401, content_type="")
            if operation.role is not None and operation.role not in self.roles:
                return Answer(403, content_type="")
            if self._limited and not call.late and (refused := self._over_limit(operation, key)):
                return refused
        with self.world.moment():
            try:
                return operation.handler(self, call)
            except Refusal as refusal:
                return _refused(refusal)

    def store_of(self, call: Call) -> Store:
        """Returns the store that the caller's key is bound to."""
        return self.keys[self._key_of(call)]

    def unknown(self, call: Call) -> Answer:
        """Answers a wrong route."""
        return Answer(404 if call.method in ("GET", "HEAD") else 405, content_type="")

    def failed(self, status: int, message: str) -> Answer:
        """Returns an error in the form this system gives that status."""
        if status == 429:
            return as_json({"Message": message, "TraceId": uuid.uuid4().hex}, 429)
        return _refused(Refusal(status, message))

    def _over_limit(self, operation: Operation, key: str) -> Answer | None:
        fallback = REPORTING if operation.path.startswith("/reporting/") else BASELINE
        count = DOCUMENTED.get(operation.path, fallback)
        limit = self._limits.setdefault(operation.path, SlidingLimit([(count, 60.0)]))
        if limit.wait(key):
            return self.failed(429, f"Too many requests - only {count} per minute allowed")
        return None

    def _key_of(self, call: Call) -> str:
        """Returns the user name of HTTP Basic if the password is the integrator's, else an empty text."""
        scheme, _, coded = call.headers.get("authorization", "").partition(" ")
        try:
            user, colon, password = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return ""
        return user if scheme.lower() == "basic" and colon and password == self.habits.integrator else ""


def _refused(refusal: Refusal) -> Answer:
    """Returns a refusal: 400 in one of three forms, 404 as a bare JSON text, others without a body."""
    if refusal.status == 400 and refusal.form == "text":
        return as_json(refusal.message, 400)
    if refusal.status == 400 and refusal.form == "rules":
        failures = [
            {"propertyName": name, "errorMessage": text, "attemptedValue": None, "severity": 0, "errorCode": None}
            for name, text in refusal.properties.items()
        ]
        return as_json({"isValid": False, "errors": failures, "ruleSetsExecuted": ["default"]}, 400)
    if refusal.status == 400:
        errors = [{"propertyName": name, "propertyError": text} for name, text in refusal.properties.items()]
        return as_json({"message": refusal.message, "propertyErrors": errors or None}, 400)
    if refusal.status == 404 and refusal.message:
        return as_json(refusal.message, 404)
    return Answer(refusal.status, content_type="")
