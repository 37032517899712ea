"""Git set up for letters, in real repositories: what it shows, how it merges, and how it is undone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from circulars.errors import UsageError
from circulars.review.repository.reading_text import reading_text
from circulars.review.repository.setup import GitSetup, git_setup, install_in_git, uninstall_from_git
from circulars.workspace import Workspace
from commands import run_here
from conftest import ROOT

LETTER = (
    "kind: tsb-circular\nnumber: 1\ndate: 2024-07-12\nlanguages: [en, es]\n"
    "subject: {en: A meeting, es: Una reunión}\n"
    "body:\n  - en: The meeting opens on Monday. It will be held in Madrid.\n"
    "    es: La reunión comienza el lunes. Será en Madrid.\n"
)
NAME = "office one/letters/carta señalada.yaml"
PROGRAM = (sys.executable, "-P", "-m", "circulars")


def git(folder: Path, *arguments: str, check: bool = True) -> str:
    """What git prints, as a user without settings."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.int", "-c", "commit.gpgsign=false")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=check, capture_output=True, encoding="utf-8", env=environment
    )
    return done.stdout


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository with a letter in a folder with a space in its name, and git set up for it."""
    top = tmp_path / "a repository"
    (top / NAME).parent.mkdir(parents=True)
    (top / NAME).write_text(LETTER)
    git(top, "init", "-q", "-b", "main")
    install_in_git(setup_of(top), top / "office one")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "one")
    return top


def setup_of(top: Path) -> GitSetup:
    """What git is told in a repository."""
    return git_setup(Workspace(top / "office one"), PROGRAM)


def edit(top: Path, old: str, new: str) -> None:
    """Changes a letter, and commits the change."""
    text = (top / NAME).read_text()
    assert old in text
    (top / NAME).write_text(text.replace(old, new))
    git(top, "commit", "-q", "-a", "-m", new)


def test_git_shows_the_reading_text(top: Path) -> None:
    """``git diff`` and ``git log -p`` show what a reader sees, in each language."""
    edit(top, "on Monday", "on **Tuesday**")

    shown = git(top, "log", "-p", "-1")
    assert "\n-1   The meeting opens on Monday. It will be held in Madrid.\n" in shown
    assert "\n+1   The meeting opens on Tuesday. It will be held in Madrid.\n" in shown


def test_git_merges_sentences_of_one_line(top: Path) -> None:
    """Two branches change neighbouring sentences, in a worktree, whose path has spaces too."""
    git(top, "branch", "topic")
    edit(top, "on Monday", "on Tuesday")
    other = top.parent / "another tree"
    git(top, "worktree", "add", "-q", str(other), "topic")
    edit(other, "in Madrid.\n    es", "in Lima.\n    es")
    git(other, "merge", "-q", "main", "-m", "merged")

    merged = " ".join((other / NAME).read_text().split())
    assert "The meeting opens on Tuesday. It will be held in Lima." in merged
    assert git(other, "status", "--porcelain") == ""


def test_a_conflict_stays_readable_and_check_points_at_it(top: Path) -> None:
    """The letter is still YAML, with both versions, and no letter with a conflict is built."""
    git(top, "checkout", "-q", "-b", "topic")
    edit(top, "on Monday", "on Friday")
    git(top, "checkout", "-q", "main")
    edit(top, "on Monday", "on Tuesday")
    git(top, "merge", "topic", check=False)

    checked = run_here(top / "office one", "check")
    assert git(top, "status", "--porcelain").startswith("UU ")
    assert "#   theirs: The meeting opens on Friday.\n" in (top / NAME).read_text()
    assert "carta señalada.yaml:7:3  merge-conflict" in checked.stdout
    assert run_here(top / "office one", "build").returncode == 1


def test_a_letter_with_a_conflict_is_read_with_the_other_version(top: Path) -> None:
    """In the middle of a merge git shows the words that changed, not the whole letter as a new one."""
    git(top, "checkout", "-q", "-b", "topic")
    edit(top, "on Monday", "on Friday")
    git(top, "checkout", "-q", "main")
    edit(top, "on Monday", "on Tuesday")
    git(top, "merge", "topic", check=False)

    shown = reading_text(top / NAME, Workspace(top / "office one")).splitlines()
    assert "1   The meeting opens on Tuesday. It will be held in Madrid." in shown
    assert "theirs: The meeting opens on Friday." in shown[shown.index("[merge-conflict]") :]
    assert "kind: tsb-circular" not in shown


def test_uninstall_undoes_exactly_what_install_did(tmp_path: Path) -> None:
    """Configuration and attributes are the same bytes as before, also without a line end; a new file is deleted."""
    for attributes in (None, "*.png binary\n", "*.png binary"):
        top = tmp_path / f"{attributes!r}".replace("\\", "").replace("*", "").strip("'")
        (top / "office one/letters").mkdir(parents=True)
        git(top, "init", "-q")
        if attributes:
            (top / ".gitattributes").write_text(attributes)
        before = (top / ".git/config").read_bytes()
        install_in_git(setup_of(top), top / "office one")
        install_in_git(setup_of(top), top / "office one")
        uninstall_from_git(Workspace(top / "office one"))

        assert (top / ".git/config").read_bytes() == before
        assert (top / ".gitattributes").exists() == (attributes is not None)
        assert not attributes or (top / ".gitattributes").read_text() == attributes


def test_settings_of_somebody_else_are_not_replaced(top: Path) -> None:
    """They are shown; only uninstall removes them."""
    git(top, "config", "diff.circulars.textconv", "cat")

    with pytest.raises(UsageError) as caught:
        install_in_git(setup_of(top), top / "office one")
    assert caught.value.problems[0].code == "other-git-settings"


def test_install_shows_what_it_sets_and_asks(tmp_path: Path) -> None:
    """Without a terminal nothing is set unless --yes is given."""
    (tmp_path / "letters").mkdir()
    git(tmp_path, "init", "-q")
    refused = run_here(tmp_path, "git", "install")

    assert refused.returncode == 2
    assert "merge.circulars.driver = " in refused.stderr
    assert not (tmp_path / ".gitattributes").exists()
    assert run_here(tmp_path, "git", "install", "--yes").returncode == 0
    assert "/letters/*.yaml diff=circulars merge=circulars" in (tmp_path / ".gitattributes").read_text()


def test_no_module_of_the_repository_is_run(top: Path) -> None:
    """Git calls the program in the repository; a folder of that name there is not taken for it."""
    (top / "circulars").mkdir()
    (top / "circulars/__main__.py").write_text("open('ran', 'w')")
    edit(top, "on Monday", "on Tuesday")
    git(top, "log", "-p", "-1")

    assert not (top / "ran").exists()


def test_the_text_of_a_letter_with_problems_is_that_of_its_file(tmp_path: Path) -> None:
    """So is that of any other file; a Word file is shown by its paragraphs."""
    (tmp_path / "x.yaml").write_text("kind: [\n\x1b")

    assert reading_text(tmp_path / "x.yaml", Workspace(ROOT)) == "kind: [\n\\x1b\n"


def test_the_text_of_a_word_file_are_its_paragraphs(tmp_path: Path) -> None:
    """Each paragraph is a line, those of headers and footers come last."""
    from docx import Document

    document = Document()
    document.add_paragraph("The meeting opens.")
    document.sections[0].footer.paragraphs[0].text = "Page"
    document.save(str(tmp_path / "x.docx"))

    assert reading_text(tmp_path / "x.docx", Workspace(ROOT)) == "The meeting opens.\nPage\n"


def test_the_workflow_reports_and_attaches_changes(top: Path, tmp_path: Path) -> None:
    """Its script, run as it is printed, writes the report and tracked changes of a branch."""
    base = git(top, "rev-parse", "HEAD").strip()
    edit(top, "on Monday", "on Tuesday")
    workflow = yaml.safe_load(run_here(top / "office one", "git", "workflow").stdout)
    [job] = workflow["jobs"].values()
    [script] = [step["run"] for step in job["steps"] if step.get("name") == "Report"]
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "BASE": base,
        "HEAD": "main",
        "FOLDER": job["env"]["FOLDER"],
        "RUNNER_TEMP": str(tmp_path),
    }
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script.replace("html,docx,pdf", "html,docx")],
        cwd=top,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "[-Monday-]{+Tuesday+}" in (tmp_path / "report.md").read_text()
    assert {path.suffix for path in (tmp_path / "review").iterdir()} == {".html", ".docx"}


def test_hooks_of_pre_commit_call_commands_that_there_are(top: Path) -> None:
    """Each hook's entry works with the files that its pattern finds."""
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()):
        program, *arguments = hook["entry"].split()
        name = NAME.removeprefix("office one/")

        assert program == "circulars"
        assert re.search(hook["files"], NAME)
        assert run_here(top / "office one", *arguments, name).returncode == 0


def test_signs_of_git_in_the_name_of_the_folder_are_only_signs(tmp_path: Path) -> None:
    """Git replaces %P in a command by a file's name, also within quotation marks; in a folder's name it stays."""
    top = tmp_path / "top"
    name = "100 %P 'and' [*]/letters/a;touch forged;.yaml"
    (top / name).parent.mkdir(parents=True)
    (top / name).write_text(LETTER)
    git(top, "init", "-q", "-b", "main")
    install_in_git(git_setup(Workspace((top / name).parents[1]), PROGRAM), (top / name).parents[1])
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "one")
    for branch, old, new in (("other", "Monday", "Friday"), ("main", "in Madrid", "in Geneva")):
        git(top, "checkout", "-q", *(["-b"] if branch == "other" else []), branch)
        (top / name).write_text(LETTER.replace(old, new))
        git(top, "commit", "-q", "-a", "-m", branch)

    git(top, "merge", "-q", "other")

    assert "on Friday" in (top / name).read_text()
    assert "in Geneva" in (top / name).read_text()
    assert not [*top.rglob("forged*")]
    assert git(top, "check-attr", "diff", "100 %P 'and' [*]/letters/b.yaml").endswith(": circulars\n")
    assert git(top, "check-attr", "diff", "100 %P 'and' [x]/letters/b.yaml").endswith(": unspecified\n")


@pytest.mark.parametrize("name", ["a\n*.txt diff=evil", "a\x1b[2J", "a\u202eb"])
def test_a_folder_whose_name_would_be_lines_of_gits_files_is_refused(name: str, tmp_path: Path) -> None:
    """A line break or a control character in its name would become another attribute, or hide one."""
    (tmp_path / name).mkdir()
    git(tmp_path, "init", "-q")

    with pytest.raises(UsageError, match="not allowed"):
        git_setup(Workspace(tmp_path / name), PROGRAM)


def test_attributes_that_are_too_large_are_left_as_they_are(top: Path) -> None:
    """A file of which only the beginning was read is never written again."""
    attributes = "# a comment\n" * 100_000
    (top / ".gitattributes").write_text(attributes)

    done = run_here(top / "office one", "git", "uninstall", "--yes")

    assert done.returncode != 0
    assert "larger than 1 MiB" in done.stderr
    assert (top / ".gitattributes").read_text() == attributes


def test_a_merge_of_files_that_are_too_large_writes_nothing(top: Path) -> None:
    """Git's driver reads all of a file or nothing, so no line is lost."""
    large = LETTER + "# a comment\n" * 100_000
    for name in ("base", "ours", "theirs"):
        (top / name).write_text(large + name)

    done = run_here(top, "git", "merge", "base", "ours", "theirs", NAME)

    assert done.returncode == 1
    assert (top / "ours").read_text() == f"{large}ours"
    assert reading_text(top / "ours", Workspace(top)) == "the file cannot be read: it is larger than 1 MiB\n"
