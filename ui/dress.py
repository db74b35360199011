"""How the window looks and which language it speaks: chosen by settings, and remembered for the next start.

A start shows its window before the register is open, and so before it can read the settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSettings
from PySide6.QtWidgets import QApplication

from ui import language, theme
from ui.placement import kept_in
from ui.theme import Theme

if TYPE_CHECKING:
    from budtender.settings import Settings

Dress = tuple[Theme, str]


def asked_for(settings: Settings) -> Dress:
    """The theme and the language that the settings ask for; `system` follows the desktop as it is now."""
    from budtender.settings import MOTION, TEXT_SIZE, THEME, WINDOW_LANGUAGE

    look = theme.chosen(settings.get(THEME), settings.get(TEXT_SIZE) / 100, motion=settings.get(MOTION))
    return look, settings.get(WINDOW_LANGUAGE)


def remember(home: Path, settings: Settings) -> None:
    """Keep what the settings ask for beside the window's place."""
    from budtender.settings import MOTION, TEXT_SIZE, THEME, WINDOW_LANGUAGE

    kept = kept_in(home)
    asked = {
        THEME.key: settings.get(THEME),
        TEXT_SIZE.key: str(settings.get(TEXT_SIZE)),
        MOTION.key: str(settings.get(MOTION)),
        WINDOW_LANGUAGE.key: settings.get(WINDOW_LANGUAGE),
    }
    for key, value in asked.items():
        if kept.value(key) != value:
            kept.setValue(key, value)


def remembered(home: Path | None) -> Dress:
    """What was worn here last; what is not known is as on a first start: the desktop's theme and its language."""
    usual = "es" if QLocale.system().name().startswith("es") else "en"
    if home is None:
        return theme.chosen("system", 1.0), usual
    kept = kept_in(home)
    size, words = _word(kept, "text_size"), _word(kept, "window_language")
    scale = int(size) / 100 if size.isdecimal() and 100 <= int(size) <= 200 else 1.0
    look = theme.chosen(_word(kept, "theme") or "system", scale, motion=_word(kept, "motion") != "False")
    return look, words if words in language.LANGUAGES else usual


def _word(kept: QSettings, key: str) -> str:
    return str(kept.value(key, ""))


def wear(application: QApplication, dress: Dress) -> None:
    """Put it in force for all windows that are made from now on."""
    look, words = dress
    theme.wear(application, look)
    language.speak(application, words)


def give_icon(application: QApplication) -> None:
    """The program's icon, for its windows and the tray; drawing it loads more of Qt than the first window."""
    from PySide6.QtGui import QIcon

    application.setWindowIcon(QIcon(str(theme.RESOURCES / "icons" / "budtender.svg")))
