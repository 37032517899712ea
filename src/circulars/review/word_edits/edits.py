"""The edits of a letter that an edited Word file asks for, in terms of the letter that it was made from."""

from __future__ import annotations

from dataclasses import dataclass

from circulars.source.editing import Path, Value

Token = int | str
"""An entry of a list: its number in the letter that the file was made from, or a name of a new one."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Another text in the place of one."""

    path: Path
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AddEntry:
    """A new entry of the list at ``path``, behind the entry ``after``, or at its beginning (-1).

    ``value`` is what is written, in a ``language``.
    """

    path: Path
    token: str
    after: Token
    value: Value
    language: str


@dataclass(frozen=True, slots=True)
class RemoveEntry:
    """Removes the entry of a list; only the ``texts`` of one language, if other languages have words in it."""

    path: Path
    texts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class MoveEntry:
    """Moves an entry of the list at ``path`` behind another one, or to its beginning (-1)."""

    path: Path
    token: Token
    after: Token


LetterEdit = Rewrite | AddEntry | RemoveEntry | MoveEntry


@dataclass(frozen=True, slots=True)
class PlannedEdit:
    """An edit, and what a report says of it.

    ``kind`` is "words", "added", "removed" or "moved". ``near`` has the numbers of the edited
    file's paragraphs that it is seen in. Edits with a number in common in ``groups`` are made together, or not at all.
    ``note`` is what a report says besides, such as the place that something was moved to.
    """

    edit: LetterEdit
    kind: str
    old: str
    new: str
    near: frozenset[int]
    authors: tuple[str, ...] = ()
    groups: frozenset[int] = frozenset()
    note: str = ""
