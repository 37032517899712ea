"""What became of each addressee, told so that no cell is anything but text."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from merge.mailroom import MailRoom, people

EVIL = '=HYPERLINK("https://example.org","x")'


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> MailRoom:
    """A merge of ten, one of whom is hostile, with its three reports."""
    made = MailRoom(tmp_path_factory.mktemp("reports"))
    rows = people(10)
    rows[4]["name"] = EVIL
    rows[5]["name"] = "<script>alert(1)</script>"
    made.write(rows)
    reports = [
        option for ending in ("csv", "xlsx", "html") for option in ("--report", str(made.folder / f"r.{ending}"))
    ]
    done = made.merge("--formats", "docx,txt", *reports)
    assert done.returncode == 0, done.stderr
    return made


def test_a_spreadsheet_gets_text(room: MailRoom) -> None:
    """In CSV a formula has an apostrophe before it, in a workbook it is a string; every copy has its line."""
    rows = list(csv.reader(io.StringIO((room.folder / "r.csv").read_text(encoding="utf-8-sig"))))
    sheet = openpyxl.load_workbook(room.folder / "r.xlsx").active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]

    assert len(rows) == len(cells) == 21
    assert [row[6] for row in rows[1:3]] == [cells[1][6], cells[2][6]]
    assert rows[9][2].startswith("'=HYPERLINK")
    assert cells[9][2].startswith("=HYPERLINK")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert not [link for row in sheet.iter_rows() for cell in row if (link := cell.hyperlink)]


def test_a_page_shows_what_was_typed(room: MailRoom) -> None:
    """Markup in a name is shown, not run."""
    page = (room.folder / "r.html").read_text(encoding="utf-8")

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("<tr") == 21


def test_the_status_is_told(room: MailRoom) -> None:
    """How far it is, of what plan; and where nothing was merged, that."""
    done = room.status("c")
    none = room.status("d")

    assert "written:        10 of 10: 20 copies" in done.stdout
    assert "state:          done" in done.stdout
    assert (none.returncode, "merged letters: c" in none.stderr) == (2, True)


def test_a_report_of_another_kind_is_refused_at_once(room: MailRoom, tmp_path: Path) -> None:
    """Before anything is merged."""
    done = room.merge("--again", "--report", str(tmp_path / "r.doc"))

    assert done.returncode == 2
    assert "'.html'" in done.stderr or ".html" in done.stderr
