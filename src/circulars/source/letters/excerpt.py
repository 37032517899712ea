"""Removes from a letter's YAML what must not be embedded: comments, and parts that a copy's readers do not get."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeGuard

from circulars.errors import LetterError, Place
from circulars.language import LANGUAGE_CODE
from circulars.source.letters.by_language import LIST_KEYS
from circulars.syntax import nodes
from circulars.syntax.comments import comment_ranges
from circulars.syntax.nodes import Node

_DEFINITIONS = ("footnotes", "facts", "links")  # footnotes use facts and links, so they are first


@lru_cache(maxsize=256)
def excerpt(text: str, left_out: frozenset[Place] = frozenset()) -> str:
    """The YAML of a letter without comments and without the parts that start at the places ``left_out``.

    Footnotes, facts and links that only those parts use are removed as well. Everything else stays exactly as typed. If
    a part cannot be removed, such as the only one of the letter, the excerpt is ``""``.
    """
    try:
        if left_out:
            text = _without_comments(_without_parts(text, left_out))
            for key in _DEFINITIONS:
                text = _without_unused(text, key)
            return text
        return _without_comments(text)
    except (_CannotCutError, LetterError):
        return ""


class _CannotCutError(Exception):
    """An entry cannot be removed from the YAML."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """The range of characters of an entry in a list or mapping."""

    start: int
    end: int


def _without_comments(text: str) -> str:
    """The text without comments, and without lines that had nothing but a comment."""
    pieces, at = [], 0
    for start, end in comment_ranges(nodes.read_tree(text.encode(), "")):
        pieces.append(text[at:start])
        at = end
    # NUL marks the place of a removed comment; a letter cannot contain it.
    without = re.sub(r"^[ \t]*\0(?:\n|\Z)", "", "\0".join([*pieces, text[at:]]), flags=re.MULTILINE)
    return re.sub(r"[ \t]*\0", "", without)


def _without_parts(text: str, left_out: Collection[Place]) -> str:
    tree = nodes.read_tree(text.encode(), "")
    points = {(place.line, place.column) for place in left_out}
    cuts: list[_Entry] = []
    for listed, owner in _lists(tree.root):
        removed = [at for at, item in enumerate(listed.items) if (item.line, item.column) in points]
        if removed and len(removed) == len(listed.items) and owner:
            cuts += _cuts_of_list(text, owner)
        elif removed:
            entries = [_Entry(_dash(text, item.start), item.end) for item in listed.items]
            cuts += _cuts(text, listed, entries, removed)
    return _cut(text, cuts)


def _lists(root: Node) -> Iterator[tuple[nodes.Sequence, nodes.Mapping | None]]:
    """The lists of parts: the letter's body, the bodies of its annexes, and the lists in these, each with its owner.

    The owner is the paragraph, the entry or the cell that has the list; a body cannot be left out, and has none.
    """
    if not isinstance(root, nodes.Mapping):
        return
    annexes = nodes.children(root.pairs["annexes"][1]) if "annexes" in root.pairs else ()
    waiting: list[tuple[Node, nodes.Mapping | None]] = [
        (owner.pairs["body"][1], None) for owner in (root, *annexes) if _has(owner, "body")
    ]
    while waiting:
        listed, owner = waiting.pop()
        if isinstance(listed, nodes.Sequence):
            yield listed, owner
            owners = [*listed.items, *(cell for item in listed.items for cell in _cells(item))]
            waiting += [(one.pairs[key][1], one) for one in owners for key in LIST_KEYS if _has(one, key)]


def _cells(part: Node) -> Iterator[Node]:
    """The cells of a table, in rows or, in the head, perhaps in one row alone."""
    table = part.pairs["table"][1] if _has(part, "table") else None
    for key in ("columns", "rows"):
        for row in nodes.children(table.pairs[key][1]) if table and _has(table, key) else ():
            yield row
            yield from nodes.children(row)


def _has(node: Node, key: str) -> TypeGuard[nodes.Mapping]:
    return isinstance(node, nodes.Mapping) and key in node.pairs


def _cuts_of_list(text: str, owner: nodes.Mapping) -> Iterator[_Entry]:
    """The ranges to cut so that a paragraph or an entry loses its list.

    Raises:
        _CannotCutError: it has no text.
    """
    if not any(re.fullmatch(LANGUAGE_CODE, name) for name in owner.pairs if name not in ("id", *LIST_KEYS)):
        raise _CannotCutError
    entries = [_Entry(key.start, value.end) for key, value in owner.pairs.values()]
    removed = [at for at, name in enumerate(owner.pairs) if name in (*LIST_KEYS, "labels", "continue")]
    return _cuts(text, owner, entries, removed)


def _without_unused(text: str, key: str) -> str:
    """The text without unused definitions of a key."""
    tree = nodes.read_tree(text.encode(), "")
    assert isinstance(tree.root, nodes.Mapping)
    defined = tree.root.pairs[key][1] if key in tree.root.pairs else None
    if not isinstance(defined, nodes.Mapping):
        return text
    entries = [_Entry(name.start, value.end) for name, value in defined.pairs.values()]
    unused = [at for at, name in enumerate(defined.pairs) if not re.search(_use(name, key), text)]
    if len(unused) == len(entries):
        name, _ = tree.root.pairs[key]
        own = [_Entry(k.start, v.end) for k, v in tree.root.pairs.values()]
        return _cut(text, [*_cuts(text, tree.root, own, [own.index(_Entry(name.start, defined.end))])])
    return _cut(text, [*_cuts(text, defined, entries, unused)]) if unused else text


def _use(name: str, key: str) -> str:
    """A pattern for the use of a footnote, fact or link in a text, a venue or a QR code."""
    if key == "footnotes":
        return rf"\[\^{re.escape(name)}\]"
    return rf"""(?:\{{\{{\s*|<|\]\(|(?:link|qr)["']?\s*:\s*["']?){re.escape(name)}(?![\w-])"""


def _dash(text: str, start: int) -> int:
    """The position of the dash before a list item, or of the item if it has none."""
    before = text[:start].rstrip(" \t\n")
    return len(before) - 1 if before.endswith("-") else start


def _cuts(text: str, owner: Node, entries: Sequence[_Entry], removed: Collection[int]) -> Iterator[_Entry]:
    """The ranges to cut so that a list or mapping loses some of its entries.

    Raises:
        _CannotCutError: it would lose all of them, or an entry is elsewhere in the file ("*name").
    """
    within = all(owner.start <= one.start <= one.end <= owner.end for one in entries)
    if len(removed) == len(entries) or not within:
        raise _CannotCutError
    if text[owner.start] in "[{":
        for at in removed:
            if at + 1 < len(entries):
                yield _Entry(entries[at].start, entries[at + 1].start)
            else:
                kept = max(set(range(at)).difference(removed))
                yield _Entry(entries[kept].end, entries[at].end)
        return
    starts = [*(entry.start for entry in entries), owner.end]
    for at in removed:
        yield _Entry(_line_start(text, starts[at]), _line_start(text, starts[at + 1]))


def _line_start(text: str, at: int) -> int:
    """The start of the line of a position.

    Raises:
        _CannotCutError: there is something other than spaces before the position.
    """
    start = text.rfind("\n", 0, at) + 1
    if at == len(text):
        return at
    if text[start:at].strip(" "):
        raise _CannotCutError
    return start


def _cut(text: str, cuts: Sequence[_Entry]) -> str:
    pieces, at = [], 0
    for cut in sorted(cuts, key=lambda cut: cut.start):
        pieces.append(text[at : max(at, cut.start)])
        at = max(at, cut.end)
    return "".join([*pieces, text[at:]])
