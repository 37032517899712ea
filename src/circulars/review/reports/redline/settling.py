"""Chooses which paragraph marks of a merged text are tracked, so that Word and LibreOffice join paragraphs alike.

Where a mark is removed, its paragraph is joined with the next one. Word then takes the properties of the next one, and
LibreOffice often those of the first one; neither can join a paragraph with a table, or with the end of a cell. If an
added or removed paragraph differs from the next one, the tracked mark is the one before it: the two paragraphs that
are then joined have the same properties.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from circulars.render.docx.markup import w
from circulars.review.reports.redline.blocks import DocxTable
from circulars.review.reports.redline.content import Loose
from circulars.review.reports.redline.merged import Joint
from circulars.review.reports.redline.pairing import EndMark
from circulars.review.reports.redline.tracked import visible_properties


def settled(text: Iterable[Joint]) -> list[Joint]:
    """The text, with other marks tracked where that is needed."""
    found: list[Joint] = []
    stretch: list[Joint] = []
    for one in text:
        if isinstance(one.shown, DocxTable):
            found += [*_between_tables(stretch), one]
            stretch = []
        else:
            stretch.append(one)
    return [*found, *_between_tables(stretch)]


def _between_tables(text: Sequence[Joint]) -> list[Joint]:
    """A text without tables."""
    paragraphs = paragraphs_of(text)
    found: list[list[Joint]] = []
    run: list[list[Joint]] = []
    for paragraph in paragraphs:
        mark = paragraph[-1] if paragraph and paragraph[-1].is_mark else None
        if mark and mark.kind != "kept":
            run.append(paragraph)
            continue
        found = _run_settled(found, run, mark)
        found.append(paragraph)
        run = []
    return [one for paragraph in _run_settled(found, run, None) for one in paragraph]


def paragraphs_of(text: Sequence[Joint]) -> list[list[Joint]]:
    """The elements of each paragraph, with its mark; those after the last mark come last."""
    ends = [n + 1 for n, one in enumerate(text) if one.is_mark]
    found = [[*text[start:end]] for start, end in pairwise([0, *ends])]
    rest = [*text[ends[-1] if ends else 0 :]]
    return [*found, rest] if rest else found


def _run_settled(before: list[list[Joint]], run: list[list[Joint]], below: Joint | None) -> list[list[Joint]]:
    """Paragraphs, and a run of removed and added ones after them; ``below`` is the mark of the one after these."""
    if not run or not _is_needed(before, run, below) or not all(map(_is_whole, run)):
        return [*before, *run]
    removed = [one for one in run if one[-1].kind == "removed"]
    added = [one for one in run if one[-1].kind == "added"]
    both = [_both(old, new) for old, new in zip(removed, added, strict=False)]
    left = [*removed[len(both) :], *added[len(both) :]]
    result = [*before, *both]
    return _shifted(result, left) if left and result and result[-1] and result[-1][-1].is_mark else [*result, *left]


def _is_needed(before: list[list[Joint]], run: list[list[Joint]], below: Joint | None) -> bool:
    """Whether the marks of a run of paragraphs cannot be tracked themselves."""
    if below is None:
        return True
    expected = _looks(below)
    if any(look not in expected for paragraph in run for look in _looks(paragraph[-1])):
        return True
    # LibreOffice takes words at the end of a paragraph and the paragraph below it for one change.
    last = (
        next((one for one in reversed(before[-1][:-1]) if not isinstance(one.shown, Loose)), None) if before else None
    )
    return last is not None and last.kind == run[0][-1].kind


def _looks(mark: Joint) -> list[object]:
    sides = [side.paragraph.element for side in (mark.old, mark.new) if isinstance(side, EndMark)]
    return [visible_properties(side.find(w("pPr"))) for side in sides]


def _is_whole(paragraph: Sequence[Joint]) -> bool:
    """Whether a paragraph is removed or added with all its words."""
    return all(one.kind == paragraph[-1].kind or isinstance(one.shown, Loose) for one in paragraph)


def _both(old: Sequence[Joint], new: Sequence[Joint]) -> list[Joint]:
    """A removed and an added paragraph as one."""
    return [*old[:-1], *new[:-1], Joint("kept", old[-1].old, new[-1].new)]


def _shifted(before: list[list[Joint]], run: list[list[Joint]]) -> list[list[Joint]]:
    """Paragraphs of one kind after others: the mark before them is tracked, and their last one is kept."""
    kind = run[0][-1].kind
    first, last = before[-1][-1], run[-1][-1]
    if kind == "removed":
        marks = Joint(kind, old=first.old), Joint("kept", last.old, first.new)
    else:
        marks = Joint(kind, new=first.new), Joint("kept", first.old, last.new)
    return [*before[:-1], [*before[-1][:-1], marks[0]], *run[:-1], [*run[-1][:-1], marks[1]]]
