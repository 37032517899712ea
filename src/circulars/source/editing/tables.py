"""Edits of several entries at once: the columns of a table, and a language of a letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.source.editing.forms import Form, Path, at_path
from circulars.source.editing.operations import AddKey, Insert, Move, Operation, Remove
from circulars.source.editing.scalars import Value

_SPANS: Final = frozenset({"colspan", "rowspan"})


@dataclass(frozen=True, slots=True)
class AddColumn:
    """Adds a column to the table at ``path``, before the one with the number ``at``.

    ``cells`` has its cells from the head down, without those of rows that are titles.
    """

    path: Path
    at: int
    cells: Sequence[Value]


@dataclass(frozen=True, slots=True)
class RemoveColumn:
    """Removes a column of the table at ``path``."""

    path: Path
    at: int


@dataclass(frozen=True, slots=True)
class MoveColumn:
    """Moves a column of the table at ``path``, so that it becomes the one with the number ``to``."""

    path: Path
    at: int
    to: int


@dataclass(frozen=True, slots=True)
class AddLanguage:
    """Adds a language to a letter, with its texts by the paths of the texts in other languages."""

    code: str
    texts: Mapping[Path, str]


Composite = AddColumn | RemoveColumn | MoveColumn | AddLanguage
"""An edit of several entries."""


def steps(operation: Operation | Composite, root: Form) -> tuple[Operation, ...]:
    """The single edits of which an edit consists.

    Raises:
        LookupError: there is no such table or column, a cell covers several columns or rows, or the number of cells
            is not that of the rows.
    """
    match operation:
        case AddLanguage():
            return tuple(_language(operation, root))
        case AddColumn():
            return tuple(_added(operation, root))
        case RemoveColumn():
            return tuple(Remove(path) for path in _cells(operation.path, root, operation.at))
        case MoveColumn():
            return tuple(Move(path, operation.to) for path in _cells(operation.path, root, operation.at))
        case _:
            return (operation,)


def table_at(path: Path, root: Form) -> tuple[Form, tuple[Path, ...]]:
    """A table, and the paths of its rows of cells in it, those of the head first.

    Raises:
        LookupError: there is no table, or a cell covers several columns or rows.
    """
    table = at_path(root, path)
    rows = tuple(_rows(table)) if isinstance(table, dict) else ()
    if not rows:
        raise LookupError("there is no table")
    cells = [cell for row in rows for cell in at_path(table, row)]
    if any(isinstance(cell, dict) and not _SPANS.isdisjoint(cell) for cell in cells):
        raise LookupError("a cell of this table covers several columns or rows")
    return table, rows


def _language(operation: AddLanguage, root: Form) -> Iterator[Operation]:
    listed = at_path(root, ("languages",))
    yield Insert(("languages", len(listed)), operation.code)
    for path, text in operation.texts.items():
        yield AddKey((*path, operation.code), text)


def _added(operation: AddColumn, root: Form) -> Iterator[Operation]:
    at = operation.at
    table, rows = table_at(operation.path, root)
    width = len(at_path(table, rows[0]))
    if at > width:
        raise LookupError(f"the table has {width} columns")
    if len(operation.cells) != len(rows):
        raise LookupError(f"the column needs a cell for each of the {len(rows)} rows")
    for row, cell in zip(rows, operation.cells, strict=True):
        yield Insert((*operation.path, *row, at), cell)
    for row in _measures(table):
        beside = at_path(table, (*row, min(at, width - 1)))
        yield Insert((*operation.path, *row, at), _measure(beside))


def _measure(beside: Form) -> Value:
    """A width or an alignment as another one is written."""
    text = beside[0] if isinstance(beside, tuple) else ""
    return int(text) if text.isascii() and text.isdigit() and str(int(text)) == text else text


def _cells(path: Path, root: Form, at: int) -> Iterator[Path]:
    """The paths of the cells of a column, its width and its alignment."""
    table, rows = table_at(path, root)
    yield from ((*path, *row, at) for row in (*rows, *_measures(table)))


def _rows(table: dict[str, Form]) -> Iterator[Path]:
    for key in ("columns", "rows"):
        rows = table.get(key)
        if isinstance(rows, list) and key == "columns" and not any(isinstance(one, list) for one in rows):
            yield (key,)
        elif isinstance(rows, list):
            yield from ((key, number) for number, row in enumerate(rows) if isinstance(row, list))


def _measures(table: Form) -> Iterator[Path]:
    if isinstance(table, dict):
        yield from ((key,) for key in ("widths", "align") if isinstance(table.get(key), list))
