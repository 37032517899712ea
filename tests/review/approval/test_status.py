"""``circulars status`` shows the problems, stale translations and approvals of letters, and their last build."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

from circulars.api import letter_states
from circulars.review.versions import git
from commands import run_here
from review.approval.desk import LETTER, SETTINGS, Desk

REQUIRED = SETTINGS.replace("[approval]", '[approval]\nrequired = ["drafter", "director"]', 1)


def rows(desk: Desk, *arguments: str) -> dict[str, Any]:
    """The state of each letter by its name, as JSON has it."""
    done = run_here(desk.folder, "status", "--format", "json", *arguments)
    assert done.returncode == 0, done.stderr
    return {row["letter"]: row for row in json.loads(done.stdout)}


def states(row: dict[str, Any]) -> dict[str, str]:
    """The state of each role."""
    return {one["role"]: one["state"] for one in row["approvals"]}


def test_the_table_has_a_line_for_each_letter(desk: Desk) -> None:
    """With what is required, whoever has approved what."""
    (desk.folder / "circulars.toml").write_text(REQUIRED, "utf-8")
    two = Desk(desk.folder, desk.authority, "two")
    two.write(LETTER.replace("number: 7", "number: 8").replace("Bring", "{{ no }}"))
    desk.approve("director")
    assert run_here(desk.folder, "build", "one", "--formats", "txt").returncode == 0
    for code, moment in (("en", 1.75e9), ("es", 1.8e9)):
        os.utime(desk.folder / "output" / f"one.{code}.txt", (moment, moment))
    os.utime(desk.letter, (1.7e9, 1.7e9))

    assert run_here(desk.folder, "status").stdout.splitlines() == [
        "letter  problems  warnings  stale  approvals                           last built",
        "one     –         –         –      drafter missing, director approved  2027-01-15 08:00 UTC",
        "two     1         –         –      drafter missing, director missing   –",
    ]
    os.utime(desk.letter, (1.9e9, 1.9e9))
    assert run_here(desk.folder, "status", "one").stdout.endswith("08:00 UTC, before the letter changed\n")


def test_a_state_says_what_is_wrong_with_an_approval(desk: Desk) -> None:
    """Void, not valid, in part, unsigned; of several approvals, the best one counts."""
    desk.approve("director", languages=("en",))
    desk.approve("drafter", desk.authority.director)

    row = rows(desk)["one"]
    assert states(row) == {"director": "in part", "drafter": "not valid"}
    assert "director in part (en), drafter not valid" in run_here(desk.folder, "status").stdout
    [given] = next(one["given"] for one in row["approvals"] if one["role"] == "drafter")
    assert (given["name"], given["problems"][0]["code"]) == ("Max Mustermann", "other-approver")

    desk.edit("Bring", "Please bring")
    assert states(rows(desk)["one"])["director"] == "void"
    desk.approve("director")
    assert states(rows(desk)["one"])["director"] == "approved"


def test_a_letter_that_cannot_be_read_has_no_known_approvals(desk: Desk) -> None:
    """Nor has one that cannot be built."""
    desk.approve("director")
    desk.edit("subject:", "subjet:")

    row = rows(desk)["one"]
    assert (row["problems"], states(row)) == (1, {"director": "unknown"})


def test_an_approval_whose_letter_is_gone_is_listed(desk: Desk) -> None:
    """In the state of the whole folder, not in that of other letters."""
    two = Desk(desk.folder, desk.authority, "two")
    two.write(LETTER.replace("number: 7", "number: 8"))
    desk.approve("director")
    desk.letter.unlink()

    row = rows(desk)["one"]
    assert states(row) == {"director": "without letter"}
    assert row["approvals"][0]["given"][0]["problems"][0]["code"] == "no-such-letter"
    assert [*rows(desk, "two")] == ["two"]


def test_stale_translations_are_counted_apart(desk: Desk) -> None:
    """They are warnings of a check."""

    def commit() -> None:
        subprocess.run(["git", "add", "."], cwd=desk.folder, check=True)
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.int")
        subprocess.run(["git", *identity, "commit", "-q", "-m", "A"], cwd=desk.folder, check=True)

    subprocess.run(["git", "init", "-q"], cwd=desk.folder, check=True)
    commit()
    desk.edit("to all", "to everybody who comes")

    assert (rows(desk)["one"]["stale"], rows(desk)["one"]["warnings"]) == (1, 0)


def test_git_is_asked_no_more_often_for_many_letters(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once for each letter."""
    subprocess.run(["git", "init", "-q"], cwd=desk.folder, check=True)
    asked: list[tuple[str, ...]] = []
    real = git._git

    def counted(folder: Any, *arguments: str, **options: Any) -> Any:
        asked.append(arguments)
        return real(folder, *arguments, **options)

    monkeypatch.setattr(git, "_git", counted)
    counts = []
    for number in (8, 12):
        for more in range(number):
            other = Desk(desk.folder, desk.authority, f"more-{more}")
            other.write(LETTER.replace("number: 7", f"number: {100 + more}"))
        asked.clear()
        found = list(letter_states(sorted(desk.letter.parent.glob("*.yaml")), desk.workspace))
        counts.append(len(asked))
        assert len(found) == number + 1

    assert 0 < counts[0] == counts[1] <= 3
