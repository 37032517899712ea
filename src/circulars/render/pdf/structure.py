"""The structure of a tagged PDF: assigns the pieces of the pages to the elements of the HTML page.

WeasyPrint can tag a PDF itself, but it tags the boxes of its layout: a paragraph across a page break becomes two, a
table's repeated header row is read out on every page, page numbers and running headers count as content, and header
cells have no scope. Here the tree follows the HTML instead. Only the marks in the pages' content come from WeasyPrint:
each line of text, and each picture, is one marked-content sequence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pydyf

from circulars.render.pdf.engine import boxes
from circulars.render.pdf.footnotes import NOTE

Element = Any  # xml.etree's
Box = Any  # WeasyPrint's
Stream = Any  # WeasyPrint's, of a page's content

# ISO 32000-1, 14.8.4. An element that is not listed here has no part of its own: its content goes to its parent.
_PARTS = {
    "section": "Sect", "p": "P", "blockquote": "BlockQuote", "ul": "L", "ol": "L", "li": "LI", "table": "Table",
    "thead": "THead", "tbody": "TBody", "tfoot": "TFoot", "tr": "TR", "th": "TH", "td": "TD", "caption": "Caption",
    "figcaption": "Caption", "img": "Figure", **{f"h{rank}": f"H{rank}" for rank in range(1, 7)},
}  # fmt: skip
_HOLD_TEXT = {
    "P", "BlockQuote", "Lbl", "LBody", "TH", "TD", "Caption", "Figure", "Link", "Span", "Note", "Code", "Quote",
    *(f"H{rank}" for rank in range(1, 7)),
}  # fmt: skip
_SPANS = {"colspan": "ColSpan", "rowspan": "RowSpan"}
_NUMBERING = {"letters": "/LowerAlpha", "romans": "/LowerRoman", "boxes": "/Square"}
_SCOPES = {"row": "/Row", "col": "/Column"}


@dataclass(slots=True)
class StructElem:
    """One element of the structure tree: its type ("P"), and its children: parts, marks, links."""

    kind: str
    parent: StructElem | None = None
    kids: list[StructElem | MarkedContent | Any] = field(default_factory=list)
    entries: dict[str, Any] = field(default_factory=dict)
    dictionary: Any = None


@dataclass(frozen=True, slots=True)
class MarkedContent:
    """One marked-content sequence: its page, from 0, and its number on the page."""

    page: int
    number: int


class Structure:
    """Gathers the marks of the pages as they are painted, then writes the tree into the PDF."""

    def __init__(self, root: Element, language: str) -> None:
        self._root = StructElem("Document", entries={"Lang": pydyf.String(language)})
        self._parts: dict[Element, StructElem] = {root: self._root}
        self._parents = {child: parent for parent in root.iter() for child in parent}
        self._paragraphs: dict[Element, StructElem] = {}
        self._bodies: dict[int, StructElem] = {}
        self._marked: list[list[StructElem]] = []
        self._footnotes: list[StructElem] = []
        self._heads: set[Element] = set()

    def add_page(self, page_box: Box, stream: Stream, marks: dict[Box, dict[str, Any]]) -> None:
        """Assigns the marks of a page to their elements. Marks that are not content become artifacts.

        Artifacts are page numbers, running headers and footers, repeated header rows, and pictures without alternate
        text; screen readers skip them (ISO 14289-1, 7.1 and 7.8). WeasyPrint has already marked them like everything
        else, so the marks in the page's content are corrected and renumbered.
        """
        page = len(self._marked)
        owners: list[StructElem] = []
        numbers: dict[int, int] = {}
        for box, is_content in self._leaves(page_box):
            mark = marks.get(box)
            if mark is not None and is_content and (part := self._owner(box, page_box)):
                numbers[mark["mcid"]] = len(owners)
                part.kids.append(MarkedContent(page, len(owners)))
                owners.append(part)
        for position, item in enumerate(stream.stream):
            if isinstance(item, pydyf.Dictionary) and "MCID" in item:
                number = numbers.get(item["MCID"])
                if number is None:
                    stream.stream[position - 1] = "/Artifact"
                    item.clear()
                    item["Type"] = "/Pagination"
                else:
                    stream.stream[position - 1] = f"/{_tag(owners[number])}"
                    item["MCID"] = number
        self._marked.append(owners)

    def _leaves(self, box: Box, is_content: bool = True) -> Iterator[tuple[Box, bool]]:
        """Every box without children in reading order, and whether it belongs to the letter."""
        box = getattr(box, "_box", box)  # an absolutely positioned box has a placeholder
        if isinstance(box, boxes.MarginBox):
            is_content = False
        elif isinstance(box, boxes.TableRowGroupBox) and box.is_header:
            is_content = is_content and box.element not in self._heads
        if not isinstance(box, boxes.ParentBox):
            yield box, is_content
            return
        for child in box.children:
            yield from self._leaves(child, is_content)
        if isinstance(box, boxes.TableRowGroupBox) and box.is_header:
            self._heads.add(box.element)

    def _owner(self, box: Box, page_box: Box) -> StructElem | None:
        """The part of a text or a picture, or None if it is decoration."""
        element = box.element
        if element.tag == "img":
            if not element.get("alt"):
                return None
            part = self._part(element)
            part.entries["Alt"] = pydyf.String(element.get("alt"))
            part.entries["A"] = _attributes("Layout", Placement="/Block", BBox=_rectangle(box, page_box))
            return part
        part = self._part(element)
        if part.kind in _HOLD_TEXT:
            return part
        if part.kind == "LI":
            return self._body_of(part)
        if element not in self._paragraphs:
            self._paragraphs[element] = _child(part, "P")
        return self._paragraphs[element]

    def _part(self, element: Element) -> StructElem:
        """The part of an element, or of its nearest ancestor that has one."""
        if element in self._parts:
            return self._parts[element]
        parent = self._part(self._parents[element])
        if element in self._parts:  # a cell that was added together with its row
            return self._parts[element]
        kind = element.get("data-pdf") or _PARTS.get(element.tag)
        if element.tag == "a" and element.get("href"):
            kind = "Link"
        if not kind and element.get("lang"):
            kind = "Span"
        if kind:
            if parent.kind == "LI" and kind not in ("Lbl", "LBody", NOTE):
                parent = self._body_of(parent)
            if kind == NOTE:
                parent = StructElem(kind, entries=_entries(element, kind))
                self._footnotes.append(parent)
            else:
                parent = _child(parent, kind, **_entries(element, kind))
        self._parts[element] = parent
        if kind == "TR":
            for cell in element:  # an empty cell has no mark, but a row must have as many cells as the others
                self._part(cell)
        return parent

    def _body_of(self, item: StructElem) -> StructElem:
        """The body of a list item; it is added, as HTML has no element for it."""
        if id(item) not in self._bodies:
            self._bodies[id(item)] = _child(item, "LBody")
        return self._bodies[id(item)]

    def add_link(self, box: Box, page: int) -> None:
        """Connects a link's annotation with its element, and adds a description of its target."""
        annotation, element = box.link_annotation, box.element
        part = self._part(element)
        words = " ".join("".join(element.itertext()).split())
        annotation["Contents"] = pydyf.String(words or element.get("title") or element.get("href"))
        if part.kind == "Link":
            part.kids.append((page, annotation))

    def write(self, pdf: Any) -> None:
        """Adds the tree to the PDF."""
        pages = pdf.page_references
        root = pydyf.Dictionary({"Type": "/StructTreeRoot"})
        pdf.add_object(root)
        if self._footnotes:
            # In the order of the plain text: a footnote does not interrupt a sentence, a heading or the head of a row.
            _child(self._root, "Sect").kids += self._footnotes
        numbers = pydyf.Array()
        annotations: list[tuple[Any, StructElem]] = []
        self._write_part(self._root, root, pdf, pages, annotations)
        root["K"] = self._root.dictionary.reference
        for page, owners in enumerate(self._marked):
            numbers += [page, pydyf.Array(owner.dictionary.reference for owner in owners)]
            dictionary = pdf.objects[int(pages[page].split()[0])]
            dictionary.update(StructParents=page, Tabs="/S")
        for key, (annotation, part) in enumerate(annotations, len(self._marked)):
            numbers += [key, part.dictionary.reference]
            annotation["StructParent"] = key
        parents = pydyf.Dictionary({"Nums": numbers})
        pdf.add_object(parents)
        root.update(ParentTree=parents.reference, ParentTreeNextKey=len(self._marked) + len(annotations))
        if self._footnotes:
            notes = sorted((note.entries["ID"].string, note.dictionary.reference) for note in self._footnotes)
            names = [entry for id, note in notes for entry in (pydyf.String(id), note)]
            root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(names)})
        pdf.catalog["StructTreeRoot"] = root.reference
        pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})

    def _write_part(
        self, part: StructElem, parent: Any, pdf: Any, pages: Any, annotations: list[tuple[Any, StructElem]]
    ) -> None:
        dictionary = part.dictionary = pydyf.Dictionary(
            {"Type": "/StructElem", "S": f"/{part.kind}", "P": parent.reference, **part.entries}
        )
        pdf.add_object(dictionary)
        first = next((kid.page for kid in part.kids if isinstance(kid, MarkedContent)), None)
        if first is not None:
            dictionary["Pg"] = pages[first]
        kids = pydyf.Array()
        for kid in part.kids:
            if isinstance(kid, StructElem):
                self._write_part(kid, dictionary, pdf, pages, annotations)
                kids.append(kid.dictionary.reference)
            elif isinstance(kid, MarkedContent):
                kids.append(
                    kid.number
                    if kid.page == first
                    else pydyf.Dictionary({"Type": "/MCR", "Pg": pages[kid.page], "MCID": kid.number})
                )
            else:
                page, annotation = kid
                kids.append(pydyf.Dictionary({"Type": "/OBJR", "Pg": pages[page], "Obj": annotation.reference}))
                annotations.append((annotation, part))
        dictionary["K"] = kids[0] if len(kids) == 1 else kids


def _child(parent: StructElem, kind: str, **entries: Any) -> StructElem:
    part = StructElem(kind, parent, entries=entries)
    parent.kids.append(part)
    return part


def _tag(part: StructElem) -> str:
    """The tag of a mark: a line of a paragraph is a span of it."""
    return "Figure" if part.kind == "Figure" else "Span"


def _entries(element: Element, kind: str) -> dict[str, Any]:
    """A part's attributes besides its type: language, spoken text, ID of a footnote, scope of a header, numbering."""
    entries: dict[str, Any] = {}
    if language := element.get("lang"):
        entries["Lang"] = pydyf.String(language)
    if kind in ("Span", "Lbl") and element.get("aria-label"):
        entries["ActualText"] = pydyf.String(element.get("aria-label"))
    if kind == NOTE:
        entries["ID"] = pydyf.String(element.get("id"))
    elif kind == "L":
        named = (_NUMBERING[name] for name in element.get("class", "").split() if name in _NUMBERING)
        usual = "/Decimal" if element.tag == "ol" else "/Disc"
        entries["A"] = _attributes("List", ListNumbering=next(named, usual))
    elif kind in ("TH", "TD"):
        said: dict[str, Any] = {name: int(element.get(key)) for key, name in _SPANS.items() if element.get(key)}
        if kind == "TH":
            said["Scope"] = _SCOPES.get(element.get("scope"), "/Column")
        if said:
            entries["A"] = _attributes("Table", **said)
    return entries


def _attributes(owner: str, **values: Any) -> Any:
    return pydyf.Dictionary({"O": f"/{owner}", **values})


def _rectangle(box: Box, page_box: Box) -> Any:
    """A box in points, from the page's lower left corner; WeasyPrint's pixels are 0.75 points, from the upper left."""
    left, top = box.content_box_x(), box.content_box_y()
    height = page_box.margin_height()
    corners = (left, height - top - box.height, left + box.width, height - top)
    return pydyf.Array(round(corner * 0.75, 2) for corner in corners)
