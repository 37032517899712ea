"""Checks the links, form fields and other annotations of a PDF: their words, descriptions and tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf_content import Content
from circulars.accessibility.pdf_file import (
    PdfFile,
    PdfPage,
    get,
    inherited,
    is_dictionary,
    items,
    name_of,
    number_of,
    text,
)
from circulars.accessibility.pdf_rules import PDF
from circulars.accessibility.pdf_tags import Tag, TagTree, alternate_text
from circulars.accessibility.shared import NO_LINK_WORDS, empty_link, long_address
from circulars.accessibility.uninformative import is_long_address, says_nothing_as_link

_MAX_ANNOTATIONS: Final = 5_000  # of a page
_HIDDEN: Final = 2  # ISO 32000-1, 12.5.3
_NEVER_VISIBLE: Final = ("Popup", "PrinterMark")


def check_links(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks the words of links."""
    for tag in tree.tags:
        if tag.kind != "Link":
            continue
        words = tree.text(tag, content).strip()
        spot = file.spot(tag.page, words)
        if not words:
            if content.has_read(tag.page) and not any(alternate_text(below) for below in (tag, *tree.below(tag))):
                yield PDF["empty-link"].finding(spot, NO_LINK_WORDS)
        elif says_nothing_as_link(words):
            yield PDF["link-says-nothing"].finding(spot, empty_link(words))
        elif is_long_address(words):
            length = len("".join(words.split()))
            yield PDF["long-address"].finding(spot, long_address(length))


def check_annotations(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks the descriptions of annotations, their tags, and the tab order."""
    for page in file.pages:
        shown = [
            annotation for annotation in items(get(page.node, "/Annots"))[:_MAX_ANNOTATIONS] if _is_visible(annotation)
        ]
        if shown and name_of(page.node.get("/Tabs")) != "S":
            yield PDF["tab-order"].finding(
                file.spot(page.number), "Tab does not follow the structure tree on this page"
            )
        for annotation in shown:
            number = tree.tag_of_annotation.get(annotation.objgen, -1)
            tag = tree.tags[number] if number >= 0 else None
            words = tree.text(tag, content) if tag is not None else ""
            yield from _check(annotation, tag, page, words, file, tree)


def _is_visible(annotation: Any) -> bool:
    if not is_dictionary(annotation) or name_of(annotation.get("/Subtype")) in _NEVER_VISIBLE:
        return False
    rectangle = [number_of(side) for side in items(annotation.get("/Rect"))]
    if len(rectangle) == 4 and (rectangle[0] == rectangle[2] or rectangle[1] == rectangle[3]):
        return False  # the rectangle of an invisible signature is empty (ISO 32000-1, 12.7.4.5)
    flags = annotation.get("/F")
    return not (isinstance(flags, int) and flags & _HIDDEN)


def _check(
    annotation: Any, tag: Tag | None, page: PdfPage, words: str, file: PdfFile, tree: TagTree
) -> Iterator[Finding]:
    kind = name_of(annotation.get("/Subtype"))
    description = text(annotation, "/Contents").strip()
    spot = file.spot(page.number, words or description)
    if kind == "Link":
        where = description or text(annotation, "/A", "/URI")
        if tag is None or not _is_in(tag, "Link", tree):
            spot = file.spot(page.number, words or where)
            yield PDF["untagged-link"].finding(spot, "a link is not in a Link tag")
        if not description:
            spot = file.spot(page.number, words or where)
            yield PDF["link-without-description"].finding(spot, "a link has no description that says where it leads")
    elif kind == "Widget":
        name = str(inherited(annotation, "/T") or "")[:60]
        if tag is None or not _is_in(tag, "Form", tree):
            yield PDF["untagged-annotation"].finding(spot, f"the form field '{name}' is not in a Form tag")
        if not str(inherited(annotation, "/TU") or "").strip():
            yield PDF["unnamed-field"].finding(spot, f"the form field '{name}' has no tooltip")
    else:
        if tag is None:
            yield PDF["untagged-annotation"].finding(spot, f"an annotation ({kind[:30]}) is not in a tag")
        if not description and not (tag is not None and alternate_text(tag)):
            yield PDF["annotation-without-description"].finding(spot, f"an annotation ({kind[:30]}) has no description")


def _is_in(tag: Tag | None, kind: str, tree: TagTree) -> bool:
    """Whether a tag, or a tag above it, is of a kind."""
    while tag is not None:
        if tag.kind == kind:
            return True
        tag = tree.parent(tag)
    return False
