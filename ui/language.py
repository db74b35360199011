"""The window's language, and how it writes numbers, money, times and phones.

The staff's language is the window's; what the shopper reads on the second screen has a language of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime, QTranslator
from PySide6.QtWidgets import QApplication

from budtender.phone import mask

RESOURCES = Path(__file__).parent.parent / "resources"

LANGUAGES = ("en", "es")
_LOCALES = {
    "en": QLocale(QLocale.Language.English, QLocale.Country.UnitedStates),
    "es": QLocale(QLocale.Language.Spanish, QLocale.Country.UnitedStates),
}
_DATES = {"en": "MMM d, yyyy", "es": "d 'de' MMMM 'de' yyyy"}
_MONTHS = {"en": "MMMM yyyy", "es": "MMMM 'de' yyyy"}
_installed: list[QTranslator] = []
_language = "en"


@cache
def translator(language: str) -> QTranslator:
    """The translations into a language; for English, which the sources are written in, these are the plurals."""
    loaded = QTranslator()
    path = RESOURCES / "translations" / f"budtender_{language}.qm"
    if not loaded.load(str(path)):
        raise FileNotFoundError(f"{path} holds no translations")
    return loaded


def speak(application: QApplication, language: str) -> None:
    """Use a language for all words from now on; windows that are open have to be made again."""
    global _language  # noqa: PLW0603  (one application speaks one language)
    while _installed:
        application.removeTranslator(_installed.pop())
    wanted = translator(language)
    application.installTranslator(wanted)
    _installed.append(wanted)
    _language = language
    QLocale.setDefault(_LOCALES[language])


def language() -> str:
    """The language in use."""
    return _language


def locale(of: str | None = None) -> QLocale:
    """How numbers and times are written in a language, by default the one in use."""
    return _LOCALES[of or _language]


def count(number: int) -> str:
    """How many: `337,000`."""
    return locale().toString(number)


def points(value: Decimal, of: str | None = None) -> str:
    """Points with thousands in groups and no more decimals than they have, to the last digit: `1,234.5`, `-120`."""
    plain = f"{value:,f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    here = locale(of)
    signs = {",": here.groupSeparator(), ".": here.decimalPoint(), "-": here.negativeSign() if value else ""}
    return "".join(signs.get(character, character) for character in plain)


def money(cents: int) -> str:
    """Dollars, without cents when there are none: `$10`, `$7.50`."""
    return locale().toCurrencyString(cents / 100, "$", 0 if cents % 100 == 0 else 2)


def clock_time(at: datetime) -> str:
    """The time of day at this register: `4:41 PM`."""
    local = at.astimezone().time()
    return locale().toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat)


def hour(at: datetime) -> str:
    """The time of day inside a sentence, after words such as "until": Spanish puts the article first, "la" at one."""
    if _language != "es":
        return clock_time(at)
    return f"{'la' if at.astimezone().hour % 12 == 1 else 'las'} {clock_time(at)}"


def day(at: datetime) -> str:
    """The date of a moment: `Mar 4, 2026`."""
    return date_text(at.astimezone().date())


def date_text(day: date) -> str:
    """A date: `Mar 4, 2026`, `4 de marzo de 2026`; the month as a word, lest its number is taken for the day's."""
    return locale().toString(QDate(day.year, day.month, day.day), _DATES[_language])


def listed(names: Sequence[str]) -> str:
    """Several in one sentence: `Ann, Kim, and Omar`."""
    return locale().createSeparatedList(names)


def month(day: date) -> str:
    """A month: `May 2026`, `mayo de 2026`."""
    return locale().toString(QDate(day.year, day.month, day.day), _MONTHS[_language])


def moment(at: datetime, now: datetime) -> str:
    """When something was: the time, with the day when it was not today."""
    local, today = at.astimezone(), now.astimezone().date()
    if local.date() == today:
        return clock_time(at)
    if (today - local.date()).days == 1:
        return QCoreApplication.translate("Time", "yesterday, {time}").format(time=clock_time(at))
    return QCoreApplication.translate("Time", "{day}, {time}").format(day=day(at), time=clock_time(at))


def wait(seconds: float) -> str:
    """A countdown: `0:18`, `9:42`."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def isolated(name: str) -> str:
    """A name inside a sentence; one that runs from right to left must not turn the words around it."""
    if any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in name):
        return f"\u2068{name}\u2069"
    return name


def masked(phone: str) -> str:
    """The last four digits only."""
    return mask(phone)
