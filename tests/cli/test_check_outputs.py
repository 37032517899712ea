"""``circulars check --outputs``: finished files, for people and for programs."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def files(folder: Path) -> Path:
    """A folder with a sound letter and one that has nine empty paragraphs, and neither title nor today's mode."""
    document = docx.Document()
    document.add_paragraph("A letter of a few words.")
    for _ in range(9):
        document.add_paragraph()
    document.add_paragraph("And its end.")
    made = folder / "made"
    made.mkdir()
    document.save(str(made / "poor.docx"))
    return made


def test_files_are_checked_and_summed_up(files: Path, run: Run) -> None:
    """Errors come first; of each kind three are shown, with the number of others; the remedy is printed once."""
    done = run("check", "--outputs", "made/poor.docx")

    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "made/poor.docx  error: no-title  the file has no title",
        "    hint: add a title: File, Info, Properties, Title",
        "made/poor.docx  warning: older-mode  Word opens the file in compatibility mode (14)",
        "    hint: File, Info, Convert",
        "made/poor.docx, paragraph 2  warning: empty-paragraph  a paragraph is empty",
        "made/poor.docx, paragraph 3  warning: empty-paragraph  a paragraph is empty",
        "made/poor.docx, paragraph 4  warning: empty-paragraph  a paragraph is empty",
        "    and 6 more like these; --all shows them",
        "    hint: delete it, and add space to the paragraph before or after it: Layout, Spacing, Before or After; "
        "for a new page: Insert, Page Break",
    ]
    assert done.stderr == "1 file, 1 error and 10 warnings in 1\n"
    assert run("check", "--all", "--outputs", "made/poor.docx").stdout.count("empty-paragraph") == 9


def test_what_is_built_has_no_findings(folder: Path, run: Run) -> None:
    """Without names the files in output/ are checked, and those that were built are sound."""
    assert run("build", "--languages", "en").returncode == 0

    done = run("check", "--outputs")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "2 files, no problems\n")


def test_warnings_count_with_strict_only(files: Path, run: Run) -> None:
    """A file with warnings alone ends with 0, and with 1 when they are to count."""
    document = docx.Document(str(files / "poor.docx"))
    document.core_properties.title = "A letter of a few words"
    document.save(str(files / "poor.docx"))

    assert run("check", "--outputs", "made").returncode == 0
    assert run("check", "--strict", "--outputs", "made").returncode == 1


def test_findings_are_json_for_programs(files: Path, run: Run) -> None:
    """Each has what a letter's problem has, and part, words and severity."""
    done = run("check", "--format", "json", "--outputs", "made")

    assert json.loads(done.stdout)[0] == {
        "file": "made/poor.docx",
        "line": 0,
        "column": 0,
        "part": "",
        "words": "",
        "code": "no-title",
        "message": "the file has no title",
        "hint": "add a title: File, Info, Properties, Title",
        "severity": "error",
    }
    assert len(json.loads(done.stdout)) == 11


def test_folders_stand_for_the_files_in_them(files: Path, run: Run) -> None:
    """Those below too; not hidden ones, nor Word's marks of open files, nor files of other kinds."""
    (files / "below").mkdir()
    for name in ("below/two.DOCX", "~$poor.docx", ".hidden.docx"):
        shutil.copy(files / "poor.docx", files / name)
    (files / "notes.txt").write_text("x")

    assert run("check", "--outputs", "made").stderr == "2 files, 2 errors and 20 warnings in 2\n"
    assert run("check", "--outputs", "made", "made/notes.txt").stderr.startswith("1 file of other kinds passed over\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--outputs", "nowhere.pdf"), "no-such-file"),
        (("--outputs", "letters"), "no-files"),
        (("--strict",), "not-outputs"),
    ],
)
def test_a_wrong_use_is_told(arguments: tuple[str, ...], code: str, files: Path, run: Run) -> None:
    """No such file, nothing to check, and what does not go together end with 2."""
    done = run("check", *arguments)

    assert done.returncode == 2
    assert code in done.stderr
