"""Ends lines where Pango ends them: the spaces at the end of a line need no room on it, several spaces included.

WeasyPrint 70 has Pango split each stretch of text of one look. Pango lets a space at the end hang over the line, but
WeasyPrint then takes the stretch for too long, and keeps its first word alone on the line.
"""

from __future__ import annotations

import functools
import re
from typing import Any, Final

from circulars.render.pdf.lines import Split

_UNIT: Final = 1 / 1024
"""Pango's unit in pixels."""
_SOFT_HYPHEN: Final = "\u00ad"
_JOINING: Final = ("\u00a0", "\u202f")
"""Spaces that Pango lets hang, too, although no line may end before or after them."""
_FRACTION: Final = re.compile(r"\d/$")
_DENOMINATOR: Final = re.compile(r"/\d")
_WRAPPED: Final = ("normal", "pre-line", "pre-wrap")
_SEVERAL: Final = "pre-wrap"


def hang_spaces(inline: Any) -> None:
    """Has WeasyPrint's module for lines leave out several spaces at the end of a line, as it does with one."""
    size, remove = inline.trailing_whitespace_size, inline.remove_last_whitespace

    def size_of_last(context: Any, box: Any) -> Any:
        last = _last(box, inline.boxes)
        return size(context, _as_one_space(last.copy_with_text(last.text)) if _hangs(last) else box)

    def remove_last(context: Any, line: Any) -> None:
        last = _last(line, inline.boxes)
        if _hangs(last):
            _as_one_space(last)
        remove(context, line)

    inline.trailing_whitespace_size, inline.remove_last_whitespace = size_of_last, remove_last


def keep_fractions(inline: Any) -> None:
    """Has WeasyPrint's module for lines keep "7/8" together also where the slash and a digit have two looks.

    It decides by the last character of a stretch and the first of the next, and within a stretch by its characters
    alone; a line may end after "/", but not in a number.
    """
    split, split_text, next_line = inline.split_inline_level, inline.split_first_line, inline.get_next_linebox
    before = ""

    @functools.wraps(next_line)
    def wrapped_line(*arguments: Any, **named: Any) -> Any:
        nonlocal before
        before = ""
        return next_line(*arguments, **named)

    @functools.wraps(split)
    def wrapped(*arguments: Any) -> Any:
        nonlocal before
        box, resume_at, preserved, first, last, *others = split(*arguments)
        before = last if isinstance(last, str) else ""
        text = getattr(_last(box, inline.boxes), "text", "") if last == "/" else ""
        return (box, resume_at, preserved, first, text[-2:] if _FRACTION.search(text) else last, *others)

    @functools.wraps(split_text)
    def wrapped_text(text: str, *others: Any, **named: Any) -> Any:
        found = split_text(text, *others, **named)
        if found[2] != 1 or not before[-1:].isdigit() or not _DENOMINATOR.match(text):
            return found
        style, context, _, *rest = others
        resume_at = split_text(f"1{text[1:]}", *others, **named)[2]
        shown = split_text(text.encode()[:resume_at].decode(), style, context, None, *rest, **named)
        return (*shown[:2], resume_at, *shown[3:])

    inline.split_inline_level, inline.split_first_line = wrapped, wrapped_text
    inline.get_next_linebox = wrapped_line


def _last(box: Any, boxes: Any) -> Any:
    """The last box in a line or in an inline element."""
    while isinstance(box, (boxes.InlineBox, boxes.LineBox)) and box.children:
        box = box.children[-1]
    return box


def _hangs(box: Any) -> bool:
    return hasattr(box, "text") and box.text.endswith(" ") and bool(box.style["white_space"] == _SEVERAL)


def _as_one_space(box: Any) -> Any:
    """The box, changed to one whose spaces at the end are left out."""
    box.style = _collapsing(box.style)
    return box


def _collapsing(style: Any) -> Any:
    changed = style.copy()
    changed["white_space"] = "normal"
    return changed


def split_hanging(split: Split) -> Split:
    """WeasyPrint's function ``split_first_line``, for which spaces at the end of a line need no room."""

    @functools.wraps(split)
    def wrapped(text: str, style: Any, context: Any, max_width: float | None, *others: Any, **named: Any) -> Any:
        if max_width is None or style["white_space"] not in _WRAPPED:
            return split(text, style, context, max_width, *others, **named)
        several = style["white_space"] == _SEVERAL and not any(mark in text for mark in "\n\t")
        shown = _collapsing(style) if several else style
        found = split(text, shown, context, max_width, *others, **named)
        if _may_be_short(found, text):
            stripped = text.rstrip()
            whole = split(stripped, shown, context, None, *others, **named)
            if stripped and whole[2] is None and whole[3] <= max_width:
                if not text.endswith(_JOINING):
                    found = split(text, shown, context, None, *others, **named)
                elif " " in stripped:  # what follows is joined to the last word, which goes on the next line with it
                    found = split(text, shown, context, whole[3] - _UNIT, *others, **named)
        elif found[2] is None and text.endswith(_JOINING):
            # The space may hang only where the paragraph ends: what follows it is on the same line.
            length, shorter = (split(one, shown, context, None, *others, **named)[3] for one in (text, text.rstrip()))
            if length > max_width:
                found = split(text, shown, context, shorter - _UNIT, *others, **named)
        if several and found[2] is not None:
            resume_at = _behind_spaces(text, found[2])
            return (*found[:2], resume_at, *found[3:])
        return found

    return wrapped


def _may_be_short(found: Any, text: str) -> bool:
    """Whether a line may have only the first word of a text that Pango lets hang over the end of the line."""
    return found[2] is not None and text[-1:].isspace() and (" " not in found[0].text or _SOFT_HYPHEN in text)


def _behind_spaces(text: str, resume_at: int) -> int | None:
    """Where the next line begins: behind all spaces, or nowhere if there is nothing behind them."""
    rest = text.encode()[resume_at:].lstrip(b" ")
    return len(text.encode()) - len(rest) if rest else None
