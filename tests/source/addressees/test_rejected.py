"""Rejected rows are written so that they can be fixed and read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from circulars.errors import Problem
from circulars.model.addressee import Addressee
from circulars.source.addressees import AddresseeList, Checks, open_list, rejected_table


def bad_rows(addressees: AddresseeList) -> bytes:
    """The file of the rows that are rejected for a letter in English and Spanish."""
    checks = Checks(addressees, (), ("en", "es"))
    checked = [(addressee, checks.problems(addressee)) for addressee in addressees]
    return written(addressees, [(who, problems) for who, problems in checked if problems])


def written(addressees: AddresseeList, rejected: Sequence[tuple[Addressee, Sequence[Problem]]]) -> bytes:
    """The file of these rows of a list."""
    file = io.BytesIO()
    rejected_table(addressees, rejected).write(file)
    return file.getvalue()


CELLS = [
    "=cmd|' /C calc'!A1", "+41 22 730 5111", "-1", "@SUM(A1)", "'quoted'", "'=x", "''=x", "' =x", "＝1+1", "{{7*7}}",
    "<script>", 'say "no"', "a;b,c\td", "line\nbreak", "=1\n+2", "", "'", "007",
]  # fmt: skip


@pytest.mark.parametrize("cell", CELLS)
def test_a_rejected_row_is_read_back_as_it_was(tmp_path: Path, cell: str) -> None:
    """Cells are unchanged whatever they begin with, so that fixed rows can be merged."""
    line = io.StringIO()
    csv.writer(line).writerows([["id", "language", "remark", "other"], ["1", "", cell, cell]])
    (tmp_path / "list.csv").write_text(line.getvalue(), encoding="utf-8", newline="")
    addressees = open_list("list.csv", folder=tmp_path)

    (tmp_path / "rejected.csv").write_bytes(bad_rows(addressees))

    again = open_list("rejected.csv", folder=tmp_path)
    assert again.columns == addressees.columns
    assert list(again) == list(addressees)


@pytest.mark.parametrize("cell", CELLS)
def test_no_cell_is_a_formula_for_a_spreadsheet(tmp_path: Path, cell: str) -> None:
    """A cell that begins like a formula gets an apostrophe before it."""
    (tmp_path / "list.yaml").write_text(f"- id: {cell!r}\n  a: 1\n" if "\n" not in cell else "- id:\n", "utf-8")
    addressees = open_list("list.yaml", folder=tmp_path)

    rows = list(csv.reader(io.StringIO(bad_rows(addressees).decode("utf-8-sig"), newline="")))

    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋"))]


def test_the_lines_of_an_address_are_written_on_one_line(tmp_path: Path) -> None:
    """A row on one line is easier to edit; read again, it is the same address."""
    (tmp_path / "list.yaml").write_text("- id: 1\n  language: ''\n  address: [Calle Mayor 1, Piso 2]\n")
    addressees = open_list("list.yaml", folder=tmp_path)

    data = bad_rows(addressees)
    (tmp_path / "rejected.csv").write_bytes(data)

    assert b"Calle Mayor 1|Piso 2" in data
    assert next(iter(open_list("rejected.csv", folder=tmp_path))).columns == next(iter(addressees)).columns


def test_the_reasons_are_in_the_last_column(tmp_path: Path) -> None:
    """Each reason has the row of the list and the remedy; its row is that of the list."""
    (tmp_path / "list.csv").write_text("id,language,country\n1,es,ES\n2,,XX\n3,es,ES,more,=1\n")

    data = bad_rows(open_list("list.csv", folder=tmp_path))

    assert list(csv.reader(io.StringIO(data.decode(), newline=""))) == [
        ["id", "language", "country", "rejected because"],
        [
            "2",
            "",
            "XX",
            "list.csv, row 3: language: the addressee has no language, and no fallback language is given "
            "(write one of: en, es). country: 'XX' is not the name or the code of a country (write its name, or "
            "its code of two letters in ISO 3166-1, for example CH).",
        ],
        [
            "3",
            "es",
            "ES",
            "list.csv, row 4: 'more' is in a column without a name in the header row (name the column, or put a cell "
            "that contains the separator in quotation marks).",
            "more",
            "'=1",
        ],
    ]


def test_cells_without_a_column_are_kept(tmp_path: Path) -> None:
    """They follow the reasons, and stay there each time the file is read and written."""
    (tmp_path / "list.csv").write_text("id,language\n1,es,more\n")
    first = bad_rows(open_list("list.csv", folder=tmp_path))

    (tmp_path / "list.csv").write_bytes(first)

    assert bad_rows(open_list("list.csv", folder=tmp_path)) == first


def test_lone_surrogates_are_written_as_replacement_characters(tmp_path: Path) -> None:
    """UTF-8 cannot encode them, but the file can be written."""
    (tmp_path / "list.csv").write_text("id,language\n1,\n")
    addressees = open_list("list.csv", folder=tmp_path)
    (addressee,) = addressees
    assert isinstance(addressee.columns, dict)
    addressee.columns["language"] = "\udc80"

    data = written(replace(addressees, written=None), [(addressee, ())])

    assert data.decode("utf-8-sig").splitlines()[1] == "1,\ufffd,"


@pytest.mark.parametrize(
    ("begin", "row", "end"),
    [
        (b"id,language,PLZ\n", b"1,xx,00123", b"\n"),
        (b"id;language;PLZ\r\n", b"1;xx;00123", b"\r\n"),
        (b"\xef\xbb\xbfid\tlanguage\tPLZ\r\n", b"1\txx\t00123", b"\r\n"),
        (b"sep=;\r\nid;language;PLZ\r\n", b"1;xx;00123", b"\r\n"),
        (b'"id","language","PLZ"\n', b'"1","xx","00123"', b"\n"),
    ],
)  # fmt: skip
def test_the_file_is_written_as_its_list_is(tmp_path: Path, begin: bytes, row: bytes, end: bytes) -> None:
    """Separator, quotation marks, line ends and byte order mark are the list's own, and so are the heads."""
    (tmp_path / "list.csv").write_bytes(begin + row + end)
    data = bad_rows(open_list("list.csv", folder=tmp_path))

    assert data.startswith(begin[:-3].rstrip(b'"\r\n'))
    assert row in data
    assert data.endswith(end)
    assert data.count(b"\r\n") == data.count(b"\n") * (end == b"\r\n")
    (tmp_path / "again.csv").write_bytes(data)
    assert bad_rows(open_list("again.csv", folder=tmp_path)).split(b"again.csv")[0] == data.split(b"list.csv")[0]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ('id,language,name\na,en,"Uno"\r\nb,xx,Dos\r\n', "\r\n"),
        ("id,language,name\r\na,en,Uno\nb,xx,Dos\r\n", "\r\n"),
        ("id,language,name\na,en,Uno\rb,xx,Dos\n", "\n"),
        ("id,language,name\r\r\na,en,Uno\r\r\nb,xx,Dos\r\r\n", "\r\n"),
        ('"id","language","name"\n"a","en","Uno"\r\n"b","xx","Dos"\r\n', "\r\n"),
    ],
)
def test_a_list_may_have_several_kinds_of_line_ends(tmp_path: Path, text: str, end: str) -> None:
    """Editors and scripts leave them behind; such a list is read, and rejected rows have one kind of line end."""
    (tmp_path / "list.csv").write_text(text, encoding="utf-8", newline="")
    marks = '"' if text.startswith('"') else ""

    lines = bad_rows(open_list("list.csv", folder=tmp_path)).decode("utf-8-sig").split(end)

    assert [line.replace('"', "").split(",")[:3] for line in lines[:-1]] == [
        ["id", "language", "name"],
        ["b", "xx", "Dos"],
    ]
    assert lines[1].startswith(f"{marks}b{marks},")


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_a_row_in_quotation_marks_may_go_over_two_lines(tmp_path: Path, end: str) -> None:
    """The cells of the rejected rows are in quotation marks, as all of the list's are."""
    text = f'"id","language","address"\n"b","xx","Weg 1{end}Bern"\n'
    (tmp_path / "list.csv").write_text(text, encoding="utf-8", newline="")

    assert bad_rows(open_list("list.csv", folder=tmp_path)).startswith(
        b'"id","language","address","rejected because"\n"b",'
    )


def test_a_workbook_stays_a_workbook(tmp_path: Path) -> None:
    """Its cells are text, so that zeros at the beginning survive Excel; what looks like a formula is none."""
    cells = [["id", "language", "Postcode", "Remark"], ["1", "xx", "00123", "=1+1"], ["2", "xx", "1", "'=1"]]
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        sheet = book.add_worksheet("Delegates")
        for row, line in enumerate(cells):
            for column, cell in enumerate(line):
                sheet.write_string(row, column, cell)
    addressees = open_list("list.xlsx", folder=tmp_path)

    (tmp_path / "again.xlsx").write_bytes(bad_rows(addressees))

    again = open_list("again.xlsx", folder=tmp_path)
    assert list(again) == list(addressees)
    shown = openpyxl.load_workbook(tmp_path / "again.xlsx").worksheets[0]
    assert [cell.value for cell in shown[1]] == ["id", "language", "Postcode", "Remark", "rejected because"]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in shown[2]][2:4] == [
        ("00123", "s", "@"), ("=1+1", "s", "@"),
    ]  # fmt: skip


def test_a_file_of_rejected_rows_is_known_by_its_name_without_the_reasons(tmp_path: Path) -> None:
    """Somebody who deletes their column gets the apostrophes removed all the same; another list keeps its own."""
    text = "id,language,name\n1,xx,'=Dos\n2,xx,'Uno\n3,xx,''-Tres\n"
    for name in ("merge-files.rejected.csv", "merge-print-docx.rejected-2.csv", "rejected.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")

    for name in ("merge-files.rejected.csv", "merge-print-docx.rejected-2.csv"):
        listed = open_list(name, folder=tmp_path)
        assert [one.columns["name"] for one in listed] == ["=Dos", "'Uno", "'-Tres"]
        assert [line.split(",")[2] for line in bad_rows(listed).decode().splitlines()[1:]] == [
            "'=Dos",
            "'Uno",
            "''-Tres",
        ]
    assert [one.columns["name"] for one in open_list("rejected.csv", folder=tmp_path)] == ["'=Dos", "'Uno", "''-Tres"]
