"""Fills the holes of a document, each value in the direction in which it is read.

A value may have words of both directions: "هاتف +41 22 730 0000". Its own direction is that of its first letter. What
is read in the other one is isolated within it. Values from right to left that follow each other in a text from left to
right, with only spaces between them, as a name and a surname, are read as one phrase: they share an isolate.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from circulars.model.directions import (
    OTHER,
    Direction,
    direction_of,
    has_backward,
    is_backward_only,
    is_moved,
    moved_stretches,
)
from circulars.model.document import Document, filled, with_texts
from circulars.model.text import Span, Spans, cut, plain

_MOST_LINES: Final = 2_000
_VALUE, _SPACES, _NEITHER = "v", "s", "n"
_RUN: Final = re.compile(f"{_VALUE}(?:{_SPACES}*{_VALUE})+|.")


def filled_in_directions(document: Document, values: Mapping[str, str]) -> Document:
    """The document with each hole filled from ``values``; a value is isolated where it would be shown otherwise.

    Raises:
        KeyError: ``values`` has no value for a hole.
    """
    if any(map(has_backward, values.values())):
        document = with_texts(document, functools.partial(_filled, values=values, around=document.direction))
    return filled(document, values)


def has_isolates(value: str) -> bool:
    """Whether a value has words that are isolated from the rest of it."""
    return has_backward(value) and any(not is_backward_only(line) and _has_moved(line) for line in value.split("\n"))


@functools.lru_cache(maxsize=_MOST_LINES)
def _has_moved(line: str) -> bool:
    return bool(moved_stretches(line, direction_of(line, "ltr")))


def _filled(spans: Spans, values: Mapping[str, str], around: Direction) -> Spans:
    if not any(has_backward(values[span.hole]) for span in spans if span.hole):
        return spans
    whole = plain(filled(spans, values))
    found, start = list[Span](), 0
    for run in _runs(spans, values, around):
        end = start + len(plain(filled(run, values)))
        if len(run) > 1:
            found += _phrase(run, values, whole, start)
        elif run[0].hole and has_backward(whole[start:end]):
            found += _value(run[0], whole, start, end, around)
        else:
            found += run
        start = end
    return tuple(found)


def _runs(spans: Spans, values: Mapping[str, str], around: Direction) -> Iterator[Spans]:
    """The spans one by one, but values that are read as one phrase are together, with the spaces between them."""
    kinds = "".join(_kind(span, values, around) for span in spans)
    for run in _RUN.finditer(kinds):
        yield spans[run.start() : run.end()]


def _kind(span: Span, values: Mapping[str, str], around: Direction) -> str:
    """What a span is for a phrase: a value from right to left in a text from left to right, spaces, or neither."""
    if around == "rtl" or span.blank or span.note or "\n" in span.text:
        return _NEITHER
    if not span.hole:
        return _NEITHER if span.text.strip() else _SPACES
    value = values[span.hole]
    return _VALUE if "\n" not in value and has_backward(value) and direction_of(value, around) == "rtl" else _NEITHER


def _phrase(run: Spans, values: Mapping[str, str], whole: str, start: int) -> Iterator[Span]:
    """Values that follow each other in a text from left to right, from a place on: they share an isolate."""
    spans = filled(run, values)
    text = plain(spans)
    inner = moved_stretches(text, "rtl")
    if not (inner or any(span.direction for span in run) or is_moved(whole, start, start + len(text))):
        yield from spans
        return
    end = 0
    for span in spans:
        begin, end = end, end + len(span.text)
        own = ((max(one, begin) - begin, min(other, end) - begin) for one, other in inner)
        isolated = replace(span, direction="rtl")
        yield from cut(isolated, [place for place in own if place[0] < place[1]], _as_inner)


def _as_inner(span: Span) -> Span:
    return replace(span, inner="ltr")


def _value(span: Span, whole: str, start: int, end: int, around: Direction) -> Iterator[Span]:
    """The spans of the value at a place of a text, line by line."""
    is_isolated = span.direction == "auto"
    if around == "rtl" and not is_isolated:
        yield span
        return
    span = replace(span, hole="", direction="")
    for nth, line in enumerate(whole[start:end].split("\n")):
        if nth:
            yield replace(span, text="\n")
        stop = start + len(line)
        own = direction_of(line, around)
        inner = moved_stretches(line, own)
        if is_isolated or (own != around and (inner or is_moved(whole, start, stop))):
            isolated = replace(span, text=line, direction=own if inner else "auto")
            yield from cut(isolated, inner, functools.partial(replace, inner=OTHER[own]))
        else:
            yield from cut(replace(span, text=line), inner, functools.partial(replace, direction=OTHER[own]))
        start = stop + 1
