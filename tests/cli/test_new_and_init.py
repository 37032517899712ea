"""``circulars init`` and ``circulars new``: make a folder to work in, and a new letter."""

from __future__ import annotations

import datetime
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
SIX = ("en", "es", "fr", "ru", "ar", "zh")

THEN = "then, one letter to many addressees: circulars merge tsb-circular-213 letters/addressees.csv\n"


def test_an_empty_folder_becomes_one_that_builds(tmp_path: Path, run: Run) -> None:
    """After init and build, the example is in output/, in Word and PDF."""
    made = run("init")

    assert made.returncode == 0
    assert made.stderr == f"now: circulars build\n{THEN}"
    assert "letters/tsb-circular-213.yaml" in made.stdout.splitlines()
    assert all((tmp_path / line).is_file() for line in made.stdout.splitlines())
    assert run("check").returncode == 0
    assert run("build").returncode == 0
    assert {path.name for path in (tmp_path / "output").iterdir() if path.suffix} == {
        f"tsb-circular-213.{language}.{format}" for language in SIX for format in ("docx", "pdf")
    }


def test_the_merge_that_init_suggests_works(run: Run) -> None:
    """The example letter can be merged with the example list without changes."""
    run("init")
    typed = THEN.partition("circulars ")[2].split()
    done = run(*typed, "--formats", "docx")

    assert done.returncode == 0
    assert done.stdout.startswith("24 addressees (en 15, es 9), 24 copies\n")


def test_the_list_in_six_languages_can_be_merged_with_the_example_letter(run: Run) -> None:
    """Each addressee gets the letter in one of its six languages."""
    run("init")
    done = run("merge", "tsb-circular-213", "letters/addressees-six-languages.csv", "--formats", "txt")

    assert done.returncode == 0
    assert all(f"{language} " in done.stdout.partition(")")[0] for language in SIX)


def test_a_named_folder_is_made(tmp_path: Path, run: Run) -> None:
    """The output says what to type next, in that folder."""
    done = run("init", "my/office")

    assert done.returncode == 0
    assert done.stderr == f"now: cd my/office && circulars build\n{THEN}"
    assert (tmp_path / "my/office/templates/itu/letter.docx").is_file()


def test_init_makes_its_folder_in_the_folder_to_work_in(tmp_path: Path, run: Run) -> None:
    """``-C work init office`` makes work/office."""
    (tmp_path / "work").mkdir()

    assert run("-C", "work", "init", "office").returncode == 0
    assert (tmp_path / "work/office/letters").is_dir()


def test_nothing_is_overwritten(tmp_path: Path, run: Run) -> None:
    """A second init is refused."""
    run("init")
    letter = tmp_path / "letters/tsb-circular-213.yaml"
    letter.write_text("mine")

    done = run("init")

    assert done.returncode == 2
    assert done.stderr.startswith("letters  folder-in-use  this folder is there already\n    hint: ")
    assert letter.read_text() == "mine"


KINDS = ("tsb-circular", "tsb-collective", "br-administrative", "br-circular-letter", "bdt-circular", "sg-letter")


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_letter_of_each_kind_checks_and_builds(kind: str, tmp_path: Path, run: Run) -> None:
    """The new letter has no problems, and today's date."""
    done = run("new", "my-letter", "--kind", kind)

    assert (done.returncode, done.stdout) == (0, "letters/my-letter.yaml\n")
    assert done.stderr == "now: write it, then circulars build my-letter\n"
    text = (tmp_path / "letters/my-letter.yaml").read_text()
    assert f"kind: {kind}\n" in text
    days = {datetime.date.today() - datetime.timedelta(days=days) for days in (0, 1)}
    assert any(f"date: {day}\n" in text for day in days)
    assert run("check").returncode == 0
    assert run("build").returncode == 0
    assert len(list((tmp_path / "output").iterdir())) == 4


def test_new_letters_of_all_six_kinds_fit_in_one_folder(run: Run) -> None:
    """No two skeletons have the same reference."""
    for kind in KINDS:
        assert run("new", kind, "--kind", kind).returncode == 0

    done = run("check")

    assert (done.stdout, done.stderr) == ("", "6 letters, no problems\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("x", "--kind", "tsb-circ"), "did you mean 'tsb-circular'?"),
        (("x", "--pack", "utu"), "did you mean 'itu'?"),
        (("../x",), "'../x' cannot be the name of a letter"),
        (("x" * 300,), "cannot be the name of a letter"),
        (("one",), "this letter is there already"),
        ((), "the following arguments are required: NAME"),
    ],
)
def test_an_impossible_new_letter_is_refused(arguments: tuple[str, ...], sentence: str, folder: Path, run: Run) -> None:
    """A message states the fault, and no file is written."""
    done = run("new", *arguments)

    assert done.returncode in (1, 2)
    assert sentence in done.stderr
    assert [path.name for path in folder.rglob("*.yaml")] == ["one.yaml"]
