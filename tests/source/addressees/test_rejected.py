"""Rejected rows are written so that they can be fixed and read again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from circulars.source.addressees import AddresseeList, Checks, open_list, rejected_rows


def bad_rows(addressees: AddresseeList) -> bytes:
    """The file of the rows that are rejected for a letter in English and Spanish."""
    checks = Checks(addressees, (), ("en", "es"))
    checked = ((addressee, checks.problems(addressee)) for addressee in addressees)
    return b"".join(rejected_rows(addressees.columns, ((who, problems) for who, problems in checked if problems)))


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
    """Each reason has the row of the list and the remedy; the file is UTF-8 with a byte order mark for Excel."""
    (tmp_path / "list.csv").write_text("id,language,country\n1,es,ES\n2,,XX\n3,es,ES,more,=1\n")

    data = bad_rows(open_list("list.csv", folder=tmp_path))

    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))) == [
        ["id", "language", "country", "rejected because"],
        [
            "2",
            "",
            "XX",
            "Row 3: language: the addressee has no language, and no fallback language is given "
            "(write one of: en, es). Row 3: country: 'XX' is not the name or the code of a country (write its name, or "
            "its code of two letters in ISO 3166-1, for example CH).",
        ],
        [
            "3",
            "es",
            "ES",
            "Row 4: 'more' is in a column without a name in the header row (name the column, or put a cell that "
            "contains the separator in quotation marks).",
            "more",
            "'=1",
        ],
    ]


def test_cells_without_a_column_are_kept(tmp_path: Path) -> None:
    """They follow the reasons, and stay there each time the file is read and written."""
    (tmp_path / "list.csv").write_text("id,language\n1,es,more\n")
    first = bad_rows(open_list("list.csv", folder=tmp_path))

    (tmp_path / "list.csv").write_bytes(first)

    assert bad_rows(open_list("list.csv", folder=tmp_path)).replace(b"Row 2", b"Row 2") == first


def test_lone_surrogates_are_written_as_replacement_characters(tmp_path: Path) -> None:
    """UTF-8 cannot encode them, but the file can be written."""
    (tmp_path / "list.csv").write_text("id,language\n1,\n")
    addressees = open_list("list.csv", folder=tmp_path)
    (addressee,) = addressees
    assert isinstance(addressee.columns, dict)
    addressee.columns["language"] = "\udc80"

    data = b"".join(rejected_rows(addressees.columns, [(addressee, ())]))

    assert data.decode("utf-8-sig").splitlines()[1] == "1,\ufffd,"
