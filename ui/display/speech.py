"""The shopper's language, which is not the window's."""

from __future__ import annotations

from decimal import Decimal

from ui import language


class Speech:
    """Words and numbers in one language, whatever the rest of the program speaks."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._translator = language.translator(code)

    def translate(self, context: str, text: str, comment: str = "", n: int = -1) -> str:
        """A text in the shopper's language."""
        return self._translator.translate(context, text, comment, n) or text.replace("%n", str(n))

    def points(self, value: Decimal) -> str:
        """Points as this language writes them."""
        return language.points(value, self.code)
