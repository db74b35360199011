"""What a manager looks after between tills and AIQ: people who may be there twice."""

from __future__ import annotations

from typing import Any

import msgspec

from budtender.backoffice import duplicates as doubles
from budtender.backoffice.duplicates import Profile
from budtender.cli.app import APP, serve
from budtender.cli.output import Output
from budtender.errors import Exit
from budtender.model import Actor
from budtender.register import Register


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
