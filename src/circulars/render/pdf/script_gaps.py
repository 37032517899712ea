"""Leaves a gap of a quarter of an em between Han and Latin letters or digits, as Word does (W3C's clreq, 3.2.2).

The gap is layout: no character is added, and there is none at the end or the beginning of a line. WeasyPrint 70 does
not know the property ``text-autospace``. So a line that is split has its gaps added to its width, and its glyphs get
wider when they are drawn. Between two inline elements, the gap is on the side of the Han, so that no link is underlined
in it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from math import inf
from typing import Any, Final

from circulars.east_asian import HAN, script_changes
from circulars.render.pdf.levels import has_backward
from circulars.render.pdf.lines import Split

SHARE: Final = 4
"""The part of an em that a gap is."""
_UNITS: Final = 1024
_MOST_TEXTS: Final = 64
_SLACK: Final = 0.1
_ATTEMPTS: Final = 4
_IS_HAN = re.compile(f"[{HAN}]")
# What is noted of WeasyPrint's boxes; the copies of a box, which are on the lines, have it, too.
_NOTED, _BEFORE, _AFTER, _LED, _TOUCHES = "gaps_noted", "gap_before", "gap_after", "gap_led", "gap_possible"


def gaps_in(text: str) -> tuple[int, ...]:
    """The places of the gaps in a text: the index of the character behind each."""
    return () if text.isascii() else _gaps_in(text)


@functools.lru_cache(maxsize=_MOST_TEXTS)
def _gaps_in(text: str) -> tuple[int, ...]:
    places = script_changes(text)
    if has_backward(text):  # Arabic and Hebrew letters have no gaps beside them
        return tuple(place for place in places if not has_backward(text[place - 1 : place + 1]))
    return tuple(places)


def split_with_gaps(split: Split) -> Split:
    """WeasyPrint's function ``split_first_line``, which leaves room for the gaps."""

    @functools.wraps(split)
    def wrapped(text: str, style: Any, context: Any, max_width: float | None, *others: Any, **named: Any) -> Any:
        found = split(text, style, context, max_width, *others, **named)
        if text.isascii() or not gaps_in(text):
            return found
        gap = style["font_size"] / SHARE
        best = _with_gaps(found, gap)
        if max_width is None or max_width == inf or best[3] <= max_width:
            return best
        tried: set[float] = set()
        width = max_width - best[3] + found[3]
        fitting = None
        for _ in range(_ATTEMPTS):
            if width in tried:
                break
            tried.add(width)
            found = split(text, style, context, width, *others, **named)
            one = _with_gaps(found, gap)
            if one[3] <= max_width and (fitting is None or _length(one) > _length(fitting)):
                fitting = one
            best = one
            # The line has fewer gaps than was thought, and so there is more room; or more, and there is less.
            width = max_width - one[3] + found[3]
        return fitting or best

    return wrapped


def _length(found: Any) -> float:
    return inf if found[2] is None else float(found[2])


def _with_gaps(found: Any, gap: float) -> Any:
    """A line as WeasyPrint returns it, wider by its gaps."""
    return (*found[:3], found[3] + gap * len(gaps_in(found[0].text)), *found[4:])


def widen(line: Any, text: str, size: float, lead: float, ffi: Any) -> int:
    """Makes the glyphs at the gaps of a line of Pango wider. Returns the width of the gaps in Pango's units.

    ``size`` is that of the font, and ``lead`` the width of a gap before the line, both in pixels.
    """
    gap = int(size / SHARE * _UNITS)
    places = gaps_in(text)
    starts = {len(text[: place - 1].encode()) for place in places}
    run, is_first = line.runs, True
    while run != ffi.NULL:
        item, string = run.data.item, run.data.glyphs
        clusters = [item.offset + string.log_clusters[nth] for nth in range(string.num_glyphs)]
        if lead and is_first and clusters:
            geometry = string.glyphs[0].geometry
            geometry.width += int(lead * _UNITS)
            geometry.x_offset += int(lead * _UNITS)
        is_first = False
        ends = [*(below for _, below in pairwise(clusters)), item.offset + item.length]
        for nth, (start, end) in enumerate(zip(clusters, ends, strict=True)):
            # The last glyph of the cluster of the character before the gap.
            if end != start and any(start <= one < end for one in starts):
                string.glyphs[nth].geometry.width += gap
        run = run.next
    return gap * len(places)


def draw_gaps(layout: Any, ffi: Any) -> None:
    """Has WeasyPrint's layouts draw the gaps of their text."""
    reactivate, first_line = layout.reactivate, layout.get_first_line

    def to_be_drawn(self: Any, style: Any) -> None:
        reactivate(self, style)
        self.draws_gaps = not self.text.isascii()

    def get_first_line(self: Any) -> Any:
        line, index = first_line(self)
        if vars(self).get("draws_gaps"):
            self.draws_gaps = False
            widen(line, self.text, self.style["font_size"], vars(self).get("lead", 0), ffi)
        return line, index

    layout.reactivate, layout.get_first_line = to_be_drawn, get_first_line


_BARE: Final[set[str]] = set()
"""Words of texts beside which no gaps are left."""


@contextmanager
def no_gaps_beside(words: Iterable[str]) -> Iterator[None]:
    """Leaves no gap between a text that has one of some words and another text.

    Whether a hole has a gap beside it depends on the value, not on the words that are in it while it is laid out.
    """
    _BARE.update(words)
    try:
        yield
    finally:
        _BARE.clear()


def leave_gaps(inline: Any) -> None:
    """Has WeasyPrint's module for lines leave the gaps between inline elements."""
    lines = _GapLines(inline)
    inline.get_next_linebox = lines.next
    inline.split_text_box = lines.split_text


class _GapLines:
    """WeasyPrint's functions for lines, with gaps between texts of two scripts."""

    def __init__(self, inline: Any) -> None:
        self._next: Callable[..., Any] = inline.get_next_linebox
        self._split_text: Callable[..., Any] = inline.split_text_box
        self._text, self._inlines = inline.boxes.TextBox, (inline.boxes.InlineBox, inline.boxes.LineBox)
        self._width = 0.0

    def next(
        self, context: Any, box: Any, y: float, space: float, skip: Any, container: Any, *others: Any
    ) -> tuple[Any, Any]:
        """The next line of a paragraph, and where the one after it begins."""
        if not vars(box).get(_NOTED):
            vars(box)[_NOTED] = True
            self._note(box)
        around, self._width = self._width, container.width
        try:
            found: tuple[Any, Any] = self._next(context, box, y, space, skip, container, *others)
            return found
        finally:
            self._width = around

    def split_text(self, context: Any, box: Any, width: float | None, skip: int, *others: Any, **named: Any) -> Any:
        """The part of a text that has room on a line; the gaps around it are a part of its width."""
        noted = vars(box)
        if _BEFORE not in noted and _AFTER not in noted:
            return self._split_text(context, box, width, skip, *others, **named)
        gap = box.style["font_size"] / SHARE
        begins_line = width is None or width >= self._width - _SLACK
        led = noted.get(_LED, bool(noted.get(_BEFORE)) and not skip and not begins_line)
        room = width - gap if led and width is not None else width
        found = self._split_text(context, box, room, skip, *others, **named)
        part, resume_at = found[:2]
        if part is None:
            return found
        vars(part)[_LED] = led
        if led:
            part.width += gap
            part.pango_layout.lead = gap
        if noted.get(_AFTER) and resume_at is None and (width is None or part.width + gap <= width):
            part.width += gap
        return found

    def _note(self, box: Any) -> None:
        """Notes the gaps between the texts of a paragraph."""
        texts = [*self._texts(box)]
        for one, other in pairwise(texts):
            if one is None or other is None or not one.text or not other.text:
                continue
            if one.style["font_size"] != other.style["font_size"]:  # the mark of a footnote
                continue
            if one.text[-1].isalnum() and other.text[0].isalnum():
                vars(one)[_TOUCHES] = vars(other)[_TOUCHES] = True
            if gaps_in(one.text[-1] + other.text[0]) and not any(word in one.text + other.text for word in _BARE):
                if _IS_HAN.match(one.text[-1]):
                    vars(one)[_AFTER] = True
                else:
                    vars(other)[_BEFORE] = True

    def _texts(self, box: Any) -> list[Any]:
        """The texts in a line or an inline element, and None for each other box."""
        if isinstance(box, self._text):
            return [box]
        if isinstance(box, self._inlines):
            return [text for child in box.children for text in self._texts(child)]
        return [None] if box.is_in_normal_flow() else []


def touches_another(box: Any) -> bool:
    """Whether a letter or digit of a text is beside one of another text, so that there may be a gap between them."""
    return _TOUCHES in vars(box)
