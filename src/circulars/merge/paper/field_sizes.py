"""Estimates the font size in which an address fits its field on a label or an envelope.

The estimates save layouts; which size an address gets, and whether it fits at all, is always measured.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from circulars.addressing.widths import rows_of, width_of
from circulars.merge.paper.stock import Stock

INDENT: Final = 3.0
"""How far the rest of a line that is wrapped is indented, in mm; see ``labels.css``."""
LINE_HEIGHT: Final = 1.2
"""The least height of a line, in times of the font size; see ``labels.css``."""
_HIGHEST: Final = 1.7
"""No font for other than Latin letters makes lines higher than this."""
_MM_PER_POINT: Final = 25.4 / 72

_NARROWEST: Final = 0.3
"""No text has characters that are narrower than this on average, in times of the font size."""
_WIDEST: Final = 1.4
"""No font is wider than this many times the widths that are estimated."""
# The letters of which the widths are known well enough: no signs that stand for whole words, as U+FDFD does.
_ORDINARY: Final = re.compile(
    "[ -~\u00a0-\u024f\u0300-\u052f\u05d0-\u05ea\u0621-\u064a\u1e00-\u1fff\u2010-\u2015\u2018-\u201f\u2066-\u2069"
    "\u3001\u3002\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]*"
)
_LATIN: Final = re.compile("[\x00-\u024f\u1e00-\u1eff\u2010-\u2069]*")
_BREAKS: Final = re.compile(r"[\s\u3040-\u30ff\u4e00-\u9fff]+")


def largest_size(lines: Sequence[str], stock: Stock) -> int:
    """The largest font size, in points, that may fit: never one that is too small."""
    width, height = _inside(stock)
    for size in range(stock.max_size, stock.min_size, -1):
        font_size = size * _MM_PER_POINT
        rows = sum(max(1, -(-len(line) * font_size * _NARROWEST // width)) for line in lines)
        if rows * font_size * LINE_HEIGHT <= height:
            return size
    return stock.min_size


def surely_fits(lines: Sequence[str], size: int, stock: Stock) -> bool:
    """Whether an address fits in a font of ``size`` points, whatever font that is."""
    return all(map(_ORDINARY.fullmatch, lines)) and _fits(lines, size, stock)


def _fits(lines: Sequence[str], size: int, stock: Stock) -> bool:
    width, height = _inside(stock)
    font_size = size * _MM_PER_POINT
    limit = int((width - INDENT) / font_size / _WIDEST * 1000)
    rows = sum(rows_of(line, limit) for line in lines)
    longest = max((width_of(word) for line in lines for word in _BREAKS.split(line)), default=0)
    line_height = LINE_HEIGHT if all(map(_LATIN.fullmatch, lines)) else _HIGHEST
    return longest <= limit and rows * font_size * line_height <= height


def _inside(stock: Stock) -> tuple[float, float]:
    """The width and the height of the space for text, in mm."""
    return stock.width - 2 * stock.padding[0], stock.height - 2 * stock.padding[1]
