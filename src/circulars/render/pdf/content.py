"""The content streams of pages: cutting them at holes, and comparing them without the marks of the structure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pydyf

from circulars.render.pdf.filling import number
from circulars.render.pdf.hole_lines import Group
from circulars.render.pdf.specimens import SIZE, size_of, slow

_MARKS = re.compile(rb"^/\w+\n<<[^\n]*>>\nBDC\n|^EMC(\n|$)", re.MULTILINE)
_COLOURS = re.compile(rb"^(?:/\S+ gs|[\d. ]+ rg)\n", re.MULTILINE)


@dataclass(slots=True)
class Cut:
    """A page's content, cut at its holes: the constant pieces, and the pieces in the holes."""

    sheet: int
    stream: Any
    starts: dict[Any, int]
    groups: list[Group] = field(default_factory=list)
    constant: list[bytes] = field(default_factory=list)
    drawn: list[bytes] = field(default_factory=list)


def text_drawn(content: bytes) -> bytes:
    """The drawing operators of a content stream, without the marks of the structure."""
    return _MARKS.sub(b"", content)


def shapes_drawn(content: bytes) -> bytes:
    """The drawing operators of a content stream, without marks, colours, and graphics states that draw nothing."""
    content = _COLOURS.sub(b"", text_drawn(content))
    while (less := content.replace(b"q\nQ\n", b"")) != content:
        content = less
    return content


def start_of(cut: Cut, text: Any) -> int:
    """The position at which the marked content of a text starts: the tag before its dictionary."""
    return cut.starts[text] - 1


def range_of_group(cut: Cut, group: Group) -> tuple[int, int]:
    """The start and the end of the content of a group."""
    return start_of(cut, group.spots[0].texts[0]), stop_of(cut, group.spots[-1].texts[-1])


def range_of(cut: Cut, text: Any) -> tuple[int, int]:
    """The start and the end of the marked content of a text."""
    return start_of(cut, text), stop_of(cut, text)


def stop_of(cut: Cut, text: Any) -> int:
    """The end of the marked content of a text."""
    stream = cut.stream.stream
    return next(place for place in range(cut.starts[text], len(stream)) if stream[place] == b"EMC") + 1


def bytes_between(cut: Cut, start: int, stop: int) -> bytes:
    """A piece of a page's content. It ends with a line feed, because viewers join the streams of a page."""
    pieces = (
        piece if isinstance(piece, bytes) else piece.data if isinstance(piece, pydyf.Object) else piece.encode()
        for piece in cut.stream.stream[start:stop]
    )
    return b"".join(piece + b"\n" for piece in pieces)


def fonts_drawn(cut: Cut, text: Any, hole: str) -> list[bytes]:
    """The names of the fonts of a text."""
    if cut.starts.get(text, -1) < 0:
        raise slow(hole, "is not drawn on the page itself")
    return list(dict.fromkeys(name for name, _ in SIZE.findall(bytes_between(cut, *range_of(cut, text)))))


def drawn_font(cut: Cut, text: Any, hole: str) -> tuple[bytes, bytes]:
    """The name and the size of the font of a text."""
    fonts_drawn(cut, text, hole)
    content = bytes_between(cut, *range_of(cut, text))
    sizes = SIZE.findall(content)
    size = number(size_of(text.style))
    if len(sizes) != 1 or sizes[0][1] != size or content.count(b" TJ\n") != 1 or b" Ts\n" in content:
        raise slow(hole, "is next to characters in another font")
    name, size = sizes[0]
    return name, size
