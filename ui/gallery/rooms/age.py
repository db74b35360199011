"""S12."""

from __future__ import annotations

from collections.abc import Iterator

from ui.counter.age import AgePage, AgeState
from ui.gallery.scenes import Scene
from ui.gallery.world import World


def scenes(_world: World) -> Iterator[Scene]:
    """Not old enough."""
    blocked = AgeState(name="blocked", minimum_age=21)
    may = AgeState(name="patient_may", minimum_age=21, patient_age=18, patient_may=True)
    yield Scene(name="S12.blocked", page=AgePage, do=lambda page: page.draw(blocked))
    caregiver = AgeState(name="caregiver_may", minimum_age=21, patient_age=18, caregiver_may=True)
    yield Scene(name="S12.patient_may", page=AgePage, do=lambda page: page.draw(may))
    yield Scene(name="S12.caregiver_may", page=AgePage, do=lambda page: page.draw(caregiver))
