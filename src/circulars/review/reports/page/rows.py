"""Aligns the parts of a letter in all its languages, row by row, for a page with the languages side by side."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from circulars.review.comparing.changes import Change, Kind, Mark
from circulars.review.comparing.comparison import Matched
from circulars.review.comparing.languages import PlaceChange
from circulars.review.comparing.moves import settled
from circulars.review.reports.page.tables import keys_of
from circulars.review.reports.report import LetterChanges

QUIET: frozenset[Kind] = frozenset({"typography", "consequences", "audience"})
"""The kinds of changes that a reader need not look at."""
_CONTEXT = 1  # unchanged rows that are shown before and after a changed one
_WITH_PARTS_INSIDE = ("table",)
_LABEL = ".label"
_WITH_HOLES = ("addressee", "running-header")
"""The parts in which each copy, or each page, has words of its own."""
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(slots=True)
class Row:
    """A part of the letter in each language, by code; a language may have none, or several: one removed, one added.

    ``anchor`` is the row's address on the page. It depends on the old version, and on the words of what was added, so
    that it is the same when there are more or fewer other changes. ``shows_fact`` says that it shows a fact that
    changed. ``lines`` are the addresses of the rows of a table, and of its title, by their language and their keys;
    the same row in another language has the same address. ``ends`` says of which pieces the end came with a split or
    went with a merger, by their language and their keys.
    """

    anchor: str
    parts: dict[str, list[Matched]] = field(default_factory=dict)
    changes: list[PlaceChange] = field(default_factory=list)
    shows_fact: bool = False
    lines: dict[tuple[str, str], str] = field(default_factory=dict)
    ends: dict[tuple[str, tuple[str, ...]], Mark] = field(default_factory=dict)

    @property
    def loud(self) -> tuple[PlaceChange, ...]:
        """The changes that a reader must look at."""
        return tuple(one for one in self.changes if one.kind not in QUIET)

    @property
    def inside(self) -> tuple[tuple[str, PlaceChange], ...]:
        """The changes inside a table, each with the address of its row on the page."""
        if not self.lines:
            return ()
        return tuple((self._address_of(*next(iter(one.changes.items()))), one) for one in self.loud)

    def _address_of(self, code: str, change: Change) -> str:
        for key in (f"new {change.new}", f"old {change.old}"):
            line = code, "#".join(key.split("#")[:2])
            if line in self.lines:
                return self.lines[line]
        return self.anchor

    @property
    def is_shown(self) -> bool:
        """Whether it is shown with the rows beside it."""
        return bool(self.loud) or self.shows_fact


@dataclass(frozen=True, slots=True)
class RowRun:
    """Rows that follow each other: shown, or folded because nothing in them or beside them changed."""

    rows: tuple[Row, ...]
    is_folded: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a letter in reading order, the changes that are at none of them, and the rows by their parts.

    ``by_part`` has the rows by the keys of old and of new parts, each after its version: "old body.1", "new body.2".
    """

    rows: tuple[Row, ...]
    others: tuple[PlaceChange, ...]
    by_part: Mapping[str, Row]


def rows_of(letter: LetterChanges, name: str) -> Rows:
    """The rows of a letter; ``name`` begins their addresses, and is unique on the page."""
    rows: dict[str, Row] = {}
    by_part: dict[str, Row] = {}
    anchors: set[str] = set()
    addresses = _LineAddresses(name, anchors)
    both, wanted = _matched_places(letter), _with_changes(letter)
    orders: list[list[str]] = []
    for code, compared in letter.compared.items():
        order: dict[str, None] = {}
        root = settled(compared.root)
        ends = _ends(root)
        for part in _leaves(root, wanted):
            key = _key(part, both)
            order[key] = None
            if key not in rows:
                rows[key] = Row(unique(f"{name}.{_address(part)}", anchors))
            rows[key].parts.setdefault(code, []).append(part)
            if end := ends.get(keys_of(part)):
                rows[key].ends[code, keys_of(part)] = end
            is_table = part.unit.family in _WITH_PARTS_INSIDE
            for found, anchor in addresses.of(part, key, code) if is_table else ():
                rows[key].lines.setdefault((code, found), anchor)
            for inner in part.walk() if is_table else (part,):
                by_part.update(dict.fromkeys(keys_of(inner), rows[key]) if part.fate != "moved away" else {})
        orders.append([*order])
    others = tuple(one for one in letter.by_place if not _add(one, by_part))
    for place in (place for fact in letter.facts for places in fact.places.values() for place in places):
        if row := _row_at(place.old, place.new, by_part):
            row.shows_fact = True
    return Rows(tuple(rows[key] for key in _merged(orders)), others, by_part)


@dataclass(frozen=True, slots=True)
class _LineAddresses:
    """Gives the rows and the titles of tables their addresses: the same one has the same address in each language."""

    name: str
    taken: set[str]
    known: dict[tuple[str, str, int], str] = field(default_factory=dict)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def of(self, table: Matched, row: str, language: str) -> Iterator[tuple[str, str]]:
        """The keys of what is in a table, each with its address; ``row`` is the key of the table's row on the page."""
        for line in table.parts:
            address = _address(line)
            self.counts[row, language, address] += 1
            line_of_all = row, address, self.counts[row, language, address]
            if line_of_all not in self.known:
                self.known[line_of_all] = unique(f"{self.name}.{address}", self.taken)
            yield from ((key, self.known[line_of_all]) for key in keys_of(line))


def _ends(root: Matched) -> dict[tuple[str, ...], Mark]:
    """Whether the end of a piece was added, because the text was split there, or removed; by the keys of the piece."""
    marks: dict[str, Mark] = {"split": "added", "merged": "removed"}
    joined = (part for part in root.walk() if part.fate in marks)
    return {keys_of(piece): marks[part.fate] for part in joined for piece in part.parts[:-1]}


def runs_of(rows: Sequence[Row]) -> tuple[RowRun, ...]:
    """The rows in runs: changed ones with a row of context on each side, and those between them folded."""
    shown = [False] * len(rows)
    for place, row in enumerate(rows):
        context = _CONTEXT if row.loud else 0
        first, last = max(place - context, 0), min(place + context, len(rows) - 1)
        if row.is_shown:
            shown[first : last + 1] = [True] * (last + 1 - first)
    pairs = groupby(zip(rows, shown, strict=True), key=lambda pair: pair[1])
    return tuple(RowRun(tuple(row for row, _ in run), not is_shown) for is_shown, run in pairs)


def row_of(place: Change, rows: Rows) -> Row | None:
    """The row at which a change is; None if it is at none."""
    return _row_at(place.old, place.new, rows.by_part)


def _row_at(old: str, new: str, by_part: Mapping[str, Row]) -> Row | None:
    """The row of a part, or of what the part is in: keys of entries and cells begin with those of lists and tables."""
    for key in (f"new {new}" if new else "", f"old {old}" if old else ""):
        while key:
            if key in by_part:
                return by_part[key]
            key = key.removesuffix(_LABEL) if key.endswith(_LABEL) else key.rpartition("#")[0]
    return None


def _add(change: PlaceChange, by_part: Mapping[str, Row]) -> bool:
    """Adds a change to its row; False if it is at none."""
    for one in change.changes.values():
        if row := _row_at(one.old, one.new, by_part):
            row.changes.append(change)
            return True
    return False


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


def _leaves(part: Matched, wanted: frozenset[str]) -> Iterator[Matched]:
    """The parts with words of their own, or that are ``wanted``, in reading order; a table is one part."""
    if part.unit.family in _WITH_PARTS_INSIDE:
        yield part
        return
    # The words of one that was split or merged are those of its parts.
    if part.fate not in ("split", "merged") and _is_leaf(part, not wanted.isdisjoint(keys_of(part))):
        yield part
    for inner in part.parts:
        yield from _leaves(inner, wanted)


def _is_leaf(part: Matched, is_wanted: bool) -> bool:
    """Whether a part is shown, which ``is_wanted`` if it changed.

    A label is shown only if it changed, and what it is the label of did not come or go; so is what has holes.
    """
    if part.unit.key.endswith(_LABEL):
        return is_wanted and bool(part.old and part.new)
    return is_wanted or (bool(part.unit.words or part.words) and part.unit.key not in _WITH_HOLES)


def _with_changes(letter: LetterChanges) -> frozenset[str]:
    """The parts at which a change is."""
    changes = (change for one in letter.languages for change in one.changes if change.kind != "consequences")
    return frozenset(key for one in changes for key in (f"new {one.new}", f"old {one.old}") if not key.endswith(" "))


def _matched_places(letter: LetterChanges) -> dict[str, str]:
    """The new key of each old part that is matched in any language."""
    parts = (part for compared in letter.compared.values() for part in _leaves(compared.root, frozenset()))
    return {part.old.key: part.new.key for part in parts if part.old and part.new}


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


def unique(anchor: str, taken: set[str]) -> str:
    """An address like this one that is not taken; it is then."""
    anchor = _UNSAFE.sub("-", anchor)
    found, count = anchor, 1
    while found in taken:
        count += 1
        found = f"{anchor}.{count}"
    taken.add(found)
    return found
