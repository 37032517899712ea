"""The window of an envelope: where the addressee's block stands in it, and how much it shows."""

from __future__ import annotations

from dataclasses import dataclass

_POINT = 25.4 / 72  # millimetres


@dataclass(frozen=True, slots=True)
class WindowSide:
    """From where to where the block's lines go, in millimetres from the sheet's left edge."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class EnvelopeWindow:
    """Where the block stands in the window, by the pack's ``window:``.

    ``top`` is where its first line begins and ``below`` where the rest of the letter does, in millimetres from the
    sheet's upper edge. ``lines`` is how many lines the window shows; ``size`` is their letters', and ``line`` the
    distance of their baselines, in points. ``left`` and ``right`` are its places on envelopes with the window there:
    a pack has one of them or both.
    """

    top: float
    below: float
    lines: int
    size: float
    line: float
    left: WindowSide | None = None
    right: WindowSide | None = None

    @property
    def width(self) -> int:
        """How long a line may be in its narrowest place, in thousandths of its letters' size, rounded down."""
        narrowest = min(side.end - side.start for side in (self.left, self.right) if side)
        return int(narrowest / _POINT / self.size * 10) * 100

    @property
    def height(self) -> float:
        """How high all its lines are, in millimetres."""
        return self.lines * self.line * _POINT
