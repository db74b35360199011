"""The stage of the demo: the register, the far side, the cast, and the frame around each step."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal

from budtender.cache import personas
from budtender.cache.personas import Known
from budtender.demo.books import read_books, stored_since
from budtender.demo.step import Grid, Request, Step
from budtender.demo.training import Training
from budtender.errors import Exit, Failure
from budtender.model import Actor, Role
from budtender.simulator import CASES, Case
from budtender.sync.rules import points_text

Told = Callable[[Step], None]


class NotAsTold(Failure):
    """A step of the demo did not end as it was told: the program and its story do not agree."""

    exit = Exit.BUG


class Scene:
    """A step while it is played: what has been answered so far, and whether it went as told."""

    def __init__(self) -> None:
        self.answered: list[str | Grid] = []
        self.wrong = ""

    def say(self, *lines: str) -> None:
        """Sentences that a person at the counter would read."""
        self.answered += lines

    def grid(self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[str] = ()) -> None:
        """A table of what was answered."""
        self.answered.append(
            Grid(columns=tuple(columns), rows=tuple(tuple(row) for row in rows), numbers=frozenset(numbers))
        )

    def expect(self, is_so: bool, otherwise: str) -> None:
        """Go on if it is so; else the step ends here and `otherwise` says what was not."""
        if not is_so:
            raise _Unexpected(otherwise)


class _Unexpected(Exception):
    pass


class Stage:
    """Everything that the steps share."""

    def __init__(self, training: Training, told: Told) -> None:
        self.register = training.register
        self.simulation = training.simulation
        self.steps: list[Step] = []
        self.sam = Actor(name="Sam", role=Role.BUDTENDER)
        self.dana = Actor(name="Dana", role=Role.MANAGER)
        self.pin = ""
        self._told = told

    @asynccontextmanager
    async def step(self, title: str, told: str) -> AsyncIterator[Scene]:
        """Frame one step: what reached the far sides and what was stored is noted. Raises NotAsTold."""
        number, calls, before = len(self.steps) + 1, len(self.simulation.calls), read_books(self.register)
        scene = Scene()
        try:
            yield scene
        except (_Unexpected, Failure) as error:
            scene.wrong = str(error)
        step = Step(
            number=number,
            title=title,
            told=told,
            requests=tuple(_request(c.method, c.path) for c in self.simulation.calls[calls:]),
            answered=tuple(scene.answered),
            stored=stored_since(self.register, before),
            wrong=scene.wrong,
        )
        self.steps.append(step)
        self._told(step)
        if scene.wrong:
            raise NotAsTold(
                f"Step {number}, “{title}”, did not end as told: {scene.wrong}",
                "This is a fault of Budtender; send support what is above.",
                step=number,
            )

    def balances(self, known: Known) -> tuple[Decimal | None, Decimal]:
        """A shopper's points as this register shows them, and as AIQ has them."""
        shown = self.register.db.read(lambda c: personas.balance(c, known.id)).shown
        assert known.persona is not None, "the shoppers of the demo are known to AIQ"
        return shown, self.simulation.world.balance(known.persona.contact_id)

    def show_balances(self, scene: Scene, known: Known, before: tuple[Decimal | None, Decimal]) -> None:
        """Both balances, before the step and now."""
        moments = (("before", before), ("now", self.balances(known)))
        rows = [(word, in_points(here), in_points(there)) for word, (here, there) in moments]
        scene.grid(("Points", "Shown here", "In AIQ"), rows, numbers=("Shown here", "In AIQ"))


def case(key: str) -> Case:
    """A named case of the simulator."""
    return next(one for one in CASES if one.key == key)


def in_points(points: Decimal | None) -> str:
    """Points for a table."""
    return "–" if points is None else points_text(points)


def spoken(number: str) -> str:
    """Ten digits the way a person writes them."""
    return f"({number[:3]}) {number[3:6]}-{number[6:]}"


def _request(method: str, path: str) -> Request:
    return Request(system="AIQ" if path.startswith("/api/") else "Dutchie", method=method, path=path)
