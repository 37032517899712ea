"""Checks the links, form fields and other annotations of a PDF: their words, descriptions and tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf.annotations import Annotation, read_annotations
from circulars.accessibility.pdf.content import Content
from circulars.accessibility.pdf.file import PdfFile, get, is_dictionary, items, name_of, text, unpacked
from circulars.accessibility.pdf.rules import PDF
from circulars.accessibility.pdf.tags import TRANSPARENT, Tag, TagTree, alternate_text, attribute
from circulars.accessibility.shared import NO_LINK_WORDS, empty_link, long_address
from circulars.accessibility.uninformative import is_long_address, says_nothing_as_link

_FOR_PRINTERS: Final = ("PrinterMark", "TrapNet")
_ARTIFACT: Final = re.compile(rb"\s*/Artifact\s+(BMC|BDC|<<|/)")


def check_links(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks the words of links."""
    described = {a.tag.number for a in read_annotations(file, tree) if a.tag is not None and a.description}
    for tag in tree.tags:
        if tag.kind != "Link":
            continue
        words = tree.text(tag, content).strip()
        spot = file.spot(tag.page, words)
        if not words:
            within = (tag, *tree.below(tag))
            spoken = any(alternate_text(below) or below.number in described for below in within)
            if content.has_read(tag.page) and not spoken:
                yield PDF["empty-link"].finding(spot, NO_LINK_WORDS)
        elif says_nothing_as_link(words):
            yield PDF["link-says-nothing"].finding(spot, empty_link(words))
        elif is_long_address(words):
            length = len("".join(words.split()))
            yield PDF["long-address"].finding(spot, long_address(length))


def check_annotations(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks the descriptions of annotations, their tags, and the tab order."""
    without_order: set[int] = set()
    for annotation in read_annotations(file, tree):
        page = annotation.page
        if page.number not in without_order and name_of(page.node.get("/Tabs")) != "S":
            without_order.add(page.number)
            fact = "Tab does not follow the structure tree on this page"
            yield PDF["tab-order"].finding(file.spot(page.number), fact)
        if annotation.kind in _FOR_PRINTERS:
            yield from _check_for_printers(annotation, file)
        elif annotation.visible and annotation.kind != "Popup":
            words = tree.text(annotation.tag, content) if annotation.tag is not None else ""
            yield from _check(annotation, words, file, tree)


def _check_for_printers(annotation: Annotation, file: PdfFile) -> Iterator[Finding]:
    """Checks a printer's mark, or a trap network."""
    if not annotation.visible:
        return
    spot = file.spot(annotation.page.number)
    if annotation.kind == "TrapNet":
        yield PDF["trap-network"].finding(spot, "the page has a trap network")
    elif annotation.tag is not None:
        yield PDF["tagged-printer-mark"].finding(spot, "a printer's mark is in a tag")
    elif (shown := unpacked(get(annotation.node, "/AP", "/N"))).strip() and not _ARTIFACT.match(shown):
        yield PDF["tagged-printer-mark"].finding(spot, "what a printer's mark shows is not an artifact")


def _check(annotation: Annotation, words: str, file: PdfFile, tree: TagTree) -> Iterator[Finding]:
    if annotation.kind == "Link":
        yield from _check_link(annotation, words, file, tree)
    elif annotation.kind == "Widget":
        yield from _check_field(annotation, words, file, tree)
    else:
        spot = file.spot(annotation.page.number, words or annotation.description)
        kind = f"an annotation ({annotation.kind[:30]})"
        if annotation.tag is None:
            yield PDF["untagged-annotation"].finding(spot, f"{kind} is not in a tag")
        elif not _is_directly_in(annotation.tag, "Annot", tree):
            fact = f"{kind} is in {annotation.tag.written[:30]}, not in Annot"
            yield PDF["untagged-annotation"].finding(spot, fact)
        if not annotation.description and not (annotation.tag is not None and alternate_text(annotation.tag)):
            yield PDF["annotation-without-description"].finding(spot, f"{kind} has no description")


def _check_link(annotation: Annotation, words: str, file: PdfFile, tree: TagTree) -> Iterator[Finding]:
    where = annotation.description or text(annotation.node, "/A", "/URI")
    spot = file.spot(annotation.page.number, words or where)
    kinds = ("Link", "Reference") if tree.is_pdf_2 else ("Link",)
    if annotation.tag is None or not any(_is_directly_in(annotation.tag, kind, tree) for kind in kinds):
        yield PDF["untagged-link"].finding(spot, "a link is not in a Link tag")
    if not annotation.description and not tree.is_pdf_2:
        fact = "a link has no description that says where it leads"
        yield PDF["link-without-description"].finding(spot, fact)


def _check_field(annotation: Annotation, words: str, file: PdfFile, tree: TagTree) -> Iterator[Finding]:
    spot = file.spot(annotation.page.number, words or annotation.description)
    field, tag = annotation.field, annotation.tag
    name = text(field, "/T")[:60]
    if tag is None or not _is_directly_in(tag, "Form", tree):
        yield PDF["untagged-annotation"].finding(spot, f"the form field '{name}' is not in a Form tag")
    if not text(field, "/TU").strip() and not (tag is not None and alternate_text(tag)):
        yield PDF["unnamed-field"].finding(spot, f"the form field '{name}' has no tooltip")


def check_form_tags(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks that each Form tag contains one form field and nothing else, unless it is a form to print."""
    classes = get(file.root, "/StructTreeRoot", "/ClassMap")
    for tag in tree.tags:
        if tag.kind == "Form" and not tree.is_pdf_2 and attribute(tag, "/Role", classes) is None:
            kids = items(tag.node.get("/K"))
            if len(kids) != 1 or not is_dictionary(get(kids[0], "/Obj")):
                fact = f"a Form tag contains {'nothing' if not kids else 'more than a form field'}"
                yield PDF["crowded-form-tag"].finding(file.spot(tag.page, tree.text(tag, content)), fact)


def _is_directly_in(tag: Tag, kind: str, tree: TagTree) -> bool:
    """Whether a tag is of a kind; or if it is NonStruct or Div, whether the tag above these is."""
    holder = tree.holder(tag) if tag.kind in TRANSPARENT else tag
    return holder is not None and holder.kind == kind
