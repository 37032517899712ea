"""Splits paragraphs into lines in time that grows with their length, not with its square.

For each line, WeasyPrint may have Pango lay out all the rest of the paragraph, several times: if a word does not fit
the line, or if the text may be hyphenated. In a paragraph of one long word, or of words in alternating directions, that
takes minutes. What is far behind the end of a line does not change it, so Pango is shown only the next characters.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from math import inf
from typing import Any, Final

_AHEAD: Final = 500
"""The number of characters that are shown first: several times as many as a line has."""
_MORE: Final = 4
"""How many times as many are shown if the line ends in their second half, where the cut might change it."""
_WRAPPED: Final = ("normal", "pre-wrap", "pre-line")

Split = Callable[..., tuple[Any, int, int | None, float, float, float]]


def split_ahead(split: Split) -> Split:
    """WeasyPrint's function ``split_first_line``, with the same results."""

    @functools.wraps(split)
    def wrapped(text: str, style: Any, context: Any, max_width: float | None, *others: Any, **named: Any) -> Any:
        if max_width is not None and max_width != inf and style["white_space"] in _WRAPPED:
            count = _AHEAD
            while count < len(text):
                shown = text[:count]
                found = split(shown, style, context, max_width, *others, **named)
                if found[2] is not None and 2 * found[2] < len(shown.encode()):
                    return found
                count *= _MORE
        return split(text, style, context, max_width, *others, **named)

    return wrapped
