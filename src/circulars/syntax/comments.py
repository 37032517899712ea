"""Finds the comments of a YAML file."""

from __future__ import annotations

import re
from typing import Final

from circulars.syntax.nodes import Scalar, Tree, all_nodes

_COMMENT: Final = re.compile(r"(?:^|(?<=[ \t\n]))#[^\n]*")
_BLOCK_HEAD: Final = re.compile(r"[|>][-+0-9]*")


def comment_ranges(tree: Tree) -> list[tuple[int, int]]:
    """The ranges of characters of the comments, each from its "#" to the end of its line, in their order."""
    found: list[tuple[int, int]] = []
    at = 0
    for start, end in [*_scalar_ranges(tree), (len(tree.text), len(tree.text))]:
        if start < at:
            continue
        found += [match.span() for match in _COMMENT.finditer(tree.text, at, start)]
        at = end
    return found


def _scalar_ranges(tree: Tree) -> list[tuple[int, int]]:
    """The ranges of keys and values, in which "#" is not a comment.

    A block scalar is two ranges, because a comment may follow its header ("|" or ">").
    """
    found = []
    for scalar in all_nodes(tree.root):
        if not isinstance(scalar, Scalar):
            continue
        start = scalar.start
        if head := _BLOCK_HEAD.match(tree.text, start):
            if tree.text.find("\n", start) < 0:
                continue
            comment = _COMMENT.search(tree.text, head.end(), tree.text.find("\n", start))
            start = comment.end() if comment else head.end()
            found.append((scalar.start, head.end()))
        found.append((start, scalar.end))
    return sorted(set(found))
