"""Where the words of a line are shown (UAX #9), as ``bidi`` shows those of laid-out lines."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import groupby
from typing import Final, NamedTuple

from circulars.render.pdf.engine import levels_of
from circulars.render.pdf.levels import is_kept, level_runs, line_levels, ranks_of, visual_order

_MOST_ORDERS: Final = 1_000


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
    ranks = ranks_of([level for *_, level in runs])
    found: list[LineStretch] = []
    for number, own in groupby(zip(runs, ranks, strict=True), key=lambda pair: pair[0][0]):
        parts = [(start, end, level, rank) for (_, start, end, level), rank in own]
        if is_kept(parts, levels_of(texts[number], False)):
            found.append(LineStretch(number, texts[number], False, min(rank for *_, rank in parts)))
        else:
            found += [
                LineStretch(number, texts[number][start:end], level % 2 == 1, rank) for start, end, level, rank in parts
            ]
    return found


class LinePart(NamedTuple):
    """A text on a line: the levels of its characters, and whether it is in an element from right to left.

    ``begun`` and ``ended`` are the characters of isolates around it, with their levels. ``piece`` is its number in its
    paragraph.
    """

    text: str
    levels: bytes
    is_rtl: bool
    begun: str
    outer: bytes
    ended: str
    behind: bytes
    piece: int


def ordered(parts: Sequence[LinePart], is_rtl: bool) -> list[LineStretch]:
    """The stretches of a line of a paragraph with isolates, in reading order, as :func:`stretches_of` has them."""
    text = "".join([one.begun + one.text + one.ended for one in parts])
    levels = line_levels(text, b"".join([one.outer + one.levels + one.behind for one in parts]), int(is_rtl))
    runs: list[list[tuple[int, int, int]]] = []
    order: list[int] = []
    place = 0
    for one in parts:
        begin = place + len(one.begun)
        end = begin + len(one.text)
        own = level_runs(levels[begin:end])
        runs.append(own)
        order += [~level for level in levels[place:begin]]
        order += [level for *_, level in own]
        place = end + len(one.ended)
        order += [~level for level in levels[end:place]]
    ranks = iter(_ranks_of(tuple(order)))
    found: list[LineStretch] = []
    for number, (one, own) in enumerate(zip(parts, runs, strict=True)):
        some = [(*run, next(ranks)) for run in own]
        if _is_kept(some, levels_of(one.text, one.is_rtl)):
            found.append(LineStretch(number, one.text, one.is_rtl, min(rank for *_, rank in some)))
        else:
            found += [
                LineStretch(number, one.text[start:end], level % 2 == 1, rank) for start, end, level, rank in some
            ]
    return found


def _is_kept(parts: Sequence[tuple[int, int, int, int]], alone: Sequence[int]) -> bool:
    """The same as :func:`is_kept`, sooner for a text that is a single part in both cases."""
    if len(parts) == 1 and alone.count(alone[0]) == len(alone):
        return parts[0][2] % 2 == alone[0] % 2
    return is_kept(parts, alone)


@functools.lru_cache(maxsize=_MOST_ORDERS)
def _ranks_of(levels: tuple[int, ...]) -> tuple[int, ...]:
    """The places of the stretches of a line, counted from the left.

    The complement of a level is that of where an isolate begins or ends: nothing is shown there.
    """
    order = visual_order([max(level, ~level) for level in levels])
    shown = {place: rank for rank, place in enumerate(place for place in order if levels[place] >= 0)}
    return tuple([shown[place] for place in sorted(shown)])
