"""Glyphs in a PDF have the widths of their fonts, whatever is drawn before them."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import uharfbuzz

from circulars.compose import compose
from circulars.language import load_language
from circulars.model.addressee import BLOCK
from circulars.model.document import Document, holes_of
from circulars.model.text import Paragraph, Span
from circulars.pack import load_pack
from circulars.render.pdf import master, master_for_copies
from circulars.source.letters import read_letter
from conftest import LETTERS
from render.sample_letters import COLUMNS, PLAIN

SPANISH = "áéíóúüñÁÉÍÓÚÜÑ¡¿ºª«»()/&'’-–.,:;0123456789" + "abcdefghijklmnopqrstuvwxyz" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMALL = Paragraph((Span("El país, la región y el Sr. García"),))


def widths(document: Document) -> dict[str, dict[int, int]]:
    """The widths of each font's glyphs in a letter's PDF, by the font's name."""
    return {str(font.BaseFont).partition("+")[2]: dict(_widths(font)) for font in _fonts(_printed(document))}


def _printed(document: Document) -> bytes:
    return master(document, load_pack()).fill({})


def _fonts(data: bytes) -> Iterator[Any]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = {str(font.BaseFont): font for page in pdf.pages for font in page.Resources.Font.values()}
        yield from found.values()


def _widths(font: Any) -> Iterator[tuple[int, int]]:
    said = iter(font.DescendantFonts[0].W)
    for first in said:
        yield from enumerate(map(int, next(said)), int(first))


def test_widths_are_those_of_the_font() -> None:
    """The widths agree to a thousandth of the size, as PDF/A requires (ISO 19005-3, 6.2.11.5)."""
    count = 0
    for font in _fonts(_printed(COLUMNS)):
        face = uharfbuzz.Face(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes())
        own = uharfbuzz.Font(face)
        for glyph, width in _widths(font):
            assert width == round(own.get_glyph_h_advance(glyph) * 1000 / face.upem)
            count += 1

    assert count > 100


def test_the_order_of_drawing_changes_no_width() -> None:
    """The same letters in the size of an address and of a paragraph, one before the other or alone."""
    small, large = SMALL.spans, (SMALL,)
    alone = widths(replace(PLAIN, body=large))
    after = widths(replace(PLAIN, addressee=small, body=large))

    for name, own in alone.items():
        assert own.items() <= after[name].items()


@pytest.mark.parametrize(
    ("letter", "language"),
    [*zip(LETTERS, itertools.cycle(["en", "es"]), strict=False)],
    ids=lambda one: Path(one).stem,
)
def test_every_letter_of_a_language_is_filled_in_every_hole(letter: Path, language: str) -> None:
    """In the address and in the salutation of each example: no "í" has a copy laid out in full."""
    source = read_letter(letter)
    pack = load_pack(source.pack.name) if source.pack else load_pack()
    document = compose(source, load_language(language), pack, {}, addressed=True)
    document = replace(document, body=document.body[:2], annexes=())
    holes = holes_of(document)
    made = master_for_copies(document, pack, frozenset(SPANISH + " "), [dict.fromkeys(holes, "Ana Ejemplo")])

    for sign in SPANISH:
        for hole in holes:
            values = dict.fromkeys(holes, "Ana Ejemplo") | {hole: f"Ana {sign} n"}
            assert made.tail(values) is not None, (sign, hole)
    assert BLOCK in holes
