"""Three short sounds, each with a twin on the screen: right, wrong, and the tick of a scan.

They are computed, not recorded. Nothing waits for a sound, and a machine without a loudspeaker stays silent.
"""

from __future__ import annotations

import array
import math
import os
import sys
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from budtender.log import get_logger

if TYPE_CHECKING:
    import miniaudio

LOG = get_logger(__name__)
RATE = 44_100
#: Notes as (hertz, milliseconds), played one after the other.
SOUNDS: dict[str, tuple[tuple[float, int], ...]] = {
    "right": ((659.26, 75), (987.77, 75)),
    "wrong": ((155.56, 250),),
    "scan": ((1760.0, 12),),
}
_EDGE = 0.004
#: What the loudspeaker still holds back when the last sample has been handed over.
_TAIL = 0.1
_PERIOD = 20
#: Seconds after which a loudspeaker that stopped asking for samples is given up.
_LONGEST = 2.0


@cache
def samples(name: str, volume: int) -> bytes:
    """A sound as 16-bit mono samples at `RATE`, at a volume from 0 to 100."""
    loudness = 32_767 * 0.6 * min(max(volume, 0), 100) / 100
    made = array.array("h")
    for hertz, milliseconds in SOUNDS[name]:
        count = RATE * milliseconds // 1000
        made.extend(
            round(loudness * _envelope(i, count) * math.sin(2 * math.pi * hertz * i / RATE)) for i in range(count)
        )
    if sys.byteorder == "big":
        made.byteswap()
    return made.tobytes()


def _envelope(place: int, count: int) -> float:
    """A soft beginning and end, so that nothing clicks, and a slow fading between them."""
    edge = RATE * _EDGE
    return min(1.0, place / edge, (count - place) / edge) * (1 - 0.5 * place / count)


class Sounds:
    """Plays sounds on a thread of its own, one at a time. Nothing here raises.

    `backends` is for tests: miniaudio's null device takes the same time and makes no noise.
    """

    def __init__(self, backends: Sequence[miniaudio.Backend] | None = None) -> None:
        self._backends = backends
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sound")
        self._playing: Future[bool] | None = None
        self._silent = False

    def play(self, name: str, volume: int) -> Future[bool] | None:
        """Start a sound; None when it is off, unknown, or another one is still to be heard.

        The future says later whether it was played; nobody has to wait for it.
        """
        if volume <= 0 or name not in SOUNDS or (self._playing is not None and not self._playing.done()):
            return None
        self._playing = self._thread.submit(self._play, name, volume)
        return self._playing

    def close(self) -> None:
        """End when the sound at hand has been played."""
        self._thread.shutdown()

    def _play(self, name: str, volume: int) -> bool:
        import miniaudio  # on this thread, when the first sound is played

        sound = samples(name, volume)
        backends = _at_hand() if self._backends is None else list(self._backends)
        try:
            if not backends:
                raise miniaudio.MiniaudioError("no loudspeaker")
            with miniaudio.PlaybackDevice(
                nchannels=1, sample_rate=RATE, buffersize_msec=_PERIOD, backends=backends, app_name="Budtender"
            ) as device:
                played = threading.Event()
                stream = _stream(sound + bytes(2 * int(RATE * _TAIL)), played)
                next(stream)
                device.start(stream)
                return played.wait(_LONGEST)
        except miniaudio.MiniaudioError as error:
            if not self._silent:
                LOG.info("no sound", why=str(error))
            self._silent = True
            return False


def _stream(sound: bytes, played: threading.Event) -> Generator[bytes, int, None]:
    frames = yield b""
    at = 0
    while at < len(sound):
        piece = sound[at : at + 2 * frames]
        at += 2 * frames
        frames = yield piece
    played.set()


def _at_hand() -> list[miniaudio.Backend]:
    """The ways to a loudspeaker on this machine.

    WORKAROUND: without a sound card ALSA's own library writes pages of complaints to the terminal, so on Linux it is
    looked first whether there is anything to ask.
    """
    import miniaudio

    kinds = miniaudio.Backend
    if sys.platform == "win32":
        return [kinds.WASAPI, kinds.DSOUND, kinds.WINMM]
    if sys.platform == "darwin":
        return [kinds.COREAUDIO]
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"))
    found = []
    if os.environ.get("PULSE_SERVER") or (runtime / "pulse" / "native").exists():
        found.append(kinds.PULSEAUDIO)
    if any(Path("/dev/snd").glob("pcm*p")):
        found.append(kinds.ALSA)
    return found
