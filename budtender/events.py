"""Change events: thread-safe news of what kind of thing changed, so that a page reads again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum


class Change(StrEnum):
    """What may have changed."""

    PERSONA = "persona"
    OUTBOX = "outbox"
    SETTINGS = "settings"
    CONNECTIONS = "connections"
    STAFF = "staff"
    MIRROR = "mirror"
    PROGRESS = "progress"
    #: Long copyings shall pause, or may go on.
    PAUSE = "pause"
    #: A system can be used again, or not any more.
    HEALTH = "health"


Listener = Callable[[Change], None]


class Events:
    """Listeners are called on the thread that rings; a listener with a loop of its own hands the news over."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear of every change until the returned function is called."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    def ring(self, *changes: Change) -> None:
        """Tell every listener."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            for change in changes:
                listener(change)
