"""Finds what the comments of a file allow: the paths of the values that each covers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator

from circulars.review.layout.owners import ALLOWS
from circulars.review.rules.allowances import CoveredLines
from circulars.syntax import nodes
from circulars.syntax.comments import comment_ranges
from circulars.syntax.nodes import Node, Scalar, Tree

Allowed = Counter[tuple[str, frozenset[tuple[str | int, ...]]]]


def allowed_paths(tree: Tree) -> Allowed:
    """The comments that allow something, each with the paths of the values that it covers."""
    found = [(start, end) for start, end in comment_ranges(tree) if ALLOWS.match(tree.text, start)]
    if not found:
        return Counter()
    lines = sorted(_lines(tree, tree.root, ()), key=lambda one: one[1:])
    begins, ends = [begin for _, begin, _ in lines], [end for *_, end in lines]
    covered = Counter[tuple[str, frozenset[tuple[str | int, ...]]]]()
    covering = CoveredLines(tree.text)
    for start, end in found:
        first, last = covering.of(start)
        paths = frozenset(path for path, *_ in lines[bisect_left(ends, first) : bisect_right(begins, last)])
        covered[tree.text[start:end].rstrip(), paths] += 1
    return covered


def _lines(tree: Tree, node: Node, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], int, int]]:
    """Each single value with its path, and the first and the last of its lines."""
    if isinstance(node, Scalar):
        written = tree.text[node.start : node.end].rstrip()
        yield path, node.line, node.line + written.count("\n")
    elif isinstance(node, nodes.Mapping):
        for name, (_, value) in node.pairs.items():
            yield from _lines(tree, value, (*path, name))
    elif isinstance(node, nodes.Sequence):
        for number, item in enumerate(node.items):
            yield from _lines(tree, item, (*path, number))
