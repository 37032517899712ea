"""Reads the paragraphs of a text of a Word file: of the body, a header, a footer, or a footnote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from circulars.accessibility.word.file import value
from circulars.render.docx.markup import MC, w
from circulars.review.word_edits.edited import CellPlace, EditedParagraph, EditedRun, StoryPart, Unmapped
from circulars.review.word_edits.inline import (
    TRACKED,
    InlineContent,
    StoryContext,
    chosen,
    content_of,
    place_names,
    tracked,
)
from circulars.review.word_edits.pages import paragraph_extras

_NO_TEXT: Final = frozenset(
    w(name) for name in ("sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr", "tblPrEx", "sectPr", "customXmlPr")
)
_COMMENTS: Final = (w("commentRangeStart"), w("commentRangeEnd"))
_FILLER: Final = "\u200d"
"""What LibreOffice writes into the first cell of a row whose insertion it tracks, so that the row is not empty."""


@dataclass(frozen=True, slots=True)
class CommentMark:
    """Where a comment begins, ends, or is referred to: the number of the paragraph, and the offset in its runs."""

    kind: str
    id: str
    paragraph: int
    offset: int


@dataclass(slots=True)
class StoryText:
    """The paragraphs of a text, the marks of comments in it, and the signs of footnotes with signs of their own."""

    paragraphs: list[EditedParagraph] = field(default_factory=list)
    marks: list[CommentMark] = field(default_factory=list)
    signs: dict[str, str] = field(default_factory=dict)


def read_story(root: Iterable[etree._Element], part: StoryPart, context: StoryContext, note: str = "") -> StoryText:
    """The paragraphs in an element, in reading order, those of text boxes behind the one that these belong to."""
    reader = _StoryReader(part, context, note)
    reader.read(root, None)
    return reader.story


def read_notes(
    root: etree._Element, part: StoryPart, context: StoryContext, signs: Mapping[str, str]
) -> Iterator[StoryText]:
    """The footnotes or endnotes of a part, in their order, without the signs before them, nor the lines above."""
    for note in root:
        if note.tag in (w("footnote"), w("endnote")) and note.get(w("type"), "normal") == "normal":
            id = note.get(w("id"), "")
            story = read_story(note, part, context, f"{part} {id}")
            if story.paragraphs:
                story.paragraphs[0] = _without_sign(story.paragraphs[0], signs.get(id, ""))
            yield story


@dataclass(slots=True)
class _StoryReader:
    """Reads one text. ``waiting`` has what is between paragraphs, and belongs to the next one."""

    part: StoryPart
    context: StoryContext
    note: str
    story: StoryText = field(default_factory=StoryText)
    tables: int = 0
    waiting: list[etree._Element] = field(default_factory=list)

    def read(self, parent: Iterable[etree._Element], cell: CellPlace | None) -> None:
        """Reads the paragraphs and tables in an element."""
        for child in parent:
            tag = str(child.tag)
            if tag == w("p"):
                self._paragraph(child, cell)
            elif tag == w("tbl"):
                self._table(child, cell)
            elif tag == f"{{{MC}}}AlternateContent":
                choice = chosen(child)
                self.read(choice if choice is not None else (), cell)
            elif tag == w("bookmarkStart") or tag in _COMMENTS:
                self.waiting.append(child)
            elif tag not in _NO_TEXT:
                self.read(child, cell)

    def _paragraph(self, paragraph: etree._Element, cell: CellPlace | None) -> None:
        content, number = content_of(paragraph, self.context), len(self.story.paragraphs)
        marks = [one for one in self.waiting if one.tag == w("bookmarkStart")]
        before = [(etree.QName(one).localname, one.get(w("id"), ""), 0) for one in self.waiting if one.tag in _COMMENTS]
        self.waiting.clear()
        self.story.marks += (CommentMark(kind, id, number, offset) for kind, id, offset in (*before, *content.marks))
        self.story.signs |= content.signs
        # Of names that begin at the same place, programs change the order.
        before_it = ((-1, name) for mark in marks for name in place_names(mark))
        names = [*dict.fromkeys(name for _, name in sorted((*before_it, *content.names)))]
        place = next(iter(names), "")
        formats = self.context.formats
        extras = (*paragraph_extras(paragraph, formats.styles), *content.extras)
        self.context.unmapped.extend(Unmapped(kind, what, place) for kind, what in extras)
        self.story.paragraphs.append(
            EditedParagraph(
                tuple(names),
                _without_filler(content.runs) if _is_new(cell) else tuple(content.runs),
                formats.style(paragraph),
                formats.list_level(paragraph),
                cell,
                self.part,
                self.note,
                tracked(paragraph.find(f"{w('pPr')}/{w('rPr')}")),
            )
        )
        self._boxes(content)

    def _boxes(self, content: InlineContent) -> None:
        part, self.part = self.part, "text box"
        for box in content.boxes:
            self.read(box, None)
        self.part = part

    def _table(self, table: etree._Element, around: CellPlace | None) -> None:
        self.tables += 1
        number, change = self.tables, around.revision if around else None
        for row_number, row in enumerate(_inside(table, w("tr")), start=1):
            own = tracked(row.find(w("trPr"))) or change
            column = 1 + _number(value(row, "trPr/gridBefore"), 0)
            for cell in _inside(row, w("tc")):
                width = _number(value(cell, "tcPr/gridSpan"), 1)
                self.read(cell, CellPlace(number, row_number, column, width, own))
                column += width


def _inside(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, also those in controls and in tracked changes."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (w("sdt"), w("sdtContent"), w("customXml"), *TRACKED):
            yield from _inside(child, tag)


def _is_new(cell: CellPlace | None) -> bool:
    """Whether the row of a cell is tracked as inserted."""
    return cell is not None and cell.revision is not None and cell.revision.kind == "inserted"


def _without_filler(runs: Sequence[EditedRun]) -> tuple[EditedRun, ...]:
    """The runs of a cell of a new row without LibreOffice's filler at their edges, where it joins nothing."""
    found = [*runs]
    if found:
        found[0] = replace(found[0], text=found[0].text.removeprefix(_FILLER))
        found[-1] = replace(found[-1], text=found[-1].text.removesuffix(_FILLER))
    return tuple(found)


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else otherwise


def _without_sign(paragraph: EditedParagraph, sign: str) -> EditedParagraph:
    """The first paragraph of a footnote without a sign that Word does not count, and without the space behind."""
    runs, left = list[EditedRun](), sign
    for run in paragraph.runs:
        if not runs:
            if left and run.text.startswith(left):
                run, left = replace(run, text=run.text.removeprefix(left)), ""
            run = replace(run, text=run.text.lstrip(" \t\u00a0"))
        if run.text or run.note:
            runs.append(run)
    return replace(paragraph, runs=tuple(runs))
