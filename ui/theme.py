"""Theme tokens: color, type, space and radius, in one place; everything that is drawn asks here.

Sizes are logical pixels at 100 % text and grow with the text size. Colors come in pairs that are read together;
`PAIRS` names each of them with the contrast that WCAG 2.2 AA asks for (1.4.3 text 4.5:1, 1.4.11 controls 3:1), and a
test computes them all.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

FAMILY = "Inter"
RESOURCES = Path(__file__).parent.parent / "resources"
#: Nothing is drawn smaller, at 100 %.
SMALLEST_TEXT = 16
#: WCAG 2.5.5 and the platforms' own advice; number-pad keys are larger still.
CONTROL = 48
PAD_KEY = (88, 72)
#: A window lower than this, at 100 %, has no room to spare.
LOW = 640


class Colours(msgspec.Struct, frozen=True):
    """One set of colors, each `#RRGGBB`."""

    ground: str
    card: str
    line: str
    text: str
    quiet: str
    off: str
    field_line: str
    main: str
    main_over: str
    main_down: str
    on_main: str
    focus: str
    chosen: str
    right: str
    right_ground: str
    wrong: str
    wrong_ground: str
    warn: str
    warn_ground: str
    offline: str
    offline_ground: str
    stale: str
    stale_ground: str
    conflict: str
    conflict_ground: str
    star: str
    ribbon: str
    on_ribbon: str


LIGHT = Colours(
    ground="#F3F5F7",
    card="#FFFFFF",
    line="#D5DBE1",
    text="#1A1D21",
    quiet="#4A525C",
    off="#65707B",
    field_line="#6B7580",
    main="#0A5BD6",
    main_over="#0950BD",
    main_down="#0845A3",
    on_main="#FFFFFF",
    focus="#0A5BD6",
    chosen="#E6EFFC",
    right="#0B6B3A",
    right_ground="#E3F4EA",
    wrong="#B3201B",
    wrong_ground="#FDECEA",
    warn="#3A2A00",
    warn_ground="#FFF3CD",
    offline="#3A2A00",
    offline_ground="#FFE08A",
    stale="#3A2A00",
    stale_ground="#FFF3CD",
    conflict="#3B1173",
    conflict_ground="#EFE6FD",
    star="#A66F00",
    ribbon="#7A2E8E",
    on_ribbon="#FFFFFF",
)
DARK = Colours(
    ground="#14171A",
    card="#1F2429",
    line="#363E46",
    text="#F2F4F7",
    quiet="#B4BCC6",
    off="#8A949F",
    field_line="#8A949F",
    main="#7FB2FF",
    main_over="#97C0FF",
    main_down="#B0CFFF",
    on_main="#0B1220",
    focus="#7FB2FF",
    chosen="#24344D",
    right="#6FD69B",
    right_ground="#16301F",
    wrong="#FF9B93",
    wrong_ground="#3B1B19",
    warn="#FFE08A",
    warn_ground="#3A2F0B",
    offline="#FFE08A",
    offline_ground="#3A2F0B",
    stale="#FFE6A3",
    stale_ground="#332A10",
    conflict="#D9C6FF",
    conflict_ground="#2A1B47",
    star="#FFD24A",
    ribbon="#7A2E8E",
    on_ribbon="#FFFFFF",
)

_TEXT, _CONTROL = 4.5, 3.0
#: (what is read, what it stands on, the least contrast); every pair that a screen puts together.
PAIRS: tuple[tuple[str, str, float], ...] = (
    *(
        (ink, ground, _TEXT)
        for ink in ("text", "quiet", "off", "main", "right", "wrong")
        for ground in ("ground", "card")
    ),
    *((ink, "chosen", _TEXT) for ink in ("text", "quiet", "main")),
    *(("on_main", ground, _TEXT) for ground in ("main", "main_over", "main_down")),
    *((kind, f"{kind}_ground", _TEXT) for kind in ("right", "wrong", "warn", "offline", "stale", "conflict")),
    *(("text", f"{kind}_ground", _TEXT) for kind in ("right", "wrong")),
    ("on_ribbon", "ribbon", _TEXT),
    ("star", "stale_ground", _CONTROL),
    *(("field_line", ground, _CONTROL) for ground in ("ground", "card")),
    *(("focus", ground, _CONTROL) for ground in ("ground", "card", "chosen")),
    *(("focus", f"{kind}_ground", _CONTROL) for kind in ("offline", "stale", "conflict", "wrong", "right")),
)


class Size(Enum):
    """The steps of the type scale, in logical pixels at 100 %."""

    SMALL = 16
    BODY = 18
    LEAD = 22
    TITLE = 28
    TYPED = 36
    POINTS = 44


class Weight(Enum):
    """How heavy a word is."""

    PLAIN = QFont.Weight.Normal
    STRONG = QFont.Weight.DemiBold
    HEAVY = QFont.Weight.Bold


class Theme(msgspec.Struct, frozen=True):
    """Colors and sizes in force."""

    colours: Colours = LIGHT
    scale: float = 1.0
    motion: bool = True

    @property
    def dark(self) -> bool:
        """Whether this is the dark set."""
        return self.colours is DARK

    def px(self, size: float) -> int:
        """A length at this text size."""
        return round(size * self.scale)

    def font(self, size: Size = Size.BODY, weight: Weight = Weight.PLAIN, *, figures: bool = False) -> QFont:
        """A font of the scale; `figures` gives every digit the same width, so that numbers do not dance."""
        font = QFont(FAMILY)
        font.setPixelSize(self.px(size.value))
        font.setWeight(weight.value)
        if figures:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def is_low(self, height: int) -> bool:
        """Whether things have to stand closer in a window of this height, so that more of them is in sight."""
        return height < self.px(LOW)

    def palette(self) -> QPalette:
        """The same colors for what Qt draws by itself."""
        c, palette = self.colours, QPalette()
        roles = {
            QPalette.ColorRole.Window: c.ground,
            QPalette.ColorRole.WindowText: c.text,
            QPalette.ColorRole.Base: c.card,
            QPalette.ColorRole.AlternateBase: c.ground,
            QPalette.ColorRole.Text: c.text,
            QPalette.ColorRole.PlaceholderText: c.off,
            QPalette.ColorRole.Button: c.card,
            QPalette.ColorRole.ButtonText: c.text,
            QPalette.ColorRole.Highlight: c.main,
            QPalette.ColorRole.HighlightedText: c.on_main,
            QPalette.ColorRole.ToolTipBase: c.card,
            QPalette.ColorRole.ToolTipText: c.text,
        }
        for role, colour in roles.items():
            palette.setColor(role, QColor(colour))
        return palette


def scroll_bar() -> str:
    """How a scroll bar looks: a slim handle and nothing else; it shows where one is, keys and wheel move."""
    c, wide = _in_force.colours, _in_force.px(12)
    return (
        f"QScrollBar:vertical {{ background: {c.ground}; width: {wide}px; margin: 0; }}"
        f"QScrollBar::handle:vertical {{ background: {c.field_line}; border-radius: {wide // 2 - 1}px;"
        f" min-height: {4 * wide}px; margin: 1px 2px; }}"
        "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
        "QScrollBar::add-page, QScrollBar::sub-page { background: none; }"
    )


def chosen(name: str, scale: float, *, motion: bool = True) -> Theme:
    """The theme that the settings ask for; `system` follows the desktop."""
    dark = name == "dark"
    if name == "system":
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return Theme(DARK if dark else LIGHT, scale, motion)


@cache
def load_fonts() -> None:
    """Make the fonts that are shipped known to Qt; a missing file is a broken installation."""
    for path in sorted((RESOURCES / "fonts").glob("*.otf")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise FileNotFoundError(f"{path} is no font")


_in_force = Theme()


def now() -> Theme:
    """The theme in force; what is drawn reads it when it is made."""
    return _in_force


#: What the application is started with, so that no other style is made first.
STYLE = ("-style", "fusion")


def wear(application: QApplication, theme: Theme) -> None:
    """Put a theme in force for all windows that are made from now on."""
    global _in_force  # noqa: PLW0603  (one application wears one theme)
    _in_force = theme
    load_fonts()
    application.setPalette(theme.palette())
    application.setFont(theme.font())
