"""AIQ's far side: who may call, the envelope every answer wears, and the table of its operations.

Facts are those of the vendor's help centre (core, enhanced and e-commerce integration) and of public clients;
where neither settles a point, the harsher behaviour for a client is played.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import msgspec

from budtender.simulator.exchange import Answer, Call, Operation, Refusal, as_json
from budtender.simulator.limits import AIQ_LIMITS, SlidingLimit
from budtender.simulator.personas import Persona
from budtender.simulator.world import World


class Aiq:
    """AIQ as its callers see it.

    Args:
        key: the account key that is accepted.
        url: where this far side is reached; redemption addresses start with it.
        limits: whether the rate limits are enforced.
        master_pin: accepted in place of a texted code, if given.
    """

    def __init__(
        self,
        world: World,
        key: str,
        url: str,
        operations: tuple[Operation, ...],
        *,
        limits: bool = True,
        master_pin: str | None = None,
    ) -> None:
        self.world = world
        self.key = key
        self.url = url
        self.operations = operations
        self.limit = SlidingLimit(AIQ_LIMITS) if limits else None
        self.master_pin = master_pin
        self._listed: tuple[Hashable, list[Persona]] = (None, [])

    def answer(self, operation: Operation, call: Call) -> Answer:
        """Checks key, account and rate, then does the work within one moment of the world."""
        if call.headers.get("x-apikey") != self.key or call.params.get("uid", self.world.uid) != self.world.uid:
            return self.failed(403, "a valid API key is needed")
        if self.limit is not None and not call.late and (wait := self.limit.wait(self.key)):
            return self.limited(str(int(wait) + 1))
        with self.world.moment():
            try:
                return operation.handler(self, call)
            except Refusal as refusal:
                return self.failed(refusal.status, refusal.message)

    def unknown(self, call: Call) -> Answer:
        """Answers a wrong route: 404 to a GET, else 405 with an empty body (seen in public clients)."""
        if call.method in ("GET", "HEAD"):
            return self.failed(404, "Not Found")
        return Answer(405, content_type="")

    def failed(self, status: int, message: str) -> Answer:
        """Returns an error envelope."""
        errors = [{"message": message}]
        return as_json({"code": status, "success": False, "errors": errors}, status)

    def limited(self, retry_after: str | None) -> Answer:
        """Returns 429, with a `Retry-After` header if one is given."""
        answer = self.failed(429, "Too Many Requests")
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        return Answer(429, answer.body, answer.content_type, headers)

    def listed(self, key: Hashable, make: Callable[[], list[Persona]]) -> list[Persona]:
        """Returns a sorted list of personas, from memory while nothing has changed: pages are asked for in a row."""
        if self._listed[0] != key:
            self._listed = (key, make())
        return self._listed[1]

    def persona(self, contact_id: str, *, at: float | None = None) -> Persona:
        """Returns a persona that AIQ still finds under this id; else raises Refusal 404."""
        persona = self.world.personas.get(contact_id, at)
        if persona is None or persona.blocked:
            raise Refusal(404, "contact not found")
        return persona

    def identify(self, phone: str | None, email: str | None, *, at: float | None = None) -> Persona | None:
        """Returns the persona with this mobile (the newest opt-in if several) or e-mail, unless blocked."""
        known = self.world.personas.with_key(phone or email or "", at)
        mine = [
            persona
            for persona in known
            if not persona.blocked
            and (persona.mobile == phone if phone else persona.email.lower() == (email or "").lower())
        ]
        return max(mine, key=lambda persona: persona.optin_at, default=None)


def success(data: object = msgspec.UNSET) -> Answer:
    """Returns a success envelope; without data the key is left out, as the host does."""
    envelope: dict[str, Any] = {"code": 200, "success": True}
    if data is not msgspec.UNSET:
        envelope["data"] = data
    return as_json(envelope)


def epoch(call: Call, name: str) -> int:
    """Returns an epoch second from the path; anything else raises Refusal 400."""
    try:
        return int(call.params[name])
    except ValueError as error:
        raise Refusal(400, f"{name} must be epoch seconds") from error


def checked(condition: bool, message: str, status: int = 400) -> None:
    """Raises Refusal unless `condition` holds."""
    if not condition:
        raise Refusal(status, message)


Handler = Callable[[Aiq, Call], Answer]
