"""Reads the lines of a PDF as they are shown: the characters from left to right, by the positions of their glyphs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

_Sign = tuple[int, float, int, str]
"""A character: its height, its place on the line and in the text, and itself."""
ALIKE = str.maketrans("([{<«‹\u2011", ")]}>»›-")
"""pdfium does not tell which bracket is which in text from right to left, and LibreOffice prints "-" for its like."""


def shown_lines(data: bytes) -> list[str]:
    """The lines of all pages, without spaces. Characters of one glyph are in reading order."""
    with pypdfium2.PdfDocument(data) as file:
        return [line for page in file for line in _lines_of(page.get_textpage())]


def right_edges(data: bytes) -> dict[str, float]:
    """Where each line of all pages ends at the right, in points; the lines are as :func:`shown_lines` has them."""
    return {text: max(right for _, right in edges) for text, edges in _edges_of(data)}


def left_edges(data: bytes) -> dict[str, float]:
    """Where each line of all pages begins at the left, in points."""
    return {text: min(left for left, _ in edges) for text, edges in _edges_of(data)}


def _edges_of(data: bytes) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """The lines of all pages, with the left and the right edge of each character."""
    with pypdfium2.PdfDocument(data) as file:
        for page in file:
            words = page.get_textpage()
            for line in _signs_of(words):
                boxes = [words.get_charbox(place) for *_, place, sign in line if sign.strip()]
                if boxes:
                    yield _text_of(line), [(left, right) for left, _, right, _ in boxes]


def alike(text: str) -> str:
    """A text as it can be compared with a line: without spaces, and with all brackets alike."""
    return "".join(text.split()).translate(ALIKE)


def _lines_of(page: pypdfium2.PdfTextPage) -> Iterator[str]:
    return map(_text_of, _signs_of(page))


def _text_of(line: list[_Sign]) -> str:
    return alike("".join(sign for *_, sign in line))


def _signs_of(page: pypdfium2.PdfTextPage) -> Iterator[list[_Sign]]:
    """The characters of each line from left to right."""
    x, y, found = pdfium.c_double(), pdfium.c_double(), list[_Sign]()
    for place in range(page.count_chars()):
        pdfium.FPDFText_GetCharOrigin(page.raw, place, x, y)
        found.append((-round(y.value), round(x.value, 2), place, chr(pdfium.FPDFText_GetUnicode(page.raw, place))))
    for _, line in itertools.groupby(sorted(found), lambda one: one[0]):
        yield [*line]
