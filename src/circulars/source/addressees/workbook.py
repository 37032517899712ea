"""Reads addressees from a workbook (XLSX), with cells as they are shown."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import python_calamine as calamine

from circulars.errors import AddresseesError, Place, Problem
from circulars.files import opc
from circulars.source.addressees import numbers
from circulars.source.addressees.cells import SAVE_AGAIN, CellDetails
from circulars.source.addressees.head import one_kind_of_line_end
from circulars.source.addressees.lists import AddresseeList
from circulars.source.addressees.sheet import ONLY_SHEET, Sheet, inspect_sheet
from circulars.source.addressees.spreadsheet import CellFault, SheetRow, SheetView, list_of_sheet

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

# Excel keeps fifteen digits; the last digits of a longer number are lost.
_EXACT = 10**15


def open_workbook(path: Path, name: str, sheet: str, *, hidden: bool = False) -> AddresseeList:
    """The list in a sheet of a workbook, by default the first one that is not hidden.

    Hidden rows and columns are left out, unless ``hidden`` is true. The cells of the sheet are in memory while they are
    read.

    Raises:
        AddresseesError: the file is not a workbook, is encrypted, damaged or malicious, or has no such sheet.
    """
    inspected = inspect_sheet(path, name, sheet)
    seen = SheetView(
        inspected.name,
        inspected.others,
        inspected.hidden,
        lambda: _rows(path, name, inspected),
        inspected.beside,
        inspected.tables,
    )
    return list_of_sheet(name, seen, hidden=hidden)


def _rows(path: Path, name: str, sheet: Sheet) -> Iterator[SheetRow]:
    """All rows of a sheet, each with its number, its cells as text, and its faults."""
    marks = sheet.marks(path)
    marked, facts = next(marks, (0, {}))
    with _opened(path, name, sheet) as book:
        grid = book.get_sheet_by_name(ONLY_SHEET)
        merged = _Merged(grid)
        # The library skips empty columns on the left, but not empty rows at the top.
        left = [""] * (grid.start or (0, 0))[1]
        for number, values in enumerate(grid.iter_rows(), 1):
            faults: list[CellFault] = []
            cells = left + [
                value if type(value) is str and "\r" not in value else _shown(value, column, faults)
                for column, value in enumerate(values, len(left))
            ]
            while 0 < marked < number:
                marked, facts = next(marks, (0, {}))
            if marked == number:
                for column, mark in facts.items():
                    if column < len(cells):
                        cells[column] = _marked(mark, cells[column], column, faults)
            merged.fill(number - 1, cells)
            yield number, cells, tuple(faults)


@contextmanager
def _opened(path: Path, name: str, sheet: Sheet) -> Iterator[calamine.CalamineWorkbook]:
    """A workbook with the sheet alone, which is closed on exit; errors of the library become a problem of the file."""
    try:
        with sheet.copied(path) as copied, calamine.CalamineWorkbook.from_path(copied) as book:
            yield book
    except (AddresseesError, GeneratorExit):
        raise
    except opc.UnreadablePackageError as error:
        raise AddresseesError(Problem(Place(name), "wrong-workbook", error.fact, SAVE_AGAIN)) from None
    except BaseException as error:
        # A panic of the library, which is written in Rust, is not an Exception.
        if not isinstance(error, calamine.CalamineError) and type(error).__name__ != "PanicException":
            raise
        fact = f"the workbook cannot be read: {error}"
        raise AddresseesError(Problem(Place(name), "wrong-workbook", fact, SAVE_AGAIN)) from None


@dataclass(slots=True)
class _Merged:
    """Cells that are merged over several rows; each of these rows gets the text of the merged cell."""

    ranges: Mapping[int, list[tuple[int, int]]]
    open: dict[int, tuple[int, str]] = field(default_factory=dict)

    def __init__(self, grid: calamine.CalamineSheet) -> None:
        ranges: dict[int, list[tuple[int, int]]] = {}
        for (first, column), (last, _) in grid.merged_cell_ranges or []:
            if last > first:
                ranges.setdefault(first, []).append((last, column))
        self.ranges, self.open = ranges, {}

    def fill(self, row: int, cells: list[str]) -> None:
        """Fills the cells of a row that are part of merged cells from a row above."""
        for column, (last, text) in [*self.open.items()]:
            if row > last:
                del self.open[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = text
        for last, column in self.ranges.get(row, ()):
            if column < len(cells):
                self.open[column] = last, cells[column]


def _shown(value: Value, column: int, faults: list[CellFault]) -> str:
    """A value as text: whole numbers without a decimal point, dates and times in ISO 8601."""
    kind = type(value)
    if isinstance(value, str):
        return one_kind_of_line_end(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if not math.isfinite(value):
            faults.append(CellFault(column, "cell-error", "the cell's number is infinite", "write the value"))
            return str(value)
        if abs(value) >= _EXACT:
            hint = "format the column as text (Format Cells: Text), and type the number again"
            fact = "Excel keeps only 15 digits of a number, and this one has more"
            faults.append(CellFault(column, "long-number", fact, hint))
        return str(int(value)) if value == int(value) else format(value, ".15g")
    if isinstance(value, datetime.datetime):
        rounded = value + datetime.timedelta(milliseconds=500)
        if not (rounded.hour or rounded.minute or rounded.second):
            return rounded.date().isoformat()
        return rounded.isoformat(" ", "seconds" if rounded.second else "minutes")
    if isinstance(value, datetime.time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    assert kind is datetime.date
    return value.isoformat()


def _marked(mark: CellDetails, cell: str, column: int, faults: list[CellFault]) -> str:
    """The text of a cell with details; adds the fault that they show, if any."""
    if mark.error:
        hint = "fix the formula, or write the value"
        faults.append(CellFault(column, "cell-error", f"the cell shows the error {mark.error}", hint))
        return mark.error
    if mark.unresolved:
        hint = "open the workbook in Excel or LibreOffice, and save it; or write the value"
        faults.append(CellFault(column, "formula-without-result", "the cell's formula was never calculated", hint))
        return cell
    return numbers.shown(cell, mark.pattern)
