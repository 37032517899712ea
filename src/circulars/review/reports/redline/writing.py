"""Writes a merged text as Word's paragraphs with tracked changes."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from lxml import etree

from circulars.render.docx.markup import w
from circulars.review.reports.redline.blocks import DocxTable
from circulars.review.reports.redline.content import Loose, RunGroup, RunPiece, holder_of_runs, written
from circulars.review.reports.redline.elements import element
from circulars.review.reports.redline.merged import Joint, Kind
from circulars.review.reports.redline.pairing import EndMark
from circulars.review.reports.redline.tracked import Change, Tracker

_CHANGES: dict[Kind, Change | None] = {"kept": None, "removed": "del", "added": "ins"}
_MOVES: dict[Kind, Change | None] = {"kept": None, "removed": "moveFrom", "added": "moveTo"}


def blocks_of_text(
    text: Sequence[Joint], tracker: Tracker, table: Callable[[Joint], etree._Element]
) -> list[etree._Element]:
    """The paragraphs and tables of a merged text; ``table`` writes a table."""
    found: list[etree._Element] = []
    content: list[Joint] = []
    marks = [*_marks(text)]
    for one in text:
        if isinstance(one.shown, DocxTable):
            found.append(table(one))
        elif isinstance(one.shown, EndMark):
            found += _paragraph(content, one, marks, tracker)
            content = []
        elif isinstance(one.shown, Loose) and one.shown.is_block and not content:
            found.append(copy.deepcopy(one.shown.element))
        else:
            content.append(one)
    return found


def _marks(text: Iterable[Joint]) -> Iterator[Joint]:
    return (one for one in text if one.is_mark)


def _change(one: Joint) -> Change | None:
    return (_MOVES if one.move else _CHANGES)[one.kind]


def _paragraph(
    content: Sequence[Joint], mark: Joint, marks: Sequence[Joint], tracker: Tracker
) -> Iterator[etree._Element]:
    """A paragraph. One that is joined with the next one has the properties that the joined paragraph will have.

    The end of a move that includes the mark of the paragraph is behind it.
    """
    shown = _properties(mark.shown)
    new, old = _properties(mark.new), _properties(mark.old)
    if mark.kind != "kept":
        new = old = shown
        if any(one.kind == "kept" and not isinstance(one.shown, Loose) for one in content):
            joined = _next_kept(mark, marks)
            new = _properties(joined.new) if joined and mark.kind == "removed" else new
            old = _properties(joined.old) if joined and mark.kind == "added" else old
    paragraph = element("p")
    properties = tracker.properties(new, old, _change(mark), _follows(content, mark))
    if len(properties):
        paragraph.append(properties)
    ends: list[etree._Element] = []
    for move, group in groupby(content, key=lambda one: one.move):
        moved = [*group]
        change = next((_MOVES[one.kind] for one in moved if one.kind != "kept"), None)
        if not move or not change:
            paragraph.extend(_content(moved, tracker))
            continue
        start, end = tracker.move(move, change)
        paragraph.extend((start, *_content(moved, tracker)))
        (ends if mark.move else paragraph).append(end)
    _join_changes(paragraph)
    yield paragraph
    yield from ends


def _follows(content: Sequence[Joint], mark: Joint) -> bool:
    """Whether a paragraph was removed or added as a whole because something else changed.

    LibreOffice keeps the style of a paragraph whose mark has another author than its words.
    """
    words = [one for one in content if not isinstance(one.shown, Loose)]
    return bool(words) and all(one.follows and one.kind == mark.kind for one in words)


def _join_changes(holder: etree._Element) -> None:
    """Makes one change of two that follow each other: words, and a field after them."""
    for change in [*holder.iter(w("ins"), w("del"), w("moveFrom"), w("moveTo"))]:
        before = change.getprevious()
        if before is not None and len(change) and before.tag == change.tag and _author(before) == _author(change):
            before.extend([*change])
            holder_of_both = change.getparent()
            assert holder_of_both is not None  # it has a sibling
            holder_of_both.remove(change)


def _author(change: etree._Element) -> str:
    return change.get(w("author"), "")


def _next_kept(mark: Joint, marks: Sequence[Joint]) -> Joint | None:
    place = next(n for n, one in enumerate(marks) if one is mark)
    return next((one for one in marks[place + 1 :] if one.kind == "kept"), None)


def _properties(mark: object) -> etree._Element | None:
    return mark.paragraph.element.find(w("pPr")) if isinstance(mark, EndMark) else None


def _content(content: Iterable[Joint], tracker: Tracker) -> Iterator[etree._Element]:
    for (is_piece, _, _), group in groupby(content, key=_kind):
        if is_piece:
            yield from _runs([*group], tracker)
            continue
        for one in group:
            if isinstance(one.shown, Loose):
                yield copy.deepcopy(one.shown.element)
            elif isinstance(one.shown, RunGroup):
                yield from _box(one, one.shown, tracker)


def _kind(one: Joint) -> tuple[bool, Kind, bool]:
    return isinstance(one.shown, RunPiece), one.kind, one.follows


def _runs(pieces: Sequence[Joint], tracker: Tracker) -> list[etree._Element]:
    """Pieces of one kind as runs: those with the same formatting are one run."""
    runs = [_run([*group], tracker) for _, group in groupby(pieces, key=_look)]
    change = _change(pieces[0])
    return [tracker.runs(change, runs, pieces[0].follows)] if change else runs


def _look(one: Joint) -> tuple[object, object]:
    old = one.old if isinstance(one.old, RunPiece) else one.new
    new = one.new if isinstance(one.new, RunPiece) else one.old
    assert isinstance(old, RunPiece) and isinstance(new, RunPiece)  # only pieces have a look
    return old.shape, new.shape


def _run(pieces: Sequence[Joint], tracker: Tracker) -> etree._Element:
    run = element("r")
    first = pieces[0]
    old, new = first.old or first.new, first.new or first.old
    assert isinstance(old, RunPiece) and isinstance(new, RunPiece)  # only pieces are written as runs
    look = tracker.look(new.look, old.look)
    if look is not None:
        run.append(look)
    text = ""
    for one in pieces:
        piece = one.shown
        assert isinstance(piece, RunPiece)  # as above
        if piece.element is None:
            text += piece.text
            continue
        run.extend(written(RunPiece(text, None, ())))
        run.extend(written(piece))
        text = ""
    run.extend(written(RunPiece(text, None, ())))
    return run


def _box(one: Joint, box: RunGroup, tracker: Tracker) -> Iterator[etree._Element]:
    """A link, field, control or alternative. Marks of changes are inside a link, for Word knows no other place."""
    inner = [*_content(one.parts, tracker)]
    change = _change(one)
    if box.shell is None:
        for runs, last in ((box.head, False), (box.tail, True)):
            if last:
                yield from inner
            copies = [copy.deepcopy(run) for run in runs]
            yield from [tracker.runs(change, copies, one.follows)] if change else copies
        return
    shell = copy.deepcopy(box.shell)
    holder = holder_of_runs(shell)
    if holder is None:
        return
    for child in [*holder]:
        holder.remove(child)
    holder.extend(inner)
    if shell.tag == w("sdt") and change:
        yield from inner
        return
    yield shell
