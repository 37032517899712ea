"""Merges two versions of a list of lines, given the one that both come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_MOST_EXACT: Final = 4000
"""The most lines of which those are matched exactly that occur often."""


@dataclass(frozen=True, slots=True)
class Clash:
    """What both versions changed in different ways: the lines of each, and of the base."""

    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    base: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Hunk:
    """A range of the base's lines, and the lines that a version has instead."""

    start: int
    end: int
    lines: tuple[str, ...]


def merged_lines(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Iterator[str | Clash]:
    """The lines of the merged version, and a clash where both versions changed the same lines.

    Changes of neighbouring lines do not clash, unless both add lines between the same two.
    """
    at = 0
    for start, end, own, other in _groups([*_hunks(base, ours)], [*_hunks(base, theirs)]):
        yield from base[at:start]
        first, second = _applied(base, start, end, own), _applied(base, start, end, other)
        if first == second or not other:
            yield from first
        elif not own:
            yield from second
        else:
            yield Clash(first, second, tuple(base[start:end]))
        at = end
    yield from base[at:]


def _hunks(base: Sequence[str], version: Sequence[str]) -> Iterator[_Hunk]:
    matcher = SequenceMatcher(None, base, version, autojunk=max(len(base), len(version)) > _MOST_EXACT)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            yield _Hunk(start, end, tuple(version[first:last]))


def _groups(ours: list[_Hunk], theirs: list[_Hunk]) -> Iterator[tuple[int, int, list[_Hunk], list[_Hunk]]]:
    """The changes of both, those together that touch the same lines, each with the range of these."""
    waiting = sorted(
        [(hunk, 0) for hunk in ours] + [(hunk, 1) for hunk in theirs], key=lambda one: (one[0].start, one[0].end)
    )
    while waiting:
        first, side = waiting.pop(0)
        groups: tuple[list[_Hunk], list[_Hunk]] = ([], [])
        groups[side].append(first)
        start, end = first.start, first.end
        while waiting and _touches(waiting[0][0], start, end):
            hunk, side = waiting.pop(0)
            groups[side].append(hunk)
            end = max(end, hunk.end)
        yield start, end, *groups


def _touches(hunk: _Hunk, start: int, end: int) -> bool:
    return hunk.start < end or (hunk.start == hunk.end == start == end) or (hunk.start == start and hunk.end >= end)


def _applied(base: Sequence[str], start: int, end: int, hunks: Sequence[_Hunk]) -> tuple[str, ...]:
    """The lines of a range of the base with the changes in it."""
    lines: list[str] = []
    at = start
    for hunk in hunks:
        lines += [*base[at : hunk.start], *hunk.lines]
        at = hunk.end
    return (*lines, *base[at:end])
