"""A PDF shows the words of a line in the order of the Unicode Bidirectional Algorithm, across inline elements."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circulars.model.document import Document
from circulars.model.text import Paragraph, Span, Spans
from circulars.pack import load_pack
from circulars.render import writer
from glyph_order import alike, shown_lines
from render.sample_letters import ARABIC, PLAIN

BOLD = Span("Study Group", strong=True)


@pytest.mark.parametrize(
    ("letter", "spans", "shown"),
    [
        (ARABIC, (Span("تجتمع ITU-T "), BOLD, Span(" five غدا")), "ادغ ITU-T Study Group five عمتجت"),
        (ARABIC, (Span("تجتمع "), Span("غدا", strong=True), Span(" 5")), "5 ادغ عمتجت"),
        (PLAIN, (Span("Mr سمر "), Span("مثنى", strong=True), Span(" (chair)")), "Mr ىنثم رمس (chair)"),
    ],
    ids=["Latin words", "Arabic words", "a name in an English letter"],
)
def test_words_in_bold_are_in_their_place_on_a_line(letter: Document, spans: Spans, shown: str) -> None:
    """Words that are partly in bold are read as a whole."""
    body = (Paragraph(spans),)

    assert alike(shown) in shown_lines(writer("pdf")(replace(letter, body=body), load_pack()).fill({}))
