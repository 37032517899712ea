"""Fills the holes of a document, each value in the direction in which it is read.

A value may have words of both directions: "هاتف +41 22 730 0000". Its own direction is that of its first letter. What
is read in the other one is isolated within it. Values that follow each other, with only spaces between them, as a name
and a surname, are read as one phrase if all have the other direction than the text around: they share an isolate.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
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
_VALUE, _SPACES, _OTHER = "v", "s", "n"
_PHRASE: Final = re.compile(f"{_VALUE}(?:{_SPACES}*{_VALUE})+")


def filled_in_directions(document: Document, values: Mapping[str, str]) -> Document:
    """The document with each hole filled from ``values``; a value is isolated where it would be shown otherwise.

    Raises:
        KeyError: ``values`` has no value for a hole.
    """
    if document.direction == "rtl" or any(map(has_backward, values.values())):
        document = with_texts(document, functools.partial(_filled, values=values, around=document.direction))
    return filled(document, values)


def has_isolates(value: str) -> bool:
    """Whether a value has words that are isolated from the rest of it."""
    return has_backward(value) and any(not is_backward_only(line) and _has_moved(line) for line in value.split("\n"))


@functools.lru_cache(maxsize=_MOST_LINES)
def _has_moved(line: str) -> bool:
    return bool(moved_stretches(line, direction_of(line, "ltr")))


def phrases(texts: Iterable[tuple[str, bool]], around: Direction) -> list[tuple[int, int]]:
    """Where the values begin and end that are read as one phrase, as numbers of the texts, each with whether it is one.

    They are read in the other direction than the text around them, and only spaces are between them.
    """
    kinds = "".join(_kind(text, is_value, around) for text, is_value in texts)
    return [run.span() for run in _PHRASE.finditer(kinds)]


def _kind(text: str, is_value: bool, around: Direction) -> str:
    if is_value:
        return _VALUE if "\n" not in text and direction_of(text, around) != around else _OTHER
    return _OTHER if text.strip(" \u00a0") else _SPACES


def _filled(spans: Spans, values: Mapping[str, str], around: Direction) -> Spans:
    if not any(has_backward(values[span.hole]) or around == "rtl" for span in spans if span.hole):
        return spans
    texts = [values[span.hole] if span.hole else span.text for span in spans]
    starts = [*itertools.accumulate(map(len, texts), initial=0)]
    whole = "".join(texts)
    runs = dict(phrases([(text, span.hole != "") for text, span in zip(texts, spans, strict=True)], around))
    found, nth = list[Span](), 0
    while nth < len(spans):
        span, end = spans[nth], runs.get(nth, nth + 1)
        if nth in runs:
            found += _phrase(spans[nth:end], values, whole, starts[nth], around)
        elif span.hole and has_backward(texts[nth]):
            found += _value(span, whole, starts[nth], starts[end], around)
        else:
            found.append(span)
        nth = end
    return tuple(found)


def _phrase(run: Spans, values: Mapping[str, str], whole: str, start: int, around: Direction) -> Iterator[Span]:
    """Values of a phrase, from a place of a text on: they share an isolate."""
    spans, own = filled(run, values), OTHER[around]
    text = plain(spans)
    inner = moved_stretches(text, own)
    is_free = around == "ltr" and not any(span.direction for span in run)
    if is_free and not inner and not is_moved(whole, start, start + len(text)):
        yield from spans
        return
    end = 0
    for span, hole in zip(spans, run, strict=True):
        begin, end = end, end + len(span.text)
        places = ((max(one, begin) - begin, min(other, end) - begin) for one, other in inner)
        # In a text from right to left, each value is also an isolate by itself, as it is where it stands alone.
        isolated = replace(span, direction=own, inner=own if hole.hole and around == "rtl" else "")
        change = functools.partial(replace, inner=around)
        yield from cut(isolated, [place for place in places if place[0] < place[1]], change)


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
        # A line of an isolate that has no letters, as "〒530-0001", is read from left to right, like every number.
        own = direction_of(line, "ltr" if is_isolated else around)
        inner = moved_stretches(line, own)
        if is_isolated or (own != around and (inner or is_moved(whole, start, stop))):
            isolated = replace(span, text=line, direction=own if inner else "auto")
            yield from cut(isolated, inner, functools.partial(replace, inner=OTHER[own]))
        else:
            yield from cut(replace(span, text=line), inner, functools.partial(replace, direction=OTHER[own]))
        start = stop + 1
