"""All problems of a list are in a file, whatever the terminal shows of them."""

from __future__ import annotations

import csv
import datetime
from collections import Counter
from pathlib import Path

import pytest
import python_calamine as calamine

from circulars.errors import Choice, Place, Problem
from circulars.merge import front
from circulars.merge.front import FoundProblems, ListProblem, MergeOrder, MergeRefusedError
from circulars.merge.planning.found import RowProblems
from circulars.model.addressee import Addressee
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from merge.mailroom import MailRoom, people

HEADS = ["Row", "Column", "Value", "Fact", "Remedy", "Code", "Id", "Severity", "File"]


def wrong(count: int) -> list[dict[str, str]]:
    """As many addressees whose country is unknown; the last one also has no language."""
    rows = [one | {"country": "QQ"} for one in people(count)]
    rows[-1]["language"] = ""
    return rows


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A mail room with a list of sixty addressees and sixty-one problems."""
    made = MailRoom(tmp_path)
    made.write(wrong(60))
    return made


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a file of problems."""
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_many_problems_are_counted_by_kind_and_saved(room: MailRoom) -> None:
    """The terminal shows the first of each kind, and names the file that has every problem with its cell."""
    done = room.merge()
    saved = room.made / "merge-files.problems.csv"

    assert done.returncode == 1
    assert "unknown-country, 25 of 60:\n" in done.stderr
    assert "missing-language, 1 of 1:\n" in done.stderr
    assert done.stderr.count("    hint: write its name, or its code of two letters") == 1
    assert done.stderr.count("unknown-country  ") == 25
    assert f"all 61 problems, with row, column, value and remedy: {saved}\n" in done.stderr
    assert "more" not in done.stderr
    rows = rows_of(saved)
    assert [row["Row"] for row in rows] == [str(n) for n in range(2, 61)] + ["61", "61"]
    assert Counter(row["Code"] for row in rows) == {"unknown-country": 60, "missing-language": 1}
    assert [*rows[0].values()][:3] == ["2", "country", "QQ"]
    assert (rows[0]["Id"], rows[0]["Severity"]) == ("x-0000", "problem")
    assert rows[0]["Fact"] == "country: 'QQ' is not the name or the code of a country"
    assert rows[0]["Remedy"].startswith("write its name, or its code")
    assert saved.stat().st_mode & 0o777 == 0o600


def test_a_dry_run_saves_them_too(room: MailRoom) -> None:
    """Otherwise nobody could see the others; and it says that nothing else was written."""
    done = room.merge("--dry-run")
    assert done.returncode == 1
    assert len(rows_of(room.made / "merge-files.problems.csv")) == 61

    room.write([*people(5), *(one | {"id": f"y-{one['id']}"} for one in wrong(60))])
    done = room.merge("--dry-run", "--skip-bad", "--formats", "docx")

    assert done.returncode == 0, done.stderr
    assert "60 rows would be rejected" in done.stdout
    assert "nothing else was written (--dry-run)" in done.stderr
    assert [path.name for path in room.made.iterdir()] == ["merge-files.problems.csv"]


def test_the_file_goes_when_the_terminal_shows_everything(room: MailRoom) -> None:
    """A file of an earlier run would list problems that are no longer there."""
    assert room.merge("--as", "zip").returncode == 1
    assert room.merge("--as", "zip", "--where", "language=en").returncode == 1
    assert room.merge("--as", "zip", "--only", "x-0000,x-0001").returncode == 1

    assert not room.made.exists() or not list(room.made.glob("*problems*"))


def test_each_merge_has_its_own_file(room: MailRoom) -> None:
    """A ZIP file and labels may have different problems."""
    for kind in ("zip", "labels"):
        assert room.merge("--as", kind).returncode == 1

    assert sorted(path.name for path in room.made.iterdir()) == ["merge-labels.problems.csv", "merge-zip.problems.csv"]


def test_few_problems_make_no_file(room: MailRoom) -> None:
    """All of them are on the terminal."""
    room.write(wrong(3))
    done = room.merge()

    assert done.returncode == 1
    assert done.stderr.count("unknown-country  ") == 3
    assert not room.made.exists()


def test_a_workbook_has_the_same_rows(room: MailRoom) -> None:
    """``--problems`` names the file; cells are text, so that leading zeros stay."""
    room.write([one | {"country": "007"} for one in people(60)])
    saved = room.folder / "p.xlsx"
    done = room.merge("--problems", str(saved))
    rows = calamine.CalamineWorkbook.from_path(saved).get_sheet_by_name("Problems").to_python()

    assert done.returncode == 1
    assert rows[0] == HEADS
    assert len(rows) == 61
    assert rows[1][:3] == [2, "country", "007"]
    assert not room.made.exists()
    assert saved.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["p.csv", "p.xlsx"])
def test_a_file_of_problems_is_replaced(room: MailRoom, name: str) -> None:
    """Also with few problems, for they were asked for."""
    saved = room.folder / name
    assert room.merge("--problems", str(saved)).returncode == 1
    before = saved.read_bytes()
    room.write(wrong(3))
    done = room.merge("--problems", str(saved))

    assert "all 4 problems" in done.stderr
    assert saved.read_bytes() != before


@pytest.mark.parametrize("name", ["list.csv", "p.xlsx", "p.csv"])
def test_another_file_is_never_replaced(room: MailRoom, name: str) -> None:
    """The list itself, or anything else that somebody needs."""
    (room.folder / "p.xlsx").write_bytes(b"a workbook")
    (room.folder / "p.csv").write_bytes(b"Row;Column\n")
    before = (room.folder / name).read_bytes()
    done = room.merge("--problems", str(room.folder / name))

    assert done.returncode == 2
    assert "file-exists" in done.stderr
    assert (room.folder / name).read_bytes() == before


def test_a_file_of_problems_ends_in_csv_or_xlsx(room: MailRoom) -> None:
    """Another suffix is refused before the list is read."""
    done = room.merge("--problems", "p.pdf")

    assert done.returncode == 2
    assert "end it with .csv or .xlsx" in done.stderr


def test_no_cell_of_the_file_is_a_formula(room: MailRoom) -> None:
    """A value that a spreadsheet would take for a formula gets an apostrophe before it."""
    room.write([one | {"email": "=HYPERLINK(1)", "id": f"={n}"} for n, one in enumerate(people(60))])
    assert room.merge().returncode == 1
    rows = rows_of(room.made / "merge-files.problems.csv")

    assert {row["Value"] for row in rows if row["Column"] == "email"} == {"'=HYPERLINK(1)"}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_python_gets_all_problems_as_values(room: MailRoom) -> None:
    """Each iteration yields all of them; the error itself lists some."""
    path = room.folder / "letters" / "c.yaml"
    with pytest.raises(MergeRefusedError) as raised:
        front.run_merge(read_letter(path), str(room.folder / "list.csv"), Workspace(room.folder))
    found = raised.value.found

    assert found.counts == {"unknown-country": 60, "missing-language": 1}
    assert [one.problem.where.line for one in found] == [one.problem.where.line for one in found] == [*range(2, 62), 61]
    assert {(one.column, one.value) for one in found} == {("country", "QQ"), ("language", "")}


def test_a_kind_that_comes_late_is_shown(room: MailRoom) -> None:
    """Also after more problems of another kind than an error lists."""
    rows = [one | {"country": "QQ"} for one in people(1_200)]
    rows[-1]["language"] = "xx"
    room.write(rows)
    done = room.merge()

    assert "unknown-country, 25 of 1,200:\n" in done.stderr
    assert "unknown-language, 1 of 1:\n" in done.stderr
    assert len(rows_of(room.made / "merge-files.problems.csv")) == 1_201


def test_warnings_are_in_the_file(room: MailRoom) -> None:
    """With the problems, marked as warnings."""
    text = (room.folder / "list.csv").read_text(encoding="utf-8").replace("category", "contry", 1)
    (room.folder / "list.csv").write_text(text.replace(",QQ,", ",CH,"), encoding="utf-8")
    saved = room.folder / "p.csv"
    letter = (room.folder / "letters" / "c.yaml").read_text(encoding="utf-8")
    (room.folder / "letters" / "c.yaml").write_text(
        letter.replace("    when: {category: member-state}\n", ""), encoding="utf-8"
    )
    text = (room.folder / "list.csv").read_text(encoding="utf-8").replace(",country,", ",place,", 1)
    (room.folder / "list.csv").write_text(text, encoding="utf-8")
    done = room.merge("--formats", "docx", "--dry-run", "--fallback", "en", "--problems", str(saved))

    assert done.returncode == 0, done.stderr
    assert [(row["Code"], row["Severity"]) for row in rows_of(saved)] == [("unused-column", "warning")]


def test_a_sheet_of_excel_is_never_too_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More problems than a sheet has rows are on several sheets."""
    monkeypatch.setattr("circulars.merge.looking.problem_file._ROWS_OF_A_SHEET", 4)
    rows = RowProblems()
    for n in range(9):
        rows.add(Addressee("a", {"x": "1"}, n), [Problem(Place("l", n, 1), "too-long", "x: long")])
    front.save_problems(FoundProblems((), rows), tmp_path / "p.xlsx")
    book = calamine.CalamineWorkbook.from_path(tmp_path / "p.xlsx")

    assert book.sheet_names == ["Problems", "Problems 2", "Problems 3"]
    assert [len(book.get_sheet_by_name(name).to_python()) - 1 for name in book.sheet_names] == [4, 4, 1]


def test_the_same_problems_make_the_same_bytes(tmp_path: Path) -> None:
    """The workbook has no time of its own."""
    found = FoundProblems([Problem(Place("l", 2, 1), "too-long", "x", "y", (Choice("add", "adds it"),))])
    made = [front.save_problems(found, tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx")]

    assert made[0] == made[1]
    assert datetime.date.today().isoformat().encode() not in made[0]


def test_problems_are_kept_in_little_memory() -> None:
    """They come back as they were, from a file if they are many; adding more does not disturb a reader."""
    rows, problem = (
        RowProblems(),
        Problem(Place("l", 2, 3), "code", "x: fact", "hint", (Choice("add", "adds it", "B"),)),
    )
    for n in range(20_000):
        rows.add(Addressee(str(n), {"x": "v" * 200}, 2), [problem])
    reader = iter(rows)
    first = next(reader)
    rows.add(Addressee("last", {"x": "\udc80\n"}, 2), [problem])

    assert first == ListProblem(problem, "0", "x", "v" * 200)
    assert [one.id for one in reader] == [str(n) for n in range(1, 20_000)] + ["last"]
    assert list(rows)[-1].value == "\udc80\n"


def test_warnings_that_are_made_again_come_last_and_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are made at each iteration; more than are kept are only counted."""
    monkeypatch.setattr("circulars.merge.planning.found.MAX_KEPT", 4)
    same = [Problem(Place("l", row, 1), "same-email", f"row {row}") for row in (7, 8, 9)]
    warnings = RowProblems("warning")
    warnings.add_later({"same-email": 3}, lambda: same)
    warnings.add_general(Problem(Place("l", 2, 1), "unused-column", "x"))
    warnings.add_general(Problem(Place("l", 3, 1), "unused-column", "y"))
    found = FoundProblems((), None, warnings)

    assert [[one.problem.where.line for one in found] for _ in range(2)] == [[2, 3, 7, 8]] * 2
    assert {one.severity for one in found} == {"warning"}
    assert (found.warnings, found.kept) == (5, 4)


def test_an_order_with_a_wrong_row_counts_all(room: MailRoom) -> None:
    """What was skipped is in the result, too."""
    room.write([*people(3), *wrong(60)[3:]])
    path = room.folder / "letters" / "c.yaml"
    merged = front.run_merge(
        read_letter(path),
        str(room.folder / "list.csv"),
        Workspace(room.folder),
        MergeOrder(formats=("docx",), skip_bad=True),
        out=room.folder / "out",
    )

    assert merged.found.counts == {"unknown-country": 57, "missing-language": 1}
    assert len(list(merged.found)) == 58


def test_every_row_with_a_warning_is_in_the_file(room: MailRoom) -> None:
    """The terminal names the first ones; the file has each row that was left out, each repeated address and title."""
    rows = [{**one, "title": f"Wizard {n}", "email": "same@example.int"} for n, one in enumerate(people(14))]
    for row in rows[:12]:
        row["address"] = "|".join(f"Floor {n} of the Example Building" for n in range(12))
    room.write(rows)
    with (room.folder / "list.csv").open("a", encoding="utf-8") as listed:
        listed.write("Total,14,,,,,,,,\n" * 7)
    done = room.merge("--formats", "docx")

    assert done.returncode == 0, done.stderr
    found = rows_of(room.made / "merge-files.problems.csv")
    assert f"all {len(found)} warnings, with row, column, value and remedy: " in done.stderr
    assert {row["Severity"] for row in found} == {"warning"}
    assert [int(row["Row"]) for row in found if row["Code"] == "row-left-out"] == [*range(16, 23)]
    assert [int(row["Row"]) for row in found if row["Code"] == "same-email"] == [*range(3, 16)]
    assert len([row for row in found if row["Code"] == "unknown-title"]) == 14
    beyond = [row for row in found if row["Code"] == "beyond-window"]
    assert [(row["Row"], row["Column"], row["Id"]) for row in beyond][-1] == ("13", "address", "x-0011")
    assert len(beyond) == 12
    assert "Floor 0 of the Example Building|Floor 1" in beyond[0]["Value"]


def test_a_line_that_names_the_file_opens_the_problems(room: MailRoom) -> None:
    """It is the first line; after the last kind a short one names the file again."""
    done = room.merge()
    saved = room.made / "merge-files.problems.csv"
    lines = done.stderr.splitlines()

    assert lines[0] == f"all 61 problems, with row, column, value and remedy: {saved}"
    assert lines[1] == "unknown-country, 25 of 60:"
    assert lines[-2] == f"the others: {saved}"


@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--preview"]])
def test_whatever_a_warning_does_not_name_is_in_the_file(room: MailRoom, options: list[str]) -> None:
    """Seven rows of one person: the warning names five of them."""
    room.write([one | {"name": "Ana", "surname": "Ejemplo", "organization": "Org"} for one in people(8)])
    done = room.merge("--formats", "txt", *options)
    saved = room.made / "merge-files.problems.csv"

    assert done.returncode == 0, done.stderr
    assert done.stdout.count(" and 2 more") == 1
    assert [int(row["Row"]) for row in rows_of(saved) if row["Code"] == "same-person"] == [*range(3, 10)]
    assert f": {saved}\n" in done.stderr


def test_everyone_who_was_left_out_is_in_the_file(room: MailRoom) -> None:
    """With --once-per-address, also if no report is written."""
    room.write([people(1)[0] | {"id": f"x-{n}"} for n in range(9)])
    done = room.merge("--formats", "txt", "--once-per-address")
    saved = room.made / "merge-files.problems.csv"

    assert done.returncode == 0, done.stderr
    assert " and 3 more" in done.stdout
    assert [int(row["Row"]) for row in rows_of(saved) if row["Code"] == "same-left-out"] == [*range(3, 11)]
    assert f"all 8 warnings, with row, column, value and remedy: {saved}\n" in done.stderr
