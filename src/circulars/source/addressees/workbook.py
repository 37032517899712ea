"""Reads addressees from a workbook (XLSX), with cells as they are shown."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import python_calamine as calamine

from circulars.errors import AddresseesError, Choice, Place, Problem
from circulars.files import opc
from circulars.model.addressee import Addressee
from circulars.source.addressees import numbers
from circulars.source.addressees.cells import SAVE_AGAIN, CellDetails
from circulars.source.addressees.excel_tables import ExcelTable
from circulars.source.addressees.head import Head, one_kind_of_line_end, read_head
from circulars.source.addressees.hidden import Hidden, letters_of
from circulars.source.addressees.lists import TAKE_HIDDEN, AddresseeList, FaultyRow
from circulars.source.addressees.meaning import column_name
from circulars.source.addressees.sheet import ONLY_SHEET, Sheet, inspect_sheet
from circulars.source.addressees.table import Body, HeadRow, find_head
from circulars.source.addressees.written import WrittenTable

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
    found = find_head(name, ((number, cells) for number, cells, _ in _rows(path, name, inspected)))
    view = _View(name, Hidden() if hidden else inspected.hidden, found)
    seen = replace(found, cells=view.seen(found.cells))
    body = Body(name, seen, _totals(name, inspected.tables, found.row))
    others = Choice("sheet", f"{{}} names another one: {', '.join(inspected.others)}", "NAME")
    about, choices = f"this is the sheet '{inspected.name}'", (others,) if inspected.others else ()
    beside = tuple(_beside(name, inspected))
    written = WrittenTable(
        found.row, lambda: ((number, view.seen(cells)) for number, cells, _ in _rows(path, name, inspected))
    )

    def listed(head: Head) -> AddresseeList:
        def addressees() -> Iterator[Addressee]:
            faults: dict[int, tuple[_Fault, ...]] = {}
            below = view.below(_rows(path, name, inspected), faults)
            for addressee in head.addressees(body.meant(below)):
                found = faults.pop(addressee.row, ())
                named = [fault for fault in found if fault.column < len(head.names) and head.names[fault.column]]
                yield _faulty(addressee, head.file, head.names, named) if named else addressee
                faults.clear()

        return AddresseeList(
            name, head.columns, addressees, about=about, choices=choices, head_row=found.row, numbers=head.numbers,
            takes_hidden=hidden, hidden_columns=view.columns, written=written,
            remarks=lambda: (*beside, *view.remarks(), *body.remarks()), heads=head.header_row(listed),
        )  # fmt: skip

    return listed(read_head(name, seen.cells, seen.row))


def _beside(name: str, sheet: Sheet) -> Iterator[Problem]:
    """A remark about other sheets, if the list could be one of these."""
    if sheet.beside:
        named = ", ".join(f"'{other}'" for other in sheet.beside)
        fact = f"the list is the sheet '{sheet.name}'; not read: {named}"
        yield Problem(Place(name), "other-sheets", fact, choices=(Choice("sheet", "names another one", "NAME"),))


def _totals(name: str, tables: Sequence[ExcelTable], head: int) -> range:
    """The rows of totals of the table whose names of columns are in the row ``head``, if Excel marks it as a table.

    Raises:
        AddresseesError: there is another table below it.
    """
    if not (own := next((table for table in tables if table.head_row == head), None)):
        return range(0)
    if other := next((table for table in tables if table.is_below(own)), None):
        fact = f"below the table '{own.name}' ({own.ref}) the sheet has the table '{other.name}' ({other.ref})"
        hint = "put each list on a sheet or into a file of its own"
        raise AddresseesError(Problem(Place(name, other.head_row, 1), "lists-together", fact, hint))
    return own.totals


class _View:
    """What a reader of a sheet sees of it. Rows that are not seen are counted."""

    def __init__(self, name: str, hidden: Hidden, head: HeadRow) -> None:
        self._name, self._hidden, self._head = name, hidden, head
        filled = ((place, cell) for place, cell in enumerate(head.cells) if cell.strip())
        self.columns = {column_name(cell): letters_of(at) for at, cell in filled if at in hidden.columns}
        """The letters of the hidden columns, by name."""
        self._count = 0

    def seen(self, cells: Sequence[str]) -> list[str]:
        """The cells of a row, with those in hidden columns empty."""
        return ["" if place in self._hidden.columns else cell for place, cell in enumerate(cells)]

    def below(self, rows: Iterator[_Row], faults: dict[int, tuple[_Fault, ...]]) -> Iterator[tuple[int, list[str]]]:
        """The visible rows below the header row; the faults of each are added to ``faults``, by row number."""
        self._count = 0
        hidden, head = self._hidden, self._head.row
        for number, cells, found in rows:
            if number <= head:
                continue
            if hidden.has_row(number):
                self._count += any(map(str.strip, cells))
                continue
            if found:
                faults[number] = found
            yield number, self.seen(cells) if hidden.columns else cells

    def remarks(self) -> Iterator[Problem]:
        """Which rows were left out in the last pass, and which columns are."""
        if self._count:
            rows = f"{self._count:,} rows" if self._count > 1 else "1 row"
            verb = "are" if self._count > 1 else "is"
            why = "that a filter hides" if self._hidden.is_filtered else f"that {verb} hidden"
            fact = f"{rows} {why} {'were' if self._count > 1 else 'was'} left out"
            yield Problem(Place(self._name), "hidden-rows", fact, choices=(TAKE_HIDDEN,))
        if self.columns:
            named = ", ".join(f"'{name}' ({letters})" for name, letters in self.columns.items())
            fact = f"hidden columns were left out: {named}"
            yield Problem(Place(self._name, self._head.row, 1), "hidden-columns", fact, choices=(TAKE_HIDDEN,))


@dataclass(frozen=True, slots=True)
class _Fault:
    """A fault of a cell: its column from 0, the code, the fact and the remedy."""

    column: int
    code: str
    fact: str
    hint: str


_Row = tuple[int, list[str], tuple[_Fault, ...]]


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
    """All rows of a sheet, each with its number, its cells as text, and its faults."""
    marks = sheet.marks(path)
    marked, facts = next(marks, (0, {}))
    with _opened(path, name, sheet) as book:
        grid = book.get_sheet_by_name(ONLY_SHEET)
        merged = _Merged(grid)
        # The library skips empty columns on the left, but not empty rows at the top.
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


def _shown(value: Value, column: int, faults: list[_Fault]) -> str:
    """A value as text: whole numbers without a decimal point, dates and times in ISO 8601."""
    kind = type(value)
    if isinstance(value, str):
        return one_kind_of_line_end(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if not math.isfinite(value):
            faults.append(_Fault(column, "cell-error", "the cell's number is infinite", "write the value"))
            return str(value)
        if abs(value) >= _EXACT:
            hint = "format the column as text (Format Cells: Text), and type the number again"
            fact = "Excel keeps only 15 digits of a number, and this one has more"
            faults.append(_Fault(column, "long-number", fact, hint))
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
    """The text of a cell with details; adds the fault that they show, if any."""
    if mark.error:
        hint = "fix the formula, or write the value"
        faults.append(_Fault(column, "cell-error", f"the cell shows the error {mark.error}", hint))
        return mark.error
    if mark.unresolved:
        hint = "open the workbook in Excel or LibreOffice, and save it; or write the value"
        faults.append(_Fault(column, "formula-without-result", "the cell's formula was never calculated", hint))
        return cell
    return numbers.shown(cell, mark.pattern)
