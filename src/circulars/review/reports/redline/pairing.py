"""Pairs the pieces of two texts of Word files that show the same words of the letter."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from lxml import etree

from circulars.review.comparing.common import increasing
from circulars.review.reports.redline.blocks import DocxParagraph, DocxTable
from circulars.review.reports.redline.content import Part, RunGroup, RunPiece, cut_at, pieces_of
from circulars.review.reports.redline.links import At, Links

Pair = tuple[int, int]

_WORD: Final = re.compile(r"\w+|\s+|[^\w\s]")
_NUMBERED: Final = ("id", "name")  # attributes of pictures that only count them


@dataclass(eq=False, slots=True)
class EndMark:
    """The mark at the end of a paragraph."""

    paragraph: DocxParagraph

    @property
    def text(self) -> str:
        """No text."""
        return ""


Element = Part | EndMark | DocxTable
"""What a text consists of; a text may have several paragraphs, and tables between them."""


def cut_alike(old: Sequence[DocxParagraph], new: Sequence[DocxParagraph], links: Links) -> None:
    """Cuts the pieces of two Word files so that the same words are in pieces of the same length.

    Pieces without a place in the letter are cut into words.
    """
    edges_old, edges_new = _edges(old), _edges(new)
    for stretches in links.stretches.values():
        for one in stretches:
            here, there = edges_old[one.old.key], edges_new[one.new.key]
            shift = one.new.offset - one.old.offset
            in_old = {*_within(here, one.old.offset, one.length), one.old.offset, one.old.offset + one.length}
            in_new = {*_within(there, one.new.offset, one.length), one.new.offset, one.new.offset + one.length}
            here |= {place - shift for place in in_new} | in_old
            there |= {place + shift for place in in_old} | in_new
    for paragraphs, edges in ((old, edges_old), (new, edges_new)):
        ordered = {key: sorted(found) for key, found in edges.items()}
        for paragraph in paragraphs:
            paragraph.parts = cut_at(paragraph.parts, lambda piece, by=ordered: _places(piece, by))  # type: ignore[misc]


def _edges(paragraphs: Iterable[DocxParagraph]) -> defaultdict[str, set[int]]:
    edges: defaultdict[str, set[int]] = defaultdict(set)
    for paragraph in paragraphs:
        for piece in pieces_of(paragraph.parts):
            if piece.at:
                edges[piece.at.key] |= {piece.at.offset, piece.at.offset + len(piece.text)}
    return edges


def _within(edges: set[int], start: int, length: int) -> list[int]:
    return [place for place in edges if start < place < start + length]


def _places(piece: RunPiece, edges: dict[str, list[int]]) -> list[int]:
    if piece.at is None:
        return [found.start() for found in _WORD.finditer(piece.text)]
    known = edges.get(piece.at.key, [])
    first = bisect_left(known, piece.at.offset)
    last = bisect_left(known, piece.at.offset + len(piece.text))
    return [place - piece.at.offset for place in known[first:last]]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A piece or a mark, and the number of the element of the text that has it."""

    piece: RunPiece | EndMark
    element: int
    box: RunGroup | None = None


def pairs_in(old: Sequence[Element], new: Sequence[Element], links: Links, closed: bool) -> list[Pair]:
    """The elements of two texts that correspond, as their numbers.

    If the texts are ``closed``, they end with marks that correspond.
    """
    is_related = not closed or _are_related(old[-1], new[-1], links)
    leaves = [*_leaves(old)], [*_leaves(new)]
    pairs = _by_place(*leaves, links, (_last_table(old), _last_table(new)))
    if closed:
        pairs.append((len(leaves[0]) - 1, len(leaves[1]) - 1))
    pairs = [*_with_others(pairs, *leaves)] if is_related else pairs
    boxes = _boxes(pairs, *leaves)
    kept = [(i, j) for i, j in pairs if _fits(leaves[0][i], leaves[1][j], boxes)]
    found = dict.fromkeys((leaves[0][i].element, leaves[1][j].element) for i, j in kept)
    return sorted({*found, *_empty_boxes([*found], old, new)})


def _are_related(old: Element, new: Element, links: Links) -> bool:
    """Whether two paragraphs show the same part of the letter, or both show none."""
    assert isinstance(old, EndMark) and isinstance(new, EndMark)  # closed texts end with paragraphs
    ends = old.paragraph.end, new.paragraph.end
    return ends[1] == (links.new(ends[0]) if ends[0] else None)


def _leaves(text: Sequence[Element]) -> Iterator[_Leaf]:
    for number, element in enumerate(text):
        if isinstance(element, RunGroup):
            yield from (_Leaf(piece, number, element) for piece in element.pieces)
        elif isinstance(element, RunPiece | EndMark):
            yield _Leaf(element, number)


def _last_table(text: Sequence[Element]) -> int:
    return max((number for number, element in enumerate(text) if isinstance(element, DocxTable)), default=-1)


def _by_place(old: Sequence[_Leaf], new: Sequence[_Leaf], links: Links, after: Pair) -> list[Pair]:
    """The pieces with the same words of the letter, in one order."""
    places: defaultdict[tuple[At, int], list[int]] = defaultdict(list)
    for j, leaf in enumerate(new):
        if isinstance(leaf.piece, RunPiece) and leaf.piece.at and leaf.element > after[1]:
            places[leaf.piece.at, len(leaf.piece.text)].append(j)
    pairs = []
    for i, leaf in enumerate(old):
        if isinstance(leaf.piece, RunPiece) and leaf.piece.at and leaf.element > after[0]:
            at = links.new(leaf.piece.at)
            waiting = places.get((at, len(leaf.piece.text))) if at else None
            if waiting and name_of(leaf.piece) == name_of(new[waiting[0]].piece):
                pairs.append((i, waiting.pop(0)))
    return increasing(sorted(pairs, key=lambda pair: pair[1]))


def _with_others(pairs: Sequence[Pair], old: Sequence[_Leaf], new: Sequence[_Leaf]) -> Iterator[Pair]:
    """The pairs, and those of pieces without a place in the letter beside them, such as labels."""
    i, j = 0, 0
    for a, b in (*pairs, (len(old), len(new))):
        here, there = range(i, a), range(j, b)
        ends = [n for n in here if _is_mark(old[n])], [n for n in there if _is_mark(new[n])]
        if not any(ends):
            yield from _alike(here, there, old, new)
        else:
            # Only within paragraphs that correspond: after the pair above, and before the pair below.
            if i:
                yield from _alike(range(i, min([*ends[0], a])), range(j, min([*ends[1], b])), old, new)
            if a < len(old):
                first, last = max([*ends[0], i - 1]) + 1, max([*ends[1], j - 1]) + 1
                yield from _alike(range(first, a), range(last, b), old, new)
        if a < len(old):
            yield a, b
        i, j = a + 1, b + 1


def _is_mark(leaf: _Leaf) -> bool:
    return isinstance(leaf.piece, EndMark)


def _alike(here: Iterable[int], there: Iterable[int], old: Sequence[_Leaf], new: Sequence[_Leaf]) -> Iterator[Pair]:
    """The pairs of pieces without a place that show the same, in one order."""
    olds, news = [n for n in here if _has_no_place(old[n])], [n for n in there if _has_no_place(new[n])]
    if olds and news:
        names = [name_of(old[n].piece) for n in olds], [name_of(new[n].piece) for n in news]
        for a, b, length in SequenceMatcher(None, *names, autojunk=False).get_matching_blocks():
            yield from ((olds[a + n], news[b + n]) for n in range(length))


def _has_no_place(leaf: _Leaf) -> bool:
    return isinstance(leaf.piece, RunPiece) and leaf.piece.at is None


def name_of(piece: RunPiece | EndMark) -> str:
    """What a piece shows: its text, or the XML of what is not a text."""
    if isinstance(piece, EndMark):
        return "¶"
    return piece.text if piece.element is None else f"\0{_picture(piece.element)}"


def _picture(element: etree._Element) -> str:
    shown = []
    for one in element.iter():
        numbered = etree.QName(one).localname in ("docPr", "cNvPr") if isinstance(one.tag, str) else True
        attributes = [(name, value) for name, value in one.attrib.items() if not (numbered and name in _NUMBERED)]
        shown.append(f"{one.tag}{sorted(attributes)}{one.text or ''}")
    return "".join(shown)


def _boxes(pairs: Iterable[Pair], old: Sequence[_Leaf], new: Sequence[_Leaf]) -> dict[RunGroup, RunGroup]:
    """The links and fields that correspond: with the same address, and most of the same words."""
    counts: Counter[tuple[RunGroup, RunGroup]] = Counter()
    for i, j in pairs:
        here, there = old[i].box, new[j].box
        if here and there and here.key == there.key:
            counts[here, there] += len(old[i].piece.text) + 1
    boxes: dict[RunGroup, RunGroup] = {}
    for (here, there), _ in counts.most_common():
        if here not in boxes and there not in boxes.values():
            boxes[here] = there
    return boxes


def _fits(old: _Leaf, new: _Leaf, boxes: dict[RunGroup, RunGroup]) -> bool:
    """Whether both are in links that correspond, or both in none."""
    return (boxes.get(old.box) if old.box else None) is new.box and (old.box is None) == (new.box is None)


def _empty_boxes(pairs: Sequence[Pair], old: Sequence[Element], new: Sequence[Element]) -> Iterator[Pair]:
    """The links and fields between pairs that have the same address, but no words in common."""
    i, j = 0, 0
    for pair in (*pairs, (len(old), len(new))):
        here, there = _keys(old, range(i, pair[0])), _keys(new, range(j, pair[1]))
        names = [key for _, key in here], [key for _, key in there]
        for a, b, length in SequenceMatcher(None, *names, autojunk=False).get_matching_blocks():
            yield from ((here[a + n][0], there[b + n][0]) for n in range(length))
        i, j = pair[0] + 1, pair[1] + 1


def _keys(text: Sequence[Element], numbers: Iterable[int]) -> list[tuple[int, tuple[str, ...]]]:
    """The numbers of the links and fields among some elements, with their addresses."""
    return [(n, element.key) for n in numbers if isinstance(element := text[n], RunGroup)]


def inner_pairs(old: RunGroup, new: RunGroup, links: Links) -> list[Pair]:
    """The pieces of two links or fields that correspond, as their numbers."""
    leaves = ([_Leaf(piece, n) for n, piece in enumerate(box.pieces)] for box in (old, new))
    here, there = leaves
    return [*_with_others(_by_place(here, there, links, (-1, -1)), here, there)]
