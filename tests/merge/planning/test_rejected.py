"""Rejected rows stay in a file of their merge until their addressees have the letter: nobody is forgotten."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest

from circulars.source.addressees import open_list
from merge.mailroom import COLUMNS, MailRoom, people, table

PEOPLE = [one | {"category": "academia"} for one in people(6)]
SHARED = """\
id,language,title,surname,organization,category,email
a,en,Mr,Uno,Org,academia,a@example.org
b,en,Mr,Dos,Org \U00031349,academia,b@example.org
c,xx,Mr,Tres,Org,academia,c@example.org
"""


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A mail room with a list of six addressees, of whom the second and the fourth have an unknown country."""
    made = MailRoom(tmp_path)
    made.write([one | ({"country": "QQ"} if n in (1, 3) else {}) for n, one in enumerate(PEOPLE)])
    return made


def merge(room: MailRoom, *options: str, listed: str = "list.csv") -> str:
    """What a merge without faulty rows prints."""
    done = room.merge("--formats", "docx", "--skip-bad", *options, listed=listed)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ids_in(file: Path) -> list[str]:
    """The ids in a file of rejected rows."""
    return [one.id for one in open_list(str(file), folder=file.parent)]


def test_merges_in_one_folder_forget_nobody(room: MailRoom) -> None:
    """A ZIP file with PDFs leaves out b and c, a print run in Word c alone: each has its own file."""
    (room.folder / "list.csv").write_text(SHARED, encoding="utf-8")
    for options in (("--as", "zip"), ("--as", "print", "--formats", "docx")):
        done = room.merge(*options, "--skip-bad")
        assert done.returncode == 0, done.stderr

    assert ids_in(room.made / "merge-zip.rejected.csv") == ["b", "c"]
    assert ids_in(room.made / "merge-print-docx.rejected.csv") == ["c"]


def test_the_full_circle(room: MailRoom) -> None:
    """Rejected, corrected one after the other, added: everybody has one copy, and the file says who is left."""
    file = room.made / "merge-files.rejected.csv"
    assert "2 rows rejected" in merge(room)
    file.write_text(file.read_text(encoding="utf-8").replace("QQ", "CH", 1), encoding="utf-8")
    assert "1 row rejected" in merge(room, "--add", listed=str(file))
    assert ids_in(file) == ["x-0003"]
    assert "merge-files.rejected.csv, row 3: country: 'QQ'" in file.read_text(encoding="utf-8")

    file.write_text(file.read_text(encoding="utf-8").replace("QQ", "CH", 1), encoding="utf-8")
    assert "rejected" not in merge(room, "--add", listed=str(file)).replace(str(file), "")

    assert ids_in(file) == []
    assert sorted(room.files()) == sorted(f"{one['id']}.{one['language']}.docx" for one in PEOPLE)


def test_rows_that_were_not_selected_stay(room: MailRoom) -> None:
    """``--only`` adds one of two corrected rows; the other one is still to be added."""
    file = room.made / "merge-files.rejected.csv"
    merge(room)
    corrected = file.read_text(encoding="utf-8").replace("QQ", "CH")
    file.write_text(corrected, encoding="utf-8")
    merge(room, "--add", "--only", "x-0003", listed=str(file))

    assert ids_in(file) == ["x-0001"]
    assert file.read_text(encoding="utf-8").splitlines()[1] == corrected.splitlines()[1]


def test_the_same_merge_again_changes_nothing(room: MailRoom) -> None:
    """The rows are there already."""
    merge(room)
    before = (room.made / "merge-files.rejected.csv").read_bytes()
    merge(room)
    merge(room, "--again")

    assert (room.made / "merge-files.rejected.csv").read_bytes() == before


def test_a_row_that_left_the_list_is_not_forgotten(room: MailRoom) -> None:
    """Somebody deletes a faulty row from the list and merges it again: the row is still in the file."""
    merge(room)
    room.write([one for n, one in enumerate(PEOPLE) if n != 3])
    merge(room)

    assert ids_in(room.made / "merge-files.rejected.csv") == ["x-0003"]


def test_a_row_that_was_corrected_in_the_list_goes(room: MailRoom) -> None:
    """It has its letter now."""
    merge(room)
    room.write([one | ({"country": "QQ"} if n == 3 else {}) for n, one in enumerate(PEOPLE)])
    merge(room)
    assert ids_in(room.made / "merge-files.rejected.csv") == ["x-0003"]

    room.write(PEOPLE)
    assert "rejected" not in merge(room)
    assert ids_in(room.made / "merge-files.rejected.csv") == []
    assert "rejected rows" not in room.status("c").stdout


def test_somebody_else_with_the_same_id_is_not_forgotten(room: MailRoom) -> None:
    """A late row whose id is taken stays in the file, also when the whole list is merged again."""
    merge(room)
    late = [PEOPLE[0] | {"surname": "Otra", "name": "Eva"}, {**PEOPLE[0], "id": "late"}]
    (room.folder / "late.csv").write_text(table(late), encoding="utf-8")
    merge(room, "--add", listed="late.csv")
    room.write([*PEOPLE, late[1]])
    merge(room)

    file = room.made / "merge-files.rejected.csv"
    assert ids_in(file) == ["x-0000"]
    assert "Otra" in file.read_text(encoding="utf-8")


def test_a_list_in_another_format_has_its_own_file(room: MailRoom) -> None:
    """Rows of a workbook go into a workbook, where zeros at the beginning stay."""
    merge(room)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(COLUMNS)
    sheet.append([*(PEOPLE[0] | {"id": "007", "country": "QQ"}).values()])
    sheet.append([*(PEOPLE[0] | {"id": "008"}).values()])
    book.save(room.folder / "late.xlsx")
    told = merge(room, "--add", listed="late.xlsx")
    file = room.made / "merge-files.rejected.xlsx"

    assert f"correct {file}" in told
    assert "Excel" not in told
    assert ids_in(file) == ["007"]
    assert ids_in(room.made / "merge-files.rejected.csv") == ["x-0001", "x-0003"]
    assert "rejected rows:  3" in room.status("c").stdout
    corrected = openpyxl.load_workbook(file)
    corrected.worksheets[0]["H2"] = "CH"
    corrected.save(file)
    merge(room, "--add", listed=str(file))
    assert (room.made / f"007.{PEOPLE[0]['language']}.docx").exists()
    assert ids_in(file) == []


def test_other_heads_have_another_file(room: MailRoom) -> None:
    """Cells of different columns are never mixed."""
    merge(room)
    late = [{**PEOPLE[0], "id": "late", "country": "QQ"}, {**PEOPLE[0], "id": "late-2"}]
    text = io.StringIO()
    writer = csv.DictWriter(text, [*reversed(COLUMNS)])
    writer.writeheader()
    writer.writerows(late)
    (room.folder / "late.csv").write_text(text.getvalue(), encoding="utf-8")
    merge(room, "--add", listed="late.csv")

    assert ids_in(room.made / "merge-files.rejected.csv") == ["x-0001", "x-0003"]
    assert ids_in(room.made / "merge-files.rejected-2.csv") == ["late"]


def test_what_somebody_else_wrote_is_never_replaced(room: MailRoom) -> None:
    """A file of that name which is no file of rejected rows stays, and so does one that cannot be read."""
    room.made.mkdir(parents=True)
    first, second = room.made / "merge-files.rejected.csv", room.made / "merge-files.rejected-2.csv"
    first.write_text("id,notes\n1,mine\n", encoding="utf-8")
    second.write_bytes(b"\xff\xfe\x00")
    merge(room)

    assert first.read_text(encoding="utf-8") == "id,notes\n1,mine\n"
    assert second.read_bytes() == b"\xff\xfe\x00"
    assert ids_in(room.made / "merge-files.rejected-3.csv") == ["x-0001", "x-0003"]


def test_a_file_that_changed_while_it_was_merged_stays(room: MailRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody saves meanwhile in Excel is not written over."""
    from circulars.merge.making.run import Merge

    file = room.made / "merge-files.rejected.csv"
    merge(room)
    file.write_text(file.read_text(encoding="utf-8").replace("QQ", "CH", 1), encoding="utf-8")
    run = Merge.run

    def edited(self: Merge, *arguments: object) -> None:
        run(self, *arguments)  # type: ignore[arg-type]
        file.write_text(file.read_text(encoding="utf-8").replace("QQ", "FR", 1), encoding="utf-8")

    monkeypatch.setattr(Merge, "run", edited)
    merge(room, "--add", listed=str(file))

    assert ids_in(file) == ["x-0001", "x-0003"]


def test_an_addition_of_corrected_rows_can_be_resumed(room: MailRoom) -> None:
    """Before it has ended the file stays as it is; afterwards ``--resume`` finds all done."""
    file = room.made / "merge-files.rejected.csv"
    merge(room)
    file.write_text(file.read_text(encoding="utf-8").replace("QQ", "CH"), encoding="utf-8")
    merge(room, "--add", listed=str(file))
    before = room.contents()
    merge(room, "--add", "--resume", listed=str(file))

    assert room.contents() == before


def test_columns_that_were_settled_stay_so(room: MailRoom) -> None:
    """The heads of the file are those of the list, so the command can be typed again for each correction."""
    text = (room.folder / "list.csv").read_text(encoding="utf-8").replace("id,language,", "Nr.,Sprache,", 1)
    (room.folder / "list.csv").write_text(text, encoding="utf-8")
    settled, file = ("--columns", "id=Nr.", "--columns", "language=Sprache"), room.made / "merge-files.rejected.csv"
    merge(room, *settled)
    for left in (["x-0003"], []):
        assert file.read_text(encoding="utf-8").startswith("Nr.,Sprache,title")
        file.write_text(file.read_text(encoding="utf-8").replace(",QQ,", ",CH,", 1), encoding="utf-8")
        merge(room, "--add", *settled, listed=str(file))
        assert re.findall(r"^x-\d+", file.read_text(encoding="utf-8"), re.MULTILINE) == left

    assert len(room.files()) == len(PEOPLE)


def test_the_full_circle_without_the_reasons(room: MailRoom) -> None:
    """Somebody has deleted their column: apostrophes before cells go as ever, and who is merged leaves the file."""
    wrong = {"country": "QQ", "surname": "=Dos", "organization": "-Org"}
    room.write([PEOPLE[0], PEOPLE[1] | wrong, PEOPLE[2] | wrong])
    merge(room)
    file = room.made / "merge-files.rejected.csv"
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    assert rows[1][COLUMNS.index("surname")] == "'=Dos"
    rows[1][COLUMNS.index("country")] = "CH"
    file.write_text("".join(",".join(row[:-1]) + "\n" for row in rows), encoding="utf-8")

    assert "1 row rejected" in merge(room, "--add", listed=str(file))
    assert ids_in(file) == ["x-0002"]
    assert file.read_text(encoding="utf-8").splitlines()[0].endswith(",rejected because")
    assert "'=Dos" in file.read_text(encoding="utf-8")
