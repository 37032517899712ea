"""Rows and columns of a workbook that nobody sees."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from circulars.errors import AddresseesError, Choice, UsageError
from circulars.source.addressees import AddresseeList, Checks, open_list
from circulars.source.addressees.hidden import letters_of

LISTS = Path(__file__).parent / "lists"
HEADS = ["id", "language", "name", "surname", "email"]


def written(folder: Path, more: Callable[[openpyxl.worksheet.worksheet.Worksheet], None], rows: int = 4) -> Path:
    """A workbook with some addressees, and what ``more`` does to its sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADS)
    for number in range(rows):
        sheet.append([f"a{number}", "en", "Max", f"Muster {number}", f"a{number}@example.org"])
    more(sheet)
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


def replaced(path: Path, old: str, new: str) -> None:
    """Writes the workbook again with a text in its sheet replaced."""
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert old.encode() in parts[name]
    parts[name] = parts[name].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)


def ids(listed: AddresseeList) -> list[str]:
    """The ids of the addressees of a list."""
    return [addressee.id for addressee in listed]


def remarks(listed: AddresseeList) -> list[str]:
    """The codes and the facts of what is to be known about a list that was read."""
    return [f"{one.code}: {one.message}" for one in listed.remarks()]


@pytest.mark.parametrize("name", ["filtered.xlsx", "filtered-libreoffice.xlsx"])
def test_rows_that_a_filter_hides_are_left_out_and_counted(name: str) -> None:
    """As Excel and as LibreOffice write a filter; ``hidden`` takes the rows."""
    listed = open_list(name, folder=LISTS)

    assert ids(listed) == ["a1"]
    assert remarks(listed)[0] == "hidden-rows: 5 rows that a filter hides were left out"
    assert listed.remarks()[0].choices == (Choice("hidden", "takes hidden rows and columns, too"),)
    everybody = open_list(name, folder=LISTS, hidden=True)
    assert ids(everybody) == ["a0", "a1", "a2", "a3", "a4", "a5"]
    assert remarks(everybody) == []


def test_the_count_is_that_of_the_last_pass(tmp_path: Path) -> None:
    """Reading a list twice does not count its hidden rows twice; a hidden row without anything does not count."""

    def hide(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for row in (2, 9, 10):
            sheet.row_dimensions[row].hidden = True
        sheet["A11"] = "  "

    written(tmp_path, hide)
    listed = open_list("list.xlsx", folder=tmp_path)

    assert ids(listed) == ids(listed) == ["a1", "a2", "a3"]
    assert remarks(listed) == ["hidden-rows: 1 row that is hidden was left out"]


def test_a_row_without_height_or_in_a_closed_group_is_hidden(tmp_path: Path) -> None:
    """Excel writes height 0 for a row that was dragged shut, and hides the rows of a closed group."""

    def hide(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.row_dimensions[2].height = 7.5
        sheet.row_dimensions.group(3, 4, hidden=True)

    replaced(written(tmp_path, hide), 'ht="7.5"', 'ht="0"')
    listed = open_list("list.xlsx", folder=tmp_path)

    assert ids(listed) == ["a3"]
    assert remarks(listed) == ["hidden-rows: 3 rows that are hidden were left out"]


def test_a_hidden_column_is_left_out_and_named(tmp_path: Path) -> None:
    """Problems of other columns keep the columns of the workbook; a column of width 0 is hidden, too."""

    def hide(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.column_dimensions["C"].hidden = True
        sheet.column_dimensions["D"].width = 7.5
        sheet["E2"] = "nobody"

    replaced(written(tmp_path, hide), 'width="7.5"', 'width="0"')
    listed = open_list("list.xlsx", folder=tmp_path)
    (first, *_) = listed

    assert listed.columns == ("id", "language", "email")
    assert dict(first.columns) == {"id": "a0", "language": "en", "email": "nobody"}
    assert remarks(listed) == ["hidden-columns: hidden columns were left out: 'name' (C), 'surname' (D)"]
    (problem,) = Checks(listed, [], ("en",)).problems(first)
    assert f"{problem.where} {problem.code}" == "list.xlsx:2:5 wrong-email"
    assert open_list("list.xlsx", folder=tmp_path, hidden=True).columns == tuple(HEADS)


def test_a_hidden_column_that_the_letter_needs_is_named_with_what_to_do(tmp_path: Path) -> None:
    """Never "there is no column": the column is there."""

    def hide(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for letter in ("A", "E"):
            sheet.column_dimensions[letter].hidden = True

    written(tmp_path, hide)
    problems = Checks(open_list("list.xlsx", folder=tmp_path), ["email"], ("en",)).head()

    assert [(one.code, one.message, one.hint) for one in problems] == [
        (
            "missing-column",
            "the letter needs the column 'id', and it is hidden (column A)",
            "unhide it in the workbook",
        ),
        (
            "missing-column",
            "the letter needs the column 'email', and it is hidden (column E)",
            "unhide it in the workbook",
        ),
    ]
    assert {choice.parameter for one in problems for choice in one.choices} == {"hidden"}


def test_a_hidden_column_may_be_what_the_letter_needs(tmp_path: Path) -> None:
    """A column of another name may be a part of the address, so the problem names what is hidden."""

    def hide(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["C1"] = "Street"
        sheet.column_dimensions["C"].hidden = True

    written(tmp_path, hide)
    (problem,) = Checks(open_list("list.xlsx", folder=tmp_path), ["address"], ("en",)).head()

    assert "; hidden: 'street' (C)" in problem.hint
    assert problem.choices[-1].parameter == "hidden"


def test_a_hidden_header_row_is_the_header_row(tmp_path: Path) -> None:
    """Offices hide the technical names, and write others above the rows for people."""

    def hide(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.row_dimensions[1].hidden = True

    written(tmp_path, hide)

    assert ids(open_list("list.xlsx", folder=tmp_path)) == ["a0", "a1", "a2", "a3"]


def test_rows_that_are_unused_and_hidden_are_not_counted(tmp_path: Path) -> None:
    """Excel can hide all rows that have no cells; those with cells are visible."""
    with xlsxwriter.Workbook(str(tmp_path / "list.xlsx")) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([HEADS, ["a0", "en", "Max", "Muster", "a0@example.org"]]):
            sheet.write_row(row, 0, cells)
        sheet.set_default_row(hide_unused_rows=True)
    listed = open_list("list.xlsx", folder=tmp_path)

    assert ids(listed) == ["a0"]
    assert remarks(listed) == []


def test_only_a_workbook_has_hidden_rows(tmp_path: Path) -> None:
    """As only a database takes a query."""
    (tmp_path / "list.csv").write_text("id,language\na,en\n", encoding="utf-8")

    with pytest.raises(UsageError, match="only a workbook has hidden rows and columns"):
        open_list("list.csv", hidden=True, folder=tmp_path)


def test_much_before_the_rows_of_a_sheet_is_refused(tmp_path: Path) -> None:
    """No office program writes megabytes about columns; a parser that kept them would fill the memory."""
    path = written(tmp_path, lambda sheet: None)
    replaced(path, "<sheetData>", "<cols>" + "<col/>" * 1_000_000 + "</cols><sheetData>")

    with pytest.raises(AddresseesError, match="too much before its rows"):
        open_list("list.xlsx", folder=tmp_path)


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")])
def test_columns_have_the_letters_of_a_spreadsheet(column: int, letters: str) -> None:
    """Z is followed by AA, and ZZ by AAA."""
    assert letters_of(column) == letters
