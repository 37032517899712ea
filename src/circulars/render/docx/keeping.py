"""Decides what Word keeps whole, by the letter's own words alone.

Word and LibreOffice leave the rest of a page empty before what is kept whole, however high it is, and below a high
header LibreOffice does not show the end of such a row. So what may be higher than a page is not kept whole. Each hole
counts as if its value had the greatest brief length, for all copies that are filled from one master have the same
properties. Copies with a longer value are laid out by themselves.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Final

from circulars.model.grid import GridRow, Slot
from circulars.model.sheet import LABEL_WIDTHS
from circulars.model.text import Cell, Items, Paragraph, Spans
from circulars.render.docx.markup import HOLE, shown_in, twips

_LONG: Final = 4_000
"""The characters of a paragraph that may be higher than a page."""
_MOST_LINES: Final = 45
"""The lines of a table that surely fit on a page."""
_MOST_ON_TURNED: Final = 28
"""The same on a page in landscape."""
_WIDE: Final = 11_000
"""The width in twips of text on such a page."""
_PADDING: Final = 216
"""The space at the sides of a cell in twips."""
_LETTER: Final = 120
"""The width of a wide letter in twips."""
_LABEL: Final = twips(LABEL_WIDTHS["widest"])
"""The width of the widest labels of a list in twips."""
_BRIEF: Final = 240
"""The characters of a hole, whatever it shows, unless it is longer."""
_SHORT_LINE: Final = 20
"""The characters of a short line, as those of an address are."""


def is_long(spans: Spans) -> bool:
    """Whether a paragraph may be higher than a page."""
    words = _own_words(spans)
    return len(words) + words.count("\n") * (_LONG // _MOST_LINES) > _LONG


def fits_on_page(rows: Iterable[GridRow[Cell]], widths: Sequence[int]) -> bool:
    """Whether rows of a table are surely not higher than a page; ``widths`` are those of its columns in twips."""
    lines = (max((_lines(slot, widths) for slot in row.slots if not slot.is_continued), default=0) for row in rows)
    return sum(lines) <= (_MOST_LINES if sum(widths) < _WIDE else _MOST_ON_TURNED)


def is_brief(value: str) -> bool:
    """Whether the value of a hole is not higher than a hole counts."""
    return len(value) + _SHORT_LINE * value.count("\n") <= _BRIEF


def _own_words(spans: Spans) -> str:
    return HOLE.sub(_counted, "".join(span.text for span in spans))


def _counted(hole: re.Match[str]) -> str:
    value = shown_in(hole[1])[0]
    return "n" * _BRIEF if is_brief(value) else value


def _lines(slot: Slot[Cell], widths: Sequence[int]) -> float:
    """The number of lines that a cell has in each of its rows, if its letters are wide."""
    width = sum(widths[slot.column : slot.column + slot.cell.colspan])
    room = max(1, (width - _PADDING) // _LETTER)
    lines = sum(_lines_of(line, room) for line in slot.cell.lines)
    return (lines + sum(_lines_of_list(listed, room) for listed in slot.cell.lists)) / slot.cell.rowspan


def _lines_of_list(items: Items, room: int) -> int:
    """The lines of a list, whose texts have less room than the text around it by the widest labels."""
    inner = max(1, room - _LABEL // _LETTER)
    blocks = [block for entry in items.entries for block in (Paragraph(entry.spans), *entry.blocks)]
    return sum(
        _lines_of_list(block, inner) if isinstance(block, Items) else _lines_of(block.spans, inner) for block in blocks
    )


def _lines_of(spans: Spans, room: int) -> int:
    return sum(max(1, math.ceil(len(text) / room)) for text in _own_words(spans).split("\n"))
