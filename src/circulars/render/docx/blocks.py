"""Turns blocks into Word's paragraphs and tables, in the template's named styles."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from circulars.model.grid import GridRow, Slot, grid
from circulars.model.places import caption_place, cell_place, line_place, row_place
from circulars.model.text import Alignment, Block, Cell, Heading, Items, Note, Paragraph, Span, Spans, Table
from circulars.render.docx.keeping import fits_on_page, is_long
from circulars.render.docx.lists import ListLine, WordLists, properties
from circulars.render.docx.numbering import HEADINGS, Counts, Series
from circulars.render.docx.places import block_name, token
from circulars.render.docx.runs import runs_of
from circulars.render.docx.story import Story
from circulars.render.docx.voice import text_runs

# If Word would not number it with the document's label, the label is written as text, in a style without numbering.
_WRITTEN_OUT = {"Numbered paragraph": "Body Text"}
# The template itself gives these a bullet; in other styles, only what the letter numbers is in a list.
_LISTED = ("Deadline item",)
_NO_LIST = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
# LibreOffice never splits a paragraph that keeps with the next one; Word does the same with keepLines.
_KEEP = "<w:keepNext/><w:keepLines/>"
_NEW_PAGE = "<w:pageBreakBefore/>"
# A table has no space above it, so the paragraph before it has 6 pt below.
_SIDES: Mapping[Alignment, str] = {"start": "left", "center": "center", "end": "right"}
_ROOM = '<w:spacing w:after="120"/>'
_LAST_ROWS = 2  # of a table before the closing
_AROUND_TITLE = '<w:spacing w:before="120" w:after="60"/>'


def body_of(blocks: Sequence[Block], story: Story, after_table: bool = False, kept: int = 0) -> str:
    """The blocks as paragraphs and tables.

    ``after_table`` is true if they come directly after a table. The last ``kept`` ones are kept on the same page as
    what follows.
    """
    return "".join(_Column(story).laid(blocks, after_table, kept))


def gap(story: Story, keep: bool = False, new_page: bool = False) -> str:
    """The paragraph that Word needs between two tables, below a table at the end, and above one that begins a page."""
    look = f'<w:pStyle w:val="{story.style("Table gap")}"/>{_KEEP * keep}{_NEW_PAGE * new_page}'
    return f"<w:p><w:pPr>{look}</w:pPr></w:p>"


@dataclass(frozen=True, slots=True)
class _Fall:
    """How a paragraph is on its page.

    It is kept with the next block, has space before a table, is the title of one, or begins the page.
    """

    keep: bool = False
    above_table: bool = False
    is_title: bool = False
    new_page: bool = False


_FALL = _Fall()


class _Column:
    """The blocks of the body or of an annex, in which numbering starts again."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.paragraphs = Series(story.ledger.begin, story.paper.outline("Numbered paragraph"))
        self.sections = Series(story.ledger.begin, story.paper.outline(HEADINGS))
        self.lists = WordLists(story.ledger, story.paper)

    def laid(self, blocks: Sequence[Block], after_table: bool, kept: int) -> Iterator[str]:
        for left, block in zip(range(len(blocks), 0, -1), blocks, strict=True):
            below = blocks[-left + 1] if left > 1 else None
            if isinstance(block, Table) and (after_table or block.new_page) and not block.caption:
                yield gap(self.story, keep=block.new_page, new_page=block.new_page)
            after_table = isinstance(block, Table)
            leads = isinstance(block, Paragraph) and isinstance(below, Items) and not below.new_page
            is_above_table = isinstance(below, Table) and not below.caption
            yield self._block(block, _Fall(leads or left <= kept, is_above_table, new_page=block.new_page))

    def _block(self, block: Block, fall: _Fall) -> str:
        match block:
            case Paragraph():
                return self._paragraph(block, fall)
            case Heading():
                return self._heading(block, fall)
            case Items():
                return self._items(block, fall)
            case Note():
                spans = (Span(block.label), *block.spans)
                fall = _unless_long(fall, spans)
                return _p(self.story, "Note text", runs_of(spans, self.story), block.id, fall, place=block.id)
            case Table():
                return _TableWriter(block, self.story, self.lists).written(fall.keep)
            case _:
                assert_never(block)

    def _paragraph(self, block: Paragraph, fall: _Fall) -> str:
        fall = _unless_long(fall, block.spans)
        runs = runs_of(block.spans, self.story)
        if not block.number:
            return _p(self.story, "Body Text", runs, block.id, fall, align=block.align, place=block.id)
        entry = _Entry("Numbered paragraph", block.number, runs, block.id, fall)
        return self._counted(entry, self.paragraphs, self.paragraphs.outline.counts(block.number))

    def _heading(self, block: Heading, fall: _Fall) -> str:
        style, runs = f"heading {block.level}", runs_of(block.spans, self.story)
        if not block.number:
            return _p(self.story, style, runs, block.id, fall, place=block.id)
        entry = _Entry(style, block.number, runs, block.id, fall)
        return self._counted(entry, self.sections, self.sections.outline.counts(block.number, block.level))

    def _items(self, block: Items, fall: _Fall) -> str:
        lines = [*self.lists.lines(block)]
        # The last of several entries is not alone on its page.
        falls = [*(_Fall(keep=below.ends_list) for below in lines[1:]), replace(fall, new_page=False)]
        falls[0] = replace(falls[0], new_page=block.new_page)
        return "".join(_list_line(line, self.story, fall) for line, fall in zip(lines, falls, strict=True))

    def _counted(self, entry: _Entry, series: Series, counts: Counts | None) -> str:
        """A paragraph of a list. Word numbers it if it would show the same label; otherwise the label is text."""
        if counts is not None:
            number = properties(series.outline, len(counts), series.take(counts))
            return _p(self.story, entry.style, entry.runs, entry.id, entry.fall, number, place=entry.id)
        series.list = 0
        label = text_runs(f"{entry.label}\t", self.story.voice) if entry.label else ""
        style = _WRITTEN_OUT.get(entry.style, entry.style)
        return _p(self.story, style, label + entry.runs, entry.id, entry.fall, place=entry.id)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A paragraph with a label; its text is given as runs."""

    style: str
    label: str
    runs: str
    id: str
    fall: _Fall


def _list_line(line: ListLine, story: Story, fall: _Fall) -> str:
    label = text_runs(f"{line.label}\t", story.voice) if line.label else ""
    whole, own = line.ids if len(line.ids) == 2 else (line.ids[0], "")
    runs = label + story.marked(own, runs_of(line.spans, story))
    fall = _unless_long(fall, line.spans)
    return _p(story, line.style, runs, whole, fall, line.number, indent=line.indent, place=line.place)


def _unless_long(fall: _Fall, spans: Spans) -> _Fall:
    return replace(fall, keep=fall.keep and not is_long(spans))


def _p(
    story: Story,
    style: str,
    runs: str,
    id: str = "",
    fall: _Fall = _FALL,
    number: str = "",
    align: Alignment = "start",
    indent: tuple[int, int] | None = None,
    place: str = "",
) -> str:
    """A paragraph; links lead to its ``id``, and its ``place`` says which text of the letter it is."""
    keep, room = _KEEP * fall.keep + _NEW_PAGE * fall.new_page, _ROOM * fall.above_table + _AROUND_TITLE * fall.is_title
    # In text from right to left, Word takes "left" and "right" for the start and the end of a line.
    side = f'<w:jc w:val="{_SIDES[align]}"/>' if align != "start" else ""
    if not number and style not in _LISTED and story.paper.outline(style).levels:
        number = _NO_LIST
    if indent:
        left, first = indent
        shift = f'w:hanging="{left - first}"' if first < left else 'w:firstLine="0"'
        room += f'<w:ind w:left="{left}" {shift}/>'
    formatting = f'<w:pStyle w:val="{story.style(style)}"/>{keep}{number}{room}{side}'
    named = token(block_name(place)) if place else ""
    return f"<w:p><w:pPr>{formatting}</w:pPr>{named}{story.marked(id, runs)}</w:p>"


@dataclass(frozen=True, slots=True)
class _TableWriter:
    """Writes a table; ``lists`` are those of the body or of the annex around it."""

    table: Table
    story: Story
    lists: WordLists

    @property
    def widths(self) -> tuple[int, ...]:
        """The columns' widths in twips, rounded so that their sum is the table's width."""
        shares, whole = self.table.widths, self.story.text_width
        edges = [round(sum(shares[:place]) * whole) for place in range(len(shares))] + [whole]
        return tuple(right - left for left, right in itertools.pairwise(edges))

    def written(self, keep: bool) -> str:
        table, story, widths = self.table, self.story, self.widths
        rtl = "<w:bidiVisual/>" if story.voice.direction == "rtl" else ""
        look = (
            f'<w:tblLook w:val="{0x0400 | 0x0200 | 0x20 * bool(table.heads) | 0x80 * table.row_heads:04X}" '
            f'w:firstRow="{int(bool(table.heads))}" w:lastRow="0" w:firstColumn="{int(table.row_heads)}" '
            'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        )
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        return self._title() + story.marked(
            table.id,
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{story.style("Circular table")}"/>{rtl}'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{look}</w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid>{''.join(self._rows(keep))}</w:tbl>",
        )

    def _title(self) -> str:
        if not self.table.caption:
            return ""
        runs, place = runs_of(self.table.caption, self.story), caption_place(self.table.id)
        return _p(
            self.story,
            "Table heading",
            runs,
            fall=_Fall(True, is_title=True, new_page=self.table.new_page),
            place=place,
        )

    def _rows(self, keep: bool) -> Iterator[str]:
        table, widths = self.table, self.widths
        heads, rows = [*grid(table.heads, len(widths))], [*grid(table.rows, len(widths))]
        # The header is on the page of the first row, whole if a page has room for both.
        is_low = fits_on_page(heads, widths)
        for number, row in enumerate(heads, start=1):
            yield self._row(row, number, heads=True, keep=is_low and bool(rows), whole=is_low)
        shares = [*_shares_page(rows, heads, widths)] if not table.splits else [False] * len(rows)
        for left, row, is_shared in zip(range(len(rows), 0, -1), rows, shares, strict=True):
            # The title of a group is on the page of the first of its rows, and two rows are on that of what follows.
            is_kept = (keep and left <= _LAST_ROWS) or (row.slots[0].cell.is_group and left > 1) or is_shared
            whole = not table.splits and fits_on_page((*heads, row), widths) and (is_low or not heads)
            is_kept = is_kept and (whole or table.splits)
            yield self._row(row, len(rows) - left + 1, keep=is_kept, whole=whole)

    def _row(self, row: GridRow[Cell], number: int, *, whole: bool, heads: bool = False, keep: bool = False) -> str:
        undivided = "<w:cantSplit/>" * whole
        repeated = "<w:tblHeader/>" * heads
        place, count, inner = row_place(self.table.id, number, is_head=heads), 0, ""
        for slot in row.slots:
            count += not slot.is_continued
            inner += self._cell(slot, heads, _Fall(keep), cell_place(place, count))
        properties = f"<w:trPr>{undivided}{repeated}</w:trPr>" if whole or heads else ""
        return f"<w:tr>{properties}{inner}</w:tr>"

    def _cell(self, slot: Slot[Cell], heads: bool, fall: _Fall, place: str) -> str:
        cell, head = slot.cell, heads or slot.cell.is_group or (self.table.row_heads and slot.column == 0)
        style = "Deadline item" if cell.dashes else "Table heading" if head else "Table text"
        # A cell over several rows is repeated in each of them without its text.
        inner = "" if slot.is_continued else "".join(self._content(slot, style, fall, place))
        width = sum(self.widths[slot.column : slot.column + cell.colspan])
        over = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
        down = "<w:vMerge/>" if slot.is_continued else '<w:vMerge w:val="restart"/>' if cell.rowspan > 1 else ""
        # The last thing in a cell must be a paragraph.
        inner = inner or self._line(slot, style, (), fall, "" if slot.is_continued else place)
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{over}{down}</w:tcPr>{inner}</w:tc>'

    def _content(self, slot: Slot[Cell], style: str, fall: _Fall, place: str) -> Iterator[str]:
        for number, line in enumerate(slot.cell.lines, start=1):
            yield self._line(slot, style, line, fall, line_place(place, number))
        for listed in slot.cell.lists:
            lines = self.lists.lines_in_cell(listed, style, place)
            yield from (_list_line(line, self.story, fall) for line in lines)

    def _line(self, slot: Slot[Cell], style: str, line: Spans, fall: _Fall, place: str = "") -> str:
        align = self.table.align[slot.column] if self.table.align and not slot.cell.is_group else "start"
        return _p(self.story, style, runs_of(line, self.story), fall=fall, align=align, place=place)


def _shares_page(
    rows: Sequence[GridRow[Cell]], heads: Sequence[GridRow[Cell]], widths: Sequence[int]
) -> Iterator[bool]:
    """Whether a row shares a cell with the next one, and is on its page, because a page has room for all such rows."""
    run: list[GridRow[Cell]] = []
    for row, below in itertools.zip_longest(rows, rows[1:]):
        run.append(row)
        if below is None or not any(slot.is_continued for slot in below.slots):
            fits = fits_on_page((*heads, *run), widths)
            yield from [fits] * (len(run) - 1)
            yield False
            run = []
