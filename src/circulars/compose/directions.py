"""Isolates what is read in the other direction than the document, so that its signs and numbers remain with it."""

from __future__ import annotations

import bisect
import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import babel

from circulars.compose.draft import Draft
from circulars.model.directions import (
    OPAQUE,
    Direction,
    Stretch,
    has_backward,
    is_forward,
    moved_stretches,
    stretches,
    united,
)
from circulars.model.document import Document, spans_of, with_texts
from circulars.model.quantities import SPACE
from circulars.model.text import Span, Spans, changed, cut, isolated

_FOLLOWING: Final = 100  # characters
_NEAR: Final = 20
_MOST: Final = 200
"""The most stretches of a paragraph that are isolated: each takes a box. Others are ordered with the text around."""
_MARK: Final = "\u2060"  # of a footnote
_BETWEEN_NUMBERS: Final = re.compile(f"(?<=[0-9]){SPACE}(?=[0-9])")
_WIDE_SPACE: Final = "\u2003"
_LENGTHS: Final = ("wide", "abbreviated")


def with_directions(document: Document) -> Document:
    """The document, with a direction for links, telephone numbers, terms and other words of the other direction."""
    if document.direction == "rtl":
        months = _months(document.locale)
        return with_texts(document, lambda spans: _directed(spans, _forward(spans, months), "ltr"))
    if any(has_backward(span.text) for span in spans_of(document)):
        return with_texts(document, _with_backward)
    return document


def value(draft: Draft, text: str, link: str = "") -> Span:
    """A number, an address or a reference, marked if the language is read in the other direction."""
    is_ltr = draft.language.direction == "rtl" and not text.isalnum() and not has_backward(text)
    return Span(text, link=link, direction="ltr" if is_ltr else "")


def _with_backward(spans: Spans) -> Spans:
    if not any(has_backward(span.text) for span in spans):
        return spans
    found, around, text = list[Stretch](), list[str](), _text_of(spans)
    for span, start, end in _placed(spans):
        characters = _characters(span)
        is_apart = bool(span.language)
        if span.language and has_backward(characters):
            found.append((start, end))
        elif span.link and has_backward(characters) and not _is_in_phrase(text, start, end):
            found += ((start + first, start + last) for first, last in stretches(characters, "ltr"))
            is_apart = True
        around.append(OPAQUE * len(characters) if is_apart else characters)
    found = united([*found, *stretches("".join(around), "ltr")])
    return _with_inner(_directed(spans, [one for one in found if _is_moved(text, *one)], "rtl"))


def _with_inner(spans: Spans) -> Spans:
    """The spans; in words from right to left, what is read from left to right is isolated, too."""
    result: list[Span] = []
    for direction, run in isolated(spans):
        found = moved_stretches(_text_of(run), "rtl") if direction == "rtl" else []
        for span, start, end in _placed(run):
            own = [(max(one, start) - start, min(other, end) - start) for one, other in found]
            pieces = cut(span, [one for one in own if one[0] < one[1]], _as_inner)
            result += pieces if _characters(span) == span.text else (span,)
    return tuple(result)


def _as_inner(span: Span) -> Span:
    return replace(span, inner="ltr")


def _is_in_phrase(text: str, start: int, end: int) -> bool:
    """Whether a link is part of a phrase: a letter that is read from right to left is beside it, but for spaces."""
    before, after = text[max(start - _NEAR, 0) : start], text[end : end + _NEAR]
    return has_backward(before.rstrip()[-1:]) or has_backward(after.lstrip()[:1])


def _is_moved(text: str, start: int, end: int) -> bool:
    """Whether words from right to left are shown otherwise in an isolate.

    They are, if they have numbers or Latin letters, or if a number, other such words or what fills a hole follows.
    """
    line = text[end : end + _FOLLOWING].partition("\n")[0]
    following = next((sign for sign in line if sign.isalnum() or sign == OPAQUE), "")
    is_apart = following != OPAQUE and not following.isdecimal() and not has_backward(following)
    return not is_apart or any(sign.isdecimal() or is_forward(sign) for sign in text[start:end])


def _forward(spans: Spans, months: frozenset[str]) -> list[Stretch]:
    """The stretches of a paragraph from right to left.

    A fact is read by itself. If it has only Latin letters, it is one stretch with its signs, unless it is a range.
    """
    if _text_of(spans).isalnum():
        return []
    found, around, ends = list[Stretch](), list[str](), list[int]()
    for span, start, end in _placed(spans):
        is_fact, characters = span.direction == "auto" and not span.hole, _characters(span)
        ends += (start, end) if is_fact or span.link.startswith("#") else ()
        if is_fact and has_backward(characters):
            found += ((start + first, start + last) for first, last in stretches(characters, "rtl", months))
            characters = OPAQUE * len(characters)
        is_named = is_fact or (span.link and not span.link.startswith("#"))
        if is_forward(span.text) and not span.text.isalnum():
            if span.language:
                found.append((start, end))
            elif is_named:
                found += ((start + first, start + last) for first, last in stretches(characters, "rtl"))
        around.append(characters)
    return united([*found, *stretches(_with_numbers_apart("".join(around), ends), "rtl", months)])


def _with_numbers_apart(text: str, ends: Iterable[int]) -> str:
    """The text; where a fact or a reference begins or ends, the space between two numbers is not one of thousands."""
    beside = {place for end in ends for place in (end - 1, end)}
    return _BETWEEN_NUMBERS.sub(lambda one: _WIDE_SPACE if one.start() in beside else one[0], text)


def _placed(spans: Spans) -> Iterator[tuple[Span, int, int]]:
    """The spans, and where each begins and ends in their text."""
    start = 0
    for span in spans:
        end = start + len(_characters(span))
        yield span, start, end
        start = end


def _directed(spans: Spans, found: Sequence[Stretch], direction: Direction) -> Spans:
    """The spans, cut at the ends of the stretches; those in a stretch have its direction, and holes that of a value."""
    isolates = found if len(found) <= _MOST else ()
    bounds = [0, *(place for isolate in isolates for place in isolate)]
    result: list[Span] = []
    start = 0
    for span in spans:
        characters = _characters(span)
        end = start + len(characters)
        if span.hole:
            result.append(changed(span, direction="auto"))
        elif span.direction not in ("", "auto") or not characters:
            result.append(span)
        else:
            first = bisect.bisect_right(bounds, start) - 1
            last = bisect.bisect_left(bounds, end)
            cuts = [start, *bounds[first + 1 : last], end]
            for nth, (one, other) in enumerate(itertools.pairwise(cuts), first):
                # There is one bound before the first stretch: the odd ones begin a stretch, and the even ones end it.
                text = characters[one - start : other - start] if characters == span.text else span.text
                own = direction if nth % 2 else ""
                result.append(
                    span if (text, own) == (span.text, span.direction) else changed(span, text=text, direction=own)
                )
        start = end
    return tuple(result)


def _text_of(spans: Spans) -> str:
    return "".join(map(_characters, spans))


def _characters(span: Span) -> str:
    """What stands for a span where stretches are sought: they go on after the mark of a footnote, not after a hole."""
    return OPAQUE if span.hole or span.blank else _MARK if span.note else span.text


@functools.cache
def _months(locale: str) -> frozenset[str]:
    """The names of the months in a language."""
    try:
        known = babel.Locale.parse(locale, sep="-").months
    except (babel.UnknownLocaleError, ValueError):
        return frozenset()
    return frozenset(name for form in known.values() for length in _LENGTHS for name in form[length].values())
