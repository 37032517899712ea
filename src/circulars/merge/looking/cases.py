"""Chooses the copies of a merge that are worth seeing before all are made."""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import Final

import pikepdf

from circulars.merge.making.copies import Edition, Kit
from circulars.merge.planning.ledger import Entry
from circulars.model.addressee import BLOCK, SALUTATION

MOST_CASES: Final = 40
"""How many cases are shown: more would not be looked at."""
MOST_COUNTED: Final = 50
"""Of how many copies that are laid out in full the pages are counted."""

# What is worth seeing, the most telling first.
_PAGES, _WHOLE, _LONGEST, _LINES, _SIGNS, _EMPTY, _SHORTEST, _EDITION = range(8)
_LATIN_ENDS: Final = 0x250  # Latin Extended-B ends before it: what European names are written with
_MOST_SIGNS: Final = 20
_MARKUP: Final = frozenset("<>{}\\")
_FORMAT: Final = "pdf"
_SCRIPTS: Final = {"Cjk": "Chinese", "Hangul": "Korean", "Hiragana": "Japanese", "Katakana": "Japanese"}
_BLOCK_LINES: Final = ("the most lines in the postal block", "the fewest lines in the postal block", "line")

Key = tuple[str, int]
"""An edition: its language and its audience."""


@dataclass(frozen=True, slots=True)
class Case:
    """One copy worth seeing: its addressee, why, in plain words, its PDF, and how that came about."""

    entry: Entry
    reasons: tuple[str, ...]
    data: bytes
    pages: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Cases:
    """The copies worth seeing, the most telling first.

    ``whole`` is how many copies are laid out in full, ``counted`` of how many of them the pages were counted;
    ``left_out`` how many reasons to look at a copy none of these has.
    """

    shown: tuple[Case, ...]
    editions: Mapping[Key, int]
    whole: int
    counted: int
    left_out: int


@dataclass(frozen=True, slots=True, order=True)
class _Found:
    """A reason to look at an addressee's copy; its order is that of telling."""

    rank: int
    place: int
    n: int
    text: str
    entry: Entry = field(compare=False)


@dataclass(slots=True)
class _Most:
    """The entry of which something is the most, and how much; of equals the first. It may be the least instead."""

    sign: int = 1
    amount: int = 0
    entry: Entry | None = None

    def offer(self, amount: int, entry: Entry) -> None:
        if self.entry is None or self.sign * amount > self.sign * self.amount:
            self.amount, self.entry = amount, entry


@dataclass(slots=True)
class _Seen:
    """What has been seen of one edition. ``widest`` are the copies laid out in full that have the most to show."""

    count: int = 0
    first: Entry | None = None
    longest: dict[str, _Most] = field(default_factory=dict)
    shortest: dict[str, _Most] = field(default_factory=dict)
    lines: _Most = field(default_factory=_Most)
    fewest: _Most = field(default_factory=lambda: _Most(sign=-1))
    filled: Entry | None = None
    whole: int = 0
    widest: list[tuple[int, int, Entry]] = field(default_factory=list)


def find_cases(kit: Kit, entries: Iterable[Entry]) -> Cases:
    """The copies worth seeing of those of a plan, in one pass over it; what is kept does not grow with the list.

    The kit makes PDFs. A copy that is filled from its master has as many pages as the master, so only the pages of
    copies that are laid out in full are counted, and of many only those with the most to show.

    Raises:
        CircularsError: a copy cannot be made.
    """
    search = _Search(kit)
    for entry in entries:
        search.see(entry)
    return search.cases()


def width(text: str) -> int:
    """How wide a text is, in characters: East Asian ones count as two, marks that stand on others as none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


class _Search:
    """Looks at one addressee after the other, and remembers the most remarkable."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._editions: dict[Key, _Seen] = {}
        self._signs: dict[str, Entry] = {}
        self._filled: Counter[str] = Counter()
        self._first_empty: dict[str, Entry] = {}
        self._count = 0

    def see(self, entry: Entry) -> None:
        """Looks at one addressee."""
        self._count += 1
        for column, cell in zip(self._kit.columns, entry.cells, strict=True):
            if cell:
                self._filled[column] += 1
            else:
                self._first_empty.setdefault(column, entry)
        values = self._kit.values(entry)
        seen = self._editions.setdefault((entry.language, entry.audience), _Seen())
        seen.count += 1
        seen.first = seen.first or entry
        total = 0
        for hole, value in values.items():
            total += self._measure(seen, hole, value, entry)
        master = self._edition(entry).masters[_FORMAT]
        if master.tail(values) is not None:
            seen.filled = seen.filled or entry
            return
        seen.whole += 1
        keep = heappush if len(seen.widest) < MOST_COUNTED else heappushpop
        keep(seen.widest, (total, -entry.n, entry))

    def _edition(self, entry: Entry) -> Edition:
        return self._kit.editions[entry.language, entry.audience]

    def _measure(self, seen: _Seen, hole: str, value: str, entry: Entry) -> int:
        """The width of a value, which is now remembered if it is remarkable."""
        lines = value.split("\n")
        widths = [width(line) for line in lines]
        seen.longest.setdefault(hole, _Most()).offer(max(widths), entry)
        if hole == BLOCK:
            seen.lines.offer(len(lines), entry)
            seen.fewest.offer(len(lines), entry)
        seen.shortest.setdefault(hole, _Most(sign=-1)).offer(max(widths), entry)
        if not _MARKUP.isdisjoint(value):
            self._signs.setdefault("signs of markup, shown as they were typed", entry)
        if not value.isascii():
            for sign in value:
                if ord(sign) >= _LATIN_ENDS and (kind := _kind_of(sign)) and len(self._signs) < _MOST_SIGNS:
                    self._signs.setdefault(kind, entry)
        return sum(widths) + len(lines)

    def cases(self) -> Cases:
        """The copies worth seeing of all that were looked at."""
        usual, counted = self._count_pages()
        found = sorted([*self._of_pages(usual, counted), *self._of_values(), *self._of_list()])
        chosen = self._choose(found)
        return Cases(
            shown=tuple(self._case(entry, found) for entry in chosen),
            editions={key: seen.count for key, seen in self._editions.items()},
            whole=sum(seen.whole for seen in self._editions.values()),
            counted=len(counted),
            left_out=sum(one.rank != _EDITION and one.entry not in chosen for one in found),
        )

    def _case(self, entry: Entry, found: Sequence[_Found]) -> Case:
        data, is_whole = self._print(entry)
        mine = [one for one in found if one.n == entry.n]
        telling = [one.text for one in mine if one.rank != _EDITION] or [one.text for one in mine]
        return Case(entry, tuple(telling), data, _pages(data), is_whole)

    def _print(self, entry: Entry) -> tuple[bytes, bool]:
        """An addressee's copy, and whether it was laid out in full."""
        [copy] = self._kit.copies(entry)
        return copy.data, copy.whole

    def _count_pages(self) -> tuple[dict[Key, int], dict[int, tuple[Entry, int]]]:
        """How many pages an edition's copies usually have, and how many those have that were counted."""
        # The editions take turns, so that each has its share of what is counted.
        turns = [sorted(seen.widest, reverse=True) for seen in self._editions.values()]
        longest = max(map(len, turns), default=0)
        queue = [turn[place][2] for place in range(longest) for turn in turns if place < len(turn)]
        counted = {entry.n: (entry, _pages(self._print(entry)[0])) for entry in queue[:MOST_COUNTED]}
        usual = {}
        for key, seen in self._editions.items():
            if seen.filled:
                usual[key] = _pages(self._print(seen.filled)[0])
                continue
            pages = Counter(count for entry, count in counted.values() if (entry.language, entry.audience) == key)
            usual[key] = max(pages, key=lambda count: (pages[count], -count), default=0)
        return usual, counted

    def _of_pages(self, usual: Mapping[Key, int], counted: Mapping[int, tuple[Entry, int]]) -> Iterator[_Found]:
        for entry, pages in counted.values():
            if pages != usual[_key(entry)]:
                text = f"{_counted(pages, 'page')}; the others have {usual[_key(entry)]}"
                yield _Found(_PAGES, -pages, entry.n, text, entry)
        told: set[Key] = set()
        for entry, _ in counted.values():
            seen = self._editions[_key(entry)]
            if seen.filled and _key(entry) not in told:
                told.add(_key(entry))
                text = f"laid out in full ({seen.whole:,} of {seen.count:,}): a line may break elsewhere"
                yield _Found(_WHOLE, 0, entry.n, text, entry)

    def _of_values(self) -> Iterator[_Found]:
        for seen in self._editions.values():
            for place, hole in enumerate(seen.longest):
                yield from _of_two(seen.longest[hole], seen.shortest[hole], _LONGEST, place, *_superlatives(hole))
            yield from _of_two(seen.lines, seen.fewest, _LINES, 0, *_BLOCK_LINES)

    def _of_list(self) -> Iterator[_Found]:
        for place, (kind, entry) in enumerate(self._signs.items()):
            yield _Found(_SIGNS, place, entry.n, kind, entry)
        for place, (column, entry) in enumerate(self._first_empty.items()):
            if filled := self._filled[column]:
                text = f"no '{column}': {self._count - filled:,} of {self._count:,} have none"
                yield _Found(_EMPTY, place, entry.n, text, entry)
        for place, seen in enumerate(self._editions.values()):
            if seen.first:
                yield _Found(_EDITION, place, seen.first.n, "the first of this language and audience", seen.first)

    def _choose(self, found: Sequence[_Found]) -> list[Entry]:
        """The entries that are shown, in the order of telling; every edition is among them while there is room."""
        chosen: dict[int, _Found] = {}
        missing = dict.fromkeys(self._editions)
        for one in found:
            if one.rank == _PAGES and len(chosen) < MOST_CASES // 4:
                chosen.setdefault(one.n, one)
                missing.pop(_key(one.entry), None)
        for one in found:
            if one.rank != _PAGES and _key(one.entry) in missing and len(chosen) < MOST_CASES:
                chosen.setdefault(one.n, one)
                del missing[_key(one.entry)]
        for one in found:
            if one.rank not in (_PAGES, _EDITION) and len(chosen) < MOST_CASES:
                chosen.setdefault(one.n, one)
        return [one.entry for one in sorted(chosen.values())]


def _key(entry: Entry) -> Key:
    return entry.language, entry.audience


def _of_two(most: _Most, least: _Most, rank: int, place: int, high: str, low: str, unit: str) -> Iterator[_Found]:
    """The entries that have the most and the least of something, if that differs."""
    if most.entry and least.entry and most.amount != least.amount:
        yield _Found(rank, place, most.entry.n, f"{high}: {_counted(most.amount, unit)}", most.entry)
        yield _Found(_SHORTEST, place, least.entry.n, f"{low}: {_counted(least.amount, unit)}", least.entry)


def _superlatives(hole: str) -> tuple[str, str, str]:
    """What the longest and the shortest value of a hole are called, and their unit."""
    name = hole.partition("|")[0]
    if name == BLOCK:
        return "the widest postal block", "the narrowest postal block", "character"
    called = "salutation" if name == SALUTATION else f"'{name.removeprefix('addressee.')}'"
    return f"the longest {called}", f"the shortest {called}", "character"


def _kind_of(sign: str) -> str:
    """What is unusual about a character beyond the usual Latin ones; nothing for a dash, a quotation mark, a space."""
    category = unicodedata.category(sign)
    script = unicodedata.name(sign, "").partition(" ")[0].capitalize()
    if unicodedata.bidirectional(sign) in ("R", "AL", "AN"):
        return f"{script} letters, from right to left" if category[0] == "L" else ""
    if category[0] == "L":
        return "rare Latin letters" if script == "Latin" else f"{_SCRIPTS.get(script, script)} letters"
    if category[0] == "M":
        return "marks that stand on other characters"
    if category == "Cf":
        return f"an invisible character (U+{ord(sign):04X})"
    if category in ("So", "Sm", "Sk", "Cn", "Co"):
        return f"an unusual character: {sign}"
    return ""


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _pages(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)
