"""Finds what each comment of a file belongs to."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.review.layout.entries import LayoutComment, LayoutEntry, LayoutGroup, LayoutValue

ALLOWS: Final = re.compile(r"#[ \t]*circulars:[ \t]*allow\b")
"""How a comment begins that allows what a rule finds: see ``review.rules.allowances``."""
_DASHES: Final = re.compile(r"(?:- *)+")


@dataclass(frozen=True, slots=True)
class _EntryInGroups:
    """An entry, its depth, and the groups that it is in, from the root on."""

    entry: LayoutEntry
    groups: tuple[LayoutGroup, ...]

    @property
    def depth(self) -> int:
        return len(self.groups)


def attach_comments(root: LayoutValue, ranges: Sequence[tuple[int, int]], text: str) -> list[LayoutComment]:
    """Attaches each comment to its entry, or to the end of its group, and returns those before the first entry.

    A comment on a line of its own belongs to the entry after it, unless it is indented as the entries before that one
    are. One at the end of a line belongs to what ends or begins last before it on the line. Comments at the beginning
    of the file belong to the whole file, up to the last one with a blank line after it.
    """
    placed = [*_placed(root, ())]
    starts = [one.entry.start for one in placed]
    bounds = _Bounds.of(placed)
    for start, end in ranges:
        comment = LayoutComment(text[start:end].rstrip(), start, _is_blank_before(text, start))
        line = text.rfind("\n", 0, start) + 1
        before = text[line:start].strip()
        if not before:
            _attach_line(comment, start - line, placed, starts, root)
        elif _DASHES.fullmatch(before):
            placed[bisect.bisect_left(starts, line)].entry.comments.append(comment)
        else:
            _attach_beside(comment, bounds.last(line, start), root)
    for one in placed:
        one.entry.blank = _is_blank_before(text, one.entry.start)
    return _taken_head(placed[0].entry) if placed else []


def _placed(value: LayoutValue, groups: tuple[LayoutGroup, ...]) -> Iterator[_EntryInGroups]:
    if isinstance(value, LayoutGroup):
        for entry in value.entries:
            yield _EntryInGroups(entry, (*groups, value))
            yield from _placed(entry.value, (*groups, value))


def _attach_line(
    comment: LayoutComment, column: int, placed: Sequence[_EntryInGroups], starts: Sequence[int], root: LayoutValue
) -> None:
    at = bisect.bisect_left(starts, comment.start)
    after = placed[at] if at < len(placed) else None
    if after is None or not ALLOWS.match(comment.text):
        for group in reversed(placed[at - 1].groups if at else ()):
            if after and group in after.groups:
                break
            if not group.flow and group.column <= column:
                group.after.append(comment)
                return
    if after:
        after.entry.comments.append(comment)
    elif isinstance(root, LayoutGroup):
        root.after.append(comment)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Where entries begin and end, in order, each with its depth."""

    at: list[int]
    placed: list[tuple[int, LayoutEntry]]

    @classmethod
    def of(cls, placed: Sequence[_EntryInGroups]) -> _Bounds:
        bounds = [(at, one.depth, one.entry) for one in placed for at in (one.entry.start, one.entry.value.end)]
        bounds.sort(key=lambda bound: bound[:2])
        return cls([at for at, _, _ in bounds], [(at, entry) for at, _, entry in bounds])

    def last(self, line: int, end: int) -> LayoutEntry | None:
        """The entry that begins or ends last between two characters; of several the innermost."""
        found = bisect.bisect_right(self.at, end) - 1
        return self.placed[found][1] if found >= 0 and self.at[found] >= line else None


def _attach_beside(comment: LayoutComment, owner: LayoutEntry | None, root: LayoutValue) -> None:
    if owner is None:
        if isinstance(root, LayoutGroup):
            root.after.append(comment)
        return
    if owner.beside:
        owner.comments.append(owner.beside)
    owner.beside = comment


def _taken_head(first: LayoutEntry) -> list[LayoutComment]:
    """The comments of the whole file, which are taken from its first entry."""
    ends = [at for at, comment in enumerate(first.comments) if comment.blank and at]
    count = len(first.comments) if first.blank else max(ends, default=0)
    if any(ALLOWS.match(comment.text) for comment in first.comments[:count]):
        return []
    head, first.comments = first.comments[:count], first.comments[count:]
    return head


def _is_blank_before(text: str, at: int) -> bool:
    line = text.rfind("\n", 0, at)
    above = text.rfind("\n", 0, max(line, 0))
    return line > 0 and not text[above + 1 : line].strip()
