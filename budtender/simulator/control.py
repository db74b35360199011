"""The control plane for other processes, under `/_simulator/`: see and steer the world. JSON both ways.

Points are text, so that no digit is lost. It exists on loopback only and asks for no key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import InvalidOperation
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from budtender.simulator.cases import CASES
from budtender.simulator.faults import arguments

if TYPE_CHECKING:
    from budtender.simulator.simulation import Simulation

PREFIX = "/_simulator"
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(simulation: Simulation) -> list[Route]:
    """Returns the routes that steer `simulation`."""
    control = _Control(simulation)
    table: tuple[tuple[str, str, Callable[[Request, dict[str, Any]], object]], ...] = (
        ("GET", "/", control.about),
        ("GET", "/texts", control.texts),
        ("GET", "/ledger", control.ledger),
        ("GET", "/shoppers", control.shoppers),
        ("GET", "/balance", control.balance),
        ("GET", "/calls", control.calls),
        ("DELETE", "/calls", control.forget_calls),
        ("GET", "/faults", control.faults),
        ("POST", "/faults", control.add_fault),
        ("DELETE", "/faults", control.clear_faults),
        ("POST", "/clock", control.clock),
        ("POST", "/overnight", control.overnight),
        ("POST", "/earn", control.earn),
        ("POST", "/redeem", control.redeem),
        ("POST", "/block", control.block),
        ("POST", "/reply", control.reply),
    )
    known = [Route(PREFIX + path, endpoint_of(action), methods=[method]) for method, path, action in table]
    return [*known, Route(f"{PREFIX}/{{rest:path}}", _nothing_here, methods=["GET", "POST", "PUT", "DELETE"])]


async def _nothing_here(request: Request) -> Response:
    raw = msgspec.json.encode({"error": f"nothing to steer at {request.method} {request.url.path}"})
    return Response(raw, 404, media_type="application/json")


def endpoint_of(action: Callable[[Request, dict[str, Any]], object]) -> Endpoint:
    """Returns the endpoint that answers with what `action` returns, and with 400 and a sentence where it cannot."""

    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        try:
            body = msgspec.json.decode(raw, type=dict[str, Any]) if raw else {}
            answer, status = action(request, body), 200
        except KeyError as error:
            answer, status = {"error": f"{error.args[0]} is missing or unknown"}, 400
        except (ValueError, TypeError, LookupError, InvalidOperation) as error:
            answer, status = {"error": str(error)}, 400
        return Response(msgspec.json.encode(answer), status, media_type="application/json")

    return endpoint


class _Control:
    """Answers of the control plane; `body` is the JSON object of the request."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def about(self, _: Request, __: dict[str, Any]) -> object:
        simulation = self._simulation
        return {
            "url": simulation.url,
            "uid": simulation.uid,
            "aiq_key": simulation.aiq_key,
            "dutchie_keys": simulation.dutchie_keys,
            "accounts": [msgspec.to_builtins(account) for account in simulation.accounts],
            "now": simulation.clock.now(),
        }

    def texts(self, request: Request, _: dict[str, Any]) -> object:
        phone = request.query_params.get("phone")
        return [text for text in self._simulation.texts if phone in (None, text.to)]

    def ledger(self, request: Request, _: dict[str, Any]) -> object:
        phone, kind = request.query_params.get("phone"), request.query_params.get("kind")
        return [
            effect
            for effect in self._simulation.ledger
            if phone in (None, effect.phone) and kind in (None, effect.kind)
        ]

    def shoppers(self, _: Request, __: dict[str, Any]) -> object:
        world = self._simulation.world
        return [
            {
                "key": case.key,
                "phone": case.number,
                "name": " ".join(case.name),
                "about": case.about,
                "points": str(persona.points) if (persona := world.find(case.number)) else None,
            }
            for case in CASES
        ]

    def balance(self, request: Request, _: dict[str, Any]) -> object:
        phone = request.query_params["phone"]
        persona = self._simulation.world.find(phone)
        if persona is None:
            raise LookupError(f"no persona has the phone {phone}")
        return {"contact_id": persona.contact_id, "points": persona.points}

    def calls(self, _: Request, __: dict[str, Any]) -> object:
        calls = self._simulation.calls
        counts = [
            {"method": method, "template": template, "count": count}
            for (method, template), count in calls.counts.items()
        ]
        return {"counts": counts, "calls": list(calls)}

    def forget_calls(self, _: Request, __: dict[str, Any]) -> object:
        self._simulation.calls.clear()
        return {}

    def faults(self, _: Request, __: dict[str, Any]) -> object:
        return self._simulation.faults.all

    def add_fault(self, _: Request, body: dict[str, Any]) -> object:
        return self._simulation.faults.add(**arguments(body))

    def clear_faults(self, _: Request, __: dict[str, Any]) -> object:
        self._simulation.faults.clear()
        return {}

    def clock(self, _: Request, body: dict[str, Any]) -> object:
        clock = self._simulation.clock
        if "speed" in body:
            clock.speed = float(body["speed"])
        if "advance" in body:
            clock.advance(float(body["advance"]))
        return {"now": clock.now(), "speed": clock.speed}

    def overnight(self, _: Request, __: dict[str, Any]) -> object:
        return {"merged": self._simulation.overnight()}

    def earn(self, _: Request, body: dict[str, Any]) -> object:
        self._simulation.earn(body["phone"], body["points"])
        return {}

    def redeem(self, _: Request, body: dict[str, Any]) -> object:
        self._simulation.redeem_elsewhere(body["phone"], body["reward_id"])
        return {}

    def block(self, _: Request, body: dict[str, Any]) -> object:
        self._simulation.block(body["phone"], bool(body.get("blocked", True)))
        return {}

    def reply(self, _: Request, body: dict[str, Any]) -> object:
        self._simulation.reply(body["phone"], body["word"])
        return {}
