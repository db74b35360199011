"""Where a coroutine meets a widget: nothing of what has ended stays with a widget that lives on."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest
from PySide6.QtCore import QObject

from budtender.errors import Failure
from tests.ui.driving import Driven, run
from ui import bridge


class Answer:
    """Something that can be seen to be gone."""


def unexpected(failure: Failure) -> None:
    pytest.fail(str(failure))


@pytest.mark.usefixtures("qapp")
def test_what_has_ended_is_let_go_of(driven: Driven) -> None:
    async def answer() -> Answer:
        await asyncio.sleep(0)
        return Answer()

    async def story() -> None:
        owner, seen = QObject(), []
        for _ in range(3):
            bridge.run(owner, answer(), lambda value: seen.append(weakref.ref(value)), unexpected, word="ask")
            await driven.until(lambda: not bridge.is_running(owner), "the answer")
        await asyncio.sleep(0)
        gc.collect()
        assert [ref() for ref in seen] == [None] * 3

    run(driven, story())


@pytest.mark.usefixtures("qapp")
def test_what_goes_on_when_its_widget_goes_is_cut_off(driven: Driven) -> None:
    async def story() -> None:
        owner, cut = QObject(), asyncio.Event()

        async def wait() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                cut.set()

        bridge.run(owner, wait(), lambda _nothing: None, unexpected, word="wait")
        await asyncio.sleep(0)
        owner.deleteLater()
        await asyncio.wait_for(cut.wait(), 5)

    run(driven, story())
