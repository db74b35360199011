"""Every page and state can be drawn by name, and none is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from ui.display.views import View
from ui.gallery.pictures import Look, take
from ui.gallery.rooms import ROOMS
from ui.window import PAGES

pytestmark = pytest.mark.xdist_group("gallery")


@pytest.fixture(scope="module")
def pictures(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One picture a scene, by its name."""
    taken = take(qapp, tmp_path_factory.mktemp("gallery"), Look())
    return {picture.stem: picture for picture in taken}


def test_every_state_of_every_page_has_a_picture(pictures: dict[str, Path]) -> None:
    wanted = {f"{page.number}.{state}" for page in PAGES.values() for state in page.states}
    shopper = {name for name in pictures if name.startswith("S28.")}
    assert set(pictures) - shopper == wanted
    assert {view.name for view in View.__subclasses__()} <= {name.removeprefix("S28.") for name in shopper}
    assert set(ROOMS) == {page.number for page in PAGES.values()}
    assert all(picture.stat().st_size > 1_000 for picture in pictures.values())
