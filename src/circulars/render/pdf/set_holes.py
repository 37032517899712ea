"""Sets the lines of a letter's holes, in any script: in the letter's own fonts, or in those that Pango chooses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise, repeat
from typing import Any, Final, NamedTuple

from circulars.model.directions import Direction, direction_of, is_moved
from circulars.render.pdf.engine import levels_of
from circulars.render.pdf.filling import MARGIN, LinePlace, broken_lines, first_word, number, text_of
from circulars.render.pdf.glyph_runs import SetLine
from circulars.render.pdf.han_marks import is_pair
from circulars.render.pdf.line_order import LineStretch, stretches_of
from circulars.render.pdf.looks import TextLook
from circulars.render.pdf.setting import UNITS, Set, SizedFont, file_digest
from circulars.render.pdf.typeset import Typesetter, Typesetters
from circulars.render.pdf.wording import has_backward

_MOST_TEXTS: Final = 2_000  # of which the lines are kept
MOST_LINES: Final = 40
"""The most lines of a paragraph with a hole."""
LTR: Final[Direction] = "ltr"
RTL: Final[Direction] = "rtl"
# Between letters, and between a letter and a digit behind it, digits and signs are read as these are (UAX #9).
_FORWARD: Final = re.compile("[A-Za-z](?:[ -~]*[A-Za-z0-9])?")
NONE: Final = -1
"""The number of the font of a text that only Pango can set."""


class HeadLine(NamedTuple):
    """A line in glyphs of the letter's own fonts. ``height`` and ``baseline`` are in Pango's units."""

    glyphs: bytes
    room: float
    height: int
    baseline: int


class OrderedLine(NamedTuple):
    """A text of which other text on its line is shown in between: its stretches in reading order, each with its place.

    ``height`` and ``baseline`` are in Pango's units, all else is in pixels.
    """

    stretches: tuple[tuple[float, HeadLine | SetLine], ...]
    room: float
    height: int
    baseline: int


Line = HeadLine | SetLine | OrderedLine


@dataclass(frozen=True, slots=True)
class Type:
    """How the text of a hole is set: its look, and the number of that font among the letter's own, or :data:`NONE`."""

    look: TextLook
    font: int

    @property
    def is_rtl(self) -> bool:
        """Whether its paragraph is read from right to left."""
        return self.look.direction == RTL

    def in_direction(self, is_rtl: bool) -> Type:
        """The same for text in a direction."""
        return (
            self if self.is_rtl == is_rtl else replace(self, look=replace(self.look, direction=RTL if is_rtl else LTR))
        )


@dataclass(frozen=True, slots=True)
class Flow:
    """The end of a paragraph, in one style, from a line with a hole or the line before it.

    ``parts`` alternate between text and the names of holes. The first line begins at ``begin``, further lines are
    between ``left`` and ``right``, in pixels. ``first`` is the number of the first line in the paragraph, ``before``
    are the paragraph's characters before it.
    """

    parts: tuple[str, ...]
    type: Type
    begin: float
    left: float
    right: float
    first: int
    before: str = ""

    def lines(self, values: Mapping[str, str], setter: Setter) -> list[Line] | None:
        """The lines with some values, or None if they cannot be set here."""
        text = text_of(self.parts, values)
        if (
            not text
            or is_pair(self.before, text)
            or (
                not self.type.is_rtl
                and has_backward(text)
                and _needs_isolates((self.before, False), *_words_of(self.parts, values))
            )
        ):
            return None
        return setter.lines(text, self.type, self.widths(), self.before)

    def widths(self) -> list[float]:
        """The width of each line in pixels, of as many lines as may be set here."""
        first = self.begin - self.left if self.type.is_rtl else self.right - self.begin
        return [first, *repeat(self.right - self.left, MOST_LINES - 1)]

    def place(self, number: int, room: float) -> float:
        """The left end of a line of some width, if the paragraph is read from right to left."""
        return (self.right if number else self.begin) - room


@dataclass(frozen=True, slots=True)
class LinePiece:
    """A stretch of a line; without holes it has no ``parts``, but a ``text`` and its width in pixels."""

    parts: tuple[str, ...]
    type: Type
    width: float = 0.0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """The rest of a line from its first stretch with a hole: see :class:`circulars.render.pdf.filling.LineHole`.

    ``around`` are the paragraph's characters before and after it; None if there are other holes among them.
    """

    pieces: tuple[LinePiece, ...]
    start: float
    least: float
    most: float
    spare: float
    around: tuple[str, str] | None = None

    def lines(self, values: Mapping[str, str], setter: Setter) -> list[Line] | None:
        """The stretches with holes, or None if they cannot be set here or would move other lines."""
        found: list[Line] = []
        place = self.start
        texts = [text_of(piece.parts, values) if piece.parts else piece.text for piece in self.pieces]
        if any(is_pair(one, other) for one, other in pairwise(texts)):
            return None
        if any(map(has_backward, texts)):
            return self._ordered(texts, values, setter) if all(texts) else None
        for piece, text in zip(self.pieces, texts, strict=True):
            if not piece.parts:
                place += piece.width
                continue
            line = setter.line(text, piece.type) if text else None
            if line is None or not (found or self._stays(text, piece.type, setter)):
                return None
            found.append(line)
            place += line.room
        return found if self.least <= place <= self.most else None

    def _ordered(self, texts: Sequence[str], values: Mapping[str, str], setter: Setter) -> list[Line] | None:
        """The stretches with holes, in the order that they have in their paragraph (UAX #9)."""
        stretches = None if self._needs_isolates(values) else self._stretches(texts)
        if stretches is None or not self._stays(texts[0], self.pieces[0].type, setter):
            return None
        lines: list[HeadLine | SetLine | None] = []
        for one in stretches:
            type = setter.turned(self.pieces[one.number].type, one.is_rtl)
            lines.append(setter.line(one.text, type) if self.pieces[one.number].parts else None)
        place, places = self.start, [0.0] * len(stretches)
        for n in sorted(range(len(stretches)), key=lambda n: stretches[n].rank):
            line, piece = lines[n], self.pieces[stretches[n].number]
            if piece.parts and line is None:
                return None
            places[n] = place
            place += line.room if line else piece.width
        if not self.least <= place <= self.most:
            return None
        found: list[Line] = []
        for nth, piece in enumerate(self.pieces):
            own = [
                (at, line) for one, at, line in zip(stretches, places, lines, strict=True) if line and one.number == nth
            ]
            whole = setter.line(texts[nth], piece.type) if own else None
            if whole:
                found.append(OrderedLine(tuple(own), sum(line.room for _, line in own), whole.height, whole.baseline))
        return found

    def _needs_isolates(self, values: Mapping[str, str]) -> bool:
        """Whether a value is shown otherwise in its paragraph than in an isolate."""
        before, after = self.around or ("", "")
        own = [one for piece in self.pieces for one in _words_of(piece.parts or (piece.text,), values)]
        return _needs_isolates((before, False), *own, (after, False))

    def _stretches(self, texts: Sequence[str]) -> list[LineStretch] | None:
        """The stretches of its texts, or None if others of the paragraph are shown in between."""
        if self.around is None:
            return None
        before, after = self.around
        levels = levels_of("".join((before, *texts, after)), False)
        bounds = list(accumulate(map(len, texts), initial=len(before)))
        own = [levels[start:end] for start, end in pairwise(bounds)]
        if (before and levels[len(before) - 1] and levels[len(before)]) or any(
            any(some) for some, piece in zip(own, self.pieces, strict=True) if not piece.parts
        ):
            return None
        return stretches_of(texts, own)

    def _stays(self, text: str, type: Type, setter: Setter) -> bool:
        """Whether the first word, or its breakable beginning, does not fit on the line before."""
        if self.spare < 0:
            return True
        word = first_word(text)
        line = setter.line(word, type) if word.isascii() and word else None
        return line is not None and line.room > self.spare + MARGIN


@dataclass(frozen=True, slots=True)
class FixedBox:
    """A box of fixed size that one hole fills with lines.

    ``height`` is that of the box, ``line`` that of a line in the letter's own font, ``baseline`` the distance from its
    top to its baseline, ``left`` and ``right`` are its ends; all are in pixels. The box takes at least ``least`` lines.
    """

    hole: str
    type: Type
    left: float
    right: float
    height: float
    line: float
    baseline: float
    least: int

    def lines(self, values: Mapping[str, str], setter: Setter) -> list[Line] | None:
        """The lines with some values, or None if they cannot be set here."""
        value = values[self.hole]
        if not value:
            return None if self.least else []
        lines: list[Line] = []
        for text in value.split("\n"):
            is_set = text.strip(" ") and (self.type.is_rtl or not _needs_isolates((text, True)))
            some = setter.lines(text, self.type, [self.right - self.left] * MOST_LINES) if is_set else None
            if some is None:
                return None
            lines += some
        return lines

    def place(self, line: Line) -> float:
        """The left end of a line."""
        return self.right - line.room if self.type.is_rtl else self.left

    def has_room(self, lines: Iterable[Line]) -> bool:
        """Whether lines fit in the box; otherwise it is higher, and moves what is below it."""
        return sum(height for height, _ in self.measures(lines)) <= self.height - MARGIN / 8

    def measures(self, lines: Iterable[Line]) -> Iterator[tuple[float, float]]:
        """The height of each line, and the distance from its top to its baseline, as WeasyPrint computes them."""
        for line in lines:
            height = line.height / UNITS
            own = line.baseline / UNITS + (self.line - height) / 2
            baseline = max(self.baseline, own)
            yield baseline + max(self.line - self.baseline, self.line - own), baseline


Hole = Flow | Rest | FixedBox


def _words_of(parts: Sequence[str], values: Mapping[str, str]) -> list[tuple[str, bool]]:
    """The words of a text with holes, each with whether it is a value."""
    return [(values[part], True) if place % 2 else (part, False) for place, part in enumerate(parts)]


def _needs_isolates(*words: tuple[str, bool]) -> bool:
    """Whether a value in a text from left to right would be shown otherwise in an isolate, and so is in one."""
    if not any(is_value and has_backward(text) for text, is_value in words):
        return False
    whole = "".join(text for text, _ in words)
    ends = accumulate(len(text) for text, _ in words)
    return any(
        is_value and has_backward(text) and direction_of(text, LTR) == RTL and is_moved(whole, end - len(text), end)
        for (text, is_value), end in zip(words, ends, strict=True)
    )


def is_forward(text: str) -> bool:
    """Whether a text in a paragraph from right to left is read from left to right, all of it, as a code is."""
    return _FORWARD.fullmatch(text) is not None


def names_in(hole: Hole) -> tuple[str, ...]:
    """The names in a hole, in the order of its words."""
    if isinstance(hole, FixedBox):
        return (hole.hole,)
    parts = [hole.parts] if isinstance(hole, Flow) else [piece.parts for piece in hole.pieces]
    return tuple(name for some in parts for name in some[1::2])


@dataclass(frozen=True, slots=True)
class OwnFont:
    """One of the letter's own fonts: the text of each glyph in the file, and what identifies the font's file."""

    words: Mapping[int, str]
    file: bytes


@dataclass(slots=True)
class KeptLines:
    """What is kept of the lines of a hole: lines by their texts, and orders of words by the levels of the values."""

    hole: Any
    lines: dict[tuple[str, ...], list[Line] | None] = field(default_factory=dict)
    orders: dict[tuple[int | None, ...], list[LineStretch]] = field(default_factory=dict)


class Setter:
    """Sets texts in the letter's own fonts if they have the glyphs, otherwise in those that Pango chooses.

    ``kept`` is for the lines of holes with frequent texts, by the id of the hole. It ``has_tokens`` instead of values
    while a letter is laid out.
    """

    def __init__(
        self,
        fonts: Sequence[SizedFont],
        typesetters: Typesetters,
        own: Mapping[str, OwnFont] | None = None,
        *,
        has_tokens: bool = False,
    ) -> None:
        self.has_tokens = has_tokens
        self.own = {font.name.decode(): OwnFont(font.words, file_digest(font.data, font.index)) for font in fonts}
        self.own |= own or {}
        self._fonts, self._typesetters = fonts, typesetters
        # By identity: a look takes longer to compare than a line to be found. Each type is kept, so that no other gets
        # its id.
        self._by_type: dict[int, tuple[Type, Typesetter | None, tuple[int, int]]] = {}
        self.kept: dict[int, KeptLines] = {}
        self._typeset_lines: dict[tuple[int, str, float, float, str], list[Line] | None] = {}
        self._turned: dict[int, tuple[Type, Type]] = {}

    def line(self, text: str, type: Type) -> HeadLine | SetLine | None:
        """A text on one line, or None if it cannot be set here."""
        own = self._own(text, type) if text != " " else None
        if own:
            return HeadLine(self._shown(own.glyphs, type), own.width, *self.usual(type))
        typesetter = self.typesetter(type)
        return typesetter.line(text) if typesetter else None

    def lines(self, text: str, type: Type, widths: Sequence[float], before: str = "") -> list[Line] | None:
        """A text on lines of some widths in pixels, or None if it cannot be set here.

        ``before`` are the characters before it in its paragraph.
        """
        whole = self._own(text, type)
        if whole and whole.width <= widths[0] - MARGIN:
            return [HeadLine(self._shown(whole.glyphs, type), whole.width, *self.usual(type))]
        if whole and not type.look.hyphenation:
            places = [LinePlace(b"", b"", 0.0, width) for width in widths]
            if own := broken_lines(text, places, self._fonts[type.font]):
                return [HeadLine(self._shown(line.glyphs, type), line.width, *self.usual(type)) for _, line in own]
        return self._typeset(text, type, widths, before)

    def _typeset(self, text: str, type: Type, widths: Sequence[float], before: str) -> list[Line] | None:
        """A text on lines that Pango sets; those of frequent texts are kept."""
        key = id(type), text, widths[0], widths[-1], before
        if key not in self._typeset_lines:
            if len(self._typeset_lines) >= _MOST_TEXTS:
                self._typeset_lines.clear()
            typesetter = self.typesetter(type)
            lines = typesetter.lines(text, widths, before) if typesetter else None
            self._typeset_lines[key] = None if lines is None else [*lines]
        return self._typeset_lines[key]

    def _own(self, text: str, type: Type) -> Set | None:
        """The text set in the letter's own font for it, if that has the glyphs."""
        if type.font == NONE or (type.is_rtl and not is_forward(text)):
            return None
        return self._fonts[type.font].set(text)

    def typesetter(self, type: Type) -> Typesetter | None:
        """The typesetter for a type."""
        return self._known(type)[1]

    def usual(self, type: Type) -> tuple[int, int]:
        """The height and the baseline of a line in the letter's own font, in Pango's units; zeros if Pango has none."""
        return self._known(type)[2]

    def turned(self, type: Type, is_rtl: bool) -> Type:
        """The same type for text in a direction."""
        if type.is_rtl == is_rtl:
            return type
        if id(type) not in self._turned:
            self._turned[id(type)] = type, type.in_direction(is_rtl)
        return self._turned[id(type)][1]

    def _known(self, type: Type) -> tuple[Type, Typesetter | None, tuple[int, int]]:
        found = self._by_type.get(id(type))
        if found is None:
            typesetter = self._typesetters.of(type.look)
            line = typesetter.line("n") if typesetter else None
            found = type, typesetter, (line.height, line.baseline) if line else (0, 0)
            self._by_type[id(type)] = found
        return found

    def _shown(self, glyphs: bytes, type: Type) -> bytes:
        font = self._fonts[type.font]
        return b"/%b %b Tf\n[%b] TJ\n" % (font.name, number(font.size), glyphs)
