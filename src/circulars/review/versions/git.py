"""Reads a file from the folder, from a git revision or from git's index."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from circulars.errors import LetterError, Place, Problem, UsageError, did_you_mean, not_read
from circulars.files.inside import OutsideError, read_in_folder
from circulars.files.reading import LIMITS, Kind, TooLargeError

STAGED = ":"
"""In place of a revision: git's index, with what is staged for the next commit."""
MOST_COMMITS = 5_000
"""So many commits of a history are read."""
_TIMEOUT = 60  # seconds
_DIGITS = 10
_SHA1 = 40
_SUGGESTED = 200
# A line of 'ls-tree' or 'ls-files -s': the mode of a file, its contents and its path.
_ENTRY = re.compile(r"100[0-9]{3} (?:blob )?([0-9a-f]{40,64})(?: 0)?\t([^\0]*\.yaml)\0")
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
    """A file in a git revision or among those that are staged; without a revision, the file in the folder.

    ``blob`` is git's name of the contents, if it is known.
    """

    revision: str
    path: str
    blob: str = field(default="", compare=False)

    def __str__(self) -> str:
        return _plain(f"{self.revision.removesuffix(':')}:{self.path}" if self.revision else self.path)


class NoSuchFileError(LetterError):
    """The revision exists, but the file is not in it."""


class NoGitError(UsageError):
    """There is no git, no repository, or no such revision."""


def read_version(version: Version, folder: Path, kind: Kind = "YAML") -> bytes:
    """The bytes of a version of a file.

    Paths in a revision are relative to ``folder``, or else to the repository's top.

    Raises:
        NoSuchFileError: there is no such file.
        LetterError: the file cannot be read, or is too large.
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
    except TooLargeError as error:
        raise LetterError(Problem(Place(str(version)), "too-large", not_read(error), "make it smaller")) from None
    except OSError as error:
        fact = not_read(error)
        raise LetterError(Problem(Place(str(version)), "unreadable-file", fact, "is the name right?")) from None


def is_stored(version: Version, folder: Path) -> bool:
    """Whether a version is a file: in its revision, or in the folder.

    Raises:
        NoGitError: git is not installed, the folder is not in a repository, or there is no such revision.
    """
    return bool(_object(version, folder)) if version.revision else is_file(version.path, folder)


def date_of(version: Version, folder: Path) -> datetime.datetime | None:
    """When a version was committed, in UTC; None if it was not, or if its commit does not state a date before 10000.

    Raises:
        NoGitError: git is not installed, the folder is not in a repository, or there is no such revision.
    """
    if version.revision in ("", STAGED):
        return None
    # Not 'git show': it checks signatures with the program that the repository names, if its settings say so.
    commit = commit_of(version.revision, folder)
    shown = _git(folder, "rev-list", "--max-count=1", "--pretty=%ct", commit).stdout.split()
    return _moment(shown[-1].decode("ascii", "replace")) if shown else None


def letters_in(revision: str, folder: Path, inside: str = "letters") -> tuple[Version, ...]:
    """The letters in a folder of a revision, or those that are staged; without a revision, the files in the folder.

    Raises:
        NoGitError: git is not installed, the folder is not in a repository, or there is no such revision.
    """
    before = f"{inside.rstrip('/')}/" if inside not in ("", ".") else ""
    if not revision:
        names = sorted(path.name for path in (folder / inside).glob("*.yaml") if path.is_file())
        return tuple(Version("", before + name) for name in names)
    if revision == STAGED:
        _check_repository(folder)
        listed = _git(folder, "ls-files", "-s", "-z", "--", before or ".").stdout
    else:
        commit = commit_of(revision, folder)
        listed = _git(folder, "ls-tree", "-z", "--end-of-options", commit, before or ".").stdout
    entries = _ENTRY.findall(listed.decode("utf-8", "surrogateescape"))
    return tuple(Version(revision, path, blob) for blob, path in entries if "/" not in path.removeprefix(before))


def histories(folder: Path, inside: str = "letters") -> dict[str, tuple[Version, ...]]:
    """The versions of each YAML file in a folder, by its path, from the newest commit on, also under its earlier names.

    Only the commits of the branch itself are read: a merge is one change. Of a longer history, the newest
    ``MOST_COMMITS`` are read. Nothing is in a folder without git or commits.
    """
    arguments = ("-c", "log.showSignature=false", "log", f"--max-count={MOST_COMMITS}", "--first-parent", "-m", "--raw")
    more = ("--no-abbrev", "--no-color", "-M", "-z", "--relative", "--pretty=tformat:%H", "HEAD", "--", inside or ".")
    try:
        listed = _git(folder, *arguments, *more)
    except NoGitError:
        return {}
    if listed.returncode:
        return {}
    found: dict[str, list[Version]] = {}
    current: dict[str, str] = {}  # the present path of a file, by the one that it had at a commit
    for commit, status, blob, old, new in _raw_changes(listed.stdout.decode("utf-8", "surrogateescape")):
        path = current.get(new, new)
        if status == "D":
            current[new] = f"{new}\0{commit}"  # a file that was deleted, and came again, is another one
            continue
        found.setdefault(path, []).append(Version(commit, new, blob))
        if old != new:
            current[old] = path
            current.setdefault(new, f"{new}\0{commit}")
    return {path: tuple(versions) for path, versions in found.items() if "\0" not in path}


@dataclass(frozen=True, slots=True)
class FileCommit:
    """The last commit that changed a file: its author, and when it was written, as far as the commit says so."""

    author: str
    date: datetime.datetime | None


def last_commits(folder: Path, inside: str = "letters") -> dict[str, FileCommit]:
    """The last commit of each file in a folder, by the file's path, among the newest ``MOST_COMMITS``.

    Nothing is in a folder without git or commits.
    """
    arguments = ("-c", "log.showSignature=false", "log", f"--max-count={MOST_COMMITS}", "--name-only", "--no-renames")
    more = ("--no-color", "-z", "--relative", "--pretty=tformat:%x01%at %aN", "HEAD", "--", inside)
    try:
        listed = _git(folder, *arguments, *more)
    except NoGitError:
        return {}
    found: dict[str, FileCommit] = {}
    commit = FileCommit("", None)
    for one in listed.stdout.decode("utf-8", "replace").split("\0"):
        line = one.lstrip("\n")
        if line.startswith("\x01"):
            seconds, _, author = line[1:].partition(" ")
            commit = FileCommit(author, _moment(seconds))
        elif line:
            found.setdefault(line, commit)
    return found


def _moment(seconds: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC)
    except (ValueError, OverflowError, OSError):  # a commit may state any number
        return None


def _raw_changes(log: str) -> Iterator[tuple[str, str, str, str, str]]:
    """The changes that a log lists: commit, kind of change, contents, and the old and the new path."""
    commit = ""
    fields = iter(log.split("\0"))
    for one in fields:
        head = one.lstrip("\n")
        if not head.startswith(":"):
            commit = head.strip() or commit
            continue
        _, mode, _, blob, status = head.split(" ")
        old = next(fields)
        new = next(fields) if status[:1] in "RC" else old
        if mode.startswith("100") or status == "D":
            yield commit, status[:1], blob, old if status[:1] == "R" else new, new


def read_contents(blobs: Sequence[str], folder: Path, kind: Kind = "YAML") -> dict[str, bytes]:
    """The contents to which git gives some names; those that are not files, or too large, are left out.

    Raises:
        NoGitError: git is not installed, or it failed.
    """
    wanted = [blob for blob in dict.fromkeys(blobs) if re.fullmatch("[0-9a-f]{40,64}", blob)]
    if not wanted:
        return {}
    output = _git(folder, "cat-file", "--batch", asked="\n".join(wanted).encode() + b"\n").stdout
    found, at = {}, 0
    while at < len(output):
        end = output.index(b"\n", at)
        name, *rest = output[at:end].decode("ascii", "replace").split(" ")
        at = end + 1
        if len(rest) == 2:  # not "missing"
            size = int(rest[1])
            if rest[0] == "blob" and size <= LIMITS[kind]:
                found[name] = output[at : at + size]
            at += size + 1
    return found


def has_contents(data: bytes, blob: str) -> bool:
    """Whether some bytes are those to which git gives this name."""
    kind = "sha1" if len(blob) == _SHA1 else "sha256"
    found = hashlib.new(kind, b"blob %d\0" % len(data), usedforsecurity=False)
    found.update(data)
    return found.hexdigest() == blob


def is_revision(name: str, folder: Path) -> bool:
    """Whether there is a git revision of this name."""
    try:
        return bool(commit_of(name, folder))
    except NoGitError:
        return False


def common_revision(one: str, other: str, folder: Path) -> str:
    """The last commit that two revisions have in common, as the first digits of its name.

    Raises:
        NoGitError: there is no such revision, or they have nothing in common.
    """
    commits = [commit_of(name, folder) for name in (one, other)]
    found = _git(folder, "merge-base", *commits).stdout.decode("ascii", "replace").strip()
    if not found.isalnum():
        fact = f"'{_plain(one)}' and '{_plain(other)}' have no common revision"
        raise _error("unknown-revision", fact, f"compare the two themselves: {_plain(one)}..{_plain(other)}")
    return found[:_DIGITS]


def relative(path: str, folder: Path) -> str:
    """A file's path relative to the folder, as in a revision; the path itself if it leads out of the folder."""
    found = (folder / path).resolve()
    return found.relative_to(folder.resolve()).as_posix() if found.is_relative_to(folder.resolve()) else path


def is_file(path: str, folder: Path) -> bool:
    """Whether there is a file of this name in the folder."""
    try:
        return (folder / path).is_file()
    except (OSError, ValueError):
        return False


def _stored(version: Version, folder: Path, most: int) -> bytes:
    if name := _object(version, folder):
        size = int(_git(folder, "cat-file", "-s", name).stdout)
        if size > most:
            fact = f"the file has {size:,} bytes; the limit is {most:,}"
            raise LetterError(Problem(Place(str(version)), "too-large", fact, ""))
        return _git(folder, "cat-file", "blob", name).stdout
    if version.revision == STAGED:
        fact, hint = f"'{_plain(version.path)}' is not staged", "stage it with 'git add'"
    else:
        fact = f"the revision '{_plain(version.revision)}' has no file '{_plain(version.path)}'"
        hint = f"its letters: git ls-tree --name-only {_plain(version.revision)} letters/"
    raise NoSuchFileError(Problem(Place(), "no-such-file", fact, hint))


def _object(version: Version, folder: Path) -> str:
    """The name of a file for git; "" if the revision does not have it."""
    if version.blob:
        return version.blob
    if version.revision == STAGED:
        _check_repository(folder)
    # The name begins with the commit's hexadecimal name, or a colon, so that git cannot take it for an option.
    root = ":0" if version.revision == STAGED else commit_of(version.revision, folder)
    for path in (f"./{version.path}", version.path):
        if _git(folder, "cat-file", "-t", f"{root}:{path}").stdout.strip() == b"blob":
            return f"{root}:{path}"
    return ""


def _check_repository(folder: Path, hint: str = "name two files instead") -> None:
    """Raises NoGitError if git is not installed, or the folder is not in a repository."""
    inside = _git(folder, "rev-parse", "--git-dir")
    if inside.returncode:
        lines = inside.stderr.decode("utf-8", "replace").strip().splitlines()
        if any("not a git repository" in line for line in lines):
            raise _error("no-repository", f"'{folder}' is not in a git repository", hint)
        raise _error("git-failed", lines[0] if lines else "git failed", hint)


def commit_of(revision: str, folder: Path) -> str:
    """The hexadecimal name of a revision's commit.

    Raises:
        NoGitError: git is not installed, the folder is not in a repository, or there is no such revision.
    """
    _check_repository(folder)
    found = _git(folder, "rev-parse", "--verify", "-q", "--end-of-options", f"{revision}^{{commit}}")
    commit = found.stdout.decode("ascii", "replace").strip()
    if found.returncode or not commit.isalnum():
        usual = "is it spelt right, and fetched? 'git branch --all' and 'git tag' list names"
        hint = did_you_mean(revision, known_revisions(folder), usual)
        if revision == "HEAD":
            hint = "the repository has no commit yet: commit first, or name two files"
        raise _error("unknown-revision", f"there is no git revision '{_plain(revision)}'", hint)
    return commit


def known_revisions(folder: Path) -> tuple[str, ...]:
    """The names of some branches and tags, to suggest one of them; none if git cannot be used."""
    try:
        listed = _git(folder, "for-each-ref").stdout.decode("utf-8", "replace")
    except NoGitError:
        return ()
    return ("HEAD", *re.findall(r"\trefs/(?:heads|tags|remotes)/(.+)", listed)[:_SUGGESTED])


def run_git(folder: Path, *arguments: str, allow_failure: bool = False, identity: tuple[str, str] | None = None) -> str:
    """What a git command prints. What it commits is in the name and with the address of the ``identity``, if any.

    Raises:
        NoGitError: git is not installed, the folder is not in a repository, or the command fails.
    """
    _check_repository(folder, "begin one with 'git init', or work in a clone")
    done = _git(folder, *arguments, identity=identity)
    if done.returncode and not allow_failure:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _error("git-failed", lines[0] if lines else f"'git {arguments[0]}' failed", "")
    return done.stdout.decode("utf-8", "surrogateescape")


def _git(
    folder: Path, *arguments: str, asked: bytes = b"", identity: tuple[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    # git needs the environment for its user's settings and safe folders; it does not affect the result.
    environment = {**os.environ, **_QUIET, **(_named(*identity) if identity else {})}
    try:
        return subprocess.run(  # noqa: S603  # a list, without a shell; names are checked or come after hexadecimal digits
            [*_GIT, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            input=asked,
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


def _named(name: str, email: str) -> dict[str, str]:
    """What the environment says of whoever commits, which counts more than git's settings."""
    return {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", name), ("EMAIL", email))
    }


def _error(code: str, fact: str, hint: str) -> NoGitError:
    return NoGitError(Problem(Place(), code, fact, hint))


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
