"""Sets the holes of paragraphs with isolates: words with a direction of their own, as values in Arabic letters have.

The words of such a paragraph are in several boxes. Each line shows them in the order of UAX #9, as ``bidi`` does. A
paragraph with words of several looks beside each other, as a bold name in Chinese text, is set in the same way.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise, starmap
from typing import Final

from circulars.model.directions import moved_stretches
from circulars.model.filling import phrases
from circulars.render.pdf.engine import levels_of
from circulars.render.pdf.filling import MARGIN, text_of
from circulars.render.pdf.glyph_runs import SetLine
from circulars.render.pdf.han_marks import is_pair, narrowed
from circulars.render.pdf.levels import END, LEFT_TO_RIGHT, ends_with_space, isolate_levels
from circulars.render.pdf.line_order import LinePart, LineStretch, ordered
from circulars.render.pdf.script_gaps import gaps_in
from circulars.render.pdf.set_holes import (
    LTR,
    RTL,
    FixedBox,
    Flow,
    HeadLine,
    Hole,
    KeptLines,
    Line,
    OrderedLine,
    Setter,
    Type,
)
from circulars.render.pdf.setting import UNITS
from circulars.render.pdf.typeset import MOST_CHARACTERS, STACKED
from circulars.render.pdf.wording import has_backward
from circulars.render.pdf.wrapping import is_short, least_room

_MOST_KEPT: Final = 1_000  # texts of a hole
_OF_TWO_HOLES: Final = 5  # parts of a text, of which every second one is a hole
_MOST_LEVELS: Final = 256
_ROUNDED: Final = 2
"""How many widths are rounded to 1/1024 of a pixel on a line besides those of its texts."""
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
        texts = [text_of(one.parts, values) if len(one.parts) > 1 else one.parts[0] for one in self.pieces]
        if not all(texts) or self._needs_isolates(texts):
            return None
        pieces = self.pieces if setter.has_tokens else self._in_phrases(texts)
        return None if pieces is None else _lines_of(self, self, pieces, texts, setter)

    def _needs_isolates(self, texts: Sequence[str]) -> bool:
        """Whether a value may be shown otherwise than in an isolate, and is in none."""
        is_rtl = self.type.is_rtl or any(piece.begun for piece in self.pieces)
        return not is_rtl and any(map(has_backward, texts))

    def _in_phrases(self, texts: Sequence[str]) -> Sequence[IsolatedPiece] | None:
        """The texts of the paragraph, values that follow each other in an isolate that they share; None if uncertain.

        Each value has an isolate of its own in there, as ``filled_in_directions`` gives it.
        """
        if len(self.parts) < _OF_TWO_HOLES:
            return self.pieces
        shown = [(text, len(piece.parts) > 1) for piece, text in zip(self.pieces, texts, strict=True)]
        found, pieces = phrases(shown, RTL if self.type.is_rtl else LTR), [*self.pieces]
        for start, end in found:
            own = pieces[start:end]
            is_certain = self.type.is_rtl and all(map(_is_alone, own))
            if not is_certain or moved_stretches("".join(texts[start:end]), LTR):
                return None
            own = [_begun_with(LEFT_TO_RIGHT, one) for one in own]
            own[0] = replace(own[0], begun=LEFT_TO_RIGHT + own[0].begun)
            own[-1] = replace(own[-1], ended=own[-1].ended + END)
            pieces[start:end] = own
        return pieces


def _is_alone(piece: IsolatedPiece) -> bool:
    """Whether a text is words in no isolate that begins or ends there, or a single value in an isolate of its own."""
    if len(piece.parts) == 1:
        return not piece.begun and not piece.ended
    return len(piece.begun) == len(piece.ended) == 1 and len(piece.parts) < _OF_TWO_HOLES and not any(piece.parts[::2])


def _begun_with(beginning: str, piece: IsolatedPiece) -> IsolatedPiece:
    """The same text in an isolate that begins with another character, if it is in one."""
    return replace(piece, begun=beginning) if piece.begun else piece


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
    kept = setter.kept.get(id(hole))
    if kept is None:
        kept = setter.kept[id(hole)] = KeptLines(hole)
    key, lines = tuple(texts), kept.lines
    if key not in lines:
        if len(lines) >= _MOST_KEPT:
            lines.clear()
        lines[key] = _SetParagraph(flow, pieces, texts, setter, kept.orders).lines()
    return lines[key]


@functools.lru_cache(maxsize=_MOST_KEPT)
def _isolate(beginning: str, text: str, is_rtl: bool) -> bytes:
    """The levels of a text in an isolate that begins with a character, in a paragraph of a direction."""
    return isolate_levels(beginning, text, is_rtl, levels_of)


def _are_spaced(one: str, other: str) -> bool:
    """Whether the space between two texts of a paragraph is another one than if each were alone."""
    return bool(gaps_in(one[-1] + other[0])) or is_pair(one, other)


class _SetParagraph:
    """A paragraph with isolates that is set for one copy."""

    def __init__(
        self,
        flow: Flow,
        pieces: Sequence[IsolatedPiece],
        texts: Sequence[str],
        setter: Setter,
        orders: dict[tuple[int | None, ...], list[LineStretch]],
    ) -> None:
        self._flow, self._pieces, self._texts, self._setter, self._orders = flow, pieces, texts, setter, orders
        self._is_rtl = flow.type.is_rtl
        self._bounds = [*pairwise(accumulate(map(len, texts), initial=0))]
        self._text = "".join(texts)
        self._breaks: list[int] = []
        self._places: dict[int, float] | None = None

    def lines(self) -> list[Line] | None:
        """The lines, or None if a break is uncertain."""
        if len(self._text) > MOST_CHARACTERS or "  " in self._text or (self._is_rtl and STACKED.search(self._text)):
            return None
        if not self._setter.has_tokens and any(starmap(_are_spaced, pairwise(self._texts))):
            return None
        levels: list[tuple[bytes, bytes, bytes]] = []
        lines: list[Line] = []
        start = 0
        for number, width in enumerate(self._flow.widths()):
            next_start = self._end_of_line(start, width)
            if not start and next_start == len(self._text) == self._trimmed(next_start):
                only = self._placed(number, self._on_one_line())
                return None if only is None else [only]
            levels = levels or self._levels()
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
        # What is in an isolate changes no other level, so the levels around it are those of most copies.
        inner = self._isolated()
        around = [text if own is None else "" for own, text in zip(inner, self._texts, strict=True)]
        whole = "".join([one.begun + text + one.ended for one, text in zip(self._pieces, around, strict=True)])
        levels = levels_of(before + whole, self._is_rtl)
        found, place = [], len(before)
        for one, text, own in zip(self._pieces, around, inner, strict=True):
            start = place + len(one.begun)
            end = start + len(text)
            found.append(
                (levels[place:start], levels[start:end] if own is None else own, levels[end : end + len(one.ended)])
            )
            place = end + len(one.ended)
        return found

    def _isolated(self) -> list[bytes | None]:
        """For each piece, the levels of its characters if it is an isolate that is in no other; otherwise None."""
        found, depth = list[bytes | None](), 0
        for one, text in zip(self._pieces, self._texts, strict=True):
            is_isolate = not depth and len(one.begun) == len(one.ended) == 1
            found.append(_isolate(one.begun, text, self._is_rtl) if is_isolate else None)
            depth += len(one.begun) - len(one.ended)
        return found

    def _slices(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The pieces between two places, each with its own beginning and end there."""
        for number, (first, last) in enumerate(self._bounds):
            if start < last and first < end:
                yield number, max(start - first, 0), min(end, last) - first

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
            least_more = 0.0 if narrowed(self._text[last - 1 : following]) else room
            more: float | None = own + least_room(self._text[last:following], least_more, self._flow.type.look.size)
            if more is not None and more <= width + margin:
                more = self._width(start, following)
            if more is None or more > width - margin:
                return breaks[nth] if more and more > width + margin and not self._is_hyphenated() else 0
            nth += 1
        return 0

    def _margin(self, end: int) -> float:
        """The least distance of the end of a line from that of its space with which it is certain where it ends.

        Pango sees the space behind a line, and fonts may kern Latin letters with it. The width of other words is known
        exactly, but for the rounding of each to Pango's units.
        """
        return (len(self._pieces) + _ROUNDED) / UNITS if has_backward(self._text[end - 1]) else MARGIN

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
        return self._placed(number, self._ordered(start, end, levels))

    def _on_one_line(self) -> list[LineStretch]:
        """The stretches of all words, in their order, which is the same for all values with the same levels."""
        key = tuple([self._level(piece, text) for piece, text in zip(self._pieces, self._texts, strict=True)])
        if None in key:
            return self._ordered(0, len(self._text), self._levels())
        if key not in self._orders:
            self._orders[key] = self._ordered(0, len(self._text), self._levels())
        found = self._orders[key]
        are_values = [len(piece.parts) > 1 for piece in self._pieces]
        return [one._replace(text=self._texts[one.number]) if are_values[one.number] else one for one in found]

    def _level(self, piece: IsolatedPiece, text: str) -> int | None:
        """The only level of a value in an isolate of its own, -1 for words; None if there are several levels."""
        if len(piece.parts) == 1:
            return -1
        if not len(piece.begun) == len(piece.ended) == 1:
            return None
        own = _isolate(piece.begun, text, self._is_rtl)
        alone = levels_of(text, piece.type.is_rtl)
        is_single = own.count(own[0]) == len(own) and alone.count(alone[0]) == len(alone)
        return own[0] + _MOST_LEVELS * (alone[0] % 2) if is_single and not ends_with_space(text) else None

    def _ordered(self, start: int, end: int, levels: Sequence[tuple[bytes, bytes, bytes]]) -> list[LineStretch]:
        """The stretches of the words between two places, in their order."""
        parts: list[LinePart] = []
        for nth, first, last in self._slices(start, end):
            piece, (outer, own, behind) = self._pieces[nth], levels[nth]
            text = self._texts[nth][first:last]
            parts.append(
                LinePart(text, own[first:last], piece.type.is_rtl, piece.begun, outer, piece.ended, behind, nth)
            )
        return [one._replace(number=parts[one.number].piece) for one in ordered(parts, self._is_rtl)]

    def _placed(self, number: int, stretches: Sequence[LineStretch]) -> Line | None:
        """A line of some stretches, each of which has the number of its piece."""
        lines: list[HeadLine | SetLine] = []
        for one in stretches:
            line = self._setter.line(one.text, self._setter.turned(self._pieces[one.number].type, one.is_rtl))
            if line is None:
                return None
            lines.append(line)
        first_line = lines[0]
        usual = first_line.height, first_line.baseline
        if any((line.height, line.baseline) != usual for line in lines[1:]):
            return None  # the line would be higher than any of its fonts
        room = sum([line.room for line in lines])
        flow = self._flow
        left = flow.left if number else flow.begin
        place = flow.place(number, room) if self._is_rtl else left
        places = [0.0] * len(lines)
        for nth in sorted(range(len(lines)), key=lambda nth: stretches[nth].rank):
            places[nth] = place
            place += lines[nth].room
        return OrderedLine(tuple(zip(places, lines, strict=True)), room, *usual)
