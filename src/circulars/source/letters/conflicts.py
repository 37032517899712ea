"""Finds what a merge has left to be decided: conflict marks of git, and comments of this program's merge driver."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from circulars.errors import LetterError, Place, Problem
from circulars.syntax.comments import comment_ranges
from circulars.syntax.nodes import Tree

CONFLICT: Final = "circulars: conflict"
"""How a comment begins that has the other version of what is below it."""
_COMMENT: Final = re.compile(r"#[ \t]*circulars:[ \t]*conflict\b")
_MARK: Final = re.compile(rb"^<{7}(?: |\r?$)", re.MULTILINE)
_OTHERS: Final = (re.compile(rb"^={7}\r?$", re.MULTILINE), re.compile(rb"^>{7}(?: |\r?$)", re.MULTILINE))


def refuse_marks(data: bytes, file: str) -> None:
    """Refuses a file with git's conflict marks, which is not YAML any more.

    Raises:
        LetterError: the problem of each conflict.
    """
    if not all(mark.search(data) for mark in (_MARK, *_OTHERS)):
        return
    fact = "a merge has left two versions here, between <<<<<<< and >>>>>>>"
    hint = "keep one of the two, or write a third, and delete the lines with <<<<<<<, ======= and >>>>>>>"
    places = (Place(file, data.count(b"\n", 0, mark.start()) + 1, 1) for mark in _MARK.finditer(data))
    raise LetterError(*(Problem(place, "merge-conflict", fact, hint) for place in places))


def open_conflicts(tree: Tree) -> Iterator[Problem]:
    """A problem for each comment of a merge that has the other version of something."""
    if "conflict" not in tree.text:
        return
    fact = "both versions of a merge changed what is below; the comment has the other one"
    hint = "write what is right, and delete the comment"
    for start, _ in comment_ranges(tree):
        if _COMMENT.match(tree.text, start):
            yield Problem(tree.place_at(start), "merge-conflict", fact, hint)
