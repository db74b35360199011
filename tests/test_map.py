"""The map of the house in the README names every room there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOUSES = ("budtender", "ui")


def rooms(house: str) -> set[str]:
    """The modules and packages of a house, as the map spells them."""
    found = set()
    for path in (ROOT / house).iterdir():
        if path.suffix == ".py" and not path.name.startswith("__"):
            found.add(path.name)
        elif (path / "__init__.py").exists():
            found.add(f"{path.name}/")
    return found


def named(house: str) -> list[str]:
    """What the map has under a house: the words at the beginning of each of its lines."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    part = readme.partition("## The house")[2].partition(f"\n{house}/")[2]
    lines = re.match(r"[^\n]*\n((?:  [^\n]*\n)*)", part)
    assert lines is not None
    return [word for line in lines[1].splitlines() for word in re.split(r" {2,}", line.strip())[0].split()]


@pytest.mark.parametrize("house", HOUSES)
def test_every_room_is_on_the_map_once(house: str) -> None:
    assert sorted(named(house)) == sorted(rooms(house))
