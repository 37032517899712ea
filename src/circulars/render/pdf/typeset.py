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
from dataclasses import replace
from typing import Any, Final

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
from circulars.render.pdf.glyph_runs import FIELDS, DrawnGlyphs, Face, GlyphRun, SetLine
from circulars.render.pdf.han_marks import has_narrow_marks
from circulars.render.pdf.hyphenation import is_hyphenated
from circulars.render.pdf.known_letters import BESIDE, KnownLetter, KnownLetters, is_same_beside_others
from circulars.render.pdf.levels import line_levels
from circulars.render.pdf.looks import USUAL, PlainStyle, TextLook, hyphens_of
from circulars.render.pdf.script_gaps import SHARE, gaps_in, widen
from circulars.render.pdf.setting import UNITS, file_digest
from circulars.render.pdf.subsets import has_cids
from circulars.render.pdf.widths import Fonts
from circulars.render.pdf.wording import has_backward, is_marked
from circulars.render.pdf.wrapping import Wrapper, is_short

MOST_CHARACTERS: Final = 2_000
"""The most characters of a text that is set here; a longer one is laid out in full, within the limits of a task."""
_NARROWEST: Final = 5
"""A text with more characters than this for each width of its size is probably wider than its line."""
_MOST_LINES: Final = 3_000  # per look and process
_OLDEST: Final = 14802
"""The first version of Pango that reports the size of a font exactly."""
# PangoGlyphInfo: glyph, width, horizontal and vertical offset, flags, of which one says that it begins a cluster.
_GLYPH: Final = struct.Struct("=IiiiI")
# Scripts of India and South-East Asia, from Syriac to Vedic signs: in a paragraph from right to left, WeasyPrint spaces
# their marks differently.
STACKED: Final = re.compile("[\u0700-\u109f\u1200-\u1dbf]")
# Letters of Hebrew and Arabic and punctuation, without digits: in a paragraph from right to left, all has one level.
_ONLY_BACKWARD: Final = re.compile("[\u05be\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff «»،؛؟.,:;!?()'\"–-]+")
# A soft hyphen is drawn only at the end of a line, and other hyphens may need a font that is added for them.
_SPECIAL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u2010\u2011\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SPACE: Final = " "


class LineSetter:
    """Sets texts in one look on a line each, whatever line they would be on."""

    def __init__(self, look: TextLook, fonts: Typesetters) -> None:
        self._faces, self._size, self._is_rtl = fonts, look.size, look.direction == "rtl"
        self._has_own_marks, self._is_plain = has_narrow_marks(look.language), True
        self._style = style_of(look, fonts.configuration)
        self._kept = Layout(self._style)  # owns the layout below
        self._layout = self._kept.layout
        pango.pango_layout_set_single_paragraph_mode(self._layout, True)
        self._extents = ffi.new("PangoRectangle *")
        self._put(" ", b" ")
        self._plain = self._measured() if look.even else None
        self._language = look.language
        self.letters = KnownLetters(self._letter)
        self._lines: dict[str, SetLine | None] = {}

    def line(self, text: str) -> SetLine | None:
        """The line with a text, or None if it cannot be set here. A space alone takes its width, and is not drawn."""
        lines = self._lines
        if text in lines:
            return lines[text]
        if len(lines) >= _MOST_LINES:
            lines.clear()
        line = lines[text] = self._set(text) if text == _SPACE or is_settable(text) else None
        return line

    def room(self, text: str) -> float:
        """The width of a text on a line of its own, in pixels."""
        self._put(text, text.encode())
        self._measured()
        width: int = self._extents.width
        return width / UNITS + self._size / SHARE * len(gaps_in(text))

    def _set(self, text: str) -> SetLine | None:
        if self._plain and not text.isascii() and (known := self.letters.run(text)):
            run, width = known
            return SetLine(text, (run,), width / UNITS, *self._plain, is_marked=False, is_backward=self._is_rtl)
        data = text.encode()
        self._put(text, data)
        line = pango.pango_layout_get_line_readonly(self._layout, 0)
        height, baseline = self._plain or self._measured()
        gaps = gaps_in(text)
        widened = widen(line, text, self._size, 0, ffi) if gaps else 0
        found = self._runs(line, data)
        if found is None:
            return None
        runs, width = found if text != _SPACE else ((), found[1])
        # WeasyPrint adds the gaps in pixels, and glyphs are wider by Pango's units, which are rounded down.
        room = (width - widened) / UNITS + self._size / SHARE * len(gaps)
        is_backward = self._is_rtl or has_backward(text)
        return SetLine(text, runs, room, height, baseline, bool(gaps) or is_marked(text), is_backward)

    def _letter(self, character: str) -> KnownLetter | None:
        """A character as it is drawn between others."""
        text = f"{BESIDE}{character}{BESIDE}"
        self._put(text, text.encode())
        run = pango.pango_layout_get_line_readonly(self._layout, 0).runs
        if run == ffi.NULL or run.next != ffi.NULL or run.data.glyphs.num_glyphs != len(text):
            return None
        face = self._faces.face_of(run.data.item.analysis.font)
        glyphs = _glyphs_of(run.data.glyphs)
        glyph, width, x, y, _ = glyphs[FIELDS : 2 * FIELDS]
        if y or not face.has_outlines or not DrawnGlyphs().add(glyphs, face):
            return None
        if not is_same_beside_others(face.font, character, glyph, self._language):
            return None
        return KnownLetter(face, face.written[glyph, width, x], glyph, width)

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
        run, last, drawn = line.runs, None, DrawnGlyphs()
        while run != ffi.NULL:
            item, string = run.data.item, run.data.glyphs
            run = run.next
            pointer = item.analysis.font
            face = self._faces.face_of(pointer)
            if not face.has_outlines:
                return None
            if last is not None and pointer != last[0]:
                runs.append(drawn.run(last[1]))
                drawn = DrawnGlyphs()
            last = pointer, face
            glyphs = _glyphs_of(string)
            width += sum(glyphs[1::FIELDS])
            if not (drawn.add_known(glyphs, face) or drawn.add(glyphs, face)):
                return None
            shaped, level = data[item.offset : item.offset + item.length], item.analysis.level
            if not drawn.spell_each(glyphs, shaped, level):
                drawn.spell(face, glyphs[::FIELDS], ffi.unpack(string.log_clusters, string.num_glyphs), shaped, level)
        if last is not None:
            runs.append(drawn.run(last[1]))
        return tuple(runs), width


class Typesetter:
    """Sets texts in one look on lines of some widths."""

    def __init__(self, look: TextLook, fonts: Typesetters, setter: LineSetter) -> None:
        self._size, self._language = look.size, look.language
        self._is_rtl, self._is_hyphenated = look.direction == "rtl", bool(look.hyphenation)
        self._style = style_of(look, fonts.configuration)
        self.line = setter.line
        self._wrapper = Wrapper(look.language, look.size, setter.line, setter.room)

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
        is_wrapped = not self._is_hyphenated and is_settable(text)
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


def style_of(look: TextLook, configuration: Any) -> PlainStyle:
    """The style of WeasyPrint for a look, in the fonts of a configuration."""
    style = PlainStyle(
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
    style.font_config = configuration
    return style


def is_settable(text: str) -> bool:
    """Whether a text is short, and is drawn as it is: without spaces that collapse and characters that are special."""
    return len(text) <= MOST_CHARACTERS and bool(text.strip()) and "  " not in text and not _SPECIAL.search(text)


class Typesetters:
    """The typesetters of a process for the fonts of one configuration, and the fonts that Pango chose."""

    def __init__(self, configuration: Any) -> None:
        self.configuration = configuration
        self._known: dict[Any, Face] = {}
        self._fonts = Fonts()
        self._by_look: dict[TextLook, Typesetter] = {}
        self._setters: dict[TextLook, LineSetter] = {}
        self._is_new_enough = pango.pango_version() >= _OLDEST

    def of(self, look: TextLook) -> Typesetter | None:
        """The typesetter for a look; None if Pango is too old."""
        found = self._by_look.get(look)
        if found is None and self._is_new_enough:
            # On one line, a text is the same wherever a longer one would break.
            plain = replace(look, wrap="normal", hyphenation=None)
            setter = self._setters.get(plain) or self._setters.setdefault(plain, LineSetter(plain, self))
            found = self._by_look[look] = Typesetter(look, self, setter)
        return found

    def face_of(self, pointer: Any) -> Face:
        """The font that a pointer of Pango points to."""
        return self._known.get(pointer) or self._new_face(pointer)

    def _new_face(self, pointer: Any) -> Face:
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
        face = self._known[pointer] = Face(self._fonts[key, file], size, kept, file, has_outlines)
        return face


def _glyphs_of(string: Any) -> tuple[int, ...]:
    """The numbers of all glyphs of a run, one after the other."""
    count = string.num_glyphs
    return _infos(count).unpack(ffi.buffer(string.glyphs, count * _GLYPH.size))


@functools.lru_cache(maxsize=MOST_CHARACTERS)
def _infos(count: int) -> struct.Struct:
    """The form of so many glyphs of Pango."""
    return struct.Struct("=" + count * _GLYPH.format[1:])
