"""How a command that saved an intent ends: its exit code, and the sentence for whoever waits."""

from __future__ import annotations

from datetime import datetime

from budtender.cache import outbox, visits
from budtender.cli.output import Output
from budtender.counter.signup import SignedUp
from budtender.errors import Exit, NotConnected, SavedOnly
from budtender.model import Actor, Intent, Kind, State
from budtender.register import Register
from budtender.sync.rules import REPEATABLE


def ended(register: Register, output: Output, intent: Intent) -> Exit:
    """The exit code of a command that saved an intent, with the sentence for a state that is not done."""
    if intent.state is State.DONE:
        return Exit.DONE
    if intent.state is State.REFUSED:
        output.complain(intent.last_error)
        return Exit.REFUSED
    if intent.needs_person:
        task = "sees to it" if intent.kind is Kind.CONTACT else "stops the texts"
        by_hand = f"It is kept. A manager {task} in AIQ, then"
        output.complain(intent.last_error, f"{by_hand}: budtender outbox settle {intent.id} --as happened")
        return Exit.REFUSED
    if intent.state is State.UNKNOWN and intent.kind in REPEATABLE:
        output.complain("The answer was lost. It will be sent once more by itself, which does no harm.")
    elif intent.state is State.UNKNOWN:
        output.complain("The answer was lost. It may have happened, so do not repeat it; it is being checked.")
        output.complain("See: budtender outbox list")
    else:
        output.complain(
            *([intent.last_error] if intent.last_error else []), f"Saved here. {_sent_when(register, intent)}"
        )
    return Exit.UNREACHABLE


def profile_ended(output: Output, done: SignedUp) -> Exit:
    """The same for the till's profile of a sign-up, which stands or falls by itself."""
    if done.till_state == "waiting":
        output.complain(done.till)
        return Exit.UNREACHABLE
    if done.till_state != "refused":
        output.say(done.till)
        return Exit.DONE
    stands = "" if done.intent.state is State.REFUSED else "The sign-up stands; do not repeat it. "
    output.complain(done.till, f"{stands}Make the profile in the till by hand.")
    # Nobody was asked for what this till wants beside a name and a number, so nothing has gone wrong.
    not_asked = done.customer is not None and done.customer.error_facts.get("code") == "till_needs"
    return Exit.DONE if not_asked and stands else Exit.REFUSED


#: So many of the newest intents are looked at for those of one command.
_NEWEST = 20


def tell_saved(register: Register, acting: Actor, began: datetime) -> None:
    """Raise SavedOnly where a command that is stopped has saved or sent something: that is so all the same.

    Everything of whom it acts for since it `began` is named, whatever has become of it by now.
    """
    newest = register.db.read(lambda c: outbox.listing(c, closed=True, limit=_NEWEST))
    own = [
        one for one in newest if one.created >= began and one.staff == acting.name and one.state is not State.REFUSED
    ]
    if own:
        done = all(one.state is State.DONE for one in own)
        raise SavedOnly(
            "Stopped, but this was carried out already."
            if done
            else "Stopped, but this is saved: it may have been carried out already, and else it will be.",
            f"Do not do it again; see: budtender outbox list{' --all' if done else ''}",
            code="stopped",
            intent=own[-1].id,
            intents=[{"id": one.id, "kind": one.kind.value, "state": one.state.value} for one in own],
        )
    if register.db.read(lambda c: visits.texted(c, acting.name, began)):
        raise SavedOnly(
            "Stopped, but the code was asked for already, and may be on its way.",
            "Use it if it arrives; if it does not, ask for another after the wait.",
            code="stopped_after_text",
        )


def _sent_when(register: Register, intent: Intent) -> str:
    """What an intent that waits is waiting for: not every one waits for the network."""
    if not intent.last_error:
        try:
            register.aiq  # noqa: B018  (asked only whether it is there)
        except NotConnected as error:
            return f"It will be sent once AIQ is connected. {error.hint}"
    match intent.error_facts.get("kind"):
        case "misconfigured":
            return "It will be sent once this is mended; see what is wrong with: budtender doctor"
        case "rate_limited":
            return "It will be sent after the pause."
        case _:
            return "It will be sent when the connection is back."
