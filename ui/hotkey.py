"""One key that calls the window up while another program has the keyboard, where the system lends such a key.

X11 and Windows do, to any program. Wayland and macOS do not without asking the person: there, and for any other key,
the system's own keyboard settings start `budtender --new`, which does the same.
"""

from __future__ import annotations

import ctypes
import os
import sys

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject, QSocketNotifier, Signal

from budtender.log import get_logger

LOG = get_logger(__name__)
#: Setting → X11 keysym (keysymdef.h) and Windows virtual key (winuser.h).
KEYS = {"pause": (0xFF13, 0x13), "scroll lock": (0xFF14, 0x91)}
_KEY_PRESS = 2
_ANY_MODIFIER = 1 << 15
_ASYNC = 1
_WM_HOTKEY = 0x0312
_MOD_NOREPEAT = 0x4000
_ID = 1


class HotKey(QObject):
    """Rings while it is held by `take`; nothing of what else is typed is seen."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._held: _XKey | _WindowsKey | None = None

    def take(self, name: str) -> bool:
        """Take a key of `KEYS`, giving back the one before; False where there is none to be had. "off" takes none."""
        self.give_back()
        if name not in KEYS:
            return False
        keysym, virtual = KEYS[name]
        try:
            if sys.platform == "win32":
                self._held = _WindowsKey(virtual, self)
            elif os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
                self._held = _XKey(keysym, self)
        except OSError as error:
            LOG.info("no key to call the window", why=str(error))
        return self._held is not None

    def give_back(self) -> None:
        """Let other programs have the key."""
        if self._held is not None:
            self._held.close()
            self._held = None


class _Screen(ctypes.Structure):
    _fields_ = (("root", ctypes.c_uint32),)


class _Screens(ctypes.Structure):
    _fields_ = (("data", ctypes.POINTER(_Screen)), ("rem", ctypes.c_int), ("index", ctypes.c_int))


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _XKey:
    """A passive grab on a connection of its own: the X server sends this one key and nothing else."""

    def __init__(self, keysym: int, owner: HotKey) -> None:
        xcb, keysyms, libc = (ctypes.CDLL(name) for name in ("libxcb.so.1", "libxcb-keysyms.so.1", "libc.so.6"))
        for function in (xcb.xcb_connect, xcb.xcb_get_setup, xcb.xcb_request_check, xcb.xcb_poll_for_event):
            function.restype = ctypes.c_void_p
        xcb.xcb_setup_roots_iterator.restype = _Screens
        xcb.xcb_grab_key_checked.restype = _Cookie
        keysyms.xcb_key_symbols_alloc.restype = ctypes.c_void_p
        keysyms.xcb_key_symbols_get_keycode.restype = ctypes.POINTER(ctypes.c_uint8)
        libc.free.argtypes = [ctypes.c_void_p]
        self._xcb, self._libc = xcb, libc
        self._connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
        try:
            if xcb.xcb_connection_has_error(self._connection):
                raise OSError("the X server does not answer")
            root = xcb.xcb_setup_roots_iterator(ctypes.c_void_p(xcb.xcb_get_setup(self._connection))).data[0].root
            code = self._code(keysyms, keysym)
            grab = (self._connection, 1, root, ctypes.c_uint16(_ANY_MODIFIER), ctypes.c_uint8(code), _ASYNC, _ASYNC)
            error = xcb.xcb_request_check(self._connection, xcb.xcb_grab_key_checked(*grab))
            if error:
                libc.free(error)
                raise OSError("another program has this key")
        except OSError:
            xcb.xcb_disconnect(self._connection)
            raise
        self._owner = owner
        self._notifier = QSocketNotifier(
            xcb.xcb_get_file_descriptor(self._connection), QSocketNotifier.Type.Read, owner
        )
        self._notifier.activated.connect(self._read)

    def _code(self, keysyms: ctypes.CDLL, keysym: int) -> int:
        symbols = ctypes.c_void_p(keysyms.xcb_key_symbols_alloc(self._connection))
        codes = keysyms.xcb_key_symbols_get_keycode(symbols, ctypes.c_uint32(keysym))
        code = int(codes[0]) if codes else 0
        if codes:
            self._libc.free(codes)
        keysyms.xcb_key_symbols_free(symbols)
        if not code:
            raise OSError("this keyboard has no such key")
        return code

    def _read(self) -> None:
        while event := self._xcb.xcb_poll_for_event(self._connection):
            kind = ctypes.cast(event, ctypes.POINTER(ctypes.c_uint8))[0] & 0x7F
            self._libc.free(event)
            if kind == _KEY_PRESS:
                self._owner.pressed.emit()
        if self._xcb.xcb_connection_has_error(self._connection):
            self._notifier.setEnabled(False)

    def close(self) -> None:
        self._notifier.setEnabled(False)
        self._notifier.deleteLater()
        self._xcb.xcb_disconnect(self._connection)


class _WindowsKey(QAbstractNativeEventFilter):
    """Sent to the thread that registered it (learn.microsoft.com, winuser.h, RegisterHotKey)."""

    def __init__(self, virtual: int, owner: HotKey) -> None:
        super().__init__()
        self._owner = owner
        self._user32 = ctypes.WinDLL("user32", use_last_error=True)  # type: ignore[attr-defined]
        if not self._user32.RegisterHotKey(None, _ID, _MOD_NOREPEAT, virtual):
            raise OSError("another program has this key")
        application = QCoreApplication.instance()
        assert application is not None, "a window is open"
        application.installNativeEventFilter(self)

    def nativeEventFilter(self, _kind: QByteArray | bytes | bytearray | memoryview, message: int) -> object:  # noqa: N802
        """Told of every message of this thread."""
        # MSG begins with the window's handle, which is as wide as a pointer.
        number = ctypes.c_uint.from_address(int(message) + ctypes.sizeof(ctypes.c_void_p)).value
        if number == _WM_HOTKEY:
            self._owner.pressed.emit()
        return False

    def close(self) -> None:
        application = QCoreApplication.instance()
        if application is not None:
            application.removeNativeEventFilter(self)
        self._user32.UnregisterHotKey(None, _ID)
