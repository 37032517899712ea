"""Compares two documents as their reader would: by paragraph, word by word."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from circulars.model.document import Document, Picture
from circulars.model.text import Spans, plain
from circulars.review.align import pairs_of, settled_pairs
from circulars.review.changes import Change, Kind, Segment
from circulars.review.tree import Audiences, Unit, tree_of
from circulars.review.words import look_remarks, word_changes

NOBODY: Audiences = {}


def compare(
    old: Document, new: Document, old_audiences: Audiences = NOBODY, new_audiences: Audiences = NOBODY
) -> tuple[Change, ...]:
    """What a reader would notice, in reading order; what is gone stands where it stood.

    The audiences say which blocks, by id, are not for everybody; where that changed, a remark says so.
    """
    before, after = tree_of(old, old_audiences), tree_of(new, new_audiences)
    return tuple(_Comparison(_numbers(before), _numbers(after)).of(before, after))


def _numbers(document: Unit) -> dict[str, set[str]]:
    """What a reference to each id may say: the paragraph's number, the annex's name."""
    numbers: dict[str, set[str]] = {}
    for part in document.whole():
        if part.id:
            numbers.setdefault(part.id, set()).update({part.number.casefold(), part.place.casefold()})
    return numbers


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Two documents, each with what a reference to its paragraphs says."""

    old_numbers: Mapping[str, set[str]]
    new_numbers: Mapping[str, set[str]]

    def of(self, old: Unit, new: Unit, was: str = "") -> Iterator[Change]:
        """The changes between two parts that are one; ``was`` is where it stood when it moved."""
        if change := self._own(old, new, was):
            yield change
        yield from self._within(old.parts, new.parts)

    def _own(self, old: Unit, new: Unit, was: str) -> Change | None:
        """The change of a part's own words and looks, or none."""
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
        return _settled(old.spans, self.old_numbers) == _settled(new.spans, self.new_numbers)

    def _within(self, old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[Change]:
        """The changes among the parts of a part, in the new order, each that is gone before what came after it."""
        pairs = pairs_of(old, new)
        found = {j: i for i, j in pairs}
        settled = dict(settled_pairs(pairs))
        moved = {j: i for i, j in pairs if i not in settled}
        gone = deque(sorted({*range(len(old))} - {*found.values()}))
        for j, part in enumerate(new):
            i = found.get(j)
            if i is None:
                yield from _whole("added", part)
                continue
            if j not in moved:
                while gone and gone[0] < i:
                    yield from _whole("removed", old[gone.popleft()])
            yield from self.of(old[i], part, old[i].place if j in moved and not _follows(j, moved, part) else "")
        for i in gone:
            yield from _whole("removed", old[i])
        yield from _renumbered([(old[i], new[j]) for i, j in settled.items()])


def _follows(j: int, moved: Mapping[int, int], part: Unit) -> bool:
    """Whether a list or a table moved only because the paragraph above it did."""
    return part.family in ("list", "table") and j - 1 in moved and moved[j - 1] == moved[j] - 1


def _whole(kind: Kind, part: Unit) -> Iterator[Change]:
    """A part that came or went, with everything in it: one change for each paragraph, item or row."""
    words = " | ".join(cell.words for cell in part.parts) if part.family in ("row", "head") else part.words
    if words:
        if kind == "added":
            yield Change(kind, part.place, part.id, (Segment("added", words),), new=part.key)
        else:
            yield Change(kind, part.place, part.id, (Segment("removed", words),), old=part.key)
    if part.family not in ("row", "head"):
        for inner in part.parts:
            yield from _whole(kind, inner)


def _settled(spans: Spans, numbers: Mapping[str, set[str]]) -> str:
    """The words, but for numbers that are given by renumbering alone: "see paragraph 3" says where, not what."""
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
    """One remark for all paragraphs (or sections, or annexes) whose numbers others' coming and going changed."""
    changed = [(old, new) for old, new in pairs if old.number != new.number]
    for _, run in groupby(sorted(changed, key=_counted_as), key=_counted_as):
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


def _counted_as(pair: tuple[Unit, Unit]) -> str:
    """What is numbered with what: paragraphs, headings, annexes."""
    return pair[1].family if pair[1].family != "text" else pair[1].look.partition(" of ")[0].partition(" only ")[0]
