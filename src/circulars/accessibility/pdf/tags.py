"""Reads the structure tree of a PDF in reading order.

Its elements (ISO 32000-1, 14.7 and 14.8) are called tags here, as most people call them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from circulars.accessibility.pdf.content import Content, Mark
from circulars.accessibility.pdf.file import PdfFile, get, is_dictionary, items, name_of, text

MAX_TAGS: Final = 300_000
_MAX_DEPTH: Final = 500
MAX_ROLES: Final = 1_000
MAX_SPACES: Final = 10
_KINDS: Final = """\
Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody
Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP
Figure Formula Form"""
_KINDS_2: Final = "DocumentFragment Aside Title FENote Sub Em Strong Artifact"
_HEADING: Final = re.compile("H[1-9][0-9]?")
TRANSPARENT: Final = ("NonStruct", "Div")
"""Kinds of tags without a meaning: what is in them is as if it were in the tag above."""
_MATHML: Final = "http://www.w3.org/1998/Math/MathML"
STANDARD: Final = frozenset(_KINDS.split())
"""The standard kinds of tags in PDF 1.7 (ISO 32000-1, 14.8.4)."""
_STANDARD_2: Final = frozenset(_KINDS_2.split())  # those of PDF 2.0 (ISO 32000-2, 14.8.4)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: its kind as written, its standard kind ("" if there is none), its page, and its position in the tree.

    ``number`` is its index in ``TagTree.tags``; its descendants follow there up to ``end``. Its marked contents are
    those from ``first`` to ``last`` in ``TagTree.marks``. ``language`` is its own or inherited one, and ``holder`` the
    number of the nearest tag above that is neither NonStruct nor Div.
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
    holder: int
    language: str


@dataclass(frozen=True, slots=True)
class TagTree:
    """A structure tree in reading order: its tags, their marked contents, and the annotations in them."""

    tags: tuple[Tag, ...]
    marks: tuple[Mark, ...]
    tag_of_annotation: Mapping[tuple[int, int], int]
    """The index of the tag that contains an annotation, by the annotation's object number."""
    language_of_mark: Mapping[Mark, str]
    """The language of the tag that contains a marked content."""
    loops: int
    too_large: bool
    is_pdf_2: bool

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

    def holder(self, tag: Tag) -> Tag | None:
        """The tag above, or the next one above NonStruct and Div: a tag is as if these were not there."""
        return self.tags[tag.holder] if tag.holder >= 0 else None

    def held(self, tag: Tag) -> Iterator[Tag]:
        """The tags below a tag, and those in NonStruct and Div instead of these."""
        number = tag.number + 1
        while number < tag.end:
            kid = self.tags[number]
            if kid.kind in TRANSPARENT:
                number += 1
            else:
                yield kid
                number = kid.end

    def replaced(self) -> set[Mark]:
        """The marked contents of tags with a replacement text (ActualText)."""
        return {mark for tag in self.tags if actual_text(tag) for mark in self.marks[tag.first : tag.last]}

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
    holder: int = -1
    language: str = ""


class RoleMap:
    """Maps other names of tags to standard kinds (ISO 32000-1, 14.7.3; ISO 32000-2, 14.7.4)."""

    def __init__(self, root: Any, is_pdf_2: bool = False) -> None:
        self.is_pdf_2 = is_pdf_2
        self._standard = STANDARD | (_STANDARD_2 if is_pdf_2 else frozenset())
        self._roles = _roles(get(root, "/RoleMap"))
        self.circular = sorted(key for key in self._roles if self._leads_back(key))
        self.remapped = sorted(
            key for key, value in self._roles.items() if key in STANDARD and value and key not in self.circular
        )

    def standard(self, written: str, space: Any = None) -> str:
        """The standard kind of a name in a namespace of PDF 2.0, if one is given; or ""."""
        if is_dictionary(space):
            written, space = _role_in(space, written)
            if text(space, "/NS") == _MATHML:
                return "NonStruct"  # a part of a formula
        seen: set[str] = set()
        while written and not self._is_standard(written):
            if written in seen:
                return ""
            seen.add(written)
            written = self._roles.get(written, "")
        return written

    def _is_standard(self, name: str) -> bool:
        return name in self._standard or (self.is_pdf_2 and bool(_HEADING.fullmatch(name)))

    def _leads_back(self, name: str) -> bool:
        """Whether the mappings of a name lead to it again."""
        at = self._roles[name]
        for _ in self._roles:
            if at == name:
                return True
            at = self._roles.get(at, "")
        return False


def _roles(node: Any) -> dict[str, str]:
    pairs = list(node.items())[:MAX_ROLES] if is_dictionary(node) else []
    return {key[1:]: name_of(value) for key, value in pairs}


def _role_in(space: Any, written: str) -> tuple[str, Any]:
    """The name and the namespace at the end of the mappings of a name in its namespace."""
    for _ in range(MAX_SPACES):
        role = get(space, "/RoleMapNS", f"/{written}")
        if role is None:
            break
        name, *rest = items(role)
        written = name_of(name)
        space = rest[0] if rest else None
    return written, space


NO_TREE: Final = TagTree((), (), {}, {}, 0, too_large=False, is_pdf_2=False)
"""The structure tree of a file without tags."""


def read_tree(file: PdfFile, roles: RoleMap) -> TagTree:
    """The structure tree; a tag that occurs again is left out, and counted in ``loops``."""
    reader = _TreeReader({page.node.objgen: page.number for page in file.pages}, roles)
    reader.read(get(file.root, "/StructTreeRoot"))
    found = tuple(tag for tag in reader.tags if tag is not None)
    return TagTree(
        found, tuple(reader.marks), reader.tag_of_annotation, reader.languages, reader.loops, reader.too_large,
        roles.is_pdf_2,
    )  # fmt: skip


@dataclass(slots=True)
class _TreeReader:
    """Reads a structure tree. ``waiting`` has the open tags, each below the one before it."""

    pages: Mapping[Any, int]
    roles: RoleMap
    tags: list[Tag | None] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    languages: dict[Mark, str] = field(default_factory=dict)
    tag_of_annotation: dict[tuple[int, int], int] = field(default_factory=dict)
    seen: set[tuple[int, int]] = field(default_factory=set)
    waiting: list[_OpenTag] = field(default_factory=list)
    loops: int = 0
    too_large: bool = False

    def read(self, top: Any) -> None:
        """Reads all that is below the top of a structure tree."""
        if is_dictionary(top):
            self.seen.add(top.objgen)
        self.waiting.append(_OpenTag(-1, iter(items(get(top, "/K"))), None, 0, 0))
        while self.waiting:
            above = self.waiting[-1]
            kid = next(above.kids, None)
            if kid is None:
                self._close(self.waiting.pop())
            elif isinstance(kid, int):
                if above.page is not None:
                    self._note((above.page, kid), above)
            elif is_dictionary(kid):
                self._read_dictionary(kid, above)

    def _read_dictionary(self, kid: Any, above: _OpenTag) -> None:
        if name_of(kid.get("/Type")) in ("MCR", "OBJR") or "/S" not in kid:
            if mark := self._reference(kid, above):
                self._note(mark, above)
        elif kid.objgen != (0, 0) and kid.objgen in self.seen:
            self.loops += 1
        elif len(self.tags) >= MAX_TAGS or len(self.waiting) > _MAX_DEPTH:
            self.too_large = True
        else:
            self._open(kid, above)

    def _open(self, node: Any, above: _OpenTag) -> None:
        self.seen.add(node.objgen)
        own = get(node, "/Pg")
        page = own.objgen if is_dictionary(own) else above.page
        written = name_of(node.get("/S"))
        self.waiting.append(
            _OpenTag(
                len(self.tags), iter(items(node.get("/K"))), page,
                self.pages.get(page, above.page_number) if page else 0, len(self.marks), written,
                self.roles.standard(written, node.get("/NS")), node, above.number,
                above.holder if above.kind in TRANSPARENT else above.number,
                text(node, "/Lang").strip() or above.language,
            )
        )  # fmt: skip
        self.tags.append(None)

    def _close(self, tag: _OpenTag) -> None:
        if tag.number < 0:
            return
        if not tag.page_number and len(self.marks) > tag.first:
            tag.page_number = self.pages.get(self.marks[tag.first][0], 0)
        self.tags[tag.number] = Tag(
            tag.number, tag.written, tag.kind, tag.node, tag.parent,
            tag.page_number, len(self.tags), tag.first, len(self.marks), tag.holder, tag.language,
        )  # fmt: skip

    def _note(self, mark: Mark, tag: _OpenTag) -> None:
        self.marks.append(mark)
        self.languages[mark] = tag.language

    def _reference(self, kid: Any, above: _OpenTag) -> Mark | None:
        """The marked content on another page or in a form to which a tag refers; an annotation is recorded."""
        number, thing = kid.get("/MCID"), kid.get("/Obj")
        if isinstance(number, int):
            holder = next((h for h in (kid.get("/Stm"), kid.get("/Pg")) if is_dictionary(h)), None)
            owner = holder.objgen if holder is not None else above.page
            return (owner, number) if owner is not None else None
        if is_dictionary(thing):
            self.tag_of_annotation[thing.objgen] = above.number
        return None


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
