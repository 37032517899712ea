"""Draws bars in the margin of a PDF beside the lines that changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from circulars.model.document import Direction
from circulars.render.pdf.engine import boxes
from circulars.review.reports.marked_pdf.page import QUIET, is_mark

_POINTS: Final = 0.75
"""Points in a pixel of WeasyPrint."""
_FROM_TEXT: Final = 4 * 96 / 25.4
_WIDTH: Final = 2.0
_COLOUR: Final = (0.02, 0.31, 0.68)
_GAP: Final = 2.0  # pixels between lines that have one bar
_OPENING: Final = b"/Artifact <</Type /Layout>> BDC"


class Bars:
    """Watches a PDF being printed, and draws bars in the margin where its lines begin."""

    def __init__(self, direction: Direction) -> None:
        self._direction = direction

    def painted(self, sheet: Any, stream: Any, marks: dict[Any, dict[str, Any]], is_last: bool) -> None:
        """Draws the bars of a page. They are decoration, which screen readers skip."""
        page = sheet._page_box
        left, right = page.content_box_x() - _FROM_TEXT, page.content_box_x() + page.width + _FROM_TEXT
        edge = left if self._direction == "ltr" else right
        for top, bottom in _joined(_changed(page)):
            stream.stream.append(_OPENING)
            with stream.stacked():
                stream.transform(a=_POINTS, d=_POINTS)
                stream.set_color_rgb(*_COLOUR)
                stream.rectangle(edge, top, _WIDTH, bottom - top)
                stream.fill()
            stream.stream.append(b"EMC")

    def finishing(self, pdf: Any) -> None:
        """Nothing is left to do."""

    def finished(self, pdf: Any) -> None:
        """Nothing is left to do."""


def _changed(box: Any) -> Iterator[tuple[float, float]]:
    """The upper and lower edges of the lines in a box that have marks."""
    box = getattr(box, "_box", box)  # an absolutely positioned box has a placeholder
    if isinstance(box, boxes.MarginBox):
        return
    if isinstance(box, boxes.LineBox):
        if any(_is_marked(one) for one in box.descendants()):
            yield box.position_y, box.position_y + box.height
        return
    for child in getattr(box, "children", ()):
        yield from _changed(child)


def _is_marked(box: Any) -> bool:
    element = box.element
    return element is not None and is_mark(element) and element.get("class") != QUIET


def _joined(lines: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The edges of bars: lines that follow each other have one."""
    found: tuple[float, float] | None = None
    for top, bottom in sorted(lines):
        if found and top <= found[1] + _GAP:
            found = found[0], max(found[1], bottom)
            continue
        if found:
            yield found
        found = top, bottom
    if found:
        yield found
