"""The order of the steps, and the closing of the books."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from budtender.cache import audit, outbox
from budtender.demo import others, outage, serving
from budtender.demo.serving import LEAST_REQUESTS, Served
from budtender.demo.stage import Stage, Told
from budtender.demo.step import Step
from budtender.demo.training import Training
from budtender.model import Value


class Ending(Value, frozen=True, kw_only=True):
    """How it all ended: the outbox by state, the audit log, and what serving a known shopper cost."""

    steps: tuple[Step, ...]
    outbox: dict[str, int]
    audit_rows: int
    requests: int

    def document(self) -> dict[str, Any]:
        """The ending as JSON, with every step."""
        return {
            "steps": [step.document() for step in self.steps],
            "outbox": self.outbox,
            "audit_rows": self.audit_rows,
            "requests_for_known_shopper": self.requests,
            "as_told": all(not step.wrong for step in self.steps),
            "error": None,
        }


async def play(training: Training, told: Told) -> Ending:
    """Serve a shopper step by step, each told as soon as it has ended.

    Raises NotAsTold, naming the step, as soon as one does not end as it should.
    """
    stage = Stage(training, told)
    await serving.set_up(stage)
    known = await serving.look_up(stage)
    served = await serving.redeem_one(stage, await serving.verify_by_code(stage, known))
    await serving.undo_it(stage, served)
    lost = await outage.lose_an_answer(stage, served)
    await outage.pull_the_plug(stage, served, lost)
    await others.open_by_pin(stage)
    await others.sign_up(stage)
    return await _close(stage, served)


async def _close(stage: Stage, served: Served) -> Ending:
    register = stage.register
    async with stage.step("The books are closed", "What this register believes, and what really happened.") as scene:
        counts = register.db.read(outbox.counts)
        broken = register.db.read(audit.first_break)
        rows = register.db.read(lambda c: audit.latest(c, 1))[0]["seq"]
        moved = [e for e in stage.simulation.ledger if e.kind in ("redeem", "adjust") and e.source == "aiq"]
        scene.grid(
            ("Outbox", "Intents"),
            [(name.replace("_", " "), str(n)) for name, n in counts.items() if n or name != "refused"],
            numbers=("Intents",),
        )
        scene.say(
            f"AIQ saw {len(moved)} changes of points: two redemptions, two reversals, nothing twice.",
            f"The audit log has {rows} rows, and its chain of hashes is {'whole' if broken is None else 'broken'}.",
            f"A known shopper is served with {served.requests} requests.",
        )
        still = sum(counts[state] for state in ("waiting", "sending", "unknown", "refused", "needs_person"))
        scene.expect(still == 0, "Nothing was to be left in the outbox.")
        scene.expect(
            len(moved) == 4 and sum((e.points for e in moved), Decimal(0)) == 0, "Four changes were to balance."
        )
        scene.expect(broken is None, f"The audit log breaks at row {broken}.")
        scene.expect(served.requests == LEAST_REQUESTS, f"It was to take {LEAST_REQUESTS} requests.")
    return Ending(steps=tuple(stage.steps), outbox=counts, audit_rows=rows, requests=served.requests)
