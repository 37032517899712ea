"""`circulars diff` as a command: what it prints, what it writes, and its exit code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

from circulars.errors import UsageError
from circulars.review.diffing import diff
from circulars.review.reports.formats import REPORT_FORMATS, ReportOrder, report_files
from circulars.review.reports.report import ChangeReport
from circulars.workspace import Workspace
from commands import run_here

LETTER = """\
kind: tsb-circular
number: 7
date: 2026-03-02
languages: [en, es]
signatory: tsb-director
subject: {en: Fees, es: Tasas}
body:
  - en: The fee is the same.
    es: La tasa es la misma.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two versions of a letter: the Spanish text has another word in `new.yaml`."""
    (tmp_path / "old.yaml").write_text(LETTER)
    (tmp_path / "new.yaml").write_text(LETTER.replace("misma", "de antes"))
    return tmp_path


def test_the_exit_code_says_whether_anything_changed(folder: Path) -> None:
    """0 without changes, 1 with some, 2 if it was used wrongly; with `--quiet` nothing is printed."""
    same = run_here(folder, "diff", "old.yaml", "old.yaml", "--quiet")
    changed = run_here(folder, "diff", "old.yaml", "new.yaml", "-q")
    wrong = run_here(folder, "diff", "old.yaml", "none.yaml", "--quiet")

    assert [done.returncode for done in (same, changed, wrong)] == [0, 1, 2]
    assert (same.stdout, changed.stdout, wrong.stdout) == ("", "", "")
    assert "none.yaml" in wrong.stderr


def test_a_report_as_text_needs_no_writer_of_files(folder: Path) -> None:
    """The libraries that lay files out take longer to import than a comparison takes."""
    heavy = ("weasyprint", "docxtpl", "docx", "pikepdf", "fontTools", "jinja2", "pyhanko", "markdown")
    script = (
        "import sys; from circulars.cli import main; main(['diff', *sys.argv[1:3]]); "
        f"print('imported:', *sys.modules.keys() & {{*{heavy!r}}}, file=sys.stderr)"
    )

    names = ("old.yaml", "new.yaml")
    done = subprocess.run([sys.executable, "-c", script, *names], cwd=folder, capture_output=True, encoding="utf-8")

    assert "change" in done.stdout
    assert done.stderr.splitlines() == ["imported:"]


def test_a_file_without_a_letter_in_it_is_wrong_usage(folder: Path) -> None:
    """A Word file that another program made cannot be compared: the exit code is not that of a change."""
    Document().save(str(folder / "other.docx"))

    done = run_here(folder, "diff", "other.docx")

    assert done.returncode == 2
    assert "no-source" in done.stderr


def test_a_summary_has_one_line_for_each_letter(folder: Path) -> None:
    """With `--summary`, a letter's changes are counted."""
    done = run_here(folder, "diff", "old.yaml", "new.yaml", "--summary")

    assert done.stdout == "new.yaml: 1 change, 1 not in every language\n"


def test_several_reports_go_to_a_folder(folder: Path) -> None:
    """`--format text,json --out FOLDER` writes a file for each format, and prints their names."""
    done = run_here(folder, "diff", "old.yaml", "new.yaml", "--format", "text,json", "--out", "report")

    assert done.stdout == "report/changes.txt\nreport/changes.json\n"
    assert "La tasa es la [-misma-]{+de antes+}." in (folder / "report/changes.txt").read_text()
    assert json.loads((folder / "report/changes.json").read_text())["letters"][0]["name"] == "new"


def test_two_letters_cannot_have_the_same_report(folder: Path) -> None:
    """Letters with the same name would overwrite each other's files; a report on all letters has both."""
    for inside in ("one", "two"):
        (folder / inside).mkdir()
        (folder / inside / "x.yaml").write_text((folder / "new.yaml").read_text())
    workspace = Workspace(folder)
    letters = [diff("old.yaml", f"{inside}/x.yaml", workspace).letters[0] for inside in ("one", "two")]
    report, order = ChangeReport(tuple(letters)), ReportOrder(workspace)

    with pytest.raises(UsageError, match=r"same-name  one/x\.yaml and two/x\.yaml would have the same files"):
        report_files(report, ("docx",), order)
    assert report_files(report, ("text",), order)["changes.txt"].count(b"[-misma-]") == 2


def test_what_changed_is_said_beside_the_names_of_files(folder: Path) -> None:
    """With `--out`, standard output has the names of the files, and standard error what they are about."""
    changed = run_here(folder, "diff", "old.yaml", "new.yaml", "--format", "html", "--out", "report")
    same = run_here(folder, "diff", "old.yaml", "old.yaml", "--format", "docx", "--out", "report")

    assert (changed.stdout, changed.stderr) == (
        "report/changes.html\n",
        "new.yaml: 1 change, 1 not in every language\n",
    )
    assert (same.stdout, same.stderr) == ("", "no changes\n")


@pytest.mark.parametrize(
    ("format", "out", "words"),
    [
        ("docx", "a.docx", "'a.docx' is the name of one file, and these are 2: new.en.changes.docx, new.es"),
        ("text", "a.json", "'a.json' is not the name of a file of the format text"),
    ],
)
def test_a_file_for_several_reports_is_refused(folder: Path, format: str, out: str, words: str) -> None:
    """A name with the suffix of a report is not taken for a folder."""
    done = run_here(folder, "diff", "old.yaml", "new.yaml", "--format", format, "--out", out)

    assert done.returncode == 2
    assert words in done.stderr
    assert not (folder / out).exists()


def test_a_single_report_goes_to_a_file(folder: Path) -> None:
    """`--out` may name the file, by the suffix of the format."""
    run_here(folder, "diff", "old.yaml", "new.yaml", "--format", "json", "--out", "out/mine.json")

    assert json.loads((folder / "out/mine.json").read_text())["version"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--format", "text,json"), "only one report can be printed"),
        (("--format", "xml"), "there is no format 'xml'"),
    ],
)
def test_a_report_that_cannot_be_printed_needs_a_folder(folder: Path, arguments: tuple[str, ...], words: str) -> None:
    """The message names the fact and the remedy."""
    done = run_here(folder, "diff", "old.yaml", "new.yaml", *arguments)

    assert done.returncode == 2
    assert words in done.stderr


def test_the_help_names_every_format(folder: Path) -> None:
    """The table of formats is not imported for the help; so this holds the two together."""
    shown = run_here(folder, "diff", "--help").stdout

    assert REPORT_FORMATS.keys() - set(re.findall(r"\w+", shown)) == set()
