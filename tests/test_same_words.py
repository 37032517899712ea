"""Independent readers find the words of the plain text in every file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conftest import Example
from readers import (
    docx2python_words,
    expected_words,
    first_difference,
    html_words,
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
def test_word_files_have_the_words_of_the_letter(reader: str, examples: tuple[Example, ...]) -> None:
    """Readers of DOCX find every word in order, and no other. Numbers and bullets of lists are compared below."""
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
def test_pages_have_the_words_of_the_letter(reader: str, examples: tuple[Example, ...]) -> None:
    """Readers of PDF, and LibreOffice with Word's own numbering, find every word, number and bullet in order.

    On lines from right to left, each reader has an order of its own for words in Latin letters and numbers.
    """
    differences = {
        example.name: difference
        for example in examples
        if example.document.direction == "ltr"
        and (difference := first_difference(PAGE_READERS[reader](example), expected_words(example.document)))
    }

    assert differences == {}


def test_html_has_the_words_of_the_letter(examples: tuple[Example, ...]) -> None:
    """The HTML has every word in order, and no other."""
    differences = {
        example.name: difference
        for example in examples
        if (difference := first_difference(html_words(example.file("html")), expected_words(example.document)))
    }

    assert differences == {}


def test_a_missing_word_is_named() -> None:
    """The difference names a word that a reader did not find."""
    difference = first_difference(
        ["the", "meeting", "is", "in", "Madrid"], ["the", "next", "meeting", "is", "in", "Madrid"]
    )

    assert "next" in difference


def test_a_missing_accent_is_a_difference() -> None:
    """Words are compared with their accents."""
    assert "Unión" in first_difference(["Union"], ["Unión"])
