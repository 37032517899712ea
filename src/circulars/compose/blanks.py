"""Shortens lines that are to be filled in by hand to the width of their column, so that none is two lines."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator

from circulars.model.sheet import CELL_SIDES, LABEL_WIDTHS, SIGN_WIDTH, TEXT_INDENT, LetterSheet
from circulars.model.text import Block, Cell, Items, Paragraph, Spans, Table
from circulars.syntax.prose import UNDERSCORE


def with_fitting_blanks(blocks: Iterable[Block], sheet: LetterSheet, is_turned: bool = False) -> Iterator[Block]:
    """The blocks of a letter or an annex; ``is_turned`` if its pages are wider than high."""
    width = sheet.text_width + (sheet.height - sheet.width if is_turned else 0)
    return (_fitted(block, width) for block in blocks)


def _fitted(block: Block, width: float) -> Block:
    if isinstance(block, Table):
        return dataclasses.replace(block, rows=tuple(_row(row, block, width) for row in block.rows))
    if isinstance(block, Items):
        return _list(block, width - TEXT_INDENT)
    is_numbered = isinstance(block, Paragraph) and block.number
    return dataclasses.replace(block, spans=_short(block.spans, width - (TEXT_INDENT if is_numbered else 0)))


def _list(block: Items, width: float) -> Items:
    entries = tuple(
        dataclasses.replace(
            entry,
            spans=_short(entry.spans, width),
            blocks=tuple(
                _list(inner, width - LABEL_WIDTHS[inner.label_width])
                if isinstance(inner, Items)
                else dataclasses.replace(inner, spans=_short(inner.spans, width))
                for inner in entry.blocks
            ),
        )
        for entry in block.entries
    )
    return dataclasses.replace(block, entries=entries)


def _row(row: tuple[Cell, ...], table: Table, width: float) -> tuple[Cell, ...]:
    # A row below a cell over several rows has fewer cells: each is as wide as the narrowest columns at the right.
    return tuple(
        _cell(cell, width * _share(cell, nth, row, table) - CELL_SIDES)
        if any(span.blank for line in cell.paragraphs for span in line)
        else cell
        for nth, cell in enumerate(row)
    )


def _cell(cell: Cell, width: float) -> Cell:
    lists = tuple(_list(listed, width - LABEL_WIDTHS[listed.label_width]) for listed in cell.lists)
    return dataclasses.replace(cell, lines=tuple(_short(line, width) for line in cell.lines), lists=lists)


def _share(cell: Cell, nth: int, row: tuple[Cell, ...], table: Table) -> float:
    """The share of the text width that a cell surely has."""
    first = sum(one.colspan for one in row[:nth])
    missing = len(table.widths) - sum(one.colspan for one in row)
    return min(sum(table.widths[at : at + cell.colspan]) for at in range(first, first + missing + 1))


def _short(spans: Spans, width: float) -> Spans:
    """The spans, with no line longer than ``width`` with the signs that stand close to it."""
    if not any(span.blank and span.width for span in spans):
        return spans
    return tuple(
        dataclasses.replace(
            span, text="_" * max(3, min(len(span.text), int((width - _close(spans, nth)) / UNDERSCORE)))
        )
        if span.blank and span.width
        else span
        for nth, span in enumerate(spans)
    )


def _close(spans: Spans, nth: int) -> float:
    """The room for the signs before and after a line without a space between."""
    before, after = ("".join(span.text for span in part) for part in (spans[:nth], spans[nth + 1 :]))
    signs = (re.search(r"\S{0,3}$", before), re.match(r"\S{0,3}", after))
    return SIGN_WIDTH * sum(len(found[0]) for found in signs if found)
