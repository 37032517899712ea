"""Gives annexes in landscape pages of their own: a section with the page's width and height exchanged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from circulars.model.document import Orientation
from circulars.render.docx.markup import HOLE, with_marks
from circulars.render.docx.story import Story

_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_SIZE: Final = re.compile(r"<w:pgSz [^>]*>")
# What only the first section of a letter has: another header on its first page, and the number of that page.
_FIRST: Final = re.compile(r'<w:(?:titlePg|type|pgNumType)\b[^>]*>|<w:(?:header|footer)Reference [^>]*"first"[^>]*>')


@dataclass(frozen=True, slots=True)
class _Child:
    """A paragraph, a table or the section of the body: its name, its range, and the bookmarks that begin in it."""

    name: str
    start: int
    end: int
    bookmarks: frozenset[str]


def with_turned_pages(text: str, story: Story) -> str:
    """The body of a letter, with a section for each stretch of annexes of one orientation.

    Word keeps a section's properties in its last paragraph, and those of the last section at the end of the body.
    """
    if all(annex.orientation == "portrait" for annex in story.document.annexes):
        return text
    children = _children(text)
    if not children or children[-1].name != "w:sectPr":
        return text
    last = children[-1]
    usual = text[last.start : last.end]
    properties: dict[Orientation, str] = {"portrait": _FIRST.sub("", usual), "landscape": _turned(usual)}
    pieces, at, ending = [], 0, usual
    orientation: Orientation = "portrait"
    for annex in story.document.annexes:
        place = next((n for n, child in enumerate(children) if story.bookmark(annex.id) in child.bookmarks), 0)
        if annex.orientation != orientation and place:
            before = children[place - 1]
            pieces += [text[at : before.start], _ended(text[before.start : before.end], before.name, ending, story)]
            at, orientation = before.end, annex.orientation
            ending = properties[orientation]
    return "".join([*pieces, text[at : last.start], ending, text[last.end :]])


def _turned(section: str) -> str:
    """A section's properties for pages in landscape that follow others."""
    size = _SIZE.search(section)
    if size is None:
        return section
    sides = sorted(int(side) for side in re.findall(r' w:[wh]="(\d+)"', size[0]))
    wide = f'<w:pgSz w:w="{sides[-1]}" w:h="{sides[0]}" w:orient="landscape"/>'
    return _FIRST.sub("", _SIZE.sub(wide, section))


def _ended(block: str, name: str, section: str, story: Story) -> str:
    """The last block of a section with the section's properties: in it, or in a paragraph below it.

    They are below a table, a paragraph that ends another section, and one without an end tag (``<w:p/>``).
    """
    if name != "w:p" or "<w:sectPr" in block or not block.endswith("</w:p>"):
        return f'{block}<w:p><w:pPr><w:pStyle w:val="{story.style("Table gap")}"/>{section}</w:pPr></w:p>'
    opening = re.match(r"<w:p(?: [^>]*)?>(<w:pPr/>|<w:pPr>)?", block)
    assert opening is not None
    if opening[1] == "<w:pPr>":
        end = block.index("</w:pPr>")
        return f"{block[:end]}{section}{block[end:]}"
    start = opening.start(1) if opening[1] else opening.end()
    return f"{block[:start]}<w:pPr>{section}</w:pPr>{block[opening.end() :]}"


def _children(text: str) -> list[_Child]:
    """The children of the body, in order. Words, also those of holes, are not looked at."""
    plain = _NOT_ASCII.sub("?", HOLE.sub(lambda hole: "?" * len(hole[0]), with_marks(text)))
    parser = expat.ParserCreate()
    path: list[str] = []
    found: list[tuple[str, int, set[str]]] = []
    ends: list[int] = []

    def opened(name: str, attributes: dict[str, str]) -> None:
        if len(path) == 2:
            found.append((name, parser.CurrentByteIndex, set()))
        if name == "w:bookmarkStart" and found:
            found[-1][2].add(attributes.get("w:name", ""))
        path.append(name)

    def closed(name: str) -> None:
        path.pop()
        if name == "w:body":
            ends.append(parser.CurrentByteIndex)

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.Parse(plain, True)
    starts = [start for _, start, _ in found]
    return [
        _Child(name, start, end, frozenset(marks))
        for (name, start, marks), end in zip(found, [*starts[1:], *ends], strict=True)
    ]
