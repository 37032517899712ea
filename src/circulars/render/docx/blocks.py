"""Turns blocks into Word's paragraphs and tables, in the template's named styles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from circulars.render.docx.numbering import Counts, Outline, Series
from circulars.render.docx.runs import runs_of, text_runs
from circulars.render.docx.stationery import HEADINGS
from circulars.render.docx.story import Story
from circulars.text import Block, Cell, Heading, Items, Note, Paragraph, Span, Spans, Table

_STYLE = {"bullets": "List Bullet", "letters": "List Number", "references": "List Number 2"}
# A table has no space of its own above it: the paragraph before it gives 6 pt.
_ROOM = '<w:spacing w:after="120"/>'


def body_of(blocks: Sequence[Block], story: Story, after_table: bool = False) -> str:
    """The blocks as paragraphs and tables; ``after_table`` says that they stand right below a table."""
    return "".join(_Column(story).laid(blocks, after_table))


def gap(story: Story) -> str:
    """The paragraph that Word asks for between two tables, and below a table that ends the letter."""
    return f'<w:p><w:pPr><w:pStyle w:val="{story.style("Table gap")}"/></w:pPr></w:p>'


class _Column:
    """The body, or an annex: paragraphs and sections are numbered from its beginning."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.paragraphs = Series(story.ledger.begin, story.paper.outline("Numbered paragraph"))
        self.sections = Series(story.ledger.begin, story.paper.outline(HEADINGS))

    def laid(self, blocks: Sequence[Block], after_table: bool) -> Iterator[str]:
        for block, below in zip(blocks, (*blocks[1:], None), strict=True):
            if isinstance(block, Table) and after_table:
                yield gap(self.story)
            after_table = isinstance(block, Table)
            yield self._block(block, _ROOM if isinstance(below, Table) else "")

    def _block(self, block: Block, room: str) -> str:
        match block:
            case Paragraph():
                return self._paragraph(block, room)
            case Heading():
                return self._heading(block, room)
            case Items():
                return self._items(block, room)
            case Note():
                spans = (Span(block.label), *block.spans)
                return _p(self.story, "Note", runs_of(spans, self.story), block.id, spacing=room)
            case Table():
                return _table(block, self.story)

    def _paragraph(self, block: Paragraph, room: str) -> str:
        runs = runs_of(block.spans, self.story)
        if not block.number:
            return _p(self.story, "Body Text", runs, block.id, spacing=room)
        counts = self.paragraphs.outline.counts(block.number)
        number, runs = _numbered(self.story, self.paragraphs, counts, block.number, runs)
        return _p(self.story, "Numbered paragraph", runs, block.id, number, room)

    def _heading(self, block: Heading, room: str) -> str:
        runs, number = runs_of(block.spans, self.story), ""
        if block.number:
            counts = self.sections.outline.counts(block.number, block.level)
            number, runs = _numbered(self.story, self.sections, counts, block.number, runs)
        return _p(self.story, f"heading {block.level}", runs, block.id, number, room)

    def _items(self, block: Items, room: str) -> str:
        style = _STYLE[block.style]
        series = Series(self.story.ledger.begin, self.story.paper.outline(style))
        paragraphs = []
        for nth, entry in enumerate(block.entries, start=1):
            runs = runs_of(entry.spans, self.story)
            counts = series.outline.counts(entry.label, nth=nth)
            number, runs = _numbered(self.story, series, counts, entry.label, runs)
            spacing = room if nth == len(block.entries) else ""
            paragraphs.append(_p(self.story, style, runs, block.id if nth == 1 else "", number, spacing))
        return "".join(paragraphs)


def _numbered(story: Story, series: Series, counts: Counts | None, label: str, runs: str) -> tuple[str, str]:
    """A paragraph's list and its runs: Word counts where it comes to the label, else the label is written out."""
    if counts is not None:
        return _list(series.outline, len(counts), series.take(counts)), runs
    series.list = 0
    written = text_runs(f"{label}\t", story.voice) if label else ""
    return '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>', written + runs


def _list(outline: Outline, depth: int, number: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{outline.first + depth - 1}"/><w:numId w:val="{number}"/></w:numPr>'


def _p(story: Story, style: str, runs: str, id: str = "", number: str = "", spacing: str = "") -> str:
    properties = f'<w:pStyle w:val="{story.style(style)}"/>{number}{spacing}'
    return f"<w:p><w:pPr>{properties}</w:pPr>{story.marked(id, runs)}</w:p>"


def _table(table: Table, story: Story) -> str:
    widths = _widths(table.widths, story.paper.text_width)
    rows = [_row(table.columns, widths, story, table, heads=True)] if table.columns else []
    rows += [_row(row, widths, story, table) for row in table.rows]
    rtl = "<w:bidiVisual/>" if story.voice.direction == "rtl" else ""
    look = (
        f'<w:tblLook w:val="{0x0400 | 0x0200 | 0x20 * bool(table.columns) | 0x80 * table.row_heads:04X}" '
        f'w:firstRow="{int(bool(table.columns))}" w:lastRow="0" w:firstColumn="{int(table.row_heads)}" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return story.marked(
        table.id,
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{story.style("Circular table")}"/>{rtl}'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{look}</w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>",
    )


def _widths(shares: Sequence[float], whole: int) -> tuple[int, ...]:
    """The columns' widths in twips: rounded so that they add up to the whole."""
    edges = [round(sum(shares[:place]) * whole) for place in range(len(shares))] + [whole]
    return tuple(right - left for left, right in zip(edges, edges[1:], strict=False))


def _row(cells: Sequence[Cell], widths: Sequence[int], story: Story, table: Table, heads: bool = False) -> str:
    repeated = "<w:tblHeader/>" if heads else ""
    inner = "".join(
        _cell(cell, width, story, heads or (table.row_heads and nth == 0))
        for nth, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{inner}</w:tr>"


def _cell(cell: Cell, width: int, story: Story, head: bool) -> str:
    style = "Deadline item" if cell.dashes else "Table heading" if head else "Table text"
    lines: tuple[Spans, ...] = cell.lines or ((),)
    paragraphs = "".join(_p(story, style, runs_of(line, story)) for line in lines)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{paragraphs}</w:tc>'
