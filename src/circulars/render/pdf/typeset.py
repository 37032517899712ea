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
from typing import Any, Final, NamedTuple, cast

from circulars.addressing.widths import EAST_ASIAN
from circulars.render.pdf.breaks import breaks_of
from circulars.render.pdf.engine import (
    Font,
    Layout,
    end_lines,
    ffi,
    get_pango_font_key,
    gobject,
    levels_of,
    pango,
    set_marks,
    split_first_line,
)
from circulars.render.pdf.filling import number
from circulars.render.pdf.hyphenation import is_hyphenated
from circulars.render.pdf.levels import line_levels
from circulars.render.pdf.looks import USUAL, PlainStyle, TextLook, hyphens_of
from circulars.render.pdf.script_gaps import gaps_in, widen
from circulars.render.pdf.setting import UNITS, file_digest
from circulars.render.pdf.subsets import has_cids
from circulars.render.pdf.widths import Fonts
from circulars.render.pdf.wording import Cluster, clusters_of, has_backward, is_replaced

MOST_CHARACTERS: Final = 2_000
"""The most characters of a text that is set here; a longer one is laid out in full, within the limits of a task."""
_NARROWEST: Final = 5
"""A text with more characters than this for each width of its size is probably wider than its line."""
_CERTAIN: Final = 2.0
"""The room in pixels by which no word may miss a line."""
_MOST_LINES: Final = 3_000  # per look and process
_OLDEST: Final = 14802
"""The first version of Pango that reports the size of a font exactly."""
# PangoGlyphInfo: glyph, width, horizontal and vertical offset, flags.
_EMPTY: Final[int] = pango.PANGO_GLYPH_EMPTY
_UNKNOWN: Final[int] = pango.PANGO_GLYPH_UNKNOWN_FLAG
_FIELDS: Final = 5
_GLYPH: Final = struct.Struct("=IiiiI")
_SURE: Final = 0.5
"""The room in pixels with which all words certainly fit a line."""
# Scripts of India and South-East Asia, from Syriac to Vedic signs: in a paragraph from right to left, WeasyPrint spaces
# their marks differently.
STACKED: Final = re.compile("[\u0700-\u109f\u1200-\u1dbf]")
# Letters of Hebrew and Arabic and punctuation, without digits: in a paragraph from right to left, all has one level.
_ONLY_BACKWARD: Final = re.compile("[\u05be\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff «»،؛؟.,:;!?()'\"–-]+")
# A soft hyphen is drawn only at the end of a line, and the pack's template has a font of its own for no-break hyphens.
_SPECIAL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u2011\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class GlyphRun(NamedTuple):
    """Glyphs of one font. ``operators`` draw them; each ``%s`` is the code of the next of the ``glyphs`` in the file.

    ``single`` are the glyphs, each with its text, if each is a cluster of its own; otherwise ``several`` has clusters.
    """

    face: Face
    size: bytes
    operators: str
    glyphs: tuple[int, ...]
    letters: str
    several: tuple[Cluster, ...]

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
        self._size = look.size
        self._is_rtl = look.direction == "rtl"
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
        self._wrapping = Layout(self._style)
        self._extents = ffi.new("PangoRectangle *")
        self._plain = self._measured(" ", b" ") if look.even else None
        self._lines: dict[str, SetLine | None] = {}
        self._ends: dict[str, list[int]] = {}

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
        if text not in self._ends:
            if len(self._ends) >= _MOST_LINES:
                self._ends.clear()
            self._put(self._layout, text, text.encode())
            end_lines(self._layout, text, self._style)
            self._ends[text] = breaks_of(self._layout, len(text))
        return self._ends[text]

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
        narrowest = len(text) + (_NARROWEST - 1) * len(EAST_ASIAN.findall(text))
        whole = self.line(text) if narrowest * self._size < widths[0] * _NARROWEST else None
        if whole and whole.room <= widths[0]:
            return [whole]
        return (not self._is_hyphenated and self._wrapped(text, widths)) or self._split(text, widths)

    def _wrapped(self, text: str, widths: Sequence[float]) -> list[SetLine]:
        """The lines if Pango is certain of them: the next word would not fit if they were a little wider.

        WeasyPrint has Pango lay out all the rest of a paragraph several times for each line.
        """
        if not _is_settable(text) or gaps_in(text):
            return []
        data = text.encode()
        self._put(self._wrapping.layout, text, data)
        end_lines(self._wrapping.layout, text, self._style)
        breaks = self._breaks(widths[0] + _CERTAIN, widths[-1] + _CERTAIN)
        if not 1 < len(breaks) <= len(widths):
            return []
        lines: list[SetLine] = []
        for start, end, width in zip(breaks, [*breaks[1:], len(data)], widths, strict=False):
            line = self.line(data[start:end].decode().rstrip(" "))
            if line is None or line.room > width - _SURE:
                return []
            lines.append(line)
        return lines

    def _breaks(self, first: float, others: float) -> list[int]:
        """Where the lines of the wrapping layout begin; the first line and the others have their own width."""
        layout = self._wrapping.layout
        pango.pango_layout_set_indent(layout, int((others - first) * UNITS))
        pango.pango_layout_set_width(layout, int(max(first, others) * UNITS))
        starts: list[int] = []
        while (line := pango.pango_layout_get_line_readonly(layout, len(starts))) != ffi.NULL:
            starts.append(line.start_index)
        return starts

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

    def _set(self, text: str) -> SetLine | None:
        data = text.encode()
        measured = self._measured(text, data)
        line, width = pango.pango_layout_get_line_readonly(self._layout, 0), self._extents.width
        width += widen(line, text, self._size, 0, ffi)
        runs = self._runs(line, data)
        if runs is None:
            return None
        height, baseline = self._plain or measured
        return SetLine(text, runs, width, height, baseline, is_replaced(text), has_backward(text))

    def _measured(self, text: str, data: bytes) -> tuple[int, int]:
        """The height and the baseline of a line, which is then in the layout; its width is in the extents."""
        self._put(self._layout, text, data)
        line = pango.pango_layout_get_line_readonly(self._layout, 0)
        pango.pango_layout_line_get_extents(line, ffi.NULL, self._extents)
        return self._extents.height, pango.pango_layout_get_baseline(self._layout)

    def _put(self, layout: Any, text: str, data: bytes) -> None:
        """Puts a text into a layout, its marks of punctuation in the fonts of its script."""
        pango.pango_layout_set_text(layout, data, len(data))
        if not text.isascii():
            pango.pango_layout_set_attributes(layout, ffi.NULL)
            set_marks(layout, text, self._style)

    def _runs(self, line: Any, data: bytes) -> tuple[GlyphRun, ...] | None:
        """The glyphs of a line, those of one font after another together."""
        runs: list[GlyphRun] = []
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
            numbers = glyphs[::_FIELDS]
            if not (drawn.add_known(glyphs, face) or drawn.add(glyphs, face)):
                return None
            shaped = data[item.offset : item.offset + item.length]
            drawn.spell(face, numbers, ffi.unpack(string.log_clusters, count), shaped, item.analysis.level)
        if last is not None:
            runs.append(drawn.run(last[1]))
        return tuple(runs)


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
        self._string += ("<", *cast("list[str]", written))
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
                string.append(f"{-offset}<%s>" if offset else "<%s>")
                self._show()
                self._operators.append("0 Ts")
                string.append("<" + after)
            else:
                known[glyph, width, x] = f">{-offset}<%s{after}" if offset else f"%s{after}"
                string.append(known[glyph, width, x])
        self._close()
        return True

    def spell(self, face: Face, numbers: Sequence[int], starts: Sequence[int], shaped: bytes, level: int) -> None:
        """Notes the text of the glyphs of a run."""
        text = shaped.decode()
        if not self._several and len(text) == len(numbers) == len({*starts}) and _EMPTY not in numbers:
            self._letters.append(text[::-1] if level % 2 else text)
            return
        before = zip(self._glyphs, "".join(self._letters), strict=False)  # the run's own glyphs are the last ones
        self._several += [Cluster(face.font.hash, (glyph,), one) for glyph, one in before]
        self._letters.clear()
        self._several += clusters_of(face.font.hash, numbers, starts, shaped, level)

    def run(self, face: Face) -> GlyphRun:
        """The run of all that was added."""
        self._show()
        written = "\n".join(self._operators)
        return GlyphRun(
            face, number(face.size), written, tuple(self._glyphs), "".join(self._letters), tuple(self._several)
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
