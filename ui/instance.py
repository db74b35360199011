"""One window for each home: a second start raises the first one, and other programs hand shoppers over to it.

A file lock says who is first; the system lets go of it even when its holder is killed. The first listens on a local
socket inside the home, which only this account may enter (a named pipe of this account on Windows). Both sides speak
one line of JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Self

import msgspec
from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication

from budtender.log import get_logger
from budtender.place import saving
from ui.call import LONGEST_LINE, LONGEST_PHONE, PATIENCE, Answer, Message, address

LOG = get_logger(__name__)
NOT_UNDERSTOOD = Answer(taken=False, title="The window did not understand what it was asked.")
Take = Callable[[Message], Answer]


class Instance(QObject):
    """The first window of a home; made by `claim`, ended by `release`."""

    def __init__(self, home: Path, lock: FileLock) -> None:
        super().__init__()
        self._lock = lock
        #: Decides about a message; until the window is open no shopper is taken.
        self.take: Take = _opening
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


def _opening(message: Message) -> Answer:
    """Whatever is on the screen so far comes to the front: it may be what keeps the register from opening."""
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible():
            widget.raise_()
            widget.activateWindow()
    return Answer(taken=not message.phone, opening=True, title="The register is not open yet.", hint="See its window.")


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
