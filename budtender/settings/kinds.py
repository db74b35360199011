"""The kinds of settings: how each is read from what is typed, and what it takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Generic, TypeVar

import msgspec

from budtender.model import Role
from budtender.states import is_state, state_letters

T = TypeVar("T")
_YES = frozenset({"on", "yes", "true", "1"})
_NO = frozenset({"off", "no", "false", "0"})


class Setting(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One setting: how it is named, read, explained, and who may change it."""

    key: str
    default: T
    title: str
    help: str
    read: Callable[[str], T]
    takes: str
    warning: str = ""
    role: Role = Role.MANAGER


#: Every setting by its key, in the order in which they are entered.
CATALOGUE: dict[str, Setting[Any]] = {}


def _enter(setting: Setting[T]) -> Setting[T]:
    CATALOGUE[setting.key] = setting
    return setting


def switch(key: str, default: bool, title: str, about: str, warning: str = "") -> Setting[bool]:
    """Enter a setting that is on or off."""

    def read(value: str) -> bool:
        if value.lower() in _YES | _NO:
            return value.lower() in _YES
        raise ValueError

    return _enter(
        Setting(key=key, default=default, title=title, help=about, read=read, takes="on or off", warning=warning)
    )


def number(key: str, default: int, low: int, high: int, title: str, about: str) -> Setting[int]:
    """Enter a whole number between two bounds, both included."""

    def read(value: str) -> int:
        whole = int(value)
        if low <= whole <= high:
            return whole
        raise ValueError

    takes = f"a whole number from {low} to {high}"
    return _enter(Setting(key=key, default=default, title=title, help=about, read=read, takes=takes))


def choice(key: str, default: str, choices: tuple[str, ...], title: str, about: str) -> Setting[str]:
    """Enter one word of several; in whatever case it is typed."""

    def read(value: str) -> str:
        if value.lower() in choices:
            return value.lower()
        raise ValueError

    return _enter(Setting(key=key, default=default, title=title, help=about, read=read, takes=" or ".join(choices)))


def text(key: str, default: str, title: str, about: str, longest: int = 80) -> Setting[str]:
    """Enter a line of text."""

    def read(value: str) -> str:
        if len(value) <= longest and value.isprintable():
            return value
        raise ValueError

    takes = f"a text of at most {longest} characters"
    return _enter(Setting(key=key, default=default, title=title, help=about, read=read, takes=takes))


def words(key: str, title: str, about: str, warning: str = "") -> Setting[str]:
    """Enter a list of words, empty at first; they are kept in lower case, each once."""

    def read(value: str) -> str:
        found = [word.strip().lower() for word in value.split(",") if word.strip()]
        if all(word.isascii() and word.isalpha() and len(word) <= 20 for word in found) and len(found) <= 20:
            return ", ".join(dict.fromkeys(found)) if found not in (["off"], ["no"]) else ""
        raise ValueError

    takes = "words separated by commas, or nothing"
    return _enter(Setting(key=key, default="", title=title, help=about, read=read, takes=takes, warning=warning))


def state(key: str, default: str, title: str, about: str) -> Setting[str]:
    """Enter a state, kept as its two letters, or none."""

    def read(value: str) -> str:
        letters = state_letters(value)
        if letters and not is_state(letters):  # a slip would silently mean the defaults instead of a state's own rules
            raise ValueError
        return letters

    takes = "a state's two letters or its name, or nothing"
    return _enter(Setting(key=key, default=default, title=title, help=about, read=read, takes=takes))


def day(key: str, title: str, about: str, warning: str = "") -> Setting[date | None]:
    """Enter a day, or none; only an owner sets what reaches out to many shoppers at once."""

    def read(value: str) -> date | None:
        return date.fromisoformat(value) if value and value.lower() not in _NO else None

    return _enter(
        Setting(
            key=key,
            default=None,
            title=title,
            help=about,
            read=read,
            takes="a day as YYYY-MM-DD, or nothing",
            warning=warning,
            role=Role.OWNER,
        )
    )
