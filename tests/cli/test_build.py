"""``circulars build``: the files, the table of files, and the exit codes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import HANGING
from conftest import hear_interrupts

Run = Callable[..., subprocess.CompletedProcess[str]]


def names(folder: Path) -> list[str]:
    """The files in a folder."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_building_writes_word_and_pdf_in_each_language(folder: Path, start: Run) -> None:
    """The table of files goes to standard output; a pipe gets neither colour nor a progress bar."""
    done = start("build")

    assert done.returncode == 0
    assert names(folder / "output") == ["one.en.docx", "one.en.pdf", "one.es.docx", "one.es.pdf"]
    assert done.stderr == ""
    head, *rows, last = done.stdout.splitlines()
    assert head.split() == ["letter", "language", "format", "kB", "file"]
    assert [row.split()[:3] for row in rows] == [
        ["one", "en", "docx"],
        ["one", "en", "pdf"],
        ["one", "es", "docx"],
        ["one", "es", "pdf"],
    ]
    assert [Path(row.split()[4]).name for row in rows] == names(folder / "output")
    assert re.fullmatch(r"4 files of 1 letter in \d+\.\d s", last)
    assert "\x1b" not in done.stdout


def test_languages_and_formats_can_be_chosen(folder: Path, run: Run) -> None:
    """Names are separated by commas, with or without spaces."""
    done = run("build", "one", "--languages", "es", "--formats", "txt, html", "--out", "made/here")

    assert done.returncode == 0
    assert names(folder / "made/here") == ["one.es.html", "one.es.txt"]
    assert names(folder / "output") == []


def test_a_letter_with_problems_is_not_built_and_the_others_are(wrong: Path, start: Run) -> None:
    """The exit code is 1; the problems and the names of letters that were not built go to standard error."""
    done = start("build", "--formats", "txt")

    assert done.returncode == 1
    assert names(wrong / "output") == ["one.en.txt", "one.es.txt"]
    assert "two.yaml" not in done.stdout
    assert done.stderr == (
        "letters/two.yaml:5:1  unknown-field  'subjet' is not part of a letter\n    hint: did you mean 'subject'?\n"
        "not built: two\n"
    )


def test_no_table_is_printed_when_nothing_was_built(wrong: Path, run: Run) -> None:
    """Standard output is empty."""
    done = run("build", "two")

    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--formats", "pfd"), "there is no format 'pfd'\n    hint: did you mean 'pdf'?"),
        (("--languages", "fr"), "letters/one.yaml is not in the language 'fr'\n    hint: it is in en, es"),
        (("--jobs", "many"), "argument --jobs: invalid int value: 'many'"),
        (("--audience", "category"), "argument --audience: 'category' is not COLUMN=VALUE"),
        (("--format", "pdf"), "unrecognized arguments: --format"),
        (("--formats", ""), "name at least one"),
        (("--languages", ","), "name at least one"),
    ],
)
def test_a_command_used_wrongly_ends_with_2(arguments: tuple[str, ...], sentence: str, folder: Path, run: Run) -> None:
    """A message states the fault, and nothing is written."""
    done = run("build", *arguments)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stdout == ""
    assert names(folder / "output") == []


def test_a_file_in_the_way_of_the_output_ends_with_3(folder: Path, start: Run) -> None:
    """The message is one sentence, without a traceback."""
    (folder / "output").write_text("in the way")

    done = start("build", "--formats", "txt")

    assert done.returncode == 3
    assert "cannot-write  there is a file where a folder is needed" in done.stderr
    assert "not built: one" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_a_folder_that_is_read_only_ends_with_3(folder: Path, run: Run) -> None:
    """The message includes the system's reason."""
    (folder / "output").mkdir(mode=0o555)

    done = run("build", "--formats", "txt")

    assert done.returncode == 3
    assert "Permission denied" in done.stderr


def test_a_letter_named_twice_is_built_once(folder: Path, run: Run) -> None:
    """It can be named once by its name and once by its file."""
    done = run("build", "one", "letters/one.yaml", "--formats", "txt")

    assert done.stdout.splitlines()[-1].startswith("2 files of 1 letter")


def test_two_letters_cannot_write_the_same_files(folder: Path, run: Run) -> None:
    """Letters with the same name in two folders would overwrite each other's files."""
    (folder / "other").mkdir()
    (folder / "other/one.yaml").write_text((folder / "letters/one.yaml").read_text())

    done = run("build", "one", "other/one.yaml", "--formats", "txt")

    assert done.returncode == 2
    assert "same-name" in done.stderr
    assert names(folder / "output") == []


def test_a_name_with_brackets_is_shown_as_it_is(folder: Path, run: Run) -> None:
    """Nothing in a file's name is treated as markup."""
    (folder / "letters/one.yaml").rename(folder / "letters/a[red]b:smile:.yaml")

    done = run("build", "--formats", "html")

    assert done.returncode == 1
    assert "letters/a[red]b:smile:.yaml  wrong-name" in done.stderr

    (folder / "letters/a[red]b:smile:.yaml").rename(folder / "letters/a[red]b.yaml")
    done = run("build", "--formats", "html")

    assert done.returncode == 0
    assert done.stdout.splitlines()[1].split()[0] == "a[red]b"


def test_an_audience_shows_the_parts_of_some_addressees(folder: Path, run: Run) -> None:
    """Without an audience, the output states how many parts were left out."""
    letter = folder / "letters/one.yaml"
    part = "{en: Some., es: Algunos., when: {category: academia}}"
    letter.write_text(letter.read_text().replace("body: [", f"body: [{part}, "))

    without = run("build", "--formats", "txt", "--out", "without")
    done = run("build", "--formats", "txt", "--out", "shown", "--audience", "category=academia")

    assert "one: 1 part is only for some addressees ('when:'); --audience shows them" in without.stdout
    assert "Some." not in (folder / "without/one.en.txt").read_text()
    assert done.returncode == 0
    assert "Some." in (folder / "shown/one.en.txt").read_text()


def test_ctrl_c_stops_without_a_traceback(folder: Path) -> None:
    """The exit code is 130, and only whole files remain; letters that no process had begun are not built."""
    text, output = (folder / "letters/one.yaml").read_text(), folder / "output"
    for number in range(60):
        own = re.sub(r"^number: .*$", f"number: {1000 + number}", text, flags=re.MULTILINE)
        (folder / f"letters/{number}.yaml").write_text(own)
    command = [sys.executable, "-m", "circulars", "build", "--jobs", "2", "--formats", "pdf"]
    with subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=hear_interrupts,
    ) as process:
        for _ in range(600):
            if names(output) or process.poll() is not None:
                break
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=HANGING)

    assert process.returncode == 130
    assert out == ""
    assert err == "stopped; the files already written are complete\n"
    assert not [name for name in names(output) if name.endswith(".part")]
    assert 0 < len(names(output)) < 60


def test_sums_of_other_letters_are_kept(folder: Path, run: Run) -> None:
    """SHA256SUMS has a line for each file; building one letter again keeps the lines of the others."""
    text = (folder / "letters/one.yaml").read_text()
    (folder / "letters/two.yaml").write_text(re.sub(r"^number: .*$", "number: 2", text, flags=re.MULTILINE))

    done = run("build", "--formats", "txt,docx", "--sums")
    first = (folder / "output/SHA256SUMS").read_text().splitlines()
    (folder / "letters/two.yaml").write_text(re.sub(r"^number: .*$", "number: 3", text, flags=re.MULTILINE))
    run("build", "two", "--formats", "txt", "--sums")
    second = (folder / "output/SHA256SUMS").read_text().splitlines()

    assert done.stdout.splitlines()[-1] == "sums: output/SHA256SUMS"
    files = [
        f"{letter}.{language}.{f}" for letter in ("one", "two") for language in ("en", "es") for f in ("docx", "txt")
    ]
    assert [line[66:] for line in first] == [line[66:] for line in second] == files
    assert [a[66:] for a, b in zip(first, second, strict=True) if a != b] == ["two.en.txt", "two.es.txt"]
    check = ["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"]
    assert subprocess.run(check, cwd=folder / "output", capture_output=True).returncode == 0


def test_without_files_there_are_no_sums(folder: Path, run: Run) -> None:
    """A build that writes no file writes no SHA256SUMS."""
    (folder / "letters/one.yaml").write_text("kind: none")

    assert run("build", "--sums").returncode == 1
    assert names(folder / "output") == []


@pytest.mark.parametrize(("one", "other"), [("Memo", "memo"), ("\u00e9t\u00e9", "e\u0301te\u0301")])
def test_two_letters_cannot_write_files_that_some_systems_treat_as_equal(
    folder: Path, run: Run, one: str, other: str
) -> None:
    """Upper and lower case are the same on Windows, and composed characters on macOS."""
    for place, name in (("a", one), ("b", other)):
        (folder / place).mkdir()
        (folder / place / f"{name}.yaml").write_text((folder / "letters/one.yaml").read_text())

    done = run("build", f"a/{one}.yaml", f"b/{other}.yaml")

    assert (done.returncode, done.stdout) == (2, "")
    assert "same-name" in done.stderr
