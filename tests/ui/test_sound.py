"""Sounds are right in pitch and length, never block, and never fail where there is no loudspeaker."""

from __future__ import annotations

import array
import itertools
import threading
import time

import miniaudio
import pytest

from tests.patience import PATIENCE
from ui.sound import RATE, SOUNDS, Sounds, samples

NULL = [miniaudio.Backend.NULL]


def waves(raw: bytes) -> array.array[int]:
    """The samples as numbers."""
    values = array.array("h")
    values.frombytes(raw)
    return values


def hertz(values: array.array[int]) -> float:
    """The pitch, by counting how often the wave rises through zero."""
    rises = sum(1 for before, now in itertools.pairwise(values) if before < 0 <= now)
    return rises * RATE / len(values)


def busy() -> tuple[Sounds, threading.Event]:
    """Sounds that begin when the event is set."""
    sounds, go = Sounds(NULL), threading.Event()
    sounds._thread.submit(go.wait)
    return sounds, go


@pytest.mark.parametrize(("name", "seconds"), [("right", 0.150), ("wrong", 0.250), ("scan", 0.012)])
def test_each_sound_is_as_long_as_told(name: str, seconds: float) -> None:
    assert len(waves(samples(name, 60))) / RATE == pytest.approx(seconds, abs=0.001)


def test_right_rises_and_wrong_is_one_low_note() -> None:
    right = waves(samples("right", 60))
    half = len(right) // 2
    assert hertz(right[half:]) > 1.4 * hertz(right[:half])
    wrong = waves(samples("wrong", 60))
    half = len(wrong) // 2
    assert hertz(wrong[:half]) == pytest.approx(hertz(wrong[half:]), rel=0.1)
    assert hertz(wrong) < 200


@pytest.mark.parametrize("name", SOUNDS)
def test_nothing_clicks_or_is_clipped(name: str) -> None:
    values = waves(samples(name, 100))
    assert max(abs(values[0]), abs(values[-1])) < 1_500
    assert max(map(abs, values)) < 32_767


def test_volume_is_followed() -> None:
    loud, soft = (max(map(abs, waves(samples("right", volume)))) for volume in (100, 50))
    assert soft == pytest.approx(loud / 2, rel=0.02)


def test_playing_does_not_wait_and_is_heard() -> None:
    sounds, go = busy()
    playing = sounds.play("wrong", 60)
    assert playing is not None
    assert not playing.done()
    began = time.perf_counter()
    go.set()
    assert playing.result(PATIENCE)
    assert time.perf_counter() - began >= 0.25
    sounds.close()


def test_one_at_a_time_and_none_when_off() -> None:
    sounds, go = busy()
    first = sounds.play("wrong", 60)
    assert first is not None
    assert sounds.play("right", 60) is None
    go.set()
    assert first.result(PATIENCE)
    assert sounds.play("right", 0) is None
    assert sounds.play("no such sound", 60) is None
    again = sounds.play("right", 60)
    assert again is not None
    assert again.result(PATIENCE)
    sounds.close()


def test_a_machine_without_a_loudspeaker_stays_silent(capfd: pytest.CaptureFixture[str]) -> None:
    sounds = Sounds([])
    playing = [sounds.play("right", 60), sounds.play("right", 60)]
    assert playing[0] is not None
    assert playing[0].result(PATIENCE) is False
    sounds.close()
    assert capfd.readouterr() == ("", "")
