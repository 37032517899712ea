"""``circulars check --outputs``: checks finished files, and lists findings as text or as JSON."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from commands import HANGING
from conftest import hear_interrupts

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def files(folder: Path) -> Path:
    """A folder with a Word file that has nine empty paragraphs, no title, and an old compatibility mode."""
    document = docx.Document()
    document.add_paragraph("A letter of a few words.")
    for _ in range(9):
        document.add_paragraph()
    document.add_paragraph("And its end.")
    made = folder / "made"
    made.mkdir()
    document.save(str(made / "poor.docx"))
    return made


def test_findings_are_grouped_and_summarized(files: Path, run: Run) -> None:
    """Errors come first; three findings of each kind are shown, with the number of others and the hint once."""
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
    assert done.stderr == "1 error and 10 warnings in 1 of 1 file\n"
    assert run("check", "--all", "--outputs", "made/poor.docx").stdout.count("empty-paragraph") == 9


def test_what_is_built_has_no_findings(folder: Path, run: Run) -> None:
    """Without names, the files in output/ are checked."""
    assert run("build", "--languages", "en").returncode == 0

    done = run("check", "--outputs")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "2 files, no problems\n")


def test_warnings_count_with_strict_only(files: Path, run: Run) -> None:
    """The exit code for warnings alone is 0, and 1 with ``--strict``."""
    document = docx.Document(str(files / "poor.docx"))
    document.core_properties.title = "A letter of a few words"
    document.save(str(files / "poor.docx"))

    assert run("check", "--outputs", "made").returncode == 0
    assert run("check", "--strict", "--outputs", "made").returncode == 1


def test_findings_are_json_for_programs(files: Path, run: Run) -> None:
    """Each has the fields of a letter's problem, and part, words and severity."""
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
    """Subfolders are included; hidden files, Word's lock files and files of other kinds are not."""
    (files / "below").mkdir()
    for name in ("below/two.DOCX", "~$poor.docx", ".hidden.docx"):
        shutil.copy(files / "poor.docx", files / name)
    (files / "notes.txt").write_text("x")

    assert run("check", "--outputs", "made").stderr == "2 errors and 20 warnings in 2 of 2 files\n"
    assert run("check", "--outputs", "made", "made/notes.txt").stderr.startswith("1 file of other kinds ignored\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--outputs", "nowhere.pdf"), "no-such-file"),
        (("--outputs", "letters"), "no-files"),
        (("--strict",), "not-outputs"),
    ],
)
def test_wrong_arguments_end_with_2(arguments: tuple[str, ...], code: str, files: Path, run: Run) -> None:
    """A missing file, nothing to check, and options that do not fit together are reported."""
    done = run("check", *arguments)

    assert done.returncode == 2
    assert code in done.stderr


def test_ctrl_c_ends_with_what_was_checked(files: Path) -> None:
    """The findings so far are whole JSON, and the last line says how many files were checked."""
    for number in range(300):
        shutil.copy(files / "poor.docx", files / f"{number}.docx")
    command = [sys.executable, "-m", "circulars", "check", "--outputs", "--format", "json", "made"]
    with subprocess.Popen(
        command,
        cwd=files.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=hear_interrupts,
    ) as process:
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while process.poll() is None and not workers.read_text():
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=HANGING)

    stopped = re.fullmatch(r"stopped; (\d+) of 301 files were checked\n", err)
    assert process.returncode == 130
    assert stopped is not None
    assert len({finding["file"] for finding in json.loads(out)}) == int(stopped[1]) < 301
