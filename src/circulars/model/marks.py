"""Puts marks of direction around words of the other direction, for programs that look at the characters only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from circulars.model.directions import OTHER, Direction, marks_around
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
            before, after = map(write, marks_around(whole, start, end, around))
            if _has_own_text(run[0]):
                run = (replace(run[0], text=before + run[0].text), *run[1:])
            if _has_own_text(run[-1]):
                run = (*run[:-1], replace(run[-1], text=run[-1].text + after))
        result += run
    return tuple(result)


def _has_own_text(span: Span) -> bool:
    """Whether a span is neither a field nor a line to be filled in."""
    return not (span.hole or span.note or span.blank or span.link.startswith("#"))
