"""Finds how many rows each cell covers in a table that has the rows of two versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from circulars.review.comparing.grids import GridColumn, placed
from circulars.review.comparing.matched import Matched


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A cell of a row, or a place without one; ``slot`` is its first column, and ``height`` the rows that it covers."""

    part: Matched | None
    slot: int
    height: int = 1

    def covers(self, other: PlacedCell) -> bool:
        """Whether it is in a column of another one."""
        return bool({*_slots(self)} & {*_slots(other)})


class Cells:
    """The cells of some rows in the ``columns`` of a table; without these, the cells that each row has."""

    def __init__(self, rows: Sequence[Matched], columns: Sequence[GridColumn] | None) -> None:
        self._rows = [[*_placed_cells(row, columns)] for row in rows]
        self._news = [place for place, row in enumerate(rows) if row.new]
        self._olds = [place for place, row in enumerate(rows) if row.old and row.fate != "moved"]
        self._covered: set[tuple[int, int]] = set()
        self._ends = [*range(1, len(rows) + 1)]
        for place, cells in enumerate(self._rows):
            cells[:] = [replace(cell, height=self._height(place, cell)) for cell in cells]
            for cell in cells:
                self._covered |= {(row, cell.slot) for row in range(place + 1, place + cell.height)}
                self._ends[place] = max(self._ends[place], place + cell.height)

    def of(self, place: int) -> Iterator[PlacedCell]:
        """The cells of a row, and its places without one, but not those that cells of rows above cover."""
        yield from (cell for cell in self._rows[place] if cell.part or (place, cell.slot) not in self._covered)

    def together(self, shown: Sequence[bool]) -> list[tuple[int, bool]]:
        """The places of the rows, and whether each is shown: as all are that a cell covers together."""
        found: list[tuple[int, bool]] = []
        start = end = 0
        for place, last in enumerate(self._ends):
            if place == end:
                start = place
            end = max(end, last)
            if place + 1 == end:
                found += [(row, any(shown[start:end])) for row in range(start, end)]
        return found

    def _height(self, place: int, cell: PlacedCell) -> int:
        """The rows down to the last one that the cell covers in a version, or to another cell."""
        end = place + 1
        while end <= self._last(place, cell) and not any(
            other.part and other.covers(cell) for other in self._rows[end]
        ):
            end += 1
        return end - place

    def _last(self, place: int, cell: PlacedCell) -> int:
        ends = [place]
        units = (cell.part.old, cell.part.new) if cell.part else (None, None)
        for unit, places in zip(units, (self._olds, self._news), strict=True):
            if unit and unit.height > 1 and place in places:
                ends.append(places[min(places.index(place) + unit.height, len(places)) - 1])
        return max(ends)


def _placed_cells(row: Matched, columns: Sequence[GridColumn] | None) -> Iterator[PlacedCell]:
    if columns:
        yield from (PlacedCell(cell, slot) for slot, cell in enumerate(placed(row, columns)))
    else:
        yield from (PlacedCell(cell, cell.unit.column) for cell in row.parts)


def _slots(cell: PlacedCell) -> range:
    width = cell.part.unit.width if cell.part else 1
    return range(cell.slot, cell.slot + width)
