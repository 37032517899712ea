"""Collects the colours of a PDF page's words and rectangles, without finding out where they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from circulars.accessibility.pdf.colours import BLACK_FILL, SETS_FILL, Colour, Fill, MixedColours
from circulars.accessibility.pdf.file import get, name_of

SHOWS: Final = frozenset(("Tj", "TJ", "'", '"'))
"""The operators that show words."""
FILLS: Final = frozenset(("f", "F", "f*", "B", "B*", "b", "b*"))
"""The operators that fill an area."""
_ENDS: Final = FILLS | {"S", "s", "n"}  # they end a path
_FOLLOWED: Final = frozenset(("q", "Q", "m", "W", "W*", "gs")) | SETS_FILL | SHOWS | _ENDS
FOLLOWED: Final = " ".join(sorted(_FOLLOWED))
"""The operators that a palette has to be given, apart from those that draw a form."""


class Palette:
    """The known colours of words and of rectangles; areas of other shapes have no place here.

    ``has_faded`` says whether something may be painted with an opacity of less than 1.
    """

    def __init__(self, mixed: MixedColours) -> None:
        self._mixed = mixed
        self.words: set[Colour] = set()
        self.rectangles: set[Colour] = set()
        self.has_faded = False
        self._fill, self._in_shape = BLACK_FILL, False  # whether only a part of a rectangle may be painted
        self._saved: list[tuple[Fill, bool]] = []
        self._has_lines = self._clips = False

    def follow(self, operator: str, operands: Sequence[Any], resources: Any) -> None:
        """Follows an instruction."""
        if operator not in _FOLLOWED:
            return
        if operator in SHOWS and self._fill.colour:
            self.words.add(self._fill.colour)
        elif operator in SETS_FILL:
            self._fill = self._fill.after(operator, operands, resources, self._mixed)
        elif operator == "gs" and operands:
            self.has_faded |= get(resources, "/ExtGState", f"/{name_of(operands[0])}", "/ca") not in (None, 1)
        elif operator == "q":
            self._saved.append((self._fill, self._in_shape))
        elif operator == "Q" and self._saved:
            self._fill, self._in_shape = self._saved.pop()
        elif operator == "m":
            self._has_lines = True
        elif operator in ("W", "W*"):
            self._clips = True
        elif operator in _ENDS:
            self._end_path(operator)

    def _end_path(self, operator: str) -> None:
        if operator in FILLS and self._fill.colour and not self._has_lines and not self._in_shape:
            self.rectangles.add(self._fill.colour)
        self._in_shape |= self._clips and self._has_lines
        self._has_lines = self._clips = False

    @contextmanager
    def form(self) -> Iterator[None]:
        """Follows a form, which begins with the colour around it and leaves that unchanged."""
        before = self._fill, self._in_shape, self._saved
        self._saved, self._has_lines, self._clips = [], False, False
        yield
        self._fill, self._in_shape, self._saved = before
        self._has_lines = self._clips = False
