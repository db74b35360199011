"""Faults: which of them strike, on which requests, how often. `mischief` carries them out.

A script is a TOML or JSON file with a list named `fault`; each entry has a `name` and any of the keys of
`Faults.add`:

    [[fault]]
    name = "drop_after"
    match = "PUT /api/v1.1/discount/redeem/*"
    times = 2
"""

from __future__ import annotations

import json
import random
import re
import threading
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import EllipsisType
from typing import Any, Literal

import msgspec

# Which keys a fault understands beside those that choose its requests, and what they are if not given.
KINDS: Mapping[str, Mapping[str, Any]] = {
    "latency": {"seconds": 1.0},
    "drop_before": {},
    "drop_after": {},
    "late": {"seconds": 5.0},
    "status": {"status": 500, "body": "auto", "effect": False},
    "truncate": {"body": "silent"},
    "wrong_types": {},
    "null_fields": {},
    "not_json": {"status": 200, "effect": False},
    "rate_limit": {"seconds": 2.0, "retry_after": "seconds"},
    "drip": {"seconds": 0.3},
    "huge": {"megabytes": 200},
    "redirect": {"status": 302, "location": "http://portal.example.net/sign-in", "effect": False},
}
_CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("status", "body"): ("auto", "json", "html", "empty"),
    ("truncate", "body"): ("silent", "announced"),
    ("rate_limit", "retry_after"): ("seconds", "date", "alternate", "garbage", "none"),
}
_CHOOSING = ("name", "match", "times", "after", "every", "probability")


class Fault(msgspec.Struct):
    """One fault that waits for its requests; `fired` counts how often it struck.

    `seconds` is real time for latency, drip and rate_limit, and simulated time for late.
    """

    name: str
    match: str = "*"
    times: int | None = 1
    after: int = 0
    every: int | None = None
    probability: float | None = None
    seconds: float = 0.0
    status: int = 0
    body: str = ""
    effect: bool = False
    retry_after: str = ""
    megabytes: int = 0
    location: str = ""
    seen: int = 0
    fired: int = 0


class Faults:
    """The faults in force, in the order in which they were added; the first that applies strikes."""

    def __init__(self, seed: int) -> None:
        self._faults: list[Fault] = []
        self._rng = random.Random(seed)
        self._lock = threading.Lock()

    @property
    def all(self) -> list[Fault]:
        """The faults in force, spent ones included."""
        with self._lock:
            return list(self._faults)

    def add(
        self,
        name: str,
        *,
        match: str = "*",
        times: int | EllipsisType | None = ...,
        after: int = 0,
        every: int | None = None,
        probability: float | None = None,
        **details: Any,
    ) -> Fault:
        """Puts a fault in force and returns it; an unknown name, key or value raises ValueError.

        Args:
            name: one of `KINDS`.
            match: method and path, as in "POST /api/v2/loyalty"; `*` and `{name}` match anything.
            times: how often it strikes, None for ever; once by default, for ever with `every` or `probability`.
            after: so many matching requests pass first.
            every: then it strikes each n-th one.
            probability: then it strikes by chance, drawn from the seed.
            details: `seconds`, `status`, `body`, `effect` and so on, as far as the fault knows them.
        """
        if times is ...:
            times = 1 if every is None and probability is None else None
        choosing = {
            "name": name, "match": match, "times": times, "after": after, "every": every,
            "probability": probability,
        }  # fmt: skip
        fault = _checked(choosing | details)
        with self._lock:
            self._faults.append(fault)
        return fault

    def holds(self, fault: Fault) -> bool:
        """Whether this very fault is still in force, spent or not."""
        with self._lock:
            return any(one is fault for one in self._faults)

    def clear(self) -> None:
        """Ends all faults; what a latency keeps waiting goes on at once."""
        with self._lock:
            self._faults.clear()

    def load(self, path: str | Path) -> list[Fault]:
        """Puts the faults of a script in force; ValueError names the line or key that is wrong."""
        file = Path(path)
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"{file.name} cannot be read: it is no text") from error
        entries = _parsed(file, text)
        faults = []
        for number, entry in enumerate(entries, start=1):
            try:
                faults.append(self.add(**arguments(entry)))
            except ValueError as error:
                line = _line_of(text, number) if file.suffix == ".toml" else 0
                place = f"line {line}, fault {number}" if line else f"fault {number}"
                raise ValueError(f"{file.name}, {place}: {error}") from error
        return faults

    def pick(self, method: str, path: str, template: str) -> list[Fault]:
        """Returns what strikes this request: any number of latencies and at most one other fault."""
        struck: list[Fault] = []
        with self._lock:
            for fault in self._faults:
                if _matches(fault.match, method, path, template) and self._strikes(fault):
                    struck.append(fault)
                    if fault.name != "latency":
                        break
        return struck

    def _strikes(self, fault: Fault) -> bool:
        fault.seen += 1
        turn = fault.seen - fault.after
        if turn <= 0 or (fault.times is not None and fault.fired >= fault.times):
            return False
        if fault.every is not None and turn % fault.every:
            return False
        if fault.probability is not None and self._rng.random() >= fault.probability:
            return False
        fault.fired += 1
        return True


def arguments(entry: object) -> dict[str, Any]:
    """Returns one entry of a script as arguments of `Faults.add`; ValueError if it is no table with a name."""
    if not isinstance(entry, dict) or "name" not in entry:
        raise ValueError(f"a fault is a table with a name, one of {', '.join(KINDS)}")
    return entry


def _checked(asked: Mapping[str, Any]) -> Fault:
    """Returns the fault asked for, with the defaults of its kind; else raises ValueError."""
    name = asked["name"]
    if name not in KINDS:
        raise ValueError(f"unknown fault {name!r}; the faults are {', '.join(KINDS)}")
    allowed = (*_CHOOSING, *KINDS[name])
    for key in asked:
        if key not in allowed:
            raise ValueError(f"unknown key {key!r} for the fault {name}; its keys are {', '.join(allowed)}")
    try:
        fault = msgspec.convert({**KINDS[name], **asked}, Fault)
    except msgspec.ValidationError as error:
        raise ValueError(f"wrong value for the fault {name}: {error}") from error
    for key in KINDS[name]:
        choices = _CHOICES.get((name, key))
        if choices and getattr(fault, key) not in choices:
            raise ValueError(f"{key!r} of the fault {name} must be one of {', '.join(choices)}")
    _check_ranges(fault)
    return fault


def _check_ranges(fault: Fault) -> None:
    positive: tuple[Literal["times", "every"], ...] = ("times", "every")
    for key in positive:
        value = getattr(fault, key)
        if value is not None and value < 1:
            raise ValueError(f"{key!r} of the fault {fault.name} must be at least 1")
    if fault.after < 0 or not 0 <= fault.seconds <= 86_400 or not 0 <= fault.megabytes <= 1024:
        raise ValueError(f"the fault {fault.name} has a value out of range in after, seconds or megabytes")
    if fault.probability is not None and not 0 <= fault.probability <= 1:
        raise ValueError(f"'probability' of the fault {fault.name} must lie between 0 and 1")
    if fault.status and not 200 <= fault.status <= 599:
        raise ValueError(f"'status' of the fault {fault.name} must be an HTTP status from 200 to 599")


def _parsed(file: Path, text: str) -> list[object]:
    """Returns the entries of a script; text that is no TOML or JSON raises ValueError with its line."""
    if file.suffix not in (".toml", ".json"):
        raise ValueError(f"{file.name}: a fault script ends in .toml or .json")
    try:
        content = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{file.name} cannot be read: {error}") from error
    entries = content.get("fault") if isinstance(content, dict) else None
    unknown = [key for key in content if key != "fault"] if isinstance(content, dict) else []
    if not isinstance(entries, list) or unknown:
        named = f" and not {unknown[0]!r}" if unknown else ""
        raise ValueError(f"{file.name}: the file holds one list named 'fault'{named}")
    return entries


def _line_of(text: str, number: int) -> int:
    """Returns the line where the n-th [[fault]] of a TOML text stands; 0 if it is written another way."""
    lines = [at for at, line in enumerate(text.splitlines(), start=1) if re.match(r"\s*\[\[\s*fault", line)]
    return lines[number - 1] if len(lines) >= number else 0


def _matches(match: str, method: str, path: str, template: str) -> bool:
    verb, _, pattern = match.strip().rpartition(" ")
    if verb not in ("", "*") and verb.upper() != method:
        return False
    if pattern in ("*", template):
        return True
    shape = re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(pattern)).replace(r"\*", ".*")
    return re.fullmatch(shape, path) is not None
