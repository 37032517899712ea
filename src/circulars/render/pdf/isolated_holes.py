"""Sets the holes of paragraphs with isolates: words with a direction of their own, as values in Arabic letters have.

The words of such a paragraph are in several boxes. Each line shows them in the order of UAX #9, as ``bidi`` does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

from circulars.model.filling import phrases
from circulars.render.pdf.engine import levels_of
from circulars.render.pdf.filling import MARGIN, text_of
from circulars.render.pdf.levels import END
from circulars.render.pdf.line_order import LinePart, ordered
from circulars.render.pdf.set_holes import LTR, RTL, FixedBox, Flow, HeadLine, Hole, Line, OrderedLine, Setter, Type
from circulars.render.pdf.typeset import MOST_CHARACTERS, STACKED, SetLine
from circulars.render.pdf.wording import has_backward
from circulars.render.pdf.wrapping import is_short, least_room

_MOST_KEPT: Final = 1_000  # texts of a hole
_EXACT: Final = MARGIN / 8
"""The margin of words whose width is known exactly: what is left is the rounding of each width to 1/1024 of a pixel."""
_FRACTION: Final = re.compile(r"\d/$")


@dataclass(frozen=True, slots=True)
class IsolatedPiece:
    """A text of a paragraph: ``parts`` alternate between words and the names of holes.

    ``begun`` are the characters of the isolates that begin before it, ``ended`` of those that end behind it.
    """

    parts: tuple[str, ...]
    type: Type
    begun: str = ""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class IsolatedFlow(Flow):
    """A whole paragraph with isolates; ``parts`` are those of all its pieces, ``before`` stands for its label."""

    pieces: tuple[IsolatedPiece, ...] = ()

    def lines(self, values: Mapping[str, str], setter: Setter) -> list[Line] | None:
        """The lines with some values, or None if they cannot be set here."""
        texts = [text_of(piece.parts, values) for piece in self.pieces]
        if not all(texts) or self._has_phrase(texts):
            return None
        return _lines_of(self, self, self.pieces, texts, setter)

    def _has_phrase(self, texts: Sequence[str]) -> bool:
        """Whether values follow each other that share an isolate."""
        shown = [(text, len(piece.parts) > 1) for piece, text in zip(self.pieces, texts, strict=True)]
        return bool(phrases(shown, RTL if self.type.is_rtl else LTR))


@dataclass(frozen=True, slots=True)
class IsolatedBox(FixedBox):
    """A box of fixed size in which each line is an isolate that begins with ``begun``."""

    begun: str = ""

    def lines(self, values: Mapping[str, str], setter: Setter) -> list[Line] | None:
        """The lines with some values, or None if they cannot be set here."""
        value = values[self.hole]
        if not value:
            return None if self.least else []
        begin = self.right if self.type.is_rtl else self.left
        flow = Flow((), self.type, begin, self.left, self.right, 0)
        piece = IsolatedPiece(("", self.hole, ""), self.type, self.begun, END)
        lines: list[Line] = []
        for line in value.split("\n"):
            text = text_of(piece.parts, {self.hole: line})
            some = _lines_of(self, flow, (piece,), (text,), setter) if text else None
            if some is None:
                return None
            lines += some
        return lines

    def measures(self, lines: Iterable[Line]) -> Iterator[tuple[float, float]]:
        """The height and the baseline of each line: isolates do not change them."""
        for _ in lines:
            yield self.line, self.baseline


AnyHole = Hole | IsolatedFlow | IsolatedBox


def _lines_of(
    hole: AnyHole, flow: Flow, pieces: Sequence[IsolatedPiece], texts: Sequence[str], setter: Setter
) -> list[Line] | None:
    """The lines of a hole with some texts; those of frequent texts are kept."""
    kept = setter.kept.setdefault(id(hole), (hole, {}))[1]
    key = tuple(texts)
    if key not in kept:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[key] = _SetParagraph(flow, pieces, texts, setter).lines()
    return kept[key]


class _SetParagraph:
    """A paragraph with isolates that is set for one copy."""

    def __init__(self, flow: Flow, pieces: Sequence[IsolatedPiece], texts: Sequence[str], setter: Setter) -> None:
        self._flow, self._pieces, self._texts, self._setter = flow, pieces, texts, setter
        self._is_rtl = flow.type.is_rtl
        self._bounds = [*pairwise(accumulate(map(len, texts), initial=0))]
        self._text = "".join(texts)
        self._breaks: list[int] = []
        self._places: dict[int, float] | None = None

    def lines(self) -> list[Line] | None:
        """The lines, or None if a break is uncertain."""
        if len(self._text) > MOST_CHARACTERS or "  " in self._text or (self._is_rtl and STACKED.search(self._text)):
            return None
        levels = self._levels()
        lines: list[Line] = []
        start = 0
        for number, width in enumerate(self._flow.widths()):
            next_start = self._end_of_line(start, width)
            line = self._line(number, start, self._trimmed(next_start), levels) if next_start else None
            if line is None:
                return None
            lines.append(line)
            start = next_start
            if start == len(self._text):
                return lines
        return None

    def _found_breaks(self) -> list[int]:
        """The places at which a line may begin, and the end; empty if that is uncertain."""
        found: list[int] = []
        for number, ((first, _), piece, text) in enumerate(zip(self._bounds, self._pieces, self._texts, strict=True)):
            typesetter = self._setter.typesetter(piece.type)
            if typesetter is None:
                return []
            # WeasyPrint looks at the two letters beside the end of an element, and at the digit before a slash.
            seen = self._text[first - 2 : first] if _FRACTION.search(self._text[:first]) else self._text[:first][-1:]
            if number and len(seen) in typesetter.breaks(seen + text[0]):
                found.append(first)
            found += [first + place for place in typesetter.breaks(text)]
        return [*found, len(self._text)]

    def _trimmed(self, end: int) -> int:
        """The end of a line without the space before the next line."""
        return len(self._text[:end].rstrip(" "))

    def _levels(self) -> list[tuple[bytes, bytes, bytes]]:
        """For each piece, the levels of the isolates that begin before it, of its characters, and of the ends."""
        before = self._flow.before
        whole = "".join([one.begun + text + one.ended for one, text in zip(self._pieces, self._texts, strict=True)])
        levels = levels_of(before + whole, self._is_rtl)
        found, place = [], len(before)
        for one, text in zip(self._pieces, self._texts, strict=True):
            start = place + len(one.begun)
            end = start + len(text)
            found.append((levels[place:start], levels[start:end], levels[end : end + len(one.ended)]))
            place = end + len(one.ended)
        return found

    def _slices(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The pieces between two places, each with its own beginning and end there."""
        for number, (first, last) in enumerate(self._bounds):
            if max(start, first) < min(end, last):
                yield number, max(start, first) - first, min(end, last) - first

    def _width(self, start: int, end: int) -> float | None:
        """The width of the words between two places on a line."""
        width = 0.0
        for number, first, last in self._slices(start, end):
            line = self._setter.line(self._texts[number][first:last], self._pieces[number].type)
            if line is None:
                return None
            width += line.room
        return width

    def _end_of_line(self, start: int, width: float) -> int:
        """Where the line after one that begins at a place begins; 0 if that is uncertain."""
        end = len(self._text)
        if is_short(self._text[start:], self._flow.type.look.size, width):
            whole = self._width(start, end)
            if whole is not None and whole <= width - MARGIN:
                return end
        if self._places is None:
            self._breaks = self._found_breaks()
            self._places = self._estimated()
        return self._end_at_break(start, width, self._breaks, self._places)

    def _end_at_break(self, start: int, width: float, breaks: Sequence[int], places: Mapping[int, float]) -> int:
        """The same, if the rest is not on one line; the ``places`` of words only say which break is tried first."""
        least = nth = bisect_right(breaks, start)
        while nth < len(breaks) and places[self._trimmed(breaks[nth])] - places[start] <= width:
            nth += 1
        nth = max(nth - 1, least)
        while least <= nth < len(breaks):
            own = self._width(start, self._trimmed(breaks[nth]))
            if own is None:
                return 0
            last = self._trimmed(breaks[nth])
            if own > width - self._margin(last):
                nth -= 1
                continue
            if breaks[nth] == len(self._text):
                return breaks[nth]
            following = self._trimmed(breaks[nth + 1])
            margin = self._margin(following)
            room = places[following] - places[last]
            more: float | None = own + least_room(self._text[last:following], room, self._flow.type.look.size)
            if more is not None and more <= width + margin:
                more = self._width(start, following)
            if more is None or more > width - margin:
                return breaks[nth] if more and more > width + margin and not self._is_hyphenated() else 0
            nth += 1
        return 0

    def _margin(self, end: int) -> float:
        """The least distance of the end of a line from that of its space with which it is certain where it ends.

        Pango sees the space behind a line, and fonts may kern Latin letters with it.
        """
        return _EXACT if has_backward(self._text[end - 1]) else MARGIN

    def _estimated(self) -> dict[int, float]:
        """Where the words on both sides of each break are if all are on one line, in pixels."""
        places, place = {0: 0.0}, 0.0
        for (first, last), piece in zip(self._bounds, self._pieces, strict=True):
            typesetter = self._setter.typesetter(piece.type)
            for start, end in pairwise((first, *(one for one in self._breaks if first < one < last), last)):
                segment = self._text[start:end]
                room, space = typesetter.measure(segment) if typesetter else (0.0, 0.0)
                places[start + len(segment.rstrip(" "))] = place + room
                place += room + space
                places[end] = place
        return places

    def _is_hyphenated(self) -> bool:
        return any(piece.type.look.hyphenation for piece in self._pieces)

    def _line(self, number: int, start: int, end: int, levels: Sequence[tuple[bytes, bytes, bytes]]) -> Line | None:
        """A line with the words between two places, in their order."""
        parts: list[LinePart] = []
        for nth, first, last in self._slices(start, end):
            piece, (outer, own, behind) = self._pieces[nth], levels[nth]
            text = self._texts[nth][first:last]
            parts.append(
                LinePart(text, own[first:last], piece.type.is_rtl, piece.begun, outer, piece.ended, behind, nth)
            )
        lines: list[HeadLine | SetLine] = []
        stretches = ordered(parts, self._is_rtl)
        for one in stretches:
            line = self._setter.line(
                one.text, self._setter.turned(self._pieces[parts[one.number].piece].type, one.is_rtl)
            )
            if line is None:
                return None
            lines.append(line)
        first_line = lines[0]
        usual = first_line.height, first_line.baseline
        if any((line.height, line.baseline) != usual for line in lines):
            return None  # the line would be higher than any of its fonts
        room = sum(line.room for line in lines)
        flow = self._flow
        left = flow.left if number else flow.begin
        place = flow.place(number, room) if self._is_rtl else left
        places = [0.0] * len(lines)
        for nth in sorted(range(len(lines)), key=lambda nth: stretches[nth].rank):
            places[nth] = place
            place += lines[nth].room
        return OrderedLine(tuple(zip(places, lines, strict=True)), room, *usual)
