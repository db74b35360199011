"""Calling the window of a home up from another process: to come to the front, for this shopper or for a new one.

It is what a till's button or a keyboard macro starts, so it imports neither Qt nor the engine: a shopper waits.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from budtender.errors import Exit, HomeInUse
from budtender.look import Look
from budtender.place import default_home

#: Bytes of a line; a phone number and a token of the desktop are all that is ever sent.
LONGEST_LINE = 2_000
#: Characters of what may be looked up.
LONGEST_PHONE = 40
#: Milliseconds within which either side has to say what it has to say.
PATIENCE = 2_000
#: Seconds in which a window that is just starting, or just ending, should be reachable or gone.
CHANGING = 5.0
#: What is asked where nothing is said of how the window shall stand.
AS_IT_IS = Look()
#: A Unix socket's path has room for 104 bytes on macOS and 108 on Linux.
LONGEST_PATH = 100


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is asked of the window: to come to the front, for this shopper, or `new` for one that has yet to say.

    `compact` and `on_top` say how it shall stand from now on; None leaves it as it is.
    `token` is the desktop's own permission to come to the front (XDG activation), where it gives one.
    """

    phone: str = ""
    new: bool = False
    compact: bool | None = None
    on_top: bool | None = None
    token: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether it was taken, and if not, why, as a sentence and the next step; `opening` says to ask again soon."""

    taken: bool
    opening: bool = False
    title: str = ""
    hint: str = ""


def address(home: Path) -> str:
    """Where the window of this home listens; the same for every program of this account. Raises HomeInUse."""
    folder = home.expanduser().resolve()
    path = folder / "window.socket"
    if sys.platform != "win32" and len(os.fsencode(path)) <= LONGEST_PATH:
        return str(path)
    import hashlib

    name = f"budtender-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:20]}"
    return name if sys.platform == "win32" else str(_private_folder() / name)


def _private_folder() -> Path:
    """A folder for sockets whose home lies too deep; another account's folder of this name is not used."""
    import tempfile

    folder = Path(tempfile.gettempdir()) / f"budtender-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
        ours = status.st_uid == os.getuid() and not status.st_mode & 0o077 and not folder.is_symlink()
    except OSError:
        ours = False
    if not ours:
        raise HomeInUse(f"{folder} cannot be used by this account.", "Choose a home with a shorter path with --home.")
    return folder


def hand_over(home: Path, phone: str = "", look: Look = AS_IT_IS) -> Answer | None:
    """Ask the window of this home to come to the front; None when there is no window. Blocks until it has answered."""
    _allow_to_the_front()
    token = os.environ.get("XDG_ACTIVATION_TOKEN", "")
    token = token[:200] if token.isascii() else ""
    message = Message(phone=phone, new=look.new, compact=look.compact, on_top=look.on_top, token=token)
    heard = _said(address(home), msgspec.json.encode(message) + b"\n")
    if heard is None:
        return None
    try:
        return msgspec.json.decode(heard, type=Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Answer(taken=False, title="The window does not answer.", hint="Close it and open it again.")


def _said(name: str, line: bytes) -> bytes | None:
    """What is answered to a line; None when nobody listens."""
    if sys.platform == "win32":
        from PySide6.QtNetwork import QLocalSocket

        pipe = QLocalSocket()
        pipe.connectToServer(name)
        if not pipe.waitForConnected(PATIENCE):
            return None
        pipe.write(line)
        heard = b""
        while b"\n" not in heard and pipe.waitForReadyRead(PATIENCE):
            heard += pipe.readAll().data()
        return heard
    heard = b""
    with socket.socket(socket.AF_UNIX) as unix:
        unix.settimeout(PATIENCE / 1000)
        try:
            unix.connect(name)
        except OSError:
            return None
        with contextlib.suppress(OSError):  # it ended meanwhile, or is stuck; what was heard so far tells
            unix.sendall(line)
            while b"\n" not in heard and (piece := unix.recv(LONGEST_LINE)):
                heard += piece
    return heard


def hand_over_soon(home: Path, phone: str = "", patience: float = CHANGING, look: Look = AS_IT_IS) -> Answer | None:
    """The same for a window that is known to be there, or to come: it may be just opening."""
    ends = time.monotonic() + patience
    while True:
        answer = hand_over(home, phone, look)
        if (answer is not None and (answer.taken or not answer.opening)) or time.monotonic() >= ends:
            return answer
        time.sleep(0.05)


def _allow_to_the_front() -> None:
    """Whoever was started by a person's key may come to the front; this passes the right on to the window."""
    if sys.platform == "win32":
        import ctypes

        with contextlib.suppress(OSError):
            ctypes.windll.user32.AllowSetForegroundWindow(-1)


# ── the short way ─────────────────────────────────────────────────────────────────────────────────────────


def short_way(arguments: Sequence[str]) -> Exit | None:
    """Carry out `budtender [--new]` and `budtender lookup PHONE --show` where a window takes them.

    None for everything else, which is left to the command line with its options and sentences.
    """
    home, words = _home_in(arguments)
    match words:
        case [] | ["--new"]:
            phone = ""
        case ["lookup", phone, "--show"] | ["lookup", "--show", phone] if is_sayable(phone):
            phone = phone.strip()
        case _:
            return None
    try:
        answer = hand_over(home, phone, Look(new=words == ["--new"]))
    except (HomeInUse, OSError, ValueError):
        return None
    return Exit.DONE if answer is not None and answer.taken else None


def plain_start(arguments: Sequence[str]) -> tuple[Path, Look] | None:
    """The home and how its window shall open, where that is all that is said; else None, for the command line."""
    home, words = _home_in(arguments)
    wanted = [_WINDOW.get(word) for word in words]
    if None in wanted or contradiction(arguments) or not str(home).isprintable():
        return None
    return home, Look(**dict(option for option in wanted if option is not None))


def contradiction(arguments: Sequence[str]) -> tuple[str, str] | None:
    """Two words among these that ask for the opposite of each other."""
    pairs = (("--compact", "--free"), ("--on-top", "--not-on-top"))
    return next((pair for pair in pairs if set(pair) <= set(arguments)), None)


_WINDOW = {
    "--new": ("new", True),
    "--hidden": ("hidden", True),
    "--compact": ("compact", True),
    "--free": ("compact", False),
    "--on-top": ("on_top", True),
    "--not-on-top": ("on_top", False),
}


def _home_in(arguments: Sequence[str]) -> tuple[Path, list[str]]:
    """The home that is named, else the usual one, and the other words."""
    words = list(arguments)
    if "--home" not in words[:-1]:
        return Path(os.environ.get("BUDTENDER_HOME") or default_home()), words
    place = words.index("--home")
    home = Path(words[place + 1])
    del words[place : place + 2]
    return home, words


def is_sayable(phone: str) -> bool:
    """Whether this may be handed over as a phone number; whether it is one, the window says."""
    return bool(phone.strip()) and len(phone) <= LONGEST_PHONE and phone.isprintable() and not phone.startswith("-")
