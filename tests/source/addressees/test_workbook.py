"""Lists of addressees in workbooks (XLSX)."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from circulars.errors import AddresseesError
from circulars.model.addressee import Addressee
from circulars.source.addressees import AddresseeList, Checks, FaultyRow, open_list

Cell = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta | None


def written(folder: Path, rows: list[list[Cell]], more: Callable[[openpyxl.Workbook], None] | None = None) -> Path:
    """A workbook with these rows, written by openpyxl."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if more:
        more(book)
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


def read(folder: Path, sheet: str = "") -> AddresseeList:
    """The list in the workbook that was written."""
    return open_list("list.xlsx", folder=folder, sheet=sheet)


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Writes the workbook again with one part changed."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)


def replaced(path: Path, old: str, new: str) -> None:
    """Writes the workbook again with a text in its sheet replaced."""
    with zipfile.ZipFile(path) as package:
        assert old.encode() in package.read(SHEET)
    changed(path, SHEET, lambda data: data.replace(old.encode(), new.encode()))


SHEET = "xl/worksheets/sheet1.xml"


def refusal(folder: Path) -> str:
    """The error of a workbook that cannot be read."""
    with pytest.raises(AddresseesError) as caught:
        list(read(folder))
    (problem,) = caught.value.problems
    return f"{problem.code}: {problem.message}"


def test_cells_are_read_as_they_are_shown(tmp_path: Path) -> None:
    """Text is read as typed, whole numbers without a decimal point, dates and times in ISO 8601."""
    cells: Mapping[str, tuple[Cell, str]] = {
        "text": ("007", "007"),
        "long": ("12345678901234567890", "12345678901234567890"),
        "number": (7, "7"),
        "fifteen": (123456789012345, "123456789012345"),
        "decimal": (0.1 + 0.2, "0.3"),
        "date": (datetime.date(2024, 2, 29), "2024-02-29"),
        "moment": (datetime.datetime(2024, 2, 29, 12, 30), "2024-02-29 12:30"),
        "second": (datetime.datetime(2024, 2, 29, 23, 59, 59), "2024-02-29 23:59:59"),
        "time": (datetime.time(9, 5), "09:05"),
        "hours": (datetime.timedelta(hours=30, minutes=5), "30:05"),
        "truth": (True, "TRUE"),
        "lines": ("Calle Mayor 1\r\nPiso 2", "Calle Mayor 1\nPiso 2"),
        "nothing": (None, ""),
        "formula": ("{{7*7}}", "{{7*7}}"),
    }
    written(tmp_path, [["id", *cells], ["1", *(typed for typed, _ in cells.values())]])

    (addressee,) = read(tmp_path)

    assert type(addressee) is Addressee
    assert dict(addressee.columns) == {"id": "1"} | {name: shown for name, (_, shown) in cells.items()}


def test_leading_zeros_of_a_number_format_are_kept(tmp_path: Path) -> None:
    """A postcode in a column with the format 00000 is stored as 1200 and shown as 01200."""
    formats: dict[str, tuple[float, str]] = {
        "00000": (1200, "01200"),
        "00-000": (1234, "01-234"),
        "000 00": (12345678, "123456 78"),
    }
    formats |= {'"N-"000': (7, "N-007"), "\\A00": (5, "A05"), "000": (1.5, "002")}

    def more(book: openpyxl.Workbook) -> None:
        for column, format in enumerate(formats, 2):
            book.worksheets[0].cell(2, column).number_format = format

    heads = [f"c{number}" for number in range(len(formats))]
    written(tmp_path, [["id", *heads], ["1", *(number for number, _ in formats.values())]], more)

    (addressee,) = read(tmp_path)

    assert [addressee.columns[head] for head in heads] == [shown for _, shown in formats.values()]


def test_numbers_are_read_as_their_formats_show_them(tmp_path: Path) -> None:
    """0.25 is 25 % with a percent format; with an unsupported format the plain number is read."""
    cells: list[tuple[float, str, str]] = [
        (0.25, "0%", "25%"), (0.1234, "0.0%", "12.3%"), (1234.5, "#,##0.00", "1,234.50"), (7, "0.00", "7.00"),
        (1200, "#,##0", "1,200"), (-3, '"$"#,##0', "-$3"), (-1234.5, "#,##0.00_);(#,##0.00)", "(1,234.50)"),
        (5, "[$CHF-807] #,##0.00", "CHF 5.00"),
        (1234567, '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-', "1,234,567.00 €"),
        (0.125, "0.00", "0.13"), (2.5, "0", "3"), (-0.004, "0.00", "0.00"), (7, '0" años"', "7 años"),
        (-0.5, "0%;[Red]-0%", "-50%"), (1e21, "0.00", "1000000000000000000000.00"), (0, '0;-0;"none"', "0"),
        (12.5, "# ?/?", "12.5"), (12, "0.00E+00", "12"), (1234567, "#,##0,", "1234567"), (7, "[>5]0.0;0", "7"),
        (0.5, "General", "0.5"), (12, "0" * 300, "12"), (12, "#" * 300, "12"),
    ]  # fmt: skip

    def more(book: openpyxl.Workbook) -> None:
        for column, (_, format, _) in enumerate(cells, 2):
            book.worksheets[0].cell(2, column).number_format = format

    heads = [f"c{number}" for number in range(len(cells))]
    written(tmp_path, [["id", *heads], ["1", *(number for number, _, _ in cells)]], more)
    (addressee,) = read(tmp_path)

    assert [addressee.columns[head] for head in heads] == [shown for _, _, shown in cells]


def test_a_cell_without_a_usable_value_is_a_problem_of_its_row(tmp_path: Path) -> None:
    """Errors, formulas without a result (formula-without-result), and lost digits (long-number)."""
    written(tmp_path, [["id", "a", "b", "c"], ["1", "#N/A", "=1+1", 12345678901234567890], ["2", "x", "y", 3]])

    first, second = read(tmp_path)

    assert isinstance(first, FaultyRow)
    assert sorted(f"{problem.where} {problem.code}" for problem in first.problems) == [
        "list.xlsx:2:2 cell-error",
        "list.xlsx:2:3 formula-without-result",
        "list.xlsx:2:4 long-number",
    ]
    assert type(second) is Addressee


def test_an_infinite_number_is_a_problem_of_its_row(tmp_path: Path) -> None:
    """No program writes one, but a file can have it."""
    path = written(tmp_path, [["id", "a"], ["1", 5], ["2", 6]])
    replaced(path, "<v>5</v>", "<v>1e999</v>")
    replaced(path, "<v>6</v>", "<v>NaN</v>")

    rows = list(read(tmp_path))

    assert [problem.code for row in rows if isinstance(row, FaultyRow) for problem in row.problems] == [
        "cell-error"
    ] * 2


def test_results_of_formulas_are_read(tmp_path: Path) -> None:
    """The stored result is read, even if it is an empty text."""
    book = xlsxwriter.Workbook(str(tmp_path / "list.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "a", "b", "c"])
    sheet.write(1, 0, "1")
    sheet.write_formula(1, 1, "=1+1", None, 2)
    sheet.write_formula(1, 2, '="An"&"a"', None, "Ana")
    sheet.write_formula(1, 3, '=""', None, "")
    book.close()
    replaced(tmp_path / "list.xlsx", '<c r="D2"><f>', '<c r="D2" t="str"><f>')  # so Excel writes it

    assert list(read(tmp_path)) == [Addressee("1", {"id": "1", "a": "2", "b": "Ana", "c": ""}, 2)]


def test_cells_merged_over_several_rows_count_for_each_row(tmp_path: Path) -> None:
    """An organization stated once applies to three people."""
    rows: list[list[Cell]] = [["id", "organization"], ["1", "Ministry"], ["2", None], ["3", None], ["4", "Agency"]]
    written(tmp_path, rows, lambda book: book.worksheets[0].merge_cells("B2:B4"))

    assert [addressee.columns["organization"] for addressee in read(tmp_path)] == [*["Ministry"] * 3, "Agency"]


def test_rows_have_the_numbers_that_the_program_shows(tmp_path: Path) -> None:
    """Empty rows count, also above the header row; empty columns on the left do not matter."""
    written(tmp_path, [[], [None, "id", "name"], [], [None, "1", "Ana"], [None, "2", "Max", None, "beyond"]])

    first, second = read(tmp_path)

    assert first == Addressee("1", {"id": "1", "name": "Ana"}, 4)
    assert isinstance(second, FaultyRow)
    assert [str(problem.where) for problem in second.problems] == ["list.xlsx:5:5"]


def test_the_first_visible_sheet_is_the_list_unless_one_is_named(tmp_path: Path) -> None:
    """A hidden sheet can be named; for an unknown name the most similar one is suggested."""

    def more(book: openpyxl.Workbook) -> None:
        for name in ("Delegates", "Guests"):
            book.create_sheet(name).append(["id"])
            book[name].append([name])
        book.worksheets[0].sheet_state = "hidden"

    written(tmp_path, [["id"], ["hidden"]], more)

    assert [addressee.id for addressee in read(tmp_path)] == ["Delegates"]
    assert [addressee.id for addressee in read(tmp_path, "Guests")] == ["Guests"]
    assert [addressee.id for addressee in read(tmp_path, "Sheet")] == ["hidden"]
    with pytest.raises(AddresseesError, match=r"no-such-sheet  .*'Guest'\n    hint: did you mean 'Guests'\?"):
        read(tmp_path, "Guest")


def test_the_list_can_be_read_again(tmp_path: Path) -> None:
    """Each iteration begins at the first row."""
    written(tmp_path, [["id"], ["1"], ["2"]])
    addressees = read(tmp_path)

    next(iter(addressees))

    assert list(addressees) == list(addressees)
    assert len(list(addressees)) == 2


def test_a_file_that_is_not_a_workbook_is_reported(tmp_path: Path) -> None:
    """Another format with this suffix, a damaged file, one from before 2007, or one with a password."""
    path = tmp_path / "list.xlsx"
    path.write_text("id,name\n")
    assert refusal(tmp_path) == "wrong-workbook: this is not a workbook (.xlsx), or it is damaged"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    assert "before 2007, or has a password" in refusal(tmp_path)
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    assert refusal(tmp_path) == "wrong-workbook: this is not a workbook (.xlsx)"
    written(tmp_path, [["id"], ["1"]])
    data = path.read_bytes()
    for length in (10, 100, len(data) // 2, len(data) - 10):
        path.write_bytes(data[:length])
        assert "wrong-workbook" in refusal(tmp_path)


def test_an_entry_without_a_name_is_reported(tmp_path: Path) -> None:
    """Python's library for ZIP files fails on such an entry."""
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("x", "<w/>")
    data = bytearray(path.read_bytes())
    directory, end = data.rindex(b"PK\1\2"), data.rindex(b"PK\5\6")
    data[end + 12] -= 1  # the directory's length
    del data[directory + 46]  # the name
    data[directory + 28] = 0  # its length
    path.write_bytes(data)

    assert refusal(tmp_path) == "wrong-workbook: this is not a workbook (.xlsx), or it is damaged"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<c r="A3"', '<c r="XFD1048576"'),
        ('<c r="A3"', '<c r="ZZZZZZ1"'),
        ('<c r="A3"', "<c r='XFD1048576'"),
        ('<c r="A3"', '<c s=">" r="XFD1048576"'),
        ('<c r="A3"', "<c s='/>' r=\"XFD1048576\""),
        ('<c r="A3"', '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="XFD9"'),
    ],
)
def test_a_cell_far_away_does_not_fill_the_memory(tmp_path: Path, old: str, new: str) -> None:
    """The library would allocate 17 billion cells; the sheet is refused first."""
    path = written(tmp_path, [["id"], ["1"], ["2"]])
    replaced(path, old, new)

    assert "wrong-workbook" in refusal(tmp_path)


def test_cells_without_references_are_counted(tmp_path: Path) -> None:
    """Cells may lack a reference; they then follow one another, and cannot fill the memory either."""
    path = written(tmp_path, [["id", "name"], ["1", "Ana"]])
    changed(path, SHEET, lambda data: re.sub(rb' r="[A-Z]*[0-9]+"', b"", data))
    assert list(read(tmp_path)) == [Addressee("1", {"id": "1", "name": "Ana"}, 2)]

    path = written(tmp_path, [["id", *map(str, range(1001))], ["1"]])
    changed(path, SHEET, lambda data: re.sub(rb' r="[A-Z]*[0-9]+"', b"", data))
    assert "reaches as far as column 1,002" in refusal(tmp_path)


def test_a_part_longer_than_its_stated_size_is_refused(tmp_path: Path) -> None:
    """The directory states 100 bytes for the sheet; the library would unpack all of it."""
    rows: list[list[Cell]] = [["1"]] * 1000
    path = written(tmp_path, [["id"], *rows])
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        size = package.getinfo(SHEET).file_size
    path.write_bytes(data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))

    assert "wrong-workbook" in refusal(tmp_path)


def test_a_text_shared_too_often_is_refused(tmp_path: Path) -> None:
    """Thirty thousand characters in every cell are a few kilobytes in the file, but gigabytes in memory."""
    book = xlsxwriter.Workbook(str(tmp_path / "list.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "a", "b"])
    for row in range(1, 16_500):
        sheet.write_row(row, 0, [str(row), "x" * 32_000, "x" * 32_000])
    book.close()

    assert refusal(tmp_path) == "wrong-workbook: the text of the cells is too large for a list"


def test_one_long_text_is_accepted(tmp_path: Path) -> None:
    """Each text counts only for the cells that have it, even if there are many cells."""
    book = xlsxwriter.Workbook(str(tmp_path / "list.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "a", "b"])
    sheet.write_row(1, 0, ["x", "y" * 32_000, ""])
    for row in range(2, 16_500):
        sheet.write_row(row, 0, [str(row), "x", "x"])
    book.close()

    assert sum(1 for _ in read(tmp_path)) == 16_499


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    """It could define entities that expand without limit; no workbook has one."""
    path = written(tmp_path, [["id"], ["1"]])
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    changed(path, "xl/workbook.xml", lambda data: data.replace(b"<workbook ", doctype + b"<workbook ", 1))

    assert "wrong-workbook" in refusal(tmp_path)


def test_a_missing_column_is_reported_with_the_sheet_that_was_read(tmp_path: Path) -> None:
    """The message names the sheet that was read and the others; upper and lower case in the name do not matter."""

    def add(book: openpyxl.Workbook) -> None:
        book.create_sheet("Delegates").append(["id", "language"])

    written(tmp_path, [["Our delegates"]], add)

    problems = Checks(read(tmp_path), (), ("en",)).head()

    assert {problem.code for problem in problems} == {"missing-column"}
    about = "this is the sheet 'Sheet'; sheet=NAME names another one: Delegates"
    assert all(about in one.remedy() for one in problems)
    assert read(tmp_path, "delegates").columns == ("id", "language")
