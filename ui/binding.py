"""Qt's binding, loaded before whatever else the window needs."""

from __future__ import annotations

import sys

import PySide6.QtCore  # noqa: F401  (what follows is about what this has loaded)


def _search_nothing() -> None:
    """Have no source text searched.

    WORKAROUND: from its own import on, the binding reads the source of every module that is imported, to see whether
    it may switch on one of the binding's “features”, which nothing here does. That is an eighth of a start.
    """
    feature = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        vars(feature)["_mod_uses_pyside"] = lambda _module: False


_search_nothing()
