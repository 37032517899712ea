"""Reads addressees from a workbook (XLSX), as its cells show them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import python_calamine as calamine

from circulars.errors import AddresseesError, Choice, Place, Problem
from circulars.model.addressee import Addressee
from circulars.source.addressees import numbers
from circulars.source.addressees.head import one_kind_of_line_end, read_head
from circulars.source.addressees.lists import AddresseeList, FaultyRow
from circulars.source.addressees.sheet import CellDetails, Sheet, look_at

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

# Of a longer number the last digits are not in the file: Excel keeps fifteen.
_EXACT = 10**15


def open_workbook(path: Path, name: str, sheet: str) -> AddresseeList:
    """The list in a sheet of a workbook; without a name it is the first sheet that is not hidden.

    The library holds the cells of the sheet in memory while they are read.

    Raises:
        AddresseesError: the file is no workbook, is encrypted or made to deceive, or has no such sheet.
    """
    looked = look_at(path, name, sheet)
    row, cells = next(
        ((number, cells) for number, cells, _ in _rows(path, name, looked) if any(map(str.strip, cells))), (1, [])
    )
    head = read_head(name, cells, row)

    def addressees() -> Iterator[Addressee]:
        faults: dict[int, tuple[_Fault, ...]] = {}
        for addressee in head.addressees(_below(_rows(path, name, looked), row, faults)):
            found = faults.pop(addressee.row, ())
            named = [fault for fault in found if fault.column < len(head.names) and head.names[fault.column]]
            yield _faulty(addressee, head.file, head.names, named) if named else addressee
            faults.clear()

    others = Choice("sheet", f"{{}} names another one: {', '.join(looked.others)}", "NAME")
    about, choices = f"this is the sheet '{looked.name}'", (others,) if looked.others else ()
    return AddresseeList(name, head.columns, addressees, about=about, choices=choices)


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong with a cell of a row: its column from 0, the code, the fact and the remedy."""

    column: int
    code: str
    fact: str
    hint: str


_Row = tuple[int, list[str], tuple[_Fault, ...]]


def _below(rows: Iterator[_Row], head: int, faults: dict[int, tuple[_Fault, ...]]) -> Iterator[tuple[int, list[str]]]:
    """The rows below the head row; what is wrong with one stands in ``faults`` until it is asked for."""
    for number, cells, found in rows:
        if number > head:
            if found:
                faults[number] = found
            yield number, cells


def _faulty(addressee: Addressee, file: str, names: Sequence[str], faults: Sequence[_Fault]) -> FaultyRow:
    known = (addressee.problems, addressee.beyond) if isinstance(addressee, FaultyRow) else ((), ())
    problems = tuple(
        Problem(
            Place(file, addressee.row, fault.column + 1), fault.code, f"{names[fault.column]}: {fault.fact}", fault.hint
        )
        for fault in faults
    )
    return FaultyRow(addressee.id, addressee.columns, addressee.row, known[0] + problems, known[1])


def _rows(path: Path, name: str, sheet: Sheet) -> Iterator[_Row]:
    """The rows of a sheet, from the first one on: each with its number, its cells as text, and what is wrong."""
    marks = sheet.marks(path)
    marked, facts = next(marks, (0, {}))
    with _opened(path, name) as book:
        grid = book.get_sheet_by_name(sheet.name)
        merged = _Merged(grid)
        # The library leaves out empty columns at the side, but no empty rows at the top.
        left = [""] * (grid.start or (0, 0))[1]
        for number, values in enumerate(grid.iter_rows(), 1):
            faults: list[_Fault] = []
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
def _opened(path: Path, name: str) -> Iterator[calamine.CalamineWorkbook]:
    """The workbook, while it is open; whatever the library cannot read is a problem of the file."""
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            yield book
    except (AddresseesError, GeneratorExit):
        raise
    except BaseException as error:
        # A panic of the library (written in Rust) is no Exception.
        if not isinstance(error, calamine.CalamineError) and type(error).__name__ != "PanicException":
            raise
        fact, hint = f"the workbook cannot be read: {error}", "save it anew as .xlsx, or save the list as CSV UTF-8"
        raise AddresseesError(Problem(Place(name), "wrong-workbook", fact, hint)) from None


@dataclass(slots=True)
class _Merged:
    """Cells that were made one over several rows: each of the rows has the text that is shown for all of them."""

    ranges: Mapping[int, list[tuple[int, int]]]
    open: dict[int, tuple[int, str]] = field(default_factory=dict)

    def __init__(self, grid: calamine.CalamineSheet) -> None:
        ranges: dict[int, list[tuple[int, int]]] = {}
        for (first, column), (last, _) in grid.merged_cell_ranges or []:
            if last > first:
                ranges.setdefault(first, []).append((last, column))
        self.ranges, self.open = ranges, {}

    def fill(self, row: int, cells: list[str]) -> None:
        """Puts the text of each merged cell that reaches into the row into its place there."""
        for column, (last, text) in [*self.open.items()]:
            if row > last:
                del self.open[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = text
        for last, column in self.ranges.get(row, ()):
            if column < len(cells):
                self.open[column] = last, cells[column]


def _shown(value: Value, column: int, faults: list[_Fault]) -> str:
    """A value as text: numbers without a needless point, dates and times as ISO 8601 writes them."""
    kind = type(value)
    if isinstance(value, str):
        return one_kind_of_line_end(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if not math.isfinite(value):
            faults.append(_Fault(column, "cell-error", "the cell's number is without end", "write the value"))
            return str(value)
        if abs(value) >= _EXACT:
            hint = "make the column text (Format Cells: Text), and write the number again"
            faults.append(_Fault(column, "long-number", "of a number of more than 15 digits Excel keeps only 15", hint))
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


def _marked(mark: CellDetails, cell: str, column: int, faults: list[_Fault]) -> str:
    """The text of a cell that has a mark."""
    if mark.error:
        hint = "mend the formula, or write the value"
        faults.append(_Fault(column, "cell-error", f"the cell shows the error {mark.error}", hint))
        return mark.error
    if mark.unresolved:
        hint = "open the workbook in Excel or LibreOffice, and save it; or write the value"
        faults.append(_Fault(column, "formula-without-result", "the cell's formula was never worked out", hint))
        return cell
    return numbers.shown(cell, mark.pattern)
