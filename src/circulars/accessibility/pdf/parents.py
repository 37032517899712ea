"""Checks that the tag of marked content and of annotations can be found from these (ISO 32000-1, 14.7.4.4).

Screen readers that begin with a place on the page, such as the link that has the focus, need this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf.annotations import read_annotations
from circulars.accessibility.pdf.content import Content
from circulars.accessibility.pdf.file import PdfFile, get, is_dictionary, items
from circulars.accessibility.pdf.rules import PDF
from circulars.accessibility.pdf.tags import MAX_TAGS, TagTree

_SKIPPED: Final = ("PrinterMark", "TrapNet", "Popup")
_LINK: Final = ("untagged-link", "a link")
_OTHER: Final = ("untagged-annotation", "an annotation or a form field")


def check_parents(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Reports each page with marked content, and each annotation, that does not lead to the tag that it is in."""
    if tree.too_large:
        return
    parents = _parents(get(file.root, "/StructTreeRoot", "/ParentTree"))
    tags = {tag.node.objgen for tag in tree.tags}
    held: dict[tuple[int, int], list[Any]] = {}
    reported: set[int] = set()
    for owner, number in tree.marks:
        piece = content.pieces.get((owner, number))
        if piece is None or owner == (0, 0) or piece.page in reported:
            continue
        if owner not in held:
            held[owner] = items(parents.get(get(file.pdf.get_object(owner), "/StructParents")))
        if not (0 <= number < len(held[owner]) and _is_tag(held[owner][number], tags)):
            reported.add(piece.page)
            fact = "tagged content does not lead to its tag (StructParents, ParentTree)"
            yield PDF["lost-content"].finding(file.spot(piece.page, piece.text), fact)
    for annotation in read_annotations(file, tree):
        if annotation.tag is None or not annotation.visible or annotation.kind in _SKIPPED:
            continue
        if not _is_tag(parents.get(annotation.node.get("/StructParent")), tags):
            code, what = _LINK if annotation.kind == "Link" else _OTHER
            fact = f"{what} does not lead to its tag (StructParent, ParentTree)"
            yield PDF[code].finding(file.spot(annotation.page.number, annotation.description), fact)


def _is_tag(entry: Any, tags: set[tuple[int, int]]) -> bool:
    return is_dictionary(entry) and (entry.objgen in tags or entry.objgen == (0, 0))


def _parents(tree: Any) -> Mapping[int, Any]:
    """The entries of a number tree (ISO 32000-1, 7.9.7).

    pikepdf's NumberTree finds none in a tree that refers to itself or lacks its limits.
    """
    found: dict[int, Any] = {}
    waiting, seen = [tree], set[tuple[int, int]]()
    while waiting and len(found) < MAX_TAGS:
        node = waiting.pop()
        if not is_dictionary(node) or (node.objgen != (0, 0) and node.objgen in seen):
            continue
        seen.add(node.objgen)
        waiting += items(node.get("/Kids"))
        numbers = items(node.get("/Nums"))
        found |= {key: entry for key, entry in zip(numbers[::2], numbers[1::2], strict=False) if isinstance(key, int)}
    return found
