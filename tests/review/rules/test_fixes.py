"""``circulars check --fix`` changes the words concerned, and nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from circulars.errors import UsageError
from circulars.review.rules import RuleProblem, check_letters, fixes, write_fixes
from circulars.workspace import Workspace
from commands import run_here

LETTER = """\
# the letter
kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en, es]
subject: {en: Meeting, es: 'REUNION'}   # in capitals
body:
  # the first paragraph
  - en: >-
      The draft program is
      in the the hall.
    es: >-
      El "programa" está en
      el documento Nº 12, y la banda es de 5 MHz.
  - {en: "It opens at 3,5 GHz.", es: "Se abre a 3.5 GHz."}
signatory: {post: tsb-director, name: Ana Ejemplo}
"""
CERTAIN = """\
# the letter
kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en, es]
subject: {en: Meeting, es: 'REUNIÓN'}   # in capitals
body:
  # the first paragraph
  - en: >-
      The draft programme is
      in the the hall.
    es: >-
      El «programa» está en
      el documento N.º~12, y la banda es de 5~MHz.
  - {en: "It opens at 3.5~GHz.", es: "Se abre a 3,5~GHz."}
signatory: {post: tsb-director, name: Ana Ejemplo}
""".replace("~", "\u00a0")
CASES = yaml.safe_load((Path(__file__).parent / "language.yaml").read_text("utf-8"))


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A letter in a folder to work in."""
    (tmp_path / "letters").mkdir()
    file = tmp_path / "letters" / "letter.yaml"
    file.write_bytes(LETTER.encode())
    return file


def test_certain_fixes_leave_all_other_bytes(letter: Path) -> None:
    """Comments, quotation marks and lines stay; what is only probable is still reported."""
    done = run_here(letter.parents[1], "check", "--fix")

    assert letter.read_text("utf-8") == CERTAIN
    assert "-      The draft program is\n+      The draft programme is\n" in done.stdout
    assert "repeated-word" in done.stdout
    assert "unusual-spelling" not in done.stdout
    assert "9 problems fixed in 1 letter" in done.stderr


def test_unsafe_fixes_are_made_on_demand(letter: Path) -> None:
    """One of two equal words is deleted only with ``--unsafe``."""
    run_here(letter.parents[1], "check", "--fix", "--unsafe")

    assert letter.read_text("utf-8") == CERTAIN.replace("in the the hall", "in the hall")


def test_a_dry_run_shows_the_diff_and_writes_nothing(letter: Path) -> None:
    """The file keeps its bytes and its time."""
    before = letter.stat().st_mtime_ns
    done = run_here(letter.parents[1], "check", "--fix", "--dry-run")

    assert letter.read_bytes() == LETTER.encode() and letter.stat().st_mtime_ns == before
    assert "+      The draft programme is\n" in done.stdout
    assert "9 problems would be fixed in 1 letter" in done.stderr


def test_fixing_twice_changes_nothing_more(letter: Path) -> None:
    """What was fixed is right."""
    run_here(letter.parents[1], "check", "--fix", "--unsafe")
    done = run_here(letter.parents[1], "check", "--fix", "--unsafe")

    assert "0 problems fixed in 0 letters" in done.stderr


def test_windows_line_ends_and_permissions_stay(letter: Path) -> None:
    """The file is replaced by one with the same line ends and permissions."""
    letter.write_bytes(b"\xef\xbb\xbf" + LETTER.replace("\n", "\r\n").encode())
    letter.chmod(0o640)

    run_here(letter.parents[1], "check", "--fix")

    assert letter.read_bytes() == b"\xef\xbb\xbf" + CERTAIN.replace("\n", "\r\n").encode()
    assert letter.stat().st_mode & 0o777 == 0o640


def test_what_a_comment_allows_is_not_fixed(letter: Path) -> None:
    """An allowance is for fixes as well."""
    allowed = "  # circulars: allow unusual-spelling, because it is a program\n  - en: >-"
    letter.write_text(LETTER.replace("  - en: >-", allowed), "utf-8")

    run_here(letter.parents[1], "check", "--fix")

    assert "The draft program is" in letter.read_text("utf-8")


def test_links_are_not_followed(letter: Path, tmp_path: Path) -> None:
    """A letter that is a link keeps it, and so does the file that it leads to."""
    real = letter.with_name("real.yaml")
    letter.replace(real)
    letter.symlink_to(real.name)

    done = run_here(tmp_path, "check", "--fix", "letters/letter.yaml")

    assert "outside-folder" in done.stderr
    assert letter.is_symlink() and real.read_bytes() == LETTER.encode()
    assert done.returncode == 1


def test_a_file_that_changed_meanwhile_is_not_replaced(letter: Path, tmp_path: Path) -> None:
    """What somebody else wrote stays."""
    [fixed] = fixes([letter], Workspace(tmp_path))
    letter.write_text(LETTER + "# more\n", "utf-8")

    with pytest.raises(UsageError, match="changed-file"):
        write_fixes(fixed)
    assert letter.read_text("utf-8") == LETTER + "# more\n"


def test_options_for_fixes_need_fix(letter: Path) -> None:
    """``--unsafe`` alone is a mistake, as is ``--fix`` for finished files."""
    for options in (["--unsafe"], ["--dry-run"], ["--fix", "--outputs"]):
        assert "wrong-option" in run_here(letter.parents[1], "check", *options).stderr


def test_every_fix_of_the_cases_removes_its_problem(tmp_path: Path) -> None:
    """Each text that is wrong is right after its fix, for all rules that know what to write."""
    fixed = Counter[str]()
    for code, cases in CASES.items():
        for number, text in enumerate(cases["wrong"]):
            [(language, words)] = text.items()
            file = tmp_path / f"{code}-{number}.yaml"
            head = f"kind: tsb-circular\nnumber: {number}\ndate: 2025-01-15\nlanguages: [{language}]\nsubject: A\n"
            body = yaml.safe_dump([{language: words.replace("~", "\u00a0")}], allow_unicode=True)
            file.write_text(f"{head}body:\n{body}signatory: {{post: tsb-director, name: Ana}}\n", "utf-8")
            for one in fixes([file], Workspace(tmp_path), unsafe=True):
                assert one.problems == ()
                write_fixes(one)
                fixed[code] += 1
            [built] = check_letters([file], Workspace(tmp_path))
            found = [one.code for one in built.warnings if isinstance(one, RuleProblem)]
            assert found == ([code] if code == "late-introduction" else []), (words, file.read_text("utf-8"))

    assert fixed == {code: len(cases["wrong"]) for code, cases in CASES.items() if code != "late-introduction"}
