"""The changes between two documents as a reader would report them: paragraph by paragraph, and word by word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from circulars.model.document import Document, Picture
from circulars.model.text import Spans, plain
from circulars.review.changes import Change, Kind, Segment, Segments
from circulars.review.comparison import Comparison, Matched, comparison
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
    before, after = compared.root.old, compared.root.new
    return tuple(_Reader(_reference_words(before), _reference_words(after)).changes(compared.root))


def _reference_words(document: Unit | None) -> dict[str, set[str]]:
    """By id: the words of a reference to a part, in lower case: a paragraph's number, or the name of an annex."""
    numbers: dict[str, set[str]] = {}
    for part in document.walk() if document else ():
        if part.id:
            shown = (part.number, part.place, part.reference)
            numbers.setdefault(part.id, set()).update(words.casefold() for words in shown)
    return numbers


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reports what changed between two documents; the fields are what ``_reference_words`` returns for each."""

    old_references: Mapping[str, set[str]]
    new_references: Mapping[str, set[str]]

    def changes(self, part: Matched) -> Iterator[Change]:
        """The changes of a part and of everything in it."""
        if part.fate == "moved away":
            return
        if part.old is None or part.new is None:
            yield from _each_part(part)
            return
        was = part.old.place if part.fate == "moved" and not part.carried else ""
        if change := self._own_change(part.old, part.new, part.words, was):
            yield change
        for inner in part.parts:
            yield from self.changes(inner)
        yield from _renumbered([(one.old, one.new) for one in part.parts if one.fate == "kept" and one.old and one.new])

    def _own_change(self, old: Unit, new: Unit, words: Segments, was: str) -> Change | None:
        """The change of a part's own words and formatting, or None."""
        looks, links = look_remarks(old.spans, new.spans) if old.spans != new.spans else ([], [])
        looks += [f"now {new.look}, formerly {old.look}"] if old.look != new.look else []
        looks += _picture_remarks(old.picture, new.picture)
        kind: Kind
        if was:
            kind = "moved"
        elif not self._same_words(old, new):
            kind = "changed" if old.words and new.words else "added" if new.words else "removed"
        elif links or looks:
            kind = "link" if links else "look"
        else:
            return None
        return Change(kind, new.place, new.id, words, (*looks, *links), was, old.key, new.key)

    def _same_words(self, old: Unit, new: Unit) -> bool:
        if old.words == new.words:
            return True
        return _without_numbers(old.spans, self.old_references) == _without_numbers(new.spans, self.new_references)


def _each_part(part: Matched) -> Iterator[Change]:
    """The changes for an added or removed part and everything in it: one for each paragraph, item or row."""
    unit, is_row = part.unit, part.unit.family in ("row", "head")
    words = " | ".join(cell.words for cell in unit.parts) if is_row else unit.words
    if words and part.new:
        yield Change("added", unit.place, unit.id, (Segment("added", words),), new=unit.key)
    elif words:
        yield Change("removed", unit.place, unit.id, (Segment("removed", words),), old=unit.key)
    for inner in () if is_row else part.parts:
        yield from _each_part(inner)


def _without_numbers(spans: Spans, numbers: Mapping[str, set[str]]) -> str:
    """The words, with the numbers in references such as "see paragraph 3" replaced by what they refer to.

    So renumbering alone does not count as a change of a reference.
    """
    return "".join(
        f"\0{span.link}\0" if span.text.casefold() in numbers.get(span.link.removeprefix("#"), ()) else plain((span,))
        for span in spans
    )


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


def _renumbered(pairs: Sequence[tuple[Unit, Unit]]) -> Iterator[Change]:
    """One change for all paragraphs (or sections, or annexes) that were renumbered because of added or removed ones."""
    changed = [(old, new) for old, new in pairs if old.number != new.number]
    for _, run in groupby(sorted(changed, key=_numbering), key=_numbering):
        (first, now), *others = run
        last, then = others[-1] if others else (first, now)
        place = now.place.replace("paragraph ", "paragraphs ") + f" to {then.number}" if others else now.place
        if not now.number:
            remark = "no longer numbered"
        elif not first.number:
            remark = "now numbered"
        else:
            remark = f"renumbered, formerly {first.number}" + (f" to {last.number}" if others else "")
        yield Change("renumbered", place, now.id, remarks=(remark,), old=first.key, new=now.key)


def _numbering(pair: tuple[Unit, Unit]) -> str:
    """The numbering to which a part belongs: that of paragraphs, headings or annexes."""
    return pair[1].family if pair[1].family != "text" else pair[1].look.partition(" of ")[0].partition(" only ")[0]
