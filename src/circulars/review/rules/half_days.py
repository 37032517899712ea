"""Reads ranges of times of which one end says which half of the day both are in: "2 to 5 p.m.", 下午2时至5时."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from circulars.review.rules.stated import Expression, Reading, time_atom

_NOON: Final = 12
_JOINT: Final = re.compile(r"\s?(?:[-‐‑–—−~～]|[^\W\d_]{1,3})\s?")
"""What is between the two ends of a range: a dash, or a short word."""


def with_half_days(items: list[Expression], text: str) -> list[Expression]:
    """The items of a text, in their order; the end of a range that says no half of the day may be in either."""
    changed: dict[int, Expression] = {}
    for place, (one, other) in enumerate(pairwise(items)):
        if _has_half(one) != _has_half(other) and _JOINT.fullmatch(text, one.at + len(one.typed), other.at):
            at, own = (place + 1, other) if _has_half(one) else (place, one)
            changed[at] = replace(own, readings=(*own.readings, *_in_both_halves(own)))
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
