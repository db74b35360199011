"""The engine without a window: sync."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Any

import typer

from budtender.cli.app import APP, serve
from budtender.cli.output import Output
from budtender.errors import Exit
from budtender.model import Actor
from budtender.register import Register
from budtender.sync.engine import Engine, RoundTrip


@APP.command()
def sync(once: bool = typer.Option(False, "--once", help="One round trip, then end.")) -> None:
    """Send what is owed, settle what was lost, read what changed; until Ctrl+C, or once."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        engine = Engine(register)
        if once:
            trip = await engine.round_trip()
            output.document(_document(trip))
            _tell(output, trip)
            return Exit.UNREACHABLE if trip.failures else Exit.DONE
        loop = asyncio.get_running_loop()
        with contextlib.suppress(NotImplementedError):  # Windows has no handlers; Ctrl+C ends it there as well
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, engine.stop)
        output.say("Syncing; Ctrl+C ends it after the step at hand.")
        await engine.run(lambda trip: _tell(output, trip))
        output.document({"stopped": True})
        return Exit.DONE

    serve(work)


def _document(trip: RoundTrip) -> dict[str, Any]:
    return {
        "pushed": trip.pushed,
        "refreshed": trip.refreshed,
        "outbox": trip.counts,
        "failures": [{"system": system, "error": text} for system, text in trip.failures.items()],
    }


def _tell(output: Output, trip: RoundTrip) -> None:
    counts = trip.counts
    output.say(
        f"{trip.pushed} sent, {trip.refreshed} balances refreshed; {counts['waiting']} waiting, "
        f"{counts['unknown']} being checked, {counts['needs_person']} need a person."
    )
    for system, text in trip.failures.items():
        output.complain(f"{system}: {text}")
