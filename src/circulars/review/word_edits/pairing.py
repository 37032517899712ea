"""Finds for each paragraph of an edited file the one that it was before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from circulars.review.word_edits.accepted import AcceptedParagraph

_ALIKE: Final = 0.5
"""How much of two paragraphs without a common name must be the same."""
_LONGEST: Final = 20_000
"""The most characters of a paragraph that may have been split."""
_MOST: Final = 400
"""The most characters of a paragraph that are compared with others."""


@dataclass(frozen=True, slots=True)
class PairedFile:
    """The number of the old paragraph of each new one, or None; the ones that were merged into a new one; the rest.

    ``split`` has for a new paragraph with words of an old one the number of the new one that is paired with that.
    """

    olds: tuple[int | None, ...]
    merged: Mapping[int, tuple[int, ...]]
    removed: tuple[int, ...]
    split: Mapping[int, int]


def paired(old: Sequence[AcceptedParagraph], new: Sequence[AcceptedParagraph]) -> PairedFile:
    """The pairs: by the names of places, then by the same text, then by similar texts in the same gap."""
    olds, merged = _by_name(old, new)
    _keep_whole(old, new, olds)
    claimed = {one for one in olds if one is not None} | {one for ones in merged.values() for one in ones}
    for number, other in _by_text(old, new, olds, claimed):
        olds[number] = other
        claimed.add(other)
    _merge_by_text(old, new, olds, merged, claimed)
    removed = tuple(number for number in range(len(old)) if number not in claimed)
    split = dict(_split(old, new, olds))
    return PairedFile(tuple(olds), {number: tuple(ones) for number, ones in merged.items()}, removed, split)


def _by_name(
    old: Sequence[AcceptedParagraph], new: Sequence[AcceptedParagraph]
) -> tuple[list[int | None], dict[int, list[int]]]:
    places = {name: number for number, one in enumerate(old) for name in one.names}
    olds: list[int | None] = []
    merged: dict[int, list[int]] = {}
    claimed: set[int] = set()
    for number, one in enumerate(new):
        own = [place for name in one.names if (place := places.get(name)) is not None and place not in claimed]
        own = list(dict.fromkeys(own))
        claimed.update(own)
        olds.append(own[0] if own else None)
        if len(own) > 1:
            merged[number] = own[1:]
    return olds, merged


def _keep_whole(old: Sequence[AcceptedParagraph], new: Sequence[AcceptedParagraph], olds: list[int | None]) -> None:
    """Gives a name back to the paragraph that is whole, where a new one beside it was begun inside its bookmark."""
    for number, place in enumerate(olds):
        if place is None or new[number].text == old[place].text:
            continue
        for beside in (number + 1, number - 1):
            if 0 <= beside < len(new) and olds[beside] is None and new[beside].text == old[place].text:
                olds[beside], olds[number] = place, None
                break


def _by_text(
    old: Sequence[AcceptedParagraph], new: Sequence[AcceptedParagraph], olds: Sequence[int | None], claimed: set[int]
) -> Iterator[tuple[int, int]]:
    """Pairs of paragraphs without a common name, in gaps between those that have one."""
    free = [number for number in range(len(old)) if number not in claimed]
    open_ = [number for number, place in enumerate(olds) if place is None]
    same = SequenceMatcher(None, [_key(old[one]) for one in free], [_key(new[one]) for one in open_], autojunk=False)
    taken: set[int] = set()
    for first, start, length in same.get_matching_blocks():
        for step in range(length):
            taken |= {first + step}
            yield open_[start + step], free[first + step]
    used = {open_[start + step] for _, start, length in same.get_matching_blocks() for step in range(length)}
    for number in open_:
        if number in used:
            continue
        before = next((place for place in reversed(olds[:number]) if place is not None), -1)
        after = next((place for place in olds[number:] if place is not None), len(old))
        best = max(
            (at for at, place in enumerate(free) if at not in taken and before < place < after),
            key=lambda at: _likeness(old[free[at]], new[number]),
            default=None,
        )
        if best is not None and _likeness(old[free[best]], new[number]) >= _ALIKE:
            taken.add(best)
            yield number, free[best]
            continue
        moved = (at for at, place in enumerate(free) if at not in taken and _key(old[place]) == _key(new[number]))
        if (at := next(moved, None)) is not None:
            taken.add(at)
            yield number, free[at]


def _merge_by_text(
    old: Sequence[AcceptedParagraph],
    new: Sequence[AcceptedParagraph],
    olds: list[int | None],
    merged: dict[int, list[int]],
    claimed: set[int],
) -> None:
    """Finds old paragraphs without a name whose words are now in the paragraph that their neighbour became."""
    for number, one in enumerate(new):
        place = olds[number]
        if place is None:
            continue
        for beside in (place + 1, place - 1):
            if not 0 <= beside < len(old) or beside in claimed:
                continue
            words = old[beside].text.strip()
            if not words or words not in one.text or words in old[place].text:
                continue
            claimed.add(beside)
            first, *others = sorted((place, *merged.get(number, ()), beside))
            olds[number], merged[number] = first, others


def _split(
    old: Sequence[AcceptedParagraph], new: Sequence[AcceptedParagraph], olds: list[int | None]
) -> Iterator[tuple[int, int]]:
    """The new paragraphs with words of the old one of a paragraph above; the first of several keeps the old one."""
    worded = [number for number, one in enumerate(new) if one.text.strip()]
    for at, number in enumerate(worded[:-1]):
        below = worded[at + 1]
        place = olds[below]
        if olds[number] is None and place is not None and _is_cut_off(old[place], new[number], new[below]):
            olds[number], olds[below] = place, None
    main = None
    for number in worded:
        place = olds[number]
        if place is not None:
            main = number
        elif main is not None and (above := olds[main]) is not None and _is_cut_off(old[above], new[number], new[main]):
            yield number, main


def _is_cut_off(old: AcceptedParagraph, part: AcceptedParagraph, rest: AcceptedParagraph) -> bool:
    """Whether most words of a paragraph are from an old one, and no longer in the rest of that."""
    if not len(rest.text) < len(old.text) <= _LONGEST or len(part.text) > len(old.text) + _MOST:
        return False
    matcher = SequenceMatcher(None, old.text, part.text, autojunk=False)
    block = matcher.find_longest_match()
    words = old.text[block.a : block.a + block.size].strip()
    return block.size >= _ALIKE * len(part.text) and words not in rest.text


def _key(one: AcceptedParagraph) -> tuple[str, str, bool]:
    return one.text, one.part, one.cell is None


def _likeness(one: AcceptedParagraph, other: AcceptedParagraph) -> float:
    if one.part != other.part or not one.text or not other.text:
        return 0
    matcher = SequenceMatcher(None, one.text[:_MOST], other.text[:_MOST], autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE else 0
