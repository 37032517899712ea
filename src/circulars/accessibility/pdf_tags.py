"""Reads the structure tree of a PDF in reading order.

Its elements (ISO 32000-1, 14.7 and 14.8) are called tags here, as most people call them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from circulars.accessibility.pdf_content import Content, Mark
from circulars.accessibility.pdf_file import PdfFile, get, is_dictionary, items, name_of, text

MAX_TAGS: Final = 300_000
_MAX_DEPTH: Final = 500
_KINDS: Final = """\
Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody
Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP
Figure Formula Form"""
_KINDS_2: Final = "DocumentFragment Aside Title FENote Sub Em Strong Artifact H7 H8 H9"
STANDARD: Final = frozenset(_KINDS.split())
"""The standard kinds of tags in PDF 1.7 (ISO 32000-1, 14.8.4)."""
_STANDARD_2: Final = frozenset(_KINDS_2.split())  # those of PDF 2.0 (ISO 32000-2, 14.8.4)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: its kind as written, its standard kind ("" if there is none), its page, and its position in the tree.

    ``number`` is its index in ``TagTree.tags``; its descendants follow there up to ``end``. Its marked contents are
    those from ``first`` to ``last`` in ``TagTree.marks``.
    """

    number: int
    written: str
    kind: str
    node: Any
    parent: int
    page: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class TagTree:
    """A structure tree in reading order: its tags, their marked contents, and the annotations in them."""

    tags: tuple[Tag, ...]
    marks: tuple[Mark, ...]
    tag_of_annotation: Mapping[tuple[int, int], int]
    """The index of the tag that contains an annotation, by the annotation's object number."""
    loops: int
    too_large: bool

    def children(self, tag: Tag) -> Iterator[Tag]:
        """The tags directly below a tag."""
        number = tag.number + 1
        while number < tag.end:
            yield self.tags[number]
            number = self.tags[number].end

    def below(self, tag: Tag) -> tuple[Tag, ...]:
        """All tags below a tag."""
        return self.tags[tag.number + 1 : tag.end]

    def parent(self, tag: Tag) -> Tag | None:
        """The tag above; ``None`` at the top."""
        return self.tags[tag.parent] if tag.parent >= 0 else None

    def text(self, tag: Tag, content: Content) -> str:
        """The text of a tag, in reading order."""
        replaced = actual_text(tag)
        if replaced:
            return replaced
        pieces = (content.pieces.get(mark) for mark in self.marks[tag.first : min(tag.last, tag.first + 400)])
        return " ".join(piece.text for piece in pieces if piece is not None)


@dataclass(slots=True)
class _OpenTag:
    """A tag whose kids are being read."""

    number: int
    kids: Iterator[Any]
    page: Any
    page_number: int
    first: int
    written: str = ""
    kind: str = ""
    node: Any = None
    parent: int = -1


class RoleMap:
    """Maps other names of tags to standard kinds (ISO 32000-1, 14.7.3)."""

    def __init__(self, root: Any) -> None:
        node = get(root, "/RoleMap")
        pairs = list(node.items())[:5_000] if is_dictionary(node) else []
        self._roles = {key[1:]: name_of(value) for key, value in pairs}
        self.remapped = sorted(key for key, value in self._roles.items() if key in STANDARD and value != key and value)
        self.circular = sorted(key for key in self._roles if self._follow(key) is None)

    def standard(self, written: str) -> str:
        """The standard kind of a name, or ""."""
        if written in STANDARD or written in _STANDARD_2:
            return written
        return self._follow(written) or ""

    def _follow(self, name: str) -> str | None:
        """The standard kind at the end of the mappings, "" if there is none, ``None`` if they form a circle."""
        seen = set()
        while name and name not in STANDARD and name not in _STANDARD_2:
            if name in seen:
                return None
            seen.add(name)
            name = self._roles.get(name, "")
        return name


def read_tree(file: PdfFile, roles: RoleMap) -> TagTree:
    """The structure tree; a tag that occurs again is left out, and counted in ``loops``."""
    pages = {page.node.objgen: page.number for page in file.pages}
    top = get(file.root, "/StructTreeRoot")
    tags: list[Tag | None] = []
    marks: list[Mark] = []
    tag_of_annotation: dict[tuple[int, int], int] = {}
    seen: set[tuple[int, int]] = {top.objgen} if is_dictionary(top) else set()
    loops, too_large = 0, False
    waiting = [_OpenTag(-1, iter(items(get(top, "/K"))), None, 0, 0)]
    while waiting:
        above = waiting[-1]
        kid = next(above.kids, None)
        if kid is None:
            waiting.pop()
            if above.number >= 0:
                if not above.page_number and len(marks) > above.first:
                    above.page_number = pages.get(marks[above.first][0], 0)
                tags[above.number] = Tag(
                    above.number, above.written, above.kind, above.node, above.parent,
                    above.page_number, len(tags), above.first, len(marks),
                )  # fmt: skip
        elif isinstance(kid, int):
            if above.page is not None:
                marks.append((above.page, kid))
        elif not is_dictionary(kid):
            continue
        elif name_of(kid.get("/Type")) in ("MCR", "OBJR") or "/S" not in kid:
            _reference(kid, above, marks, tag_of_annotation)
        elif kid.objgen != (0, 0) and kid.objgen in seen:
            loops += 1
        elif len(tags) >= MAX_TAGS or len(waiting) > _MAX_DEPTH:
            too_large = True
        else:
            seen.add(kid.objgen)
            own = get(kid, "/Pg")
            page = own.objgen if is_dictionary(own) else above.page
            written = name_of(kid.get("/S"))
            waiting.append(
                _OpenTag(
                    len(tags), iter(items(kid.get("/K"))), page, pages.get(page, above.page_number) if page else 0,
                    len(marks), written, roles.standard(written), kid, above.number,
                )
            )  # fmt: skip
            tags.append(None)
    return TagTree(tuple(tag for tag in tags if tag is not None), tuple(marks), tag_of_annotation, loops, too_large)


def _reference(kid: Any, above: _OpenTag, marks: list[Mark], tag_of_annotation: dict[tuple[int, int], int]) -> None:
    """Records a reference to marked content on another page or in a form, or to an annotation."""
    number, thing = kid.get("/MCID"), kid.get("/Obj")
    if isinstance(number, int):
        holder = next((h for h in (kid.get("/Stm"), kid.get("/Pg")) if is_dictionary(h)), None)
        owner = holder.objgen if holder is not None else above.page
        if owner is not None:
            marks.append((owner, number))
    elif is_dictionary(thing):
        tag_of_annotation[thing.objgen] = above.number


def attribute(tag: Tag, name: str, classes: Any) -> Any:
    """An attribute of a tag or of one of its classes (ISO 32000-1, 14.7.5), or ``None``."""
    held = [*items(tag.node.get("/A"))]
    for named in items(tag.node.get("/C")):
        held += items(get(classes, f"/{name_of(named)}"))
    return next((v for each in held if is_dictionary(each) and (v := each.get(name)) is not None), None)


def alternate_text(tag: Tag) -> str:
    """The alternate text of a tag, for a picture or a formula."""
    return text(tag.node, "/Alt").strip()


def actual_text(tag: Tag) -> str:
    """The text that replaces the content of a tag."""
    return text(tag.node, "/ActualText").strip()
