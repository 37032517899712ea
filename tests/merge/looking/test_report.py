"""Reports of the state of each addressee, in which every cell is text."""

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
    """A merge of ten addressees, one of them hostile, with its three reports."""
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
    """A formula has an apostrophe before it in CSV and is a string in a workbook; every copy has its line."""
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
    """Markup in a name is shown, not interpreted."""
    page = (room.folder / "r.html").read_text(encoding="utf-8")

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("<tr") == 21


def test_the_status_is_reported(room: MailRoom) -> None:
    """It has the progress and the plan; where nothing was merged, it says so."""
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
def test_a_file_for_all_is_reported_by_its_name(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """The status has the number of addressees in it, or says that nothing is made yet."""
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


def test_all_merges_are_listed_when_no_letter_is_named(tmp_path: Path) -> None:
    """Every ledger of every letter is listed; its report is named after the letter and the kind of output."""
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
    """It differs from the help of ``merge``; options that only ``merge`` has are refused."""
    done = room.status("--help")

    assert done.returncode == 0
    assert done.stdout.startswith("usage: circulars merge status [-h]")
    assert "ADDRESSEES" not in done.stdout
    assert room.status("c", "--duplex").returncode == 2


@pytest.mark.skipif(not may_mount(), reason="only root may mount a small disk, and not in every container")
def test_a_read_only_ledger_can_be_read(tmp_path: Path) -> None:
    """The disk may be read-only."""
    with small_disk(tmp_path / "disk", 4000) as disk:
        room = MailRoom(disk)
        room.write(people(3))
        assert room.merge("--formats", "docx").returncode == 0
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True, capture_output=True)
        done = room.status("c")

    assert done.returncode == 0, done.stderr
    assert "3 of 3: 3 copies" in done.stdout


def test_a_report_of_another_kind_is_refused_at_once(room: MailRoom, tmp_path: Path) -> None:
    """The refusal comes before anything is merged."""
    done = room.merge("--again", "--report", str(tmp_path / "r.doc"))

    assert done.returncode == 2
    assert "'.html'" in done.stderr or ".html" in done.stderr
