"""Chooses the copies of a merge that are worth checking before all are made."""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import Final

import pikepdf

from circulars.east_asian import width
from circulars.merge.making.copies import Edition, Kit
from circulars.merge.planning.ledger import Entry
from circulars.model.addressee import BLOCK, SALUTATION, CellHole

MAX_CASES: Final = 40
"""The most cases that are shown: nobody would look at more."""
MAX_COUNTED: Final = 50
"""The most copies laid out in full whose pages are counted."""

# The reasons to look at a copy, the most important first.
_PAGES, _WHOLE, _LONGEST, _LINES, _CHARACTERS, _EMPTY, _SHORTEST, _EDITION = range(8)
_LATIN_ENDS: Final = 0x250  # the end of Latin Extended-B: European names need no characters beyond it
_MAX_CHARACTERS: Final = 20
_MARKUP: Final = frozenset("<>{}\\")
_FORMAT: Final = "pdf"
_SCRIPTS: Final = {"Cjk": "Chinese", "Hangul": "Korean", "Hiragana": "Japanese", "Katakana": "Japanese"}
_BLOCK_LINES: Final = ("the most lines in the postal block", "the fewest lines in the postal block", "line")

Key = tuple[str, int]
"""An edition: its language and its audience."""


@dataclass(frozen=True, slots=True)
class Case:
    """One copy worth checking: its addressee, the reasons in plain words, and its PDF.

    It ``is_apart`` if it is not filled from the master, because its lines differ from those of most copies.
    """

    entry: Entry
    reasons: tuple[str, ...]
    data: bytes
    pages: int
    is_apart: bool


@dataclass(frozen=True, slots=True)
class Cases:
    """The copies worth checking, the most important first.

    ``apart`` is the number of copies whose lines differ from those of most copies, and ``counted`` the number of those
    whose pages were counted.
    ``left_out`` is the number of reasons whose copies are not shown.
    """

    shown: tuple[Case, ...]
    editions: Mapping[Key, int]
    apart: int
    counted: int
    left_out: int


@dataclass(frozen=True, slots=True, order=True)
class _Reason:
    """A reason to look at an addressee's copy. Reasons sort by importance."""

    rank: int
    place: int
    n: int
    text: str
    entry: Entry = field(compare=False)


@dataclass(slots=True)
class _Extreme:
    """The entry with the largest amount of something or, with ``sign`` -1, the smallest; the first of equals."""

    sign: int = 1
    amount: int = 0
    entry: Entry | None = None

    def offer(self, amount: int, entry: Entry) -> None:
        if self.entry is None or self.sign * amount > self.sign * self.amount:
            self.amount, self.entry = amount, entry


@dataclass(slots=True)
class _EditionStats:
    """What was found about one edition. ``widest`` are the copies with other lines that have the widest values."""

    count: int = 0
    first: Entry | None = None
    longest: dict[str, _Extreme] = field(default_factory=dict)
    shortest: dict[str, _Extreme] = field(default_factory=dict)
    lines: _Extreme = field(default_factory=_Extreme)
    fewest: _Extreme = field(default_factory=lambda: _Extreme(sign=-1))
    filled: Entry | None = None
    apart: int = 0
    widest: list[tuple[int, int, Entry]] = field(default_factory=list)


def find_cases(kit: Kit, entries: Iterable[Entry]) -> Cases:
    """The copies of a plan that are worth checking, found in one pass with constant memory.

    The kit makes PDFs. A copy that is filled from its master has as many pages as the master, so pages are counted only
    for other copies and, if those are many, only for the ones with the widest values.

    Raises:
        CircularsError: a copy cannot be made.
    """
    finder = _CaseFinder(kit)
    for entry in entries:
        finder.add(entry)
    return finder.cases()


class _CaseFinder:
    """Examines one addressee after the other, and remembers the most remarkable."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._editions: dict[Key, _EditionStats] = {}
        self._characters: dict[str, Entry] = {}
        self._filled: Counter[str] = Counter()
        self._first_empty: dict[str, Entry] = {}
        self._count = 0

    def add(self, entry: Entry) -> None:
        """Examines one addressee."""
        self._count += 1
        for column, cell in zip(self._kit.columns, entry.cells, strict=True):
            if cell:
                self._filled[column] += 1
            else:
                self._first_empty.setdefault(column, entry)
        values = self._kit.values(entry)
        stats = self._editions.setdefault((entry.language, entry.audience), _EditionStats())
        stats.count += 1
        stats.first = stats.first or entry
        total = 0
        for hole, value in values.items():
            total += self._measure(stats, hole, value, entry)
        master = self._edition(entry).masters[_FORMAT]
        if master.tail(values) is not None:
            stats.filled = stats.filled or entry
            return
        stats.apart += 1
        keep = heappush if len(stats.widest) < MAX_COUNTED else heappushpop
        keep(stats.widest, (total, -entry.n, entry))

    def _edition(self, entry: Entry) -> Edition:
        return self._kit.editions[entry.language, entry.audience]

    def _measure(self, stats: _EditionStats, hole: str, value: str, entry: Entry) -> int:
        """The total width of a value's lines; the value is remembered if it is remarkable."""
        if hole != BLOCK and CellHole.of(hole).has_stop:
            value = value.removesuffix(".")
        lines = value.split("\n")
        widths = [width(line) for line in lines]
        stats.longest.setdefault(hole, _Extreme()).offer(max(widths), entry)
        if hole == BLOCK:
            stats.lines.offer(len(lines), entry)
            stats.fewest.offer(len(lines), entry)
        stats.shortest.setdefault(hole, _Extreme(sign=-1)).offer(max(widths), entry)
        if not _MARKUP.isdisjoint(value):
            self._characters.setdefault("signs of markup, shown as they were typed", entry)
        if not value.isascii():
            for character in value:
                if ord(character) < _LATIN_ENDS or len(self._characters) >= _MAX_CHARACTERS:
                    continue
                if kind := _kind_of(character):
                    self._characters.setdefault(kind, entry)
        return sum(widths) + len(lines)

    def cases(self) -> Cases:
        """The copies worth checking, of all addressees so far."""
        usual, counted = self._count_pages()
        reasons = sorted([*self._page_reasons(usual, counted), *self._value_reasons(), *self._list_reasons()])
        chosen = self._choose(reasons)
        return Cases(
            shown=tuple(self._case(entry, reasons) for entry in chosen),
            editions={key: stats.count for key, stats in self._editions.items()},
            apart=sum(stats.apart for stats in self._editions.values()),
            counted=len(counted),
            left_out=sum(one.rank != _EDITION and one.entry not in chosen for one in reasons),
        )

    def _case(self, entry: Entry, reasons: Sequence[_Reason]) -> Case:
        data, is_apart = self._copy(entry)
        mine = [one for one in reasons if one.n == entry.n]
        telling = [one.text for one in mine if one.rank != _EDITION] or [one.text for one in mine]
        return Case(entry, tuple(telling), data, _pages(data), is_apart)

    def _copy(self, entry: Entry) -> tuple[bytes, bool]:
        """An addressee's copy, and whether it was not filled from the master."""
        [copy] = self._kit.copies(entry)
        return copy.data, copy.head != self._edition(entry).masters[_FORMAT].head

    def _count_pages(self) -> tuple[dict[Key, int], dict[int, tuple[Entry, int]]]:
        """The usual number of pages of each edition, and the pages of each copy that was counted, by addressee."""
        # The editions take turns, so that copies of each are counted.
        turns = [sorted(stats.widest, reverse=True) for stats in self._editions.values()]
        longest = max(map(len, turns), default=0)
        queue = [turn[place][2] for place in range(longest) for turn in turns if place < len(turn)]
        counted = {entry.n: (entry, _pages(self._copy(entry)[0])) for entry in queue[:MAX_COUNTED]}
        usual = {}
        for key, stats in self._editions.items():
            if stats.filled:
                usual[key] = _pages(self._copy(stats.filled)[0])
                continue
            pages = Counter(count for entry, count in counted.values() if (entry.language, entry.audience) == key)
            usual[key] = max(pages, key=lambda count: (pages[count], -count), default=0)
        return usual, counted

    def _page_reasons(self, usual: Mapping[Key, int], counted: Mapping[int, tuple[Entry, int]]) -> Iterator[_Reason]:
        for entry, pages in counted.values():
            if pages != usual[_key(entry)]:
                text = f"{_counted(pages, 'page')}; the others have {usual[_key(entry)]}"
                yield _Reason(_PAGES, -pages, entry.n, text, entry)
        noted: set[Key] = set()
        for entry, _ in counted.values():
            stats = self._editions[_key(entry)]
            if stats.filled and _key(entry) not in noted:
                noted.add(_key(entry))
                text = f"other lines than most ({stats.apart:,} of {stats.count:,}): more of them, or in another font"
                yield _Reason(_WHOLE, 0, entry.n, text, entry)

    def _value_reasons(self) -> Iterator[_Reason]:
        for stats in self._editions.values():
            for place, hole in enumerate(stats.longest):
                yield from _extremes(stats.longest[hole], stats.shortest[hole], _LONGEST, place, *_superlatives(hole))
            yield from _extremes(stats.lines, stats.fewest, _LINES, 0, *_BLOCK_LINES)

    def _list_reasons(self) -> Iterator[_Reason]:
        for place, (kind, entry) in enumerate(self._characters.items()):
            yield _Reason(_CHARACTERS, place, entry.n, kind, entry)
        for place, (column, entry) in enumerate(self._first_empty.items()):
            if filled := self._filled[column]:
                text = f"no '{column}': {self._count - filled:,} of {self._count:,} have none"
                yield _Reason(_EMPTY, place, entry.n, text, entry)
        for place, stats in enumerate(self._editions.values()):
            if stats.first:
                yield _Reason(_EDITION, place, stats.first.n, "the first of this language and audience", stats.first)

    def _choose(self, reasons: Sequence[_Reason]) -> list[Entry]:
        """The entries to show, the most important first, including one of every edition if there is room."""
        chosen: dict[int, _Reason] = {}
        missing = dict.fromkeys(self._editions)
        for one in reasons:
            if one.rank == _PAGES and len(chosen) < MAX_CASES // 4:
                chosen.setdefault(one.n, one)
                missing.pop(_key(one.entry), None)
        for one in reasons:
            if one.rank != _PAGES and _key(one.entry) in missing and len(chosen) < MAX_CASES:
                chosen.setdefault(one.n, one)
                del missing[_key(one.entry)]
        for one in reasons:
            if one.rank not in (_PAGES, _EDITION) and len(chosen) < MAX_CASES:
                chosen.setdefault(one.n, one)
        return [one.entry for one in sorted(chosen.values())]


def _key(entry: Entry) -> Key:
    return entry.language, entry.audience


def _extremes(
    most: _Extreme, least: _Extreme, rank: int, place: int, high: str, low: str, unit: str
) -> Iterator[_Reason]:
    """The reasons for the entries with the most and the least of something, if the amounts differ."""
    if most.entry and least.entry and most.amount != least.amount:
        yield _Reason(rank, place, most.entry.n, f"{high}: {_counted(most.amount, unit)}", most.entry)
        yield _Reason(_SHORTEST, place, least.entry.n, f"{low}: {_counted(least.amount, unit)}", least.entry)


def _superlatives(hole: str) -> tuple[str, str, str]:
    """Words for the longest and the shortest value of a hole, and their unit."""
    name = hole.partition("|")[0]
    if name == BLOCK:
        return "the widest postal block", "the narrowest postal block", "character"
    noun = "salutation" if name == SALUTATION else f"'{name.removeprefix('addressee.')}'"
    return f"the longest {noun}", f"the shortest {noun}", "character"


def _kind_of(character: str) -> str:
    """What is unusual about a character beyond the Latin ones; "" for dashes, quotation marks and spaces."""
    category = unicodedata.category(character)
    script = unicodedata.name(character, "").partition(" ")[0].capitalize()
    if unicodedata.bidirectional(character) in ("R", "AL", "AN"):
        return f"{script} letters, from right to left" if category[0] == "L" else ""
    if category[0] == "L":
        return "rare Latin letters" if script == "Latin" else f"{_SCRIPTS.get(script, script)} letters"
    if category[0] == "M":
        return "marks that stand on other characters"
    if category == "Cf":
        return f"an invisible character (U+{ord(character):04X})"
    if category in ("So", "Sm", "Sk", "Cn", "Co"):
        return f"an unusual character: {character}"
    return ""


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _pages(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)
