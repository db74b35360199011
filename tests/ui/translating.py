"""Keeps the translation files in step with the window's words: `make translations`, then fill in what is empty.

Qt's own extraction leaves out a text whose number is more than a plain name, and takes only `tr` for a plural; so the
texts are read from Python's own syntax tree here. Qt compiles them.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "resources" / "translations"
#: English needs its plurals only.
LANGUAGES = {"en": "en_US", "es": "es_US"}
FORMS = 2

#: (context, text): its translation, in one form or in two.
Catalogue = dict[tuple[str, str], list[str]]


class Texts(ast.NodeVisitor):
    """The texts of one module. The context of `tr` is the class it is called in, as Qt looks it up."""

    def __init__(self) -> None:
        self.found: set[tuple[str, str]] = set()
        self._class = ""

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Inside a class."""
        before, self._class = self._class, node.name
        self.generic_visit(node)
        self._class = before

    def visit_Call(self, node: ast.Call) -> None:
        """A call that marks a text; one whose text is a variable was marked where it was written."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name == "tr" and texts:
            self.found.add((self._class, texts[0]))
        elif name in ("translate", "QT_TRANSLATE_NOOP") and len(texts) == len(node.args[:2]) == 2:
            self.found.add((texts[0], texts[1]))
        self.generic_visit(node)


def extracted() -> Catalogue:
    """Every text of the window, untranslated."""
    texts = Texts()
    for path in sorted((ROOT / "ui").rglob("*.py")):
        texts.visit(ast.parse(path.read_text(encoding="utf-8")))
    return {key: [""] * (FORMS if "%n" in key[1] else 1) for key in sorted(texts.found)}


def read(path: Path) -> Catalogue:
    """What a file holds."""
    found: Catalogue = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            forms = [] if translation is None else [form.text or "" for form in translation.iter("numerusform")]
            single = "" if translation is None else translation.text or ""
            found[context.findtext("name", ""), message.findtext("source", "")] = forms or [single]
    return found


def wanted(language: str, texts: Catalogue) -> Catalogue:
    """The texts that this language has to translate."""
    return {key: forms for key, forms in texts.items() if language != "en" or len(forms) == FORMS}


def write(path: Path, language: str, texts: Catalogue) -> None:
    """Write a file in Qt's form, in the order of contexts and texts."""
    root = ElementTree.Element("TS", version="2.1", language=LANGUAGES[language], sourcelanguage="en_US")
    contexts: dict[str, ElementTree.Element] = {}
    for (name, source), forms in sorted(texts.items()):
        if name not in contexts:
            contexts[name] = ElementTree.SubElement(root, "context")
            ElementTree.SubElement(contexts[name], "name").text = name
        message = ElementTree.SubElement(contexts[name], "message")
        ElementTree.SubElement(message, "source").text = source
        translation = ElementTree.SubElement(message, "translation")
        if not all(forms):
            translation.set("type", "unfinished")
        if len(forms) == FORMS:
            message.set("numerus", "yes")
            for form in forms:
                ElementTree.SubElement(translation, "numerusform").text = form
        else:
            translation.text = forms[0]
    ElementTree.indent(root, "    ")
    text = ElementTree.tostring(root, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{text}\n', encoding="utf-8")


def compiled(path: Path) -> bytes:
    """The file as Qt reads it."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.qm"
        lrelease = Path(sys.executable).parent / "pyside6-lrelease"
        subprocess.run([lrelease, path, "-qm", out], check=True, capture_output=True)
        return out.read_bytes()


def main() -> None:
    """Renew the files; what is translated stays, what is gone goes, what is new is empty."""
    texts = extracted()
    for language in LANGUAGES:
        path = FOLDER / f"budtender_{language}.ts"
        known = read(path)
        now = {
            key: known[key] if len(known.get(key, [])) == len(forms) else forms
            for key, forms in wanted(language, texts).items()
        }
        write(path, language, now)
        path.with_suffix(".qm").write_bytes(compiled(path))
        empty = [text for (_context, text), forms in now.items() if not all(forms)]
        print(f"{path.name}: {len(now)} texts, {len(empty)} to translate", *empty, sep="\n  ")  # noqa: T201


if __name__ == "__main__":
    main()
