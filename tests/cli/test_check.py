"""``circulars check``: lists every problem, as text or as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from commands import run_here

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_letters_without_problems_end_with_0(folder: Path, start: Run) -> None:
    """Standard output is empty; standard error has a summary."""
    done = start("check")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "1 letter, no problems\n")


def test_problems_end_with_1(wrong: Path, start: Run) -> None:
    """Each problem has a place and a hint; the other letters are checked as well."""
    done = start("check")

    assert done.returncode == 1
    assert done.stdout == (
        "letters/two.yaml:5:1  unknown-field  'subjet' is not part of a letter\n"
        "    5 | subjet: {en: Subject, es: Asunto}\n"
        "      | ^\n"
        "    hint: did you mean 'subject'?\n"
    )
    assert done.stderr == "1 problem in 1 of 2 letters\n"


def test_problems_are_json_for_programs(wrong: Path, run: Run) -> None:
    """The output is a list of objects, each with a place, a code, a message, a hint and a severity."""
    done = run("check", "--format", "json")

    assert done.returncode == 1
    assert json.loads(done.stdout) == [
        {
            "file": "letters/two.yaml",
            "line": 5,
            "column": 1,
            "code": "unknown-field",
            "message": "'subjet' is not part of a letter",
            "hint": "did you mean 'subject'?",
            "severity": "error",
            "lines": [5, 5],
            "fingerprint": json.loads(done.stdout)[0]["fingerprint"],
        }
    ]
    assert done.stderr == ""


def test_no_problems_are_an_empty_list(folder: Path, run: Run) -> None:
    """The output is JSON even if there is nothing to report."""
    assert json.loads(run("check", "--format", "json").stdout) == []


def test_only_the_letters_named_are_checked(wrong: Path, run: Run) -> None:
    """A letter is named by its file or by its name in letters/."""
    for name in ("one", "one.yaml", "letters/one.yaml", wrong / "letters/one.yaml"):
        assert run("check", name).returncode == 0
    assert run("check", "one", "two").returncode == 1


def test_an_unknown_letter_names_the_nearest(folder: Path, run: Run) -> None:
    """A misspelt name ends the command with 2."""
    done = run("check", "oen")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "no-such-letter  there is no letter 'oen'\n    hint: did you mean 'one'?\n"


def test_a_name_that_is_too_long_for_a_file_is_unknown(folder: Path, run: Run) -> None:
    """The system's error for such a name is not shown."""
    done = run("check", "x" * 3000)

    assert done.returncode == 2
    assert done.stderr.startswith("no-such-letter  ")


def test_in_a_folder_without_letters_the_hint_says_how_to_begin(run: Run) -> None:
    """The hint names ``circulars init``."""
    done = run("check")

    assert done.returncode == 2
    assert "'circulars init' makes a folder to work in" in done.stderr
    assert done.stderr.startswith("letters  no-letters  there is no letter in this folder")


def test_another_folder_is_named_before_the_command(wrong: Path, run: Run) -> None:
    """The paths in messages are relative to that folder."""
    (wrong / "elsewhere").mkdir()
    done = run_here(wrong / "elsewhere", "-C", wrong, "check")

    assert done.returncode == 1
    assert done.stdout.startswith("letters/two.yaml:5:1  ")
    assert run("-C", "none", "check").stderr == "none  no-such-folder  there is no such folder\n"
    assert run("-C", "none", "check").returncode == 2


def test_words_of_every_script_are_printed_in_every_locale(folder: Path, start: Run) -> None:
    """A terminal that has only ASCII gets other characters as escapes."""
    (folder / "letters/one.yaml").write_text("kind: circulár\n", encoding="utf-8")

    done = start("check", environment={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"})

    assert done.returncode == 1
    assert "letters/one.yaml:1:" in done.stdout


def test_a_letter_that_cannot_be_read_is_its_own_problem(folder: Path, run: Run) -> None:
    """A folder named like a letter, and bytes that are not UTF-8, are reported."""
    (folder / "letters/dir.yaml").mkdir()
    (folder / "letters/two.yaml").write_bytes(b"\xff\xfe\x00")

    done = run("check")

    assert done.returncode == 1
    assert "letters/dir.yaml  unreadable-file" in done.stdout
    assert "letters/two.yaml  not-utf-8" in done.stdout
    assert done.stderr == "2 problems in 2 of 3 letters\n"


def test_a_closed_pipe_ends_the_command_quietly(folder: Path) -> None:
    """``circulars check | head -1`` prints no error about a broken pipe."""
    for number in range(200):
        (folder / f"letters/bad-{number}.yaml").write_text("x: " + "y" * 1000 + "\n" + "z: 1\n" * 20)

    shell = f"{sys.executable} -m circulars check 2>errors | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", shell], cwd=folder, capture_output=True, encoding="utf-8", check=False)

    first, code = done.stdout.splitlines()
    assert first.startswith("letters/bad-0.yaml:")
    assert int(code) in (0, 1)
    assert "Broken" not in (folder / "errors").read_text()
    assert "Traceback" not in (folder / "errors").read_text()
