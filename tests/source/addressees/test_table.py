"""Lists that were made for people: a title above the header row, totals and notes below, names that come again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from circulars.errors import AddresseesError
from circulars.source.addressees import AddresseeList, open_list

LISTS = Path(__file__).parent / "lists"
HEAD = "id,language,name,surname,organization,email"
ANA = "a,en,Ana,Ejemplo,Example Union,ana@example.org"
MAX = "b,en,Max,Muster,Example Union,max@example.org"


def read(folder: Path, *lines: str) -> AddresseeList:
    """A list in CSV with these lines."""
    (folder / "list.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_list("list.csv", folder=folder)


def read_sheet(folder: Path, rows: Sequence[Sequence[object]]) -> AddresseeList:
    """A list in a workbook with these rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(folder / "list.xlsx")
    return open_list("list.xlsx", folder=folder)


def found(listed: AddresseeList) -> tuple[list[str], list[str]]:
    """The ids of a list, and what is to be known about it."""
    return [one.id for one in listed], [f"{one.where} {one.code}: {one.message}" for one in listed.remarks()]


def test_a_title_above_the_header_row_is_recognised(tmp_path: Path) -> None:
    """The header row is the first one with names of columns, also below empty rows; the title may have commas."""
    title = "Members of Study Group 5, as of 3 May, 2025"

    assert found(read(tmp_path, title, "", ",,,,,", HEAD, ANA, MAX)) == (
        ["a", "b"],
        ["list.csv:4:1 head-row: the names of the columns are in row 4; above them is 'Members of Study Group 5'"],
    )


def test_the_separator_is_that_of_the_header_row_below_a_title(tmp_path: Path) -> None:
    """A comma in the title does not make it a list with commas."""
    listed = read(tmp_path, "Miembros, a 3 de mayo, 2025, todos", HEAD.replace(",", ";"), ANA.replace(",", ";"))

    assert [one.columns["surname"] for one in listed] == ["Ejemplo"]


def test_a_title_that_is_merged_across_a_sheet_is_recognised(tmp_path: Path) -> None:
    """As Excel writes it: one cell over all columns, an empty row, and a line with two cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Members of Study Group 5"], [], ["as of", "3 May"], HEAD.split(","), ANA.split(",")):
        sheet.append(row)
    sheet.merge_cells("A1:F1")
    book.save(tmp_path / "list.xlsx")

    listed = open_list("list.xlsx", folder=tmp_path)

    assert found(listed)[0] == ["a"]
    assert listed.head_row == 4


def test_a_list_without_known_names_begins_at_its_first_row_of_several_cells(tmp_path: Path) -> None:
    """So the problem of its header row names the row that people see as such."""
    listed = read(tmp_path, "Medlemmar", "Kod,Namn,Plats", "1,Ana,Bern")

    assert listed.head_row == 2
    assert listed.columns == ("kod", "namn", "plats")


@pytest.mark.parametrize(
    "line",
    [
        "Total", "TOTAL,,,,,", "Totals:,,,,,2", "Total: 312", ",,,,Total,312", "Número total: 2",
        "Grand total,,,,,2", "Итого,,,,,2",
        "Всего: 2", "总计：2", "المجموع,,,,,2", "Total général,,,,,2", "Número de miembros: 2",
        "Total (2),,,,,",
    ],
)  # fmt: skip
def test_a_total_is_left_out_and_named(tmp_path: Path, line: str) -> None:
    """Its label and numbers are all that it has; the remark has the row."""
    listed, remarks = found(read(tmp_path, HEAD, ANA, MAX, line))

    assert listed == ["a", "b"]
    (remark,) = remarks
    assert remark.startswith("list.csv:4:1 row-left-out: a row was left out, because it is a total: row 4 ('")


def test_rows_of_numbers_alone_are_left_out(tmp_path: Path) -> None:
    """A sum without a label, and rows that were numbered before they had anything else."""
    head = f"No.,{HEAD}"

    listed, remarks = found(read(tmp_path, head, f"1,{ANA}", f"2,{MAX}", "3,,,,,,", "4,,,,,,", ",,,,,,312"))

    assert listed == ["a", "b"]
    assert remarks == [
        "list.csv:4:1 row-left-out: 3 rows were left out, because they have only numbers: "
        "row 4 ('3'), row 5 ('4'), row 6 ('312')"
    ]


def test_the_total_of_a_workbook_is_left_out() -> None:
    """The label alone, below the ids."""
    assert found(open_list("totalonly.xlsx", folder=LISTS)) == (
        ["a0", "a1", "a2"],
        ["totalonly.xlsx:5:1 row-left-out: a row was left out, because it is a total: row 5 ('Total')"],
    )


@pytest.mark.parametrize(
    "line",
    [
        "Source: Membership database, 3 May 2025", "* observer without a vote", "Fuente: base de datos",
        "Примечание: список неполный", "注：临时名单", "(1) elected in 2024", "as of 3 May 2025",
        "Note:,,,,,", "------,,,,,", "Page 1 of 3", "Prepared by: Ana",
    ],
)  # fmt: skip
def test_a_note_is_left_out_and_named(tmp_path: Path, line: str) -> None:
    """Also where CSV splits it at a comma."""
    listed, remarks = found(read(tmp_path, HEAD, ANA, MAX, "", line))

    assert listed == ["a", "b"]
    (remark,) = remarks
    assert remark.startswith("list.csv:5:1 row-left-out: a row was left out, because it is a note: row 5 ('")


@pytest.mark.parametrize(
    "line",
    [
        "total,en,Ana,Ejemplo,TotalEnergies,ana@example.org", "c,en,,,Total,", "c,,,,Total,",
        "note5,en,,,,x@example.org",
        "count,en,Ana,Count,,", "c,en,Source,Code,,", "Africa,,,,,", "313,,,,,", "Total Energies,,,,,",
    ],
)  # fmt: skip
def test_a_row_that_may_be_an_addressee_is_kept(tmp_path: Path, line: str) -> None:
    """What is not certain is left to the checks of the letter, which name the row."""
    listed, remarks = found(read(tmp_path, HEAD, ANA, line))

    assert listed == ["a", line.split(",")[0]]
    assert remarks == []


def test_names_of_the_columns_that_come_again_are_left_out(tmp_path: Path) -> None:
    """As in lists that were pasted together, or printed page by page."""
    assert found(read(tmp_path, HEAD, ANA, HEAD.title(), MAX, HEAD.upper())) == (
        ["a", "b"],
        [
            "list.csv:3:1 row-left-out: 2 rows were left out, because they have the names of the columns again: "
            "row 3 ('Id'), row 5 ('ID')"
        ],
    )


def test_rows_that_only_seem_to_have_something_are_empty(tmp_path: Path) -> None:
    """White space, no-break spaces, and characters without width."""
    blank: list[list[object]] = [[" ", "\u00a0", None], ["\u200b\u200b", "\ufeff", "\u2060"], ["", "\u3000", "\t"]]
    listed = read_sheet(tmp_path, [HEAD.split(","), ANA.split(","), *blank, MAX.split(",")])

    assert found(listed) == (["a", "b"], [])


def test_a_second_list_below_the_first_is_refused(tmp_path: Path) -> None:
    """Its columns are others, so its rows would be read wrongly."""
    listed = read(tmp_path, HEAD, ANA, "", "Observers", "surname,name,email,country", "Muster,Max,max@example.org,CH")

    with pytest.raises(AddresseesError) as caught:
        list(listed)

    (problem,) = caught.value.problems
    assert f"{problem.where} {problem.code}" == "list.csv:5:1 lists-together"
    assert problem.message == ("another list begins here: the row has names of columns (country, email, name, surname)")


def test_two_lists_side_by_side_are_refused(tmp_path: Path) -> None:
    """The names come again after an empty column."""
    with pytest.raises(AddresseesError) as caught:
        read(tmp_path, "id,language,name,,id,language,name", "a,en,Ana,,b,en,Max")

    (problem,) = caught.value.problems
    assert f"{problem.where} {problem.code}: {problem.message}" == (
        "list.csv:1:5 lists-together: two lists are side by side: after an empty column come the same names "
        "(id, language, name)"
    )


def test_what_was_left_out_is_that_of_the_last_pass(tmp_path: Path) -> None:
    """Reading a list twice does not name its total twice; many rows are counted."""
    listed = read(tmp_path, HEAD, ANA, *(f"Subtotal,,,,,{number}" for number in range(7)))

    assert found(listed) == found(listed)
    assert "7 rows were left out, because they are totals: row 3 ('Subtotal')" in found(listed)[1][0]
    assert found(listed)[1][0].endswith("row 7 ('Subtotal') and 2 more")


def test_names_of_columns_in_two_rows_are_to_be_in_one(tmp_path: Path) -> None:
    """Group names above, as "Person" and "Address", are no other list."""
    rows = [
        "id,language,Person,,organization,Address,,",
        ",,name,surname,,street,postcode,city",
        "a,en,Ana,Uno,Org,Weg,1,B",
    ]
    listed = read(tmp_path, *rows)
    with pytest.raises(AddresseesError) as caught:
        list(listed)
    (problem,) = caught.value.problems

    assert (problem.code, problem.where.line) == ("lists-together", 2)
    assert problem.message.startswith("the names of the columns are in two rows (city, name, ")
    assert problem.hint == "write all names of columns in one row, and delete the other"
