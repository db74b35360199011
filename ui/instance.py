"""One window for each home: a second start raises the first one, and other programs hand shoppers over to it.

A file lock says who is first; the system lets go of it even when its holder is killed. The first listens on a local
socket inside the home, which only this account may enter (a named pipe of this account on Windows). Both sides speak
one line of JSON.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import msgspec
from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from budtender.errors import HomeInUse
from budtender.home import saving
from budtender.log import get_logger

LOG = get_logger(__name__)
#: Bytes of a line; a phone number and a token of the desktop are all that is ever sent.
LONGEST_LINE = 2_000
#: Characters of what may be looked up.
LONGEST_PHONE = 40
#: Milliseconds within which whoever connects has to say what they want.
PATIENCE = 2_000
#: Seconds in which a window that is just starting, or just ending, should be reachable or gone.
CHANGING = 5.0
#: A Unix socket's path has room for 104 bytes on macOS and 108 on Linux.
LONGEST_PATH = 100


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is asked of the window: to come to the front, for this shopper, or `new` for one that has yet to say.

    `token` is the desktop's own permission to come to the front (XDG activation), where it gives one.
    """

    phone: str = ""
    new: bool = False
    token: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether it was taken, and if not, why, as a sentence and the next step."""

    taken: bool
    title: str = ""
    hint: str = ""


NOT_UNDERSTOOD = Answer(taken=False, title="The window did not understand what it was asked.")
Take = Callable[[Message], Answer]


def address(home: Path) -> str:
    """Where the window of this home listens; the same for every program of this account."""
    folder = home.expanduser().resolve()
    name = f"budtender-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:20]}"
    if sys.platform == "win32":
        return name
    path = folder / "window.socket"
    if len(os.fsencode(path)) <= LONGEST_PATH:
        return str(path)
    return str(_private_folder() / name)


def _private_folder() -> Path:
    """A folder for sockets whose home lies too deep; another account's folder of this name is not used."""
    folder = Path(tempfile.gettempdir()) / f"budtender-{os.getuid()}"
    with saving(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077 or folder.is_symlink():
        raise HomeInUse(f"{folder} belongs to somebody else.", "Choose a home with a shorter path with --home.")
    return folder


class Instance(QObject):
    """The first window of a home; made by `claim`, ended by `release`."""

    def __init__(self, home: Path, lock: FileLock) -> None:
        super().__init__()
        self._lock = lock
        #: Decides about a message; until the window is open nothing is taken.
        self.take: Take = lambda _message: Answer(
            taken=False, title="The window is still opening.", hint="Try again in a moment."
        )
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(8)
        self._server.newConnection.connect(self._arrived)
        name = address(home)
        # Left over when its holder was killed; the lock says that nobody listens there.
        QLocalServer.removeServer(name)
        if not self._server.listen(name):
            LOG.warning("no hand-over", why=self._server.errorString())

    @classmethod
    def claim(cls, home: Path) -> Self | None:
        """Become the one window of this home; None when there is one. Raises HomeError."""
        with saving(home):
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(home / "window.lock")
            try:
                lock.acquire(timeout=0)
            except Timeout:
                return None
        return cls(home, lock)

    def release(self) -> None:
        """Let another window of this home open."""
        self._server.close()
        self._lock.release()

    def _arrived(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            _Conversation(socket, self.take)


class _Conversation(QObject):
    """One line in, one line out; lives as long as its socket."""

    def __init__(self, socket: QLocalSocket, take: Take) -> None:
        super().__init__(socket)
        self._socket = socket
        self._take = take
        self._heard = b""
        socket.setReadBufferSize(LONGEST_LINE + 1)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(socket.deleteLater)
        QTimer.singleShot(PATIENCE, self, socket.abort)
        self._read()

    def _read(self) -> None:
        self._heard += self._socket.read(LONGEST_LINE + 1 - len(self._heard)).data()
        if b"\n" not in self._heard and len(self._heard) <= LONGEST_LINE:
            return
        self._socket.readyRead.disconnect(self._read)
        self._socket.write(msgspec.json.encode(self._answer()) + b"\n")
        self._socket.disconnectFromServer()

    def _answer(self) -> Answer:
        line, end, _rest = self._heard.partition(b"\n")
        if not end:
            return NOT_UNDERSTOOD
        try:
            message = msgspec.json.decode(line, type=Message)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return NOT_UNDERSTOOD
        if len(message.phone) > LONGEST_PHONE or not message.phone.isprintable():
            return NOT_UNDERSTOOD
        return self._take(message)


# ── the other side ────────────────────────────────────────────────────────────────────────────────────────


def hand_over(home: Path, phone: str = "", *, new: bool = False) -> Answer | None:
    """Ask the window of this home to come to the front, with a shopper; None when there is no window.

    It blocks until the window has answered, so it is for programs that have no window of their own.
    """
    _allow_to_the_front()
    message = Message(phone=phone, new=new, token=os.environ.get("XDG_ACTIVATION_TOKEN", ""))
    socket = QLocalSocket()
    socket.connectToServer(address(home))
    if not socket.waitForConnected(PATIENCE):
        return None
    socket.write(msgspec.json.encode(message) + b"\n")
    heard = b""
    while b"\n" not in heard and socket.waitForReadyRead(PATIENCE):
        heard += socket.readAll().data()
    try:
        return msgspec.json.decode(heard, type=Answer)
    except msgspec.MsgspecError:
        return Answer(taken=False, title="The window does not answer.", hint="Close it and open it again.")


def hand_over_soon(home: Path, phone: str = "", patience: float = CHANGING) -> Answer | None:
    """The same for a window that is known to be there, or to come: it may be just opening."""
    ends = time.monotonic() + patience
    while True:
        answer = hand_over(home, phone)
        if answer is not None or time.monotonic() >= ends:
            return answer
        time.sleep(0.05)


def _allow_to_the_front() -> None:
    """Whoever was started by a person's key may come to the front; this passes the right on to the window."""
    if sys.platform == "win32":
        import ctypes

        with contextlib.suppress(OSError):
            ctypes.windll.user32.AllowSetForegroundWindow(-1)
