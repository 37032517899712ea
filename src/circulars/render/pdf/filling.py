"""Fills the holes of a PDF that is laid out once: sets the lines that hold them, and writes the file's end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from circulars.render.pdf.file import File
from circulars.render.pdf.setting import Font

MARGIN = 4 / 3
"""How much nearer to a line's end than WeasyPrint allows a filled line may come, in pixels (a point)."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one look on a line with holes.

    ``parts`` are words and, at every second place, the names of holes; a stretch without holes has none, and is
    drawn as it was, perhaps at another place. ``content`` is what is drawn: before the stretch's place across the
    page, between it and the glyphs, after the glyphs.
    """

    content: tuple[bytes, bytes, bytes]
    width: float
    parts: tuple[str, ...] = ()
    font: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """The rest of a line, from its first stretch with a hole on.

    ``start`` is its place across the page in pixels. It may end at ``most``; it must end at ``least``, or a word of
    the next line would come up to it.
    """

    start: float
    least: float
    most: float
    stretches: tuple[Stretch, ...]

    def filled(self, values: Mapping[str, str], fonts: tuple[Font, ...]) -> bytes | None:
        """The line's content with these values, or nothing when they need a layout of their own."""
        place = self.start
        content: list[bytes] = []
        for stretch in self.stretches:
            before, between, after = stretch.content
            if stretch.parts:
                text = _text(stretch.parts, values)
                line = fonts[stretch.font].set(text) if text else None
                if line is None:
                    return None
                content += (before, number(place), between, line.glyphs, after)
                place += line.width
            else:
                content += (before, number(place), between, after) if between else (before,)
                place += stretch.width
        return b"".join(content) if self.least <= place <= self.most else None


@dataclass(frozen=True, slots=True)
class Box:
    """A box of fixed size that one hole fills with lines.

    ``content`` is what is drawn before the lines and after them; ``lines`` what is drawn before the glyphs of each
    line and after them, for as many lines as the box has room for; ``room`` is each line's, in pixels.
    """

    hole: str
    content: tuple[bytes, bytes]
    lines: tuple[tuple[bytes, bytes], ...]
    room: float
    font: int = 0

    def filled(self, values: Mapping[str, str], fonts: tuple[Font, ...]) -> bytes | None:
        """The box's content with these values, or nothing when they need a layout of their own."""
        value = values[self.hole]
        texts = value.split("\n") if value else []
        if len(texts) > len(self.lines):
            return None
        content = [self.content[0]]
        for text, (before, after) in zip(texts, self.lines, strict=False):
            line = fonts[self.font].set(text) if is_plain(text) else None
            if line is None or line.width > self.room:
                return None
            content += (before, line.glyphs, after)
        content.append(self.content[1])
        return b"".join(content)


@dataclass(frozen=True, slots=True)
class Filling:
    """A PDF that is complete but for its holes, in the order of the file's last streams."""

    file: File
    holes: tuple[Line | Box, ...]
    fonts: tuple[Font, ...]

    def tail(self, values: Mapping[str, str]) -> bytes | None:
        """What follows the head in the copy with these values, or nothing when it must be laid out in full."""
        streams = self.streams(values)
        return None if streams is None else self.file.tail(streams)

    def streams(self, values: Mapping[str, str]) -> list[bytes] | None:
        """The last streams of the copy with these values."""
        streams = []
        for hole in self.holes:
            content = hole.filled(values, self.fonts)
            if content is None:
                return None
            streams.append(content)
        return streams


def is_plain(value: str) -> bool:
    """Whether a page shows the words as they are: HTML makes one space of many, and drops those at a line's ends."""
    return bool(value) and "  " not in value and value[0] != " " and value[-1] != " " and "\n" not in value


def _text(parts: tuple[str, ...], values: Mapping[str, str]) -> str:
    """The words of a stretch, or "" when they are not shown as they are."""
    filled = []
    for position, part in enumerate(parts):
        if not position % 2:
            filled.append(part)
            continue
        value = values[part]
        if not is_plain(value) and (value or not (parts[position - 1] and parts[position + 1])):
            return ""
        filled.append(value)
    text = "".join(filled)
    return "" if "  " in text else text


def number(value: float) -> bytes:
    """A number as pydyf writes it."""
    return b"%d" % value if value.is_integer() else f"{value:f}".rstrip("0").encode()


def names_of(holes: Iterable[Line | Box]) -> frozenset[str]:
    """The names of the holes."""
    names: set[str] = set()
    for hole in holes:
        if isinstance(hole, Box):
            names.add(hole.hole)
        else:
            names.update(name for stretch in hole.stretches for name in stretch.parts[1::2])
    return frozenset(names)
