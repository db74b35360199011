"""Steps of serving somebody, by keys."""

from __future__ import annotations

from tests.ui.driving import REFERENCE, Driven


async def found(driven: Driven, *, by_pin: bool = False, **settings: str) -> None:
    """The reference shopper on Home, on a home of its own; `by_pin` has Sam sign in at the door."""
    await driven.set_up(**settings)
    await driven.open(signed_in=not by_pin)
    if by_pin:
        await driven.give_pin("Sam")
        await driven.reach("S03.empty")
    await driven.type(REFERENCE)
    await driven.reach("S03.found")


async def serve(driven: Driven, phone: str = REFERENCE) -> None:
    """From Home to the open wallet."""
    await driven.type(phone)
    await driven.reach("S03.found", "S03.texts_stopped")
    await driven.press("Enter")
    await driven.reach("S04.sent")
    await driven.type(await driven.code(phone))


async def opened(driven: Driven, phone: str = REFERENCE, **settings: str) -> None:
    """A wallet that was opened with a code, on a home of its own."""
    await driven.set_up(**settings)
    await driven.open()
    await serve(driven, phone)


async def choose(driven: Driven) -> None:
    """The first reward, by its digit."""
    await driven.type("1")
    await driven.reach("S07.normal")
