"""Sets lines of text in any script with Pango, glyph for glyph as WeasyPrint draws them.

Pango chooses the fonts, the directions and the glyphs, as it does for WeasyPrint. This module only asks it less often:
one layout is kept for each look, and the glyphs of a line are read at once. What it does not know how to draw exactly,
such as an emoji or a character that no font shows, it does not set.

This module uses names that are not public API of WeasyPrint 70: ``Layout``, ``Font`` and ``get_pango_font_key``.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from circulars.render.pdf.engine import Font, Layout, ffi, get_pango_font_key, gobject, pango, split_first_line
from circulars.render.pdf.filling import number
from circulars.render.pdf.setting import UNITS, file_digest
from circulars.render.pdf.widths import Fonts
from circulars.render.pdf.wording import Cluster, clusters_of, has_backward, is_marked

MOST_CHARACTERS: Final = 2_000
"""The most characters of a text that is set here; a longer one is laid out in full, within the limits of a task."""
_NARROWEST: Final = 5
"""A text with more characters than this for each width of its size is probably wider than its line."""
_MOST_LINES: Final = 10_000  # per look and process
_OLDEST: Final = 14802
"""The first version of Pango that reports the size of a font exactly."""
# PangoGlyphInfo: glyph, width, horizontal and vertical offset, flags.
_EMPTY: Final[int] = pango.PANGO_GLYPH_EMPTY
_UNKNOWN: Final[int] = pango.PANGO_GLYPH_UNKNOWN_FLAG
_GLYPH: Final = struct.Struct("=IiiiI")
# A soft hyphen is drawn only at the end of a line, and the pack's template has a font of its own for no-break hyphens.
_SPECIAL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u2011\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class TextLook:
    """The appearance of a text: what Pango needs to know of its style. ``size`` is in pixels."""

    families: str
    style: str
    weight: int
    stretch: str
    size: float
    language: str
    wrap: str


@dataclass(frozen=True, slots=True)
class GlyphRun:
    """Glyphs of one font. ``pieces`` are operators; in each, whole numbers are glyphs and texts are what is around."""

    face: Face
    size: bytes
    pieces: tuple[tuple[str | int, ...], ...]
    glyphs: frozenset[int]
    clusters: tuple[Cluster, ...]


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line that is set. ``width``, ``height`` and ``baseline``, from the top, are in Pango's units.

    Readers misplace combining marks in a line that ``is_marked``, and reverse one that ``is_backward``.
    """

    text: str
    runs: tuple[GlyphRun, ...]
    width: int
    height: int
    baseline: int
    is_marked: bool
    is_backward: bool

    @property
    def room(self) -> float:
        """The width in pixels."""
        return self.width / UNITS


@dataclass(eq=False, slots=True)
class Face:
    """A font that Pango chose; ``font`` is WeasyPrint's description of it, ``kept`` is Pango's own.

    ``file`` identifies the font's file.
    """

    font: Any
    size: float
    kept: Any
    file: bytes
    has_outlines: bool = field(init=False)

    def __post_init__(self) -> None:
        one = self.font
        self.has_outlines = (
            "glyf" in one.tables and "fvar" not in one.tables and not (one.bitmap or one.png or one.svg or one.colr)
        )


class _Style(dict[str, Any]):
    """A style as WeasyPrint's text functions expect it."""

    font_config: Any


# The styles of a text that may be set here; see ``look_of``. WeasyPrint reads no others when it sets a line.
_USUAL: Final = {
    "direction": "ltr",
    "font_language_override": "normal",
    "font_kerning": "auto",
    "font_variant_ligatures": "normal",
    "font_variant_position": "normal",
    "font_variant_caps": "normal",
    "font_variant_numeric": "normal",
    "font_variant_alternates": "normal",
    "font_variant_east_asian": "normal",
    "font_feature_settings": "normal",
    "font_variation_settings": "normal",
    "letter_spacing": "normal",
    "word_spacing": 0,
    "white_space": "normal",
    "word_break": "normal",
    "hyphens": "manual",
    "text_decoration_line": "none",
    "text_transform": "none",
}


def look_of(style: Any) -> TextLook | None:
    """The look of a text with a style of WeasyPrint; None if it is unusual."""
    if any(style[name] != usual for name, usual in _USUAL.items()):
        return None
    return TextLook(
        ",".join(style["font_family"]),
        style["font_style"],
        int(style["font_weight"]),
        style["font_stretch"],
        float(style["font_size"]),
        str(style["lang"] or ""),
        style["overflow_wrap"],
    )


class Typesetter:
    """Sets lines in one look."""

    def __init__(self, look: TextLook, fonts: Typesetters) -> None:
        self._faces = fonts
        self._size = look.size
        self._style = _Style(
            _USUAL,
            font_family=tuple(look.families.split(",")),
            font_style=look.style,
            font_weight=look.weight,
            font_stretch=look.stretch,
            font_size=look.size,
            lang=look.language or None,
            overflow_wrap=look.wrap,
            hyphenate_limit_chars=(5, 2, 2),
            hyphenate_limit_zone=0,
            hyphenate_character="\u2010",
            tab_size=8,
        )
        self._style.font_config = fonts.configuration
        self._kept = Layout(self._style)  # owns the layout below
        self._layout = self._kept.layout
        pango.pango_layout_set_single_paragraph_mode(self._layout, True)
        self._extents = ffi.new("PangoRectangle *")
        self._lines: dict[str, SetLine | None] = {}

    def line(self, text: str) -> SetLine | None:
        """The line with a text, or None if it cannot be set here."""
        if text in self._lines:
            return self._lines[text]
        if len(self._lines) >= _MOST_LINES:
            self._lines.clear()
        line = self._lines[text] = self._set(text) if _is_settable(text) else None
        return line

    def lines(self, text: str, widths: Iterable[float]) -> list[SetLine] | None:
        """The lines of a paragraph; ``widths`` are those of its lines in pixels. None if it cannot be set here."""
        if len(text) > MOST_CHARACTERS:
            return None
        rest, lines = text, list[SetLine]()
        for width in widths:
            if len(rest) * self._size < width * _NARROWEST:
                whole = self.line(rest)
                if whole is None:
                    return None
                if whole.room <= width:
                    return [*lines, whole]
            layout, _, resume, taken, _, _ = split_first_line(rest, self._style, None, width, 0)
            line = self.line(layout.text) if taken <= width else None
            if line is None:
                return None
            lines.append(line)
            if resume is None:
                return lines
            rest = rest.encode()[resume:].decode().lstrip(" ")
        return None

    def _set(self, text: str) -> SetLine | None:
        data = text.encode()
        pango.pango_layout_set_text(self._layout, data, len(data))
        line = pango.pango_layout_get_line_readonly(self._layout, 0)
        pango.pango_layout_line_get_extents(line, ffi.NULL, self._extents)
        runs = self._runs(line, data)
        if runs is None:
            return None
        baseline = pango.pango_layout_get_baseline(self._layout)
        width, height = self._extents.width, self._extents.height
        return SetLine(text, runs, width, height, baseline, is_marked(text), has_backward(text))

    def _runs(self, line: Any, data: bytes) -> tuple[GlyphRun, ...] | None:
        """The glyphs of a line, those of one font after another together."""
        runs: list[GlyphRun] = []
        run, last, drawn = line.runs, None, _Drawn()
        clusters: list[Cluster] = []
        while run != ffi.NULL:
            item, string = run.data.item, run.data.glyphs
            run = run.next
            pointer = item.analysis.font
            face = self._faces.known.get(pointer) or self._faces.face_of(pointer)
            if not face.has_outlines:
                return None
            if last is not None and pointer != last[0]:
                runs.append(drawn.run(last[1], clusters))
                drawn, clusters = _Drawn(), []
            last = pointer, face
            count = string.num_glyphs
            glyphs = list(_GLYPH.iter_unpack(ffi.buffer(string.glyphs, count * _GLYPH.size)))
            if not drawn.add(glyphs, face):
                return None
            shaped = data[item.offset : item.offset + item.length]
            starts = ffi.unpack(string.log_clusters, count)
            numbers = [glyph[0] for glyph in glyphs]
            clusters += clusters_of(face.font.hash, numbers, starts, shaped, item.analysis.level)
        if last is not None:
            runs.append(drawn.run(last[1], clusters))
        return tuple(runs)


class _Drawn:
    """Glyphs of one font as ``weasyprint.draw.text`` writes them: the same operations in the same order."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str | int, ...]] = []
        self._string: list[str | int] = []
        self._glyphs: list[int] = []

    def add(self, glyphs: Iterable[tuple[int, ...]], face: Face) -> bool:
        """Adds the glyphs of a run; false if one of them cannot be drawn."""
        string, widths, size = self._string, face.font.widths, face.size
        string.append("<")
        for glyph, width, x, y, _ in glyphs:
            if glyph == _EMPTY:
                string.append(f">{-width / size}<")
                continue
            if glyph & _UNKNOWN:
                return False
            self._glyphs.append(glyph)
            offset, rise = x / size, y / 1000
            if rise:
                self._close()
                self._show()
                self._pieces.append((f"{number(-rise).decode()} Ts",))
                string += [f"{-offset}<", glyph, ">"] if offset else ["<", glyph, ">"]
                self._show()
                self._pieces.append(("0 Ts",))
                string.append("<")
            elif offset:
                string += [f">{-offset}<", glyph]
            else:
                string.append(glyph)
            kerning = widths[glyph] + offset - width * 1000 * (1 / UNITS) / size
            if kerning:
                string.append(f">{int(kerning)}<")
        self._close()
        return True

    def run(self, face: Face, clusters: list[Cluster]) -> GlyphRun:
        """The run of all that was added."""
        self._show()
        size = number(face.size)
        return GlyphRun(face, size, tuple(self._pieces), frozenset(self._glyphs), tuple(clusters))

    def _close(self) -> None:
        """Closes the last string of glyphs; an empty one is removed."""
        last = self._string[-1]
        if isinstance(last, str) and last.endswith("<"):
            self._string[-1] = last[:-1]
        else:
            self._string.append(">")

    def _show(self) -> None:
        """Adds the operator that shows the glyphs so far."""
        if any(self._string):
            self._pieces.append(("[", *self._string, "] TJ"))
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
        font.file_content = b""
        if (key, file) not in self._fonts:
            self._fonts[key, file] = font
        # Pango's font is kept, so that no other gets its address.
        kept = ffi.gc(gobject.g_object_ref(pointer), gobject.g_object_unref)
        face = self.known[pointer] = Face(self._fonts[key, file], size, kept, file)
        return face
