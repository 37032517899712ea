"""Glyphs of a line as they are drawn, and the text of each.

They are written as ``weasyprint.draw.text`` writes them: the same operations in the same order, as rounding matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from circulars.render.pdf.engine import pango
from circulars.render.pdf.filling import number
from circulars.render.pdf.setting import UNITS
from circulars.render.pdf.wording import Cluster, clusters_of, texts_of

FIELDS: Final = 5
"""The numbers of a glyph of Pango: glyph, width, horizontal and vertical offset, whether it begins a cluster."""
_EMPTY: Final[int] = pango.PANGO_GLYPH_EMPTY
_UNKNOWN: Final[int] = pango.PANGO_GLYPH_UNKNOWN_FLAG


class GlyphRun(NamedTuple):
    """Glyphs of one font. ``operators`` draw them; the code of each of the ``glyphs`` is its number.

    ``letters`` are the texts of the glyphs, if each is a cluster of its own; otherwise ``several`` has the clusters.
    """

    face: Face
    size: bytes
    operators: bytes
    glyphs: tuple[int, ...]
    letters: tuple[str, ...]
    several: tuple[Cluster, ...]

    @property
    def has_clusters(self) -> bool:
        """Whether a cluster has several glyphs or characters."""
        return bool(self.several) or len("".join(self.letters)) > len(self.letters)

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """The clusters, in the order in which they are drawn."""
        if self.several:
            return self.several
        name = self.face.font.hash
        return tuple([Cluster(name, (glyph,), text) for glyph, text in zip(self.glyphs, self.letters, strict=True)])


@dataclass(eq=False, slots=True)
class SetLine:
    """A line that is set. ``room`` is its width in pixels; ``height`` and ``baseline`` are in Pango's units.

    Readers misplace combining marks in a line that ``is_marked``, and reverse one that ``is_backward``. ``kept`` is for
    what draws it.
    """

    text: str
    runs: tuple[GlyphRun, ...]
    room: float
    height: int
    baseline: int
    is_marked: bool
    is_backward: bool
    kept: Any = None


@dataclass(eq=False, slots=True)
class Face:
    """A font that Pango chose; ``font`` is WeasyPrint's description of it, ``kept`` is Pango's own.

    ``file`` identifies the font's file. ``written`` are glyphs that are not raised, by their number, width and offset.
    """

    font: Any
    size: float
    kept: Any
    file: bytes
    has_outlines: bool
    written: dict[tuple[int, int, int], str] = field(default_factory=dict)


class DrawnGlyphs:
    """Glyphs of one font as ``weasyprint.draw.text`` writes them: the same operations in the same order."""

    def __init__(self) -> None:
        self._operators: list[str] = []
        self._string: list[str] = []
        self._glyphs: list[int] = []
        self._letters: list[str] = []
        self._several: list[Cluster] = []

    def add_known(self, glyphs: Sequence[int], face: Face) -> bool:
        """Adds the glyphs of a run if none is raised and all were drawn before; otherwise false."""
        numbers = glyphs[::FIELDS]
        if any(glyphs[3::FIELDS]):
            return False
        written = [*map(face.written.get, zip(numbers, glyphs[1::FIELDS], glyphs[2::FIELDS], strict=True))]
        if None in written:
            return False
        self._glyphs += numbers
        self._string.append("<")
        self._string += written  # type: ignore[arg-type]  # none is None
        self._close()
        return True

    def add_letters(self, letters: str, glyphs: Iterable[int], written: Iterable[str]) -> None:
        """Adds the glyphs of characters, each of which is drawn as it was before."""
        self._glyphs += glyphs
        self._letters += letters
        self._string.append("<")
        self._string += written
        self._close()

    def add(self, infos: Sequence[int], face: Face) -> bool:
        """Adds the glyphs of a run; false if one of them cannot be drawn."""
        string, numbers, known, size = self._string, self._glyphs, face.written, face.size
        string.append("<")
        for glyph, width, x, y in zip(*(infos[place::FIELDS] for place in range(4)), strict=True):
            if y == 0 and (written := known.get((glyph, width, x))):
                numbers.append(glyph)
                string.append(written)
                continue
            if glyph == _EMPTY:
                string.append(f">{-width / size}<")
                continue
            if glyph & _UNKNOWN:
                return False
            numbers.append(glyph)
            offset, rise = x / size, y / 1000
            kerning = face.font.widths[glyph] + offset - width * 1000 * (1 / UNITS) / size
            after = f">{int(kerning)}<" if kerning else ""
            if rise:
                self._close()
                self._show()
                self._operators.append(f"{number(-rise).decode()} Ts")
                string.append(f"{-offset}<{glyph:04x}>" if offset else f"<{glyph:04x}>")
                self._show()
                self._operators.append("0 Ts")
                string.append("<" + after)
            else:
                known[glyph, width, x] = (f">{-offset}<" if offset else "") + f"{glyph:04x}{after}"
                string.append(known[glyph, width, x])
        self._close()
        return True

    def spell_each(self, glyphs: Sequence[int], shaped: bytes, level: int) -> bool:
        """Notes the text of the glyphs of a run if each is one character; otherwise false."""
        text = shaped.decode()
        count = len(text)
        if self._several or count * FIELDS != len(glyphs) or 0 in glyphs[4::FIELDS] or _EMPTY in glyphs[::FIELDS]:
            return False
        self._letters += reversed(text) if level % 2 else text
        return True

    def spell(self, face: Face, numbers: Sequence[int], starts: Sequence[int], shaped: bytes, level: int) -> None:
        """Notes the text of the glyphs of a run."""
        if not self._several and len(numbers) == len(order := sorted({*starts})) and _EMPTY not in numbers:
            texts = texts_of(shaped, order)
            self._letters += reversed(texts) if level % 2 else texts
            return
        before = zip(self._glyphs, self._letters, strict=False)  # the run's own glyphs are the last ones
        self._several += [Cluster(face.font.hash, (glyph,), one) for glyph, one in before]
        self._letters.clear()
        self._several += clusters_of(face.font.hash, numbers, starts, shaped, level)

    def run(self, face: Face) -> GlyphRun:
        """The run of all that was added."""
        self._show()
        written = "\n".join(self._operators).encode()
        return GlyphRun(
            face, number(face.size), written, tuple(self._glyphs), tuple(self._letters), tuple(self._several)
        )

    def _close(self) -> None:
        """Closes the last string of glyphs; an empty one is removed."""
        if self._string[-1].endswith("<"):
            self._string[-1] = self._string[-1][:-1]
        else:
            self._string.append(">")

    def _show(self) -> None:
        """Adds the operator that shows the glyphs so far."""
        if string := "".join(self._string):
            self._operators.append(f"[{string}] TJ")
        self._string.clear()
