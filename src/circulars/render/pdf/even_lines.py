"""Gives lines the height and the baseline of their first font, whatever other fonts are in them.

Otherwise a Chinese or Arabic word would move its line, and the distance of lines would vary. Browsers do the same
where a line height is given (CSS Inline Layout 3, 4.2); WeasyPrint 70 uses the extents of all fonts on the line.
"""

from __future__ import annotations

import functools
from typing import Any, Final

from circulars.model.fonts import UPRIGHT, is_one_of
from circulars.render.pdf.lines import Split

_FONT: Final = ("font_family", "font_style", "font_weight", "font_stretch", "font_size")
_MOST: Final = 512  # looks


def is_even(style: Any) -> bool:
    """Whether lines with a style of WeasyPrint are even: those of scripts that are set among Latin words."""
    return style["line_height"] != "normal" and is_one_of(style["lang"] or "", UPRIGHT)


def even(split: Split, layout: Any, line_size: Any, pango: Any, units: float) -> Split:
    """WeasyPrint's function ``split_first_line``, whose last two results are those of the first font."""

    def measure(style: Any) -> tuple[float, float]:
        measures: dict[Any, tuple[float, float]] = style.font_config.__dict__.setdefault("first_fonts", {})
        key = tuple(style[name] for name in _FONT)
        if key not in measures:
            if len(measures) >= _MOST:
                measures.clear()
            blank = layout(style)
            blank.set_text(" ")
            line, _ = blank.get_first_line()
            measures[key] = line_size(line, style)[1], pango.pango_layout_get_baseline(blank.layout) * units
        return measures[key]

    @functools.wraps(split)
    def evenly(text: str, style: Any, *others: Any, **named: Any) -> Any:
        found = split(text, style, *others, **named)
        if not is_even(style) or found[0].text.isascii():
            return found
        return (*found[:4], *measure(style))

    return evenly
