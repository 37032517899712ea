"""Splits a text into lines by the widths of its segments, the stretches between the places at which lines may end.

A segment is set once for all texts that have it. Only the lines that are found are set as a whole. WeasyPrint has Pango
lay out all the rest of a paragraph several times for each line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from operator import add
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from circulars.addressing.widths import EAST_ASIAN
from circulars.render.pdf.breaks import breaks_in
from circulars.render.pdf.filling import MARGIN
from circulars.render.pdf.han_marks import has_narrow_marks, narrowed
from circulars.render.pdf.script_gaps import SHARE, gaps_in

_MOST_SEGMENTS: Final = 10_000  # per look and process
_KERNED: Final = 6
"""The part of an em by which two texts may be narrower side by side than each alone: kerning over a space."""
_MARK: Final = re.compile("[“”‘’—…‥⸺·]")
_USUAL: Final = 2
"""The characters on each width of the font's size in most texts."""


class HasRoom(Protocol):
    """A line that is set."""

    @property
    def room(self) -> float:
        """Its width in pixels."""


L = TypeVar("L", bound=HasRoom)


class _Segments(NamedTuple):
    """The segments of a text: the width of each without the space at its end, and that of the space or gap behind it.
    It is less than none behind a mark that is narrow beside the next one.

    ``starts`` are their places if all were on one line; there is one more, the end of the last.
    """

    texts: list[str]
    rooms: list[float]
    behind: list[float]
    starts: list[float]


@dataclass(slots=True)
class Wrapper(Generic[L]):
    """Splits texts in one look into lines; ``size`` is that of the font in pixels.

    ``line_of`` sets a text on one line, if it can; ``room_of`` is the width of such a line in pixels.
    """

    language: str
    size: float
    line_of: Callable[[str], L | None]
    room_of: Callable[[str], float]
    _has_narrow_marks: bool = field(init=False)
    _space_room: float = -1.0
    _known: dict[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._has_narrow_marks = has_narrow_marks(self.language)

    def lines(self, text: str, widths: Sequence[float]) -> list[L]:
        """The lines of a text on some widths in pixels; none if it is not certain where one of them ends."""
        if text[0] == " ":
            return []
        segments = self._segments(text)
        lines: list[L] = []
        first = 0
        for width in widths:
            found = self._line(segments, first, width)
            if not found:
                return []
            lines.append(found[0])
            first = found[1]
            if first == len(segments.texts):
                return lines
        return []

    def _segments(self, text: str) -> _Segments:
        bounds = (0, *breaks_in(text, self.language), len(text))
        texts = [text[start:end] for start, end in pairwise(bounds)]
        known = self._known
        measures = [*map(known.get, texts)]
        if None in measures:
            measures = [*map(self.measure, texts)]
        rooms, behind = map(list, zip(*measures, strict=True))
        if gaps := {*gaps_in(text)}:
            behind = [self.size / SHARE if end in gaps else one for end, one in zip(bounds[1:], behind, strict=True)]
        if self._has_narrow_marks and (narrow := {*narrowed(text)}):
            behind = [one - self.size / 2 * (end - 1 in narrow) for end, one in zip(bounds[1:], behind, strict=True)]
        return _Segments(texts, rooms, behind, [*accumulate(map(add, rooms, behind), initial=0.0)])

    def measure(self, segment: str) -> tuple[float, float]:
        """The width of a segment without the space at its end, and that of the space."""
        found = self._known.get(segment)
        if found is None:
            if len(self._known) >= _MOST_SEGMENTS:
                self._known.clear()
            words = segment.rstrip(" ")
            if words != segment:
                found = (self.measure(words)[0] if words else 0.0), self._space()
            else:
                found = self.room_of(words), 0.0
            self._known[segment] = found
        return found

    def _space(self) -> float:
        if self._space_room < 0:
            self._space_room = self.room_of("n n") - self.room_of("nn")
        return self._space_room

    def _line(self, segments: _Segments, first: int, width: float) -> tuple[L, int] | None:
        """The line from a segment on, and the number of the first segment behind it; None if that is not certain."""
        texts, starts = segments.texts, segments.starts
        end = bisect_right(starts, starts[first] + width, first + 1) - 1
        if end < len(texts) and starts[end] + segments.rooms[end] <= starts[first] + width:
            end += 1  # it fits, but for the space behind it
        while end > first and (line := self.line_of(_joined(texts, first, end))):
            if line.room > width - MARGIN:
                end -= 1
                continue
            if end == len(texts):
                return line, end
            more = line.room + least_room(texts[end], segments.rooms[end], self.size)
            if more <= width + MARGIN:
                longer = self.line_of(_joined(texts, first, end + 1))
                more = longer.room if longer else width
            if more > width - MARGIN:
                return (line, end) if more > width + MARGIN else None
            end += 1
        return None


def _joined(texts: Sequence[str], first: int, end: int) -> str:
    """Segments as a line shows them, without the spaces at its end."""
    return "".join(texts[first:end]).rstrip(" ")


def least_room(segment: str, room: float, size: float) -> float:
    """The least width that a segment adds to a line if it is ``room`` wide on a line of its own; ``size`` is an em.

    Marks of punctuation may be those of another font beside other letters.
    """
    if segment.isascii():
        return room - size / _KERNED
    return room - size / _KERNED - size * len(_MARK.findall(segment))


def is_short(text: str, size: float, width: float) -> bool:
    """Whether a text in a font of some size probably fits a width."""
    most = width * _USUAL / size
    if len(text) >= most or len(text) * _USUAL < most or text.isascii():
        return len(text) < most
    return len(text) + (_USUAL - 1) * len(EAST_ASIAN.findall(text)) < most
