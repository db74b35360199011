"""`budtender import`: read a till now and tell what came of it."""

from __future__ import annotations

import typer

from budtender.backoffice import imports
from budtender.backoffice.imports import Imported
from budtender.cli.app import APP, serve
from budtender.cli.output import Output
from budtender.errors import Exit
from budtender.model import Actor
from budtender.register import Register

#: How many reasons are told; the file has them all.
TOLD = 5


@APP.command("import")
def import_till(store: str = typer.Argument(metavar="STORE", help="The store's name, as it was connected.")) -> None:
    """Read a till now: rows read, written and refused, and why; refused rows go to a file."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        found = await imports.run(register, store, lambda one: _tell(output, one))
        output.document({"imported": [_document(one) for one in found]})
        if any(one.error and not one.held for one in found):
            return Exit.UNREACHABLE
        return Exit.REFUSED if any(one.held for one in found) else Exit.DONE

    serve(work, anybody=True)


def _document(one: Imported) -> dict[str, object]:
    return {
        "resource": one.resource,
        "read": one.read,
        "written": one.written,
        "refused": one.refused,
        "reasons": [{"reason": reason, "rows": rows} for reason, rows in one.reasons],
        "file": one.file,
        "error": one.error or None,
        "hint": one.hint or None,
    }


def _tell(output: Output, one: Imported) -> None:
    output.say(f"{one.resource.capitalize()}: {one.read} read, {one.written} written, {one.refused} refused.")
    for reason, rows in one.reasons[:TOLD]:
        output.say(f"  {rows} × {reason}")
    if len(one.reasons) > TOLD:
        output.say(f"  and {len(one.reasons) - TOLD} more reasons")
    if one.file:
        output.say(f"  The refused rows are in {one.file}")
    if one.error:
        output.complain(f"{one.resource.capitalize()}: {one.error}", one.hint)
