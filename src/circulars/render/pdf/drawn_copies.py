"""Draws the lines of a copy, with the fonts that only this copy needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from circulars.render.pdf.added_fonts import AddedFont
from circulars.render.pdf.filling import number
from circulars.render.pdf.glyph_runs import GlyphRun, SetLine
from circulars.render.pdf.isolated_holes import IsolatedBox, IsolatedFlow
from circulars.render.pdf.set_holes import FixedBox, Flow, HeadLine, Hole, Line, OrderedLine, OwnFont, Rest
from circulars.render.pdf.wording import Cluster, is_same, is_told, opening, with_words


@dataclass(frozen=True, slots=True)
class Places:
    """Where the lines of a hole are drawn in a shape: the operators before and after the glyphs of each.

    In a line that moves, the horizontal position is between the two halves of what is before the glyphs.
    """

    before: tuple[bytes, ...]
    after: tuple[bytes, ...]
    top: float = 0.0


class _Kept(NamedTuple):
    """A line in a letter with some fonts of its ``own``, and which runs they draw.

    ``drawn`` are the operators that draw it, if they are the same in all copies: if ``is_own``, no font is added.
    """

    own: Mapping[str, OwnFont]
    are_own: Sequence[bool]
    is_own: bool
    drawn: bytes


@dataclass(slots=True)
class DrawnCopy:
    """The fonts of one copy. A run that the letter's own fonts cannot draw gets a font that only this copy has."""

    own: Mapping[str, OwnFont]
    added: dict[str, AddedFont] = field(default_factory=dict)
    _files: dict[str, bytes] = field(default_factory=dict)

    def note(self, line: Line) -> bool:
        """Notes the glyphs of a line; false if two fonts of the copy have one name, which WeasyPrint confuses."""
        if isinstance(line, OrderedLine):
            return all([self._note(one) for _, one in line.stretches if isinstance(one, SetLine)])  # noqa: C419  # sooner
        return isinstance(line, HeadLine) or self._note(line)

    def _note(self, line: SetLine) -> bool:
        kept = self._kept(line)
        if kept.is_own:
            return True
        for run, is_own in zip(line.runs, kept.are_own, strict=True):
            name, file = run.face.font.hash, run.face.file
            own = self.own.get(name)
            if self._files.setdefault(name, own.file if own else file) != file:
                return False
            if is_own:
                continue
            font = self.added.get(name)
            if font is None:
                font = self.added[name] = AddedFont(run.face, b"T" + name.encode())
            font.add(run)
        return True

    def _kept(self, line: SetLine) -> _Kept:
        """What is the same in all copies that have a line."""
        kept: _Kept | None = line.kept
        if kept is None or kept.own is not self.own:
            are_own = [*map(self._is_own, line.runs)]
            is_own = all(are_own)
            kept = line.kept = _Kept(self.own, are_own, is_own, self._shown(line, are_own) if is_own else b"")
        return kept

    def _is_own(self, run: GlyphRun) -> bool:
        """Whether the letter's own fonts draw a run."""
        own = self.own.get(run.face.font.hash)
        if own is None or own.file != run.face.file:
            return False
        words = tuple(map(own.words.get, run.glyphs))
        if words == run.letters:
            return True
        # Clusters that are not told have ``ActualText`` in the letter's own lines, too.
        return None not in words and (run.has_clusters or _is_said(run, own.words))

    def settle(self) -> None:
        """Makes the additional fonts, when all lines are noted."""
        for font in self.added.values():
            font.settle()

    def drawn(self, line: HeadLine | SetLine) -> bytes:
        """The operators that draw a line."""
        if isinstance(line, HeadLine):
            return line.glyphs
        kept = self._kept(line)
        if kept.drawn:
            return kept.drawn
        drawn = self._shown(line, kept.are_own)
        if line.is_marked and not line.is_backward and not any(font.is_recoded for font in self.added.values()):
            line.kept = kept._replace(drawn=drawn)  # it always has ActualText
        return drawn

    def _shown(self, line: SetLine, are_own: Sequence[bool]) -> bytes:
        """The operators that draw a line; ``are_own`` says which runs the letter's own fonts draw."""
        operators: list[bytes] = []
        words: list[Mapping[int, str]] = []
        for run, is_own in zip(line.runs, are_own, strict=True):
            name, shown = run.face.font.hash, run.operators
            if is_own:
                known, written = self.own[name].words, name.encode()
            else:
                font = self.added[name]
                known, written, shown = font.words, font.name, font.recoded(shown)
            words.append(known)
            operators.append(b"/%b %b Tf\n%b\n" % (written, run.size, shown))
        drawn = b"".join(operators)
        if line.is_marked or not all(map(_is_said, line.runs, words)):
            return _with_words(drawn, line, words)
        return drawn


def _is_said(run: GlyphRun, words: Mapping[int, str]) -> bool:
    """Whether the glyphs of a run give its characters with the words of its font."""
    if tuple(map(words.get, run.glyphs)) == run.letters:
        return True
    return not any(_untold(run, words))


def _untold(run: GlyphRun, words: Mapping[int, str]) -> list[bool]:
    """For each cluster of a run, whether its glyphs do not give its characters with the words of its font."""
    if run.several:
        return [not is_told(cluster, words) for cluster in run.several]
    name = run.face.font.hash
    return [
        words.get(glyph) != text and not is_told(Cluster(name, (glyph,), text), words)
        for glyph, text in zip(run.glyphs, run.letters, strict=True)
    ]


def _with_words(drawn: bytes, line: SetLine, words: Sequence[Mapping[int, str]]) -> bytes:
    """The operators of a line whose glyphs may not give its characters, with ``ActualText`` where it is needed.

    Readers reverse the text of glyphs from right to left, and would reverse the line's ``ActualText`` too.
    """
    if line.is_backward:
        wrong = [one for run, known in zip(line.runs, words, strict=True) for one in _untold(run, known)]
        if not any(wrong):
            return drawn
        clusters = [cluster for run in line.runs for cluster in run.clusters]
        return b"\n".join(with_words(drawn.split(b"\n"), clusters, wrong))
    if not line.is_marked and is_same(_said(line, words), line.text):
        return drawn
    return b"%b%bEMC\n" % (opening(line.text), drawn)


def _said(line: SetLine, words: Sequence[Mapping[int, str]]) -> str:
    """The characters that the glyphs of a line give."""
    return "".join([known[glyph] for run, known in zip(line.runs, words, strict=True) for glyph in run.glyphs])


def _flow_drawn(hole: Hole, places: Places, lines: Sequence[Line], copy: DrawnCopy) -> Iterator[bytes]:
    assert isinstance(hole, Flow)
    for number_, (line, after) in enumerate(zip(lines, places.after, strict=True)):
        assert not isinstance(line, OrderedLine)
        if hole.type.is_rtl:
            yield places.before[2 * number_] + number(hole.place(number_, line.room)) + places.before[2 * number_ + 1]
        else:
            yield places.before[number_]
        yield copy.drawn(line)
        yield after


def _isolated_drawn(_: Hole, places: Places, lines: Sequence[Line], copy: DrawnCopy) -> Iterator[bytes]:
    for nth, (line, after) in enumerate(zip(lines, places.after, strict=True)):
        assert isinstance(line, OrderedLine)
        before, between = places.before[2 * nth : 2 * nth + 2]
        # Each stretch is text of its own, as the first one is.
        yield before
        yield b"ET\nBT\n1 0 0 -1 ".join([number(at) + between + copy.drawn(one) for at, one in line.stretches])
        yield after


def _rest_drawn(hole: Hole, places: Places, lines: Sequence[Line], copy: DrawnCopy) -> Iterator[bytes]:
    assert isinstance(hole, Rest)
    place, rest = hole.start, iter(lines)
    for number_, piece in enumerate(hole.pieces):
        before, between, after = places.before[2 * number_], places.before[2 * number_ + 1], places.after[number_]
        line = next(rest) if piece.parts else None
        yield before
        if isinstance(line, OrderedLine):
            # Each stretch is text of its own, as the first one is.
            yield b"ET\nBT\n1 0 0 -1 ".join([number(at) + between + copy.drawn(one) for at, one in line.stretches])
        else:
            if between:
                yield number(place) + between
            if line:
                yield copy.drawn(line)
        yield after
        place += line.room if line else piece.width


def _box_drawn(hole: Hole, places: Places, lines: Sequence[Line], copy: DrawnCopy) -> Iterator[bytes]:
    assert isinstance(hole, FixedBox)
    top = places.top
    yield places.before[0]
    for line, (height, baseline) in zip(lines, hole.measures(lines), strict=True):
        for at, one in line.stretches if isinstance(line, OrderedLine) else ((hole.place(line), line),):
            yield b"BT\n1 0 0 -1 %b %b Tm\n" % (number(at), number(top + baseline))
            yield copy.drawn(one)
            yield b"ET\n"
        top += height
    yield places.after[0]


DRAWN: Mapping[type, Callable[[Hole, Places, Sequence[Line], DrawnCopy], Iterator[bytes]]] = {
    Flow: _flow_drawn,
    Rest: _rest_drawn,
    FixedBox: _box_drawn,
    IsolatedFlow: _isolated_drawn,
    IsolatedBox: _box_drawn,
}
