"""The words that are put to a shopper who signs up, by language; each record of consent keeps them as they were.

Joining and texts are two questions. The second names the store and says that the texts are automated, recurring
and marketing, that agreeing is no condition of buying, that rates apply, and how to stop (federal rules on
telephone marketing).
"""

from __future__ import annotations

from typing import Literal

#: Raised with every change of a word below.
VERSION = "2026-11-28"

_TEXTS: dict[tuple[str, str], str] = {
    ("loyalty", "en"): "I want to join the loyalty program of {store}. My name, number and purchases are kept for it.",
    ("loyalty", "es"): (
        "Quiero unirme al programa de lealtad de {store}. Mi nombre, número y compras se guardan para ello."
    ),
    ("texts", "en"): (
        "{store} may send me recurring automated marketing texts at this number. Agreeing is not a condition of "
        "purchase. Message and data rates may apply. Reply HELP for help, STOP to stop."
    ),
    ("texts", "es"): (
        "{store} puede enviarme mensajes de marketing automáticos y recurrentes a este número. Aceptar no es condición "
        "de compra. Pueden aplicarse tarifas de mensajes y datos. Responda HELP para ayuda, STOP para cancelar."
    ),
}


def consent_text(purpose: Literal["loyalty", "texts"], language: str, store: str) -> str:
    """The exact question, with the store's name in it."""
    names = {"en": "this store", "es": "esta tienda"}
    text = _TEXTS[(purpose, language)].format(store=store or names[language])
    return text[0].upper() + text[1:]
