"""Every word of the window is translated, with its facts in place, and what is compiled is what is written."""

from __future__ import annotations

import re

import pytest

from tests.ui.translating import FOLDER, LANGUAGES, Catalogue, compiled, extracted, read, wanted

FACT = re.compile(r"\{\w+\}|%n")


@pytest.fixture(scope="module")
def texts() -> Catalogue:
    return extracted()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_or_left_over(language: str, texts: Catalogue) -> None:
    kept = read(FOLDER / f"budtender_{language}.ts")
    assert set(wanted(language, texts)) - set(kept) == set(), "run: make translations"
    assert set(kept) - set(wanted(language, texts)) == set(), "run: make translations"
    assert [text for (_, text), forms in kept.items() if not all(forms)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_tells_the_same_facts(language: str) -> None:
    kept = read(FOLDER / f"budtender_{language}.ts")
    other = [
        f"{text!r}: {form!r}"
        for (_, text), forms in kept.items()
        for form in forms
        if sorted(FACT.findall(form)) != sorted(FACT.findall(text))
    ]
    assert other == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    path = FOLDER / f"budtender_{language}.ts"
    assert path.with_suffix(".qm").read_bytes() == compiled(path), "run: make translations"


def test_no_spanish_sentence_ends_with_two_full_stops() -> None:
    """The time of day ends with one of its own: 10:14 a. m."""
    doubled = re.compile(r"\{(time|when|until|at)\}\.")
    kept = read(FOLDER / "budtender_es.ts")
    assert [form for forms in kept.values() for form in forms if doubled.search(form)] == []


@pytest.mark.requirement("D-032")
def test_nobody_is_sent_to_the_button_that_dutchie_gave_up(texts: Catalogue) -> None:
    told = " ".join(text for _, text in texts)
    assert "Attach to Cart" in told
    assert "register for loyalty" not in told.casefold()
