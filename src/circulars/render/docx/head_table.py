"""Gives the labels in the table of a letter's head the width that they need."""

from __future__ import annotations

import itertools
import re
from typing import Final

from circulars.render.docx.markup import twips
from circulars.render.docx.story import Story

_TABLE: Final = "reference table"
_COLUMN: Final = re.compile(r'(?<=<w:gridCol w:w=")\d+(?=")')
_ROW: Final = re.compile(r"<w:tr\b.*?</w:tr>", re.DOTALL)
_CELL: Final = re.compile(r"<w:tcPr>.*?</w:tcPr>", re.DOTALL)
_WIDTH: Final = re.compile(r'(?<=<w:tcW w:w=")\d+(?=")')
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


def _with_changes(row: str, changes: list[int]) -> str:
    """A row with the changes of the columns that each of its cells spans."""
    columns = iter(changes)

    def changed(cell: re.Match[str]) -> str:
        span = _SPAN.search(cell[0])
        more = sum(itertools.islice(columns, int(span[1]) if span else 1))
        return _WIDTH.sub(lambda width: str(int(width[0]) + more), cell[0])

    return _CELL.sub(changed, row)
