"""A version of a letter is a commit of its own files, in the person's name."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from circulars.review.rules.confirmed import record_path
from desk.desks import Answer, Reader

NAME = "sg-letter-dm-24-1021"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture
def repository(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The office in git, with its files committed, and a person whom git knows in this repository alone."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    git(office, "init", "-q")
    git(office, "config", "user.name", "Ana Pérez")
    git(office, "config", "user.email", "ana@example.int")
    git(office, "add", ".")
    git(office, "commit", "-q", "-m", "first")
    return office


def saved(reader: Reader, message: str, name: str = NAME) -> Answer:
    return reader.post(f"/letters/{name}/version", {"message": message})


def test_a_version_has_the_files_of_the_letter_alone(repository: Path, reader: Reader) -> None:
    """Other files stay as they are, changed or staged; the page shows who saved the last version."""
    record_path(repository / f"letters/{NAME}.yaml").write_text("{}")
    (repository / "letters/addressees.csv").write_text("x")
    (repository / "staged.txt").write_text("x")
    git(repository, "add", "staged.txt")
    reader.edit(NAME, ("date",), "2024-10-21", "2024-10-22")

    answer = saved(reader, "-m The date\r\n\r\n# is later")

    assert (answer.status, answer.headers["location"]) == (303, f"/letters/{NAME}#version")
    assert git(repository, "log", "-1", "--format=%an <%ae> %B") == (
        "Ana Pérez <ana@example.int> -m The date\n\n# is later"
    )
    assert git(repository, "show", "--name-only", "--format=").split() == [
        f"letters/{NAME}.confirmed.json",
        f"letters/{NAME}.yaml",
    ]
    assert git(repository, "status", "--porcelain").splitlines() == ["M letters/addressees.csv", "A  staged.txt"]
    assert "Last version: <bdi>Ana Pérez</bdi>, " in reader.get(f"/letters/{NAME}").text


def test_a_new_letter_becomes_a_version(repository: Path, reader: Reader) -> None:
    """Git need not know it before."""
    reader.post("/new/letter", {"from": "copy", "letter": NAME})

    assert saved(reader, "Copy", "sg-letter-dm-24-1022").status == 303
    assert git(repository, "show", "--name-only", "--format=") == "letters/sg-letter-dm-24-1022.yaml"
    assert git(repository, "status", "--porcelain") == ""


def test_a_letter_that_has_not_changed_gets_no_version(repository: Path, reader: Reader) -> None:
    """The history stays as it is."""
    answer = saved(reader, "Again")

    assert answer.status == 409
    assert "as in its last version" in answer.text
    assert git(repository, "rev-list", "--count", "HEAD") == "1"


@pytest.mark.parametrize("key", ["user.name", "user.email"])
def test_a_person_whom_git_does_not_know_is_asked_to_say_so(key: str, repository: Path, reader: Reader) -> None:
    """No commit is made in another name."""
    git(repository, "config", "--unset", key)
    reader.edit(NAME, ("date",), "2024-10-21", "2024-10-22")

    answer = saved(reader, "The date")

    assert answer.status == 422
    assert key in answer.text and "does not know who you are" in answer.text
    assert git(repository, "rev-list", "--count", "HEAD") == "1"


def test_without_a_repository_the_page_says_what_is_missing(reader: Reader) -> None:
    """The remedy is that of git."""
    answer = saved(reader, "First")

    assert answer.status == 422
    assert "is not in a git repository" in answer.text and "git init" in answer.text


def test_what_a_hook_refuses_is_no_version(repository: Path, reader: Reader) -> None:
    """The page has the words of the hook."""
    hook = repository / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not on Fridays >&2\nexit 1\n")
    hook.chmod(0o755)
    reader.edit(NAME, ("date",), "2024-10-21", "2024-10-22")

    answer = saved(reader, "The date")

    assert answer.status == 422
    assert "not on Fridays" in answer.text
    assert git(repository, "rev-list", "--count", "HEAD") == "1"


@pytest.mark.parametrize("message", ["", "  ", "x" * 2001])
def test_a_version_has_a_message(message: str, repository: Path, reader: Reader) -> None:
    """It says in a few words what changed."""
    reader.edit(NAME, ("date",), "2024-10-21", "2024-10-22")

    assert saved(reader, message).status == 400
    assert git(repository, "rev-list", "--count", "HEAD") == "1"
