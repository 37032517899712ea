"""Aligns the parts of a letter in all its languages, row by row, for a page with the languages side by side."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from circulars.review.changes import Change
from circulars.review.comparison import Matched
from circulars.review.report import LetterChanges

QUIET = frozenset({"renumbered", "typography", "consequences"})
"""The kinds of changes that a reader need not look at."""
_CONTEXT = 1  # unchanged rows that are shown before and after a changed one
_WITH_PARTS_INSIDE = ("table",)
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")

_Changes = Mapping[tuple[str, str], Sequence[Change]]
"""The changes of each part, by its keys in the old and in the new document."""


@dataclass(frozen=True, slots=True)
class RowPart:
    """A part of the letter in one language, old and new, with its changes."""

    part: Matched
    changes: tuple[Change, ...] = ()


@dataclass(slots=True)
class Row:
    """A part of the letter in each language, by code; a language may have none, or two: one removed and one added.

    ``anchor`` is the row's address on the page. It depends on the old version, and on the words of what was added, so
    that it is the same when there are more or fewer other changes.
    """

    anchor: str
    versions: dict[str, list[RowPart]] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it is, in words."""
        changes = [change for one in self._all() for change in one.changes]
        return changes[0].place if changes else next(self._all()).part.unit.place

    @property
    def is_changed(self) -> bool:
        """Whether a reader must look at it in any language."""
        return any(change.kind not in QUIET for one in self._all() for change in one.changes)

    @property
    def is_quiet(self) -> bool:
        """Whether it has changes, and a reader need not look at any of them."""
        return not self.is_changed and any(one.changes for one in self._all())

    def _all(self) -> Iterator[RowPart]:
        for versions in self.versions.values():
            yield from versions


@dataclass(frozen=True, slots=True)
class RowRun:
    """Rows that follow each other: shown, or folded because nothing in them or beside them changed."""

    rows: tuple[Row, ...]
    is_folded: bool


def rows_of(letter: LetterChanges, name: str) -> tuple[Row, ...]:
    """The rows of a letter in reading order; ``name`` begins their addresses, and is unique on the page."""
    rows: dict[str, Row] = {}
    orders: list[list[str]] = []
    anchors: set[str] = set()
    both = _matched_places(letter)
    for one in letter.languages:
        if one.compared is None:
            continue
        changes = _by_part(one.changes)
        order: dict[str, None] = {}
        for part in _leaves(one.compared.root, changes):
            key = _key(part, both)
            order[key] = None
            if key not in rows:
                rows[key] = Row(_unique(f"{name}.{_address(part)}", anchors))
            rows[key].versions.setdefault(one.language, []).append(RowPart(part, tuple(_changes_in(part, changes))))
        orders.append([*order])
    return tuple(rows[key] for key in _merged(orders))


def runs_of(rows: Sequence[Row]) -> tuple[RowRun, ...]:
    """The rows in runs: changed ones with a row of context on each side, and those between them folded."""
    shown = [False] * len(rows)
    for place, row in enumerate(rows):
        if row.is_changed:
            first, last = max(place - _CONTEXT, 0), min(place + _CONTEXT, len(rows) - 1)
            shown[first : last + 1] = [True] * (last + 1 - first)
    pairs = groupby(zip(rows, shown, strict=True), key=lambda pair: pair[1])
    return tuple(RowRun(tuple(row for row, _ in run), not is_shown) for is_shown, run in pairs)


def _merged(orders: Sequence[Sequence[str]]) -> list[str]:
    """The keys of all sequences, in the order of the first one; a key that it lacks comes after its predecessor."""
    following: dict[str, str] = {}  # each key, and the one after it; "" is before the first
    for order in orders:
        before = ""
        for key in order:
            if key not in following:
                following[key] = following.get(before, "")
                following[before] = key
            before = key
    result, key = [], following.get("", "")
    while key:
        result.append(key)
        key = following[key]
    return result


def _leaves(part: Matched, changes: _Changes) -> Iterator[Matched]:
    """The parts with words or changes of their own, in reading order; a table is one part, with its rows in it."""
    if part.unit.family in _WITH_PARTS_INSIDE:
        yield part
        return
    is_whole = part.fate not in ("split", "merged")  # otherwise its words are those of its parts
    is_label = part.unit.key.endswith(".label")  # it is shown beside what it is the label of
    if (is_whole and (part.unit.words or part.words) and not is_label) or _keys(part) in changes:
        yield part
    for inner in part.parts:
        yield from _leaves(inner, changes)


def _matched_places(letter: LetterChanges) -> dict[str, str]:
    """The new key of each old part that is matched in any language."""
    return {
        part.old.key: part.new.key
        for one in letter.languages
        if one.compared
        for part in _leaves(one.compared.root, {})
        if part.old and part.new
    }


def _key(part: Matched, both: Mapping[str, str]) -> str:
    if part.new:
        return f"new {part.new.key}"
    assert part.old is not None  # a part of neither document is never made
    if part.fate != "moved away" and part.old.key in both:
        return f"new {both[part.old.key]}"
    return f"old {part.old.key}"


def _address(part: Matched) -> str:
    """What identifies a part whatever else changed."""
    if part.old:
        return f"{part.old.key}.from" if part.fate == "moved away" else part.old.key
    if part.unit.name:
        return part.unit.key
    return f"new-{hashlib.blake2s(part.unit.all_words.encode('utf-8', 'replace'), digest_size=4).hexdigest()}"


def _unique(anchor: str, taken: set[str]) -> str:
    anchor = _UNSAFE.sub("-", anchor)
    found, count = anchor, 1
    while found in taken:
        count += 1
        found = f"{anchor}.{count}"
    taken.add(found)
    return found


def _by_part(changes: Iterable[Change]) -> dict[tuple[str, str], list[Change]]:
    found: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        found.setdefault((change.old, change.new), []).append(change)
    return found


def _changes_in(part: Matched, changes: _Changes) -> Iterator[Change]:
    """The changes of a part, and for a table of everything in it."""
    for inner in part.walk() if part.unit.family in _WITH_PARTS_INSIDE else (part,):
        yield from changes.get(_keys(inner), ())


def _keys(part: Matched) -> tuple[str, str]:
    return part.old.key if part.old else "", part.new.key if part.new else ""
