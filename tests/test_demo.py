"""The demo is a smoke test of everything: each step ends as told, or it says which did not. And the simulator alone."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from rich.cells import cell_len
from rich.console import Console

from budtender.cli import main
from budtender.demo import NotAsTold, Page, Step, play, serving, training, write_tour
from budtender.errors import CannotSave, Exit
from budtender.simulator import CASES

SHOPPER = "3035550142"
TITLES = [
    "A register of its own",
    "A phone number is typed",
    "The same number again",
    "A code by text",
    "A wrong code",
    "The right code opens the wallet",
    "A reward is redeemed",
    "Undo",
    "An answer is lost",
    "Wait, look, then decide",
    "The plug is pulled",
    "Back again: the stop goes first",
    "A manager's PIN",
    "A new shopper",
    "The books are closed",
]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where training homes are made during a test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.requirement("D-026", "D-035", "D-038", "D-041", "D-042")
def test_a_shopper_is_served_step_by_step(temporary: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    code = main(["demo", "--shoppers", "40", "--json", "--tour", str(tmp_path / "tour")])
    document = json.loads(capsys.readouterr().out)
    assert code == Exit.DONE
    steps = document["steps"]
    assert [step["title"] for step in steps] == TITLES
    assert {step["outcome"] for step in steps} == {"as told"}
    assert document["as_told"]
    assert document["error"] is None
    assert document["requests_for_known_shopper"] == 3
    assert document["outbox"]["unknown"] == document["outbox"]["waiting"] == document["outbox"]["needs_person"] == 0
    by_title = {step["title"]: step for step in steps}
    assert by_title["The same number again"]["requests"] == []
    assert by_title["Back again: the stop goes first"]["requests"][0]["path"] == f"/api/v2/optin/text/{SHOPPER}/false"
    assert {"where": "outbox", "what": "redemption of −125 points: unknown → done"} in by_title[TITLES[9]]["stored"]
    assert list(temporary.iterdir()) == []
    assert time.monotonic() - began < 60
    _is_a_tour(tmp_path / "tour", steps)


def _is_a_tour(folder: Path, steps: Sequence[Any]) -> None:
    listed = json.loads((folder / "tour.json").read_text(encoding="utf-8"))["steps"]
    assert [entry["title"] for entry in listed] == [step["title"] for step in steps]
    for entry in listed:
        picture = (folder / entry["picture"]).read_text(encoding="utf-8")
        assert ElementTree.fromstring(picture).tag.endswith("svg")
        assert "@font-face" not in picture
        assert entry["title"] in (folder / entry["text"]).read_text(encoding="utf-8")


def test_a_step_that_ends_otherwise_is_named(
    temporary: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "LEAST_REQUESTS", 2)
    code = main(["demo", "--shoppers", "40", "--json"])
    answer = capsys.readouterr()
    assert code == Exit.BUG
    assert answer.err.startswith(
        "Step 7, “A reward is redeemed”, did not end as told: It was to take 2 requests, not 3."
    )
    document = json.loads(answer.out)
    assert document["as_told"] is False
    assert document["error"]["kind"] == "not_as_told"
    assert [step["title"] for step in document["steps"]] == TITLES[:7]
    assert list(temporary.iterdir()) == []


async def test_a_far_side_that_refuses_ends_the_step(temporary: Path) -> None:
    steps: list[Step] = []
    async with training(0, 1) as trained:
        trained.simulation.faults.add("status", match="POST /api/v2/verify/contact/wallet", status=500, times=None)
        with pytest.raises(NotAsTold) as ended:
            await play(trained, steps.append)
    assert ended.value.facts["step"] == 4
    assert steps[-1].wrong
    assert steps[-1].outcome == steps[-1].wrong
    drawn = io.StringIO()
    Page(Console(file=drawn, width=80)).step(steps[-1])
    assert "Not as told: " in drawn.getvalue()


def test_there_is_no_room_for_a_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert main(["demo"]) == Exit.REFUSED
    assert "temporary folder cannot be made" in capsys.readouterr().err


# ── what it looks like ────────────────────────────────────────────────────────────────────────────────────

#: One process plays the demo for all of these.
together = pytest.mark.xdist_group("a demo that is played once")


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    """All steps, played once."""

    async def played() -> list[Step]:
        told: list[Step] = []
        async with training(0, 1) as trained:
            await play(trained, told.append)
        return told

    return asyncio.run(played())


@together
@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("colour", [None, "truecolor"])
def test_it_fits_and_is_plain_where_there_is_no_colour(
    steps: list[Step], width: int, colour: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    drawn = io.StringIO()
    page = Page(Console(file=drawn, width=width, color_system=colour, force_terminal=colour is not None))
    for step in steps:
        page.step(step)
    text = drawn.getvalue()
    assert ("\x1b" in text) is (colour is not None)
    if colour is None:
        assert max(cell_len(line) for line in text.splitlines()) <= min(width, 96)
        for title in TITLES:
            assert title in text
        # Answers are words and tables, never the JSON that they came as.
        assert "{" not in text
        assert '"' not in text


@together
def test_no_colour_is_honoured(steps: list[Step], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    drawn = io.StringIO()
    Page(Console(file=drawn, width=80, force_terminal=True, color_system="truecolor")).step(steps[0])
    assert "38;" not in drawn.getvalue()


@together
def test_a_tour_that_cannot_be_written_says_so(steps: list[Step], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotSave) as failed:
        write_tour(tmp_path / "file", steps)
    assert "--tour" in failed.value.hint


# ── processes ─────────────────────────────────────────────────────────────────────────────────────────────


def started(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """The command line as a process, without a secure storage to fall back on."""
    bare = {name: value for name, value in os.environ.items() if name != "DBUS_SESSION_BUS_ADDRESS"}
    return subprocess.Popen(
        [sys.executable, "-m", "budtender", *arguments],
        env={**bare, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def lines_until(process: subprocess.Popen[str], wanted: str) -> Iterator[str]:
    """What it writes up to the line that holds `wanted`; the test's own time limit bounds the wait."""
    assert process.stdout is not None
    for line in process.stdout:
        yield line
        if wanted in line:
            return
    raise AssertionError(f"it ended without saying {wanted}: {process.communicate()[1]}")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_behind_when_it_is_stopped(tmp_path: Path, number: signal.Signals) -> None:
    with started("demo", "--shoppers", "0", TMPDIR=str(tmp_path)) as process:
        list(lines_until(process, TITLES[1]))
        (folder,) = tmp_path.glob("budtender-training-*")
        assert (folder / "budtender.db").exists()
        process.send_signal(number)
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == Exit.REFUSED
    assert complaint.strip() == "Stopped."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_simulator_shows_texts_until_it_is_stopped(number: signal.Signals) -> None:
    with started("simulate", "--shoppers", "0", "--json") as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        assert {case["phone"] for case in first["cases"]} == {case.number for case in CASES}
        assert "not-a-real-key" in first["aiq_key"]
        asked = httpx.post(
            f"{first['url']}/api/v2/verify/contact/wallet",
            json={"phone": SHOPPER},
            headers={"x-apikey": first["aiq_key"]},
        )
        assert asked.status_code == 200
        text = json.loads(process.stdout.readline())
        assert (text["event"], text["to"]) == ("text", SHOPPER)
        assert text["code"] in text["body"]
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == Exit.DONE


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_the_simulated_stores_have_sold_and_go_on_selling() -> None:
    words = ("--shoppers", "0", "--stores", "2", "--sales", "60", "--crowd", "50", "--life", "100")
    with started("simulate", *words, "--json") as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        totals = httpx.get(f"{url}/_simulator/shop/totals").json()
        assert {row["store"] for row in totals} == {"Harbor Street", "Cottonwood Avenue"}
        assert sum(row["sales"] + row["returns"] + row["voids"] for row in totals) > 50
        assert httpx.post(f"{url}/_simulator/shop/life", json={}).json()["an_hour"] == 100
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_a_person_reads_where_it_is_whom_to_look_up_and_each_code() -> None:
    with started("simulate", "--shoppers", "0", "--seed", "5") as process:
        told = "".join(lines_until(process, "Ctrl+C ends it"))
        url = next(word for word in told.split() if word.startswith("http://127.0.0.1:"))
        assert f"echo sim-aiq-5-not-a-real-key | budtender connect aiq --uid 9001 --base-url {url}\n" in told
        assert f"| budtender connect dutchie --store 'Harbor Street' --base-url {url}\n" in told
        assert "printf '%s\\n' sim-posabit-5-31-not-a-real-key sim-posabit-5-integrator-not-a-real-key |" in told
        for case in CASES:
            assert f"({case.number[:3]}) {case.number[3:6]}-{case.number[6:]}" in told
        headers = {"x-apikey": "sim-aiq-5-not-a-real-key"}
        httpx.post(f"{url}/api/v2/verify/contact/wallet", json={"phone": SHOPPER}, headers=headers)
        (*_, line) = lines_until(process, "code is")
        assert line.startswith("(303) 555-0142 ← ")
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    assert "has ended" in rest
    assert process.returncode == Exit.DONE


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--port", "99999"], Exit.USAGE, "--port"),
        (["--port", "x"], Exit.USAGE, "--port"),
        (["--shoppers", "-1"], Exit.USAGE, "--shoppers"),
        (["--latency", "-1"], Exit.USAGE, "--latency"),
        (["--latency", "nan"], Exit.USAGE, "--latency"),
        (["--seed", "1.5"], Exit.USAGE, "--seed"),
        (["--faults", "nowhere.toml"], Exit.USAGE, "nowhere.toml cannot be read: no such file or directory."),
        (["--faults", "{bad}"], Exit.USAGE, "unknown fault 'earthquake'"),
        (["--faults", "{binary}"], Exit.USAGE, "The script of faults cannot be used"),
    ],
)
def test_what_the_simulator_cannot_use_is_one_sentence(
    arguments: list[str], code: Exit, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, binary = tmp_path / "bad.toml", tmp_path / "binary.toml"
    bad.write_text('[[fault]]\nname = "earthquake"\n')
    binary.write_bytes(b"\xff\xfe\x00")
    places = {"{bad}": str(bad), "{binary}": str(binary)}
    assert main(["simulate", *(places.get(word, word) for word in arguments)]) == code
    complaint = capsys.readouterr().err
    assert sentence in complaint
    assert "Traceback" not in complaint


def test_a_port_in_use_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["simulate", "--port", str(port)]) == Exit.REFUSED
    assert f"Port {port} cannot be used: address already in use." in capsys.readouterr().err
