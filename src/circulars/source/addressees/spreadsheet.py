"""A list in a sheet of a spreadsheet: what a reader of the sheet sees of it, whatever the file's format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from circulars.errors import AddresseesError, Choice, Place, Problem
from circulars.model.addressee import Addressee
from circulars.source.addressees.excel_tables import ExcelTable
from circulars.source.addressees.head import Head, read_head
from circulars.source.addressees.hidden import Hidden, letters_of
from circulars.source.addressees.lists import TAKE_HIDDEN, AddresseeList, FaultyRow
from circulars.source.addressees.meaning import column_name
from circulars.source.addressees.table import Body, HeadRow, find_head
from circulars.source.addressees.written import WrittenTable


@dataclass(frozen=True, slots=True)
class CellFault:
    """A fault of a cell: its column from 0, the code, the fact and the remedy."""

    column: int
    code: str
    fact: str
    hint: str


SheetRow = tuple[int, list[str], tuple[CellFault, ...]]
"""A row of a sheet: its number, its cells as text, and its faults."""


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet that can be read: its name, the names of the workbook's other sheets, what is hidden, and its rows.

    Each call of ``rows`` reads them again. ``beside`` are other sheets that could be the list; ``tables`` are those
    that Excel marks as such.
    """

    name: str
    others: tuple[str, ...]
    hidden: Hidden
    rows: Callable[[], Iterator[SheetRow]]
    beside: tuple[str, ...] = ()
    tables: tuple[ExcelTable, ...] = ()


def list_of_sheet(name: str, sheet: SheetView, *, hidden: bool) -> AddresseeList:
    """The list in a sheet. Hidden rows and columns are left out, unless ``hidden`` is true.

    Raises:
        AddresseesError: the sheet cannot be read, or its header row has problems.
    """
    found = find_head(name, ((number, cells) for number, cells, _ in sheet.rows()))
    view = _View(name, Hidden() if hidden else sheet.hidden, found)
    seen = replace(found, cells=view.seen(found.cells))
    body = Body(name, seen, _totals(name, sheet.tables, found.row))
    others = Choice("sheet", f"{{}} names another one: {', '.join(sheet.others)}", "NAME")
    about, choices = f"this is the sheet '{sheet.name}'", (others,) if sheet.others else ()
    beside = tuple(_beside(name, sheet))
    written = WrittenTable(found.row, lambda: ((number, view.seen(cells)) for number, cells, _ in sheet.rows()))

    def listed(head: Head) -> AddresseeList:
        def addressees() -> Iterator[Addressee]:
            faults: dict[int, tuple[CellFault, ...]] = {}
            below = view.below(sheet.rows(), faults)
            for addressee in head.addressees(body.meant(below)):
                found = faults.pop(addressee.row, ())
                named = [fault for fault in found if fault.column < len(head.names) and head.names[fault.column]]
                yield _faulty(addressee, head.file, head.names, named) if named else addressee
                faults.clear()

        return AddresseeList(
            name, head.columns, addressees, about=about, choices=choices, head_row=found.row, numbers=head.numbers,
            takes_hidden=hidden, hidden_columns=view.columns, written=written,
            remarks=lambda: (*beside, *view.remarks(), *body.remarks()), each_left_out=body.each_left_out,
            heads=head.header_row(listed),
        )  # fmt: skip

    return listed(read_head(name, seen.cells, seen.row))


def _beside(name: str, sheet: SheetView) -> Iterator[Problem]:
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

    def below(
        self, rows: Iterator[SheetRow], faults: dict[int, tuple[CellFault, ...]]
    ) -> Iterator[tuple[int, list[str]]]:
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


def _faulty(addressee: Addressee, file: str, names: Sequence[str], faults: Sequence[CellFault]) -> FaultyRow:
    known = (addressee.problems, addressee.beyond) if isinstance(addressee, FaultyRow) else ((), ())
    problems = tuple(
        Problem(
            Place(file, addressee.row, fault.column + 1), fault.code, f"{names[fault.column]}: {fault.fact}", fault.hint
        )
        for fault in faults
    )
    return FaultyRow(addressee.id, addressee.columns, addressee.row, known[0] + problems, known[1])
