"""Compares two documents as a reader would: paragraph by paragraph, and word by word."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from circulars.model.document import Document, Picture
from circulars.model.text import Spans, plain
from circulars.review.align import pairs_of, unmoved_pairs
from circulars.review.changes import Change, Kind, Segment
from circulars.review.tree import Audiences, Unit, tree_of
from circulars.review.words import look_remarks, word_changes

NOBODY: Audiences = {}


def compare(
    old: Document, new: Document, old_audiences: Audiences = NOBODY, new_audiences: Audiences = NOBODY
) -> tuple[Change, ...]:
    """The changes that a reader would notice, in reading order; removed parts are in their old places.

    The audiences of blocks that are not for everybody are given by block id; a remark reports a changed audience.
    """
    before, after = tree_of(old, old_audiences), tree_of(new, new_audiences)
    return tuple(_Comparison(_reference_words(before), _reference_words(after)).changes(before, after))


def _reference_words(document: Unit) -> dict[str, set[str]]:
    """By id: the words of a reference to a part, in lower case: a paragraph's number, or the name of an annex."""
    numbers: dict[str, set[str]] = {}
    for part in document.walk():
        if part.id:
            shown = (part.number, part.place, part.reference)
            numbers.setdefault(part.id, set()).update(words.casefold() for words in shown)
    return numbers


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Compares parts of two documents; the fields are what ``_reference_words`` returns for each document."""

    old_references: Mapping[str, set[str]]
    new_references: Mapping[str, set[str]]

    def changes(self, old: Unit, new: Unit, was: str = "") -> Iterator[Change]:
        """The changes between two matching parts; ``was`` is the old place if the part moved."""
        if change := self._own_change(old, new, was):
            yield change
        yield from self._within(old.parts, new.parts)

    def _own_change(self, old: Unit, new: Unit, was: str) -> Change | None:
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
        segments = word_changes(old.words, new.words)
        return Change(kind, new.place, new.id, segments, (*looks, *links), was, old.key, new.key)

    def _same_words(self, old: Unit, new: Unit) -> bool:
        if old.words == new.words:
            return True
        return _without_numbers(old.spans, self.old_references) == _without_numbers(new.spans, self.new_references)

    def _within(self, old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[Change]:
        """The changes among the parts inside a part, in the new order; a removed one comes before its old successor."""
        pairs = pairs_of(old, new)
        found = {j: i for i, j in pairs}
        unmoved = dict(unmoved_pairs(pairs))
        moved = {j: i for i, j in pairs if i not in unmoved}
        removed = deque(sorted({*range(len(old))} - {*found.values()}))
        for j, part in enumerate(new):
            i = found.get(j)
            if i is None:
                yield from _each_part("added", part)
                continue
            if j not in moved:
                while removed and removed[0] < i:
                    yield from _each_part("removed", old[removed.popleft()])
            yield from self.changes(old[i], part, old[i].place if j in moved and not _follows(j, moved, part) else "")
        for i in removed:
            yield from _each_part("removed", old[i])
        yield from _renumbered([(old[i], new[j]) for i, j in unmoved.items()])


def _follows(j: int, moved: Mapping[int, int], part: Unit) -> bool:
    """Whether a list or a table moved only because the paragraph above it did."""
    return part.family in ("list", "table") and j - 1 in moved and moved[j - 1] == moved[j] - 1


def _each_part(kind: Kind, part: Unit) -> Iterator[Change]:
    """The changes for an added or removed part and everything in it: one for each paragraph, item or row."""
    words = " | ".join(cell.words for cell in part.parts) if part.family in ("row", "head") else part.words
    if words:
        if kind == "added":
            yield Change(kind, part.place, part.id, (Segment("added", words),), new=part.key)
        else:
            yield Change(kind, part.place, part.id, (Segment("removed", words),), old=part.key)
    if part.family not in ("row", "head"):
        for inner in part.parts:
            yield from _each_part(kind, inner)


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
