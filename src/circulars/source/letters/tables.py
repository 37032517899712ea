"""The shape of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from circulars.errors import nearest
from circulars.model.grid import grid
from circulars.model.letter import GridCell
from circulars.source.letters.by_language import CELL, LIST_KEYS, InLanguages, LanguageRecord
from circulars.source.letters.lists import CONTINUE, OTHER_NAMES, list_fields, taken_listing
from circulars.source.letters.prose_text import PROSE, Paragraphs
from circulars.source.letters.report import letter_report
from circulars.syntax import nodes
from circulars.syntax.groups import Field, ListOf, Record
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import NO_WORDS, OneOf, WholeNumber, YesNo
from circulars.syntax.shape import AnyOf, Converted, Report, Schema, Shape, UnreadableError, described

_TEXT = Paragraphs("a cell's text", 'write "" for an empty cell', NO_WORDS, blank=True)
_SPAN = WholeNumber(1, 200)
_COLSPAN = Field("colspan", _SPAN, "The number of columns that the cell spans.")
_ROWSPAN = Field("rowspan", _SPAN, "The number of rows that the cell spans.")
_PLAIN = InLanguages(_TEXT, CELL)
_WITHOUT_TEXT = {"colspan", "rowspan", "labels", "continue", *LIST_KEYS}
"""The keys of a cell without words of its own."""


@dataclass(frozen=True, slots=True)
class _CellShape(Shape[GridCell]):
    """A cell: a text, or a text by language with the columns and rows that it spans and a list; or the list alone."""

    record: LanguageRecord

    def read(self, node: Node, report: Report) -> GridCell:
        try:
            return self._cell(node, report)
        except UnreadableError:
            if not report.partial:
                raise
            return _empty_cell(report)

    def _cell(self, node: Node, report: Report) -> GridCell:
        if isinstance(node, nodes.Mapping):
            if node.pairs.keys() <= _WITHOUT_TEXT:
                values = {"text": _empty_cell(report).text, **self.record.others.values(node, report)}
            else:
                values = self.record.read(node, report)
            listing = taken_listing(values, CELL, node, report)
            return GridCell(**values, listing=listing)
        return GridCell(_PLAIN.read(node, report))

    def schema(self, definitions: Schema) -> Schema:
        return {"anyOf": [_TEXT.schema(definitions), self.record.schema(definitions)]}


def _empty_cell(report: Report) -> GridCell:
    return GridCell(dict.fromkeys(letter_report(report).languages, ()))


def _cells(*keys: Field) -> Shape[tuple[GridCell, ...]]:
    return ListOf(_CellShape(LanguageRecord(_TEXT, Record(dict, keys, CELL, OTHER_NAMES))), "a list of cells")


_HEAD_CELLS = _cells(_COLSPAN, _ROWSPAN)
_CELLS = _cells(_COLSPAN, _ROWSPAN, *list_fields(), CONTINUE)
_GROUP_KEYS: Record[dict[str, Any]] = Record(
    dict, (Field("group", PROSE, "The title of the rows below it.", required=True),), "a group of rows"
)


def _group(values: dict[str, Any], node: Node, report: Report) -> tuple[GridCell, ...]:
    return (GridCell({code: (spans,) for code, spans in values["group"].items()}, is_group=True),)


_GROUP: Shape[tuple[GridCell, ...]] = Converted(_GROUP_KEYS, _group)


@dataclass(frozen=True, slots=True)
class _RowShape(Shape[tuple[GridCell, ...]]):
    """A row: a list of cells, or the title of the rows below it."""

    kinds: Shape[tuple[GridCell, ...]]

    def read(self, node: Node, report: Report) -> tuple[GridCell, ...]:
        if isinstance(node, nodes.Mapping) and not nearest("group", node.pairs):
            fact = f"a row is a list of its cells; found {described(node)}"
            raise report.refuse(node, "wrong-type", fact, "write the cells in order, in brackets: [ …, … ]")
        return self.kinds.read(node, report)

    def schema(self, definitions: Schema) -> Schema:
        return self.kinds.schema(definitions)


_ROW = _RowShape(
    AnyOf({"group": _GROUP, "cells": _CELLS}, lambda node: "group" if isinstance(node, nodes.Mapping) else "cells")
)


_HEADS: Shape[tuple[tuple[GridCell, ...], ...]] = AnyOf(
    {
        "row": Converted(_HEAD_CELLS, lambda row, node, report: (row,)),
        "rows": ListOf(_HEAD_CELLS, "a list of header rows", most=5, remedy="a header has five rows at most"),
    },
    lambda node: "rows" if _has_rows(node) else "row",
)


def _has_rows(node: Node) -> bool:
    """Whether a list of cells is a list of rows of them."""
    return isinstance(node, nodes.Sequence) and any(isinstance(item, nodes.Sequence) for item in node.items)


def _checked(values: dict[str, Any], node: Node, report: Report) -> dict[str, Any]:
    """The table with groups as wide as it is; rows that are not as long as the others are reported."""
    heads = values.get("columns", ())
    values["columns"], values["subheads"] = (heads[0], heads[1:]) if heads else ((), ())
    cells = heads[0] if heads else next((row for row in values["rows"] if not row[0].is_group), ())
    width = sum(cell.colspan for cell in cells) or 1
    values["rows"] = tuple((replace(row[0], colspan=width),) if row[0].is_group else row for row in values["rows"])
    values["head_column"] = values.get("head_column", not heads)
    if report.partial:
        return _evened(values, width, report)
    failed = bool(heads) and _has_wrong_heads(heads, width, nodes.child(node, "columns"), report)
    needed = "the table has " + _counted(width, "column") if heads else "the first row has " + _counted(width, "cell")
    failed |= _has_wrong_rows(values["rows"], width, needed, nodes.children(nodes.child(node, "rows")), report)
    for key in ("widths", "align"):
        if key in values and len(values[key]) != width:
            what = "width" if key == "widths" else "alignment"
            verb = "is" if len(values[key]) == 1 else "are"
            fact = f"there {verb} {_counted(len(values[key]), what)} for {_counted(width, 'column')}"
            report.add(nodes.child(node, key), "uneven-row", fact, f"write one {what} for each column")
            failed = True
    if not heads and not values["head_column"]:
        fact = "a table needs a header row or a header column, by which screen readers say what a cell belongs to"
        report.add(node, "missing-field", fact, "add 'columns:', or 'head-column: true'")
        failed = True
    if failed:
        raise UnreadableError
    return values


def _evened(values: dict[str, Any], width: int, report: Report) -> dict[str, Any]:
    """The table with empty cells where a row is too short, and without the cells of rows that are too long.

    Raises:
        UnreadableError: cells over several columns or rows leave no room for others.
    """
    for key in ("rows", "subheads"):
        found_rows = zip(values[key], grid(values[key], width), strict=True)
        values[key] = tuple(_fitted(row, found.width - width, report) for row, found in found_rows)
        if any(row.overlaps or row.width != width for row in grid(values[key], width)):
            raise UnreadableError
    return {key: value for key, value in values.items() if key not in ("widths", "align") or len(value) == width}


def _fitted(row: tuple[GridCell, ...], excess: int, report: Report) -> tuple[GridCell, ...]:
    """The row without its last cells if it is too wide, and with empty ones if it is too narrow."""
    while row and excess > 0:
        *others, last = row
        row, excess = tuple(others), excess - last.colspan
    return (*row, *([_empty_cell(report)] * -excess))


def _has_wrong_heads(heads: tuple[tuple[GridCell, ...], ...], width: int, node: Node, report: Report) -> bool:
    places = nodes.children(node) if _has_rows(node) else (node,)
    return _has_wrong_rows(heads, width, "the first one has " + _counted(width, "cell"), places, report)


def _has_wrong_rows(
    rows: tuple[tuple[GridCell, ...], ...], width: int, needed: str, places: Sequence[Node], report: Report
) -> bool:
    """Whether a row has too few or too many cells, or cells that overlap; each is reported."""
    failed = False
    for number, (row, place) in enumerate(zip(grid(rows, width), places, strict=True), start=1):
        fact, hint = "", ""
        if row.overlaps or (len(row.slots) > 1 and any(slot.cell.is_group for slot in row.slots)):
            fact, hint = "a cell of this row is where one of a row above still is", "correct 'colspan' or 'rowspan'"
        elif row.width != width:
            fact = f"this row has {_counted(row.width, 'cell')}; {needed}"
            few = row.width < width
            hint = 'add cells; write "" for an empty one' if few else "add a column, or remove a cell"
        elif any(slot.cell.rowspan > len(rows) - number + 1 for slot in row.slots if not slot.is_continued):
            fact, hint = "a cell spans more rows than there are", "correct 'rowspan', or add rows: [[…], […]]"
        if fact:
            report.add(place, "uneven-row", fact, hint)
            failed = True
    return failed


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


_TABLE_NAMES = {
    "columns": ("header", "headers", "head", "heads", "heading", "headings", "header-row", "head-row", "cols"),
    "caption": ("title", "name"),
    "rows": ("body", "row", "data", "cells", "lines"),
    "head-column": ("header-column", "row-heads"),
    "widths": ("width", "column-widths"),
    "align": ("alignment", "alignments"),
}
"""What people call the keys of a table."""
TABLE: Shape[dict[str, Any]] = Converted(
    Record(
        dict,
        (
            Field("caption", PROSE, "The title above the table."),
            Field("columns", _HEADS, "The header row: a cell for each column; or a list of header rows."),
            Field("head-column", YesNo(), "true: the first cell of each row is its header."),
            Field("widths", ListOf(WholeNumber(1, 100), "a list of shares"), "The relative widths of the columns."),
            Field(
                "align",
                ListOf(OneOf(("start", "center", "end"), "an alignment"), "a list of alignments"),
                "The alignment of each column.",
            ),
            Field("split-rows", YesNo(), "true: a row may go on on the next page."),
            Field("rows", ListOf(_ROW, "a list of rows"), "The rows: lists of cells, or groups.", required=True),
        ),
        "a table",
        _TABLE_NAMES,
    ),
    _checked,
)
