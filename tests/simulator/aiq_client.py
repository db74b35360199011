"""A client of AIQ that reads the envelope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from budtender.simulator import Simulation

INES = "3035550142"
BLOCKED = "3035550106"
NEW = "3035550190"
#: Seconds in which an answer has to come; a busy machine takes its time.
PATIENCE = 30.0


class AiqClient(httpx.Client):
    """Calls AIQ with the account's key."""

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(
            base_url=simulation.url,
            headers={"x-apikey": simulation.aiq_key},
            trust_env=False,
            verify=False,
            timeout=PATIENCE,
        )
        self.simulation = simulation
        self.uid = simulation.uid

    def data(self, method: str, path: str, **options: Any) -> Any:
        """Returns `data` of a successful answer."""
        answer = self.request(method, path, **options)
        envelope = answer.json()
        assert (answer.status_code, envelope["code"], envelope["success"]) == (200, 200, True), answer.text
        return envelope.get("data")

    def search(self, text: str, **query: Any) -> list[dict[str, Any]]:
        """Returns the rows of a search."""
        page = self.data("GET", f"/api/v1.1/piis/{self.uid}", params={"search": text, **query})
        rows: list[dict[str, Any]] = page["results"] or []
        return rows

    def contact_id(self, phone: str) -> str:
        """Returns the contact id behind a mobile that one persona has."""
        (row,) = [row for row in self.search(phone) if row["mobilePhone"] == phone]
        found: str = row["contactID"]
        return found

    def wallet(self, phone: str) -> Any:
        """Returns the wallet of a phone, read without a code."""
        return self.data("GET", f"/api/v2/wallet/{phone}")

    def reward(self, phone: str, reward_id: str) -> dict[str, Any]:
        """Returns one reward of a wallet."""
        found: dict[str, Any]
        (found,) = [reward for reward in self.wallet(phone)["discountTemplates"] if reward["id"] == reward_id]
        return found

    def adjust(self, contact_id: str, value: float, note: str = "") -> httpx.Response:
        """Changes a balance."""
        path = f"/api/v1.1/adjust/loyaltyPoints/{self.uid}/{contact_id}"
        return self.put(path, json={"value": value, "note": note})


Simulate = Callable[..., Simulation]
Connect = Callable[[Simulation], AiqClient]
