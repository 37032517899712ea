"""Who last changed each text of a letter, through moves, formatting and merges, in real repositories."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from circulars.review.repository.lineage import text_origins, wording_commits
from circulars.workspace import Workspace
from commands import run_here
from readers import pdftotext_pages

LETTER = (
    "kind: tsb-circular\nnumber: 1\ndate: 2024-07-12\nlanguages: [en, es]\n"
    "subject: {en: A meeting, es: Una reunión}\n"
    "body:\n"
    "  - {en: The meeting opens on Monday., es: La reunión comienza el lunes.}\n"
    "  - {en: It will be held in Madrid., es: Será en Madrid.}\n"
)


def git(folder: Path, author: str, *arguments: str) -> None:
    """Runs git as a user of this name."""
    who = ("-c", f"user.name={author}", "-c", "user.email=a@example.int", "-c", "commit.gpgsign=false")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, env=environment)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with a letter by Ana."""
    (tmp_path / "letters").mkdir()
    git(tmp_path, "Ana", "init", "-q", "-b", "main")
    commit(tmp_path, "Ana", "one", LETTER)
    return tmp_path


def commit(folder: Path, author: str, subject: str, text: str, name: str = "x") -> None:
    """Writes a letter, and commits it."""
    (folder / f"letters/{name}.yaml").write_text(text)
    git(folder, author, "add", "-A")
    git(folder, author, "commit", "-q", "-m", subject)


def authors(folder: Path, name: str = "x") -> dict[str, str]:
    """Who last changed each text, by the text."""
    origins = text_origins(folder / f"letters/{name}.yaml", Workspace(folder))
    return {one.text: one.commit.author if one.commit else "" for one in origins}


def test_moves_and_formatting_are_no_changes_of_words(folder: Path) -> None:
    """Eva changes one sentence in Spanish; Kofi moves the paragraphs, formats and renames the letter."""
    text = LETTER.replace("lunes", "martes")
    commit(folder, "Eva", "two", text)
    first, second = text.splitlines(keepends=True)[-2:]
    commit(folder, "Kofi", "three", text.replace(first + second, second + first))
    run_here(folder, "fmt")
    (folder / "letters/x.yaml").rename(folder / "letters/y.yaml")
    commit(folder, "Kofi", "four", (folder / "letters/y.yaml").read_text(), "y")

    assert authors(folder, "y") == {
        "A meeting": "Ana",
        "Una reunión": "Ana",
        "The meeting opens on Monday.": "Ana",
        "La reunión comienza el martes.": "Eva",
        "It will be held in Madrid.": "Ana",
        "Será en Madrid.": "Ana",
    }
    commits = wording_commits(folder / "letters/y.yaml", Workspace(folder))
    assert [one.subject for one in commits] == ["two", "one"]


def test_a_merge_has_changed_only_what_neither_branch_had(folder: Path) -> None:
    """The author is that of the branch, not who merged it."""
    git(folder, "Eva", "checkout", "-q", "-b", "topic")
    commit(folder, "Eva", "topic", LETTER.replace("Monday", "Tuesday"))
    git(folder, "Ana", "checkout", "-q", "main")
    commit(folder, "Kofi", "main", LETTER.replace("number: 1", "number: 2"))
    git(folder, "Max", "merge", "-q", "--no-edit", "topic")

    assert authors(folder)["The meeting opens on Tuesday."] == "Eva"
    assert "Max" not in authors(folder).values()


def test_words_that_came_back_are_those_of_who_restored_them(folder: Path) -> None:
    """And what is in the folder only is not committed yet."""
    commit(folder, "Eva", "two", LETTER.replace("Monday", "Tuesday"))
    commit(folder, "Kofi", "three", LETTER)
    (folder / "letters/x.yaml").write_text(LETTER.replace("in Madrid.,", "in Lima.,"))

    assert authors(folder)["The meeting opens on Monday."] == "Kofi"
    assert authors(folder)["It will be held in Lima."] == ""


def test_the_commands_print_lines_without_control_characters(folder: Path) -> None:
    """``blame`` has a line for each text, ``history`` the words that each commit changed."""
    commit(folder, "E\x1bva", "two", LETTER.replace("lunes", "martes"))
    blame, history = run_here(folder, "blame", "x"), run_here(folder, "history", "x")

    assert "    7  es   " in blame.stdout and "La reunión comienza el martes." in blame.stdout
    assert "la reunión" not in history.stdout and "[-lunes-]{+martes+}" in history.stdout
    assert "\x1b" not in blame.stdout + history.stdout
    assert history.stdout.count("the first version") == 1


def test_texts_are_shown_without_marks(folder: Path) -> None:
    """A link is shown by its words."""
    marked = LETTER + "  - en: It is **open** for [the programme](https://example.int/a).\n    es: Está abierta.\n"
    commit(folder, "Eva", "two", marked)

    [shown] = [str(one) for one in text_origins(folder / "letters/x.yaml", Workspace(folder)) if "**open**" in one.text]
    assert shown.endswith("It is open for the programme.")


def test_both_are_readable_pdfs(folder: Path) -> None:
    """On the letter's paper, with who, when, and the words."""
    commit(folder, "Eva", "two", LETTER.replace("lunes", "martes"))
    blame, history = (run_here(folder, name, "x", "--pdf", f"{name}.pdf") for name in ("blame", "history"))
    words = [" ".join(page_text(folder / f"{name}.pdf").split()) for name in ("blame", "history")]

    assert (blame.returncode, history.returncode) == (0, 0)
    assert "Eva" in words[0] and "es La reunión comienza el martes." in words[0]
    assert "two" in words[1] and "[-lunes-]{+martes+}" in words[1]


def page_text(path: Path) -> str:
    """The words of a PDF."""
    return "\n".join(pdftotext_pages(path))


def test_check_finds_what_lines_merged_elsewhere_blend(folder: Path) -> None:
    """Git's own merge gives two paragraphs one id, and leaves a typed date beside a fact that has changed."""
    first = "  - en: The meeting opens on {{ day }}.\n    es: La reunión comienza el {{ day }}.\n"
    last = "  - {en: It will be held in Madrid., es: Será en Madrid.}\n"
    middle = "".join(f"  - {{en: Paragraph {n} of all., es: Párrafo {n} de todos.}}\n" for n in range(9))
    head = LETTER.partition("body:")[0] + "facts: {day: 2024-09-19}\n\n\nbody:\n"
    commit(folder, "Ana", "base", head + first + middle + last)
    git(folder, "Eva", "checkout", "-q", "-b", "topic")
    typed = first.replace("on {{ day }}.", "on 19 September 2024.") + "  - {id: end, en: Thank you., es: Gracias.}\n"
    commit(folder, "Eva", "topic", head + typed + middle + last)
    git(folder, "Ana", "checkout", "-q", "main")
    changed = head.replace("2024-09-19", "2024-09-20")
    commit(folder, "Kofi", "main", changed + first + middle + last.replace("{en: It will", "{id: end, en: It will"))
    git(folder, "Max", "merge", "-q", "--no-edit", "topic")
    twice = run_here(folder, "check")
    merged = (folder / "letters/x.yaml").read_text()
    (folder / "letters/x.yaml").write_text(merged.replace("{id: end, en: It will", "{en: It will"))
    dates = run_here(folder, "check")

    assert "duplicate-id" in twice.stdout
    assert "different-date" in dates.stdout
