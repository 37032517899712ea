"""Fits the table of a letter's head to its labels: wide ones have room, and a row without one has no cell for it."""

from __future__ import annotations

import itertools
import re
from typing import Final

from circulars.model.document import Direction
from circulars.render.docx.markup import twips
from circulars.render.docx.story import Story
from circulars.render.docx.template_language import space_before

_TABLE: Final = "reference table"
_COLUMN: Final = re.compile(r'(?<=<w:gridCol w:w=")\d+(?=")')
_ROW: Final = re.compile(r"<w:tr\b.*?</w:tr>", re.DOTALL)
_CELL: Final = re.compile(r"<w:tcPr>.*?</w:tcPr>", re.DOTALL)
_WIDTH: Final = re.compile(r'(?<=<w:tcW w:w=")\d+(?=")')
_WHOLE_CELL: Final = re.compile(r"<w:tc>.*?</w:tc>", re.DOTALL)
_HAS_WORDS: Final = re.compile("<w:(?:t|drawing)[ >]")
_MARGINS: Final = re.compile(r"<w:tcMar>.*?</w:tcMar>", re.DOTALL)
_SPAN_WHOLE: Final = re.compile("<w:gridSpan [^>]*/>")
_SPAN: Final = re.compile(r'<w:gridSpan w:val="(\d+)"')


def with_wide_labels(text: str, story: Story) -> str:
    """The body of a letter, with a wider first column in the table of its head, if the labels need one.

    The second column is narrower by as much. A template without such a table stays as it is.
    """
    style = story.paper.styles.get(_TABLE)
    start = text.find(f'<w:tblStyle w:val="{style}"/>') if style and story.document.label_width else -1
    end = text.find("</w:tbl>", start)
    if start < 0:
        return text
    table = text[start:end]
    columns = [*map(int, _COLUMN.findall(table))]
    more = twips(story.document.label_width) - columns[0] if len(columns) > 1 else 0
    if more <= 0 or more >= columns[1]:
        return text
    changes = [more, -more, *(0 for _ in columns[2:])]
    changed = iter(changes)
    table = _COLUMN.sub(lambda width: str(int(width[0]) + next(changed)), table)
    return text[:start] + _ROW.sub(lambda row: _with_changes(row[0], changes), table) + text[end:]


def without_empty_labels(text: str, story: Story) -> str:
    """The body of a letter, in whose head's table a row without a label begins with its value.

    The value stays where it is: its cell spans the column of labels, and has space of this width before it. A screen
    reader would read an empty cell out.
    """
    style = story.paper.styles.get(_TABLE)
    start = text.find(f'<w:tblStyle w:val="{style}"/>') if style else -1
    end = text.find("</w:tbl>", start)
    if start < 0:
        return text
    direction = story.voice.direction
    return text[:start] + _ROW.sub(lambda row: _joined(row[0], direction), text[start:end]) + text[end:]


def _joined(row: str, direction: Direction) -> str:
    """A row, with its first two cells as one if the first is empty."""
    label, value, *_ = *(found[0] for found in _WHOLE_CELL.finditer(row)), "", ""
    if not (label and value) or _HAS_WORDS.search(label) or "<w:vMerge" in label or _SPAN.search(label):
        return row
    widths = [int(found[0]) if (found := _WIDTH.search(cell)) else 0 for cell in (label, value)]
    span = int(found[1]) if (found := _SPAN.search(value)) else 1
    look = _CELL.search(value)
    if look is None or not all(widths):
        return row
    own = {side: found[0] for side in ("top", "bottom") if (found := re.search(rf"<w:{side} w:w=[^>]*/>", look[0]))}
    rest = _SPAN_WHOLE.sub("", _MARGINS.sub("", _WIDTH.sub(str(sum(widths)), look[0])))
    rest = rest.replace("/>", f'/><w:gridSpan w:val="{span + 1}"/>', 1)
    before, mark, after = rest.rpartition("<w:vAlign" if "<w:vAlign" in rest else "</w:tcPr>")
    joined = value.replace(look[0], before + space_before(widths[0], own, direction) + mark + after, 1)
    return row.replace(label, "", 1).replace(value, joined, 1)


def _with_changes(row: str, changes: list[int]) -> str:
    """A row with the changes of the columns that each of its cells spans."""
    columns = iter(changes)

    def changed(cell: re.Match[str]) -> str:
        span = _SPAN.search(cell[0])
        more = sum(itertools.islice(columns, int(span[1]) if span else 1))
        return _WIDTH.sub(lambda width: str(int(width[0]) + more), cell[0])

    return _CELL.sub(changed, row)
