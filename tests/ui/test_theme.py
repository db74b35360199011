"""Colours that are read together can be read, in light and in dark."""

from __future__ import annotations

import pytest

from ui import theme
from ui.theme import DARK, LIGHT, PAIRS, Colours


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS, ids=str)
def test_every_pair_has_its_contrast(colours: Colours, ink: str, ground: str, least: float) -> None:
    assert theme.contrast(getattr(colours, ink), getattr(colours, ground)) >= least


def test_contrast_is_what_the_guideline_says() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_nothing_is_smaller_than_can_be_read() -> None:
    assert min(size.value for size in theme.Size) >= theme.SMALLEST_TEXT
