"""Settles the parts of a letter as blocks."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, assert_never

from circulars.compose.audience import present_parts
from circulars.compose.blanks import with_fitting_blanks
from circulars.compose.draft import Draft
from circulars.compose.lists import listed
from circulars.compose.part_lists import list_id
from circulars.compose.texts import settled
from circulars.compose.typed_labels import has_label, report_typed_number, without_dash
from circulars.model import letter, text
from circulars.model.letter import NO_DATE, Part
from circulars.model.places import cell_place, inner_list_place, row_place
from circulars.model.text import Block, Cell, Span, Spans, joined

_ENDS: Final = frozenset(".,;:!?…。，、；：！？؟،؛۔।")
"""The marks that end a sentence or clause, in any script."""


def blocks(draft: Draft, name: str, parts: tuple[Part, ...], is_turned: bool = False) -> Iterator[Block]:
    """The blocks of the parts for the draft's audience, on pages that may be turned.

    A part without an id gets one that begins with ``name``.
    """
    for place, (part_id, part) in enumerate(present_parts(parts, name, draft.audience)):
        # An annex begins a page with its heading.
        begins = part.new_page and (name == "body" or place > 0)
        yield from with_fitting_blanks(_begun(_part(draft, part_id, part), begins), draft.pack.sheet, is_turned)


def _begun(blocks: Iterable[Block], new_page: bool) -> Iterator[Block]:
    """The blocks of a part, of which the first may begin a page."""
    for place, block in enumerate(blocks):
        yield replace(block, new_page=True) if new_page and not place else block


def _part(draft: Draft, part_id: str, part: Part) -> Iterator[Block]:
    code = draft.language.code
    match part:
        case letter.Passage():
            yield from _passage(draft, part_id, part)
        case letter.ListPart():
            yield from listed(draft, part.listing, list_id(part_id, part))
        case letter.Title():
            title, number = settled(draft, part.text[code], begins=True), draft.numbers.get(part_id, "")
            report_typed_number(draft, number, title, part.where)
            yield text.Heading(title, part.level, number, part_id)
        case letter.Deadlines():
            yield _deadlines(draft, part_id, part)
        case letter.Grid():
            yield _table(draft, part_id, part)
        case letter.Remark():
            note, label = settled(draft, part.text[code], begins=True), draft.label("note")
            yield text.Note("" if has_label(note, label) else label, note, part_id)
        case letter.Venue():
            yield _venue(draft, part_id, part)
        case _:
            assert_never(part)


def _passage(draft: Draft, part_id: str, part: letter.Passage) -> Iterator[Block]:
    first, *others = part.text[draft.language.code]
    words, number = settled(draft, first, begins=True), draft.numbers.get(part_id, "")
    report_typed_number(draft, number, words, part.where)
    yield text.Paragraph(words, number, part_id, part.align)
    for place, spans in enumerate(others, start=2):
        yield text.Paragraph(settled(draft, spans, begins=True), "", f"{part_id}.{place}", part.align)
    if part.listing:
        yield from listed(draft, part.listing, list_id(part_id, part))


def _deadlines(draft: Draft, part_id: str, part: letter.Deadlines) -> Block:
    entries = _by_day(part.entries)
    rows = tuple(
        (
            Cell(((Span(draft.written(date)),),)),
            Cell(tuple(_deadline(draft, entry) for entry in due), dashes=True),
        )
        for date, due in groupby(entries, key=lambda entry: entry.date)
    )
    return text.Table((), rows, (0.3, 0.7), row_heads=True, id=part_id)


def _by_day(entries: Iterable[letter.Deadline]) -> list[letter.Deadline]:
    """The entries in the order of their days and times; one whose date could not be read stays below the one before."""
    found: list[tuple[datetime.date, bool, tuple[int, int], letter.Deadline]] = []
    day = NO_DATE
    for entry in entries:
        day = day if entry.date == NO_DATE else entry.date
        time = (entry.time.hour, entry.time.minute) if entry.time else (24, 1)
        found.append((day, entry.date == NO_DATE, time, entry))
    return [entry for *_, entry in sorted(found, key=lambda one: one[:3])]


def _deadline(draft: Draft, entry: letter.Deadline) -> Spans:
    spans = without_dash(settled(draft, entry.text[draft.language.code]))
    if entry.time is None:
        return spans
    time = draft.language.time(entry.time.hour, entry.time.minute, entry.time.zone)
    spans, mark = _without_mark(spans)
    if draft.language.deadline:
        before, _, after = draft.language.deadline.around("text")
        return joined((Span(before.filled(time=time)), *spans, Span(after.filled(time=time) + mark)))
    words = draft.pattern("deadline-time")
    return joined((*spans, Span((words.filled(time=time) if words else "") + mark)))


def _without_mark(spans: Spans) -> tuple[Spans, str]:
    """A text without the mark that ends its sentence or clause, and the mark: it comes after the time."""
    *others, last = spans or (Span(""),)
    kept = last.text.rstrip()
    if last.hole or not kept or kept[-1] not in _ENDS or last.link:
        return spans, ""
    return (*others, replace(last, text=kept[:-1])), kept[-1]


def _table(draft: Draft, part_id: str, part: letter.Grid) -> Block:
    shares = part.widths or (1,) * part.width
    return text.Table(
        columns=_row(draft, part.columns, row_place(part_id, 1, is_head=True)),
        rows=tuple(_row(draft, row, row_place(part_id, number)) for number, row in enumerate(part.rows, start=1)),
        widths=tuple(share / sum(shares) for share in shares),
        row_heads=part.head_column,
        id=part_id,
        caption=settled(draft, part.caption[draft.language.code], begins=True) if part.caption else (),
        align=part.align,
        splits=part.split_rows,
        subheads=tuple(
            _row(draft, row, row_place(part_id, number, is_head=True))
            for number, row in enumerate(part.subheads, start=2)
        ),
    )


def _row(draft: Draft, row: Sequence[letter.GridCell], place: str) -> tuple[Cell, ...]:
    return tuple(_cell(draft, cell, cell_place(place, number)) for number, cell in enumerate(row, start=1))


def _cell(draft: Draft, cell: letter.GridCell, place: str) -> Cell:
    lines = tuple(settled(draft, line, begins=True) for line in cell.text[draft.language.code])
    found = listed(draft, cell.listing, inner_list_place(place)) if cell.listing else ()
    lists = tuple(replace(one, id="") for one in found)  # nothing refers to a list in a cell
    return Cell(lines, False, cell.colspan, cell.rowspan, cell.is_group, lists=lists)


def _venue(draft: Draft, part_id: str, part: letter.Venue) -> Block:
    code = draft.language.code
    spans = [Span(part.name[code], strong=True)]
    if part.address:
        spans.append(Span("\n" + part.address[code]))
    if part.link:
        spans += [Span("\n"), *settled(draft, (Span("", link=part.link),))]
    return text.Paragraph(joined(spans), "", part_id)
