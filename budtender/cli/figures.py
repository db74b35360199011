"""Figures for a manager: status, totals, and accepting a list that was held back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import typer

from budtender.backoffice import outbox as outboxes
from budtender.backoffice import status as statuses
from budtender.backoffice import totals as sums
from budtender.backoffice.status import Copied, Credential
from budtender.backoffice.totals import StoreDay
from budtender.cli import documents
from budtender.cli.app import APP, serve
from budtender.cli.output import Output, age_text, counted, number, words
from budtender.errors import Exit, InputError
from budtender.model import Actor
from budtender.names import shown
from budtender.register import Register


@APP.command()
def status() -> None:
    """What is mirrored of each connection, how old it is, and what waits."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        known = statuses.status(register)
        refused = outboxes.refused_unseen(register)
        output.document(
            {"credentials": [_credential(one) for one in known], "refused": [documents.intent(i) for i in refused]}
        )
        for one in known:
            _draw(output, one)
        if refused:
            entries = counted(len(refused), "entry was refused", "entries were refused")
            output.say(f"{entries} while nobody looked; see: budtender outbox list")
        if not known:
            output.say("Nothing is connected yet; see: budtender connect --help")
        return Exit.DONE

    serve(work, anybody=True)


def _credential(one: Credential) -> dict[str, Any]:
    return {
        "name": one.connected.name,
        "system": one.connected.system,
        "location": one.connected.account,
        "mirrored": dict(one.counts),
        "resources": [_resource(copied) for copied in one.copied],
        "waiting": {kind: {"count": what.count, "oldest": what.oldest} for kind, what in one.waiting.items()},
        "refused": dict(one.refused),
        "refused_because": [{"kind": kind, "reason": why, "count": count} for kind, why, count in one.reasons],
        "held_up": None if one.held_up is None else {"count": one.held_up.count, "error": one.held_up.error},
        "backup": one.backup,
        "archives": one.archives,
    }


def _resource(copied: Copied) -> dict[str, Any]:
    state = copied.state
    return {
        "resource": state.resource,
        "cursor": copied.cursor,
        "age": None if copied.age is None else round(copied.age),
        "last_good": state.good,
        "last_try": state.tried,
        "next_try": state.next,
        "under_way": state.begun is not None,
        "rows": state.rows,
        "total": state.total,
        "unreadable": state.unreadable,
        "failures": state.failures,
        "error": state.error or None,
        "hint": state.hint or None,
    }


def _names(word: str) -> tuple[str, str]:
    """One and several of what is counted."""
    several = word.replace("_", " ")
    return ("item in stock", "items in stock") if word == "inventory" else (several.removesuffix("s"), several)


def _draw(output: Output, one: Credential) -> None:
    counts = ", ".join(counted(count, *_names(word)) for word, count in one.counts.items() if count)
    output.say(f"{shown(one.connected.name)} ({one.connected.system}): {counts or 'nothing mirrored yet'}")
    if one.held_up:
        entries = counted(one.held_up.count, "entry waits", "entries wait")
        output.say(f"  {entries} in the outbox, see budtender outbox list: {shown(one.held_up.error)}")
    for kind, what in one.waiting.items():
        oldest = f", the oldest of {words(what.oldest)}" if what.oldest else ""
        waits = "waits" if what.count == 1 else "wait"
        output.say(f"  {counted(what.count, *_names(kind))} {waits} for AIQ{oldest}")
    for kind, refused in one.refused.items():
        output.say(f"  {counted(refused, f'{kind} row', f'{kind} rows')} that AIQ does not take, or is not to have:")
        output.say(*(f"    {count:,} × {shown(why)}" for what, why, count in one.reasons if what == kind))
    if one.backup:
        output.say(f"  Frozen: all stays as of the last copy of {words(one.backup)}, and the till is asked nothing.")
    if one.archives and (older := one.counts.get("from_archive")):
        are = "is an older shopper" if older == 1 else "are older shoppers"
        output.say(f"  {older:,} of the customers {are} that the archive brought, nobody new.")
    rows = [
        (
            copied.state.resource,
            words(copied.cursor),
            "–" if copied.age is None else age_text(copied.age),
            words(copied.state.next),
            copied.state.error or ("under way" if copied.state.begun else "well"),
        )
        for copied in one.copied
    ]
    if rows:
        output.table("", ("What", "True up to", "Age", "Next try", "How"), rows)
    hints = {copied.state.hint for copied in one.copied if copied.state.error and copied.state.hint}
    output.say(*(f"  → {shown(hint)}" for hint in sorted(hints)), "")


@APP.command()
def accept(store: str, resource: str) -> None:
    """Say that a list of a till that was held back as far too short is right."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        await statuses.accept(register, store, resource)
        output.document({"accepted": {"store": store, "resource": resource}})
        output.say("The next one is believed, however short.")
        return Exit.DONE

    serve(work)


# ── totals ────────────────────────────────────────────────────────────────────────────────────────────────


@APP.command()
def totals(
    first: str = typer.Option(..., "--from", help="The first day, as YYYY-MM-DD."),
    last: str = typer.Option(..., "--to", help="The last day, as YYYY-MM-DD."),
    store: str | None = typer.Option(None, "--store", help="One store by its name; else all."),
    reports: bool = typer.Option(True, help="Ask the till's vendor for its closing report, where it has one."),
) -> None:
    """Sales by store and day, beside the vendor's own closing report and the difference."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        rows = await sums.totals(register, _day(first, "from"), _day(last, "to"), store=store, reports=reports)
        output.document({"from": first, "to": last, "days": [_store_day(row) for row in rows], "total": _total(rows)})
        _draw_totals(output, rows)
        return Exit.DONE

    serve(work, anybody=True)


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"“{text[:20]}” is no day.", "Give it as YYYY-MM-DD.", field=field) from None


def _store_day(row: StoreDay) -> dict[str, Any]:
    known, report, difference = row.totals, row.report, row.difference
    return {
        "store": row.store,
        "aiq_store": row.aiq_store,
        "location": known.location_id,
        "day": known.day,
        "sales": known.sales,
        "net": _dollars(known.net_cents),
        "returns": known.returns,
        "returned": _dollars(known.returns_cents),
        "voids": known.voids,
        "units": number(known.units),
        "loyalty": _dollars(known.loyalty_cents),
        "uncertain": known.uncertain,
        "report": None
        if report is None
        else {
            "sales": report.sales,
            "net": _dollars(report.net_cents),
            "returned": _dollars(report.returns_cents),
            "voids": report.voids,
            "loyalty": _dollars(report.loyalty_cents),
        },
        "difference": None
        if difference is None
        else {
            "sales": difference.sales,
            "net": _dollars(difference.net_cents),
            "returned": _dollars(difference.returns_cents),
            "voids": difference.voids,
            "loyalty": _dollars(difference.loyalty_cents),
        },
        "agrees": None if difference is None else difference.is_none,
        "note": row.note or None,
    }


def _total(rows: Iterable[StoreDay]) -> dict[str, Any]:
    days = [row.totals for row in rows]
    return {
        "sales": sum(day.sales for day in days),
        "net": _dollars(sum(day.net_cents for day in days)),
        "returns": sum(day.returns for day in days),
        "returned": _dollars(sum(day.returns_cents for day in days)),
        "voids": sum(day.voids for day in days),
        "units": number(sum((day.units for day in days), Decimal(0))),
        "loyalty": _dollars(sum(day.loyalty_cents for day in days)),
        "uncertain": sum(day.uncertain for day in days),
    }


def _dollars(cents: int | None) -> int | float | None:
    return None if cents is None else number(Decimal(cents) / 100)


def _draw_totals(output: Output, rows: list[StoreDay]) -> None:
    if not rows:
        output.say("Nothing was sold in these days, as far as it has been read; see: budtender status")
        return
    paid = any(row.totals.loyalty_cents for row in rows)  # a column more than many terminals are wide
    table = [
        (
            row.store,
            f"{date.fromisoformat(row.totals.day):%b %d}",
            row.totals.sales,
            _money(row.totals.net_cents),
            row.totals.returns,
            row.totals.voids,
            words(row.totals.units),
            *([_money(row.totals.loyalty_cents)] if paid else []),
            _money(row.report.net_cents) if row.report else "–",
            _against(row),
        )
        for row in rows
    ]
    columns = ["Store", "Day", "Sales", "Net", "Returns", "Voids", "Units", "Loyalty", "Vendor", "Off by"]
    if not paid:
        columns.remove("Loyalty")
    output.table("", columns, table)
    uncertain = sum(row.totals.uncertain for row in rows)
    if uncertain:
        are = "1 document is" if uncertain == 1 else f"{uncertain:,} documents are"
        output.say(f"{are} in a state that is not known, and not counted.")
    output.say(*sorted({f"{shown(row.store)}: {shown(row.note)}" for row in rows if row.note}))


def _against(row: StoreDay) -> str:
    if row.difference is None:
        return "–"
    if row.difference.is_none:
        return "none"
    parts = [
        f"{_money(row.difference.net_cents)} net" if row.difference.net_cents else "",
        f"{row.difference.sales:+} sales" if row.difference.sales else "",
        f"{_money(row.difference.returns_cents)} returned" if row.difference.returns_cents else "",
        f"{row.difference.voids:+} voids" if row.difference.voids else "",
        f"{_money(row.difference.loyalty_cents)} loyalty" if row.difference.loyalty_cents else "",
    ]
    return ", ".join(part for part in parts if part)


def _money(cents: int | None) -> str:
    return "–" if cents is None else f"${Decimal(cents) / 100:,.2f}"
