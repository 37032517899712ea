"""Reads a file as it stands in the folder, or as it stood in a git revision."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from circulars.errors import CircularsError, LetterError, Place, Problem, UsageError, not_read
from circulars.files.picture import MAX_BYTES as MAX_PICTURE
from circulars.model.letter import Letter
from circulars.source.letters.reading import parse_letter
from circulars.source.scratch import folder_with
from circulars.syntax import nodes

_SECONDS = 60
# No pager, no prompt, no lock, no program of the repository's own; and no network: a partial clone would fetch.
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
    """A file in a git revision; no revision means the file as it is now."""

    revision: str
    path: str

    def __str__(self) -> str:
        name = f"{self.revision}:{self.path}" if self.revision else self.path
        return name.encode("utf-8", "replace").decode()


class NoSuchFileError(LetterError):
    """The revision is there, the file is not in it."""


class NoGitError(UsageError):
    """There is no git, no repository, or no such revision."""


def version_of(spec: str, folder: Path) -> Version:
    """The version that ``spec`` names: a file (from ``folder``, or else from here), or ``REV:path``."""
    revision, colon, path = spec.partition(":")
    if is_file(spec, folder):
        return Version("", spec)
    if _exists(Path(spec)):
        return Version("", relative(str(Path(spec).absolute()), folder))
    return Version(revision, path) if colon and revision else Version("", spec)


def read_version(version: Version, folder: Path, most: int = nodes.MAX_BYTES) -> bytes:
    """The bytes of one version of a file, at most ``most`` (a byte more is an error).

    Paths in a revision are from ``folder``, or else from the repository's top, as git has them.

    Raises:
        NoSuchFileError: the revision has no such file.
        LetterError: the file cannot be read, or is too large for a letter.
        NoGitError: git is not there, the folder is in no repository, or the repository has no such revision.
    """
    if version.revision:
        return _stored(version, folder, most)
    try:
        with (folder / version.path).open("rb") as stream:
            return stream.read(most + 1)
    except (FileNotFoundError, IsADirectoryError):
        raise NoSuchFileError(Problem(Place(str(version)), "no-such-file", "there is no such file")) from None
    except (OSError, ValueError) as error:
        fact = not_read(error)
        raise LetterError(Problem(Place(str(version)), "unreadable-file", fact, "is the name right?")) from None


def read_letter_version(version: Version, folder: Path) -> Letter:
    """The letter as it was in one version, with its pictures as they were then.

    Raises: as :func:`read_version`, and LetterError for the letter's problems, all of them at once.
    """
    data, shown = read_version(version, folder), str(version)
    name = Path(version.path).stem
    if not version.revision:
        return parse_letter(data, shown, name, (folder / version.path).parent)
    with folder_with(_pictures(data, version, folder)) as place:
        return parse_letter(data, shown, name, place)


def letters_in(revision: str, folder: Path) -> tuple[str, ...]:
    """The paths of the letters that a revision has in ``letters/`` of the folder; of the files there without one.

    Raises:
        NoGitError: git is not there, the folder is in no repository, or the repository has no such revision.
    """
    if not revision:
        return tuple(sorted(f"letters/{path.name}" for path in (folder / "letters").glob("*.yaml")))
    commit = _commit(revision, folder)
    listed = _git(folder, "ls-tree", "-z", "--name-only", commit, "letters/").stdout.decode("utf-8", "surrogateescape")
    return tuple(name for name in listed.split("\0") if name.endswith(".yaml"))


def is_revision(name: str, folder: Path) -> bool:
    """Whether git knows a revision of this name."""
    try:
        return bool(_commit(name, folder))
    except NoGitError:
        return False


def relative(path: str, folder: Path) -> str:
    """A file's path from the folder, as a revision has it; the path itself when it leads elsewhere."""
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
        # The commit's own hexadecimal name comes first, so nothing here can be taken for an option.
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
    """The hexadecimal name of the revision's commit."""
    inside = _git(folder, "rev-parse", "--git-dir")
    if inside.returncode:
        said = inside.stderr.decode("utf-8", "replace").strip().splitlines()
        if any("not a git repository" in line for line in said):
            raise _refusal("no-repository", f"'{folder}' is in no git repository", "name two files instead")
        raise _refusal("git-failed", said[0] if said else "git failed", "name two files instead")
    found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    commit = found.stdout.decode("ascii", "replace").strip()
    if found.returncode or not commit.isalnum():
        hint = "is it spelt right, and fetched? 'git branch --all' and 'git tag' list names"
        if revision == "HEAD":
            hint = "the repository has no commit yet: commit first, or name two files"
        raise _refusal("unknown-revision", f"git knows no revision '{_plain(revision)}'", hint)
    return commit


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    # git finds itself, its user's settings and safe folders by the environment; nothing of it reaches the result.
    environment: Mapping[str, str] = {**os.environ, **_QUIET}
    try:
        return subprocess.run(  # noqa: S603  # a list, without a shell; names are checked or come after hexadecimal digits
            [*_GIT, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise _refusal("no-git", "git is not on this machine", "install git, or name two files instead") from None
    except subprocess.TimeoutExpired:
        raise _refusal("git-failed", f"git did not answer within {_SECONDS} seconds", "try again") from None
    except (OSError, ValueError) as error:
        raise _refusal("git-failed", f"git cannot be asked: {error}", "name two files instead") from None


def _refusal(code: str, fact: str, hint: str) -> NoGitError:
    return NoGitError(Problem(Place(), code, fact, hint))


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _pictures(data: bytes, version: Version, folder: Path) -> dict[str, bytes]:
    """The pictures that a stored letter names, as the same revision has them."""
    found = {}
    for name in _picture_names(data):
        beside = Version(version.revision, str(Path(version.path).parent / name))
        # That one is missing is the letter's problem, said at its line and column.
        with suppress(CircularsError):
            found[name] = read_version(beside, folder, MAX_PICTURE)
    return found


def _picture_names(data: bytes) -> Iterator[str]:
    """The files that stand under "signatory: picture:"."""
    try:
        node: nodes.Node = nodes.read_tree(data, "").root
    except LetterError:
        return
    for key in ("signatory", "picture"):
        if not isinstance(node, nodes.Mapping) or key not in node.pairs:
            return
        node = node.pairs[key][1]
    if isinstance(node, nodes.Scalar) and "\0" not in node.text:
        yield node.text
