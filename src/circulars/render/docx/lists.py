"""Turns a list, with the lists in its entries, into paragraphs that Word numbers as the document does.

A list at the first level takes the template's bullets or letters if these are its own. Any other gets a definition of
its own, with a level for each level of the list. What no way of counting of Word gives is written as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from circulars.model.places import entry_place, further_place, inner_list_place
from circulars.model.sheet import LABEL_WIDTHS
from circulars.model.text import Items, ItemStyle, Spans
from circulars.render.docx.markup import twips
from circulars.render.docx.numbering import Counts, Level, OpenedLists, Outline, Series, level_of
from circulars.render.docx.stationery import Stationery

WRITTEN_OUT: Final = "List"
"""The style of entries whose labels the template's own styles do not show."""
STYLE: Final[Mapping[ItemStyle, str]] = {
    "bullets": "List Bullet", "letters": "List Number", "references": "List Number 2"
}  # fmt: skip
_WIDTHS: Final = {name: twips(width) for name, width in LABEL_WIDTHS.items()}


@dataclass(frozen=True, slots=True)
class ListLine:
    """A paragraph of a list. ``ids`` are those of the list and of the entry that begin with it.

    Word numbers it by the properties ``number``, or else ``label`` is written before it. ``indent`` is where its text
    and its first line begin, in twips, if that is not the style's matter. With ``ends_list`` it begins the last of
    several entries. ``place`` is the place of its text.
    """

    style: str
    spans: Spans
    ids: tuple[str, ...] = ()
    label: str = ""
    number: str = ""
    indent: tuple[int, int] | None = None
    ends_list: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Laid:
    """How a list is laid out: its style, its levels down to its own, and Word's list, or None for written labels.

    A list that ``is_in_cell`` has the style of the cell's text.
    """

    style: str
    levels: tuple[Level, ...]
    series: Series | None
    is_in_cell: bool = False

    @property
    def further(self) -> str:
        """The style of what is in its entries: of further paragraphs and of lists."""
        return self.style if self.is_in_cell else WRITTEN_OUT


@dataclass(slots=True)
class WordLists:
    """The lists of the body or of an annex; ``running`` has the last ones by style, which others may continue."""

    ledger: OpenedLists
    paper: Stationery
    running: dict[ItemStyle, Series] = field(default_factory=dict)

    def lines(self, block: Items) -> Iterator[ListLine]:
        """The paragraphs of a list."""
        laid = self._outermost(block)
        if laid.series:
            self.running[block.style] = laid.series
        return self._lines(block, laid, (), block.id)

    def lines_in_cell(self, block: Items, style: str, cell: str) -> Iterator[ListLine]:
        """The paragraphs of a list in a table's cell, in the style of the cell's text; ``cell`` is its place."""
        hanging = _WIDTHS[block.label_width]
        levels = _levels(block, (), (), hanging)
        if levels is None:
            laid = _Laid(style, (Level("", "", left=hanging, hanging=hanging),), None, is_in_cell=True)
        else:
            laid = _Laid(style, levels[:1], self._series(block, self.ledger.define(levels)), is_in_cell=True)
        if laid.series:
            self.running[block.style] = laid.series
        yield from self._lines(block, laid, (), inner_list_place(cell))

    def _outermost(self, block: Items) -> _Laid:
        style = STYLE.get(block.style, WRITTEN_OUT)
        outline, labels = self.paper.outline(style), [item.label for item in block.entries]
        left = (outline.levels or self.paper.outline("List Bullet").levels or (Level("", ""),))[0].left
        if all(outline.counts(label, nth=nth) for nth, label in enumerate(labels, block.start)):
            level = level_of(labels, _counts(block, ()), ()) or Level("bullet", "•")
            return _Laid(style, (replace(level, left=left),), self._series(block, outline))
        levels = _levels(block, (), (), left)
        if levels is None:
            return _Laid(WRITTEN_OUT, (Level("", "", left=left, hanging=_WIDTHS[block.label_width]),), None)
        return _Laid(WRITTEN_OUT, levels[:1], self._series(block, self.ledger.define(levels)))

    def _series(self, block: Items, outline: Outline) -> Series:
        """Word's list for a list at the first level: that of the list which it continues, or a new one."""
        running = self.running.get(block.style)
        same = len(outline.levels) if block.style == "outline" else 1
        if block.start > 1 and running and running.outline.levels[:same] == outline.levels[:same]:
            return running
        return Series(self.ledger.begin, outline)

    def _inner(self, block: Items, around: _Laid, above: Counts) -> _Laid:
        """How a list in an entry is laid out: as a level of the list around it, or by a definition of its own."""
        depth, labels, counts = len(above) + 1, [item.label for item in block.entries], _counts(block, above)
        if around.series and around.series.outline.shows(labels, counts):
            level = around.series.outline.levels[depth - 1]
            if level.hanging == _WIDTHS[block.label_width]:
                return replace(around, style=around.further, levels=(*around.levels, level))
        left, hanging = around.levels[-1].left, _WIDTHS[block.label_width]
        levels = _levels(block, above, around.levels, left)
        # LibreOffice does not know the number of an entry around a list which is a list of its own.
        if levels is None or levels[0].text.count("%") > 1:
            written = Level("", "", left=left + hanging, hanging=hanging)
            return replace(around, style=around.further, levels=(*around.levels, written), series=None)
        outline = self.ledger.define((*around.levels, *levels))
        series = Series(self.ledger.begin, outline)
        return replace(around, style=around.further, levels=outline.levels[:depth], series=series)

    def _lines(self, block: Items, laid: _Laid, above: Counts, place: str) -> Iterator[ListLine]:
        level, series, depth = laid.levels[-1], laid.series, len(above) + 1
        for nth, (item, counts) in enumerate(zip(block.entries, _counts(block, above), strict=True)):
            ids = (block.id if nth == 0 else "", item.id)
            is_last = nth == len(block.entries) - 1 > 0
            own = entry_place(place, nth + 1)
            if series:
                number = properties(series.outline, depth, series.take(counts))
                yield ListLine(laid.style, item.spans, ids, number=number, ends_list=is_last, place=own)
            else:
                indent = (level.left, level.left - level.hanging) if depth > 1 or laid.is_in_cell else None
                yield ListLine(laid.style, item.spans, ids, item.label, "", indent, is_last, own)
            for within, inner in enumerate(item.blocks, start=2):
                if isinstance(inner, Items):
                    yield from self._lines(inner, self._inner(inner, laid, counts), counts, inner_list_place(own))
                else:
                    place_within, indent = further_place(own, within), (level.left, level.left)
                    yield ListLine(laid.further, inner.spans, (inner.id,), indent=indent, place=place_within)


def properties(outline: Outline, depth: int, number: int) -> str:
    """The properties of a paragraph of a list."""
    return f'<w:numPr><w:ilvl w:val="{outline.first + depth - 1}"/><w:numId w:val="{number}"/></w:numPr>'


def _counts(block: Items, above: Counts) -> list[Counts]:
    """What Word has counted to at each entry of a list; ``above`` are the numbers of the entries around it."""
    return [(*above, number) for number in range(block.start, block.start + len(block.entries))]


def _levels(block: Items, above: Counts, around: tuple[Level, ...], left: int) -> tuple[Level, ...] | None:
    """The levels of a list and of those in it that agree with the first ones; None if Word cannot show its labels.

    The lists of an outline come first, because they show the numbers of the entries around them.
    """
    counts = _counts(block, above)
    level = level_of([item.label for item in block.entries], counts, around)
    if level is None:
        return None
    hanging = _WIDTHS[block.label_width]
    own = replace(level, left=left + hanging if above else left, hanging=hanging)
    deeper: tuple[Level, ...] = ()
    within = [
        (inner, at)
        for item, at in zip(block.entries, counts, strict=True)
        for inner in item.blocks
        if isinstance(inner, Items)
    ]
    for inner, at in sorted(within, key=lambda pair: pair[0].style != "outline"):
        found = _levels(inner, at, (*around, own), own.left)
        if found and len(found) > len(deeper) and found[: len(deeper)] == deeper:
            deeper = found
    return (own, *deeper)
