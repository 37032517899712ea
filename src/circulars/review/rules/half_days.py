"""Reads ranges of times in which only one end says morning or afternoon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from circulars.language import Language
from circulars.review.rules.names import any_of
from circulars.review.rules.stated import Expression, Reading, time_atom

_NOON: Final = 12
_HOURS: Final = 24
_DASHES: Final = "[-‐‑–—−~～]"


def joint_of(language: Language) -> re.Pattern[str]:
    """An expression for what is between the two ends of a range of times: a dash, or words of the language."""
    words = language.reading
    hours = rf"(?:\s?(?:{any_of(words.hours)}))?"  # "下午2" of "下午2时至5时" is read without 时
    return re.compile(rf"{hours}\s?(?:{_DASHES}|{any_of(words.between_times)})\s?")


def with_half_days(items: list[Expression], text: str, joint: re.Pattern[str]) -> list[Expression]:
    """The items of a text, in their order, with the times that the ends of ranges may be.

    In "2 to 5 p.m." 2 is in either half of the day; in "de 14 à 17 heures" 14 is a time as well.
    """
    changed: dict[int, Expression] = {}
    for place, (one, other) in enumerate(pairwise(items)):
        if not joint.fullmatch(text, one.at + len(one.typed), other.at):
            continue
        if _has_half(one) != _has_half(other):
            at, own = (place + 1, other) if _has_half(one) else (place, one)
            changed[at] = replace(own, readings=(*own.readings, *_in_both_halves(own)))
        elif one.kind == "number" and other.kind == "time" and one.typed.isdecimal() and int(one.typed) <= _HOURS:
            changed[place] = replace(one, readings=(*one.readings, frozenset({time_atom(int(one.typed), 0)})))
    return [changed.get(place, item) for place, item in enumerate(items)]


def _has_half(item: Expression) -> bool:
    return item.kind == "time" and item.certain > 0


def _in_both_halves(item: Expression) -> Iterator[Reading]:
    """The times that an hour may be: "2" is 2:00 or 14:00."""
    for reading in item.readings:
        [(kind, value), *others] = reading
        hour, _, minute = value.partition(":")
        if not others and kind in ("time", "number") and hour.isdecimal() and int(hour) <= _NOON:
            for half in (0, _NOON):
                yield frozenset({time_atom(int(hour) % _NOON + half, int(minute or 0))})
