"""Puts marks of direction around words of the other direction, for programs that look at the characters only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from circulars.model.directions import (
    MARKS,
    OTHER,
    Direction,
    direction_of,
    has_backward,
    is_forward,
    is_read_on,
    marks_around,
)
from circulars.model.text import Span, Spans, isolated, plain


def marked(
    spans: Spans, around: Direction, known: Callable[[Spans], str] = plain, write: Callable[[str], str] = str
) -> Spans:
    """The spans with marks around what is isolated in a text of a direction.

    ``known`` gives the text of some spans, ``write`` the characters that stand for marks.
    """
    if not any(span.direction for span in spans):
        return spans
    result: list[Span] = []
    whole, end = known(spans), 0
    for direction, run in isolated(spans):
        start, end = end, end + len(known(run))
        if direction == OTHER[around]:
            before, after = marks_around(whole, start, end, around)
            if _is_object(run[-1]) and not after.startswith(MARKS[OTHER[around]]):
                after = MARKS[OTHER[around]] + after  # programs do not look at the characters of a field
            run = (*_joined(write(before), run[0]), *run[1:])
            run = (*run[:-1], *_joined(write(after), run[-1], is_behind=True))
        result += run
    return tuple(result)


def wholly_marked(spans: Spans, around: Direction) -> Spans:
    """The spans of a filled document with marks also around values and within isolates."""
    result: list[Span] = []
    whole, end = plain(spans), 0
    for direction, run in isolated(spans):
        text = plain(run)
        end += len(text)
        if not direction:
            result += run
            continue
        own: Direction = "rtl" if direction == "rtl" else "ltr"
        own = direction_of(text, "ltr") if direction == "auto" else own
        if own != around and result and result[-1].direction == own:
            result.append(Span(MARKS[around]))  # each is an isolate by itself
        inner = marked(tuple(replace(span, direction=span.inner, inner="") for span in run), own)
        result += (replace(span, direction=own if own != around else "") for span in inner)
        last = next((sign for sign in reversed(text) if sign.isalnum()), "")
        is_other = is_forward(last) if around == "rtl" else has_backward(last)
        if own == around and is_other and is_read_on(whole[end:], around):
            result.append(Span(MARKS[around]))
    return marked(tuple(result), around)


def _joined(mark: str, span: Span, *, is_behind: bool = False) -> Spans:
    """A span with a mark before or behind it, by itself if the span is an object."""
    if not mark:
        return (span,)
    if _is_object(span):
        own = Span(mark, span.strong, span.emphasis, direction=span.direction)
        return (span, own) if is_behind else (own, span)
    return (replace(span, text=span.text + mark if is_behind else mark + span.text),)


def _is_object(span: Span) -> bool:
    """Whether a span is a field, the mark of a footnote or a line to be filled in, and has no text of its own."""
    return bool(span.hole or span.note or span.blank or span.link.startswith("#"))
