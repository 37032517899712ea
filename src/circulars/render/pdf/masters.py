"""The master of a PDF. It can be sent to other processes, which make copies from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from circulars.errors import Problem
from circulars.model.document import Document
from circulars.model.filling import MixedValue, filled_in_directions
from circulars.pack import Pack
from circulars.render.master import LayOut, Shaper, Shelf
from circulars.render.page import page_of
from circulars.render.pdf.filling import PdfFilling


@dataclass(frozen=True, slots=True)
class PdfMaster:
    """A letter as PDF, laid out once.

    ``shown`` has the words in its holes as it was laid out. ``slow`` says why no copy is filled from this layout, if
    that is so; copies are then made by their shape, or laid out in full. ``characters`` may occur in values.
    """

    document: Document
    pack: Pack
    head: bytes
    filling: PdfFilling | None
    shown: Mapping[str, str] = field(default_factory=dict)
    slow: tuple[Problem, ...] = ()
    characters: frozenset[str] = frozenset()

    def tail(self, values: Mapping[str, str]) -> bytes | None:
        """The bytes after the head in the copy with these values, or None if it must be laid out in full."""
        if self.filling:
            return (
                None if any(isinstance(value, MixedValue) for value in values.values()) else self.filling.tail(values)
            )
        return b"" if self.head else None  # the head of a letter without holes is the whole file

    def whole(self, values: Mapping[str, str]) -> bytes:
        """The copy with these values, laid out in full."""
        whole = filled_in_directions(self.document, values)
        page = page_of(whole, self.pack)
        # Importing WeasyPrint takes half a second, and a process that only fills copies never needs it.
        from circulars.render.pdf.press import press_of

        return press_of(self.pack).print(whole, page.tree)

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The copy with these values: head and tail, or laid out in full if there is no tail."""
        tail = self.tail(values)
        return self.whole(values) if tail is None else self.head + tail

    def shaper(self, lay_out: LayOut, shelf: Shelf) -> Shaper | None:
        """What makes copies without a tail by their shape, or None if they can only be laid out in full."""
        if self.head and not self.filling:
            return None  # there are no holes
        # Importing WeasyPrint takes half a second, and a process that only fills copies never needs it.
        from circulars.render.pdf.shaper import PdfShaper

        fonts = self.filling.fonts if self.filling else ()
        return PdfShaper(self.document, self.pack, fonts, self.shown, self.characters, lay_out, shelf)
