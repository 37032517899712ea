"""A merge refuses a row whose lost value the letter, its address block or its label would show."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from commands import run_here
from merge.mailroom import MailRoom, people, table

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A letter that shows an organization and a surname, and an address block."""
    made = MailRoom(tmp_path)
    made.write([])
    return made


def reported(text: str) -> list[str]:
    """The places and codes of the problems of a list."""
    return re.findall(r"^\S*?:(\d+:\d+  [\w-]+)", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "problems"),
    [
        (
            "lost-characters.csv",
            [
                *("2:4  lost-character", "2:5  lost-character", "2:6  lost-character"),
                *("3:4  garbled-text", "3:5  garbled-text", "3:6  garbled-text"),
                *("4:6  cell-error", "4:7  cell-error"),
            ],
        ),
        ("asdate.xlsx", ["2:7  date-for-text"]),
        ("zeros-after-a-spreadsheet.csv", ["2:6  lost-zeros", "3:6  lost-zeros"]),
    ],
)
def test_what_a_spreadsheet_lost_is_refused(tmp_path: Path, name: str, problems: list[str]) -> None:
    """No letter opens "Dear Professor ????????,", and none goes to "316 Oslo"."""
    assert run_here(tmp_path, "init", "office").returncode == 0
    shutil.copy(CASES / name, tmp_path / "office" / name)
    done = run_here(tmp_path, "-C", "office", "merge", "tsb-circular-213", name, "--formats", "txt")

    assert done.returncode == 1
    assert reported(done.stderr) == problems
    assert not (tmp_path / "office" / "output" / "tsb-circular-213").exists()


def listed(room: MailRoom, **cells: str) -> None:
    """Writes a list of two addressees; the second has these cells."""
    text = table([people(2)[0] | {"id": "a"}, people(2)[1] | {"id": "b"} | cells])
    (room.folder / "list.csv").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("column", ["surname", "organization", "name", "address", "title", "category"])
def test_a_lost_value_is_refused_where_the_letter_uses_it(room: MailRoom, column: str) -> None:
    """In the text, in the address block, and in a condition that decides which parts the addressee gets."""
    listed(room, **{column: "#N/A"})

    done = room.merge("--formats", "txt")

    assert done.returncode == 1
    assert [line.partition("  ")[2] for line in reported(done.stderr)] == ["cell-error"]


def test_a_lost_value_that_nothing_uses_is_a_warning(room: MailRoom) -> None:
    """A column of fax numbers has lost some digits, and no letter shows them."""
    text = table(people(2)).replace("email", "fax").replace("x1@example.int", "4.12E+10")
    (room.folder / "list.csv").write_text(text, encoding="utf-8")

    for options in ([], ["--dry-run", "--again"], ["--preview", "--again"]):
        done = room.merge("--formats", "docx", *options)
        assert done.returncode == 0, done.stderr
        assert reported(done.stdout) == ["3:9  number-for-text"]


def test_labels_use_the_address_alone(room: MailRoom) -> None:
    """The condition of the letter does not matter to them, and neither does its text."""
    listed(room, category="NULL")

    assert room.merge("--as", "labels").returncode == 0
    listed(room, address="03-May")
    assert reported(room.merge("--as", "labels", "--again").stderr) == ["3:7  date-for-text"]


def test_a_surname_that_may_be_an_empty_cell_is_a_warning(room: MailRoom) -> None:
    """Ms Null gets her letter."""
    listed(room, surname="NULL")
    done = room.merge("--formats", "txt")

    assert done.returncode == 0
    assert reported(done.stdout) == ["3:5  no-value"]
    listed(room, surname="Null")
    assert reported(room.merge("--formats", "txt", "--again").stdout) == []


def numbered(room: MailRoom, postcode: str) -> None:
    """Writes a list of two addressees in Norway; the second has this postcode."""
    rows = ["a,en,Org,Uno,Weg 1,0150,Oslo,NO", f"b,en,Org,Dos,Weg 2,{postcode},Oslo,NO"]
    head = "id,language,organization,surname,address,postcode,city,country,category\n"
    (room.folder / "list.csv").write_text(head + "".join(f"{row},academia\n" for row in rows), encoding="utf-8")


@pytest.mark.parametrize("options", [["--again"], ["--dry-run", "--again"], []])
def test_a_postcode_that_the_list_had_before_is_named(room: MailRoom, options: list[str]) -> None:
    """The ledger of the earlier merge has it, even where the new plan is to replace it; and nothing is replaced."""
    numbered(room, "0050")
    assert room.merge("--formats", "txt").returncode == 0
    numbered(room, "50")

    done = room.merge("--formats", "txt", *options)

    assert reported(done.stderr) == ["3:6  lost-zeros"]
    assert "write 0050, as in the list before" in done.stderr
    assert room.merge("--formats", "txt", "--resume").returncode == 1
    numbered(room, "0050")
    assert room.merge("--formats", "txt", "--resume").returncode == 0


def test_a_postcode_of_another_place_is_not_named(room: MailRoom) -> None:
    """Somebody may have moved."""
    numbered(room, "0150")
    assert room.merge("--formats", "txt").returncode == 0
    numbered(room, "50")

    assert "if a spreadsheet dropped zeros, write 0050" in room.merge("--formats", "txt", "--again").stderr
