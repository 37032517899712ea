"""Letters as offices have written them since 1993, under invented names, come out whole in every format."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from circulars.render.txt import text_of
from circulars.workspace import Workspace
from conftest import ROOT, Example, built_letters
from readers import docx2python_words, expected_words, first_difference, html_words, pdfium_words

HERE = ROOT / "tests" / "corpus"
CORPUS = sorted(HERE.glob("*.yaml"))

pytestmark = pytest.mark.xdist_group("corpus")

READERS: dict[str, Callable[[Example], tuple[list[str], list[str]]]] = {
    "docx": lambda one: (docx2python_words(one.file("docx")), expected_words(one.document, labels=False)),
    "pdf": lambda one: (pdfium_words(one.file("pdf"), one.document), expected_words(one.document)),
    "html": lambda one: (html_words(one.file("html")), expected_words(one.document)),
}
"""For each format: the words that are read in a file, and those of ``txt``."""


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Example, ...]:
    """Every letter of the corpus, built in every format."""
    return built_letters("corpus", CORPUS, Workspace(ROOT), tuple(READERS), tmp_path_factory)


@pytest.mark.parametrize("format", READERS)
def test_each_letter_has_its_words_in_every_format(format: str, corpus: tuple[Example, ...]) -> None:
    """Readers find every word of the plain text in order, and no other.

    Each format has footnotes in a place of its own: see ``tests/render/test_footnotes.py``.
    """
    read = {example.name: READERS[format](example) for example in corpus if not example.document.footnotes}

    assert {name: wrong for name, words in read.items() if (wrong := first_difference(*words))} == {}


def test_each_letter_has_what_its_model_has(corpus: tuple[Example, ...]) -> None:
    """Labels, references, dates, numbers and formulas are as in the published letter, in the same order."""
    printed: dict[str, list[str]] = yaml.safe_load((HERE / "printed.yml").read_text(encoding="utf-8"))
    texts = {example.name.rpartition(".")[0]: text_of(example.document) for example in corpus}

    assert printed.keys() == texts.keys()
    assert {name: lost for name in printed if (lost := _first_lost(printed[name], texts[name]))} == {}


def _first_lost(expected: list[str], text: str) -> str:
    """The first of some words that is not in a text, after those before it; "" if all are."""
    at = 0
    for words in expected:
        found = text.find(words, at)
        if found < 0:
            found = text.replace("\n", " ").find(words, at)
        if found < 0:
            return words
        at = found + len(words)
    return ""
