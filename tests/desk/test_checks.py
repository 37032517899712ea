"""No letter, and no other file of the folder, keeps the desk from answering."""

from __future__ import annotations

from pathlib import Path

import pytest

import tasks
from circulars.desk import checks
from circulars.processes.limits import Part
from circulars.review.rules import check_letters
from circulars.workspace import Workspace
from desk.desks import Reader

NAME = "tsb-circular-213"


def test_a_long_file_beside_a_letter_is_read_once(office: Path) -> None:
    """A megabyte without a digit: an expression that begins anew at each character would need hours."""
    (office / "letters/x.yaml").write_text("a: " + "x" * 1_000_000 + "\n")

    [built] = check_letters([office / f"letters/{NAME}.yaml"], Workspace(office))

    assert built.problems == ()


def test_a_check_that_takes_too_long_is_a_problem_of_its_letter(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check ends at its limit, in a process of its own, and the page is shown."""
    monkeypatch.setattr(checks, "checked", tasks.work_for_ever)
    monkeypatch.setattr(checks, "part_to_check", lambda letter: Part(f"the letter '{letter.file.name}'", seconds=0))

    page = reader.get(f"/letters/{NAME}")

    assert page.status == 200
    assert f"the letter &#39;{NAME}&#39; takes more than 0 s of computing time" in page.text
