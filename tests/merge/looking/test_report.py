"""What became of each addressee, told so that no cell is anything but text."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import ledger_path
from faults import may_mount, small_disk
from merge.mailroom import MailRoom, people, unfinish

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


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--as", "print", "--formats", "docx,pdf"), "10 of 10, in c.print.docx and c.print.pdf: 20 copies"),
        (("--as", "labels"), "10 of 10, in c.labels.pdf"),
        (("--as", "envelopes"), "10 of 10, in c.envelopes.pdf"),
    ],
)
def test_what_holds_all_is_told_by_its_name(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """How many addressees are in it; before it is made, that nothing is."""
    room = MailRoom(tmp_path)
    room.write(people(10))
    assert room.merge(*options).returncode == 0
    told = room.status("c").stdout
    with closing(Ledger(ledger_path(room.made, options[1]))) as ledger, ledger.change():
        unfinish(ledger)

    assert f"written:        {said}" in told
    assert "state:          done" in told
    assert "written:        nothing of 10 yet" in room.status("c").stdout
    assert "state:          stopped; --resume continues it" in room.status("c").stdout


def test_all_merges_are_told_when_no_letter_is_named(tmp_path: Path) -> None:
    """Of every letter that was merged, each ledger; a report of each has its letter's name and its kind's."""
    room = MailRoom(tmp_path)
    room.write(people(3))
    none = room.status()
    assert (none.returncode, "output  no-merge  nothing was merged here" in none.stderr) == (2, True)
    assert room.merge("--formats", "docx").returncode == 0
    assert room.merge("--as", "labels").returncode == 0
    copied = room.made.with_name("d")
    shutil.copytree(room.made, copied)
    done = room.status("--report", str(tmp_path / "r.csv"))

    assert done.returncode == 0, done.stderr
    ledgers = [line for line in done.stdout.splitlines() if line.endswith(".sqlite")]
    assert ledgers == [str(path) for path in sorted((tmp_path / "output").glob("*/*.sqlite"))]
    assert len(ledgers) == 4
    assert {path.name for path in tmp_path.glob("r*.csv")} == {
        "r-c-files.csv", "r-c-labels.csv", "r-d-files.csv", "r-d-labels.csv",
    }  # fmt: skip


def test_status_has_a_help_of_its_own(room: MailRoom) -> None:
    """Not that of ``merge``; and an option that only ``merge`` has is refused."""
    done = room.status("--help")

    assert done.returncode == 0
    assert done.stdout.startswith("usage: circulars merge status [-h]")
    assert "ADDRESSEES" not in done.stdout
    assert room.status("c", "--duplex").returncode == 2


@pytest.mark.skipif(not may_mount(), reason="only root may mount a small disk, and not in every container")
def test_a_ledger_that_may_not_be_written_is_read(tmp_path: Path) -> None:
    """On a disk that may only be read."""
    with small_disk(tmp_path / "disk", 4000) as disk:
        room = MailRoom(disk)
        room.write(people(3))
        assert room.merge("--formats", "docx").returncode == 0
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True, capture_output=True)
        done = room.status("c")

    assert done.returncode == 0, done.stderr
    assert "3 of 3: 3 copies" in done.stdout


def test_a_report_of_another_kind_is_refused_at_once(room: MailRoom, tmp_path: Path) -> None:
    """Before anything is merged."""
    done = room.merge("--again", "--report", str(tmp_path / "r.doc"))

    assert done.returncode == 2
    assert "'.html'" in done.stderr or ".html" in done.stderr
