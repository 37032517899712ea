"""The examples have the same bytes when another user builds them in a new virtual environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from circulars.source.letters import read_letter
from commands import HANGING
from conftest import LETTERS, ROOT, Example
from reproduce import compared, sums, sums_of


@pytest.fixture(scope="module")
def output(examples: tuple[Example, ...], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The output of ``scripts/reproduce``, which compares with the examples of all tests."""
    command = [sys.executable, str(ROOT / "tests/reproduce.py"), "--built", str(examples[0].folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=HANGING, cwd=tmp_path_factory.mktemp("elsewhere")
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


@pytest.mark.xdist_group("reproduce")
def test_every_file_of_every_example_is_the_same(output: str) -> None:
    """Each language of each letter, in Word, PDF, HTML and plain text."""
    count = sum(len(read_letter(path).languages) for path in LETTERS if path.is_relative_to(ROOT / "letters")) * 4

    assert output.splitlines()[-1] == f"{count} of {count} files identical"


@pytest.mark.xdist_group("reproduce")
def test_the_two_environments_differ_in_all_listed_properties(output: str) -> None:
    """Otherwise the comparison would prove little."""
    same = [line for line in output.splitlines() if line.startswith("the same in both")]
    rows = [line for line in output.split("\n\n")[0].splitlines()[1:] if not line.startswith("the user is the same")]
    columns = [[cell for cell in row.split("  ") if cell] for row in rows]

    assert len(rows) == 12
    assert len(same) == 1
    different = {name.strip() for name, here, there in columns if here.strip() != there.strip()}
    same_in_both = {name.strip() for name, *_ in columns} - different
    # The user differs only for root, the order of the letters only on another file system, and the Python only on a
    # machine with two.
    assert same_in_both <= (set() if os.geteuid() == 0 else {"user"}) | {"read in the order", "Python"}


@pytest.mark.xdist_group("reproduce")
def test_what_may_change_the_bytes_is_reported(output: str) -> None:
    """The output has the versions of the libraries and fonts that both builds take from the machine."""
    for name in ("Pango", "HarfBuzz", "fontconfig", "font Carlito"):
        (line,) = (line for line in output.splitlines() if line.strip().startswith(name))

        assert "not found" not in line


def test_a_file_that_is_not_the_same_is_named(tmp_path: Path) -> None:
    """A different checksum, an additional file and a missing file are each reported as a failure."""
    (tmp_path / "SHA256SUMS").write_text(f"{'1' * 64}  a.pdf\n{'2' * 64}  b c.docx\n{'3' * 64}  d.txt\n")
    one = sums(tmp_path / "SHA256SUMS")

    assert compared(one, one) == ("3 of 3 files identical", True)
    assert compared(one, one | {"b c.docx": "4" * 64}) == (
        "2 of 3 files identical\n    not the same: b c.docx",
        False,
    )
    assert compared(one, {"a.pdf": "1" * 64, "d.txt": "3" * 64, "e.txt": "5" * 64}) == (
        "2 of 4 files identical\n    not the same: b c.docx\n    not the same: e.txt",
        False,
    )


def test_files_that_were_built_before_are_compared_by_their_bytes(tmp_path: Path) -> None:
    """The files of the letters that are compared, in every language and format, but no others."""
    for name in ("a.en.txt", "a.es.txt", "ab.en.txt", "b.en.txt"):
        (tmp_path / name).write_text(name)
    known = sums_of(tmp_path, ["a", "b"])
    (tmp_path / "b.en.txt").write_text("changed")

    assert known.keys() == {"a.en.txt", "a.es.txt", "b.en.txt"}
    assert compared(known, sums_of(tmp_path, ["a", "b"])) == (
        "2 of 3 files identical\n    not the same: b.en.txt",
        False,
    )
