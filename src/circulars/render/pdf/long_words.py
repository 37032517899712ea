"""Breaks words that are longer than a line where they must, also across inline elements.

WeasyPrint breaks inside a word only if the word begins its line and ends in the same element. A word of several
elements, for example with a part in bold, and text that must not be wrapped run over the end of the line, and off the
page. So a line that is too long is laid out once more, and then it may be broken between any two characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, Final

_SLACK: Final = 0.1
"""By how many pixels a line may be too long: WeasyPrint's sums are not exact."""
_WRAPPED: Final = {"nowrap": "normal", "pre": "pre-wrap"}
_BREAKABLE: Final = ("anywhere", "break-word")


def break_long_words(inline: Any) -> None:
    """Has WeasyPrint's module for lines break every word that is longer than its line."""
    words = _LongWords(inline.get_next_linebox, inline.split_first_line, inline.can_break_text)
    inline.get_next_linebox = words.line
    inline.split_first_line = words.split
    inline.can_break_text = words.can_break


class _LongWords:
    """WeasyPrint's three functions that decide where a line ends."""

    def __init__(
        self,
        line: Callable[..., tuple[Any, Any]],
        split: Callable[..., Any],
        can_break: Callable[[str, str | None], bool],
    ) -> None:
        self._line, self._split, self._can_break = line, split, can_break
        self._anywhere = False

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
        shapes = context.excluded_shapes
        before = shapes and shapes.copy()
        counts = len(absolute_boxes), len(fixed_boxes)
        arguments = (context, box, position_y, bottom_space, skip_stack, container, absolute_boxes, fixed_boxes)
        line, resume_at = self._line(*arguments, *styles)
        if line is None or self._anywhere or line.width <= container.width + _SLACK:
            return line, resume_at
        # What the first attempt added is added again by the second.
        context.excluded_shapes = before
        del absolute_boxes[counts[0] :], fixed_boxes[counts[1] :]
        self._anywhere = True
        try:
            return self._line(*arguments, *styles)
        finally:
            self._anywhere = False

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
        return self._split(text, style, context, max_width, spacing, is_line_start=is_line_start, minimum=minimum)

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
        """Whether a line may end inside a text."""
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
