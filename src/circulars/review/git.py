"""Reads a file from the folder or from a git revision."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from circulars.errors import CircularsError, LetterError, Place, Problem, UsageError, not_read
from circulars.files.inside import OutsideError, read_in_folder
from circulars.files.reading import LIMITS, Kind
from circulars.model.letter import Letter
from circulars.source.letters.pictures import picture_names
from circulars.source.letters.reading import parse_letter
from circulars.source.scratch import folder_with

_TIMEOUT = 60  # seconds
# No pager, no prompt, no lock, no program that the repository names, and no network, which a partial clone would use.
_GIT = ("git", "--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false")
_QUIET = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class Version:
    """A file in a git revision; without a revision, the file in the folder."""

    revision: str
    path: str

    def __str__(self) -> str:
        name = f"{self.revision}:{self.path}" if self.revision else self.path
        return name.encode("utf-8", "replace").decode()


class NoSuchFileError(LetterError):
    """The revision exists, but the file is not in it."""


class NoGitError(UsageError):
    """There is no git, no repository, or no such revision."""


def version_of(spec: str, folder: Path) -> Version:
    """The version that ``spec`` names: a file (relative to ``folder``, or else to here), or ``REV:path``."""
    revision, colon, path = spec.partition(":")
    if is_file(spec, folder):
        return Version("", spec)
    if _exists(Path(spec)):
        return Version("", relative(str(Path(spec).absolute()), folder))
    return Version(revision, path) if colon and revision else Version("", spec)


def read_version(version: Version, folder: Path, kind: Kind = "YAML") -> bytes:
    """The bytes of a version of a file. Of a file in the folder, only one byte more than the limit of its kind is read.

    Paths in a revision are relative to ``folder``, or else to the repository's top.

    Raises:
        NoSuchFileError: there is no such file.
        LetterError: the file cannot be read, or a file in a revision is too large.
        NoGitError: git is not installed, the folder is not in a repository, or there is no such revision.
    """
    if version.revision:
        return _stored(version, folder, LIMITS[kind])
    path = folder / version.path
    try:
        return read_in_folder(path.parent, path.name, kind)
    except OutsideError:
        fact = "this is a link to a file in another folder; such links are not followed"
        raise LetterError(Problem(Place(str(version)), "outside-folder", fact, "copy the file here")) from None
    except (FileNotFoundError, IsADirectoryError):
        raise NoSuchFileError(Problem(Place(str(version)), "no-such-file", "there is no such file")) from None
    except (OSError, ValueError, RuntimeError) as error:
        fact = not_read(error)
        raise LetterError(Problem(Place(str(version)), "unreadable-file", fact, "is the name right?")) from None


def read_letter_version(version: Version, folder: Path) -> Letter:
    """The letter in a version, with the pictures of the same version.

    Raises:
        NoSuchFileError, NoGitError: see :func:`read_version`.
        LetterError: the letter cannot be read, or it has problems; all of them are reported.
    """
    data, shown = read_version(version, folder), str(version)
    name = Path(version.path).stem
    if not version.revision:
        return parse_letter(data, shown, name, (folder / version.path).parent)
    with folder_with(_pictures(data, version, folder)) as place:
        return parse_letter(data, shown, name, place)


def letters_in(revision: str, folder: Path) -> tuple[str, ...]:
    """The paths of the letters in ``letters/`` of a revision; without a revision, of those in the folder.

    Raises:
        NoGitError: git is not installed, the folder is not in a repository, or there is no such revision.
    """
    if not revision:
        return tuple(sorted(f"letters/{path.name}" for path in (folder / "letters").glob("*.yaml")))
    commit = _commit(revision, folder)
    listed = _git(folder, "ls-tree", "-z", "--name-only", commit, "letters/").stdout.decode("utf-8", "surrogateescape")
    return tuple(name for name in listed.split("\0") if name.endswith(".yaml"))


def is_revision(name: str, folder: Path) -> bool:
    """Whether there is a git revision of this name."""
    try:
        return bool(_commit(name, folder))
    except NoGitError:
        return False


def relative(path: str, folder: Path) -> str:
    """A file's path relative to the folder, as in a revision; the path itself if it leads out of the folder."""
    found = (folder / path).resolve()
    return found.relative_to(folder.resolve()).as_posix() if found.is_relative_to(folder.resolve()) else path


def is_file(path: str, folder: Path) -> bool:
    """Whether there is a file of this name in the folder."""
    return _exists(folder / path)


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _stored(version: Version, folder: Path, most: int) -> bytes:
    root = _commit(version.revision, folder)
    for path in (f"./{version.path}", version.path):
        # The name begins with the commit's hexadecimal name, so that git cannot take it for an option.
        name = f"{root}:{path}"
        if _git(folder, "cat-file", "-t", name).stdout.strip() == b"blob":
            size = int(_git(folder, "cat-file", "-s", name).stdout)
            if size > most:
                fact = f"the file has {size:,} bytes; the limit is {most:,}"
                raise LetterError(Problem(Place(str(version)), "too-large", fact, ""))
            return _git(folder, "cat-file", "blob", name).stdout
    fact = f"the revision '{_plain(version.revision)}' has no file '{_plain(version.path)}'"
    hint = f"its letters: git ls-tree --name-only {_plain(version.revision)} letters/"
    raise NoSuchFileError(Problem(Place(), "no-such-file", fact, hint))


def _commit(revision: str, folder: Path) -> str:
    """The hexadecimal name of a revision's commit."""
    inside = _git(folder, "rev-parse", "--git-dir")
    if inside.returncode:
        lines = inside.stderr.decode("utf-8", "replace").strip().splitlines()
        if any("not a git repository" in line for line in lines):
            raise _error("no-repository", f"'{folder}' is not in a git repository", "name two files instead")
        raise _error("git-failed", lines[0] if lines else "git failed", "name two files instead")
    found = _git(folder, "rev-parse", "--verify", "-q", "--end-of-options", f"{revision}^{{commit}}")
    commit = found.stdout.decode("ascii", "replace").strip()
    if found.returncode or not commit.isalnum():
        hint = "is it spelt right, and fetched? 'git branch --all' and 'git tag' list names"
        if revision == "HEAD":
            hint = "the repository has no commit yet: commit first, or name two files"
        raise _error("unknown-revision", f"there is no git revision '{_plain(revision)}'", hint)
    return commit


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    # git needs the environment for its user's settings and safe folders; it does not affect the result.
    environment: Mapping[str, str] = {**os.environ, **_QUIET}
    try:
        return subprocess.run(  # noqa: S603  # a list, without a shell; names are checked or come after hexadecimal digits
            [*_GIT, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT,
            check=False,
        )
    except FileNotFoundError:
        raise _error(
            "no-git", "git is not installed on this machine", "install git, or name two files instead"
        ) from None
    except subprocess.TimeoutExpired:
        raise _error("git-failed", f"git did not answer within {_TIMEOUT} seconds", "try again") from None
    except (OSError, ValueError) as error:
        raise _error("git-failed", f"git cannot be run: {error}", "name two files instead") from None


def _error(code: str, fact: str, hint: str) -> NoGitError:
    return NoGitError(Problem(Place(), code, fact, hint))


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _pictures(data: bytes, version: Version, folder: Path) -> dict[str, bytes]:
    """The pictures of a letter in a revision, from the same revision."""
    found = {}
    for name in picture_names(data):
        beside = Version(version.revision, str(Path(version.path).parent / name))
        # The reader of the letter reports a missing picture, with its line and column.
        with suppress(CircularsError):
            found[name] = read_version(beside, folder, "picture")
    return found
