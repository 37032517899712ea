"""Fills copies of a letter by shape: what the lines of the holes need, whatever the words on them.

Two copies have the same shape if each hole's paragraph has as many lines in both, and the fonts on each line are as
high. Everything else on their pages is then at the same place. So a letter is laid out once for each shape, and the
lines of the holes are set by Pango alone, in the fonts that it chooses for each script.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Final, NamedTuple

from circulars.render.pdf.added_fonts import AddedFont
from circulars.render.pdf.file import File
from circulars.render.pdf.filling import MARGIN, LinePlace, broken_lines, first_word, number, text_of
from circulars.render.pdf.setting import UNITS, SizedFont, file_digest
from circulars.render.pdf.typeset import GlyphRun, SetLine, TextLook, Typesetter, Typesetters
from circulars.render.pdf.wording import is_same, is_told, opening, with_words

MOST_LINES: Final = 40
"""The most lines of a paragraph with a hole."""


class HeadLine(NamedTuple):
    """A line in glyphs of the letter's own fonts. ``height`` and ``baseline`` are in Pango's units."""

    glyphs: bytes
    room: float
    height: int
    baseline: int


Line = HeadLine | SetLine


@dataclass(frozen=True, slots=True)
class Type:
    """How the text of a hole is set: its look, and the number of that font among the letter's own."""

    look: TextLook
    font: int


@dataclass(frozen=True, slots=True)
class Flow:
    """The end of a paragraph, in one style, from a line with a hole or the line before it.

    ``parts`` alternate between text and the names of holes. The first line begins at ``left``, further lines at
    ``start``; all end at ``right``, in pixels. ``first`` is the number of the first line in the paragraph.
    """

    parts: tuple[str, ...]
    type: Type
    left: float
    start: float
    right: float
    first: int

    def lines(self, values: Mapping[str, str], setter: Setter) -> list[Line] | None:
        """The lines with some values, or None if they cannot be set here."""
        text = text_of(self.parts, values)
        return setter.lines(text, self.type, self.widths()) if text else None

    def widths(self) -> list[float]:
        """The width of each line in pixels, of as many lines as may be set here."""
        return [self.right - self.left, *repeat(self.right - self.start, MOST_LINES - 1)]


@dataclass(frozen=True, slots=True)
class LinePiece:
    """A stretch of a line; without holes it has no ``parts``, but a width in pixels."""

    parts: tuple[str, ...]
    type: Type
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Rest:
    """The rest of a line from its first stretch with a hole: see :class:`circulars.render.pdf.filling.LineHole`."""

    pieces: tuple[LinePiece, ...]
    start: float
    least: float
    most: float
    spare: float

    def lines(self, values: Mapping[str, str], setter: Setter) -> list[Line] | None:
        """The stretches with holes, or None if they cannot be set here or would move other lines."""
        found: list[Line] = []
        place = self.start
        for piece in self.pieces:
            if not piece.parts:
                place += piece.width
                continue
            text = text_of(piece.parts, values)
            line = setter.line(text, piece.type) if text else None
            if line is None or not (found or self._stays(text, piece.type, setter)):
                return None
            found.append(line)
            place += line.room
        return found if self.least <= place <= self.most else None

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
            some = setter.lines(text, self.type, [self.right - self.left] * MOST_LINES) if text else None
            if some is None:
                return None
            lines += some
        return lines

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


def names_in(hole: Hole) -> tuple[str, ...]:
    """The names in a hole, in the order of its words."""
    if isinstance(hole, FixedBox):
        return (hole.hole,)
    parts = [hole.parts] if isinstance(hole, Flow) else [piece.parts for piece in hole.pieces]
    return tuple(name for some in parts for name in some[1::2])


class OwnFont(NamedTuple):
    """One of the letter's own fonts: the text of each glyph in the file, and what identifies the font's file."""

    words: Mapping[int, str]
    file: bytes


class Setter:
    """Sets texts in the letter's own fonts if they have the glyphs, otherwise in those that Pango chooses."""

    def __init__(self, fonts: Sequence[SizedFont], typesetters: Typesetters) -> None:
        self.own = {font.name.decode(): OwnFont(font.words, file_digest(font.data, font.index)) for font in fonts}
        self._fonts, self._typesetters = fonts, typesetters
        self._usual: dict[Type, tuple[int, int]] = {}

    def line(self, text: str, type: Type) -> Line | None:
        """A text on one line, or None if it cannot be set here."""
        own = self._fonts[type.font].set(text)
        if own:
            return HeadLine(self._shown(own.glyphs, type), own.width, *self.usual(type))
        typesetter = self._typesetters.of(type.look)
        return typesetter.line(text) if typesetter else None

    def lines(self, text: str, type: Type, widths: Sequence[float]) -> list[Line] | None:
        """A text on lines of some widths in pixels, or None if it cannot be set here."""
        font = self._fonts[type.font]
        whole = font.set(text)
        if whole and whole.width <= widths[0] - MARGIN:
            return [HeadLine(self._shown(whole.glyphs, type), whole.width, *self.usual(type))]
        if whole:
            places = [LinePlace(b"", b"", 0.0, width) for width in widths]
            if own := broken_lines(text, places, font):
                return [HeadLine(self._shown(line.glyphs, type), line.width, *self.usual(type)) for _, line in own]
        typesetter = self._typesetters.of(type.look)
        lines = typesetter.lines(text, widths) if typesetter else None
        return None if lines is None else [*lines]

    def typesetter(self, type: Type) -> Typesetter | None:
        """The typesetter for a type."""
        return self._typesetters.of(type.look)

    def usual(self, type: Type) -> tuple[int, int]:
        """The height and the baseline of a line in the letter's own font, in Pango's units; zeros if Pango has none."""
        if type not in self._usual:
            typesetter = self._typesetters.of(type.look)
            line = typesetter.line("n") if typesetter else None
            self._usual[type] = (line.height, line.baseline) if line else (0, 0)
        return self._usual[type]

    def _shown(self, glyphs: bytes, type: Type) -> bytes:
        font = self._fonts[type.font]
        return b"/%b %b Tf\n[%b] TJ\n" % (font.name, number(font.size), glyphs)


Setting = tuple[tuple[Line, ...], ...]
"""The lines of each hole."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same in all shapes of a letter: its holes, in the order of the file's last streams, and its fonts.

    ``known`` are the holes with a name for each place instead of the holes' names, as the letter was laid out.
    """

    holes: tuple[Hole, ...]
    known: tuple[Hole, ...]
    fonts: tuple[SizedFont, ...]

    def setting(self, values: Mapping[str, str], setter: Setter) -> Setting | None:
        """The lines of each hole with these values, or None if the copy must be laid out in full."""
        found: list[tuple[Line, ...]] = []
        for hole in self.holes:
            lines = hole.lines(values, setter)
            if lines is None:
                return None
            found.append(tuple(lines))
        return tuple(found)

    def shape(self, setting: Setting) -> str:
        """The shape that a setting needs: for each hole, the heights and baselines of its lines.

        The lines of a box that has room for them have no effect on the rest of the page.
        """
        return ";".join(
            [
                "" if isinstance(hole, FixedBox) and hole.has_room(lines) else _shape_of(lines)
                for hole, lines in zip(self.holes, setting, strict=True)
            ]
        )


def _shape_of(lines: Iterable[Line]) -> str:
    return " ".join([f"{line.height}/{line.baseline}" for line in lines])


def measures_of(shape: str) -> list[list[tuple[int, int]]]:
    """The heights and baselines of a shape's lines in Pango's units, for each hole."""
    return [
        [(int(height), int(baseline)) for height, _, baseline in (line.partition("/") for line in hole.split())]
        for hole in shape.split(";")
    ]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the lines of a hole are drawn in a shape: the operators before and after the glyphs of each.

    In a line that moves, the horizontal position is between the two halves of what is before the glyphs.
    """

    before: tuple[bytes, ...]
    after: tuple[bytes, ...]
    top: float = 0.0


@dataclass(frozen=True, slots=True)
class ShapeLayout:
    """A letter laid out for one shape. ``order`` has the number of each hole in the order of the file's streams."""

    file: File
    order: tuple[int, ...]
    places: tuple[Places, ...]

    @property
    def head(self) -> bytes:
        """The first bytes of every copy of this shape."""
        return self.file.head

    def tail(self, frame: Frame, setting: Setting, setter: Setter) -> bytes | None:
        """The bytes after the head in the copy with this setting, or None if it must be laid out in full."""
        copy = _Copy(setter.own)
        if not all(map(copy.note, chain.from_iterable(setting))):
            return None
        copy.settle()
        streams = [
            b"".join(_DRAWN[type(frame.holes[n])](frame.holes[n], places, setting[n], copy))
            for n, places in zip(self.order, self.places, strict=True)
        ]
        return self.file.tail_with_fonts(streams, [(font.name, font.objects) for font in copy.added.values()])


@dataclass(slots=True)
class _Copy:
    """The fonts of one copy. A run that the letter's own fonts cannot draw gets a font that only this copy has."""

    own: Mapping[str, OwnFont]
    added: dict[str, AddedFont] = field(default_factory=dict)
    _files: dict[str, bytes] = field(default_factory=dict)

    def note(self, line: Line) -> bool:
        """Notes the glyphs of a line; false if two fonts of the copy have one name, which WeasyPrint confuses."""
        if isinstance(line, HeadLine):
            return True
        for run in line.runs:
            name, file = run.face.font.hash, run.face.file
            own = self.own.get(name)
            if self._files.setdefault(name, own.file if own else file) != file:
                return False
            if self._is_own(run):
                continue
            font = self.added.get(name)
            if font is None:
                font = self.added[name] = AddedFont(run.face, b"T" + name.encode())
            font.add(run)
        return True

    def _is_own(self, run: GlyphRun) -> bool:
        """Whether the letter's own fonts draw a run, and say its text."""
        own = self.own.get(run.face.font.hash)
        return own is not None and own.words.keys() >= {*run.glyphs} and _is_said(run, own.words)

    def settle(self) -> None:
        """Makes the additional fonts, when all lines are noted."""
        for font in self.added.values():
            font.settle()

    def drawn(self, line: Line) -> bytes:
        """The operators that draw a line."""
        if isinstance(line, HeadLine):
            return line.glyphs
        operators: list[bytes] = []
        words: list[Mapping[int, str]] = []
        for run in line.runs:
            name = run.face.font.hash
            codes: Mapping[int, str] = _CODES
            if self._is_own(run):
                known, written = self.own[name].words, name.encode()
            else:
                font = self.added[name]
                known, written, codes = font.words, font.name, font.codes
            words.append(known)
            shown = run.operators % tuple(map(codes.__getitem__, run.glyphs))
            operators.append(b"/%b %b Tf\n%b\n" % (written, run.size, shown.encode()))
        drawn = b"".join(operators)
        if line.is_marked or not all(map(_is_said, line.runs, words)):
            return _with_words(drawn, line, words)
        return drawn


class _Codes(dict[int, str]):
    """The code of a glyph in a file with all of them."""

    def __missing__(self, glyph: int) -> str:
        code = self[glyph] = f"{glyph:04x}"
        return code


_CODES: Final = _Codes()


def _is_said(run: GlyphRun, words: Mapping[int, str]) -> bool:
    """Whether the glyphs of a run give its characters with the words of its font."""
    if not run.several and words.items() >= set(run.single):
        return True
    return all(is_told(cluster, words) for cluster in run.clusters)


def _with_words(drawn: bytes, line: SetLine, words: Sequence[Mapping[int, str]]) -> bytes:
    """The operators of a line whose glyphs may not give its characters, with ``ActualText`` where it is needed.

    Readers reverse the text of glyphs from right to left, and would reverse the line's ``ActualText`` too.
    """
    if line.is_backward:
        pairs = [(cluster, known) for run, known in zip(line.runs, words, strict=True) for cluster in run.clusters]
        wrong = [not is_told(cluster, known) for cluster, known in pairs]
        if not any(wrong):
            return drawn
        return b"\n".join(with_words(drawn.split(b"\n"), [cluster for cluster, _ in pairs], wrong))
    said = [
        known[glyph]
        for run, known in zip(line.runs, words, strict=True)
        for cluster in run.clusters
        for glyph in cluster.glyphs
    ]
    if not line.is_marked and is_same("".join(said), line.text):
        return drawn
    return b"%b%bEMC\n" % (opening(line.text), drawn)


def _flow_drawn(hole: Hole, places: Places, lines: Sequence[Line], copy: _Copy) -> Iterator[bytes]:
    for before, line, after in zip(places.before, lines, places.after, strict=True):
        yield before
        yield copy.drawn(line)
        yield after


def _rest_drawn(hole: Hole, places: Places, lines: Sequence[Line], copy: _Copy) -> Iterator[bytes]:
    assert isinstance(hole, Rest)
    place, rest = hole.start, iter(lines)
    for number_, piece in enumerate(hole.pieces):
        before, between, after = places.before[2 * number_], places.before[2 * number_ + 1], places.after[number_]
        line = next(rest) if piece.parts else None
        yield before
        if between:
            yield number(place) + between
        if line:
            yield copy.drawn(line)
        yield after
        place += line.room if line else piece.width


def _box_drawn(hole: Hole, places: Places, lines: Sequence[Line], copy: _Copy) -> Iterator[bytes]:
    assert isinstance(hole, FixedBox)
    top = places.top
    yield places.before[0]
    for line, (height, baseline) in zip(lines, hole.measures(lines), strict=True):
        yield b"BT\n1 0 0 -1 %b %b Tm\n" % (number(hole.left), number(top + baseline))
        yield copy.drawn(line)
        yield b"ET\n"
        top += height
    yield places.after[0]


_DRAWN: Mapping[type, Callable[[Hole, Places, Sequence[Line], _Copy], Iterator[bytes]]] = {
    Flow: _flow_drawn,
    Rest: _rest_drawn,
    FixedBox: _box_drawn,
}
