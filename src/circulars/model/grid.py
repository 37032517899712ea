"""Where the cells of a table are, when some of them span several columns or rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Spanning(Protocol):
    """A cell that spans columns and rows, at least one of each."""

    @property
    def colspan(self) -> int: ...

    @property
    def rowspan(self) -> int: ...


C = TypeVar("C", bound=Spanning)


@dataclass(frozen=True, slots=True)
class Slot(Generic[C]):
    """A cell in a row, and its first column, from 0. ``is_continued``: the cell began in a row above."""

    cell: C
    column: int
    is_continued: bool = False


@dataclass(frozen=True, slots=True)
class GridRow(Generic[C]):
    """A row's slots from left to right. ``width`` is the number of columns that they and the cells left over need.

    ``overlaps`` says whether a cell is where one of a row above still is.
    """

    slots: tuple[Slot[C], ...]
    width: int
    overlaps: bool = False


def grid(rows: Sequence[Sequence[C]], width: int) -> Iterator[GridRow[C]]:
    """The rows of a table of ``width`` columns, with the cells that continue from the rows above."""
    open_cells: dict[int, tuple[C, int]] = {}
    for row in rows:
        slots: list[Slot[C]] = []
        waiting = [*row]
        column, overlaps = 0, False
        while column < width or waiting:
            if column in open_cells:
                cell, left = open_cells.pop(column)
                slots.append(Slot(cell, column, is_continued=True))
            elif waiting:
                cell = waiting.pop(0)
                left = cell.rowspan
                slots.append(Slot(cell, column))
                overlaps |= any(place in open_cells for place in range(column, column + cell.colspan))
            else:
                break
            if left > 1:
                open_cells[column] = (cell, left - 1)
            column += cell.colspan
        yield GridRow(tuple(slots), column, overlaps)
