"""The simulator: a whole AIQ and its tills on loopback, for training and for trying things out.

It is imported when it is asked for: a web server's start-up is no part of looking up a shopper.
"""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import typer

from budtender.cli.app import APP, finished, has_window, session, the_window
from budtender.cli.output import Output, write_document
from budtender.connectors.sentences import display_name
from budtender.errors import Exit, InputError, UsageError

if TYPE_CHECKING:
    from budtender.demo import Step
    from budtender.simulator import Simulation
    from budtender.simulator.accounts import Account

SHOPPERS = typer.Option(2000, "--shoppers", min=0, max=1_000_000, help="How many shoppers AIQ knows.")
SEED = typer.Option(1, "--seed", help="The same seed gives the same people, points and keys.")
#: How often new texts are looked for, in seconds.
GLANCE = 0.1


# ── demo ──────────────────────────────────────────────────────────────────────────────────────────────────


@APP.command()
def demo(
    shoppers: int = SHOPPERS,
    seed: int = SEED,
    terminal: bool = typer.Option(False, "--terminal", help="Step by step on this terminal instead of the window."),
    tour: Path | None = typer.Option(None, "--tour", help="Also write a picture of each step there."),
) -> None:
    """Training: the window against the simulator, on a home of its own that is gone afterwards."""
    output = session().output
    if has_window() and not terminal and not output.as_json:
        raise typer.Exit(finished(output, lambda: the_window().demo(shoppers, seed, tour, output.say)))
    raise typer.Exit(finished(output, lambda: asyncio.run(_played(output, shoppers, seed, tour))))


async def _played(output: Output, shoppers: int, seed: int, tour: Path | None) -> Exit:
    from budtender import demo as demos

    began = time.monotonic()
    page = demos.Page(output.console)
    steps: list[Step] = []

    def told(step: Step) -> None:
        steps.append(step)
        if not output.as_json:
            page.step(step)

    if not output.as_json:
        page.opening(shoppers, seed)
    try:
        async with demos.training(shoppers, seed) as training:
            ending = await demos.play(training, told)
    except demos.NotAsTold as failure:
        error = {"kind": failure.kind, "title": failure.title, "hint": failure.hint}
        output.document({"steps": [step.document() for step in steps], "as_told": False, "error": error})
        output.complain(failure.title, failure.hint)
        return failure.exit
    finally:
        if tour is not None:
            demos.write_tour(tour, steps)
    seconds = time.monotonic() - began
    output.document({**ending.document(), "seconds": round(seconds, 1)})
    if not output.as_json:
        page.closing(seconds)
    return Exit.DONE


# ── simulate ──────────────────────────────────────────────────────────────────────────────────────────────


@APP.command()
def simulate(
    port: int = typer.Option(0, "--port", min=0, max=65_535, help="0 for any that is free."),
    shoppers: int = SHOPPERS,
    seed: int = SEED,
    latency: float = typer.Option(0.0, "--latency", min=0, max=60_000, help="Milliseconds before each answer."),
    faults: Path | None = typer.Option(None, "--faults", help="A script of faults, TOML or JSON."),
    stores: int = typer.Option(4, "--stores", min=1, max=50, help="How many retail locations there are."),
    crowd: int = typer.Option(0, "--crowd", min=0, max=5_000_000, help="Further customers that only the tills know."),
    sales: int = typer.Option(2000, "--sales", min=0, max=10_000_000, help="Sales made before today."),
    life: float = typer.Option(0.0, "--life", min=0, max=100_000, help="What happens in the stores, times an hour."),
) -> None:
    """Run a whole AIQ and its tills on this machine until Ctrl+C, and show the texts that shoppers receive."""
    output = session().output

    def work() -> Exit:
        world = {"stores": stores, "crowd": crowd, "sales": sales, "life": life}
        with _simulation(port, shoppers, seed, latency, faults, world) as simulation:
            _introduce(output, simulation)
            with contextlib.suppress(KeyboardInterrupt):
                _show_texts(output, simulation)
        output.say("", "The simulator has ended.")
        return Exit.DONE

    raise typer.Exit(finished(output, work))


def _simulation(
    port: int, shoppers: int, seed: int, latency: float, faults: Path | None, world: Mapping[str, Any]
) -> Simulation:
    """The simulated world, not started yet; what cannot be used is said in a sentence."""
    from budtender.simulator import Simulation

    try:
        return Simulation(shoppers=shoppers, seed=seed, port=port, latency_ms=latency, faults=faults, **world)
    except ValueError as error:  # only a script of faults can be wrong by now
        raise UsageError(f"The script of faults cannot be used: {error}", "Mend it, or leave --faults out.") from error
    except OSError as error:
        reason = (error.strerror or "the system refused").lower()
        if faults is not None and error.filename is not None:
            raise UsageError(f"{faults} cannot be read: {reason}.", "Name another file with --faults.") from error
        raise InputError(
            f"Port {port} cannot be used: {reason}.", "Choose another with --port, or leave it out for any free one."
        ) from error


def _introduce(output: Output, simulation: Simulation) -> None:
    """Where it answers, how to connect to it, and whom to look up."""
    from budtender.demo import spoken
    from budtender.simulator import CASES

    connects = _connects(simulation)
    cases = [
        {"key": case.key, "phone": case.number, "name": " ".join(case.name), "shows": case.about} for case in CASES
    ]
    _line(
        output,
        {
            "event": "started",
            "url": simulation.url,
            "uid": simulation.uid,
            "aiq_key": simulation.aiq_key,
            "dutchie_keys": simulation.dutchie_keys,
            "accounts": [msgspec.to_builtins(account) for account in simulation.accounts],
            "connect": connects,
            "cases": cases,
        },
    )
    output.say(
        f"AIQ and the tills are played at {simulation.url}",
        f"AIQ account {simulation.uid}, key {simulation.aiq_key}",
        *(_key_of(account) for account in simulation.accounts),
        "",
        "Connect a register to it, on a home of its own (--home DIR or $BUDTENDER_HOME):",
        *(f"  {line}" for line in connects),
        "",
    )
    rows = [(spoken(case["phone"]), case["name"], case["shows"]) for case in cases]
    output.table("Shoppers worth looking up", ("Phone", "Name", "What it shows"), rows)
    output.say("", "Texts and mails that shoppers receive appear below; Ctrl+C ends it.")


def _line(output: Output, document: Mapping[str, Any]) -> None:
    """One JSON document on a line of its own: this command goes on, so its documents are lines."""
    if output.as_json:
        write_document(msgspec.json.encode(document))


def _connects(simulation: Simulation) -> list[str]:
    """A command for each system, as a person may paste it."""
    firsts = {account.system: account for account in reversed(simulation.accounts)}
    tills = [_connect(firsts[system]) for system in dict.fromkeys(account.system for account in simulation.accounts)]
    aiq = shlex.join(["aiq", "--uid", simulation.uid, "--base-url", simulation.url])
    return [f"echo {simulation.aiq_key} | budtender connect {aiq}", *tills]


def _connect(account: Account) -> str:
    words = [account.system, "--store", _store_of(account), "--base-url", account.base_url]
    words += ["--location", account.location] if account.location else []
    words += ["--second-key"] if account.second_key else []
    keys = f"printf '%s\\n' {account.key} {account.second_key}" if account.second_key else f"echo {account.key}"
    return f"{keys} | budtender connect {shlex.join(words)}"


def _store_of(account: Account) -> str:
    """A name of its own for each till: the simulated stores have all of them, and a register one to a name."""
    return account.store if account.system == "dutchie" else f"{account.store} {display_name(account.system)}"


def _key_of(account: Account) -> str:
    second = f", with {account.second_key}" if account.second_key else ""
    location = f", location {account.location}" if account.location else ""
    return f"{display_name(account.system)} {account.store}, key {account.key}{second}{location}"


def _show_texts(output: Output, simulation: Simulation) -> None:
    """Each text as it arrives, so that a person can read the code; until Ctrl+C."""
    from budtender.demo import spoken

    told = 0
    while True:
        for text in simulation.texts[told:]:
            told += 1
            to = spoken(text.to) if text.to.isdigit() else text.to
            _line(output, {"event": "text", "to": text.to, "body": text.body, "code": text.code})
            output.say(f"{to} ← {text.body}")
        time.sleep(GLANCE)
