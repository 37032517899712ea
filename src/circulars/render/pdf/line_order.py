"""Where the words of a line are shown (UAX #9), as ``bidi`` shows those of laid-out lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from circulars.render.pdf.engine import levels_of
from circulars.render.pdf.levels import level_runs, visual_order


class LineStretch(NamedTuple):
    """A part of a line: the number of the text that it is in, and its place, counted from the left."""

    number: int
    text: str
    is_rtl: bool
    rank: int


def stretches_of(texts: Sequence[str], levels: Sequence[Sequence[int]]) -> list[LineStretch]:
    """The parts of a line from left to right that are set by themselves, in reading order.

    ``levels`` are those of each text's characters. A text is not divided if Pango shows it in the same order.
    """
    runs = [(number, *run) for number, own in enumerate(levels) for run in level_runs(own)]
    ranks = _ranks([level for *_, level in runs])
    found: list[LineStretch] = []
    for number, own in groupby(zip(runs, ranks, strict=True), key=lambda pair: pair[0][0]):
        parts = [(start, end, level, rank) for (_, start, end, level), rank in own]
        if _is_kept(texts[number], parts):
            found.append(LineStretch(number, texts[number], False, min(rank for *_, rank in parts)))
        else:
            found += [
                LineStretch(number, texts[number][start:end], level % 2 == 1, rank) for start, end, level, rank in parts
            ]
    return found


def _is_kept(text: str, parts: Sequence[tuple[int, int, int, int]]) -> bool:
    """Whether Pango shows a text by itself in the order that it has on its line."""
    first = min(rank for *_, rank in parts)
    runs = level_runs(levels_of(text, False))
    return (
        max(rank for *_, rank in parts) - first < len(parts)
        and [(start, end, level % 2) for start, end, level in runs] == [(*part[:2], part[2] % 2) for part in parts]
        and _ranks([level for *_, level in runs]) == [rank - first for *_, rank in parts]
    )


def _ranks(levels: Sequence[int]) -> list[int]:
    ranks = [0] * len(levels)
    for rank, place in enumerate(visual_order(levels)):
        ranks[place] = rank
    return ranks
