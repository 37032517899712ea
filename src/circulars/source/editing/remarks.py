"""Writes comments above the entries of a letter's file; nothing that is read changes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from circulars.errors import LetterError, Problem
from circulars.source.editing.file_bytes import spliced, splices_of
from circulars.source.editing.forms import Path, form_of, is_same
from circulars.source.editing.spots import EditSpot, spots
from circulars.syntax.comments import comment_ranges
from circulars.syntax.edits import Edit
from circulars.syntax.nodes import read_tree


def with_comment(data: bytes, path: Path, lines: Sequence[str], file: str = "") -> bytes:
    """The bytes of a letter's file with lines of a comment above the entry at a path, or above the line that it is in.

    Lines that are there already, in this order, are not written again.

    Raises:
        LetterError: the path leads nowhere, or there is no place for a comment there.
    """
    tree = read_tree(data, file)
    at = _line_of(tree.text, path)
    column = len(tree.text[at:]) - len(tree.text[at:].lstrip(" "))
    written = "".join(f"{' ' * column}# {line}\n" for line in lines)
    if written in _comments_at(tree.text, at):
        return data
    made = spliced(data, splices_of(data, [Edit(at, at, written)]))
    after = read_tree(made, file)
    count = len([*comment_ranges(after)]) - len([*comment_ranges(tree)])
    if count != len(lines) or not is_same(form_of(tree.root), form_of(after.root)):
        fact = "there is no place for a comment there"
        raise LetterError(Problem(tree.place(tree.root), "cannot-edit", fact, "write it by hand"))
    return made


def _line_of(text: str, path: Path) -> int:
    """The beginning of the line of the innermost entry at a path that begins a line."""
    spot = spots(text)
    found = 0
    for step in path:
        try:
            number = step if isinstance(step, int) else [key.text for key in spot.keys].index(step)
            start = (spot.keys or spot.values)[number].start
            value = spot.values[number]
        except (ValueError, IndexError):
            break
        line = text.rfind("\n", 0, start) + 1
        if not spot.is_flow and not text[line:start].strip(" -"):
            found = line
        spot = _collection(value)
    return found


def _comments_at(text: str, at: int) -> str:
    """The lines of comments right above a line, and those that begin there."""
    above = [*takewhile(_is_comment, reversed(text[:at].splitlines(keepends=True)))]
    below = takewhile(_is_comment, text[at:].splitlines(keepends=True))
    return "".join([*above[::-1], *below])


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _collection(value: EditSpot) -> EditSpot:
    return value.target or value
