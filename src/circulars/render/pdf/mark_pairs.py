"""Sets full-width marks narrower that are beside each other in two inline elements, as in "**《要求》**，".

A text is set by itself, without what is beside it. So it is noted in its style that its first or its last mark is
narrow; the note has the text, since only a part of it may be on a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Final

from circulars.render.pdf.han_marks import FIRST, LAST, has_narrow_marks, narrowed

_NOTED: Final = "mark_pairs_noted"


def narrow_pairs(inline: Any) -> None:
    """Has WeasyPrint's module for lines note the pairs of marks in each paragraph."""
    next_line: Callable[..., tuple[Any, Any]] = inline.get_next_linebox
    boxes = inline.boxes

    def wrapped(context: Any, box: Any, *arguments: Any) -> tuple[Any, Any]:
        if not vars(box).get(_NOTED):
            vars(box)[_NOTED] = True
            _note(box)
        return next_line(context, box, *arguments)

    def _note(box: Any) -> None:
        for one, other in pairwise(_texts(box)):
            if one is None or other is None or not has_narrow_marks(one.style["lang"]):
                continue
            for place in narrowed(one.text[-1:] + other.text[:1]):
                changed, note = ((one, LAST), (other, FIRST))[place]
                changed.style = changed.style.copy()
                changed.style[note] = changed.text

    def _texts(box: Any) -> Iterator[Any]:
        """The texts in a line or an inline element, and None for each other box."""
        if isinstance(box, boxes.TextBox):
            yield box
        elif isinstance(box, (boxes.InlineBox, boxes.LineBox)):
            for child in box.children:
                yield from _texts(child)
        elif box.is_in_normal_flow():
            yield None

    inline.get_next_linebox = wrapped
