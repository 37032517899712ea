"""Sets lines of text in any script with Pango, glyph for glyph as WeasyPrint draws them.

Pango chooses the fonts, the directions and the glyphs, as it does for WeasyPrint. This module only asks it less often:
one layout is kept for each look, and the glyphs of a line are read at once. What it does not know how to draw exactly,
such as an emoji or a character that no font shows, it does not set.

This module uses names that are not public API of WeasyPrint 70: ``Layout``, ``Font`` and ``get_pango_font_key``.
"""

from __future__ import annotations

import functools
import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from circulars.render.pdf.asked_fonts import asked_of
from circulars.render.pdf.breaks import breaks_in
from circulars.render.pdf.engine import (
    Font,
    Layout,
    ffi,
    get_pango_font_key,
    gobject,
    levels_of,
    pango,
    set_marks,
    split_first_line,
)
from circulars.render.pdf.filling import number
from circulars.render.pdf.han_marks import has_narrow_marks
from circulars.render.pdf.hyphenation import is_hyphenated
from circulars.render.pdf.levels import line_levels
from circulars.render.pdf.looks import USUAL, PlainStyle, TextLook, hyphens_of
from circulars.render.pdf.script_gaps import SHARE, gaps_in, widen
from circulars.render.pdf.setting import UNITS, file_digest
from circulars.render.pdf.subsets import has_cids
from circulars.render.pdf.widths import Fonts
from circulars.render.pdf.wording import Cluster, clusters_of, has_backward, is_marked, texts_of
from circulars.render.pdf.wrapping import Wrapper, is_short

MOST_CHARACTERS: Final = 2_000
"""The most characters of a text that is set here; a longer one is laid out in full, within the limits of a task."""
_NARROWEST: Final = 5
"""A text with more characters than this for each width of its size is probably wider than its line."""
_MOST_LINES: Final = 3_000  # per look and process
_OLDEST: Final = 14802
"""The first version of Pango that reports the size of a font exactly."""
# PangoGlyphInfo: glyph, width, horizontal and vertical offset, flags, of which one says that it begins a cluster.
_EMPTY: Final[int] = pango.PANGO_GLYPH_EMPTY
_UNKNOWN: Final[int] = pango.PANGO_GLYPH_UNKNOWN_FLAG
_FIELDS: Final = 5
_GLYPH: Final = struct.Struct("=IiiiI")
# Scripts of India and South-East Asia, from Syriac to Vedic signs: in a paragraph from right to left, WeasyPrint spaces
# their marks differently.
STACKED: Final = re.compile("[\u0700-\u109f\u1200-\u1dbf]")
# Letters of Hebrew and Arabic and punctuation, without digits: in a paragraph from right to left, all has one level.
_ONLY_BACKWARD: Final = re.compile("[\u05be\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff «»،؛؟.,:;!?()'\"–-]+")
# A soft hyphen is drawn only at the end of a line, and other hyphens may need a font that is added for them.
_SPECIAL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u2010\u2011\u2028\u2029\u202a-\u202e\u2066-\u2069]")


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
    """A line that is set. ``width``, ``height`` and ``baseline``, from the top, are in Pango's units.

    Readers misplace combining marks in a line that ``is_marked``, and reverse one that ``is_backward``. ``kept`` is for
    what draws it.
    """

    text: str
    runs: tuple[GlyphRun, ...]
    width: int
    height: int
    baseline: int
    is_marked: bool
    is_backward: bool
    kept: Any = None

    @property
    def room(self) -> float:
        """The width in pixels."""
        return self.width / UNITS


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


class Typesetter:
    """Sets lines in one look."""

    def __init__(self, look: TextLook, fonts: Typesetters) -> None:
        self._faces = fonts
        self._size, self._language = look.size, look.language
        self._is_rtl = look.direction == "rtl"
        self._has_own_marks, self._is_plain = has_narrow_marks(look.language), True
        self._style = PlainStyle(
            USUAL,
            font_family=tuple(look.families.split(",")),
            font_style=look.style,
            font_weight=look.weight,
            font_stretch=look.stretch,
            font_size=look.size,
            lang=look.language or None,
            overflow_wrap=look.wrap,
            direction=look.direction,
            tab_size=8,
            line_height="normal",
            **hyphens_of(look),
        )
        self._is_hyphenated = bool(look.hyphenation)
        self._style.font_config = fonts.configuration
        self._kept = Layout(self._style)  # owns the layout below
        self._layout = self._kept.layout
        pango.pango_layout_set_single_paragraph_mode(self._layout, True)
        self._wrapper = Wrapper(look.language, look.size, self.line, self._room)
        self._extents = ffi.new("PangoRectangle *")
        self._put(" ", b" ")
        self._plain = self._measured() if look.even else None
        self._lines: dict[str, SetLine | None] = {}

    def line(self, text: str) -> SetLine | None:
        """The line with a text, or None if it cannot be set here."""
        if text in self._lines:
            return self._lines[text]
        if len(self._lines) >= _MOST_LINES:
            self._lines.clear()
        line = self._lines[text] = self._set(text) if _is_settable(text) else None
        return line

    def breaks(self, text: str) -> list[int]:
        """The places inside a text at which a line may end."""
        return breaks_in(text, self._language)

    def measure(self, segment: str) -> tuple[float, float]:
        """The width of words without the space at their end, and that of the space, in pixels."""
        return self._wrapper.measure(segment)

    def lines(self, text: str, widths: Sequence[float], before: str = "") -> list[SetLine] | None:
        """The lines of the end of a paragraph, which follows ``before``; ``widths`` are those of its lines in pixels.

        None if it cannot be set here, or if its lines would be shown in another order if they were alone.
        """
        if self._is_rtl and STACKED.search(text):
            return None
        lines = self._lines_of(text, widths)
        if not lines or not (self._is_rtl or has_backward(text)) or (self._is_rtl and _ONLY_BACKWARD.fullmatch(text)):
            return lines
        return lines if self._is_in_order(before, text, lines) else None

    def _is_in_order(self, before: str, text: str, lines: Iterable[SetLine]) -> bool:
        """Whether each line, set alone, is shown in the order that it has in its paragraph (UAX #9)."""
        levels = levels_of(before + text, self._is_rtl)[len(before) :]
        end = 0
        for line in lines:
            start = text.index(line.text, end)
            end = start + len(line.text)
            own = levels_of(line.text, self._is_rtl)
            if [*own] != line_levels(line.text, levels[start:end], int(self._is_rtl)):
                return False
        return True

    def _lines_of(self, text: str, widths: Sequence[float]) -> list[SetLine] | None:
        if len(text) > MOST_CHARACTERS:
            return None
        whole = self.line(text) if is_short(text, self._size, widths[0]) else None
        if whole and whole.room <= widths[0]:
            return [whole]
        is_wrapped = not self._is_hyphenated and _is_settable(text)
        return (is_wrapped and self._wrapper.lines(text, widths)) or self._split(text, widths)

    def _split(self, text: str, widths: Iterable[float]) -> list[SetLine] | None:
        """The lines as WeasyPrint splits them, one after the other."""
        rest, lines = text, list[SetLine]()
        for width in widths:
            if len(rest) * self._size < width * _NARROWEST:
                whole = self.line(rest)
                if whole is None:
                    return None
                if whole.room <= width:
                    return [*lines, whole]
            layout, _, resume, taken, _, _ = split_first_line(rest, self._style, None, width, 0)
            line = self.line(layout.text) if taken <= width and not is_hyphenated(layout) else None
            if line is None:
                return None
            lines.append(line)
            if resume is None:
                return lines
            rest = rest.encode()[resume:].decode().lstrip(" ")
        return None

    def _room(self, text: str) -> float:
        """The width of a text on a line of its own, in pixels."""
        self._put(text, text.encode())
        self._measured()
        width: int = self._extents.width
        return (width + len(gaps_in(text)) * int(self._size / SHARE * UNITS)) / UNITS

    def _set(self, text: str) -> SetLine | None:
        data = text.encode()
        self._put(text, data)
        line = pango.pango_layout_get_line_readonly(self._layout, 0)
        height, baseline = self._plain or self._measured()
        gaps = gaps_in(text)
        if gaps:
            widen(line, text, self._size, 0, ffi)
        found = self._runs(line, data)
        if found is None:
            return None
        runs, width = found
        return SetLine(text, runs, width, height, baseline, bool(gaps) or is_marked(text), has_backward(text))

    def _measured(self) -> tuple[int, int]:
        """The height and the baseline of the line in the layout; its width is then in the extents."""
        line = pango.pango_layout_get_line_readonly(self._layout, 0)
        pango.pango_layout_line_get_extents(line, ffi.NULL, self._extents)
        return self._extents.height, pango.pango_layout_get_baseline(self._layout)

    def _put(self, text: str, data: bytes) -> None:
        """Puts a text into the layout, its marks of punctuation in the fonts of its script."""
        pango.pango_layout_set_text(self._layout, data, len(data))
        is_plain = not self._has_own_marks or text.isascii()
        if not (is_plain and self._is_plain):
            pango.pango_layout_set_attributes(self._layout, ffi.NULL)  # those of the text before are kept otherwise
        if not is_plain:
            set_marks(self._layout, text, self._style)
        self._is_plain = is_plain

    def _runs(self, line: Any, data: bytes) -> tuple[tuple[GlyphRun, ...], int] | None:
        """The glyphs of a line, those of one font after another together, and their width in Pango's units."""
        runs: list[GlyphRun] = []
        width = 0
        run, last, drawn = line.runs, None, _Drawn()
        while run != ffi.NULL:
            item, string = run.data.item, run.data.glyphs
            run = run.next
            pointer = item.analysis.font
            face = self._faces.known.get(pointer) or self._faces.face_of(pointer)
            if not face.has_outlines:
                return None
            if last is not None and pointer != last[0]:
                runs.append(drawn.run(last[1]))
                drawn = _Drawn()
            last = pointer, face
            count = string.num_glyphs
            glyphs = _infos(count).unpack(ffi.buffer(string.glyphs, count * _GLYPH.size))
            width += sum(glyphs[1::_FIELDS])
            if not (drawn.add_known(glyphs, face) or drawn.add(glyphs, face)):
                return None
            shaped, level = data[item.offset : item.offset + item.length], item.analysis.level
            if not drawn.spell_each(glyphs, shaped, level):
                drawn.spell(face, glyphs[::_FIELDS], ffi.unpack(string.log_clusters, count), shaped, level)
        if last is not None:
            runs.append(drawn.run(last[1]))
        return tuple(runs), width


class _Drawn:
    """Glyphs of one font as ``weasyprint.draw.text`` writes them: the same operations in the same order."""

    def __init__(self) -> None:
        self._operators: list[str] = []
        self._string: list[str] = []
        self._glyphs: list[int] = []
        self._letters: list[str] = []
        self._several: list[Cluster] = []

    def add_known(self, glyphs: Sequence[int], face: Face) -> bool:
        """Adds the glyphs of a run if none is raised and all were drawn before; otherwise false."""
        numbers = glyphs[::_FIELDS]
        if any(glyphs[3::_FIELDS]):
            return False
        written = [*map(face.written.get, zip(numbers, glyphs[1::_FIELDS], glyphs[2::_FIELDS], strict=True))]
        if None in written:
            return False
        self._glyphs += numbers
        self._string.append("<")
        self._string += written  # type: ignore[arg-type]  # none is None
        self._close()
        return True

    def add(self, infos: Sequence[int], face: Face) -> bool:
        """Adds the glyphs of a run; false if one of them cannot be drawn."""
        string, numbers, known, size = self._string, self._glyphs, face.written, face.size
        string.append("<")
        for glyph, width, x, y in zip(*(infos[place::_FIELDS] for place in range(4)), strict=True):
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
        if self._several or count * _FIELDS != len(glyphs) or 0 in glyphs[4::_FIELDS] or _EMPTY in glyphs[::_FIELDS]:
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


def _is_settable(text: str) -> bool:
    """Whether a text is short, and is drawn as it is: without spaces that collapse and characters that are special."""
    return len(text) <= MOST_CHARACTERS and bool(text.strip()) and "  " not in text and not _SPECIAL.search(text)


class Typesetters:
    """The typesetters of a process for the fonts of one configuration, and the fonts that Pango chose."""

    def __init__(self, configuration: Any) -> None:
        self.configuration = configuration
        self.known: dict[Any, Face] = {}
        self._fonts = Fonts()
        self._by_look: dict[TextLook, Typesetter] = {}
        self._is_new_enough = pango.pango_version() >= _OLDEST

    def of(self, look: TextLook) -> Typesetter | None:
        """The typesetter for a look; None if Pango is too old."""
        found = self._by_look.get(look)
        if found is None and self._is_new_enough:
            found = self._by_look[look] = Typesetter(look, self)
        return found

    def face_of(self, pointer: Any) -> Face:
        """A font that was not known so far."""
        key, description, size = get_pango_font_key(pointer)
        font = Font(pointer, description, size)
        # Pango describes two fonts in the same way if it slants one, and the other is slanted.
        file = file_digest(font.file_content, font.index)
        has_outlines = (
            ("glyf" in font.tables or has_cids(font))
            and "fvar" not in font.tables
            and not (font.bitmap or font.png or font.svg or font.colr)
            and asked_of(self.configuration).have(font.family)
        )
        font.file_content = b""
        if (key, file) not in self._fonts:
            self._fonts[key, file] = font
        # Pango's font is kept, so that no other gets its address.
        kept = ffi.gc(gobject.g_object_ref(pointer), gobject.g_object_unref)
        face = self.known[pointer] = Face(self._fonts[key, file], size, kept, file, has_outlines)
        return face


@functools.lru_cache(maxsize=MOST_CHARACTERS)
def _infos(count: int) -> struct.Struct:
    """The form of so many glyphs of Pango."""
    return struct.Struct("=" + count * _GLYPH.format[1:])
