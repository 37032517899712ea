"""Letters as offices have written them since 1993, under invented names, come out whole in every format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from circulars.build import Order, build, documents
from circulars.files.output import save
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import ROOT, Example
from once import made_once
from readers import docx2python_words, expected_words, first_difference, html_words, pdfium_words

CORPUS = sorted((ROOT / "tests" / "corpus").glob("*.yaml"))

pytestmark = pytest.mark.xdist_group("corpus")

READERS: dict[str, Callable[[Example], tuple[list[str], list[str]]]] = {
    "docx": lambda one: (docx2python_words(one.file("docx")), expected_words(one.document, labels=False)),
    "pdf": lambda one: (pdfium_words(one.file("pdf"), one.document), expected_words(one.document)),
    "html": lambda one: (html_words(one.file("html")), expected_words(one.document)),
}
"""For each format: the words that are read in a file, and those of ``txt``."""


@pytest.fixture(scope="session")
def corpus(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> tuple[Example, ...]:
    """Every letter of the corpus, built in every format."""
    letters = [read_letter(path) for path in CORPUS]

    def build_all(folder: Path) -> None:
        for letter in letters:
            for output in build(letter, workspace, Order(formats=tuple(READERS))):
                save(folder, output.name, output.data)

    folder = made_once(tmp_path_factory, "corpus", build_all)
    return tuple(
        Example(document, f"{letter.name}.{document.language}", folder)
        for letter in letters
        for document in documents(letter, workspace, Order())
    )


@pytest.mark.parametrize("format", READERS)
def test_each_letter_has_its_words_in_every_format(format: str, corpus: tuple[Example, ...]) -> None:
    """Readers find every word of the plain text in order, and no other."""
    read = {example.name: READERS[format](example) for example in corpus}

    assert {name: wrong for name, words in read.items() if (wrong := first_difference(*words))} == {}
