"""Takes out of a letter's YAML what must not travel: comments, and the parts that a copy's readers do not get."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from circulars.errors import LetterError, Place
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar

_COMMENT = re.compile(r"(?:^|(?<=[ \t\n]))#[^\n]*")
_BLOCK_HEAD = re.compile(r"[|>][-+0-9]*")
_DEFINITIONS = ("facts", "links")


@lru_cache(maxsize=256)
def excerpt(text: str, left_out: frozenset[Place] = frozenset()) -> str:
    """The YAML of a letter without its comments and without the parts that start at the places ``left_out``.

    Facts and links that only those parts used go with them. All else stays as it was typed, character by character.
    It is ``""`` where a part cannot be taken out, such as the only one of the letter.
    """
    try:
        if left_out:
            return _without_definitions(_without_comments(_without_parts(text, left_out)))
        return _without_comments(text)
    except (_UncutError, LetterError):
        return ""


class _UncutError(Exception):
    """Something stands in the YAML in a way in which it cannot be cut out."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a list or a mapping: its stretch of the text."""

    start: int
    end: int


def _without_comments(text: str) -> str:
    """The text without comments; a line that held nothing else goes too."""
    tree = nodes.read_tree(text.encode(), "")
    pieces, at = [], 0
    for start, end in [*_spoken(tree), (len(text), len(text))]:
        if start < at:
            continue
        pieces += [_COMMENT.sub("\0", text[at:start]), text[start:end]]
        at = end
    # A letter holds no NUL: it stands for a comment that is gone.
    without = re.sub(r"^[ \t]*\0(?:\n|\Z)", "", "".join(pieces), flags=re.MULTILINE)
    return re.sub(r"[ \t]*\0", "", without)


def _spoken(tree: nodes.Tree) -> list[tuple[int, int]]:
    """The stretches in which "#" is no comment: keys and values. The head of a block's text is none of it."""
    found = []
    for scalar in _scalars(tree.root):
        start = scalar.start
        if head := _BLOCK_HEAD.match(tree.text, start):
            if tree.text.find("\n", start) < 0:
                continue
            comment = _COMMENT.search(tree.text, head.end(), tree.text.find("\n", start))
            start = comment.end() if comment else head.end()
            found.append((scalar.start, head.end()))
        found.append((start, scalar.end))
    return sorted(set(found))


def _scalars(root: Node) -> Iterator[Scalar]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, nodes.Mapping):
            waiting += [part for pair in node.pairs.values() for part in pair]
        elif isinstance(node, nodes.Sequence):
            waiting += node.items


def _without_parts(text: str, left_out: Collection[Place]) -> str:
    tree = nodes.read_tree(text.encode(), "")
    points = {(place.line, place.column) for place in left_out}
    cuts: list[_Entry] = []
    for listed in _lists(tree.root):
        doomed = [at for at, item in enumerate(listed.items) if (item.line, item.column) in points]
        if doomed:
            entries = [_Entry(_dash(text, item.start), item.end) for item in listed.items]
            cuts += _cuts(text, listed, entries, doomed)
    return _cut(text, cuts)


def _lists(root: Node) -> Iterator[nodes.Sequence]:
    """The lists of parts: the letter's body and its annexes' bodies."""
    if not isinstance(root, nodes.Mapping):
        return
    annexes = nodes.children(root.pairs["annexes"][1]) if "annexes" in root.pairs else ()
    for owner in (root, *annexes):
        if isinstance(owner, nodes.Mapping) and "body" in owner.pairs:
            body = owner.pairs["body"][1]
            if isinstance(body, nodes.Sequence):
                yield body


def _without_definitions(text: str) -> str:
    """The text without the facts and links that nothing in it uses."""
    tree = nodes.read_tree(text.encode(), "")
    assert isinstance(tree.root, nodes.Mapping)
    cuts: list[_Entry] = []
    for key in _DEFINITIONS:
        defined = tree.root.pairs[key][1] if key in tree.root.pairs else None
        if not isinstance(defined, nodes.Mapping):
            continue
        entries = [_Entry(name.start, value.end) for name, value in defined.pairs.values()]
        unused = [at for at, name in enumerate(defined.pairs) if not re.search(_use(name), text)]
        if len(unused) == len(entries):
            name, _ = tree.root.pairs[key]
            own = [_Entry(k.start, v.end) for k, v in tree.root.pairs.values()]
            cuts += _cuts(text, tree.root, own, [own.index(_Entry(name.start, defined.end))])
        elif unused:
            cuts += _cuts(text, defined, entries, unused)
    return _cut(text, cuts)


def _use(name: str) -> str:
    """How a fact, a link, or the link of a venue or a QR code stands in a letter."""
    return rf"""(?:\{{\{{\s*|<|\]\(|(?:link|qr)["']?\s*:\s*["']?){re.escape(name)}(?![\w-])"""


def _dash(text: str, start: int) -> int:
    """Where the dash of a list's item stands, when it has one."""
    before = text[:start].rstrip(" \t\n")
    return len(before) - 1 if before.endswith("-") else start


def _cuts(text: str, owner: Node, entries: Sequence[_Entry], doomed: Collection[int]) -> Iterator[_Entry]:
    """The stretches to cut so that a list or mapping loses some of its entries, but not all."""
    if len(doomed) == len(entries) or not all(
        owner.start <= one.start <= one.end <= owner.end for one in entries
    ):  # nothing may be left empty, and what stands elsewhere ("*name") cannot be cut here
        raise _UncutError
    if text[owner.start] in "[{":
        for at in doomed:
            if at + 1 < len(entries):
                yield _Entry(entries[at].start, entries[at + 1].start)
            else:
                kept = max(set(range(at)).difference(doomed))
                yield _Entry(entries[kept].end, entries[at].end)
        return
    starts = [_line_start(text, entry.start) for entry in entries] + [_line_start(text, owner.end)]
    for at in doomed:
        yield _Entry(starts[at], starts[at + 1])


def _line_start(text: str, at: int) -> int:
    """Where the line begins on which nothing but blanks stand before a place."""
    start = text.rfind("\n", 0, at) + 1
    if at == len(text):
        return at
    if text[start:at].strip(" "):
        raise _UncutError
    return start


def _cut(text: str, cuts: Sequence[_Entry]) -> str:
    pieces, at = [], 0
    for cut in sorted(cuts, key=lambda cut: cut.start):
        pieces.append(text[at : max(at, cut.start)])
        at = max(at, cut.end)
    return "".join([*pieces, text[at:]])
