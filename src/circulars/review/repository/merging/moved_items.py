"""Takes the items of a list that one version moved to their new places in the others, so that edits in them merge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from circulars.review.comparing.common import increasing
from circulars.review.layout.entries import LayoutEntry, LayoutGroup, read_entries

Lines = Sequence[str]
_ALIKE: Final = 0.5
_Item = tuple[str, ...]
"""The lines of an item of a list, with the comments above it."""


@dataclass(frozen=True, slots=True)
class _Items:
    """The items of a list in some lines, the lines that they take, and whether a blank line is between them."""

    start: int
    end: int
    items: tuple[_Item, ...]
    is_spaced: bool


def with_moves(base: Lines, mover: Lines, editor: Lines) -> tuple[Lines, Lines] | None:
    """The base and the editor's version with items where the mover has them; None if no item was moved and edited.

    The lists are those of the letter itself, such as its body. No line is added or left out.
    """
    lists = [_lists(lines) for lines in (base, mover, editor)]
    new_base, new_editor = list(base), list(editor)
    for name in sorted(lists[0], key=lambda one: -lists[0][one].start):
        if not all(name in one for one in lists):
            continue
        before, moved, edited = (one[name] for one in lists)
        if orders := _orders(before.items, moved.items, edited.items):
            new_base[before.start : before.end] = _joined(before, orders[0])
            new_editor = _replaced(new_editor, name, _joined(edited, orders[1]))
    return (new_base, new_editor) if new_base != list(base) else None


def _replaced(lines: list[str], name: str, items: Sequence[str]) -> list[str]:
    """Lines with other items in the list with a name."""
    found = _lists(lines)[name]
    return [*lines[: found.start], *items, *lines[found.end :]]


def _joined(found: _Items, order: Sequence[int]) -> list[str]:
    between = [""] if found.is_spaced else []
    lines = [line for number in order for line in (*found.items[number], *between)]
    return lines[:-1] if found.is_spaced else lines


def _lists(lines: Lines) -> dict[str, _Items]:
    """The lists of a letter by their keys, each item on lines of its own."""
    text = "\n".join(lines)
    root = read_entries(text)
    found = {}
    for entry in root.entries if isinstance(root, LayoutGroup) else ():
        group = entry.value
        if isinstance(group, LayoutGroup) and group.is_list and not group.flow and group.entries:
            starts = [text.count("\n", 0, _start(one)) for one in group.entries]
            end = text.count("\n", 0, group.end) + 1
            bounds = zip(starts, (*starts[1:], end), strict=True)
            typed = [tuple(lines[at:stop]) for at, stop in bounds]
            items = tuple(item[:-1] if item[-1] == "" else item for item in typed)
            found[entry.name] = _Items(starts[0], end, items, typed[0] != items[0])
    return found


def _start(entry: LayoutEntry) -> int:
    return min([entry.start, *(comment.start for comment in entry.comments)])


def _orders(
    base: Sequence[_Item], mover: Sequence[_Item], editor: Sequence[_Item]
) -> tuple[list[int], list[int]] | None:
    """The order of the base's items as the mover has them, and that of the editor's; None if no edited item moved."""
    if any(len({*items}) < len(items) for items in (base, mover, editor)):
        return None
    there = {item: number for number, item in enumerate(mover)}
    kept = [number for number, item in enumerate(base) if item in there]
    moved = {*kept} - {number for _, number in increasing([(there[base[number]], number) for number in kept])}
    edits = _edits(base, editor)
    if edits is None or not any(number in edits and editor[edits[number]] != base[number] for number in moved):
        return None
    order = _with_followers(sorted(kept, key=lambda number: there[base[number]]), len(base))
    return order, _with_followers([edits[number] for number in order if number in edits], len(editor))


def _edits(base: Sequence[_Item], editor: Sequence[_Item]) -> dict[int, int] | None:
    """Where the editor has the base's items, edited or not; None if it moved some itself."""
    found: dict[int, int] = {}
    for kind, start, end, first, last in SequenceMatcher(None, base, editor, autojunk=False).get_opcodes():
        if kind == "equal":
            found |= zip(range(start, end), range(first, last), strict=True)
        elif kind == "replace":
            found |= _alike(base, range(start, end), editor, range(first, last))
    others = {item for number, item in enumerate(base) if number not in found}
    return None if others & {*editor} else found


def _alike(
    base: Sequence[_Item], numbers: Sequence[int], editor: Sequence[_Item], places: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Items between the same neighbours with much the same words, in order."""
    at = 0
    for number in numbers:
        likes = {place: _likeness(base[number], editor[place]) for place in places[at:]}
        best = max(likes, key=lambda place: likes[place], default=-1)
        if best >= 0 and likes[best] >= _ALIKE:
            yield number, best
            at = places.index(best) + 1


def _likeness(one: _Item, other: _Item) -> float:
    """How much of the words of two items is the same, from 0 to 1."""
    return SequenceMatcher(None, " ".join(one).split(), " ".join(other).split(), autojunk=False).ratio()


def _with_followers(order: Sequence[int], count: int) -> list[int]:
    """An order of some numbers with all others up to a count, each after the one that it follows."""
    done = list(order)
    for number in range(count):
        if number not in done:
            done.insert(done.index(number - 1) + 1 if number else 0, number)
    return done
