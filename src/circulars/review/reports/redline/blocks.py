"""Reads the text of a Word file as paragraphs and tables, each with its place in the letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from lxml import etree

from circulars.render.docx.markup import w
from circulars.review.reports.redline.content import Loose, Part, RunPiece, Signs, cut_at, parts_of, pieces_of
from circulars.review.reports.redline.keys import TOKEN, KeyedLine
from circulars.review.reports.redline.links import At

_P, _TBL, _TR, _TC, _SDT = w("p"), w("tbl"), w("tr"), w("tc"), w("sdt")
_PROPERTIES: Final = {w(name) for name in ("sectPr", "tcPr", "trPr", "tblPr", "tblGrid", "tblPrEx")}


@dataclass(eq=False, slots=True)
class DocxParagraph:
    """A paragraph: its content, and the place in the letter of its end; None if it shows no part of the letter."""

    element: etree._Element
    parts: list[Part]
    end: At | None = None

    @property
    def text(self) -> str:
        """What it shows."""
        return "".join(part.text for part in self.parts)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of the parts of the letter that it shows."""
        pieces = (piece.at.key for piece in pieces_of(self.parts) if piece.at)
        return frozenset((*pieces, *([self.end.key] if self.end else [])))


@dataclass(eq=False, slots=True)
class DocxCell:
    """A cell of a table."""

    element: etree._Element
    blocks: list[Block]

    @property
    def keys(self) -> frozenset[str]:
        """The keys of the parts of the letter that it shows."""
        return frozenset().union(*(block.keys for block in self.blocks if not isinstance(block, Loose)))


@dataclass(eq=False, slots=True)
class DocxRow:
    """A row of a table."""

    element: etree._Element
    cells: list[DocxCell]

    @property
    def keys(self) -> frozenset[str]:
        """The keys of the parts of the letter that it shows, and those of the rows that these are in."""
        found = frozenset().union(*(cell.keys for cell in self.cells))
        return found | {key.rpartition("#")[0] for key in found}


@dataclass(eq=False, slots=True)
class DocxTable:
    """A table."""

    element: etree._Element
    rows: list[DocxRow] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it shows."""
        return "".join(map(str, self.element.itertext()))

    @property
    def keys(self) -> frozenset[str]:
        """The keys of the parts of the letter that it shows, and that of the table."""
        found = frozenset().union(*(row.keys for row in self.rows))
        return found | {key.partition("#")[0] for key in found}


Block = DocxParagraph | DocxTable | Loose
Slots = Sequence[KeyedLine]


def blocks_of(container: etree._Element, keyed: etree._Element | None, slots: Slots, signs: Signs) -> list[Block]:
    """The paragraphs and tables of a body, a cell, a header or a footnote.

    ``keyed`` is the same with keys instead of words. If it has other paragraphs, the place of these is unknown.
    """
    children = [*_children(container)]
    beside = [one for one in _children(keyed) if one.tag in (_P, _TBL)] if keyed is not None else []
    if [one.tag for one in beside] != [one.tag for one in children if one.tag in (_P, _TBL)]:
        beside = []
    waiting = iter(beside)
    found: list[Block] = []
    for child in children:
        if child.tag == _P:
            found.append(_paragraph(child, next(waiting, None), slots, signs))
        elif child.tag == _TBL:
            found.append(_table(child, next(waiting, None), slots, signs))
        else:
            found.append(Loose(child, is_block=True))
    return found


def _children(container: etree._Element) -> Iterator[etree._Element]:
    """The children without properties; what is in a control is a child, too."""
    for child in container:
        if child.tag == _SDT:
            content = child.find(w("sdtContent"))
            yield from _children(content) if content is not None else ()
        elif child.tag not in _PROPERTIES and isinstance(child.tag, str):
            yield child


def _table(element: etree._Element, keyed: etree._Element | None, slots: Slots, signs: Signs) -> DocxTable:
    rows = _beside(element, keyed, _TR)
    return DocxTable(element, [_row(row, other, slots, signs) for row, other in rows])


def _row(element: etree._Element, keyed: etree._Element | None, slots: Slots, signs: Signs) -> DocxRow:
    cells = _beside(element, keyed, _TC)
    return DocxRow(element, [DocxCell(cell, blocks_of(cell, other, slots, signs)) for cell, other in cells])


def _beside(
    element: etree._Element, keyed: etree._Element | None, name: str
) -> list[tuple[etree._Element, etree._Element | None]]:
    """The children with a name, each with the one that has keys."""
    children = element.findall(name)
    others = keyed.findall(name) if keyed is not None else []
    if len(others) != len(children):
        return [(child, None) for child in children]
    return [*zip_longest(children, others)]


def _paragraph(element: etree._Element, keyed: etree._Element | None, slots: Slots, signs: Signs) -> DocxParagraph:
    paragraph = DocxParagraph(element, parts_of(element, signs))
    if keyed is None:
        return paragraph
    pattern = TOKEN.split("".join(part.text for part in parts_of(keyed, signs)))
    numbers = [int(number) for number in pattern[1::2]]
    if not numbers or max(numbers) >= len(slots):
        return paragraph
    ranges = [*_ranges(pattern[::2], [slots[number] for number in numbers])]
    text = "".join(slots[int(piece)].text if nth % 2 else piece for nth, piece in enumerate(pattern))
    paragraph.end = slots[numbers[-1]].end
    # A template may do more with words than show them.
    if text == paragraph.text:
        paragraph.parts = _placed(paragraph.parts, ranges)
    return paragraph


def _ranges(between: Sequence[str], slots: Sequence[KeyedLine]) -> Iterator[tuple[int, int, At]]:
    """Where a paragraph shows words of the letter: the first character, the one after the last, and their place."""
    done, before = len(between[0]), None
    for slot, text in zip(slots, between[1:], strict=True):
        if before and before.key == slot.key and before.end.offset + 1 == slot.start:
            yield done - 1, done, before.end  # the line break between two lines of a part
        if not slot.label:
            yield done, done + len(slot.text), At(slot.key, slot.start)
        done, before = done + len(slot.text) + len(text), slot if text == "\n" else None


def _placed(parts: Sequence[Part], ranges: Sequence[tuple[int, int, At]]) -> list[Part]:
    """The content, cut into pieces that know their places."""
    edges = sorted({edge for start, stop, _ in ranges for edge in (start, stop)})
    done = 0

    def places(piece: RunPiece) -> list[int]:
        nonlocal done
        start, done = done, done + len(piece.text)
        return [edge - start for edge in edges if start < edge < done]

    found, done = cut_at(parts, places), 0
    for piece in pieces_of(found):
        for start, stop, at in ranges:
            # Word counts the marks of footnotes itself, so they are not compared by what they show.
            if start <= done < stop and piece.text and piece.element is None:
                piece.at = At(at.key, at.offset + done - start)
        done += len(piece.text)
    return found


def all_paragraphs(blocks: Iterable[Block]) -> Iterator[DocxParagraph]:
    """All paragraphs, also those in tables, in reading order."""
    for block in blocks:
        if isinstance(block, DocxParagraph):
            yield block
        elif isinstance(block, DocxTable):
            for row in block.rows:
                for cell in row.cells:
                    yield from all_paragraphs(cell.blocks)
