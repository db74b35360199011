"""Whatever a shopper or a reward is called: on no screen is it markup, a file to open, or more than its place."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from budtender.errors import RewardUnusable
from budtender.model import Reward
from budtender.names import LONGEST_TITLE
from budtender.simulator import CASES, population
from budtender.simulator import world as simulated
from budtender.simulator.rewards import REWARDS
from tests.ui.test_gallery import problems_of
from ui import language
from ui.counter import offer as offers
from ui.gallery import world
from ui.gallery.pictures import Look, visit
from ui.widgets.text import Text, breakable
from ui.words import tell

MARKUP = "<img src='file:///etc/hostname'><b>x</b>&amp;"
ARABIC = "عبدالرحمنعبدالرحمنعبدالرحمنعبدالرحمنعبدالرحمن"
LONG = "W" * 90
HEBREW = "שלום, (1) 50% — אבג " * 4


@pytest.fixture(autouse=True)
def _everybody_has_such_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    named = itertools.cycle([(MARKUP, LONG), (ARABIC, MARKUP), (LONG, ARABIC), (HEBREW, HEBREW)])
    cases = tuple(msgspec.structs.replace(case, name=name) for case, name in zip(CASES, named, strict=False))
    for module in (population, world):
        monkeypatch.setattr(module, "CASES", cases)
    monkeypatch.setattr(world, "NEWCOMER", msgspec.structs.replace(world.NEWCOMER, first_name=ARABIC, last_name=LONG))
    titles = itertools.cycle([MARKUP, ARABIC, LONG, HEBREW])
    offered = tuple(msgspec.structs.replace(reward, name=title) for reward, title in zip(REWARDS, titles, strict=False))
    monkeypatch.setattr(simulated, "REWARDS", offered)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("look", [Look(size=(460, 900)), Look(language="es", scale=2.0, size=(1080, 760))])
def test_names_are_text_and_stay_in_their_place_on_every_screen(qapp: QApplication, look: Look) -> None:
    problems: list[str] = []

    def examine(window: QWidget, name: str) -> None:
        problems.extend(f"{name}: {problem}" for problem in [*problems_of(window), *_out_of_place(window)])

    visit(qapp, look, examine)
    assert problems == []


def _out_of_place(window: QWidget) -> list[str]:
    labels = window.findChildren(QLabel)
    plain = Qt.TextFormat.PlainText
    found = [f"“{label.text()[:40]}” may be markup" for label in labels if label.textFormat() is not plain]
    for text in window.findChildren(Text):
        wraps = text.wordWrap() and text.isVisibleTo(window)
        room = QRect(0, 0, text.width(), 100_000)
        if (
            wraps
            and text.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text.text()).width() > text.width()
        ):
            found.append(f"“{text.accessibleName()[:40]}” is wider than its place")
    for area in window.findChildren(QScrollArea):
        page = area.widget()
        if page is not None and area.isVisibleTo(window) and page.width() > area.viewport().width():
            found.append(f"the page is {page.width()} wide in {area.viewport().width()}")
    return found


def test_a_name_from_right_to_left_does_not_turn_the_sentence_around_it() -> None:
    name = language.isolated(ARABIC)
    assert f"{name} · 250 points".startswith("\u2068")
    assert (name[1:-1], name[-1]) == (ARABIC, "\u2069")
    assert language.isolated("Ines C.") == "Ines C."


@pytest.mark.parametrize("word", [LONG, MARKUP.replace(" ", ""), ARABIC, "e\u0301" * 30, "👩\u200d👩\u200d👧" * 12])
def test_a_long_word_may_break_without_changing(word: str) -> None:
    broken = breakable(word)
    assert broken.replace("\u200b", "") == word
    assert "\u200b" in broken
    assert "\u200b\u0301" not in broken
    assert "\u200b\u200d" not in broken
    assert "\u200d\u200b" not in broken


@pytest.mark.parametrize(
    ("name", "title", "seen"),
    [
        ("x" * 5000, "", "x" * LONGEST_TITLE + "…"),
        ("Ten\u202egpj.exe", "", "Tengpj.exe"),
        ("Ten\n\tdollars\x00 off", "", "Ten dollars off"),
        ("\u202e\u200f", "Ten off", "Ten off"),
        ("", "", "Reward without a name"),
    ],
)
def test_a_reward_is_called_in_one_line_that_fits_a_card(qapp: QApplication, name: str, title: str, seen: str) -> None:
    reward = Reward(id="1", name=name, title=title)
    assert offers.name_of(reward) == seen
    assert tell(RewardUnusable("", "", code="reward_gone", name="x" * 5000)).title.count("x") <= LONGEST_TITLE + 10
