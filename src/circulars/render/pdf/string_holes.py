"""Fills the holes in the strings of a PDF: its title, its outline, its links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pydyf


@dataclass(frozen=True, slots=True)
class StringObject:
    """An object with holes in its strings. ``number`` is that in the file.

    Between the ``pieces`` are the ``texts``, which alternate between text and the names of holes. If the object is a
    stream, ``entries`` are those of its dictionary, and its texts are XML; otherwise they are strings of a PDF.
    ``is_metadata`` says whether the texts are properties of the letter, which have each value on one line.
    """

    number: int
    pieces: tuple[bytes, ...]
    texts: tuple[tuple[str, ...], ...]
    is_metadata: bool = False
    entries: bytes = b""

    @property
    def names(self) -> frozenset[str]:
        """The names of the holes."""
        return frozenset(name for parts in self.texts for name in parts[1::2])

    def filled(self, values: Mapping[str, str]) -> bytes | None:
        """The object with these values, or None if the copy must be laid out in full."""
        lines = {name: on_one_line(values[name]) for name in self.names}
        # Other strings are made of words on the pages, which may have other spaces.
        if not self.is_metadata and any(values[name] != line for name, line in lines.items()):
            return None
        written = [
            self._written("".join([lines[part] if place % 2 else part for place, part in enumerate(parts)]))
            for parts in self.texts
        ]
        content = b"".join(piece for pair in zip(self.pieces, [*written, b""], strict=True) for piece in pair)
        if not self.entries:
            return content
        return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (self.entries, len(content), content)

    def _written(self, text: str) -> bytes:
        data: bytes = escape(text).encode() if self.entries else pydyf.String(text).data
        return data


def on_one_line(value: str) -> str:
    """A value as the letter's properties have it."""
    return " ".join(value.split())
