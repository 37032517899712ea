"""The rules for signs: quotation marks, no-break spaces, the sign before a number, decimals, months, opening marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from circulars.east_asian import HAN
from circulars.errors import quoted
from circulars.review.rules.running_text import RunningText
from circulars.review.rules.slips import Slip
from circulars.review.rules.writing_patterns import NO_BREAK, patterns_of

_STRAIGHT: Final = re.compile(rf'(?<![^\W{HAN}])(?<!")"(?=[^\s"])([^"]{{1,400}}?)(?<=[^\s"])"(?![^\W{HAN}])')
_DIGIT: Final = re.compile(r"\d")
_YEAR: Final = re.compile(r"\d{4}")
_SENTENCE: Final = re.compile(r"(?:[^.!?…:\n]|[.:](?!\s))*[.!?…:]?")
_AROUND: Final = 12


def typography(text: RunningText) -> Iterator[Slip]:
    """The slips of all rules of this family in a text."""
    yield from _quotation_marks(text)
    yield from _spaces(text, patterns_of(text.language).spaces)
    if _DIGIT.search(text.masked):
        yield from _spaces(text, patterns_of(text.language).number_spaces)
        yield from _number_signs(text)
        yield from _decimals(text)
        if _YEAR.search(text.masked):
            yield from _months(text)
    yield from _opening_marks(text)


def _around(text: str, start: int, end: int) -> str:
    """Some characters with whole words around them, for messages."""
    left = text.rfind(" ", 0, max(start - _AROUND, 0)) + 1 if start > _AROUND else 0
    right = text.find(" ", end + _AROUND)
    return " ".join(text[left : right if right >= 0 else len(text)].split(" ")).strip()


def _quotation_marks(text: RunningText) -> Iterator[Slip]:
    """Straight quotation marks, and inner marks outside of the outer ones."""
    pairs = text.language.writing.quotation_marks
    masked = text.masked
    if not pairs or not any(mark in masked for mark in ('"', *pairs[-1])):
        return
    found = [(one.start(), one.end()) for one in _STRAIGHT.finditer(masked)]
    if len(pairs) > 1:
        first, last = pairs[1]
        found += [one.span() for one in re.finditer(f"{re.escape(first)}[^{last}]{{1,400}}{re.escape(last)}", masked)]
    for start, end in found:
        depth = _depth(masked, start, pairs[0])
        opening, closing = pairs[min(depth, len(pairs) - 1)]
        if masked[start] == opening.strip(NO_BREAK):
            continue
        words = text.typed[start:end]
        right = f"{opening}{words[1:-1]}{closing}"
        message = f"{quoted(words)} has other quotation marks than this language"
        yield Slip("wrong-quotation-mark", start, end, right, words, message, f"write {quoted(right, 60)}")


def _depth(text: str, at: int, outer: tuple[str, ...]) -> int:
    """How many outer quotation marks are open before a character."""
    opening, closing = (mark.strip(NO_BREAK) for mark in outer)
    return max(text.count(opening, 0, at) - text.count(closing, 0, at), 0) if opening != closing else 0


def _spaces(text: RunningText, patterns: Iterable[re.Pattern[str]]) -> Iterator[Slip]:
    """Spaces at which a line may end, where none may."""
    for at in sorted({found.start(1) for pattern in patterns for found in pattern.finditer(text.masked)}):
        words = _around(text.typed, at, at + 1)
        message = f"a line may end at the space in {quoted(words)}"
        hint = "write a no-break space there (U+00A0)"
        yield Slip("breaking-space", at, at + 1, NO_BREAK, words, message, hint)


def _number_signs(text: RunningText) -> Iterator[Slip]:
    """Another sign before a number than that of the language."""
    for found in patterns_of(text.language).number_signs.finditer(text.masked):
        right = text.language.writing.number_signs[0]
        sign = right[0].lower() + right[1:] if found[1][0].islower() else right
        message = f"{quoted(found[1])} is not how this language writes the sign before a number"
        hint = f"write {quoted(sign)} and a no-break space"
        yield Slip("wrong-number-sign", *found.span(), sign + NO_BREAK, found[1], message, hint)


def _decimals(text: RunningText) -> Iterator[Slip]:
    """A decimal point before a unit where the language has a comma, or a comma where it has a point."""
    for found in patterns_of(text.language).decimals.finditer(text.masked):
        right = re.sub("[.,]", text.language.numbers.decimal, found[1])
        message = f"{quoted(found[1])} has another decimal sign than this language"
        yield Slip("wrong-decimal-sign", *found.span(1), right, found[1], message, f"write {quoted(right)}")


def _months(text: RunningText) -> Iterator[Slip]:
    """Months with a capital before a year."""
    for found in patterns_of(text.language).months.finditer(text.masked):
        month = found[1]
        right = month[:1].lower() + month[1:]
        message = f"{quoted(month)} has a capital within a sentence"
        yield Slip("capital-month", *found.span(1), right, month, message, f"write {quoted(right)}")


def _opening_marks(text: RunningText) -> Iterator[Slip]:
    """A question or an exclamation without the mark at its beginning."""
    marks = text.language.writing.opening_marks
    if not any(mark in text.masked for mark in marks):
        return
    for found in _SENTENCE.finditer(text.masked):
        sentence = found[0]
        opening = marks.get(sentence[-1:])
        if opening and opening not in sentence and any(one.isalpha() for one in sentence):
            start = found.start() + len(sentence) - len(sentence.lstrip(" \n*«“("))
            words = text.typed[start : found.end()]
            message = f"{quoted(words)} has no '{opening}' at its beginning"
            hint = f"write '{opening}' where it begins"
            right = opening + text.typed[start]
            yield Slip("missing-opening-mark", start, start + 1, right, words, message, hint, is_certain=False)
