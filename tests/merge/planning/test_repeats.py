"""Merges of lists in which addressees come twice, and rows that have nobody to write to."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import openpyxl
import pytest

from merge.mailroom import ROOT, MailRoom, people, table

SAME = ROOT / "tests" / "source" / "addressees" / "lists" / "same-address.csv"
LETTER = """\
kind: tsb-circular
number: 913
date: 2024-07-12
languages: [en, es]
subject: {en: Meeting of an example group, es: Reunión de un grupo de ejemplo}
body:
  - en: We write to you.
    es: Nos dirigimos a usted.
signatory: {name: Max Mustermann, title: {en: Director, es: Director}}
"""


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A mail room with a list in which one person is in four rows, with three spellings of one e-mail address."""
    made = MailRoom(tmp_path)
    made.write([], LETTER)
    shutil.copy(SAME, made.folder / "list.csv")
    return made


def report(room: MailRoom) -> list[tuple[str, str]]:
    """The id and the state of each line of the report, without the folder of the list."""
    with (room.folder / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(row["Id"], row["State"].replace(f"{room.folder}/", "")) for row in csv.DictReader(file)]


def test_addressees_who_come_twice_are_reported_before_and_after(room: MailRoom) -> None:
    """By the dry run, the preview and the merge; all get their letters."""
    for options in (["--dry-run"], ["--preview"], []):
        done = room.merge("--formats", "txt", *options)

        assert done.returncode == 0, done.stderr
        assert "same-email  2 addressees have the e-mail address of an earlier row: row 3 as row 2" in done.stdout
        assert "same-address  3 addressees have the postal address of an earlier row" in done.stdout
        assert "same-person  3 addressees have the name and the organization of an earlier row" in done.stdout
    assert len(list(room.made.glob("d*.txt"))) == 4


def test_one_letter_for_each_address_names_the_others(room: MailRoom) -> None:
    """The first row is kept; the summary and the report have the others, and with which row they agree."""
    done = room.merge("--formats", "txt", "--once-per-address", "--report", str(room.folder / "report.csv"))

    assert "1 addressee (en 1), 1 copy" in done.stdout
    assert (
        "same-left-out  3 addressees were left out, because an earlier row has the same address: d2 (row 3) as row 2"
        in done.stdout
    )
    assert "same-email" not in done.stdout
    assert report(room) == [
        ("d1", "written"),
        *((id, "left out: same address as row 2 of list.csv") for id in ("d2", "d3", "d4")),
    ]
    assert "same address:   3 left out" in room.status().stdout


def test_addressees_who_are_left_out_again_are_counted_once(room: MailRoom) -> None:
    """They are in a list that is added later, too."""
    rows = (room.folder / "list.csv").read_text(encoding="utf-8").splitlines()
    room.merge("--formats", "txt", "--once-per-address")
    new = "e1,en,Ms,Ana,Ejemplo,Oficina Ejemplo,Calle 2,28000,Madrid,ES,ana@example.org"
    (room.folder / "late.csv").write_text("\n".join([rows[0], rows[2], new]), encoding="utf-8")
    done = room.merge("--formats", "txt", "--once-per-address", "--add", listed="late.csv")

    assert done.returncode == 0, done.stderr
    assert "same address:   3 left out" in room.status().stdout


def test_drafts_for_each_address_compare_e_mail_addresses(room: MailRoom) -> None:
    """Another person at the same e-mail address gets no message; the same person at another one does."""
    rows = [row | {"category": "academia"} for row in people(4)]
    rows[1]["email"] = rows[0]["email"].upper()
    rows[3] = rows[2] | {"id": "x-0003"}
    rows[3]["email"] = "other@example.int"
    room.write(rows, LETTER)
    options = ("--as", "eml", "--formats", "txt", "--from", "TSB <tsb@example.int>", "--once-per-address")
    done = room.merge(*options)

    assert sorted(name.partition(".")[0] for name in room.files()) == ["x-0000", "x-0002", "x-0003"]
    assert "x-0001 (row 3) as row 2" in done.stdout
    assert "same-person  1 addressee has the name and the organization of an earlier row: row 5 as row 4" in done.stdout


def test_a_row_with_a_problem_does_not_stand_for_another(room: MailRoom) -> None:
    """If the first row is rejected, the second one gets the letter; the corrected first one then does not."""
    text = (room.folder / "list.csv").read_text(encoding="utf-8")
    (room.folder / "list.csv").write_text(text.replace("d1,en", "d1,xx"), encoding="utf-8")
    done = room.merge("--formats", "txt", "--once-per-address", "--skip-bad")
    assert (room.made / "d2.en.txt").exists()
    assert "d3 (row 4) as row 3, d4 (row 5) as row 3" in done.stdout
    (room.folder / "late.csv").write_text(text.partition("d2")[0] + "z9,en,Ms,Ana,Ejemplo,,Weg 2,,Bern,CH,\n")

    done = room.merge(
        "--formats",
        "txt",
        "--once-per-address",
        "--add",
        "--report",
        str(room.folder / "report.csv"),
        listed="late.csv",
    )

    assert "d1 (row 2) as row 3 of an earlier list" in done.stdout
    assert report(room)[-1] == ("d1", "left out: same address as row 3 of list.csv")
    assert ("z9", "written") in report(room)


def test_the_choice_is_part_of_the_plan(room: MailRoom) -> None:
    """A finished merge can be repeated with it: nobody counts as missing from the list. It cannot resume another."""
    room.merge("--formats", "txt")
    done = room.merge("--formats", "txt", "--once-per-address")

    assert done.returncode == 0, done.stderr
    assert "3 files are here from an earlier merge" in done.stdout
    done = room.merge("--formats", "txt", "--resume")
    assert "since the merge began, the request (once per address) and the list of addressees changed" in done.stderr


def test_a_row_that_is_nobody_is_refused(room: MailRoom) -> None:
    """A heading between the rows has an id alone; with a fallback language it would get a letter to nobody."""
    text = table([row | {"category": "academia"} for row in people(2)]) + "Africa,,,,,,,,,\nx-9,en,,,,,,ES,,\n"
    (room.folder / "list.csv").write_text(text, encoding="utf-8")
    done = room.merge("--fallback", "en", "--formats", "txt")

    assert "list.csv:4:1  nobody  the row has neither a name nor an organization nor an address" in done.stderr
    assert "list.csv:5:1  nobody" in done.stderr
    assert "nothing was merged: 2 problems in 2 of 4 rows" in done.stderr
    assert "no-address  'Africa' has" in room.merge("--fallback", "en", "--as", "labels").stderr


def test_a_list_of_ids_alone_is_a_list(room: MailRoom) -> None:
    """Without a column for names, organizations or addresses nobody can be missing from it."""
    (room.folder / "list.csv").write_text("id,language\na,en\nb,es\n", encoding="utf-8")

    assert "2 addressees" in room.merge("--formats", "txt").stdout


def test_the_total_of_a_workbook_gets_no_letter(room: MailRoom) -> None:
    """With a fallback language there would be a letter to nobody, "Total.en.txt"."""
    shutil.copy(SAME.with_name("totalonly.xlsx"), room.folder)
    done = room.merge("--formats", "txt", "--fallback", "en", listed="totalonly.xlsx")

    assert "3 addressees (en 3), 3 copies" in done.stdout
    assert "totalonly.xlsx:5:1  row-left-out  a row was left out, because it is a total: row 5 ('Total')" in done.stdout
    assert not (room.made / "Total.en.txt").exists()


def test_filtered_rows_get_no_letter_unless_they_are_asked_for(room: MailRoom) -> None:
    """The summary has their number; to take them later is a change of the request."""
    shutil.copy(SAME.with_name("filtered.xlsx"), room.folder)
    for options in (["--dry-run"], ["--preview"], []):
        done = room.merge("--formats", "txt", *options, listed="filtered.xlsx")

        assert "hidden-rows  5 rows that a filter hides were left out\n    hint: --hidden takes hidden" in done.stdout
    assert [path.name for path in room.made.glob("a*.txt")] == ["a1.en.txt"]
    done = room.merge("--formats", "txt", "--hidden", "--resume", listed="filtered.xlsx")
    assert "the request (hidden rows and columns) and the list of addressees changed" in done.stderr
    assert "6 addressees" in room.merge("--formats", "txt", "--hidden", listed="filtered.xlsx").stdout


def test_a_list_of_hidden_rows_alone_says_so(room: MailRoom) -> None:
    """Rows have to be shown or asked for, not added."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["id", "language", "name"], ["a", "en", "Ana"], ["b", "en", "Zoë"]):
        sheet.append(row)
    for number in (2, 3):
        sheet.row_dimensions[number].hidden = True
    book.save(room.folder / "hidden.xlsx")
    done = room.merge("--formats", "txt", listed="hidden.xlsx")

    assert done.returncode == 1
    assert "hidden-rows  2 rows that are hidden were left out\n    hint: --hidden takes hidden rows" in done.stderr
    assert "no-addressees  no addressee is left to write to" in done.stderr
    assert "2 addressees" in room.merge("--formats", "txt", "--hidden", listed="hidden.xlsx").stdout
