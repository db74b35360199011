"""Draws every scene in a real window and writes its picture, with a page to look through them all."""

from __future__ import annotations

import asyncio
import errno
import html
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import qasync
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget

from ui import language, theme
from ui.desk import Desk
from ui.display.window import DisplayWindow
from ui.gallery.rooms import ROOMS, banner, display, progress
from ui.gallery.scenes import Scene, all_scenes
from ui.gallery.world import SAM, World, stage
from ui.garbage import Collector
from ui.tidings import Tiding
from ui.widgets.progress import Shown
from ui.window import Window

SIZE = QSize(1080, 760)


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """How pictures are taken."""

    theme: str = "light"
    language: str = "en"
    scale: float = 1.0
    size: tuple[int, int] = (SIZE.width(), SIZE.height())

    @property
    def name(self) -> str:
        """As `light-en-1`."""
        return f"{self.theme}-{self.language}-{self.scale:g}"


#: Looks at a window that shows one state, named as `S03.found`.
Eye = Callable[[QWidget, str], None]


def take(application: QApplication, out: Path, look: Look) -> list[Path]:
    """Write a picture of every scene into `out`, and `index.html` beside them; returns the pictures."""
    out.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []

    def write(window: QWidget, name: str) -> None:
        picture = out / f"{name}.png"
        if not window.grab().save(str(picture)):
            raise OSError(errno.EIO, "the picture could not be saved", str(picture))
        taken.append(picture)

    visit(application, look, write)
    (out / "index.html").write_text(index(taken, look), encoding="utf-8")
    return taken


def visit(application: QApplication, look: Look, *eyes: Eye) -> None:
    """Open every scene in a real window, and let these look at it."""
    application.setQuitOnLastWindowClosed(False)
    theme.wear(application, theme.Theme(theme.DARK if look.theme == "dark" else theme.LIGHT, look.scale, motion=False))
    language.speak(application, look.language)
    loop = qasync.QEventLoop(application, already_running=False)
    asyncio.set_event_loop(loop)
    collector = Collector()
    try:
        loop.run_until_complete(_all(look, eyes))
    finally:
        asyncio.set_event_loop(None)
        loop.close()
        collector.stop()


async def _all(look: Look, eyes: Sequence[Eye]) -> None:
    async with stage() as world:
        for scene in all_scenes(world, ROOMS):
            await _show(world, scene, look, eyes)
        for name, tiding in banner.tidings(world).items():
            await _show(world, banner.behind(world), look, eyes, tiding=tiding, name=name)
        for name, shown in progress.lines(world).items():
            await _show(world, banner.behind(world), look, eyes, shown=shown, name=name)
        await _show_display(world, look, eyes)


async def _show(
    world: World,
    scene: Scene,
    look: Look,
    eyes: Sequence[Eye],
    *,
    tiding: Tiding | None = None,
    shown: Shown | None = None,
    name: str = "",
) -> None:
    """One scene in a window of its own, below a banner or none, and above a download or none."""
    desk = Desk(world.register)
    if not scene.name.startswith("S02"):
        desk.sign_in(SAM)
    window = Window(desk)
    window.resize(*look.size)
    window.show()
    window.activateWindow()
    page = scene.page(desk)
    window.put(page)
    scene.do(page)
    if page.objectName() != scene.name:
        raise AssertionError(f"{scene.name} draws {page.objectName()}")
    window.show_tiding(tiding)
    window.show_progress(shown)
    await _in_front(window)
    window.focus_page()
    settle(window)
    await asyncio.sleep(0.02)  # what is to be done next comes into view
    settle(window)
    _without_pointer(window)
    for eye in eyes:
        eye(window, name or scene.picture)
    page.leave()
    window.close()
    window.deleteLater()


async def _show_display(world: World, look: Look, eyes: Sequence[Eye]) -> None:
    """The shopper's screen, in all its states."""
    window = DisplayWindow(Desk(world.register))
    window.resize(*look.size)
    window.show()  # it never comes in front: the keyboard stays with the register
    for name in display.windows(world, look.language, window):
        await asyncio.sleep(0)
        settle(window)
        _without_pointer(window)
        for eye in eyes:
            eye(window, name)
    window.close()
    window.deleteLater()


async def _in_front(window: QWidget) -> None:
    """Only a window in front shows where the focus is; a busy machine takes its time to bring it there."""
    for _ in range(3_000):
        if window.isActiveWindow():
            return
        await asyncio.sleep(0.01)


def _without_pointer(window: QWidget) -> None:
    """Wherever the pointer happens to stand, nothing is drawn as pointed at."""
    for child in window.findChildren(QWidget):
        child.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, on=False)


def settle(window: QWidget) -> None:
    """Let the layout come to rest: wrapped words need a second pass."""
    for _ in range(2):
        for child in [window, *window.findChildren(QWidget)]:
            layout = child.layout()
            if layout is not None:
                layout.activate()


_PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8"><title>Budtender, {name}</title>
<style>
body {{ font: 16px system-ui; margin: 24px; background: #8a949f }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(480px, 1fr)); gap: 24px }}
figure {{ margin: 0 }} img {{ width: 100%; display: block }} figcaption {{ padding: 6px 0 }}
</style>
<h1>{name}</h1>
<main>
{figures}
</main></html>
"""
_FIGURE = '<figure><img src="{file}" loading="lazy" alt="{name}"><figcaption>{name}</figcaption></figure>'


def index(pictures: list[Path], look: Look) -> str:
    """A page with all pictures, to look through."""
    figures = [_FIGURE.format(file=html.escape(p.name), name=html.escape(p.stem)) for p in pictures]
    return _PAGE.format(language=look.language, name=html.escape(look.name), figures="\n".join(figures))
