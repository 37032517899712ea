"""Measures of lists and cells are stated once; the stylesheet and the Word template of "itu" agree with them."""

from __future__ import annotations

import re

import docx
import pytest
from docx.shared import Twips

from circulars.model.sheet import CELL_SIDES, LABEL_WIDTHS, TEXT_INDENT
from circulars.render.docx.lists import _WIDTHS
from circulars.render.docx.markup import twips
from circulars.render.docx.numbering import INDENT
from conftest import ROOT

CSS = (ROOT / "templates/itu/letter.css").read_text(encoding="utf-8")


def lengths(selector: str, property: str) -> set[str]:
    """What the rules of a selector set a property to, without the sign."""
    rules = re.findall(rf"(?m)^[^{{}}]*{re.escape(selector)}[^{{}}]*\{{([^}}]*)\}}", CSS)
    return {found for rule in rules for found in re.findall(rf"(?<![a-z-]){property}: -?([0-9.]+mm)", rule)}


@pytest.mark.parametrize(
    ("selector", "property", "millimetres"),
    [
        (".outline) > li, ol.references > li {", "padding-inline-start", TEXT_INDENT),
        (".level-3 .number {", "margin-inline-start", TEXT_INDENT),
        ("ol.references > li > .label {", "inline-size", LABEL_WIDTHS["narrow"]),
        (".wide.wide > li > .label {", "inline-size", LABEL_WIDTHS["wide"]),
        (".widest.widest > li > .label {", "margin-inline-start", LABEL_WIDTHS["widest"]),
        ("li > .wide.wide > li {", "padding-inline-start", LABEL_WIDTHS["wide"]),
        ("li > .widest.widest > li {", "padding-inline-start", LABEL_WIDTHS["widest"]),
    ],
)
def test_the_stylesheet_has_the_measures_of_lists(selector: str, property: str, millimetres: float) -> None:
    """Lines to be filled in are as long as there is room, whichever format shows them."""
    rule = selector.removesuffix(" {")

    assert f"{millimetres:g}mm" in lengths(rule, property)


def test_word_has_the_measures_of_lists() -> None:
    """In twips: where text begins, and the room for labels, also in the styles of the template."""
    style = docx.Document(str(ROOT / "templates/itu/letter.docx")).styles["List Bullet"].paragraph_format

    assert (INDENT, _WIDTHS) == (794, {"narrow": 369, "wide": 567, "widest": 794})
    assert style.left_indent == Twips(twips(TEXT_INDENT))
    assert style.first_line_indent == -Twips(twips(LABEL_WIDTHS["narrow"]))


def test_cells_have_room_for_their_sides() -> None:
    """The space that is kept free of lines to be filled in is more than the padding of both sides."""
    [padding] = re.findall(r"padding-inline: ([0-9.]+)mm;", CSS)

    assert 2 * float(padding) < CELL_SIDES < 2 * float(padding) + 1
