"""Finds sentences that were cut from one text and pasted into another one, or elsewhere in the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Final

from circulars.review.comparing.changes import Mark, Segment, Segments
from circulars.review.comparing.matched import Matched
from circulars.review.comparing.tokens import CJK_LETTER, one_form

_FEW_WORDS: Final = 5  # a shorter sentence is removed and added
_FEW_HAN: Final = 10  # characters
_END: Final = re.compile(r"(?<=[.!?؟۔])[\"'”’»)]*\s+|(?<=[。！？])[”’」』）]*")
_FAMILIES: Final = ("text", "item", "item text")
_FATES: Final = ("kept", "added", "removed")


@dataclass(frozen=True, slots=True)
class _SentencePlace:
    """A sentence in the words of a part: the part's number in the tree, and the places of a segment and a piece."""

    part: int
    segment: int
    piece: int


def with_moved_sentences(root: Matched) -> Matched:
    """The tree, in which a sentence that was removed from one text and added to another one says so.

    It must be there once in all that was removed, and once in all that was added.
    """
    parts = {n: part for n, part in enumerate(root.walk()) if part.unit.family in _FAMILIES and part.fate in _FATES}
    places: dict[Mark, dict[str, list[_SentencePlace]]] = {"removed": defaultdict(list), "added": defaultdict(list)}
    for number, part in parts.items():
        for n, segment in enumerate(part.words):
            for place, piece in enumerate(_pieces(segment)) if segment.mark != "equal" and not segment.quiet else ():
                if _is_long(piece):
                    places[segment.mark][one_form(piece)].append(_SentencePlace(number, n, place))
    moved: dict[_SentencePlace, str] = {}
    for key, olds in places["removed"].items():
        news = places["added"].get(key, [])
        if len(olds) == len(news) == 1:
            old, new = parts[olds[0].part].old, parts[news[0].part].new
            if old and new:
                moved |= {olds[0]: new.place, news[0]: old.place}
    return _marked(root, moved, iter(range(sum(1 for _ in root.walk())))) if moved else root


def _marked(part: Matched, moved: Mapping[_SentencePlace, str], numbers: Iterator[int]) -> Matched:
    number = next(numbers)
    parts = tuple(_marked(inner, moved, numbers) for inner in part.parts)
    words = tuple(_cut(part.words, number, moved))
    if words == part.words and all(one is other for one, other in zip(parts, part.parts, strict=True)):
        return part
    return replace(part, words=words, parts=parts)


def _cut(words: Segments, number: int, moved: Mapping[_SentencePlace, str]) -> Iterator[Segment]:
    """The segments, of which those with sentences that moved are cut."""
    for n, segment in enumerate(words):
        pieces = [
            (moved.get(_SentencePlace(number, n, place), ""), piece) for place, piece in enumerate(_pieces(segment))
        ]
        for where, run in groupby(pieces, key=lambda one: one[0]):
            yield replace(segment, text="".join(piece for _, piece in run), moved=where)


def _pieces(segment: Segment) -> list[str]:
    """The sentences of a segment, each with the space after it."""
    ends = [0, *(found.end() for found in _END.finditer(segment.text)), len(segment.text)]
    pieces = [segment.text[start:end] for start, end in pairwise(ends)]
    return [piece for piece in pieces if piece] or [segment.text]


def _is_long(piece: str) -> bool:
    return len(piece.split()) >= _FEW_WORDS or len(CJK_LETTER.findall(piece)) >= _FEW_HAN
