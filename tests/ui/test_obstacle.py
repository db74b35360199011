"""What keeps a register from opening is told calmly, with the next step, and can be tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from qasync import QEventLoop
from shiboken6 import isValid

from budtender.errors import Damaged, HomeError
from budtender.register import Register
from budtender.secrets import MemoryVault
from tests.patience import until
from tests.ui.driving import click, shown, wind_up
from ui.obstacle import Obstacle, past

Play = Callable[[Callable[[], Awaitable[None]]], None]


@pytest.fixture
def play(qapp: QApplication) -> Iterator[Play]:
    """Plays a story on the window's loop."""
    loop = QEventLoop(qapp)

    def played(story: Callable[[], Awaitable[None]]) -> None:
        loop.run_until_complete(story())

    yield played
    wind_up(loop)
    loop.close()


def test_a_damaged_home_is_told_and_tried_again_with_enter(play: Play, tmp_path: Path) -> None:
    side = tmp_path / "home.json"
    side.write_text("{not json")

    async def story() -> None:
        opening = asyncio.ensure_future(past(lambda: Register.open(tmp_path, vault=MemoryVault()), asyncio.Event()))
        obstacle = await shown(Obstacle)
        assert obstacle.objectName() == "obstacle.damaged"
        words = [label.text().replace("\u200b", "") for label in obstacle.findChildren(QLabel)]
        assert "This register's files are damaged or missing." in words
        assert f"{side} is damaged. Put it back from a backup, or start a new home with --home." in words
        side.unlink()
        await click(obstacle, Qt.Key.Key_Return)
        register = await opening
        assert register is not None
        await register.close()

    play(story)


def test_it_may_be_closed_instead(play: Play) -> None:
    async def fails() -> None:
        raise Damaged("It is damaged.", "Do something.")

    async def story() -> None:
        asking = asyncio.ensure_future(past(fails, asyncio.Event()))
        (await shown(Obstacle)).close()
        assert list(await asyncio.gather(asking)) == [None]

    play(story)


def test_a_program_that_is_to_end_waits_for_no_answer(play: Play) -> None:
    async def fails() -> None:
        raise Damaged("It is damaged.", "Do something.")

    async def story() -> None:
        ended = asyncio.Event()
        asking = asyncio.ensure_future(past(fails, ended))
        await shown(Obstacle)
        ended.set()
        assert list(await asyncio.gather(asking)) == [None]
        assert [w for w in QApplication.topLevelWidgets() if isinstance(w, Obstacle) and w.isVisible()] == []

    play(story)


def test_it_is_told_again_as_long_as_it_lasts(play: Play) -> None:
    tries: list[int] = []

    async def fails_twice() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise HomeError(f"Try {len(tries)} failed.")
        return "open"

    async def story() -> None:
        asking = asyncio.ensure_future(past(fails_twice, asyncio.Event()))
        for number in (1, 2):
            obstacle = await shown(Obstacle)
            assert obstacle.accessibleName() == f"Try {number} failed."
            await click(obstacle, Qt.Key.Key_Return)
            await until(lambda gone=obstacle: not isValid(gone) or not gone.isVisible(), "its end")  # type: ignore[misc]
        assert await asking == "open"

    play(story)


def test_the_words_of_a_failure_are_data(play: Play) -> None:
    async def fails() -> None:
        raise HomeError("<b>Bold</b> &amp; more", "<img src='file:///etc/passwd'>")

    async def story() -> None:
        asking = asyncio.ensure_future(past(fails, asyncio.Event()))
        obstacle = await shown(Obstacle)
        labels = [label for label in obstacle.findChildren(QLabel) if "<" in label.text()]
        assert len(labels) == 2
        assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
        obstacle.close()
        await asking

    play(story)
