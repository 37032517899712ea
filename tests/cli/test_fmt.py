"""``circulars fmt``: writes letters in one layout, or shows what would change."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from commands import PROGRAM

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_letters_are_formatted_once(folder: Path, run: Run) -> None:
    """The first run names what it changed, the second changes nothing."""
    letter = folder / "letters/one.yaml"
    letter.write_text(letter.read_text().replace("kind:", "pack: itu\nkind:"))
    first, second = run("fmt"), run("fmt")

    assert (first.returncode, first.stdout) == (0, "formatted letters/one.yaml\n")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "0 letters formatted, 1 unchanged\n")
    assert letter.read_text().startswith("kind:")


def test_check_and_diff_change_nothing_and_end_with_1(folder: Path, run: Run) -> None:
    """``--check`` names the letters that would change, ``--diff`` shows the lines."""
    letter = folder / "letters/one.yaml"
    letter.write_text(text := letter.read_text() + "\n\n# the end   \n")
    check, diff = run("fmt", "--check", "letters"), run("fmt", "--diff", "one")

    assert (check.returncode, check.stdout) == (1, "would format letters/one.yaml\n")
    assert diff.returncode == 1
    assert "-# the end   " in diff.stdout and "+# the end" in diff.stdout
    assert letter.read_text() == text


def test_a_letter_with_yaml_problems_is_left(folder: Path, run: Run) -> None:
    """The problem is reported, the command ends with 1, and other letters are formatted."""
    (folder / "letters/two.yaml").write_text("kind: a\nkind: b\n")
    done = run("fmt")

    assert done.returncode == 1
    assert "letters/two.yaml:2:1  duplicate-key" in done.stderr
    assert (folder / "letters/two.yaml").read_text() == "kind: a\nkind: b\n"


def test_standard_input_is_printed_formatted(folder: Path) -> None:
    """``-`` is for editors."""
    done = subprocess.run([*PROGRAM, "fmt", "-"], cwd=folder, input=b"b:  1\na:  2\n", capture_output=True, check=False)

    assert (done.returncode, done.stdout) == (0, b"b: 1\na: 2\n")
