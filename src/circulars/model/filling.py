"""Fills the holes of a document, each value in the direction in which it is read.

A value may have words of both directions: "هاتف +41 22 730 0000". Its own direction is that of its first letter. What
is read in the other one is isolated within it. Values that follow each other, with only spaces between them, as a name
and a surname, are read as one phrase if all have the other direction than the text around: they share an isolate.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from circulars.model.directions import (
    OPAQUE,
    OTHER,
    Direction,
    Stretch,
    direction_of,
    has_backward,
    has_both,
    is_backward_only,
    is_moved,
    moved_stretches,
    stretches,
)
from circulars.model.document import Document, filled, with_texts
from circulars.model.text import Span, Spans, cut, plain

_MOST_LINES: Final = 2_000
_OPAQUE_PHRASE: Final = re.compile(f"{OPAQUE}+(?:[ \u00a0]+{OPAQUE}+)*")
_VALUE, _SPACES, _OTHER = "v", "s", "n"
_PHRASE: Final = re.compile(f"{_VALUE}(?:{_SPACES}*{_VALUE})+")


class MixedValue(str):
    """The text of a hole that has other values in it which are isolated, as a name in a salutation: their places."""

    isolates: tuple[Stretch, ...] = ()


def with_isolates(text: str, values: Iterable[str]) -> str:
    """The text of a hole, with the places of values in it that would be shown otherwise if they were not isolated."""
    if not has_both(text):
        return text
    names = sorted({line for value in values for line in value.split("\n") if line}, key=len, reverse=True)
    found, start = list[Stretch](), 0
    for line in text.split("\n"):
        if has_both(line):
            found += ((start + first, start + last) for first, last in _isolates_of(line, names))
        start += len(line) + 1
    if not found:
        return text
    mixed = MixedValue(text)
    mixed.isolates = tuple(found)
    return mixed


def isolates_in(text: str, start: int, end: int) -> list[Stretch]:
    """The places of the values that are isolated in a line of a hole's text, in that line."""
    found = text.isolates if isinstance(text, MixedValue) else ()
    return [(first - start, last - start) for first, last in found if start <= first and last <= end]


def _isolates_of(line: str, values: Iterable[str]) -> Iterator[Stretch]:
    """Where the values are that are read in the other direction than a line, and would be shown otherwise."""
    own, free, is_simple = direction_of(line, "ltr"), line, True
    for value in values:
        place = free.find(value)
        if place >= 0 and direction_of(value, own) != own:
            free = free[:place] + OPAQUE * len(value) + free[place + len(value) :]
            is_simple = is_simple and value.replace(" ", "").isalpha() and not has_both(value)
    if is_simple:
        return
    known = stretches(line, own)
    for one in _OPAQUE_PHRASE.finditer(free):
        if one.span() not in known or moved_stretches(line[slice(*one.span())], OTHER[own]):
            yield one.span()


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
    if isinstance(value, MixedValue):
        return True
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
            found += _value(span, values[span.hole], whole, starts[nth], around)
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


def _value(span: Span, value: str, whole: str, start: int, around: Direction) -> Iterator[Span]:
    """The spans of the value at a place of a text, line by line."""
    is_isolated = span.direction == "auto"
    if around == "rtl" and not is_isolated:
        yield span
        return
    span, begin = replace(span, hole="", direction=""), start
    for nth, line in enumerate(value.split("\n")):
        if nth:
            yield replace(span, text="\n")
        stop = start + len(line)
        # A line of an isolate that has no letters, as "〒530-0001", is read from left to right, like every number.
        own = direction_of(line, "ltr" if is_isolated else around)
        values = isolates_in(value, start - begin, stop - begin)
        inner = sorted([*values, *moved_stretches(without(line, values), own)])
        is_turned = own != around and (inner or is_moved(whole, start, stop))
        if is_turned or (is_isolated and not values):
            isolated = replace(span, text=line, direction=own if inner else "auto")
            yield from cut(isolated, inner, functools.partial(replace, inner=OTHER[own]))
        else:
            yield from _in_line(replace(span, text=line), inner, values, own)
        start = stop + 1


def without(line: str, values: Iterable[Stretch]) -> str:
    """A line with its values as characters that are in no stretch."""
    for first, last in values:
        line = line[:first] + OPAQUE * (last - first) + line[last:]
    return line


def _in_line(span: Span, inner: Iterable[Stretch], values: Sequence[Stretch], own: Direction) -> Iterator[Span]:
    """The pieces of a line; what is read in the other direction is isolated, and within its values once more."""
    texts = [span.text[slice(*place)] for place in values]
    for piece in cut(span, inner, functools.partial(replace, direction=OTHER[own])):
        within = moved_stretches(piece.text, OTHER[own]) if piece.text in texts else []
        yield from cut(piece, within, functools.partial(replace, inner=own))
