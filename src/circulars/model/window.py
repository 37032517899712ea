"""The window of an envelope: its place on the sheet, and how many lines it shows."""

from __future__ import annotations

from dataclasses import dataclass

_POINT = 25.4 / 72  # millimetres


@dataclass(frozen=True, slots=True)
class WindowSide:
    """The left and right ends of the postal block's lines, in millimetres from the left edge of the sheet."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class EnvelopeWindow:
    """The place of the postal block, from ``window:`` in ``pack.yaml``.

    ``top`` is where its first line begins, and ``below`` where the rest of the letter begins, in millimetres from the
    top edge of the sheet. ``lines`` is the number of lines that the window shows, ``size`` their font size and
    ``line`` their line height, both in points. ``letters`` is how wide
    their letters are, in percent of Carlito's. ``left`` and ``right`` are for envelopes with the window on that side;
    a pack has at least one of them.
    """

    top: float
    below: float
    lines: int
    size: float
    line: float
    left: WindowSide | None = None
    right: WindowSide | None = None
    letters: int = 100

    @property
    def width(self) -> int:
        """The width of a line, in thousandths of an em of Carlito; with two sides, the narrower one counts."""
        narrowest = min(side.end - side.start for side in (self.left, self.right) if side)
        return int(narrowest / _POINT / self.size * 10 * 100 / self.letters) * 100

    @property
    def height(self) -> float:
        """The height of all lines together, in millimetres."""
        return self.lines * self.line * _POINT
