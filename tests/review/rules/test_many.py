"""Many letters are checked in several processes, with the same results, and each costs about the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from unittest import mock

import pytest

from circulars.build import Built
from circulars.errors import Place, Problem
from circulars.review.rules import check_letters, text_entries
from circulars.review.rules.folder_letters import FolderLetters
from circulars.review.rules.many import FEW, _group
from circulars.review.rules.settings import CheckSettings
from circulars.workspace import Workspace
from conftest import ROOT
from work import lines_run

LETTER = ROOT / "tests" / "review" / "tsb-circular-213.yaml"
MOST_LINES = 45_000
"""More than a check of this letter in two languages runs."""


def write(folder: Path, count: int) -> list[Path]:
    """Copies of a letter in two languages with their own numbers; every third has another number in one language."""
    (folder / "letters").mkdir(parents=True, exist_ok=True)
    for picture in LETTER.parent.glob("*.png"):
        shutil.copy(picture, folder / "letters")
    text = LETTER.read_text("utf-8")
    for number in range(count):
        own = text.replace("number: 213", f"number: {1000 + number}")
        own = own.replace("apoyo de 19", "apoyo de 18") if number % 3 == 1 else own
        (folder / "letters" / f"letter-{number:03}.yaml").write_text(own, "utf-8")
    return sorted((folder / "letters").glob("*.yaml"))


def test_several_processes_find_the_same_in_the_same_order(tmp_path: Path) -> None:
    """So does one. A number that two letters of different processes have is found, too."""
    files = write(tmp_path, FEW + 20)
    files[-1].write_text(files[0].read_text("utf-8"), "utf-8")
    alone = [*check_letters(files, Workspace(tmp_path), jobs=1)]
    together = [*check_letters(files, Workspace(tmp_path), jobs=2)]

    assert together == alone
    assert [one.source for one in together] == files
    assert [problem.message for problem in together[-1].problems] == [
        "letters/letter-000.yaml has the same kind and number"
    ]
    assert [len(one.warnings) for one in together] == [len(one.warnings) for one in alone]
    assert sum(one.code == "different-number" for done in together for one in done.warnings) == 20


def test_a_letter_costs_the_same_however_many_there_are(tmp_path: Path) -> None:
    """Lines of Python are counted: those of thirty letters are about three times those of ten."""
    files = write(tmp_path, 30)
    [*check_letters(files[:2], Workspace(tmp_path), jobs=1)]
    for path in files[10:]:
        path.rename(path.with_suffix(".later"))
    ten = lines_run(lambda: [*check_letters(files[:10], Workspace(tmp_path), jobs=1)])
    for path in files[10:]:
        path.with_suffix(".later").rename(path)
    thirty = lines_run(lambda: [*check_letters(files, Workspace(tmp_path), jobs=1)])

    assert thirty < 3.3 * ten
    assert ten / 10 < MOST_LINES


def test_a_check_of_one_letter_reads_no_others_with_other_numbers(tmp_path: Path) -> None:
    """Lines of Python are counted: thirty other letters cost less than one letter does."""
    files = write(tmp_path, 31)
    [*check_letters(files[:2], Workspace(tmp_path), jobs=1)]
    among_others = lines_run(lambda: [*check_letters(files[:1], Workspace(tmp_path), jobs=1)])
    for path in files[1:]:
        path.unlink()
    alone = lines_run(lambda: [*check_letters(files[:1], Workspace(tmp_path), jobs=1)])

    assert among_others < 2 * alone


def test_a_process_looks_through_the_folder_once(tmp_path: Path) -> None:
    """What a process has read of a folder for the first letters is there for the next ones."""
    files = write(tmp_path, 4)
    with mock.patch("circulars.review.rules.many.FolderLetters", wraps=FolderLetters) as looked_through:
        for group in (files[:2], files[2:]):
            _group(group, Workspace(tmp_path), CheckSettings(), None)

    looked_through.assert_called_once()


def test_a_problem_is_shown_at_the_same_cost_however_many_letters_have_one() -> None:
    """Lines of Python are counted: those of three hundred are about three times those of a hundred."""
    names = [f"letters/letter-{number}.yaml" for number in range(300)]
    built = [Built(Path(name), warnings=(Problem(Place(name, 1, 1), "to-do", "to be written"),)) for name in names]
    few, many = lines_run(lambda: [*text_entries(built[:100])]), lines_run(lambda: [*text_entries(built)])

    assert many < 3.3 * few


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({}, True),
        ({"number: 1000": "number: '1000'  # as the other"}, True),
        ({"number: 1000": "number:\n  1000"}, True),
        ({"number: 1000": "number: 1001"}, False),
        ({"number: 1000": 'number: 1000\nreference: {en: "TSB 1", es: "TSB 1"}'}, False),
    ],
)
def test_one_letter_is_compared_with_the_others_of_its_folder(
    change: dict[str, str], is_same: bool, tmp_path: Path
) -> None:
    """However the other letter writes its number, or a reference of its own in its place."""
    first, second = write(tmp_path, 2)
    text = first.read_text("utf-8")
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new)
    second.write_text(text, "utf-8")
    [checked] = check_letters([first], Workspace(tmp_path))

    assert [one.code for one in checked.problems] == ["same-reference"] * is_same
