"""What a budtender does: lookup, code, wallet, redeem, undo, signup, optout, contact, reveal."""

from __future__ import annotations

from functools import partial
from typing import NoReturn

import typer

from budtender.cli import documents, shopper
from budtender.cli.app import APP, finished, secret, serve, session, the_window
from budtender.cli.ended import ended, profile_ended
from budtender.cli.output import Output
from budtender.cli.shopper import APPROVER, CHOOSE, CODE, PHONE, PIN, REASON, Proof, one_proof
from budtender.cli.standing import Standing, stand
from budtender.counter import contact as contacts
from budtender.counter import lookup as lookups
from budtender.counter import redeem as redeems
from budtender.counter import reveal as reveals
from budtender.counter import signup as signups
from budtender.counter import stop, verify
from budtender.counter import undo as undos
from budtender.counter import wallet as wallets
from budtender.errors import Exit, Unreachable, UsageError
from budtender.model import Actor, Role, State
from budtender.phone import mask
from budtender.register import Register
from budtender.settings import LOYAL_SIGN

LONGEST_SALE = 64
_SIGNS = {
    "member": "★ member",
    "not_a_member": "not a member",
    "unconfirmed": "membership not confirmed",
    "pending": "pending in AIQ",
}


@APP.command()
def lookup(
    phone: str = PHONE,
    choose: int | None = CHOOSE,
    ask: bool = typer.Option(False, "--ask", help="Ask AIQ in any case."),
    show: bool = typer.Option(False, "--show", help="In the window, which comes to the front; for a till's button."),
) -> None:
    """Find a shopper by phone."""
    if show:
        _in_window(phone)

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        found = await lookups.find_shopper(register, phone, choose=choose, ask=ask)
        output.document(documents.found(found))
        sign = _SIGNS[found.outcome] if register.settings.get(LOYAL_SIGN) else ""
        output.say(f"{found.name}   {mask(found.phone)}   {sign}".rstrip())
        output.say(*([found.note] if found.note else []))
        documents.draw_refused(output, found.refused)
        return Exit.DONE

    serve(work)


def _in_window(phone: str) -> NoReturn:
    now = session()

    def work() -> Exit:
        told = the_window().show(now.home, phone)
        now.output.document({"shown": True})
        now.output.say(told)
        return Exit.DONE

    raise typer.Exit(finished(now.output, work))


@APP.command()
def code(phone: str = PHONE, choose: int | None = CHOOSE) -> None:
    """Text the shopper a code; one call, one text."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        sent = await verify.send_code(register, await shopper.find_in_aiq(register, phone, choose), acting)
        output.document(
            {
                "sent": True,
                "to": sent.to,
                "at": sent.at,
                "resend_after": sent.resend_after,
                "sends_left": sent.sends_left,
            }
        )
        output.say(f"Code sent to {sent.to}. Open the wallet with: budtender wallet PHONE --code CODE")
        return Exit.DONE

    serve(work)


@APP.command()
def wallet(
    phone: str = PHONE,
    code: str | None = CODE,
    pin: bool = PIN,
    reason: str = REASON,
    approver: str | None = APPROVER,
    choose: int | None = CHOOSE,
) -> None:
    """Open a shopper's wallet: points and rewards."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        found = await shopper.find(register, phone, choose)
        known = shopper.in_aiq(found)
        if code:
            opened = await verify.with_code(register, known, code, acting)
        else:
            opened = await shopper.open_wallet(register, known, acting, proof)
        view = wallets.show(register, opened.visit, fresh=opened.fresh)
        output.document(documents.wallet(register, view, opened.visit, found.refused))
        documents.draw_refused(output, found.refused)
        documents.draw_wallet(output, view)
        return Exit.DONE

    proof = one_proof(code or None, pin, reason, approver)
    serve(work)


@APP.command()
def redeem(
    phone: str = PHONE,
    reward: str = typer.Argument(help="The reward's id, as the wallet shows it."),
    code: str | None = CODE,
    pin: bool = PIN,
    reason: str = REASON,
    approver: str | None = APPROVER,
    choose: int | None = CHOOSE,
    over_limit: bool = typer.Option(
        False, "--over-limit", help="A manager's PIN, asked for once more, allows more than the limit without network."
    ),
    sale: str = typer.Option("", "--sale", help="The till's number of the sale (setting append_transaction_id)."),
) -> None:
    """Redeem a reward; the code that opened the wallet just now may be given again, once."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        known = await shopper.find_in_aiq(register, phone, choose)
        opened = await shopper.open_wallet(register, known, acting, proof)
        done = await _redeemed(register, opened, reward, acting, proof, number, over_limit=over_limit)
        view = wallets.show(register, opened.visit, fresh=opened.fresh)
        output.document(documents.redeemed(done, view))
        if done.intent.state is State.DONE:
            till = f" Now apply “{done.link.name}” (id {done.link.id}) in the till." if done.link else ""
            output.say(f"Redeemed: {done.reward.name}.{till}")
            output.say(f"Undo with: budtender undo {done.intent.id}")
        return ended(register, output, done.intent)

    number = _sale(sale)
    proof = one_proof(code, pin, reason, approver)
    serve(work)


@APP.command()
def undo(
    redemption: str = typer.Argument(help="The redemption's id."),
    pin: bool = PIN,
    reason: str = REASON,
    approver: str | None = APPROVER,
) -> None:
    """Undo a redemption with a reversing entry; later than the set time it takes a manager."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        approved = None
        standing = stand(register, approver, reason) if pin else None
        if standing is not None:
            approved = await register.pins.approve(
                secret("manager's PIN"),
                at_least=Role.MANAGER,
                approver=standing.approver,
                master_for=standing.approver,
                acting=acting.name,
                facts={"for": "undo", "reason": standing.reason},
            )
        name = approved.name if approved else None
        why = standing.reason if standing is not None else reason
        undone = await undos.undo(register, redemption, acting, approver=name, reason=why)
        output.document(documents.undone(undone))
        if undone.entry is None:
            output.say("Undone: it had not been sent yet, so nothing was taken.")
            return Exit.DONE
        if undone.entry.state is State.DONE:
            output.say(f"Undone. {undone.points:f} points are back. Take the discount out of the till, too.")
        elif undone.redemption.state is not State.DONE:
            output.complain("Saved here. The points come back as soon as it is known that they were taken.")
            return Exit.UNREACHABLE
        return ended(register, output, undone.entry)

    serve(work)


@APP.command()
def signup(
    phone: str = typer.Option(..., "--phone"),
    first_name: str = typer.Option(..., "--first-name"),
    last_name: str = typer.Option(..., "--last-name"),
    birth_date: str = typer.Option(..., "--birth-date", help="YYYY-MM-DD"),
    email: str = typer.Option("", "--email"),
    join: bool = typer.Option(False, "--join", help="The shopper wants to join loyalty."),
    texts: bool = typer.Option(False, "--texts", help="The shopper wants marketing texts."),
    language: str = typer.Option("", "--language", help="The language the two questions were put in: en or es."),
    source: str = typer.Option("spoken to staff", "--source", help="How the answers were given."),
    address: str = typer.Option("", "--address", help="Street, where the till asks for it."),
    city: str = typer.Option("", "--city"),
    state: str = typer.Option("", "--state"),
    zip_code: str = typer.Option("", "--zip"),
) -> None:
    """Sign a new shopper up, with their two separate answers."""
    form = signups.Form(
        phone=phone,
        first_name=first_name,
        last_name=last_name,
        birth_date=birth_date,
        email=email,
        join=join,
        texts=texts,
        language=language,
        source=source,
        address=address,
        city=city,
        state=state,
        zip=zip_code,
    )

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        done = await signups.sign_up(register, form, acting)
        output.document(documents.signed_up(done))
        if done.intent.state is State.DONE:
            output.say(f"{done.name} is signed up. AIQ may take up to 24 hours to show them everywhere.")
        sent = ended(register, output, done.intent)
        profile = profile_ended(output, done)
        return profile if sent is Exit.DONE else sent

    serve(work)


@APP.command()
def optout(phone: str = PHONE) -> None:
    """The shopper says stop: no more texts, at once and first in the queue."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        intent = await stop.stop_texts(register, phone, acting)
        output.document({"optout": documents.intent(intent), "phone": mask(intent.phone or "")})
        if intent.state is State.DONE:
            output.say("Texts stopped for this shopper.")
        return ended(register, output, intent)

    serve(work)


@APP.command()
def contact(
    old: str = typer.Argument(metavar="PHONE", help="The shopper's phone number as it is now."),
    phone: str = typer.Option("", "--phone", help="The new phone number."),
    email: str = typer.Option("", "--email", help="The new e-mail address."),
    code: str | None = CODE,
    pin: bool = PIN,
    reason: str = REASON,
    approver: str | None = APPROVER,
    choose: int | None = CHOOSE,
) -> None:
    """Change a shopper's phone or e-mail: in the till first, then in AIQ. A PIN takes --approver and --reason."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        new = contacts.read(register, phone=phone, email=email)
        found = await shopper.find(register, old, choose)
        known = shopper.in_aiq(found)
        owner = await shopper.prove_owner(register, known, acting, proof)
        done = await contacts.change(register, known, found.phone, new, acting, owner)
        output.document(documents.contact(done))
        for part in done.tills:
            (output.say if part.state in ("changed", "no_profile") else output.complain)(part.text)
        if done.intent.state is State.DONE:
            output.say(f"Changed in AIQ: {done.name} has {done.shown}.")
        return ended(register, output, done.intent)

    proof = one_proof(code, pin, reason, approver)
    if bool(phone) == bool(email):
        raise UsageError(
            "A new phone or a new e-mail address is given, one at a time.", "Give --phone NUMBER or --email ADDRESS."
        )
    serve(work)


@APP.command()
def reveal(
    phone: str = PHONE,
    pin: bool = typer.Option(False, "--pin", help="The PIN of somebody whose role reaches so far."),
    approver: str | None = APPROVER,
    reason: str = REASON,
    choose: int | None = CHOOSE,
) -> None:
    """Show a shopper's whole number as AIQ has it; who saw it is written down."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        known = await shopper.find_in_aiq(register, phone, choose)
        standing = stand(register, approver, reason) if pin else Standing(approver, reason)
        given = secret("PIN") if pin else None
        who, why = standing
        number = await reveals.reveal(register, known.id, acting, pin=given, approver=who, master_for=who, reason=why)
        output.document({"phone": number})
        output.say(number)
        return Exit.DONE

    serve(work)


def _sale(typed: str) -> str:
    tidy = typed.strip()
    if len(tidy) > LONGEST_SALE or not tidy.isprintable():
        raise UsageError(
            f"The number of a sale has at most {LONGEST_SALE} characters that can all be seen.",
            "Give --sale as the till prints it, or leave it out.",
        )
    return tidy


async def _redeemed(
    register: Register,
    opened: verify.Opened,
    reward: str,
    acting: Actor,
    proof: Proof,
    sale_id: str,
    *,
    over_limit: bool,
) -> redeems.Redeemed:
    """Redeem; the manager is asked only where the limit alone is in the way."""
    redeem = partial(redeems.redeem, register, opened.visit, reward, acting, fresh=opened.fresh, sale_id=sale_id)
    try:
        return await redeem()
    except Unreachable as error:
        if not over_limit or error.code != "offline_over_limit":
            raise
    approver, reason = stand(register, proof.approver, proof.reason)
    pin = secret("manager's PIN for more than the limit")
    allowed = await redeems.allow_over_limit(
        register, opened.visit, reward, pin, acting, approver=approver, master_for=approver, reason=reason
    )
    return await redeem(over_limit=allowed)
