"""Disconnect a system: its key is forgotten and it is asked nothing more; what was read of it stays."""

from __future__ import annotations

from budtender.cache import audit, books, mapping, outbox
from budtender.cache.books import Connected
from budtender.cache.database import Connection
from budtender.cache.rows import to_ms
from budtender.errors import InputError
from budtender.events import Change
from budtender.model import Actor
from budtender.register import Register
from budtender.staffing import managers_only


async def disconnect(register: Register, name: str, acting: Actor) -> Connected:
    """End the connection of this name, and return what it was. Its name goes on to stand for the same location.

    Raises NotAllowed below a manager, InputError for a name that is not connected or while intents wait for it.
    """
    managers_only(acting, "disconnect systems")
    tidy = name.strip()
    known = next((one for one in register.db.read(books.ever_connected) if one.name == tidy), None)
    if known is None:
        raise _not_connected(register, tidy)
    at = to_ms(register.clock.now())

    def work(c: Connection) -> bool:
        if all(one.name != known.name for one in books.connections(c)):
            return False
        if waiting := outbox.open_for(c, known.name):
            raise _owed(known.name, waiting)
        books.disconnect(c, known)
        mapping.put_links(c, known.name, (), register.clock.now())
        facts = {"system": known.system, "name": known.name, "base_url": known.base_url}
        audit.append(c, at=at, kind="disconnected", staff=acting.name, facts=facts)
        return True

    was_connected = await register.db.write(work)
    # A keyring that did not answer the last time is asked again when the command is given again.
    had_key = await register.forget_key(known)
    if not (was_connected or had_key):
        raise _not_connected(register, tidy)
    await register.reread()
    register.events.ring(Change.PERSONA)
    return known


def _owed(name: str, waiting: int) -> InputError:
    return InputError(
        f"1 entry of the outbox still waits for “{name}”."
        if waiting == 1
        else f"{waiting} entries of the outbox still wait for “{name}”.",
        "Send or settle what waits first: budtender outbox list",
        field="name",
        code="outbox_waits",
        name=name,
        waiting=waiting,
    )


def _not_connected(register: Register, name: str) -> InputError:
    names = ", ".join(one.name for one in register.db.read(books.connections))
    named = name[:80]
    return InputError(
        f"Nothing is connected as “{named}”.",
        f"Choose one of: {names or 'none yet'}",
        field="name",
        code="name_unknown",
        named=named,
    )
