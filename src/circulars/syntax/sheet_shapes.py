"""The shapes of a pack's paper, margins and type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from circulars.errors import Place, Problem
from circulars.model.sheet import LEAST_MARGIN, PAPERS, Hyphens, LetterSheet, Margins, Typeface
from circulars.syntax.groups import Field, ListOf, Record
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import Measure, OneOf, WholeNumber
from circulars.syntax.shape import Converted, Report

_LEAST_TEXT = 60  # millimetres


def _leaving_room(margins: Margins, node: Node, report: Report) -> Margins:
    """The margins unchanged, if they leave room for text on the smallest paper."""
    width, height = (min(size[side] for size in PAPERS.values()) for side in (0, 1))
    if margins.left + margins.right > width - _LEAST_TEXT or margins.top + margins.bottom > height - _LEAST_TEXT:
        fact = f"the margins leave less than {_LEAST_TEXT} mm for the text"
        raise report.refuse(node, "wrong-margins", fact, "make them smaller; they are in millimetres")
    return margins


def narrow_papers(sheet: LetterSheet, papers: Iterable[str], where: Place) -> Iterator[Problem]:
    """A problem for each size of paper on which the text area of the first one would come too near to the edge."""
    for paper in papers:
        if sheet.on(paper).margins.right < LEAST_MARGIN:
            fact = f"on the paper '{paper}' the text would end less than {LEAST_MARGIN} mm from the right edge"
            hint = f"make the margins larger, or name only paper that is as wide as '{sheet.paper}'"
            yield Problem(where, "wrong-margins", fact, hint)


PAPER = ListOf(OneOf(tuple(PAPERS)), "a list of sizes of paper")
MARGINS = Converted(
    Record(
        Margins,
        tuple(
            Field(side, Measure(LEAST_MARGIN, 100), "Millimetres.", required=True)
            for side in ("top", "right", "bottom", "left")
        ),
        part_of="the margins",
    ),
    _leaving_room,
)
TYPEFACE = Record(
    Typeface,
    (
        Field("size", Measure(6, 20), "Points."),
        Field("line", Measure(1, 3, 4), "The line height, as a factor of the size."),
        Field("width", WholeNumber(50, 200), "How wide its letters are, in percent of Carlito's."),
        Field("hyphens", OneOf(get_args(Hyphens)), "Where long words are hyphenated."),
    ),
    part_of="the type",
)
