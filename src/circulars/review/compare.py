"""The changes between two documents as a reader would report them: paragraph by paragraph, and word by word."""

from __future__ import annotations

from collections.abc import Iterator

from circulars.model.document import Document, Picture
from circulars.review.changes import Change, Kind, Segment, Segments
from circulars.review.comparison import Comparison, Matched, comparison
from circulars.review.consequences import announcing, consequences
from circulars.review.holes import filled_change
from circulars.review.looks import look_remarks
from circulars.review.tree import EVERYBODY, Audiences, Unit

# Fewer words that are all others are changed, not replaced.
_LONG = 4


def compare(
    old: Document, new: Document, old_audiences: Audiences = EVERYBODY, new_audiences: Audiences = EVERYBODY
) -> tuple[Change, ...]:
    """The changes that a reader would notice, in reading order; removed parts are in their old places.

    The audiences of blocks that are not for everybody are given by block id; a remark reports a changed audience.
    """
    return changes_of(comparison(old, new, old_audiences, new_audiences))


def changes_of(compared: Comparison) -> tuple[Change, ...]:
    """The changes in a comparison; see :func:`compare`."""
    read = _changes(compared.bare, announcing(compared.bare), compared.new.locale)
    changes = [filled_change(change, compared.filling) for change in read]
    remarks = consequences(compared)
    return (*changes, *((Change("consequences", "letter", remarks=remarks),) if remarks else ()))


def _changes(part: Matched, quiet: frozenset[str], locale: str) -> Iterator[Change]:
    """The changes of a part and of everything in it, except of the parts with the keys ``quiet``."""
    if part.fate == "moved away" or part.unit.key in quiet:
        return
    if part.old is None or part.new is None:
        yield from _each_part(part)
        return
    was = part.old.place if part.fate == "moved" and not part.carried else ""
    if change := _own_change(part.old, part.new, part.words, was, locale):
        yield change
    for inner in part.parts:
        yield from _changes(inner, quiet, locale)


def _own_change(old: Unit, new: Unit, words: Segments, was: str, locale: str) -> Change | None:
    """The change of a part's own words and formatting, or None."""
    looks, links = look_remarks(old.spans, new.spans, locale) if old.spans != new.spans else ([], [])
    looks += _layout_remarks(old, new)
    looks += _picture_remarks(old.picture, new.picture)
    kind: Kind
    if was:
        kind = "moved"
    elif old.words != new.words and (found := _kind_of_words(words)):
        kind = found
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


def _kind_of_words(words: Segments) -> Kind | None:
    """The kind of a change of a part's own words; None if only their encoding or a list's punctuation differs."""
    changed = [segment for segment in words if segment.mark != "equal"]
    if all(segment.quiet for segment in changed):
        return "typography" if any(segment.quiet == "typography" for segment in changed) else None
    if all(segment.mark == "added" for segment in words):
        return "added"
    if all(segment.mark == "removed" for segment in words):
        return "removed"
    return "replaced" if len(changed) == len(words) and _is_long(words) else "changed"


def _is_long(words: Segments) -> bool:
    """Whether both texts have so many words that it matters whether they were replaced or changed."""
    return all(len(segment.text.split()) >= _LONG for segment in words)


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
