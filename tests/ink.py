"""Finds what is wrong with finished pages as pdfium shows them; it knows nothing of how they were laid out."""

from __future__ import annotations

import ctypes
import io
import itertools
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

_POINT = 25.4 / 72  # mm
_SLACK = 0.7  # mm by which italic letters and marks may reach over the end of their line
_SQUARE = 10.0  # points: characters are compared with those in the same squares of the page
_COVERED = 0.5  # share of a character under another one, or under a picture
_APART = 4  # characters that are as close in the text belong together: marks, ligatures


@dataclass(frozen=True)
class Character:
    """A character with ink: the box of its glyph in points from the lower left, and the object that draws it."""

    text: str
    place: int
    box: tuple[float, float, float, float]
    drawn_by: int


def ink_faults(pdf: Path | bytes, margin: float = 20.0, *, empty: bool = False) -> list[str]:
    """What is wrong with each page: its number, the rule and the words. ``margin`` is the left and right one in mm.

    Empty pages count only if ``empty`` is false.
    """
    found = []
    with pypdfium2.PdfDocument(io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf) as file:
        for number, page in enumerate(file, 1):
            found += [f"{number}: {fault}" for fault in _faults(page, margin / _POINT, empty)]
    return found


def _faults(page: Any, margin: float, empty: bool) -> Iterator[str]:
    words = page.get_textpage()
    characters = list(_characters(words))
    if not characters and not empty and not any(True for _ in page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE])):
        yield "empty"
    width, height = page.get_size()
    slack = _SLACK / _POINT
    for name, group in (
        ("cut", [c for c in characters if not _within(c.box, 0, 0, width, height)]),
        ("outside", [c for c in characters if not _within(c.box, margin - slack, 0, width - margin + slack, height)]),
        ("overlapping", list(_overlapping(characters))),
        ("hidden", list(_hidden(page, characters))),
    ):
        if group:
            yield f"{name}: {''.join(character.text for character in group[:30])}"
    if any(not _within(box, -1, -1, width + 1, height + 1) for _, _, box in _pictures(page)):
        yield "cut: a picture"


def _characters(words: Any) -> Iterator[Character]:
    for place in range(words.count_chars()):
        text = words.get_text_range(place, 1)
        if not text.strip() or text == "\ufffe" or unicodedata.category(text[0]) in ("Mn", "Me", "Cf", "Cc"):
            continue
        box = words.get_charbox(place)
        if box[2] > box[0] and box[3] > box[1]:
            drawn_by = pdfium.FPDFText_GetTextObject(words.raw, place)
            yield Character(text, place, box, ctypes.addressof(drawn_by.contents) if drawn_by else 0)


def _within(box: tuple[float, ...], left: float, bottom: float, right: float, top: float) -> bool:
    return box[0] >= left and box[1] >= bottom and box[2] <= right and box[3] <= top


def _overlapping(characters: list[Character]) -> Iterator[Character]:
    """The letters and digits that are over others that are not near them in the text."""
    squares: dict[tuple[int, int], list[Character]] = defaultdict(list)
    for one in characters:
        if one.text.isalnum():
            for x, y in itertools.product(_squares(one.box[0], one.box[2]), _squares(one.box[1], one.box[3])):
                squares[x, y].append(one)
    seen = set()
    for group in squares.values():
        for one, other in itertools.combinations(group, 2):
            if one.place not in seen and other.place - one.place >= _APART and _covered(one.box, other.box) > _COVERED:
                seen.add(one.place)
                yield one


def _squares(start: float, end: float) -> range:
    return range(int(start // _SQUARE), int(end // _SQUARE) + 1)


def _covered(box: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The share of the smaller of two boxes that is in the other."""
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    areas = [(one[2] - one[0]) * (one[3] - one[1]) for one in (box, other)]
    return width * height / min(areas) if width > 0 and height > 0 else 0.0


def _hidden(page: Any, characters: list[Character]) -> Iterator[Character]:
    """The characters that an opaque picture covers which is painted after them."""
    count = pdfium.FPDFPage_CountObjects(page.raw)
    painted = [pdfium.FPDFPage_GetObject(page.raw, place) for place in range(count)]
    order = {ctypes.addressof(one.contents): place for place, one in enumerate(painted)}
    for place, opaque, box in _pictures(page):
        for character in characters if opaque else ():
            if order.get(character.drawn_by, place) < place and _covered(character.box, box) > _COVERED:
                yield character


def _pictures(page: Any) -> Iterator[tuple[int, bool, tuple[float, ...]]]:
    """Each picture on a page: its place in the order of painting, whether it is opaque, and its box in points."""
    for place in range(pdfium.FPDFPage_CountObjects(page.raw)):
        one = pdfium.FPDFPage_GetObject(page.raw, place)
        if pdfium.FPDFPageObj_GetType(one) == pdfium.FPDF_PAGEOBJ_IMAGE:
            sides = [ctypes.c_float() for _ in range(4)]
            pdfium.FPDFPageObj_GetBounds(one, *map(ctypes.byref, sides))
            yield place, not pdfium.FPDFPageObj_HasTransparency(one), tuple(side.value for side in sides)
