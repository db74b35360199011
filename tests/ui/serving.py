"""Steps of serving somebody, by keys."""

from __future__ import annotations

from budtender.cache import outbox, unseen
from budtender.cache.database import Connection
from tests.ui.driving import REFERENCE, Driven
from ui.widgets.card import Notice

#: A number that nobody has.
NEW = "3035550188"
#: The call that takes points, and the one that gives them back.
REDEEM = "PUT /api/v1.1/discount/redeem/*"
ADJUST = "PUT /api/v1.1/adjust/loyaltyPoints/*"


async def home(driven: Driven, **settings: str) -> None:
    """Home, on a register of its own with these settings."""
    await driven.set_up(**settings)
    await driven.open()


async def found(driven: Driven, *, by_pin: bool = False, **settings: str) -> None:
    """The reference shopper on Home, on a home of its own; `by_pin` has Sam sign in at the door."""
    await driven.set_up(**settings)
    await driven.open(signed_in=not by_pin)
    if by_pin:
        await driven.give_pin("Sam", "S03.empty")
    await driven.step(REFERENCE, "S03.found")


async def serve(driven: Driven, phone: str = REFERENCE) -> None:
    """From Home to the open wallet."""
    await driven.step(phone, "S03.found", "S03.texts_stopped")
    await driven.step("Enter", "S04.sent")
    await driven.type(await driven.code(phone))


async def opened(driven: Driven, phone: str = REFERENCE, **settings: str) -> None:
    """A wallet that was opened with a code, on a home of its own."""
    await home(driven, **settings)
    await serve(driven, phone)


async def wallet(driven: Driven, phone: str = REFERENCE, **settings: str) -> None:
    """The same, with the points just read."""
    await opened(driven, phone, **settings)
    await driven.reach("S06.fresh")


async def wallet_beside_dutchie(driven: Driven) -> None:
    """The same, with Dutchie connected and its discounts known."""
    await driven.set_up()
    await driven.connect_till()
    await driven.open()
    await serve(driven)
    await driven.reach("S06.fresh")


async def choose(driven: Driven) -> None:
    """The first reward, by its digit."""
    await driven.step("1", "S07.normal")


async def redeem(driven: Driven, ends: str = "S08.apply_now") -> None:
    """The first reward in an open wallet, ten dollars for 250 points, and what comes of it."""
    await choose(driven)
    await driven.step("Enter", ends)


async def redeemed(driven: Driven, **settings: str) -> None:
    """A shopper was served and the first reward redeemed, on a home of its own."""
    await wallet(driven, **settings)
    await redeem(driven)


async def refused_later(driven: Driven) -> None:
    """Something was saved for the shopper and refused afterwards; they come again."""
    await home(driven)
    driven.sim.faults.add("rate_limit", seconds=0.1, match=REDEEM)
    await serve(driven)
    await driven.reach("S06.fresh")
    await redeem(driven, "S08.saved_offline")
    (saved,) = driven.register.db.read(outbox.listing)
    now = driven.register.clock

    def refuse(c: Connection) -> None:
        outbox.refuse(c, saved.id, reason="AIQ says no.", told={}, at=now.now(), mono=now.mono())
        unseen.mark(c, saved)

    await driven.register.db.write(refuse)
    await driven.reach("S08.refused")
    await driven.walk(("F2", "S03.empty"), (REFERENCE, "S03.found"))


# ── undoing ───────────────────────────────────────────────────────────────────────────────────────────────


async def ask_undo(driven: Driven, ends: str = "S09.confirm", *, reason: str = "1") -> None:
    """After a redemption: undo it, for the reason with this digit."""
    await driven.walk(("F9", "S09.reason"), (reason, ends))


async def undo_confirmed(driven: Driven) -> None:
    """An undo that a key sends, on a home of its own."""
    await redeemed(driven)
    await ask_undo(driven)


async def stop_asked(driven: Driven) -> None:
    """The reference shopper says stop, on a home of its own; a key writes it down."""
    await found(driven)
    await driven.step("Alt+S", "Stop.ask")


# ── signing up ────────────────────────────────────────────────────────────────────────────────────────────


async def fill_in(driven: Driven) -> None:
    """From Home: a number that nobody has, a name and a birth date."""
    await driven.walk((NEW, "S03.not_found"), ("Enter", "S10.empty"))
    await name_and_date(driven)


async def form_filled(driven: Driven) -> None:
    """The same, on a home of its own."""
    await home(driven)
    await fill_in(driven)


async def consent_asked(driven: Driven) -> None:
    """And the way in which consent is given is asked for."""
    await form_filled(driven)
    await driven.step("Enter", "S11.choose")


async def name_and_date(driven: Driven, first: str = "rosa", last: str = "delgado", born: str = "04181990") -> None:
    """A first name, a last name and a birth date, in an empty form that has the number."""
    for text in (first, last):
        await driven.type(text)
        await driven.press("Tab")
    await driven.type(born)


# ── what is told ──────────────────────────────────────────────────────────────────────────────────────────


def told(driven: Driven) -> str:
    """What the page's notices say now."""
    page = driven.window.page
    assert page is not None
    return " ".join(n.title.text() + " " + n.hint.text() for n in page.findChildren(Notice) if n.isVisibleTo(page))


def audited(driven: Driven) -> list[str]:
    """The audit log as text, newest first."""
    rows = driven.register.db.read(
        lambda c: c.execute("SELECT kind, staff, facts FROM audit ORDER BY seq DESC").fetchall()
    )
    return [f"{row['kind']} {row['staff']} {row['facts']}" for row in rows]
