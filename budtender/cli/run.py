"""The engine without a window: sync; and what support asks for: doctor, contract-check."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path
from typing import Any

import typer

from budtender import contract
from budtender import doctor as doctors
from budtender.backoffice import recovery
from budtender.cache import books
from budtender.cache.salvage import Salvaged
from budtender.cli import stopping
from budtender.cli.app import APP, finished, serve, session
from budtender.cli.bars import bars
from budtender.cli.output import Output, counted, in_a_row
from budtender.cli.proof import proved
from budtender.connectors.http import Priority
from budtender.doctor.check import Check
from budtender.errors import Exit, NotConnected
from budtender.mending import mend_home
from budtender.model import Actor
from budtender.names import shown
from budtender.register import Register
from budtender.sync.engine import Engine, RoundTrip


@APP.command()
def sync(once: bool = typer.Option(False, "--once", help="One round trip, then end.")) -> None:
    """Send what is owed, settle what was lost, read what changed; until Ctrl+C, or once."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        engine = Engine(register)
        loop = asyncio.get_running_loop()
        with contextlib.suppress(NotImplementedError):  # Windows has no handlers; Ctrl+C ends it there as well
            for number in (signal.SIGINT, *stopping.signals()):
                loop.add_signal_handler(number, engine.stop)
        if once:
            if not register.db.read(books.connections):
                raise NotConnected(
                    "Nothing is connected yet, so there is nothing to sync.",
                    "Connect AIQ first: budtender connect aiq --uid UID; then the till: budtender connect --help",
                    code="nothing_connected",
                )
            with bars(register, output):
                trip = await engine.once()
            output.document(_document(trip, stopped=engine.stopped))
            _tell(output, trip)
            output.say(*(["Stopped; the next one goes on where this one was."] if engine.stopped else []))
            return Exit.UNREACHABLE if trip.failures else Exit.DONE
        output.say("Syncing; Ctrl+C ends it after the step at hand.")
        with bars(register, output):
            await engine.run(lambda trip: _tell(output, trip))
        output.document({"stopped": True})
        return Exit.DONE

    serve(work, anybody=True)


#: What AIQ is told of: one, and several.
_TOLD = {"personas": ("persona", ""), "sales": ("sale", ""), "inventory": ("item in stock", "items in stock")}


def _document(trip: RoundTrip, *, stopped: bool) -> dict[str, Any]:
    return {
        "stopped": stopped,
        "pushed": trip.pushed,
        "refreshed": trip.refreshed,
        "told": trip.told,
        "outbox": trip.counts,
        "failures": [{"system": system, "error": text} for system, text in trip.failures.items()],
    }


def _tell(output: Output, trip: RoundTrip) -> None:
    counts = trip.counts
    told = [counted(number, *_TOLD[word]) for word, number in trip.told.items() if number]
    person = counts["needs_person"]
    output.say(
        f"{trip.pushed} sent, {counted(trip.refreshed, 'balance')} refreshed; "
        + (f"AIQ was told of {in_a_row(told)}; " if told else "")
        + f"{counts['waiting']} waiting, {counts['unknown'] - person} being checked, "
        f"{person} {'needs' if person == 1 else 'need'} a person."
    )
    for system, text in trip.failures.items():
        output.complain(f"{system}: {text}")


@APP.command()
def recover() -> None:
    """Go on with what there is when the database is damaged, or older than the last one used here; for a manager."""
    mended: list[tuple[Path, Salvaged]] = []

    async def mend(folder: Path) -> None:
        done = await mend_home(folder)
        if done is not None:
            mended.append(done)
            _tell_mended(session().output, *done)

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        await proved(register, acting, "recover")
        done = await recovery.recover(register, acting)
        lacking, doubted = (done.lacking, done.doubted) if done else (None, 0)
        salvaged = _salvaged(*mended[0]) if mended else None
        recovered = done is not None or salvaged is not None
        output.document({"recovered": recovered, "lacking": lacking, "doubted": doubted, "salvaged": salvaged})
        if done is None and mended:
            return Exit.DONE
        if done is None:
            output.say("This is the newest data there was; nothing had to be done.")
            return Exit.DONE
        output.say(
            f"Going on with older data. {lacking or 'Some'} rows of the audit log are lost, and what they told.",
            f"{doubted} entries of the outbox may have been sent since: they are looked for before anything is sent.",
        )
        return Exit.DONE

    serve(work, accept_older=True, before=mend)


def _salvaged(aside: Path, salvaged: Salvaged) -> dict[str, Any]:
    return {
        "aside": aside.name,
        "kept": sum(table.kept for table in salvaged.tables),
        "lost": salvaged.holes,
        "intents": list(salvaged.intents),
        "switched_off": list(salvaged.switched_off),
    }


def _tell_mended(output: Output, aside: Path, salvaged: Salvaged) -> None:
    """What was saved and what was not, on the spot: nobody has to be let in for it."""
    lost = [f"{name} ({count or 'how many is not known'})" for name, count in salvaged.holes.items()]
    output.say(
        f"The database was damaged. What can be read is in a new one; the damaged file is kept as {aside.name}.",
        f"Lost rows: {', '.join(lost)}." if lost else "No row is lost.",
    )
    if salvaged.intents:
        output.say(f"Lost entries of the outbox, see the audit log for what they were: {', '.join(salvaged.intents)}")
    if salvaged.switched_off:
        output.say(f"Switched off, because whom they reached is not all known: {', '.join(salvaged.switched_off)}")


# ── doctor ────────────────────────────────────────────────────────────────────────────────────────────────


@APP.command()
def doctor() -> None:
    """Check everything that this register depends on; the answer holds no shopper's data."""
    now = session()
    raise typer.Exit(finished(now.output, lambda: _diagnosed(now.output, asyncio.run(doctors.examine(now.home)))))


def _diagnosed(output: Output, checks: list[Check]) -> Exit:
    rows = [{"name": c.name, "ok": c.ok, "detail": c.detail, "hint": c.hint or None} for c in checks]
    output.document({"checks": rows})
    width = max(len(check.name) for check in checks)
    for check in checks:
        output.say(f"{'ok    ' if check.ok else 'NOT OK'}  {check.name:<{width}}  {shown(check.detail)}")
        output.say(*([f"{'':{width + 10}}→ {shown(check.hint)}"] if check.hint else []))
    trouble = [check for check in checks if not check.ok]
    if not trouble:
        output.say("", "All is well.")
        return Exit.DONE
    output.say("", f"{len(trouble)} of {len(checks)} checks need attention.")
    return Exit.UNREACHABLE if all(check.away for check in trouble) else Exit.REFUSED


# ── contract-check ────────────────────────────────────────────────────────────────────────────────────────


@APP.command("contract-check")
def contract_check() -> None:
    """Compare AIQ's own interface description with what is called here; one request."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        return compared(output, contract.compare(await register.aiq.swagger(priority=Priority.COUNTER)))

    serve(work, anybody=True)


def compared(output: Output, findings: list[contract.Finding]) -> Exit:
    """Tell what was found; exit code 1 when something is not as it is called."""
    states = [finding.state for finding in findings]
    output.document(
        {
            "operations": [
                {
                    "method": finding.operation.method,
                    "path": finding.operation.path,
                    "state": finding.state,
                    "differences": finding.differences,
                    "notes": finding.notes,
                }
                for finding in findings
            ],
            "found": states.count("found"),
            "missing": states.count("missing"),
            "differs": states.count("differs"),
        }
    )
    for finding in findings:
        output.say(f"{finding.state:<8} {finding.operation.method:<5} {finding.operation.path}")
        output.say(*(f"{'':15}→ {shown(line)}" for line in (*finding.differences, *finding.notes)))
    wrong = len(states) - states.count("found")
    if not wrong:
        output.say("", f"All {len(states)} operations are described as they are called.")
        return Exit.DONE
    output.say("", f"{wrong} of {len(states)} operations are not described as they are called; ask AIQ's support.")
    return Exit.REFUSED
