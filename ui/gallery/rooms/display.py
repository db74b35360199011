"""S28, on the second screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from budtender.settings import STORE_NAME
from budtender.wording import consent_text
from ui.display.window import DisplayWindow
from ui.gallery.world import World
from ui.shopper import AskConsent, AskPhone, Away, Consented, Greet, Idle, Shown, ShowPoints, ShowRedeemed


def shown(world: World, language: str) -> Mapping[str, Shown]:
    """What each state shows."""
    store = world.register.settings.get(STORE_NAME)
    view = world.view("reference")
    return {
        "idle": Idle(),
        "phone": AskPhone(),
        "confirm": Greet(first_name="Ines", last_two="42"),
        "consent": AskConsent(
            loyalty=consent_text("loyalty", language, store),
            texts=consent_text("texts", language, store),
            language=language,
        ),
        "points": ShowPoints(points=view.points.available, rewards=tuple(o.reward.name for o in view.offers)),
        "hidden": ShowPoints(points=None, rewards=tuple(o.reward.name for o in view.offers[:2])),
        "offline": ShowPoints(points=None, old=True),
        "redeemed": ShowRedeemed(reward=view.offers[0].reward.name, remaining=Decimal("162.5")),
        "away": Away(),
    }


def windows(world: World, language: str, window: DisplayWindow) -> Iterator[str]:
    """Bring the shopper's window into one state after the other; each time it is ready, its name."""
    window.speak(language)
    for name, state in shown(world, language).items():
        window.show_shopper(state)
        yield f"S28.{name}"
    window.sign(Consented(join=True, texts=False, language=language))
    yield "S28.signature"
