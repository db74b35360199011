"""The pages that nobody has seen yet are loaded beside the window, and a window that closes waits for none of them."""

from __future__ import annotations

import subprocess
import sys
import threading

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.ahead import Ahead

#: In a process of its own, where no page has been loaded yet.
_LOADED = """
import sys
from PySide6.QtCore import QCoreApplication
from ui.ahead import Ahead
from ui.pages import PAGES
pages = {page.partition(":")[0] for page in PAGES.values()}
assert not pages & sys.modules.keys()
application = QCoreApplication([])
ahead = Ahead(application)
ahead.loaded.connect(application.quit)
ahead.start()
application.exec()
assert pages <= sys.modules.keys()
"""

#: The binding keeps a type of Qt's in its module once it has been named.
_NAMED = """
from PySide6 import QtCore, QtGui, QtWidgets
from ui.desk import Desk
from ui.pages import every_page, page_of
from ui.steps import SignIn
from ui.window import Window

def named():
    return {name for module in (QtCore, QtGui, QtWidgets) for name in vars(module)}

application = QtWidgets.QApplication([])
window = Window(Desk())
window.put(page_of(SignIn)(window.desk))
before = named()
for _page in every_page():
    pass
assert named() == before, named() - before
"""


def test_every_page_is_there_when_it_says_so() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED], check=False, timeout=60, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_thread_that_loads_pages_makes_no_type_of_qt() -> None:
    done = subprocess.run([sys.executable, "-c", _NAMED], check=False, timeout=60, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_stopped_in_the_middle_it_ends_and_says_nothing(qapp: QApplication, qtbot: QtBot) -> None:
    ahead = Ahead(qapp)
    with qtbot.assertNotEmitted(ahead.loaded, wait=100):
        ahead.start()
        ahead.stop()
        assert "pages-ahead" not in {thread.name for thread in threading.enumerate()}
        ahead.start()
    assert "pages-ahead" not in {thread.name for thread in threading.enumerate()}
