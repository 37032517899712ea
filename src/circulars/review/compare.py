"""The changes between two documents as a reader would report them: paragraph by paragraph, and word by word."""

from __future__ import annotations

from collections.abc import Iterator

from circulars.model.document import Document, Picture
from circulars.review.changes import Change, Kind, Segment, Segments
from circulars.review.comparison import Comparison, Matched, comparison
from circulars.review.consequences import announcing, consequences
from circulars.review.holes import filled_change
from circulars.review.tree import EVERYBODY, Audiences, Unit
from circulars.review.words import look_remarks


def compare(
    old: Document, new: Document, old_audiences: Audiences = EVERYBODY, new_audiences: Audiences = EVERYBODY
) -> tuple[Change, ...]:
    """The changes that a reader would notice, in reading order; removed parts are in their old places.

    The audiences of blocks that are not for everybody are given by block id; a remark reports a changed audience.
    """
    return changes_of(comparison(old, new, old_audiences, new_audiences))


def changes_of(compared: Comparison) -> tuple[Change, ...]:
    """The changes in a comparison; see :func:`compare`."""
    read = _changes(compared.bare, announcing(compared.bare))
    changes = [filled_change(change, compared.filling) for change in read]
    remarks = consequences(compared)
    return (*changes, *((Change("consequences", "letter", remarks=remarks),) if remarks else ()))


def _changes(part: Matched, quiet: frozenset[str]) -> Iterator[Change]:
    """The changes of a part and of everything in it, except of the parts with the keys ``quiet``."""
    if part.fate == "moved away" or part.unit.key in quiet:
        return
    if part.old is None or part.new is None:
        yield from _each_part(part)
        return
    was = part.old.place if part.fate == "moved" and not part.carried else ""
    if change := _own_change(part.old, part.new, part.words, was):
        yield change
    for inner in part.parts:
        yield from _changes(inner, quiet)


def _own_change(old: Unit, new: Unit, words: Segments, was: str) -> Change | None:
    """The change of a part's own words and formatting, or None."""
    looks, links = look_remarks(old.spans, new.spans) if old.spans != new.spans else ([], [])
    looks += _layout_remarks(old, new)
    looks += _picture_remarks(old.picture, new.picture)
    kind: Kind
    if was:
        kind = "moved"
    elif old.words != new.words:
        kind = "changed" if old.words and new.words else "added" if new.words else "removed"
    elif links or looks:
        kind = "link" if links else "look"
    else:
        return None
    return Change(kind, new.place, new.id, words, (*looks, *links), was, old.key, new.key)


def _layout_remarks(old: Unit, new: Unit) -> list[str]:
    if old.look != new.look:
        was = f", formerly {old.look}" if old.look else ""
        return [f"now {new.look}{was}" if new.look else f"no longer {old.look}"]
    if bool(old.number) == bool(new.number):
        return []
    return [f"now numbered {new.number}" if new.number else f"no longer numbered, formerly {old.number}"]


def _each_part(part: Matched) -> Iterator[Change]:
    """The changes for an added or removed part and everything in it: one for each paragraph, item or row."""
    unit, is_row = part.unit, part.unit.family in ("row", "head")
    words = " | ".join(cell.words for cell in unit.parts) if is_row else unit.words
    if words and part.new:
        yield Change("added", unit.place, unit.id, (Segment("added", words),), new=unit.key)
    elif words:
        yield Change("removed", unit.place, unit.id, (Segment("removed", words),), old=unit.key)
    for inner in () if is_row else part.parts:
        if inner.unit.name != "parent":  # "(to Circular 213)" is under the heading of every annex
            yield from _each_part(inner)


def _picture_remarks(old: Picture | None, new: Picture | None) -> list[str]:
    if old is None or new is None:
        return [] if old is new else ["no longer with a picture" if old else "now with a picture"]
    remarks = []
    if old.data != new.data:
        remarks.append("now another picture")
    if (old.width, old.height) != (new.width, new.height):
        remarks.append("the picture has another size")
    if old.alt != new.alt:
        remarks.append(f"the picture is now described as “{new.alt}”, formerly “{old.alt}”")
    return remarks
