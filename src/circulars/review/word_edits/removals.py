"""Plans which paragraphs, list entries and table rows an edited file has removed from a letter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set

from circulars.review.word_edits.accepted import AcceptedParagraph
from circulars.review.word_edits.edits import PlannedEdit, RemoveEntry
from circulars.review.word_edits.rewrites import Refused
from circulars.review.word_edits.versions import PulledVersions, entry_of
from circulars.source.editing import Path


def removals(versions: PulledVersions) -> tuple[list[PlannedEdit], list[Refused]]:
    """The removal of entries of which no paragraph is left, the last one first; and what cannot be removed."""
    edits: list[PlannedEdit] = []
    by_entry, refused = _by_entry(versions)
    for entry, places in sorted(by_entry.items(), key=lambda one: one[1], reverse=True):
        texts = tuple(dict.fromkeys(versions.origins[place].text.path for place in places if place in versions.origins))
        words = "\n".join(versions.old[place].text for place in places)
        near = _around(versions, places[0])
        names = [name for place in places for name in versions.old[place].names]
        authors = tuple(dict.fromkeys(author for name in names for author in versions.authors.get(name, ())))
        edits.append(
            PlannedEdit(RemoveEntry(entry, texts), "removed", words, "", near, authors, _groups(versions, places))
        )
    return edits, refused


def _by_entry(versions: PulledVersions) -> tuple[dict[Path, list[int]], list[Refused]]:
    """The numbers of lost paragraphs by the entry that is removed, and those of which none can be."""
    lost = {*versions.pairs.removed, *(one for ones in versions.pairs.merged.values() for one in ones)}
    lost |= {
        place
        for number, place in enumerate(versions.pairs.olds)
        if place is not None and _is_emptied(versions.old[place], versions.new[number])
    }
    by_entry: dict[Path, list[int]] = {}
    refused: list[Refused] = []
    entries = {place: entry for place in lost if (entry := _removable(versions, place, lost))}
    for place in sorted(lost):
        words = versions.old[place].text
        if not words.strip():
            continue
        if entry := entries.get(place) or _entry_of_row(versions, place, entries):
            by_entry.setdefault(entry, []).append(place)
            continue
        reason = "only whole paragraphs, entries and rows of the letter can be removed"
        around, groups = _around(versions, place), _groups(versions, [place])
        refused.append(Refused(words, "", reason, "edit the letter", around, kind="removed", groups=groups))
    return by_entry, refused


def _entry_of_row(versions: PulledVersions, place: int, entries: Mapping[int, Path]) -> Path:
    """The entry that is removed with the row of a cell whose words are not typed, such as a date; () if none is."""
    cell = versions.old[place].cell
    if cell is None or place in versions.origins:
        return ()
    row = [
        number
        for number, one in enumerate(versions.old)
        if one.cell and (one.cell.table, one.cell.row) == (cell.table, cell.row)
    ]
    found = {entries[number] for number in row if number in entries}
    is_whole = all(number in entries or number not in versions.origins for number in row)
    return found.pop() if is_whole and len(found) == 1 and not {*row} & {*versions.pairs.olds} else ()


def _groups(versions: PulledVersions, places: Collection[int]) -> frozenset[int]:
    """The groups of edits that the removal of paragraphs belongs to: of those that they were merged into."""
    return frozenset(number for number, ones in versions.pairs.merged.items() if any(one in places for one in ones))


def _is_emptied(old: AcceptedParagraph, new: AcceptedParagraph) -> bool:
    return not new.text.strip() and bool(old.text.strip()) and new.cell is None


def _removable(versions: PulledVersions, place: int, lost: Set[int]) -> Path:
    """The largest entry that a lost paragraph is in and that has no other words; () if there is none."""
    origin = versions.origins.get(place)
    if origin is None or origin.text.count > 1 or (origin.first, origin.last) != (0, len(origin.text.units)):
        return ()
    path = origin.text.path
    own = entry_of(path)
    if not own or not _is_own_text(path, own):
        return ()
    kept = [one.text.path for number, one in versions.origins.items() if number not in lost]  # the texts that stay
    best: Path = ()
    for end in range(len(own), 0, -1):
        if not isinstance(own[end - 1], int) or any(other[:end] == own[:end] for other in kept):
            continue
        if end == len(own) or _is_block(own[:end]):
            best = own[:end]
    return best


def _around(versions: PulledVersions, place: int) -> frozenset[int]:
    """The numbers of the edited file's paragraphs around a lost one."""
    olds = versions.pairs.olds
    before = max((number for number, one in enumerate(olds) if one is not None and one < place), default=-1)
    after = next((number for number, one in enumerate(olds) if one is not None and one > place), len(olds))
    return frozenset((before, after))


def _is_block(path: Path) -> bool:
    """Whether a path is that of a block of a body, or of an entry of a list in one."""
    return "body" in path and isinstance(path[-1], int)


def _is_own_text(path: Path, entry: Path) -> bool:
    """Whether a text is what its entry is about, and not one of several things that it states."""
    rest = path[len(entry) :]
    if rest and isinstance(rest[0], int):
        return True  # a cell of a row
    return not rest or len(rest) == 1 or rest[0] in ("heading", "note")
