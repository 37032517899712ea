"""Merges two texts of Word files into one: each piece, paragraph mark and table is kept, removed or added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final, Literal

from circulars.review.comparing.common import increasing
from circulars.review.reports.redline.blocks import Block, DocxParagraph, DocxTable
from circulars.review.reports.redline.content import Loose, RunGroup, RunPiece
from circulars.review.reports.redline.links import Links
from circulars.review.reports.redline.pairing import Element, EndMark, Pair, inner_pairs, pairs_in

Kind = Literal["kept", "removed", "added"]


@dataclass(eq=False, slots=True)
class Joint:
    """An element of the old text, of the new one, or of both. ``parts`` are those of a link or field.

    One that ``follows`` from another change is a number, a label or a reference. ``move`` is the name of the move of
    what moved.
    """

    kind: Kind
    old: Element | None = None
    new: Element | None = None
    parts: list[Joint] = field(default_factory=list)
    follows: bool = False
    move: str = ""

    @property
    def shown(self) -> Element:
        """The new element, or the old one of what was removed."""
        found = self.new or self.old
        assert found is not None  # one of both is always given
        return found

    @property
    def is_mark(self) -> bool:
        """Whether it ends a paragraph."""
        return isinstance(self.shown, EndMark)


_WEIGHT: Final = 3  # of the key of a whole table, as if it were so many cells


def merged(old: Sequence[Block], new: Sequence[Block], links: Links) -> list[Joint]:
    """The paragraphs and tables of two bodies, cells, headers or footnotes as one text."""
    found: list[Joint] = []
    i = j = 0
    anchors = _anchors(old, new, links)
    for a, b in (*anchors, (len(old), len(new))):
        at_end = a == len(old)
        here, there = old[i:a], new[j:b]
        table = None if at_end or not isinstance(new[b], DocxTable) else Joint("kept", _table(old[a]), _table(new[b]))
        if not at_end and table is None:
            here, there = old[i : a + 1], new[j : b + 1]
        found += _region(_text(here), _text(there), links)
        found += [table] if table else []
        i, j = a + 1, b + 1
    return found


def _table(block: Block) -> DocxTable:
    assert isinstance(block, DocxTable)  # anchors are of one kind
    return block


def _anchors(old: Sequence[Block], new: Sequence[Block], links: Links) -> list[Pair]:
    """The paragraphs and tables that correspond, in one order, as their numbers."""
    pairs = increasing(sorted((*_by_ends(old, new, links), *_tables(old, new, links)), key=lambda pair: pair[1]))
    found: list[Pair] = []
    i = j = 0
    for pair in (*pairs, (len(old), len(new))):
        found += ((i + a, j + b) for a, b in _without_places(old[i : pair[0]], new[j : pair[1]]))
        found.append(pair)
        i, j = pair[0] + 1, pair[1] + 1
    return found[:-1]


def _by_ends(old: Sequence[Block], new: Sequence[Block], links: Links) -> Iterator[Pair]:
    """The paragraphs that end with the same end of a part of the letter."""
    waiting: dict[object, list[int]] = {}
    for j, block in enumerate(new):
        if isinstance(block, DocxParagraph) and block.end:
            waiting.setdefault(block.end, []).append(j)
    for i, block in enumerate(old):
        if isinstance(block, DocxParagraph) and block.end and (found := waiting.get(links.new(block.end))):
            yield i, found.pop(0)


def _tables(old: Sequence[Block], new: Sequence[Block], links: Links) -> Iterator[Pair]:
    """The tables that show most of the same parts of the letter."""
    theirs = [(j, block.keys) for j, block in enumerate(new) if isinstance(block, DocxTable)]
    counts = [
        (sum(_WEIGHT if "#" not in key else 1 for key in shared), i, j)
        for i, block in enumerate(old)
        if isinstance(block, DocxTable)
        for j, keys in theirs
        if (shared := links.keys(block.keys) & keys)
    ]
    yield from matched(counts)


def matched(counts: Iterable[tuple[int, int, int]]) -> Iterator[Pair]:
    """The pairs with the greatest counts, each number at most once."""
    olds: set[int] = set()
    news: set[int] = set()
    for _, i, j in sorted(counts, key=lambda count: (-count[0], abs(count[1] - count[2]), count[1])):
        if i not in olds and j not in news:
            olds.add(i)
            news.add(j)
            yield i, j


def _without_places(old: Sequence[Block], new: Sequence[Block]) -> Iterator[Pair]:
    """The paragraphs and tables that show the same, and no part of the letter, such as empty ones."""
    here, there = ([n for n, one in enumerate(blocks) if _is_nameless(one)] for blocks in (old, new))
    names = [_name(old[n]) for n in here], [_name(new[n]) for n in there]
    for a, b, length in SequenceMatcher(None, *names, autojunk=False).get_matching_blocks():
        yield from ((here[a + n], there[b + n]) for n in range(length))


def _is_nameless(block: Block) -> bool:
    if isinstance(block, DocxParagraph):
        return block.end is None
    return isinstance(block, DocxTable) and not block.keys


def _name(block: Block) -> tuple[str, str]:
    if isinstance(block, DocxParagraph):
        style = block.element.find("{*}pPr/{*}pStyle")
        return "".join(map(str, style.attrib.values())) if style is not None else "", block.text
    assert isinstance(block, DocxTable)  # nothing else is without a place
    return "table", block.text


def _text(blocks: Iterable[Block]) -> list[Element]:
    found: list[Element] = []
    for block in blocks:
        if isinstance(block, DocxParagraph):
            found += [*block.parts, EndMark(block)]
        else:
            found.append(block)
    return found


def _region(old: Sequence[Element], new: Sequence[Element], links: Links) -> list[Joint]:
    """Two texts between tables and paragraphs that correspond. If both end with paragraphs, so do these."""
    closed = bool(old and new) and isinstance(old[-1], EndMark) and isinstance(new[-1], EndMark)
    found: list[Joint] = []
    i = j = 0
    for a, b in (*pairs_in(old, new, links, closed), (len(old), len(new))):
        found += _gap(old[i:a], new[j:b])
        if a < len(old):
            found.append(_pair(old[a], new[b], links))
        i, j = a + 1, b + 1
    for one in found:
        if one.kind != "kept" and isinstance(one.shown, RunPiece) and one.shown.at:
            one.follows = one.shown.at.key in links.announcing
    if closed:
        _note_labels(found)
    return found


def _note_labels(text: Sequence[Joint]) -> None:
    """Notes that labels in the last paragraph follow from other changes: only these are no words of the letter."""
    for one in reversed(text[:-1]):
        if one.is_mark:
            break
        piece = one.shown
        one.follows |= isinstance(piece, RunPiece) and piece.at is None and piece.element is None and one.kind != "kept"


def _pair(old: Element, new: Element, links: Links) -> Joint:
    if not (isinstance(old, RunGroup) and isinstance(new, RunGroup)):
        return Joint("kept", old, new)
    parts: list[Joint] = []
    # A link without an address leads to another place in the letter.
    follows = new.key[0] == "field" or (new.key[0] == "link" and not new.key[1])
    i = j = 0
    for a, b in (*inner_pairs(old, new, links), (len(old.pieces), len(new.pieces))):
        parts += [Joint("removed", old=piece, follows=follows) for piece in old.pieces[i:a]]
        parts += [Joint("added", new=piece, follows=follows) for piece in new.pieces[j:b]]
        if a < len(old.pieces):
            parts.append(Joint("kept", old.pieces[a], new.pieces[b]))
        i, j = a + 1, b + 1
    return Joint("kept", old, new, parts)


def _gap(old: Sequence[Element], new: Sequence[Element]) -> Iterator[Joint]:
    """What was removed, and what was added: first whole paragraphs, then words.

    What is between a table and the paragraph below it, as the end of the table's bookmark, stays at the table.
    LibreOffice ends when it accepts the move of a paragraph from inside a bookmark that begins before the table.
    """
    i, j = _whole(old), _whole(new)
    at = next((n for n, one in enumerate(new) if not (isinstance(one, Loose) and one.is_block)), len(new))
    yield from _added(new[:at])
    yield from _removed(old[:i])
    yield from _added(new[at:j])
    yield from _removed(old[i:])
    yield from _added(new[max(at, j) :])


def _whole(text: Sequence[Element]) -> int:
    """The number of elements up to the last mark or table."""
    return max((n for n, element in enumerate(text, 1) if isinstance(element, EndMark | DocxTable)), default=0)


def _removed(text: Iterable[Element]) -> Iterator[Joint]:
    for element in text:
        if isinstance(element, Loose):
            # Of the old bookmarks, only those are left to which something refers.
            yield Joint("kept", old=element)
        else:
            pieces = element.pieces if isinstance(element, RunGroup) else []
            yield Joint("removed", old=element, parts=[Joint("removed", old=piece) for piece in pieces])


def _added(text: Iterable[Element]) -> Iterator[Joint]:
    for element in text:
        pieces = element.pieces if isinstance(element, RunGroup) else []
        kind: Kind = "kept" if isinstance(element, Loose) else "added"
        yield Joint(kind, new=element, parts=[Joint("added", new=piece) for piece in pieces])
