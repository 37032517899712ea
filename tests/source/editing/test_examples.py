"""Edits of every text of the example letters."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path as File

import pytest

from circulars.source.editing import Path, Replace, edited, undone
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar, read_tree
from conftest import ROOT

LETTERS = sorted((ROOT / "letters").glob("*.yaml"))


def _texts(node: Node, path: Path = ()) -> Iterator[tuple[Path, Scalar]]:
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, nodes.Mapping):
        for key, (_, value) in node.pairs.items():
            yield from _texts(value, (*path, key))
    for number, item in enumerate(nodes.children(node)):
        yield from _texts(item, (*path, number))


@pytest.mark.parametrize("file", LETTERS, ids=lambda file: file.stem)
def test_a_changed_word_is_one_line_of_a_diff(file: File, chance: random.Random) -> None:
    """A word is changed in some forty texts: one line changes, or it is broken into two where it gets too long."""
    data = file.read_bytes()
    counts = Counter[tuple[int, int]]()
    texts = [(path, text) for path, text in _texts(read_tree(data, file.name).root) if " " in text.text]

    for path, text in texts[chance.randrange(3) :: max(3, len(texts) // 40)]:
        words = text.text.rstrip("\n").split(" ")
        words[len(words) // 2] += "x"
        after = edited(data, [Replace(path, " ".join(words), everywhere=True)])
        counts[_changed_lines(data, after.data)] += 1
        assert undone(after) == data

    assert counts.keys() <= {(1, 1), (1, 2)}
    assert counts[1, 1] >= 0.85 * counts.total()


def _changed_lines(old: bytes, new: bytes) -> tuple[int, int]:
    """How many lines are in one of two files only."""
    before, after = Counter(old.split(b"\n")), Counter(new.split(b"\n"))
    return (before - after).total(), (after - before).total()
