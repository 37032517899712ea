"""Late addressees are printed alone, beside the file that holds everybody."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import docx
import pikepdf
import pypdfium2
import pytest

from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import ledger_path
from commands import PROGRAM
from merge.mailroom import MailRoom, people, table, unfinish

PEOPLE = [one | {"category": "academia"} for one in people(31)]
FIRST, LATE = PEOPLE[:26], PEOPLE[26:]
LABELS = ("--as", "labels", "--labels", "L7160")
DYING = """
import os, signal, sys
from circulars.cli import main

def mortal(rename):
    def renamed(old, new, **options):
        rename(old, new, **options)
        if os.path.basename(new) == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
    return renamed

killed_at, *typed = sys.argv[1:]
os.rename, os.replace = mortal(os.rename), mortal(os.replace)
main(typed)
"""
"""A command that is killed (kill -9) as soon as a file has its name."""


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A mail room with a list of twenty-six addressees, and a list of five late ones."""
    made = MailRoom(tmp_path)
    made.write(FIRST)
    (made.folder / "late.csv").write_text(table(LATE), encoding="utf-8")
    return made


def merge(room: MailRoom, *options: str, listed: str = "list.csv") -> str:
    """What a merge prints."""
    done = room.merge(*options, listed=listed)
    assert done.returncode == 0, done.stderr
    return done.stdout


def streets(file: Path) -> list[list[int]]:
    """The street numbers on each page of a PDF."""
    with pypdfium2.PdfDocument(file) as pdf:
        texts = [page.get_textpage().get_text_bounded() for page in pdf]
    return [[int(number) for number in re.findall(r"Example Street (\d+)", text)] for text in texts]


def first_place(file: Path) -> tuple[int, int]:
    """The distance of the first label's text from the left and the top of the first page, in millimetres."""
    with pypdfium2.PdfDocument(file) as pdf:
        page = pdf[0]
        left, _, _, top = page.get_textpage().get_charbox(0)
        return round(left * 25.4 / 72), round((page.get_height() - top) * 25.4 / 72)


def test_late_labels_begin_on_the_used_sheet(room: MailRoom) -> None:
    """The summary says how many labels of the last sheet are used, and which file to print now."""
    told = merge(room, *LABELS, "--skip", "3")
    assert "the last sheet has 8 of 21 labels used: --add with --skip 8 begins after them\n" in told
    told = merge(room, *LABELS, "--add", "--skip", "8", listed="late.csv")
    whole, late = room.made / "c.labels.pdf", room.made / "c.labels-2.pdf"

    assert f"print now: {late}  " in told
    assert ", the 5 added\n" in told
    assert f"{whole}  " in told
    assert ", all 31\n" in told
    assert "the last sheet has 13 of 21 labels used: --add with --skip 13 begins after them\n" in told
    assert streets(late) == [[26, 27, 28, 29, 30]]
    assert streets(whole) == [[*range(18)], [*range(18, 31)]]
    # The ninth label is the third in the third row of L7160: 139 mm from the left, 91 mm from the top, and its padding.
    assert first_place(late) == (144, 94)
    # The first label of the whole is still the fourth one, the first in the second row, as in the first run.
    assert first_place(whole)[1] == 56


def test_late_labels_are_those_of_a_merge_of_their_own(room: MailRoom, tmp_path: Path) -> None:
    """Their bytes are those of their list alone, merged with the same labels skipped."""
    merge(room, *LABELS)
    merge(room, *LABELS, "--add", "--skip", "8", listed="late.csv")
    alone = MailRoom(tmp_path / "alone")
    alone.write(LATE)
    merge(alone, *LABELS, "--skip", "8")

    assert (room.made / "c.labels-2.pdf").read_bytes() == (alone.made / "c.labels.pdf").read_bytes()


def test_each_addition_has_a_file_of_its_own(room: MailRoom) -> None:
    """The second list is in -2, the third in -3; none is written over, and the sums cover all."""
    (room.folder / "later.csv").write_text(table([LATE[0] | {"id": "later"}]), encoding="utf-8")
    for options, listed in (((), "list.csv"), (("--add",), "late.csv"), (("--add",), "later.csv")):
        merge(room, "--as", "envelopes", *options, listed=listed)

    assert [len(streets(room.made / f"c.envelopes{part}.pdf")) for part in ("-2", "-3", "")] == [5, 1, 32]
    sums = (room.made / "SHA256SUMS").read_text()
    assert re.findall(r"  (.*)", sums) == ["c.envelopes-2.pdf", "c.envelopes-3.pdf", "c.envelopes.pdf"]


def test_late_letters_are_printed_alone(room: MailRoom) -> None:
    """Each begins on a sheet of its own, in PDF and in Word, with a bookmark for each addressee."""
    options = ("--as", "print", "--formats", "docx,pdf", "--duplex")
    merge(room, *options)
    told = merge(room, *options, "--add", listed="late.csv")

    assert re.findall(r"print now: .*/(\S+)  ", told) == ["c.print-2.docx", "c.print-2.pdf"]
    with pikepdf.open(room.made / "c.print-2.pdf") as pdf, pdf.open_outline() as outline:
        assert [entry.title.partition(":")[0] for entry in outline.root] == [one["id"] for one in LATE]
        assert len(pdf.pages) == 9
    text = "\n".join(one.text for one in docx.Document(str(room.made / "c.print-2.docx")).paragraphs)
    assert [number for number in range(31) if re.search(rf"Ejemplo {number}\b", text)] == [26, 27, 28, 29, 30]


def test_late_ones_are_sorted_as_the_whole_is(room: MailRoom) -> None:
    """A print run that is sorted for the post stays so, unless the list is sorted in another way."""
    for options, listed in (((), "list.csv"), (("--add",), "late.csv")):
        merge(room, *LABELS, *options, *(() if options else ("--sort=-id",)), listed=listed)
    assert streets(room.made / "c.labels-2.pdf") == [[30, 29, 28, 27, 26]]

    merge(room, *LABELS, "--again", "--sort=-id")
    merge(room, *LABELS, "--add", "--sort=id", listed="late.csv")
    assert streets(room.made / "c.labels-3.pdf") == [[26, 27, 28, 29, 30]]


def test_a_late_list_without_the_column_keeps_its_order(room: MailRoom) -> None:
    """It cannot be sorted as the whole is."""
    lines = table(LATE[::-1]).splitlines()
    assert lines[0].split(",")[8] == "email"
    without = [",".join(line.split(",")[:8] + line.split(",")[9:]) for line in lines]
    (room.folder / "late.csv").write_text("\n".join(without), encoding="utf-8")
    merge(room, *LABELS, "--sort=email")
    merge(room, *LABELS, "--add", listed="late.csv")

    assert streets(room.made / "c.labels-2.pdf") == [[30, 29, 28, 27, 26]]


def test_a_word_file_does_not_keep_a_pdf_from_being_added_to(room: MailRoom) -> None:
    """Each format has its own record; the status shows both."""
    merge(room, "--as", "print")
    merge(room, "--as", "print", "--formats", "docx")
    merge(room, "--as", "print", "--add", listed="late.csv")
    assert len(streets(room.made / "c.print-2.pdf")) >= 5
    merge(room, "--as", "print", "--formats", "docx", "--add", listed="late.csv")

    assert (room.made / "c.print-2.docx").exists()
    assert room.status("c").stdout.count("31 of 31") == 2
    assert {path.name for path in room.made.glob("*.sqlite")} == {"merge-print.sqlite", "merge-print-docx.sqlite"}


def test_a_record_of_both_formats_is_found_again(room: MailRoom) -> None:
    """A merge into both files cannot be replaced by one into a single one unawares."""
    merge(room, "--as", "print", "--formats", "docx,pdf")
    for formats in ("docx", "pdf"):
        done = room.merge("--as", "print", "--formats", formats, listed="late.csv")
        assert (done.returncode, "finished-merge" in done.stderr) == (2, True)

    assert {path.name for path in room.made.glob("*.sqlite")} == {"merge-print.sqlite"}


def test_a_word_file_is_not_replaced_unawares(room: MailRoom) -> None:
    """A merge into both formats would write over the Word file of another merge."""
    merge(room, "--as", "print", "--formats", "docx")
    done = room.merge("--as", "print", "--formats", "docx,pdf", listed="late.csv")
    assert (done.returncode, "merge-print-docx.sqlite  finished-merge" in done.stderr) == (2, True)

    merge(room, "--as", "print", "--formats", "docx,pdf", "--again", listed="late.csv")
    merge(room, "--as", "print", "--formats", "docx,pdf", listed="late.csv")


def test_files_of_an_earlier_addition_are_named(room: MailRoom) -> None:
    """After a new merge of all, nobody prints the late ones of before again."""
    merge(room, *LABELS)
    merge(room, *LABELS, "--add", listed="late.csv")
    room.write(PEOPLE)
    told = merge(room, *LABELS)

    assert "1 file is here from an earlier merge and does not belong to this one" in told


def test_files_of_an_earlier_addition_are_not_written_over(room: MailRoom) -> None:
    """After a new merge of all, the next late list has the next number, also if the addition is begun anew."""
    merge(room, *LABELS)
    merge(room, *LABELS, "--add", listed="late.csv")
    before = (room.made / "c.labels-2.pdf").read_bytes()
    room.write(PEOPLE)
    merge(room, *LABELS)
    (room.folder / "later.csv").write_text(table([LATE[0] | {"id": "later"}]), encoding="utf-8")
    told = merge(room, *LABELS, "--add", listed="later.csv")
    assert re.findall(r"print now: .*/(\S+)  ", told) == ["c.labels-3.pdf"]
    assert "1 file is here from an earlier merge" in told
    with closing(Ledger(ledger_path(room.made, "labels"))) as ledger, ledger.change():
        unfinish(ledger)
    merge(room, *LABELS, "--add", "--again", listed="later.csv")

    assert (room.made / "c.labels-2.pdf").read_bytes() == before
    assert sorted(path.name for path in room.made.glob("*.pdf")) == [f"c.labels{n}.pdf" for n in ("-2", "-3", "")]
    assert "those who were added alone in c.labels-3.pdf" in room.status("c").stdout


def test_a_dry_run_counts_the_sheets_of_the_late_ones(room: MailRoom) -> None:
    """Only these will be printed."""
    merge(room, *LABELS)

    told = merge(room, *LABELS, "--add", "--skip", "20", "--dry-run", listed="late.csv")
    assert "5 labels on 2 sheets of L7160" in told


def test_a_resumed_addition_makes_the_same_bytes(room: MailRoom) -> None:
    """Also after one of the files was written, and with the labels that were skipped."""
    merge(room, *LABELS, "--skip", "3")
    merge(room, *LABELS, "--add", "--skip", "8", listed="late.csv")
    before = room.contents()
    (room.made / "c.labels-2.pdf").unlink()
    with closing(Ledger(ledger_path(room.made, "labels"))) as ledger, ledger.change():
        unfinish(ledger)
    done = room.merge(*LABELS, "--add", "--resume", "--skip", "9", listed="late.csv")
    assert (done.returncode, "the request (skip) changed" in done.stderr) == (1, True)
    merge(room, *LABELS, "--add", "--resume", "--skip", "8", listed="late.csv")

    assert room.contents() == before


@pytest.mark.parametrize("killed_at", ["c.labels.pdf", "c.labels-2.pdf"])
def test_a_killed_addition_is_resumed(room: MailRoom, killed_at: str) -> None:
    """Whenever it is killed: the file of all is there as before or with all, and so are the late ones afterwards."""
    merge(room, *LABELS)
    typed = room.command(*LABELS, "--add", listed="late.csv")[len(PROGRAM) :]
    done = subprocess.run([sys.executable, "-c", DYING, killed_at, *typed], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    merge(room, *LABELS, "--add", "--resume", listed="late.csv")

    assert streets(room.made / "c.labels-2.pdf") == [[26, 27, 28, 29, 30]]
    assert sum(map(len, streets(room.made / "c.labels.pdf"))) == 31
