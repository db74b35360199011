"""Connecting AIQ and the tills; their keys come from a prompt, standard input or the environment."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex as new_token

import typer

from budtender.backoffice import disconnect as disconnecting
from budtender.backoffice import integrations
from budtender.cli.app import APP, secret, serve
from budtender.cli.output import Output
from budtender.cli.proof import proved
from budtender.connectors import CONNECTORS
from budtender.connectors.sentences import display_name
from budtender.errors import Exit, InputError, UsageError
from budtender.model import Actor, Can
from budtender.register import Register

CONNECT = typer.Typer(help="Connect AIQ or a till; the key comes on standard input or in $BUDTENDER_KEY.")
APP.add_typer(CONNECT, name="connect")
#: Characters of a till's description; the longest worked example has some seven thousand.
LONGEST_MAPPING = 200_000
BASE_URL = typer.Option("", "--base-url", help="Another address than the vendor's, such as the simulator's.")


def _key() -> str:
    return os.environ.get("BUDTENDER_KEY") or secret("API key")


def _second_key(system: str, wanted: bool) -> str:
    """The other half of a key that comes in two, when it is wanted or lies in the environment."""
    given = os.environ.get("BUDTENDER_SECOND_KEY", "").strip()
    name = CONNECTORS[system].second_key_is
    if not name and (wanted or given):
        raise UsageError(
            f"A key of {display_name(system)} has no second half.", "Leave --second-key and $BUDTENDER_SECOND_KEY out."
        )
    return given or (secret(name) if wanted else "")


@CONNECT.command("aiq")
def connect_aiq(uid: str = typer.Option(..., "--uid"), base_url: str = BASE_URL) -> None:
    """Connect the AIQ account."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        await proved(register, acting, "connect aiq")
        made = await integrations.connect_aiq(register, uid, _key(), acting, base_url=base_url)
        return _connected(output, made)

    serve(work)


def _till_command(system: str) -> None:
    half = CONNECTORS[system].second_key_is or "none here"

    @CONNECT.command(system, help=f"Connect one location of {display_name(system)}.")
    def connect_till(
        store: str = typer.Option(..., "--store", help="The store's name, as the vendor supplied it."),
        second_key: bool = typer.Option(
            False,
            "--second-key",
            help=f"The key has a second half ({half}): it comes on the next line or in $BUDTENDER_SECOND_KEY.",
        ),
        location: str = typer.Option(
            "", "--location", help="The location's id or name, where the key reaches several."
        ),
        details: str = typer.Option(
            "", "--details", help=f"What else this till is told ({CONNECTORS[system].details_are or 'nothing'})."
        ),
        market: str = typer.Option("", "--market", help="The state's two letters."),
        base_url: str = BASE_URL,
    ) -> None:
        async def work(register: Register, acting: Actor, output: Output) -> Exit:
            if location and Can.MANY_LOCATIONS not in CONNECTORS[system].can:
                raise UsageError(f"A key of {display_name(system)} is for one location.", "Leave --location out.")
            await proved(register, acting, f"connect {system}")
            made = await integrations.connect_till(
                register,
                system,
                store,
                _key(),
                acting,
                second_key=_second_key(system, second_key),
                location=location,
                details=details,
                market=market,
                base_url=base_url,
            )
            return _connected(output, made)

        serve(work)


@CONNECT.command("custom")
def connect_custom(
    store: str = typer.Option(..., "--store", help="The store's name, as you call it."),
    mapping: Path | None = typer.Option(
        None, "--mapping", help="The till's description, TOML; examples ship in resources/custom."
    ),
    market: str = typer.Option("", "--market", help="The state's two letters."),
    base_url: str = BASE_URL,
) -> None:
    """Connect a till of your own by its description: REST, CSV files in a folder, or a database."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        await proved(register, acting, "connect custom")
        told = integrations.described(register, store, _text_of(mapping))
        # What asks for no key is told apart from others by a made-up one.
        key = _key() if told.wants_key else new_token()
        made = await integrations.connect_till(
            register,
            "custom",
            store,
            key,
            acting,
            location=told.location,
            details=told.text,
            market=market,
            base_url=base_url,
        )
        return _connected(output, made)

    serve(work)


def _text_of(mapping: Path | None) -> str:
    if mapping is None:
        return ""
    try:
        with mapping.open(encoding="utf-8-sig") as file:
            text = file.read(LONGEST_MAPPING + 1)
    except (OSError, UnicodeError) as error:
        raise InputError(
            f"{mapping} cannot be read.", "Name the description's file: --mapping FILE", field="mapping"
        ) from error
    if len(text) > LONGEST_MAPPING:
        raise InputError(
            f"{mapping} is too long for a description.", "Name the description's file: --mapping FILE", field="mapping"
        )
    return text


for _system in CONNECTORS:
    if _system != "custom":
        _till_command(_system)


@APP.command("disconnect")
def disconnect(name: str = typer.Argument(help="The name it was connected under, as status tells it.")) -> None:
    """End a connection: its key is forgotten, nothing more is read, and what was read stays."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        await proved(register, acting, "disconnect")
        was = await disconnecting.disconnect(register, name, acting)
        output.document({"disconnected": {"system": was.system, "name": was.name}})
        output.say(f"{was.name} is disconnected and its key forgotten. What was read stays as it is today.")
        return Exit.DONE

    serve(work)


def _connected(output: Output, made: integrations.Connection) -> Exit:
    connected = made.connected
    permissions = [{"name": p.name, "granted": p.granted, "hint": p.hint or None} for p in made.permissions]
    output.document(
        {
            "connected": {
                "system": connected.system,
                "name": connected.name,
                "base_url": connected.base_url,
                "account": connected.account,
                "market": connected.market or None,
                "detail": made.detail,
            },
            "permissions": permissions,
        }
    )
    name = display_name(connected.system) if connected.name == connected.system else connected.name
    output.say(f"{name} is connected ({made.detail}).")
    missing = [p for p in made.permissions if not p.granted]
    granted = ", ".join(p.name for p in made.permissions if p.granted)
    output.say(f"The key may use: {granted or 'nothing'}.")
    output.say(*(f"Not granted: {p.name}. {p.hint}".strip() for p in missing))
    return Exit.DONE
