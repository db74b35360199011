"""What a manager looks after between tills and AIQ: people who may be there twice, stores, links of rewards."""

from __future__ import annotations

from typing import Any

import msgspec
import typer

from budtender.backoffice import duplicates as doubles
from budtender.backoffice import rewards as reward_links
from budtender.backoffice import stores as places
from budtender.backoffice.duplicates import Profile
from budtender.backoffice.rewards import RewardLink
from budtender.backoffice.stores import Arrival, StoreRow
from budtender.cli.app import APP, serve
from budtender.cli.output import Output, words
from budtender.cli.proof import proved
from budtender.errors import Exit
from budtender.model import Actor
from budtender.names import shown
from budtender.register import Register

STORES = typer.Typer(help="Which AIQ store each till credential stands for, and whether its data arrives.")
LINKS = typer.Typer(help="AIQ's rewards and their twins in the tills.")
APP.add_typer(STORES, name="stores")
APP.add_typer(LINKS, name="links")


@APP.command()
def duplicates() -> None:
    """Records of tills that may be one person; merge them in the till where they are."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        found = doubles.duplicates(register)
        output.document({"duplicates": [_pair(pair) for pair in found]})
        if not found:
            output.say("Nobody seems to be there twice.")
            return Exit.DONE
        rows = [(_told(pair.one), _told(pair.other), pair.why.value) for pair in found]
        output.table("", ("One", "Other", "Why"), rows)
        output.say("If they are one person, merge them in the till; AIQ follows.")
        return Exit.DONE

    serve(work, anybody=True)


def _pair(pair: doubles.Pair) -> dict[str, Any]:
    return {
        "one": msgspec.to_builtins(pair.one),
        "other": msgspec.to_builtins(pair.other),
        "why": pair.why.value,
        "since": pair.since,
    }


def _told(profile: Profile) -> str:
    parts = [profile.name, profile.phone or "no phone", f"{profile.store} {profile.customer_id}"]
    return " · ".join([*parts, *(["archived"] if profile.archived else [])])


# ── stores ────────────────────────────────────────────────────────────────────────────────────────────────


@STORES.command("list")
def stores_list() -> None:
    """Every till credential with its store in AIQ."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        rows = places.listing(register)
        output.document({"stores": [_store(row) for row in rows]})
        if not rows:
            output.say("No till is connected yet; see: budtender connect --help")
            return Exit.DONE
        table = [(row.credential, row.system, row.market, _mapped(row), _arrived(row)) for row in rows]
        output.table("", ("Key", "Till", "Region", "Store in AIQ", "Data"), table)
        if any(row.store is None for row in rows):
            output.say("Sales of an unmapped key are kept and count for no store until it is mapped:")
            output.say('budtender stores map KEY "STORE IN AIQ", and in AIQ: Settings → Retail Store → Edit')
        return Exit.DONE

    serve(work, anybody=True)


@STORES.command("map")
def stores_map(
    key: str = typer.Argument(help="The till credential, by the name it was connected under."),
    store: str = typer.Argument(help="The store in AIQ, by its name or number."),
) -> None:
    """Let a credential stand for a store in AIQ, its past sales included."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        await proved(register, acting, "stores map")
        row = await places.map_store(register, key, store, acting)
        output.document({"store": _store(row)})
        output.say(f"{row.credential} stands for {_mapped(row)}, and so do the sales it brought before.")
        return Exit.DONE

    serve(work)


def _store(row: StoreRow) -> dict[str, Any]:
    return {
        "credential": row.credential,
        "system": row.system,
        "location": row.location,
        "region": row.market or None,
        "store": None if row.store is None else {"id": row.store.id, "name": row.store.name},
        "mapped_by": row.mapped_by,
        "state": row.arrival.value,
        "expected": row.expected,
        "usual_hours": row.usual_hours,
        "source": row.source or None,
    }


def _mapped(row: StoreRow) -> str:
    return "unmapped" if row.store is None else f"{row.store.name} ({row.store.id})"


def _arrived(row: StoreRow) -> str:
    proof = f"AIQ shows “{row.source}” under Sourced from" if row.source else "AIQ lists its shoppers"
    told = {
        Arrival.CONFIRMED: f"confirmed: {proof}",
        Arrival.NO_SALES: "no sales yet: data comes the day after the first",
        Arrival.WAITING: f"waiting; the first sync can take until {words(row.expected)}, mostly {row.usual_hours} h",
        Arrival.LATE: f"late since {words(row.expected)}",
    }
    return told[row.arrival]


# ── links ─────────────────────────────────────────────────────────────────────────────────────────────────


@LINKS.command("list")
def links_list() -> None:
    """What the last check found, the broken ones first."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        return _told_links(output, register, reward_links.links(register))

    serve(work, anybody=True)


@LINKS.command("check")
def links_check() -> None:
    """Read rewards and the tills' discounts anew, and check every link now."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        return _told_links(output, register, await reward_links.check(register), checked=True)

    serve(work, anybody=True)


def _told_links(output: Output, register: Register, rows: list[RewardLink], *, checked: bool = False) -> Exit:
    silent = reward_links.silent(register)
    output.document({"links": [msgspec.to_builtins(row) for row in rows], "unchecked": silent})
    if rows:
        table = [(row.reward_id, row.name, row.store, row.state.value, row.checked, row.next_step) for row in rows]
        output.table("", ("AIQ id", "Reward", "Till", "State", "Checked", "What to do"), table)
    elif not register.tills:
        output.say("No till is connected, so there is no link to check; see: budtender connect --help")
    elif len(silent) < len(register.tills):
        none = "AIQ has no reward, so there is no link to check."
        output.say(none if checked else "No link was checked yet: budtender links check")
    output.say(*(f"{shown(name)} lists no discounts, so rewards cannot be checked there." for name in silent))
    return Exit.DONE
