"""Makes the copies that need another shape than the letter's master has, and lays each shape out once in a process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from circulars.errors import LimitError
from circulars.model.document import Document
from circulars.pack import Pack
from circulars.render.master import LayOut, Shelf
from circulars.render.pdf.press import press_of
from circulars.render.pdf.set_holes import Setter
from circulars.render.pdf.setting import SizedFont
from circulars.render.pdf.shape_layout import frame_of, shape_of
from circulars.render.pdf.shaped import Frame, ShapeLayout
from circulars.render.pdf.specimens import SlowError

MOST_SHAPES: Final = 250
"""The most shapes that a process keeps; the one that was not used for the longest time is dropped."""
_FRAME: Final = "frame"


@dataclass(slots=True)
class PdfShaper:
    """The shapes of a letter. ``shown`` has the words in its holes as its master was laid out.

    ``characters`` are all that may occur in the values.

    ``lay_out`` calls a function within limits; ``shelf`` keeps what it returns for other processes.
    """

    document: Document
    pack: Pack
    fonts: tuple[SizedFont, ...]
    shown: Mapping[str, str]
    characters: frozenset[str]
    lay_out: LayOut
    shelf: Shelf
    _frame: Frame | None = None
    _setter: Setter | None = None
    _is_begun: bool = False
    _shapes: OrderedDict[str, ShapeLayout | None] = field(default_factory=OrderedDict)

    def copy(self, values: Mapping[str, str]) -> tuple[bytes, bytes] | None:
        """Head and tail of the copy with these values, or None if it must be laid out in full."""
        if not self._is_begun:
            self._begin()
        if self._frame is None or self._setter is None:
            return None
        setting = self._frame.setting(values, self._setter)
        shape = None if setting is None else self._shape(self._frame.shape(setting))
        if setting is None or shape is None:
            return None
        tail = shape.tail(self._frame, setting, self._setter, values)
        return None if tail is None else (shape.head, tail)

    def _begin(self) -> None:
        self._is_begun = True
        frame: Frame | None = self.shelf.find(_FRAME, Frame)
        with suppress(SlowError, LimitError):  # a hole may be where only a layout in full can fill it
            if frame is None:
                frame = self.lay_out(frame_of, self.document, self.pack, self.fonts, self.shown, self.characters)
                self.shelf.keep(_FRAME, frame, Frame)
        if frame:
            self._frame, self._setter = frame, Setter(frame.fonts, press_of(self.pack).typesetters, frame.own)

    def _shape(self, name: str) -> ShapeLayout | None:
        """The layout for a shape, or None if there can be none."""
        if name in self._shapes:
            self._shapes.move_to_end(name)
            return self._shapes[name]
        shape: ShapeLayout | None = self.shelf.find(name, ShapeLayout)
        # What is wrong with a shape that cannot be laid out is reported by the layout in full of its copies.
        with suppress(SlowError, LimitError):
            if shape is None:
                shape = self.lay_out(shape_of, self.document, self.pack, self._frame, self.shown, name)
                self.shelf.keep(name, shape, ShapeLayout)
        self._shapes[name] = shape
        if len(self._shapes) > MOST_SHAPES:
            self._shapes.popitem(last=False)
        return shape
