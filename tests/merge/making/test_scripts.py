"""Merges of lists in many scripts: no copy is laid out in full, and shapes are kept in the cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import Done, run_here
from conftest import layouts
from merge.script_lists import write_script_list

LETTER = """\
kind: tsb-circular
number: 7
date: 2025-01-15
languages: [en, es]
to:
- {en: "{{ addressee.organization }}", es: "{{ addressee.organization }}"}
subject: {en: Subject, es: Asunto}
body:
  - {en: Text., es: Texto.}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A letter with the organization in the column "To", and a list of addressees in many scripts."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.yaml").write_text(LETTER, encoding="utf-8")
    write_script_list(tmp_path / "list.csv", 16)
    return tmp_path


def merged(folder: Path, *arguments: str) -> Done:
    """A merge into PDFs in this process, with a folder for the key of the user's cache."""
    environment = {"XDG_STATE_HOME": str(folder / "state")}
    command = ("merge", "letter", "list.csv", "--formats", "pdf", "--jobs", "1", *arguments)
    done = run_here(folder, *command, environment=environment)
    assert done.returncode == 0, done.stderr
    return done


def copies(folder: Path) -> dict[str, bytes]:
    """The copies of a merge, by name."""
    return {path.name: path.read_bytes() for path in (folder / "output/letter").glob("*.pdf")}


def test_no_copy_in_another_script_is_laid_out_in_full(folder: Path) -> None:
    """Names and organizations in twelve scripts, on one to three lines; another merge lays out nothing."""
    done = merged(folder)
    first = copies(folder)
    with layouts() as again:
        merged(folder, "--again")

    assert len(first) == 16
    assert "laid out in full" not in done.stdout
    assert again == []
    assert copies(folder) == first


def test_copies_are_the_same_without_a_cache_and_in_any_order(folder: Path) -> None:
    """Also where another addressee's copy is the first of its shape."""
    merged(folder, "--no-cache")
    first = copies(folder)
    merged(folder, "--no-cache", "--sort", "surname", "--again")

    assert copies(folder) == first
