"""Finds who last changed each text of a letter, and what each commit changed, by the words that are read."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from circulars.errors import LetterError, short, visible
from circulars.review.layout.hints import layout_hints
from circulars.review.layout.texts import composed
from circulars.review.versions.git import MOST_COMMITS, Version, read_contents, read_version, relative, run_git
from circulars.syntax.nodes import Scalar, all_nodes, read_tree
from circulars.syntax.prose import parse
from circulars.workspace import Workspace

_HEADER: Final = "%x01%H%x02%P%x02%aN%x02%at%x02%s"
_SHOWN: Final = 60
_DIGITS: Final = 10


_Change = tuple[list[str], str, str, str, str]
"""The header of a commit, the contents of a file before and after it, and both paths."""


@dataclass(frozen=True, slots=True)
class LetterCommit:
    """A commit that changed a letter's file: its name, author, day and subject, and the contents before and after.

    ``before`` are the contents in each of its parents, and ``parent`` is the first of these, in which the file was at
    ``old_path``.
    """

    name: str
    author: str
    day: str
    subject: str
    before: tuple[str, ...]
    after: str
    path: str
    old_path: str
    parent: str

    @property
    def short_name(self) -> str:
        """The first digits of its name."""
        return self.name[:_DIGITS]

    def __str__(self) -> str:
        return visible(f"{self.day}  {self.author}  {self.short_name}")


@dataclass(frozen=True, slots=True)
class TextOrigin:
    """A text of a letter in a language, or in all ("*"), and the commit that last changed it; None if none has yet."""

    line: int
    language: str
    text: str
    commit: LetterCommit | None

    def __str__(self) -> str:
        who = str(self.commit) if self.commit else "not committed yet"
        return f"{self.line:>5}  {self.language:<4} {who}  {visible(short(self.words, _SHOWN))}"

    @property
    def words(self) -> str:
        """The text as it is read, without marks; fields as they are typed."""
        return "".join(f"{{{{ {span.hole} }}}}" if span.hole else span.text for span in parse(self.text).spans)


def text_origins(path: Path, workspace: Workspace) -> tuple[TextOrigin, ...]:
    """Who last changed each text of a letter in each language, in the order of its file.

    What counts are the words: a text that was moved, or whose lines were broken in another way, was not changed. A
    commit has changed it if its words are in none of the versions that the commit is made from.

    Raises:
        NoGitError: git is not installed, or the folder is not in a repository.
        LetterError: the letter cannot be read.
    """
    tree = read_tree(read_version(Version("", str(path)), Path()), str(path))
    hints = layout_hints(tree, path.parent, workspace.language_folders)
    commits = letter_commits(path, workspace)
    texts = _texts_by_blob(commits, workspace)
    found = []
    for node in all_nodes(tree.root):
        kind = hints.texts.get(node.start)
        if kind and isinstance(node, Scalar) and node.text.strip():
            words = _words(node.text)
            origin = next((one for one in commits if _adds(words, one, texts)), None)
            found.append(TextOrigin(node.line, kind.language or "*", words, origin))
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.line))


def _adds(words: str, commit: LetterCommit, texts: Callable[[str], frozenset[str]]) -> bool:
    """Whether some words are in a letter since a commit."""
    return words in texts(commit.after) and not any(words in texts(blob) for blob in commit.before)


def wording_commits(path: Path, workspace: Workspace) -> tuple[LetterCommit, ...]:
    """The commits that changed the words of a letter, the newest first: not those that only formatted or moved it.

    Raises:
        NoGitError: see :func:`text_origins`.
    """
    commits = letter_commits(path, workspace)
    texts = _texts_by_blob(commits, workspace)
    return tuple(one for one in commits if all(texts(blob) != texts(one.after) for blob in one.before))


def letter_commits(path: Path, workspace: Workspace) -> tuple[LetterCommit, ...]:
    """The commits that changed a letter's file, under this and its earlier names, the newest first.

    Raises:
        NoGitError: see :func:`text_origins`.
    """
    options = ("-c", "log.showSignature=false", "log", f"--max-count={MOST_COMMITS}", "--topo-order", "--follow", "-m")
    shown = ("--raw", "--no-abbrev", "--no-color", "-M", "-z", f"--pretty=tformat:{_HEADER}", "HEAD", "--")
    name = relative(str(path.resolve()), workspace.folder)
    listed = run_git(workspace.folder, *options, *shown, name, allow_failure=True)
    changes: dict[str, list[_Change]] = {}
    for change in _changes(listed.split("\0")):
        changes.setdefault(change[0][0], []).append(change)
    return tuple(filter(None, (_commit(found) for found in changes.values())))


def _commit(found: Sequence[_Change]) -> LetterCommit | None:
    """The commit with some changes, one for each of its parents; None for a merge that took the file of a parent."""
    (name, parents, author, seconds, subject), _, after, old_path, path = found[0]
    if len(found) < len(parents.split()):
        return None
    try:
        day = datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):  # a commit may state any number
        day = "unknown day"
    before = tuple(old for _, old, *_ in found if old.strip("0"))
    return LetterCommit(name, author, day, subject, before, after, path, old_path, parents.partition(" ")[0])


def _changes(fields: Sequence[str]) -> Iterator[_Change]:
    """The changes that a log lists: the header of the commit, the contents before and after, and both paths."""
    header: list[str] = []
    waiting = iter(fields)
    for one in waiting:
        field = one.lstrip("\n")
        if field.startswith("\x01"):
            header = field[1:].split("\x02", 4)
        elif field.startswith(":"):
            _, _, old, new, status = field.split(" ")
            old_path = next(waiting)
            path = next(waiting) if status[:1] in "RC" else old_path
            if status[:1] != "D" and len(header) == 5:
                yield header, old, new, old_path, path


def _texts_by_blob(commits: Sequence[LetterCommit], workspace: Workspace) -> Callable[[str], frozenset[str]]:
    """The words of each single value of a file in some commits, by the name of its contents."""
    contents = read_contents([blob for one in commits for blob in (*one.before, one.after)], workspace.folder)
    return cache(lambda blob: _texts(contents.get(blob, b"")))


def _texts(data: bytes) -> frozenset[str]:
    """The words of each single value of a file; none if it is not YAML."""
    try:
        tree = read_tree(data, "", [])
    except LetterError:
        return frozenset()
    return frozenset(_words(node.text) for node in all_nodes(tree.root) if isinstance(node, Scalar))


def _words(text: str) -> str:
    return " ".join(composed(text).split())
