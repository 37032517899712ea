"""Tables that Excel marks as such, and workbooks with several sheets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from circulars.errors import AddresseesError
from circulars.source.addressees import AddresseeList, open_list

ROWS: list[list[object]] = [
    ["id", "language", "name", "surname"], ["a", "en", "Ana", "Ejemplo"], ["b", "en", "Max", "Muster"],
]  # fmt: skip


def written(folder: Path, rows: Sequence[Sequence[object]], more: Callable[[Worksheet], None]) -> AddresseeList:
    """The list in a workbook with these rows, and what ``more`` does to its sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    more(sheet)
    book.save(folder / "list.xlsx")
    return open_list("list.xlsx", folder=folder)


def remarks(listed: AddresseeList) -> list[str]:
    """What is to be known about a list that was read."""
    return [f"{one.where} {one.code}: {one.message}" for one in listed.remarks()]


def test_the_totals_of_a_table_are_left_out_in_any_language(tmp_path: Path) -> None:
    """Excel marks the row, so its label need not be known."""

    def mark(sheet: Worksheet) -> None:
        sheet.add_table(Table(displayName="Members", ref="A1:D4", totalsRowCount=1))

    listed = written(tmp_path, [*ROWS, ["Summe", "en", "x", "2"]], mark)

    assert [one.id for one in listed] == ["a", "b"]
    assert remarks(listed) == ["list.xlsx:4:1 row-left-out: a row was left out, because it is a total: row 4 ('Summe')"]


def test_rows_below_a_table_belong_to_the_list(tmp_path: Path) -> None:
    """LibreOffice does not extend a table when somebody types below it, and nobody must be lost."""

    def mark(sheet: Worksheet) -> None:
        sheet.add_table(Table(displayName="Members", ref="A1:D2"))

    assert [one.id for one in written(tmp_path, ROWS, mark)] == ["a", "b"]


def test_a_table_below_that_of_the_list_is_refused(tmp_path: Path) -> None:
    """Its rows would be read as addressees; a table beside the list is none of its rows."""

    def mark(sheet: Worksheet) -> None:
        sheet.add_table(Table(displayName="Members", ref="A1:D3"))
        sheet.add_table(Table(displayName="Beside", ref="F1:G2"))
        for place, text in (("F1", "code"), ("G1", "meaning"), ("F2", "CH"), ("G2", "Switzerland")):
            sheet[place] = text

    def mark_below(sheet: Worksheet) -> None:
        mark(sheet)
        sheet.add_table(Table(displayName="Below", ref="B5:C6"))

    rows: list[list[object]] = [*ROWS, [], [None, "Kod", "Namn"], [None, "1", "Eva"]]
    assert [one.id for one in written(tmp_path, ROWS, mark)] == ["a", "b"]

    with pytest.raises(AddresseesError) as caught:
        written(tmp_path, rows, mark_below)
    (problem,) = caught.value.problems
    assert f"{problem.where} {problem.code}: {problem.message}" == (
        "list.xlsx:5:1 lists-together: below the table 'Members' (A1:D3) the sheet has the table 'Below' (B5:C6)"
    )


def test_rows_that_the_filter_of_a_table_hides_are_said_to_be_filtered(tmp_path: Path) -> None:
    """A table has a filter of its own, beside that of the sheet."""

    def mark(sheet: Worksheet) -> None:
        table = Table(displayName="Members", ref="A1:D3")
        sheet.add_table(table)
        table._initialise_columns()
        assert table.autoFilter
        table.autoFilter.add_filter_column(0, ["a"])
        sheet.row_dimensions[3].hidden = True

    listed = written(tmp_path, ROWS, mark)

    assert [one.id for one in listed] == ["a"]
    assert remarks(listed) == ["list.xlsx hidden-rows: 1 row that a filter hides was left out"]


def test_other_sheets_with_something_in_them_are_named(tmp_path: Path) -> None:
    """Those that are empty or hidden are not, nor any if the sheet was named."""

    def add(sheet: Worksheet) -> None:
        book = sheet.parent
        sheet.title = "Members"
        for name in ("Observers", "Codes", "Sheet3"):
            book.create_sheet(name)
        book["Observers"].append(["id"])
        book["Codes"].append(["id"])
        book["Codes"].sheet_state = "hidden"

    listed = written(tmp_path, ROWS, add)

    assert [one.id for one in listed] == ["a", "b"]
    assert remarks(listed) == ["list.xlsx other-sheets: the list is the sheet 'Members'; not read: 'Observers'"]
    assert open_list("list.xlsx", sheet="Members", folder=tmp_path).remarks() == ()
