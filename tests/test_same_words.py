"""What independent readers read in every file is what ``txt`` says."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from conftest import Example
from readers import (
    docx2python_words,
    expected_words,
    first_difference,
    pandoc_words,
    pdfium_words,
    pdftotext_words,
)

pytestmark = pytest.mark.xdist_group("examples")

WORD_READERS: dict[str, Callable[[Example], list[str]]] = {
    "pandoc": lambda example: pandoc_words(example.file("docx")),
    "docx2python": lambda example: docx2python_words(example.file("docx")),
}
PAGE_READERS: dict[str, Callable[[Example], list[str]]] = {
    "poppler": lambda example: pdftotext_words(example.file("pdf"), example.document),
    "pdfium": lambda example: pdfium_words(example.file("pdf"), example.document),
    "libreoffice": lambda example: pdftotext_words(example.libreoffice_pdf, example.document),
}


@pytest.mark.parametrize("reader", WORD_READERS)
def test_word_files_say_the_words_of_the_letter(reader: str, examples: tuple[Example, ...]) -> None:
    """Readers of DOCX find every word in order, and no other; Word's own numbers and bullets are looked at below."""
    differences = {
        example.name: difference
        for example in examples
        if (
            difference := first_difference(
                WORD_READERS[reader](example), expected_words(example.document, labels=False)
            )
        )
    }

    assert differences == {}


@pytest.mark.usefixtures("libreoffice")
@pytest.mark.parametrize("reader", PAGE_READERS)
def test_pages_say_the_words_of_the_letter(reader: str, examples: tuple[Example, ...]) -> None:
    """Readers of PDF, and LibreOffice with Word's own numbering, find every word, number and bullet in order."""
    differences = {
        example.name: difference
        for example in examples
        if (difference := first_difference(PAGE_READERS[reader](example), expected_words(example.document)))
    }

    assert differences == {}


class _Words(HTMLParser):
    """The words of an HTML page's body, with what its stylesheet writes before list entries."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("head", "footer")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("head", "footer")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words += data.split()


def test_html_says_the_words_of_the_letter(examples: tuple[Example, ...]) -> None:
    """The HTML holds every word in order; bullets, which its stylesheet draws, are not compared."""
    differences = {}
    for example in examples:
        reader = _Words()
        reader.feed(example.file("html").read_text(encoding="utf-8"))
        found, expected = (re.sub("[•–]", "", "".join(w)) for w in (reader.words, expected_words(example.document)))
        if found != expected:
            differences[example.name] = first_difference([found], [expected])

    assert differences == {}


def test_a_lost_word_is_named() -> None:
    """A reader that misses a word makes the comparison fail, with that word."""
    difference = first_difference(
        ["the", "meeting", "is", "in", "Madrid"], ["the", "next", "meeting", "is", "in", "Madrid"]
    )

    assert "next" in difference


def test_an_accent_that_changes_is_named() -> None:
    """One accent that is lost is a difference."""
    assert "Unión" in first_difference(["Union"], ["Unión"])
