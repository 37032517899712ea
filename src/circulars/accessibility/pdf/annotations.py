"""Reads the annotations of a PDF: links, form fields, notes and others, and the tag that each one is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from circulars.accessibility.pdf.file import (
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
from circulars.accessibility.pdf.tags import Tag, TagTree

_MAX_ANNOTATIONS: Final = 5_000  # of a page
_MAX_FIELDS: Final = 50  # above a form field
_HIDDEN: Final = 2  # ISO 32000-1, 12.5.3


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation: its kind (Subtype), its page, the tag that it is in, and whether readers can see it."""

    kind: str
    node: Any
    page: PdfPage
    tag: Tag | None
    visible: bool

    @property
    def description(self) -> str:
        """Its description (Contents)."""
        return text(self.node, "/Contents").strip()

    @property
    def field(self) -> Any:
        """The form field of which a widget is a part: the nearest dictionary that has a name."""
        node = self.node
        for _ in range(_MAX_FIELDS):
            above = get(node, "/Parent")
            if "/T" in node or not is_dictionary(above):
                break
            node = above
        return node


def read_annotations(file: PdfFile, tree: TagTree) -> Iterator[Annotation]:
    """The annotations of all pages."""
    for page in file.pages:
        area = _box(inherited(page.node, "/CropBox")) or _box(inherited(page.node, "/MediaBox"))
        for node in items(get(page.node, "/Annots"))[:_MAX_ANNOTATIONS]:
            if is_dictionary(node):
                number = tree.tag_of_annotation.get(node.objgen, -1)
                tag = tree.tags[number] if number >= 0 else None
                yield Annotation(name_of(node.get("/Subtype")), node, page, tag, _is_visible(node, area))


def _is_visible(annotation: Any, area: tuple[float, ...]) -> bool:
    """Whether an annotation is on the visible part of the page, and not hidden."""
    flags = annotation.get("/F")
    if isinstance(flags, int) and flags & _HIDDEN:
        return False
    rectangle = _box(annotation.get("/Rect"))
    if not rectangle:
        return True
    left, bottom, right, top = rectangle
    if left == right or bottom == top:
        return False  # the rectangle of an invisible signature is empty (ISO 32000-1, 12.7.4.5)
    return not area or (left < area[2] and right > area[0] and bottom < area[3] and top > area[1])


def _box(value: Any) -> tuple[float, ...]:
    """The left, lower, right and upper side of a rectangle; empty if it is none."""
    sides = [number_of(side) for side in items(value)]
    if len(sides) != 4:
        return ()
    return (min(sides[0], sides[2]), min(sides[1], sides[3]), max(sides[0], sides[2]), max(sides[1], sides[3]))
