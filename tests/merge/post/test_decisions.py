"""Many messages are decided in a file, which may be a report with one more column."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from merge.post.server import MailServer, to
from merge.post.test_command import Run, arguments, edit, folder, run  # noqa: F401  # fixtures

PEOPLE = [f"m{n}" for n in range(5)]


@pytest.fixture
def doubtful(run: Run, folder: Path, arguments: list[str], server: MailServer) -> Run:  # noqa: F811
    """The command, in a folder where three of five messages were sent, and two are in doubt."""
    rows = "".join(f"{id},en,Ms,Example,Ana,{id}@example.org\n" for id in PEOPLE)
    (folder / "list.csv").write_text(f"id,language,title,surname,name,email\n{rows}", encoding="utf-8")
    edit(folder, "is invited")
    server.manner = to({"m1@example.org": "drop taken", "m3@example.org": "drop untaken"})
    assert run(*arguments, "--yes").returncode == 1
    return run


def reported(folder: Path, run: Run) -> list[dict[str, str]]:  # noqa: F811
    """The lines of the report."""
    assert run("merge", "status", "meeting", "--report", "told.csv").returncode == 0
    return list(csv.DictReader((folder / "told.csv").read_text(encoding="utf-8-sig").splitlines()))


def states(folder: Path, run: Run) -> Mapping[str, str]:  # noqa: F811
    """The state of each message by id, from the report."""
    return {line["Id"]: line["State"] for line in reported(folder, run)}


def test_a_report_with_decisions_is_read_back(doubtful: Run, folder: Path) -> None:  # noqa: F811
    """Rows without a decision stay as they are."""
    lines = [
        line | {"Decision": {"m1": "sent", "m3": "Again "}.get(line["Id"], "")} for line in reported(folder, doubtful)
    ]
    with (folder / "told.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, lines[0])
        writer.writeheader()
        writer.writerows(lines)
    done = doubtful("send", "meeting", "--decide", "told.csv")

    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "meeting: 4 sent, 1 still to be sent")
    assert states(folder, doubtful) == dict.fromkeys(PEOPLE, "sent") | {"m3": "still to be sent"}


@pytest.mark.parametrize("name", ["decided.xlsx", "decided.csv"])
def test_decisions_are_read_from_a_table_as_an_office_saves_it(doubtful: Run, folder: Path, name: str) -> None:  # noqa: F811
    """A workbook, and CSV with semicolons in Windows-1252; an option beside it decides about others."""
    if name.endswith(".xlsx"):
        book = openpyxl.Workbook()
        for row in (("ID", "Decision"), ("m1", "sent")):
            book.active.append(row)
        book.save(folder / name)
    else:
        (folder / name).write_bytes("Id;Decision;Wer\r\nm1;sent;Müller\r\n".encode("cp1252"))
    done = doubtful("send", "meeting", "--decide", name, "--decide", "m3=sent")

    assert (done.returncode, done.stdout) == (0, "meeting: 5 sent\n")


def test_wrong_decisions_in_a_file_are_reported_together_by_row(doubtful: Run, folder: Path) -> None:  # noqa: F811
    """None is recorded, not even those that are right."""
    (folder / "decided.csv").write_text("id,decision\nm1,sent\nm3,maybe\nm1,again\n,sent\nm2,\n", encoding="utf-8")
    done = doubtful("send", "meeting", "--decide", "decided.csv")

    assert done.returncode == 2
    assert "decided.csv:3:2  wrong-decision  'maybe' is not a decision about 'm3'" in done.stderr
    assert "decided.csv:4:2  wrong-decision  'again' contradicts row 2, which says 'sent' of 'm1'" in done.stderr
    assert "decided.csv:5:2  wrong-decision  this row has a decision, and no id" in done.stderr
    assert states(folder, doubtful) == dict.fromkeys(PEOPLE, "sent") | {"m1": "in doubt", "m3": "in doubt"}


def test_a_decision_that_does_not_fit_its_message_has_the_row(doubtful: Run, folder: Path) -> None:  # noqa: F811
    """An id that the sending does not have is told from one whose message is not in doubt."""
    (folder / "decided.csv").write_text("id,decision\nm0,sent\nm1,sent\nm33,again\n", encoding="utf-8")
    done = doubtful("send", "meeting", "--decide", "decided.csv")

    assert done.returncode == 2
    assert "decided.csv:2:2  not-in-doubt  the message to 'm0' is not in doubt" in done.stderr
    assert (
        "decided.csv:4:2  not-in-doubt  this sending has no message to 'm33'\n    hint: did you mean 'm3'?"
        in done.stderr
    )
    assert states(folder, doubtful)["m1"] == "in doubt"


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("id,what\nm1,sent\n", "there is no column 'decision'"),
        ("who,decision\nm1,sent\n", "there is no column 'id'"),
        ("id,decision\nm1,\n", "no row has a decision"),
    ],
)
def test_a_file_without_decisions_says_what_it_lacks(doubtful: Run, folder: Path, text: str, fact: str) -> None:  # noqa: F811
    """The report as it was written has no column for decisions, for example."""
    (folder / "decided.csv").write_text(text, encoding="utf-8")
    done = doubtful("send", "meeting", "--decide", "decided.csv")

    assert done.returncode == 2
    assert f"wrong-decision  {fact}" in done.stderr


def test_one_file_of_decisions_is_read_at_a_time(run: Run) -> None:  # noqa: F811
    """Two might contradict each other."""
    done = run("send", "meeting", "--decide", "a.csv", "--decide", "b.csv")

    assert done.returncode == 2
    assert "wrong-option  2 files of decisions" in done.stderr
