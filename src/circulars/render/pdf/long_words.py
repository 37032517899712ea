"""Breaks words that are longer than a line where they must, also across inline elements.

WeasyPrint breaks inside a word only if the word begins its line and ends in the same element. A word of several
elements, for example with a part in bold, and text that must not be wrapped run over the end of the line, and off the
page. So a line that is too long is laid out once more, and then it may be broken between any two characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

_SLACK: Final = 0.1
"""By how many pixels a line may be too long: WeasyPrint's sums are not exact."""
_WRAPPED: Final = {"nowrap": "normal", "pre": "pre-wrap"}
_BREAKABLE: Final = ("anywhere", "break-word")
_BOX: Final = "\u2e80"
"""What stands for a box in a line: the number of a paragraph, or the bullet of an item."""


def break_long_words(inline: Any) -> None:
    """Has WeasyPrint's module for lines break every word that is longer than its line."""
    words = _LongWords(inline)
    inline.get_next_linebox = words.line
    inline.split_inline_box = words.split_box
    inline.split_first_line = words.split
    inline.can_break_text = words.can_break
    inline._break_waiting_children = words.break_before


class _TooLongError(Exception):
    """A line is too long, and cannot end at any of its spaces."""


class _LongWords:
    """WeasyPrint's functions that decide where a line ends."""

    def __init__(self, inline: Any) -> None:
        self._line: Callable[..., tuple[Any, Any]] = inline.get_next_linebox
        self._split_box: Callable[..., Any] = inline.split_inline_box
        self._split: Callable[..., Any] = inline.split_first_line
        self._can_break: Callable[[str, str | None], bool] = inline.can_break_text
        self._break_before: Callable[..., Any] = inline._break_waiting_children
        self._anywhere = self._stops = False
        self._depth = 0
        self._width = 0.0

    def line(
        self,
        context: Any,
        box: Any,
        position_y: float,
        bottom_space: float,
        skip_stack: Any,
        container: Any,
        absolute_boxes: list[Any],
        fixed_boxes: list[Any],
        *styles: Any,
    ) -> tuple[Any, Any]:
        """The next line of a paragraph and where the one after it begins."""
        around = self._anywhere, self._stops, self._depth, self._width  # of the line that this one is in
        shapes = context.excluded_shapes
        before = shapes and shapes.copy()
        counts = len(absolute_boxes), len(fixed_boxes)
        arguments = (context, box, position_y, bottom_space, skip_stack, container, absolute_boxes, fixed_boxes)
        self._anywhere, self._stops, self._depth = False, not shapes, 0
        self._width = 0.0 if shapes else container.width
        try:
            with suppress(_TooLongError):
                line, resume_at = self._line(*arguments, *styles)
                if line is None or line.width <= container.width + _SLACK:
                    return line, resume_at
            # What the first attempt added is added again by the second.
            context.excluded_shapes = before
            del absolute_boxes[counts[0] :], fixed_boxes[counts[1] :]
            self._anywhere, self._stops, self._depth = True, False, 0
            return self._line(*arguments, *styles)
        finally:
            self._anywhere, self._stops, self._depth, self._width = around

    def split_box(self, *arguments: Any) -> Any:
        """As much of a line or an inline element as a width holds."""
        self._depth += 1
        try:
            return self._split_box(*arguments)
        finally:
            self._depth -= 1

    def break_before(self, *arguments: Any) -> Any:
        """Where a line that is too long ends; the rest of one that cannot end anywhere is not laid out."""
        found = self._break_before(*arguments)
        if not found and self._stops and self._depth == 1:
            raise _TooLongError
        return found

    def split(
        self,
        text: str,
        style: Any,
        context: Any,
        max_width: float | None,
        spacing: float,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> Any:
        """The first line of a text, as WeasyPrint's ``split_first_line`` returns it."""
        if self._anywhere and max_width is not None and not minimum:
            return self._part(text, _breakable(style), context, max_width, spacing)
        # WeasyPrint takes each text in an inline element for the start of the line if the element begins the line.
        starts = is_line_start and (max_width is None or max_width >= self._width - _SLACK)
        return self._split(text, style, context, max_width, spacing, is_line_start=starts, minimum=minimum)

    def _part(self, text: str, style: Any, context: Any, width: float, spacing: float) -> Any:
        """As many characters of a text as a width holds, at least one.

        A letter of a joined script may be wider at the end of a line than inside a word, so there may be room for fewer
        characters than WeasyPrint expects.
        """
        room = width = max(0.0, width)  # Pango takes a negative width for none
        while True:
            found = self._split(text, style, context, room, spacing, is_line_start=True)
            resume_at, used = found[2], found[3]
            if resume_at is None or used <= width or not room:
                return found
            room = max(0.0, room - max(1.0, used - width))

    def can_break(self, text: str, language: str | None) -> bool:
        """Whether a line may end inside a text. No line ends behind the number or the bullet with which it begins."""
        if len(text) == 2 and text[0] == _BOX != text[1]:
            return False
        if self._anywhere and len(text) > 1 and not unicodedata.combining(text[-1]):
            return True
        return self._can_break(text, language)


def _breakable(style: Any) -> Any:
    """The style of a text that may be broken between any two characters."""
    space = style["white_space"]
    if space not in _WRAPPED and style["overflow_wrap"] in _BREAKABLE:
        return style
    changed = style.copy()
    changed["white_space"] = _WRAPPED.get(space, space)
    changed["overflow_wrap"] = "anywhere"
    return changed
