"""Reading files from a folder or from a git revision."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path

import pytest

from circulars.errors import LetterError, UsageError
from circulars.review.versions.git import STAGED, Version, date_of, has_contents, last_commits, letters_in, read_version
from circulars.review.versions.naming import version_pairs
from circulars.syntax.nodes import MAX_BYTES
from circulars.workspace import Workspace


def git(folder: Path, *arguments: str) -> None:
    """Runs git in a folder, as a user without settings."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.int", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def read_revision(spec: str, folder: Path) -> tuple[bytes, str]:
    """The bytes of a version, and its name in messages."""
    revision, colon, path = spec.partition(":")
    version = Version(revision, path) if colon else Version("", spec)
    return read_version(version, folder), str(version)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a letter that was changed after its commit, from "en: one" to "en: two"."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/carta señalada.yaml").write_text("en: one\nes: uno\n")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "one")
    (tmp_path / "letters/carta señalada.yaml").write_text("en: two\nes: dos\n")
    return tmp_path


def test_a_revision_has_the_old_bytes(folder: Path) -> None:
    """`REV:path` gives the file in the revision, and a path the file in the folder, each with its name."""
    name = "letters/carta señalada.yaml"

    assert read_revision(f"main:{name}", folder) == (b"en: one\nes: uno\n", f"main:{name}")
    assert read_revision(name, folder) == (b"en: two\nes: dos\n", name)


def test_paths_are_relative_to_a_folder_inside_the_repository(folder: Path) -> None:
    """Paths are relative to the folder, or else to the top of the repository."""
    inside = folder / "letters"

    for path in ("carta señalada.yaml", "letters/carta señalada.yaml"):
        assert read_revision(f"HEAD:{path}", inside)[0] == b"en: one\nes: uno\n"


def test_a_file_with_a_colon_in_its_name_is_a_file(folder: Path) -> None:
    """If a file has the name, the part before the colon is not a revision."""
    (folder / "main:x").write_bytes(b"file")

    (pair,) = version_pairs(["main:x", "main:x"], Workspace(folder))

    assert (pair.new, read_version(pair.new, folder)) == (Version("", "main:x"), b"file")


def test_what_is_staged_is_between_the_commit_and_the_folder(folder: Path) -> None:
    """git's index has its own bytes and its own list of letters."""
    name = "letters/carta señalada.yaml"
    (folder / name).write_text("en: staged\n")
    (folder / "letters/new.yaml").write_text("en: new\n")
    git(folder, "add", ".")
    (folder / name).write_text("en: three\n")

    assert read_version(Version(STAGED, name), folder) == b"en: staged\n"
    assert str(Version(STAGED, name)) == f":{name}"
    assert [one.path for one in letters_in(STAGED, folder)] == [name, "letters/new.yaml"]


def test_the_letters_of_a_revision_are_listed(folder: Path) -> None:
    """The names are not quoted as git does it."""
    (folder / "letters/new.yaml").write_text("en: new\n")

    assert [one.path for one in letters_in("HEAD", folder)] == ["letters/carta señalada.yaml"]
    assert [one.path for one in letters_in("", folder)] == ["letters/carta señalada.yaml", "letters/new.yaml"]


def test_the_contents_of_a_listed_letter_are_known_by_their_name(folder: Path) -> None:
    """A letter that did not change needs no look at its contents in git."""
    (stored,) = letters_in("HEAD", folder)

    assert has_contents(b"en: one\nes: uno\n", stored.blob)
    assert not has_contents(b"en: two\nes: dos\n", stored.blob)
    assert read_version(stored, folder) == b"en: one\nes: uno\n"


@pytest.mark.parametrize(
    ("spec", "code", "kind"),
    [
        ("HEAD:letters/none.yaml", "no-such-file", LetterError),
        ("HEAD:letters", "no-such-file", LetterError),
        ("HEAD:../outside.yaml", "no-such-file", LetterError),
        ("HEAD:/etc/passwd", "no-such-file", LetterError),
        ("letters/none.yaml", "no-such-file", LetterError),
        ("other:letters/x.yaml", "unknown-revision", UsageError),
        ("--output=x:y", "unknown-revision", UsageError),
        ("--exec=touch x:y", "unknown-revision", UsageError),
        ("-n:y", "unknown-revision", UsageError),
        ("HEAD --:y", "unknown-revision", UsageError),
        ("HEAD;touch x:y", "unknown-revision", UsageError),
    ],
)
def test_a_missing_revision_or_file_is_reported(
    folder: Path, spec: str, code: str, kind: type[LetterError | UsageError]
) -> None:
    """A missing or hostile name of a revision or a file is a problem; no program is run, and nothing is written."""
    before = sorted(folder.iterdir())

    with pytest.raises(kind) as caught:
        read_revision(spec, folder)

    assert [problem.code for problem in caught.value.problems] == [code]
    assert sorted(folder.iterdir()) == before


def test_without_a_repository_the_remedy_is_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a repository there are no revisions, so the hint is to name two files."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(UsageError, match="no-repository") as caught:
        read_revision("HEAD:x.yaml", tmp_path)

    assert caught.value.problems[0].hint == "name two files instead"


def test_before_the_first_commit_there_is_no_head(tmp_path: Path) -> None:
    """In a repository without commits, the hint says so."""
    git(tmp_path, "init", "-q")

    with pytest.raises(UsageError, match="no commit yet"):
        read_revision("HEAD:x.yaml", tmp_path)


def test_without_git_a_file_is_still_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine without git, files can be read, and a revision is reported as a problem."""
    monkeypatch.setenv("PATH", "")

    assert read_revision("letters/carta señalada.yaml", folder)[0] == b"en: two\nes: dos\n"
    with pytest.raises(UsageError, match="no-git"):
        read_revision("HEAD:letters/carta señalada.yaml", folder)


def test_a_file_that_is_too_large_is_refused(folder: Path) -> None:
    """A file in a revision that is larger than a letter may be is refused before it is read."""
    (folder / "large.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    git(folder, "add", "large.yaml")
    git(folder, "commit", "-q", "-m", "large")

    with pytest.raises(LetterError, match="too-large"):
        read_revision("HEAD:large.yaml", folder)


def test_what_git_itself_complains_of_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that fails for another reason than a missing repository is quoted."""
    git = tmp_path / "git"
    git.write_text("#!/bin/sh\necho 'fatal: the repository is damaged' >&2\nexit 128\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UsageError, match="git-failed  fatal: the repository is damaged"):
        read_revision("HEAD:letter.yaml", tmp_path)


def committed(folder: Path, committer: str) -> Version:
    """A version of the letter in a commit with this line of its committer, and perhaps more lines."""
    tree = subprocess.run(["git", "rev-parse", "HEAD^{tree}"], cwd=folder, check=True, capture_output=True).stdout
    commit = f"tree {tree.decode().strip()}\nauthor A <a@example.int> 1 +0000\n{committer}\n\none\n"
    stored = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
    name = subprocess.run(stored, cwd=folder, input=commit.encode(), check=True, capture_output=True).stdout
    return Version(name.decode().strip(), "letters/carta señalada.yaml")


@pytest.mark.parametrize(
    ("seconds", "date"),
    [
        ("1700000000", datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.UTC)),
        ("99999999999999", None),
        ("9999999999999999999", None),
    ],
)
def test_a_version_has_the_date_of_its_commit(folder: Path, seconds: str, date: datetime.datetime | None) -> None:
    """It has none if its commit states a year that no calendar has."""
    version = committed(folder, f"committer A <a@example.int> {seconds} +0000")

    assert date_of(version, folder) == date


def test_no_program_that_the_repository_names_checks_a_signature(folder: Path, tmp_path: Path) -> None:
    """A repository that has git check the signatures of commits with a program of its own does not get it to run."""
    program = tmp_path / "check"
    program.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
    program.chmod(0o755)
    git(folder, "config", "log.showSignature", "true")
    git(folder, "config", "gpg.program", str(program))
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----"
    version = committed(folder, f"committer A <a@example.int> 1700000000 +0000\n{signature}")

    assert date_of(version, folder) is not None
    assert not (tmp_path / "ran").exists()


def test_the_last_commit_of_each_letter_has_its_author(folder: Path) -> None:
    """One call of git finds them for all letters; a letter that is in no commit has none."""
    other = "letters/other\n.yaml"
    (folder / other).write_text("en: one")
    (folder / "letters/new.yaml").write_text("en: one")
    git(folder, "add", other)
    git(folder, "commit", "-q", "-m", "two", "--author", "Ana Pérez <ana@example.int>", "--date", "1700000000 +0000")

    found = last_commits(folder)

    assert {path: commit.author for path, commit in found.items()} == {
        other: "Ana Pérez",
        "letters/carta señalada.yaml": "A",
    }
    assert found[other].date == datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.UTC)


def test_without_a_history_there_are_no_last_commits(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder without commits or without git has none."""
    git(folder, "update-ref", "-d", "HEAD")
    before = last_commits(folder)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert before == last_commits(folder) == {}
