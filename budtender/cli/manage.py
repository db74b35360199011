"""What a manager does: settings, staff, outbox."""

from __future__ import annotations

from typing import Any

import typer
from msgspec import to_builtins

from budtender import settings as catalogue
from budtender.backoffice import outbox as outboxes
from budtender.backoffice import staff, switches
from budtender.cache import staff as staff_rows
from budtender.cli import documents
from budtender.cli.app import APP, new_secret, secret, serve
from budtender.cli.output import Output, age_text, counted, words
from budtender.cli.proof import proved
from budtender.counter import unseen
from budtender.errors import Exit, InputError, NotAllowed, UsageError
from budtender.model import Actor, Intent, Kind, Role, State
from budtender.names import shown
from budtender.register import Register
from budtender.settings import in_text
from budtender.staffing import managers_only

SETTINGS = typer.Typer(help="List, read and change settings.")
STAFF = typer.Typer(help="The people who work with this register.")
OUTBOX = typer.Typer(help="What this register owes a remote system.")
for _name, _room in (("settings", SETTINGS), ("staff", STAFF), ("outbox", OUTBOX)):
    APP.add_typer(_room, name=_name)

#: So many refused rows are listed.
MOST_REFUSED = 1_000
#: A setting that is a secret: it is kept as a verifier and never shown.
MASTER_PIN = "master_pin"
_MASTER_HELP = "The shop's shared PIN, which opens a wallet where a shopper gets no code; it is never shown."
_NOT_SET = "not set"


# ── settings ──────────────────────────────────────────────────────────────────────────────────────────────


@SETTINGS.command("list")
def settings_list() -> None:
    """Every setting with its value."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        rows = register.settings.rows()
        output.document(
            {
                "settings": [
                    {
                        "key": s.key,
                        "value": value,
                        "default": s.default,
                        "changed": changed,
                        "title": s.title,
                        "help": s.help,
                        "takes": s.takes,
                        "warning": s.warning or None,
                        "role": s.role,
                    }
                    for s, value, changed in rows
                ]
                + [_master_row(register)]
            }
        )
        table = [(s.key, in_text(value) + (" *" if changed else ""), s.help) for s, value, changed in rows]
        output.table(
            "* changed", ("Key", "Value", "What it does"), [*table, (MASTER_PIN, _master_state(register), _MASTER_HELP)]
        )
        return Exit.DONE

    serve(work, anybody=True)


def _master_row(register: Register) -> dict[str, Any]:
    """The master PIN as the settings are told: whether it is set, never what it is."""
    state = _master_state(register)
    return {
        "key": MASTER_PIN,
        "value": state,
        "default": _NOT_SET,
        "changed": state != _NOT_SET,
        "title": "Master PIN",
        "help": _MASTER_HELP,
        "takes": "a PIN, at the prompt or on standard input",
        "warning": None,
        "role": Role.MANAGER,
    }


def _master_state(register: Register) -> str:
    return "set" if register.db.read(staff_rows.find_master_verifier) else _NOT_SET


@SETTINGS.command("get")
def settings_get(key: str) -> None:
    """One setting's value."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        if key == MASTER_PIN:
            output.document({"key": key, "value": _master_state(register)})
            output.say(_master_state(register))
            return Exit.DONE
        value = register.settings.get(catalogue.find(key))
        output.document({"key": key, "value": value})
        output.say(in_text(value))
        return Exit.DONE

    serve(work, anybody=True)


@SETTINGS.command("set")
def settings_set(
    key: str,
    value: str = typer.Argument("", help="The new value; the master PIN is asked for instead."),
    confirm: str = typer.Option("", "--confirm", help="What is asked for before a change that cannot be taken back."),
) -> None:
    """Change one setting; who and when is written down."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        if key == MASTER_PIN:
            return await _set_master_pin(register, value, acting, output)
        setting = catalogue.find(key)
        if acting.role.rank < setting.role.rank:
            raise NotAllowed(f"Only a {setting.role} may change “{setting.title}”.", "Ask one.")
        await switches.confirmed_or_refused(register, key, value, confirm)
        await proved(register, acting, f"settings set {key}")
        made = await switches.change(register, key, value, acting, confirmed=confirm)
        output.document({"key": key, "value": register.settings.get(setting), "touched": made.touched})
        output.say(f"{key} is now {made.value or 'empty'}.", *made.told)
        return Exit.DONE

    serve(work)


async def _set_master_pin(register: Register, value: str, acting: Actor, output: Output) -> Exit:
    if value not in ("", "-"):
        raise UsageError("A PIN is never given as an argument.", "Leave the value out and type it at the prompt.")
    managers_only(acting, "set the master PIN")
    await proved(register, acting, f"settings set {MASTER_PIN}")
    await register.pins.set_master(new_secret("new master PIN"), acting.name)
    output.document({"key": MASTER_PIN, "value": "set", "touched": None})
    output.say("The master PIN is set.")
    return Exit.DONE


# ── staff ─────────────────────────────────────────────────────────────────────────────────────────────────


@STAFF.command("add")
def staff_add(
    name: str,
    role: str = typer.Option(..., "--role", help="budtender, lead, manager or owner"),
    no_pin: bool = typer.Option(False, "--no-pin", help="Without a PIN; only for people who approve nothing."),
) -> None:
    """Add a person; their PIN comes from a prompt or standard input."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        await proved(register, acting, "staff add")
        person = await staff.add(register, name, role, _new_pin(role, no_pin), acting)
        output.document({"staff": {"name": person.name, "role": person.role, "has_pin": person.has_pin}})
        output.say(f"{person.name} is added as {person.role}.")
        return Exit.DONE

    serve(work)


def _new_pin(role: str, no_pin: bool) -> str | None:
    """The PIN for a new person; people who approve nothing may go without."""
    if no_pin:
        return None
    try:
        return new_secret("new PIN")
    except InputError:
        if role.strip().lower() in (Role.BUDTENDER, Role.LEAD):
            return None
        raise


@STAFF.command("remove")
def staff_remove(name: str) -> None:
    """Take somebody off the staff: no PIN, no signing in; what they did stays under their name."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        await proved(register, acting, "staff remove")
        await staff.deactivate(register, name, acting)
        output.document({"removed": name})
        output.say(f"{name} works here no more.")
        return Exit.DONE

    serve(work)


@STAFF.command("back")
def staff_back(name: str) -> None:
    """Take somebody who was removed back on, in the role they had; with a new PIN, from a prompt or standard input."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        await proved(register, acting, "staff back")
        await staff.reactivate(register, name, new_secret("new PIN"), acting)
        output.document({"back": name})
        output.say(f"{name} works here again.")
        return Exit.DONE

    serve(work)


@STAFF.command("pin")
def staff_pin(name: str = typer.Argument(help="Whose PIN; one's own is proved with the old one.")) -> None:
    """Give somebody a new PIN; it opens their lock as well."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        if staff_rows.folded(name) == staff_rows.folded(acting.name):
            old = secret(f"PIN of {acting.name}")
            await staff.change_own_pin(register, acting, old, new_secret("new PIN"))
        else:
            await proved(register, acting, "staff pin")
            await staff.reset_pin(register, name, new_secret("new PIN"), acting)
        output.document({"pin": name})
        output.say(f"{name} has a new PIN.")
        return Exit.DONE

    serve(work)


@STAFF.command("list")
def staff_list() -> None:
    """Everybody on the staff."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        people = staff.list_staff(register)
        rows = [{"name": p.name, "role": p.role, "active": p.active, "has_pin": p.has_pin} for p in people]
        output.document({"staff": rows})
        if people:
            rows_told = [(p.name, p.role if p.active else "removed", p.has_pin) for p in people]
            output.table("", ("Name", "Role", "PIN"), rows_told)
        else:
            output.say("Nobody is on the staff yet. Add the owner first: budtender staff add NAME --role owner")
        return Exit.DONE

    serve(work, anybody=True)


@STAFF.command("unlock")
def staff_unlock(
    name: str | None = typer.Argument(None, help="Whose PIN; without a name the master PIN, and PINs without a name."),
    approver: str | None = typer.Option(None, "--approver", help="Whose PIN is given; otherwise the person who acts."),
) -> None:
    """Let a locked PIN be tried again.

    Another manager or an owner approves: their own PIN comes from a prompt or standard input.
    """

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        by = await register.pins.approve(
            secret("manager's PIN"),
            approver=approver or acting.name,
            acting=acting.name,
            facts={"for": "unlock", "whose": name},
        )
        wrong = await staff.unlock(register, name, by)
        output.document({"unlocked": {"name": name, "by": by.name, "wrong_tries": wrong}})
        whose = name or "the master PIN"
        nothing = f"No wrong PIN was counted against {whose}; there was nothing to unlock."
        output.say(f"{whose[0].upper()}{whose[1:]} may be tried again." if wrong else nothing)
        return Exit.DONE

    serve(work)


# ── outbox ────────────────────────────────────────────────────────────────────────────────────────────────


@OUTBOX.command("list")
def outbox_list(everything: bool = typer.Option(False, "--all", help="Closed entries, too.")) -> None:
    """What is owed, and what was refused while nobody looked; oldest first."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        intents = outboxes.listing(register, closed=everything)
        output.document({"intents": [documents.intent(i) for i in intents]})
        now = register.clock.now()
        if intents:
            rows = [_row(i, (now - i.created).total_seconds()) for i in intents]
            output.table("", ("Id", "What", "Phone", "State", "Points", "Age", "Why"), rows)
            if any(i.unseen for i in intents):
                output.say("Once somebody sees to what was refused: budtender outbox seen ID")
        else:
            output.say("Nothing was ever saved." if everything else "Nothing waits.")
        return Exit.DONE

    serve(work, anybody=True)


_WHAT = {
    Kind.REDEEM: "redemption",
    Kind.ADJUST: "points",
    Kind.SIGN_UP: "sign-up",
    Kind.OPT_OUT: "stop texts",
    Kind.CUSTOMER: "till profile",
    Kind.ENROL: "enrolment",
    Kind.OPT_IN: "question by text",
    Kind.TILL_CONTACT: "contact in till",
    Kind.CONTACT: "contact in AIQ",
}


def _row(intent: Intent, age: float) -> tuple[object, ...]:
    phone = f"…{intent.phone[-4:]}" if intent.phone else ""
    points = f"{intent.points:+f}" if intent.points else ""
    what = "undo" if intent.undoes else _WHAT[intent.kind]
    return intent.id[:8], what, phone, _state(intent), points, age_text(age), _why(intent)


def _state(intent: Intent) -> str:
    if intent.unseen:
        return "refused, unseen"
    return "needs a person" if intent.needs_person else intent.state.value


def _why(intent: Intent) -> str:
    numbers = outboxes.in_numbers(intent) if intent.state is State.UNKNOWN else ""
    return " ".join(part for part in (intent.last_error, numbers) if part)


@OUTBOX.command("refused")
def outbox_refused(again: bool = typer.Option(False, "--again", help="Have them sent once more.")) -> None:
    """The tills' rows that AIQ did not take, or is not to have, and why."""

    async def work(register: Register, _acting: Actor, output: Output) -> Exit:
        rows = outboxes.refused(register, MOST_REFUSED)
        tried = await outboxes.try_refused(register) if again else 0
        output.document({"refused": [to_builtins(row) for row in rows], "sent_again": tried})
        if rows:
            table = [(row.kind, shown(row.credential), shown(row.id), shown(row.reason), words(row.at)) for row in rows]
            output.table("", ("What", "Key", "Id", "Why", "Last try"), table)
        else:
            output.say("AIQ refused nothing.")
        if again:
            output.say(f"{counted(tried, 'row is', 'rows are')} sent once more with the next round trip.")
        return Exit.DONE

    serve(work, anybody=True)


@OUTBOX.command("retry")
def outbox_retry(intent_id: str = typer.Argument(metavar="ID")) -> None:
    """Send a waiting entry now, or one that needs a person once more."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        if outboxes.needs_decision(register, intent_id):
            await proved(register, acting, "outbox retry")
        return _told(output, await outboxes.retry(register, intent_id, acting))

    serve(work)


@OUTBOX.command("seen")
def outbox_seen(intent_id: str = typer.Argument(metavar="ID")) -> None:
    """Take note of what was refused while nobody looked; it is told no more."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        noted = await unseen.take_note(register, intent_id, acting)
        output.document({"intent": documents.intent(noted)})
        output.say(f"{noted.id[:8]} is seen; it stays in: budtender outbox list --all")
        return Exit.DONE

    serve(work)


@OUTBOX.command("settle")
def outbox_settle(
    intent_id: str = typer.Argument(metavar="ID"),
    decision: str | None = typer.Option(None, "--as", help="happened or never, when reading cannot tell."),
) -> None:
    """Look at a lost answer now; where reading cannot tell, close it by a manager's decision."""

    async def work(register: Register, acting: Actor, output: Output) -> Exit:
        decided = _decision(decision)
        if decided is not None:
            await proved(register, acting, "outbox settle")
        return _told(output, await outboxes.settle(register, intent_id, acting, decided))

    serve(work)


def _decision(text: str | None) -> outboxes.Decision | None:
    decisions: dict[str | None, outboxes.Decision | None] = {None: None, "happened": "happened", "never": "never"}
    if text not in decisions:
        raise UsageError("That is no decision.", "Give --as happened or --as never.")
    return decisions[text]


def _told(output: Output, intent: Intent) -> Exit:
    output.document({"intent": documents.intent(intent)})
    output.say(f"{intent.id[:8]} is {_state(intent)}. {_why(intent)}".strip())
    ends = {State.DONE: Exit.DONE, State.REFUSED: Exit.DONE}
    return ends.get(intent.state, Exit.UNREACHABLE)
