"""The shape of an envelope window's measures in a pack."""

from __future__ import annotations

from circulars.model.window import EnvelopeWindow, WindowSide
from circulars.syntax.groups import Field, Record
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import Measure, WholeNumber
from circulars.syntax.shape import Converted, Report


def _checked_side(side: WindowSide, node: Node, report: Report) -> WindowSide:
    if side.end <= side.start:
        fact, hint = "'to' is not greater than 'from'", "measure both from the left edge of the sheet"
        raise report.refuse(node, "wrong-window", fact, hint)
    return side


def _checked_window(window: EnvelopeWindow, node: Node, report: Report) -> EnvelopeWindow:
    if not (window.left or window.right):
        hint = "add 'left: {from: …, to: …}' or 'right: {from: …, to: …}'"
        raise report.refuse(node, "missing-window", "the window has neither 'left:' nor 'right:'", hint)
    if (end := window.top + window.height) > window.below:
        fact = f"the window's lines end {end:.1f} mm from the top edge, but the rest begins at {window.below:g} mm"
        raise report.refuse(node, "wrong-window", fact, "correct 'below:', 'lines:' or 'line:'")
    return window


_SIDE = Converted(
    Record(
        lambda **ends: WindowSide(ends["from"], ends["to"]),  # "from" cannot be the name of a parameter
        (
            Field("from", Measure(0, 1000), "Millimetres from the left edge of the sheet.", required=True),
            Field("to", Measure(0, 1000), "Millimetres from the left edge of the sheet.", required=True),
        ),
        part_of="the window",
    ),
    _checked_side,
)
WINDOW = Converted(
    Record(
        EnvelopeWindow,
        (
            Field("top", Measure(0, 1000), "Where the first line begins, in millimetres.", required=True),
            Field("below", Measure(0, 1000), "Where the rest of the letter begins, in millimetres.", required=True),
            Field("lines", WholeNumber(1, 20), "How many lines it shows.", required=True),
            Field("size", Measure(4, 30), "The font size, in points.", required=True),
            Field("line", Measure(4, 60), "The line height, in points.", required=True),
            Field("left", _SIDE, "Its place on envelopes with the window on the left."),
            Field("right", _SIDE, "Its place on envelopes with the window on the right."),
        ),
        part_of="the window",
    ),
    _checked_window,
)
