"""S04."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from budtender.counter.verify import CodeSent
from budtender.errors import CodeRefused, Locked, ProtocolError, RateLimited, Unreachable
from ui.counter.verify import VerifyPage
from ui.gallery.scenes import Scene
from ui.gallery.world import World


def scenes(world: World) -> Iterator[Scene]:
    """The code."""
    found, now = world.found["reference"], world.register.clock.now()
    fresh = CodeSent(to="", at=now - timedelta(seconds=12), resend_after=now + timedelta(seconds=18), sends_left=2)
    late = CodeSent(to="", at=now - timedelta(seconds=41), resend_after=now, sends_left=2)

    def scene(name: str, *do: Callable[[VerifyPage], None]) -> Scene:
        def whole(page: VerifyPage) -> None:
            page.show_shopper(found)
            for step in do:
                step(page)

        return Scene(name=f"S04.{name}", page=VerifyPage, do=whole)

    def sent(page: VerifyPage) -> None:
        page.sent(fresh)

    yield scene("ready")
    yield scene("sending", lambda page: page.show_sending())
    yield scene("sent", sent)
    yield scene("not_received", lambda page: page.sent(late), lambda page: page.tick())
    yield scene("checking", sent, lambda page: page.show_checking(on=True))
    yield scene("wrong", sent, lambda page: page.not_opened(CodeRefused("", code="code_wrong", tries_left=4)))
    yield scene("short", sent, lambda page: page.type("12"), lambda page: page.press_enter())
    yield scene("expired", sent, lambda page: page.not_opened(CodeRefused("", code="code_expired")))
    waits = Locked("", code="resend_wait", until=now + timedelta(seconds=18), wait_seconds=18)
    yield scene("resend_wait", sent, lambda page: page.not_sent(waits))
    limit = Locked("", code="resend_limit", until=now + timedelta(minutes=7), sends=3)
    yield scene("resend_limit", lambda page: page.not_sent(limit))
    locked = Locked("", code="code_locked", until=now + timedelta(minutes=10))
    yield scene("locked", sent, lambda page: page.not_opened(locked))
    yield scene("slow", sent, lambda page: page.not_opened(ProtocolError("", system="aiq")))
    yield scene("failed", lambda page: page.not_sent(RateLimited("", system="aiq", retry_after=60, wait_seconds=60)))
    yield scene("offline", lambda page: page.not_sent(Unreachable("", system="aiq", sent=False)))
