"""The command line as a person or a script meets it: as a process of its own, or in this one."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from budtender.cli import main


class Answer(msgspec.Struct, frozen=True):
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return msgspec.json.decode(self.out)

    @property
    def said(self) -> str:
        """The first line of complaint: the sentence."""
        return self.err.partition("\n")[0]

    @property
    def next_step(self) -> str:
        """The line after it."""
        return self.err.partition("\n")[2].strip()


class CommandLine:
    """Commands on one home."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str, stdin: str = "", json: bool = True) -> Answer:
        """Run one command in this process."""
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        self._capsys.readouterr()
        code = main(["--home", str(self.home), *(["--json"] if json else []), *arguments])
        captured = self._capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    def start(
        self, *arguments: str, json: bool = True, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start one command as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "budtender", "--home", str(self.home), *(["--json"] if json else []), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **(environment or {})},
        )

    def process(
        self,
        *arguments: str,
        stdin: str = "",
        json: bool = True,
        environment: Mapping[str, str] | None = None,
    ) -> Answer:
        """Run one command as a process of its own."""
        return ended(self.start(*arguments, json=json, environment=environment), stdin)


def ended(process: subprocess.Popen[str], stdin: str = "") -> Answer:
    """Wait for a started command."""
    with process:
        out, err = process.communicate(stdin, timeout=60)
    return Answer(process.returncode, out, err)
