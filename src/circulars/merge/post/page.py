"""Makes the HTML of an e-mail: simple enough for mail programs, and without anything that they would fetch.

Mail programs drop stylesheets, scripts and ``data:`` pictures. So each element has its own style, the head of the
letter is a table, and pictures are parts of the message with content ids (RFC 2392).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from lxml import etree

from circulars.model.document import (
    AddressList,
    Document,
    LabelledList,
    Particular,
    Picture,
    SettledAnnex,
    with_plain_marks,
)
from circulars.model.fonts import UPRIGHT, FontChoice, PackFonts, is_one_of
from circulars.model.grid import grid
from circulars.model.text import (
    Alignment,
    Block,
    Cell,
    Heading,
    Item,
    Items,
    Note,
    Paragraph,
    Span,
    Spans,
    Table,
    isolated,
)

_BODY: Final = "margin:0;padding:16px;background:#fff;color:#000;font-family:{families};font-size:15px;line-height:1.35"
USUAL_FONTS: Final = PackFonts(FontChoice(("Carlito",), "Calibri"))
_LAST_FONTS: Final = ("Arial", "sans-serif")
_UPRIGHT_EMPHASIS: Final = "font-style:normal;font-weight:bold"
_TEXT: Final = "margin:8px 0"
_CELL: Final = "padding:2px 12px 2px 0;vertical-align:top;text-align:start"
_CAPTION: Final = "text-align:start;font-weight:bold;padding:3px 0"
_RULED: Final = "padding:3px 6px;vertical-align:top;text-align:start;border:1px solid #000"
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MIRRORED: Final = re.compile(r"padding:(\w+) (\w+) (\w+) (\w+)")
_PIXELS: Final = 96 / 25.4  # CSS pixels per millimetre
_Content = str | etree._Element
"""The content of an element: text, which is never markup, or another element."""


@dataclass(frozen=True, slots=True)
class MessagePage:
    """The HTML of a message, and its pictures by content id."""

    html: str
    pictures: Mapping[str, Picture]


def page_of(document: Document, domain: str, fonts: PackFonts = USUAL_FONTS) -> MessagePage:
    """The HTML of a filled document; the content ids of its pictures end in the sender's domain."""
    builder = _PageBuilder(domain, fonts)
    root = builder.page(document)
    html = etree.tostring(root, method="html", encoding="unicode", doctype="<!DOCTYPE html>")
    return MessagePage(html + "\n", builder.pictures)


def _element(tag: str, *content: _Content, **attributes: str) -> etree._Element:
    """An element. Markup in text is escaped."""
    element = etree.Element(tag, {name.rstrip("_"): _xml_text(value) for name, value in attributes.items() if value})
    for part in content:
        if not isinstance(part, str):
            element.append(part)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + _xml_text(part)
        else:
            element.text = (element.text or "") + _xml_text(part)
    return element


def _xml_text(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


@dataclass(slots=True)
class _PageBuilder:
    """Builds a page, and collects its pictures."""

    domain: str
    fonts: PackFonts
    pictures: dict[str, Picture] = field(default_factory=dict)

    def page(self, document: Document) -> etree._Element:
        head = _element(
            "head",
            _element("meta", charset="utf-8"),
            _element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            _element("title", document.properties.title),
        )
        article = _element("div", *self._parts(with_plain_marks(document)), style="max-width:680px")
        for blank in article.iter("span"):
            if blank.get("role") == "img" and document.blank_label:
                blank.set("aria-label", _xml_text(document.blank_label))
            elif blank.get("role") == "img":
                del blank.attrib["role"]
        if is_one_of(document.language, UPRIGHT):
            for emphasis in article.iter("em"):
                emphasis.set("style", _UPRIGHT_EMPHASIS)
        if document.direction == "rtl":
            for part in article.iter("td", "ul"):
                part.set("style", _MIRRORED.sub(r"padding:\1 \4 \3 \2", part.get("style", "")))
        names = dict.fromkeys((*self.fonts.on_screens(document.language), *_LAST_FONTS))
        families = ",".join(f"'{name}'" if " " in name else name for name in names)
        body = _element("body", article, style=_BODY.format(families=families))
        return _element("html", head, body, lang=document.language, dir=document.direction)

    def _parts(self, document: Document) -> Iterator[etree._Element]:
        yield from self._letterhead(document)
        if document.addressee:
            yield _element("p", *_spans(document.addressee), style="margin:16px 0")
        yield from self._head(document)
        if document.references:
            yield from self._labelled_list(document.references)
        if document.salutation:
            yield _element("p", *_spans(document.salutation), style=_TEXT)
        for block in document.body:
            yield from self._block(block, 2)
        yield from self._ending(document)
        for annex in document.annexes:
            yield from self._annex(annex)
        if document.footnotes:
            yield _element("hr", style="margin:24px 0 8px;border:0;border-top:1px solid #000")
        for footnote in document.footnotes:
            content = (f"{footnote.plain_mark} ", *_spans(footnote.spans))
            yield _element("p", *content, style="margin:3px 0;font-size:13px", id=footnote.id)
        if document.footer:
            yield _element("hr", style="margin:24px 0 8px;border:0;border-top:1px solid #000")
            yield _element("p", *_with_breaks("\n".join(document.footer)), style="margin:0;font-size:12px")

    def _letterhead(self, document: Document) -> Iterator[etree._Element]:
        head = document.letterhead
        lines = "\n".join(line for line in (head.organization, head.bureau) if line)
        cells = [_element("td", self._picture(head.mark), style=_CELL)] if head.mark else []
        if lines:
            name = _element("strong", *_with_breaks(lines))
            cells.append(_element("td", name, style=_CELL + ";vertical-align:middle"))
        if cells:
            yield _layout_table(_element("tr", *cells))

    def _head(self, document: Document) -> Iterator[etree._Element]:
        """Date, reference, addressees and subject, in the order of the plain text."""
        first, *others = document.particulars
        rows = [] if document.date_beside else [_row("", [document.date_line])]
        if document.date_beside:
            first = _dated(first, document.date_line)
        if first.label or first.lines:
            rows.append(self._particular(first))
        if not document.date_first:
            rows.reverse()
        yield _layout_table(*rows)
        for addressees in document.addressees:
            yield from self._addressees(addressees)
        below = [*map(self._particular, others)]
        if document.subject:
            subject = [_element("strong", *_spans(line)) for line in document.subject]
            below.append(_row(document.subject_label, subject))
        if below:
            yield _layout_table(*below)

    def _particular(self, particular: Particular) -> etree._Element:
        return _row(particular.label, [_element("span", *_spans(line)) for line in particular.lines])

    def _addressees(self, addressees: AddressList) -> Iterator[etree._Element]:
        if addressees.label:
            yield _paragraph(addressees.label)
        if len(addressees.entries) == 1 and not addressees.entries[0].label:
            yield _element("p", *_spans(addressees.entries[0].spans), style=_TEXT)
        elif addressees.entries:
            yield _entries(addressees.entries)

    def _labelled_list(self, listed: LabelledList) -> Iterator[etree._Element]:
        yield _element("p", _element("strong", listed.label), style=_TEXT)
        yield _entries(listed.entries)

    def _block(self, block: Block, rank: int) -> Iterator[etree._Element]:
        match block:
            case Paragraph():
                yield _numbered("p", block.number, block.spans, block.id, block.align)
            case Heading():
                yield _numbered(f"h{block.level + rank - 1}", block.number, block.spans, block.id)
            case Items():
                yield _entries(block.entries, block.id)
            case Note():
                yield _element("p", block.label, *_spans(block.spans), style=_TEXT, id=block.id)
            case Table():
                yield _table(block)
            case _:
                assert_never(block)

    def _ending(self, document: Document) -> Iterator[etree._Element]:
        if document.closing:
            yield _element("p", document.closing, style="margin:16px 0 8px")
        for signature in document.signatures:
            if signature.picture:
                yield _element("p", self._picture(signature.picture), style=_TEXT)
            yield _paragraph("\n".join(filter(None, (signature.signed, *signature.lines))))
        if code := document.link_code:
            link = _element("a", self._picture(code.picture), href=code.address)
            yield _element("p", link, _element("br"), *_with_breaks(code.caption), style=_TEXT)
        if document.postscript:
            yield _element("p", *_spans(document.postscript), style=_TEXT)
        for below in ((document.drafter,), document.annex_note):
            if any(below):
                yield _paragraph("\n".join(below))
        if document.enclosures:
            yield from self._labelled_list(document.enclosures)
        for addressees in document.copies:
            yield from self._addressees(addressees)
        if document.distribution:
            yield from self._labelled_list(document.distribution)

    def _annex(self, annex: SettledAnnex) -> Iterator[etree._Element]:
        lines = "\n".join(line for line in (annex.label, annex.parent) if line)
        title = (_element("br"), *_spans(annex.title)) if annex.title else ()
        yield _element("hr", style="margin:24px 0;border:0;border-top:1px solid #000")
        yield _element("h2", *_with_breaks(lines), *title, style="margin:8px 0;font-size:17px", id=annex.id)
        for block in annex.body:
            yield from self._block(block, 3)

    def _picture(self, picture: Picture) -> etree._Element:
        name = f"{hashlib.sha256(picture.data).hexdigest()[:32]}@{self.domain}"
        self.pictures[name] = picture
        across, down = round(picture.width * _PIXELS), round(picture.height * _PIXELS)
        style = f"border:0;width:{across}px;height:{down}px"
        shown = _element("img", src=f"cid:{name}", width=str(across), height=str(down), style=style)
        shown.set("alt", _xml_text(picture.alt))
        return shown


def _layout_table(*rows: etree._Element) -> etree._Element:
    """A table for layout, which screen readers do not announce."""
    return _element("table", *rows, role="presentation", cellspacing="0", style="border-collapse:collapse;margin:8px 0")


def _dated(reference: Particular, date_line: str) -> Particular:
    """The reference with the date after it, in its line."""
    *lines, last = reference.lines or ((),)
    return replace(reference, lines=(*lines, (*last, Span(f" {date_line}" if last else date_line))))


def _row(label: str, lines: Sequence[_Content]) -> etree._Element:
    content = [part for line in lines for part in (_element("br"), line)][1:]
    return _element("tr", _element("td", label, style=_CELL), _element("td", *content, style=_CELL))


def _paragraph(text: str) -> etree._Element:
    return _element("p", *_with_breaks(text), style=_TEXT)


def _numbered(tag: str, number: str, spans: Spans, id: str, align: Alignment = "start") -> etree._Element:
    label = (f"{number}\u2003",) if number else ()
    style = _TEXT if tag == "p" else "margin:16px 0 8px;font-size:15px"
    style += f";text-align:{align}" if align != "start" else ""
    return _element(tag, *label, *_spans(spans), style=style, id=id)


def _entries(entries: tuple[Item, ...], id: str = "") -> etree._Element:
    """A list whose labels are text, as in the document."""
    items = [
        _element(
            "li",
            *((f"{entry.label} ",) if entry.label else ()),
            *_spans(entry.spans),
            *map(_within_entry, entry.blocks),
            style="margin:3px 0",
            id=entry.id,
        )
        for entry in entries
    ]
    return _element("ul", *items, style="list-style:none;margin:8px 0;padding:0 0 0 24px", id=id)


def _within_entry(block: Paragraph | Items) -> etree._Element:
    if isinstance(block, Items):
        return _entries(block.entries)
    return _element("p", *_spans(block.spans), style="margin:3px 0")


def _table(table: Table) -> etree._Element:
    caption = [_element("caption", *_spans(table.caption), style=_CAPTION)] if table.caption else []
    heads = [_element("tr", *(_cell(cell, "col") for cell in head)) for head in table.heads]
    rows = (
        [
            _cell(slot.cell, "row" if table.row_heads and slot.column == 0 else "")
            for slot in row.slots
            if not slot.is_continued
        ]
        for row in grid(table.rows, len(table.widths))
    )
    body = [_element("tr", *cells) for cells in rows]
    return _element("table", *caption, *heads, *body, style="border-collapse:collapse;margin:8px 0", id=table.id)


def _cell(cell: Cell, scope: str) -> etree._Element:
    """A cell; with a ``scope`` it is the header of its column or row, and the title of a group that of its rows."""
    scope = "rowgroup" if cell.is_group else scope
    lines = [("– " if cell.dashes else "", *_spans(line)) for line in cell.lines]
    content = [part for line in lines for part in (_element("br"), *line)][1:]
    content += [_entries(listed.entries) for listed in cell.lists]
    spans = {name: str(count) for name, count in (("colspan", cell.colspan), ("rowspan", cell.rowspan)) if count > 1}
    return _element("th" if scope else "td", *content, style=_RULED, scope=scope, **spans)


def _spans(spans: Spans) -> Iterator[_Content]:
    for direction, run in isolated(spans):
        if direction == "auto":
            yield from _with_own_directions(run)
        else:
            words = list(_looks(run))
            yield from [_element("span", *words, dir=direction)] if direction else words


def _with_own_directions(run: Spans) -> Iterator[_Content]:
    """A value of an addressee: each of its lines, as those of an address, has the direction of its own first letter."""
    for span in run:
        for place, line in enumerate(span.text.split("\n")):
            if place:
                yield _element("br")
            yield _element("span", *_looks((replace(span, text=line),)), dir="auto")


def _looks(spans: Spans) -> Iterator[_Content]:
    for span in spans:
        content: list[_Content] = list(_with_breaks(span.text))
        around: tuple[tuple[str, str | bool, dict[str, str]], ...] = (
            ("em", span.emphasis, {}),
            ("strong", span.strong, {}),
            ("span", span.language, {"lang": span.language}),
            ("span", span.inner, {"dir": span.inner}),
            ("span", span.blank, {"role": "img"}),  # named by the page: a screen reader would read the underscores
            ("a", span.link, {"href": span.link}),
        )
        for tag, wanted, attributes in around:
            if wanted:
                content = [_element(tag, *content, **attributes)]
        yield from content


def _with_breaks(text: str) -> Iterator[_Content]:
    """The text with a line break for each line feed."""
    for place, line in enumerate(text.split("\n")):
        if place:
            yield _element("br")
        yield line
