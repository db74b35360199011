"""Which shopper a command at the counter is about, and what opens their wallet: options and steps of its commands."""

from __future__ import annotations

from typing import NamedTuple

import typer

from budtender.cache.personas import Known
from budtender.cli.app import secret
from budtender.cli.standing import stand
from budtender.counter import contact, lookup, verify
from budtender.errors import NoShopper, UsageError
from budtender.model import Actor
from budtender.register import Register

PHONE = typer.Argument(help="The shopper's phone number.")
CODE = typer.Option(None, "--code", help="The code from the shopper's text message.")
PIN = typer.Option(False, "--pin", help="A manager's PIN instead of a code, from a prompt or standard input.")
REASON = typer.Option("", "--reason", help="Why a PIN is used, such as: phone at home.")
APPROVER = typer.Option(None, "--approver", help="The manager whose PIN is given.")
CHOOSE = typer.Option(None, "--choose", help="Which of several shoppers with this number.")


class Proof(NamedTuple):
    """What was given to open a wallet: the code of a text, or that a manager's PIN follows, with who and why."""

    code: str | None
    pin: bool
    reason: str
    approver: str | None


def one_proof(code: str | None, pin: bool, reason: str, approver: str | None) -> Proof:
    """What the options give. Raises UsageError for a code and a PIN at once."""
    if code and pin:
        raise UsageError("A code and a PIN were both asked for.", "Give --code or --pin, not both.")
    return Proof(code, pin, reason, approver)


async def find(register: Register, phone: str, choose: int | None) -> lookup.Found:
    """Whose number this is. Raises as `find_shopper` does."""
    return await lookup.find_shopper(register, phone, choose=choose)


async def find_in_aiq(register: Register, phone: str, choose: int | None) -> Known:
    """The same, as AIQ knows them. Raises NoShopper also for whoever was signed up here and is not in AIQ yet."""
    return in_aiq(await find(register, phone, choose))


def in_aiq(found: lookup.Found) -> Known:
    """A shopper as AIQ knows them. Raises NoShopper for whoever was signed up here and is not in AIQ yet."""
    if found.known is None:
        raise NoShopper(f"{found.name} was signed up here and is not in AIQ yet.", "Try again in a moment.")
    return found.known


async def open_wallet(register: Register, known: Known, acting: Actor, proof: Proof) -> verify.Opened:
    """An open visit: by PIN, by code, by the one that is still open, or without proof where that is allowed."""
    if proof.pin:
        approver, reason = stand(register, proof.approver, proof.reason)
        typed = secret("manager's PIN")
        return await verify.with_pin(
            register, known, typed, acting, reason=reason, approver=approver, master_for=approver
        )
    standing = verify.open_visit(register, known, acting, code=proof.code)
    if standing is not None:
        return standing
    if proof.code:
        return await verify.with_code(register, known, proof.code, acting)
    return await verify.without_code(register, known, acting)


async def prove_owner(register: Register, known: Known, acting: Actor, proof: Proof) -> contact.Proof:
    """That it is the shopper's own wish: a code on the number that is known, or a manager who answers for it."""
    if proof.pin:
        approver, reason = stand(register, proof.approver, proof.reason, always=True)
        typed = secret("manager's PIN")
        return await contact.proved_by_pin(register, known, typed, acting, approver=approver, reason=reason)
    opened = verify.open_visit(register, known, acting, code=proof.code)
    if opened is None and proof.code:
        opened = await verify.with_code(register, known, proof.code, acting)
    return contact.proved_by_code(register, opened.visit if opened else None)
