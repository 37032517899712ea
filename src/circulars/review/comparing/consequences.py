"""Finds what changed only because something else did: numbers, references to them, and what announces the annexes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from circulars.review.comparing.comparison import Comparison, Matched
from circulars.review.comparing.holes import REFERENCE, Filling, names_in
from circulars.review.comparing.tree import Unit

Pair = tuple[Unit, Unit]

_SEVERAL: Final = 3  # paragraphs


def consequences(compared: Comparison) -> tuple[str, ...]:
    """The consequences of the changes, each in words: "paragraphs 3 to 4 were 2 to 3"."""
    numbering = _numbering_change(otherwise_numbered(compared))
    return (*_renumbered(compared.root), *numbering, *_references(compared), *_announcements(compared))


def otherwise_numbered(compared: Comparison) -> list[Pair]:
    """The paragraphs without a number, or with one, because the whole letter is numbered otherwise; [] if it is not.

    It is if some paragraphs lost or got their numbers, and none that is in both versions has one in both.
    """
    pairs = [
        (part.old, part.new)
        for part in compared.root.walk()
        if part.old and part.new and part.new.family == "text" and part.old.look == part.new.look
    ]
    changed = [pair for pair in pairs if bool(pair[0].number) != bool(pair[1].number)]
    is_alike = len({bool(old.number) for old, _ in changed}) == 1 and not any(
        old.number and new.number for old, new in pairs
    )
    return changed if is_alike and len(changed) >= _SEVERAL else []


def _numbering_change(pairs: Sequence[Pair]) -> Iterator[str]:
    if pairs:
        is_lost = bool(pairs[0][0].number)
        places = together((old if is_lost else new).place for old, new in pairs)
        yield f"no longer numbered: {places}" if is_lost else f"now numbered: {places}"


def announcing(compared: Comparison) -> frozenset[str]:
    """The keys of the parts whose words changed only because others did.

    These are what announces annexes and enclosures, if some were added, removed or renamed, and what says to which
    letter an annex belongs, if the letter's reference changed.
    """
    parts = {part.unit.key: part for part in compared.root.parts}
    keys = set()
    annexes = parts["annexes"]
    if annexes.old and annexes.new and _titles(annexes.old) != _titles(annexes.new):
        keys.add("annex-note")
    enclosures = parts["enclosures"]
    if enclosures.old and enclosures.new and (_count(enclosures.old) == 1) != (_count(enclosures.new) == 1):
        keys.add("enclosures.label")
    if compared.filling.old.get(REFERENCE) != compared.filling.new.get(REFERENCE):
        keys |= {part.unit.key for annex in annexes.parts for part in annex.parts if part.unit.name == "parent"}
    return frozenset(keys)


def _titles(annexes: Unit) -> list[tuple[str, ...]]:
    """The label and the title of each annex."""
    return [
        (annex.number, *(_nfc(part.words) for part in annex.parts if part.name == "title")) for annex in annexes.parts
    ]


def _nfc(words: str) -> str:
    return unicodedata.normalize("NFC", words)


def _count(listed: Unit) -> int:
    return sum(part.family == "item" for part in listed.parts)


def _announcements(compared: Comparison) -> Iterator[str]:
    keys = announcing(compared)
    for part in compared.root.walk():
        is_announcing = part.unit.key in keys and part.unit.name != "parent"
        if is_announcing and part.old and part.new and part.old.words != part.new.words:
            old, new = (" / ".join(unit.words.split("\n")) for unit in (part.old, part.new))
            yield f"“{new}” was “{old}”" if old and new else f"“{new}” is new" if new else f"“{old}” is gone"


def _renumbered(root: Matched) -> Iterator[str]:
    """The paragraphs, headings, annexes, footnotes and entries of lists that have other numbers."""
    for part in root.walk():
        changed = [pair for pair in _stayed(part) if all(map(_number, pair)) and _number(pair[0]) != _number(pair[1])]
        for run in _runs(changed):
            yield _was(run)


def _stayed(part: Matched) -> Iterator[Pair]:
    """The parts in a part that were in it before, too, and did not move."""
    before = {unit.key for unit in part.old.parts} if part.old else set()
    yield from (
        (one.old, one.new) for one in part.parts if one.fate == "kept" and one.new and one.old and one.old.key in before
    )


def _number(unit: Unit) -> str:
    """The number or letter that readers see before a part; "" if it has none."""
    if unit.family == "item":
        return unit.place.rpartition(" ")[2] if unit.reference else ""
    return _nfc(unit.number)


def _runs(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """The parts in runs of the same numbering, all with the same distance between the old and the new number."""
    runs: list[list[Pair]] = []
    for pair in sorted(pairs, key=_numbering):
        if runs and _numbering(runs[-1][-1]) == _numbering(pair) and _follows(runs[-1][-1], pair):
            runs[-1].append(pair)
        else:
            runs.append([pair])
    return runs


def _numbering(pair: Pair) -> str:
    """The numbering to which a part belongs: that of paragraphs, headings, annexes, footnotes or entries."""
    return pair[1].family if pair[1].family != "text" else pair[1].look.partition(" of ")[0].partition(" only ")[0]


def _follows(before: Pair, after: Pair) -> bool:
    """Whether both numbers of a part are the next after those of the part before it."""
    numbers = [(_number(one), _number(other)) for one, other in zip(before, after, strict=True)]
    return all(one.isdigit() and other.isdigit() and int(other) - int(one) >= 1 for one, other in numbers) and (
        len({int(other) - int(one) for one, other in numbers}) == 1
    )


def _was(run: list[Pair]) -> str:
    (first_old, first), (last_old, last) = run[0], run[-1]
    if len(run) == 1 or not first.place.endswith(f" {_number(first)}"):
        return ", ".join(f"{_name(new)} was {_own(old)}" for old, new in run)
    what, _, number = first.place.rpartition(" ")
    return f"{what}s {number} to {_number(last)} were {_number(first_old)} to {_number(last_old)}"


def _name(unit: Unit) -> str:
    return unit.reference if unit.family == "annex" else unit.place


def _own(old: Unit) -> str:
    """What a part was in the old document: its number, or the name of an annex."""
    return _number(old) if old.family in ("text", "item", "footnote") else _name(old)


def _references(compared: Comparison) -> Iterator[str]:
    places = [part.new.place for part in compared.bare.walk() if part.new and _refers_anew(part, compared.filling)]
    if places:
        yield f"references to them follow in {together(places)}"


def _refers_anew(part: Matched, filling: Filling) -> bool:
    """Whether a text refers to a part of the letter by another number than before."""
    names = {*names_in(part.old)} & {*names_in(part.new)} if part.old and part.new else set[str]()
    numbers = (name for name in names if name.startswith("#") and not name.endswith((":mark", ":link")))
    return any(filling.old[name] != filling.new[name] for name in numbers)


def together(places: Iterable[str]) -> str:
    """Places in words: "Subject, paragraphs 1, 4 and 6 and row 5/902"."""
    groups: dict[str, list[str]] = {}
    for place in dict.fromkeys(places):
        what, _, number = place.rpartition(" ")
        is_numbered = what.endswith("paragraph") and number[:1].isdigit()
        groups.setdefault(what if is_numbered else place, []).extend([number] if is_numbered else [])
    words = [_named(what, numbers) for what, numbers in groups.items()]
    return "; ".join(words) if any(", " in what for what in groups) and len(words) > 1 else listed(words)


def _named(what: str, numbers: list[str]) -> str:
    if len(numbers) > 1:
        return f"{what}s {listed(numbers)}"
    return f"{what} {numbers[0]}" if numbers else what


def listed(words: Iterable[str]) -> str:
    """Words as a list: "en, es and fr"."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
