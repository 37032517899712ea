"""Writes units as marked-up text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from circulars.model.text import Span
from circulars.review.word_edits.origins import NEW, SourceText, TypedUnit
from circulars.syntax.prose import parse

_SPECIAL: Final = re.compile(r"[*\[\]<>\\{}]")


def written(text: SourceText, units: Sequence[TypedUnit]) -> str | None:
    """The typed paragraph that is read as some units, with as much as it was as possible; None if there is none."""
    if not text.marked:
        return "".join(unit.shown for unit in units)
    wanted = _looks(units, text.lines)
    for way in _ways(text, units):
        if _read(way, text.lines) == wanted:
            return way
    return None


def _ways(text: SourceText, units: Sequence[TypedUnit]) -> Iterator[str]:
    old = text.units
    shortest = min(len(old), len(units))
    before = next((n for n in range(shortest) if not _alike(old[n], units[n])), shortest)
    after = next((n for n in range(shortest - before) if not _alike(old[-1 - n], units[-1 - n])), shortest - before)
    if before == len(old) == len(units):
        yield text.paragraph
        return
    for first, last in _windows(old, before, after):
        start = old[first].start if first < len(old) else len(text.paragraph)
        end = old[len(old) - last - 1].end if last < len(old) else 0
        middle = units[first : len(units) - last]
        starts = [old[first - 1].end if first else 0, start]
        ends = [end, old[len(old) - last].start if last else len(text.paragraph)]
        if first + last >= len(old):  # nothing was replaced
            places = [(one, one) for one in sorted({starts[0], ends[1]})]
        else:
            places = [(start, end), (starts[0], end), (start, ends[1]), (starts[0], ends[1])]
        for escaped in (False, True):
            body = _written(middle, text.lines, escaped=escaped)
            plain = "".join(_one(unit, text.lines, escaped=escaped) for unit in middle)
            for piece in dict.fromkeys((plain, body)):
                for one, other in places:
                    yield text.paragraph[:one] + piece + text.paragraph[other:]


def _windows(old: Sequence[TypedUnit], before: int, after: int) -> Iterator[tuple[int, int]]:
    """What may stay at the beginning and at the end: all that is the same, then only up to where no mark is open."""
    yield before, after
    first, last = before, after
    while first and (first >= len(old) or _is_marked(old[first - 1])):
        first -= 1
    while last and _is_marked(old[len(old) - last]):
        last -= 1
    yield first, last
    yield 0, 0


def _is_marked(unit: TypedUnit) -> bool:
    look = unit.look
    return look.strong or look.emphasis or bool(look.language) or (bool(look.link) and not unit.whole)


def _alike(one: TypedUnit, other: TypedUnit) -> bool:
    return one.shown == other.shown and one.look == other.look and one.whole == other.whole and one.hole == other.hole


def _one(unit: TypedUnit, lines: bool, *, escaped: bool) -> str:
    if unit.start != NEW:
        if unit.shown == " " and "\n" in unit.typed:
            return " "
        return unit.typed
    if unit.shown == "\n":
        return "\n" if lines else "\\\n"
    return _SPECIAL.sub(r"\\\g<0>", unit.shown) if escaped else unit.shown


def _written(units: Sequence[TypedUnit], lines: bool, *, escaped: bool) -> str:
    """The units with marks around those of one look."""
    found = ""
    for target, group in itertools.groupby(_trimmed(units), key=lambda unit: _target(unit)):
        inner = _emphasised([*group], lines, escaped=escaped)
        link, language = target
        if link:
            inner = f"[{inner}]({link})"
        elif language:
            inner = f"[{inner}]{{lang={language}}}"
        found += inner
    return found


def _target(unit: TypedUnit) -> tuple[str, str]:
    return ("" if unit.whole and not unit.hole else unit.look.link, unit.look.language)


def _emphasised(units: Sequence[TypedUnit], lines: bool, *, escaped: bool) -> str:
    found = ""
    for strong, outer in itertools.groupby(units, key=lambda unit: unit.look.strong):
        inner = ""
        for emphasis, group in itertools.groupby(outer, key=lambda unit: unit.look.emphasis):
            words = "".join(_one(unit, lines, escaped=escaped) for unit in group)
            inner += f"*{words}*" if emphasis else words
        found += f"**{inner}**" if strong else inner
    return found


def _trimmed(units: Sequence[TypedUnit]) -> list[TypedUnit]:
    """The units; spaces at the ends of what is strong or emphasised are neither, since marks must touch words."""
    found = [*units]
    for order in (range(len(found)), range(len(found) - 1, -1, -1)):
        strong = emphasis = False
        for at in order:
            look = found[at].look
            if found[at].shown.isspace():
                look = replace(look, strong=look.strong and strong, emphasis=look.emphasis and emphasis)
                found[at] = replace(found[at], look=look)
            strong, emphasis = look.strong, look.emphasis
    return found


Look = tuple[str, bool, bool, str, str, str]


def _looks(units: Sequence[TypedUnit], lines: bool) -> list[Look]:
    """What is read of units, for comparison: each character with its look."""
    found: list[Look] = []
    for unit in _trimmed(units):
        found += _span_looks(replace(unit.look, text="" if unit.whole else unit.shown, hole=unit.hole), unit)
    return found


def _span_looks(span: Span, unit: TypedUnit) -> Iterator[Look]:
    if unit.whole:
        inner = parse(unit.typed).spans or (Span(""),)
        for one in inner:
            whole = replace(one, strong=span.strong, emphasis=span.emphasis, language=span.language)
            yield from _characters(replace(whole, link=one.link or span.link))
        return
    yield from _characters(span)


def _read(typed: str, lines: bool) -> list[Look]:
    return [look for span in parse(typed, lines).spans for look in _characters(span)]


def _characters(span: Span) -> Iterator[Look]:
    if span.hole or span.note or span.blank or not span.text:
        is_word = span.text if span.blank else ""
        yield is_word, span.strong, span.emphasis, span.link, span.language, span.hole + span.note
        return
    for character in span.text:
        blank = character.isspace()
        yield character, span.strong and not blank, span.emphasis and not blank, span.link, span.language, ""
