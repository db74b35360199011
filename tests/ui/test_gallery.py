"""Every page and state can be drawn by name; none is missing, none has changed unseen, and all can be used."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QScrollArea, QWidget

from ui import theme
from ui.display.layout import View
from ui.gallery.pictures import Look, visit
from ui.gallery.rooms import ROOMS
from ui.pages import every_page
from ui.widgets.button import Button
from ui.widgets.digits import PadKey
from ui.widgets.shopper import Sign
from ui.widgets.text import Text
from ui.widgets.tick import Tick

#: `BUDTENDER_PICTURES=write pytest tests/ui/test_gallery.py` renews them after a change that was meant.
REFERENCES = Path(__file__).parent / "pictures"
KEPT = QSize(540, 380)
#: A width of whole fours, so that lines need no padding.
COMPARED = QSize(180, 127)
#: A pixel differs when its grey does by so much of 255; letters that are drawn a little otherwise stay below.
DIFFERENT = 40
_ALIKE = bytes(range(DIFFERENT + 1))
#: So many of all pixels may differ: a minute that has passed, another rendering of letters.
MOST = 0.012

PLAIN = Look()
LOOKS = [PLAIN, Look(theme="dark", language="es", scale=2.0, size=(1440, 1080)), Look(size=(460, 900))]


class Seen(msgspec.Struct):
    """What was found by looking at every scene, and of what differs from its picture, how much."""

    names: set[str] = set()
    changed: dict[str, float] = {}
    problems: list[str] = []


@pytest.mark.timeout(600)
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.name}-{look.size[0]}")
def test_every_state_of_every_page_is_drawn_can_be_used_and_has_not_changed(qapp: QApplication, look: Look) -> None:
    """One walk through all of them answers every question: it takes its time. References are kept for one look."""
    renews = look == PLAIN and os.environ.get("BUDTENDER_PICTURES") == "write"
    if renews:
        _forget()
    seen = _seen(qapp, look, renews=renews)
    _nothing_is_missing(seen)
    assert seen.problems == []
    if look == PLAIN:
        assert seen.changed == {}
        assert {path.stem for path in REFERENCES.glob("*.png")} == seen.names


def _seen(qapp: QApplication, look: Look, *, renews: bool) -> Seen:
    """Every scene, looked at once. Hundreds of pictures of a large window would not fit into memory: none is kept."""
    found = Seen()

    def photograph(window: QWidget, name: str) -> None:
        picture = window.grab().toImage()
        found.names.add(name)
        if renews:
            _write(name, picture)
        if look == PLAIN and (share := _changed(name, picture)) > MOST:
            found.changed[name] = share

    def examine(window: QWidget, name: str) -> None:
        found.problems += [f"{name}: {problem}" for problem in problems_of(window)]

    visit(qapp, look, photograph, examine)
    return found


def _nothing_is_missing(seen: Seen) -> None:
    wanted = {f"{page.number}.{state}" for page in every_page() for state in page.states}
    shopper = {name for name in seen.names if name.startswith("S28.")}
    banners = {name for name in seen.names if name.startswith("banner.")}
    assert banners >= {"banner.conflict", "banner.offline", "banner.key_refused", "banner.stale"}
    downloads = {name for name in seen.names if name.startswith("progress.")}
    assert downloads >= {"progress.running", "progress.paused", "progress.waits"}
    more = {"S03.found.refused_later", "S03.several.look_alike", "S06.fresh.unreadable"}
    assert seen.names >= more
    assert seen.names - shopper - banners - downloads - more == wanted
    assert {view.name for view in View.__subclasses__()} <= {name.removeprefix("S28.") for name in shopper}
    assert set(ROOMS) == {page.number for page in every_page()}


# ── what a person needs of a page ──────────────────────────────────────────────────────────────────────────


def problems_of(window: QWidget) -> Iterator[str]:
    """Controls without a name or too small for a finger, words that are cut off, a tab order unlike the sight."""
    for child in window.findChildren(QWidget):
        if not child.isVisibleTo(window):
            continue
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and isinstance(child, (QAbstractButton, QLineEdit)):
            yield from _unusable(child)
        if isinstance(child, PadKey) and not _has_room(child):
            yield f"the pad's key {child.accessibleName()} is {child.width()} x {child.height()}"
        if isinstance(child, Sign) and child.width() < child.sizeHint().width():
            yield f"“{child.accessibleName()}” is cut off"
        if isinstance(child, (Text, Button, Tick)):
            yield from cut_off(child, window)
    yield from _tab_order(window)


def cut_off(words: Text | Button | Tick, window: QWidget) -> Iterator[str]:
    """Words that need more height than they have, or that reach beyond the window's edge."""
    if words.height() + 1 < words.heightForWidth(words.width()):
        yield f"“{words.accessibleName()}” is cut off"
    place = _place(words, window)
    if place.left() < 0 or place.right() >= window.width():
        yield f"“{words.accessibleName()}” reaches beyond the edge"


def _unusable(control: QWidget) -> Iterator[str]:
    if not control.accessibleName():
        yield f"{type(control).__name__} has no name for a screen reader"
    frame = control.parentWidget() if isinstance(control, QLineEdit) else control
    if frame is not None and not _holds(frame.size(), theme.CONTROL, theme.CONTROL):
        yield f"{control.accessibleName()} is {frame.width()} x {frame.height()}"


def _holds(size: QSize, width: int, height: int) -> bool:
    px = theme.now().px
    return size.width() >= px(width) and size.height() >= px(height)


def _has_room(key: PadKey) -> bool:
    """A key that may give way keeps the room of a finger, whatever the size of the letters."""
    width, height = key.width(), key.height()
    return (
        (width >= theme.PAD_KEY[0] and height >= theme.PAD_KEY[1])
        if key.narrows
        else _holds(key.size(), *theme.PAD_KEY)
    )


def _tab_order(window: QWidget) -> Iterator[str]:
    """Tab goes down the page as the eye does, reaches everything, and comes round again."""
    reached: list[QWidget] = []
    widget: QWidget | None = window.nextInFocusChain()
    while widget is not None and widget is not window and len(reached) < 1_000:
        policy = widget.focusPolicy()
        if policy & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(window) and widget.isEnabled():
            reached.append(widget)
        widget = widget.nextInFocusChain()
    if widget is not window:
        yield "Tab never comes round"
    for before, after in itertools.pairwise(reached):
        first, second = _place(before, window), _place(after, window)
        if _scrolled(before) is not _scrolled(after):  # what is scrolled out of one is not below the other
            first, second = _seen_at(before, window), _seen_at(after, window)
        if second.bottom() < first.top():
            yield f"Tab goes up from {before.accessibleName()} to {after.accessibleName()}"


def _place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())


def _scrolled(widget: QWidget) -> QScrollArea | None:
    """What it scrolls in."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()
    return parent


def _seen_at(widget: QWidget, window: QWidget) -> QRect:
    """Its place, or the edge behind which it was scrolled."""
    place, area = _place(widget, window), _scrolled(widget)
    if area is None:
        return place
    seen = _place(area.viewport(), window)
    top, bottom = (min(max(edge, seen.top()), seen.bottom()) for edge in (place.top(), place.bottom()))
    return QRect(QPoint(place.left(), top), QPoint(place.right(), bottom))


# ── pictures that were looked at ───────────────────────────────────────────────────────────────────────────


def _forget() -> None:
    for old in REFERENCES.glob("*.png"):
        old.unlink()
    REFERENCES.mkdir(exist_ok=True)


def _write(name: str, picture: QImage) -> None:
    small = picture.scaled(KEPT, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    small.convertToFormat(QImage.Format.Format_RGB888).save(str(REFERENCES / f"{name}.png"))


def _changed(name: str, picture: QImage) -> float:
    """The share of pixels that differ from the picture that was looked at; 1 when there is none."""
    kept = QImage(str(REFERENCES / f"{name}.png"))
    if kept.isNull():
        return 1.0
    between = _grey(picture).convertToFormat(QImage.Format.Format_RGB32)
    with QPainter(between) as painter:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
        painter.drawImage(0, 0, _grey(kept))
    differences = memoryview(between.constBits()).tobytes()[::4]  # of a grey, all three colours are the same
    return len(differences.translate(None, _ALIKE)) / len(differences)


def _grey(picture: QImage) -> QImage:
    small = picture.scaled(COMPARED, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return small.convertToFormat(QImage.Format.Format_Grayscale8)
