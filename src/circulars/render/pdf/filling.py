"""Fills the holes of a PDF that is laid out once: sets their lines, and writes the end of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from circulars.render.pdf.file import File
from circulars.render.pdf.setting import Set, SizedFont

# Words in which lines cannot break (Unicode Standard Annex 14): letters, digits, and marks attached to them.
_UNBROKEN = re.compile(r"[\w.,;:'’\"()\u00A0]+")

MARGIN = 0.25
"""The minimum distance of a line or word from the end of its space, in pixels; widths are exact to 1/1024."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a line with holes in one font and style.

    ``parts`` alternate between text and the names of holes. A stretch without holes has no parts: it is drawn
    unchanged, possibly at another position. ``content`` holds the drawing operators before the stretch's horizontal
    position, between the position and the glyphs, and after the glyphs.
    """

    content: tuple[bytes, bytes, bytes]
    width: float
    parts: tuple[str, ...] = ()
    font: int = 0


@dataclass(frozen=True, slots=True)
class LineHole:
    """The rest of a line from its first stretch with a hole.

    ``start`` is its horizontal position in pixels. It must end between ``least`` and ``most``: if it ended earlier, a
    word of the next line would fit on it. If the hole is part of the line's first word, ``spare`` is the free width on
    the previous line, where that word must not fit.
    """

    start: float
    least: float
    most: float
    stretches: tuple[Stretch, ...]
    spare: float = -1.0

    def filled(self, values: Mapping[str, str], fonts: tuple[SizedFont, ...]) -> bytes | None:
        """The line's content with these values, or None if the copy must be laid out in full."""
        place = self.start
        content: list[bytes] = []
        for stretch in self.stretches:
            before, between, after = stretch.content
            if stretch.parts:
                text = text_of(stretch.parts, values)
                line = fonts[stretch.font].set(text) if text else None
                if line is None or not (content or self._stays(text, fonts[stretch.font])):
                    return None
                content += (before, number(place), between, line.glyphs, after)
                place += line.width
            else:
                content += (before, number(place), between, after) if between else (before,)
                place += stretch.width
        return b"".join(content) if self.least <= place <= self.most else None

    def _stays(self, text: str, font: SizedFont) -> bool:
        """Whether the first word, or its breakable beginning, does not fit on the line before."""
        if self.spare < 0:
            return True
        word = first_word(text)
        line = font.set(word) if word else None
        return line is not None and line.width > self.spare + MARGIN


@dataclass(frozen=True, slots=True)
class LinePlace:
    """The place of a line: the operators before and after its glyphs, and its left and right ends in pixels."""

    before: bytes
    after: bytes
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class BoxHole:
    """A box of fixed size that one hole fills with lines.

    ``content`` holds the drawing operators before and after the lines. ``places`` has one entry for each line that fits
    in the box. The box takes at least ``least`` lines.
    """

    hole: str
    content: tuple[bytes, bytes]
    places: tuple[LinePlace, ...]
    font: int = 0
    least: int = 1

    def filled(self, values: Mapping[str, str], fonts: tuple[SizedFont, ...]) -> bytes | None:
        """The box's content with these values, or None if the copy must be laid out in full."""
        value, font = values[self.hole], fonts[self.font]
        content = [self.content[0]]
        places = self.places
        if self.least and not value:
            return None
        for text in value.split("\n") if value else ():
            lines = _broken(text, places, font) if is_plain(text) else []
            if not lines:
                return None
            for place, line in zip(places, lines, strict=False):
                content += (place.before, line, place.after)
            places = places[len(lines) :]
        content.append(self.content[1])
        return b"".join(content)


@dataclass(frozen=True, slots=True)
class ParagraphHole:
    """The end of a paragraph in one style, from a line with a hole. Lines may break elsewhere; their number is fixed.

    ``parts`` alternate between text and the names of holes.
    """

    parts: tuple[str, ...]
    places: tuple[LinePlace, ...]
    font: int = 0

    def filled(self, values: Mapping[str, str], fonts: tuple[SizedFont, ...]) -> bytes | None:
        """The paragraph's content with these values, or None if the copy must be laid out in full."""
        text = text_of(self.parts, values)
        lines = _broken(text, self.places, fonts[self.font]) if text else []
        if len(lines) != len(self.places):
            return None
        return b"".join(
            piece for place, line in zip(self.places, lines, strict=True) for piece in (place.before, line, place.after)
        )


Hole = LineHole | BoxHole | ParagraphHole


@dataclass(frozen=True, slots=True)
class PdfFilling:
    """A PDF that is complete except for its holes, which are in the order of the file's last streams."""

    file: File
    holes: tuple[Hole, ...]
    fonts: tuple[SizedFont, ...]

    def tail(self, values: Mapping[str, str]) -> bytes | None:
        """The bytes after the head in the copy with these values, or None if it must be laid out in full."""
        streams = self.streams(values)
        return None if streams is None else self.file.tail(streams, values)

    def streams(self, values: Mapping[str, str]) -> list[bytes] | None:
        """The last streams of the copy with these values."""
        streams = []
        for hole in self.holes:
            content = hole.filled(values, self.fonts)
            if content is None:
                return None
            streams.append(content)
        return streams


def _broken(text: str, places: Sequence[LinePlace], font: SizedFont) -> list[bytes]:
    """The glyphs of a text's lines; see :func:`broken_lines`."""
    return [line.glyphs for _, line in broken_lines(text, places, font)]


def broken_lines(text: str, places: Sequence[LinePlace], font: SizedFont) -> list[tuple[str, Set]]:
    """The lines of a text, from the first place on; empty if there are too few places or a break is uncertain."""
    if places and (line := font.set(text)) and places[0].start + line.width <= places[0].end - MARGIN:
        return [(text, line)]
    words, lines, taken = text.split(" "), list[tuple[str, Set]](), 0
    for place in places:
        count = _words_on_line(words, taken, place, font)
        shown = " ".join(words[taken : taken + count])
        line = font.set(shown) if count else None
        if line is None or place.start + line.width > place.end - MARGIN:
            return []
        lines.append((shown, line))
        taken += count
        if taken == len(words):
            return lines
    return []


def _words_on_line(words: list[str], taken: int, place: LinePlace, font: SizedFont) -> int:
    """The number of further words that fit on a line, or 0 if this is uncertain."""
    space = font.set(" ")
    if space is None:
        return 0
    end = place.start - space.width
    for count, word in enumerate(words[taken:]):
        line = font.set(word) if word else None
        if line is None:
            return 0
        if end + space.width + line.width > place.end:
            return count if _is_full(words[taken : taken + count], word, place, font) else 0
        end += space.width + line.width
    return len(words) - taken


def _is_full(words: list[str], word: str, place: LinePlace, font: SizedFont) -> bool:
    """Whether a further word, even its breakable beginning, does not fit on a line."""
    whole = first_word(word)
    line = font.set(" ".join((*words, whole))) if whole and words else None
    return line is not None and place.start + line.width > place.end + MARGIN


def is_plain(value: str) -> bool:
    """Whether a page shows the words unchanged: HTML collapses spaces, and drops them at the ends of a line."""
    return bool(value) and "  " not in value and value[0] != " " and value[-1] != " " and "\n" not in value


def text_of(parts: tuple[str, ...], values: Mapping[str, str]) -> str:
    """The words of a stretch, or "" if they are not shown unchanged.

    A value may end with a space, as the French article "le " before a date does, if a word follows.
    """
    filled = []
    for position, part in enumerate(parts):
        if not position % 2:
            filled.append(part)
            continue
        value = values[part]
        if not is_plain(value.removesuffix(" ")) and (value or not (parts[position - 1] and parts[position + 1])):
            return ""
        filled.append(value)
    for position, value in enumerate(filled):
        # HTML drops a space at the end, and no line ends at one before punctuation.
        if position % 2 and value.endswith(" ") and not "".join(filled[position + 1 :])[:1].isalnum():
            return ""
    text = "".join(filled)
    return "" if "  " in text else text


def first_word(text: str) -> str:
    """The beginning of a text in which no line can break; it may be empty."""
    found = _UNBROKEN.match(text)
    return found[0] if found else ""


def number(value: float) -> bytes:
    """A number in the notation of pydyf."""
    return b"%d" % value if value.is_integer() else f"{value:f}".rstrip("0").encode()


def names_of(holes: Iterable[Hole]) -> frozenset[str]:
    """The names of the holes."""
    names: set[str] = set()
    for hole in holes:
        if isinstance(hole, BoxHole):
            names.add(hole.hole)
        elif isinstance(hole, ParagraphHole):
            names.update(hole.parts[1::2])
        else:
            names.update(name for stretch in hole.stretches for name in stretch.parts[1::2])
    return frozenset(names)
