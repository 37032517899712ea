"""Reads an untrusted Word template: its parts, stories, paragraphs and relationships."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass

from lxml import etree

from circulars.doctor.findings import TemplateFinding
from circulars.doctor.tags import SYMBOL
from circulars.files.opc import (
    OFFICE,
    NoWordFileError,
    UnreadablePackageError,
    broken_fact,
    content_types,
    is_xml,
    leads_out_fact,
    parse_part,
    read_parts,
    target_of,
)
from circulars.files.word_document import NO_DOCUMENT, document_of
from circulars.render.docx.markup import w
from circulars.render.docx.stationery import story_names

_DISTRUST = "do not trust this file; make the template again in Word"
_CONTEXT = 24  # characters shown on each side of a fault
_CHARACTERS = {
    w("tab"): "\t",
    w("br"): "\n",
    w("cr"): "\n",
    w("noBreakHyphen"): "\u2011",
    w("softHyphen"): "\u00ad",
    w("sym"): SYMBOL,
}


class UnreadableTemplateError(Exception):
    """A file cannot be read as a Word template; ``findings`` say why."""

    def __init__(self, *findings: TemplateFinding) -> None:
        super().__init__(*findings)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class TextPiece:
    """The part of a paragraph's text that is in one element, and the position where it begins."""

    element: etree._Element
    text: str
    start: int

    @property
    def end(self) -> int:
        """The position where it ends."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class TemplateParagraph:
    """A paragraph of a story ("body", "header 1"); ``number`` counts the story's paragraphs from 1."""

    story: str
    number: int
    element: etree._Element
    pieces: tuple[TextPiece, ...]

    @property
    def text(self) -> str:
        """The text of the paragraph."""
        return "".join(piece.text for piece in self.pieces)

    def place(self, start: int = 0, end: int = 0, quoted: str = "") -> str:
        """The place for messages, with the words around ``start`` and ``end``.

        The words are left out if the message itself quotes the whole text (``quoted``).
        """
        text = self.text
        cut = text[max(0, start - _CONTEXT) : (end or start) + _CONTEXT]
        words = ("…" if start > _CONTEXT else "") + " ".join(cut.split())
        words += "…" if (end or start) + _CONTEXT < len(text) else ""
        beside = f" '{words}'" if words and " ".join(text.split()) != " ".join(quoted.split()) else ""
        return f"{self.story}, paragraph {self.number}{beside}"


@dataclass(frozen=True, slots=True)
class WordTemplate:
    """A Word template: the bytes of its parts, the trees of its XML parts, and its stories' names, each by part name.

    ``main`` is the name of the part that holds the body.
    """

    main: str
    parts: MutableMapping[str, bytes]
    trees: MutableMapping[str, etree._Element]
    stories: Mapping[str, str]

    def part(self, kind: str) -> etree._Element | None:
        """The tree of the part to which the body has a relationship of a kind ("styles"), or None."""
        return self.trees.get(self.target(kind))

    def target(self, kind: str) -> str:
        """The name of the part that ``part`` returns, which may be missing; "" if there is no such relationship."""
        own = (link for owner, link in self.links() if owner == self.main and not is_outside(link))
        return next((target_of(link, self.main) for link in own if link.get("Type") == f"{OFFICE}/{kind}"), "")

    def paragraphs(self) -> Iterator[TemplateParagraph]:
        """Every paragraph of every story."""
        for name, story in self.stories.items():
            yield from paragraphs_of(self.trees[name], story)

    def links(self) -> Iterator[tuple[str, etree._Element]]:
        """Every relationship in the file, with the name of the part that it belongs to, or "" for the file itself."""
        for name, tree in self.trees.items():
            if name.endswith(".rels"):
                folder, file = posixpath.split(name)
                owner = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
                yield from ((owner, link) for link in tree if isinstance(link.tag, str))

    def place(self, owner: str) -> str:
        """The name of a part for messages: "body", "header 1", or its name in the file."""
        return self.stories.get(owner) or owner or "the file"


def open_word(data: bytes) -> WordTemplate:
    """The Word template in a file's bytes.

    Raises:
        UnreadableTemplateError: it cannot be read; the findings say why.
    """
    if duplicate := _duplicate_name(data):
        fact = f"the file contains the part '{duplicate}' twice: some programs read the first, others the last"
        raise UnreadableTemplateError(TemplateFinding("unsafe-file", fact, _DISTRUST, stops=True))
    try:
        parts = read_parts(data)
    except UnreadablePackageError as error:
        code = "no-word-file" if isinstance(error, NoWordFileError) else "unsafe-file"
        raise UnreadableTemplateError(TemplateFinding(code, error.fact, error.remedy, stops=True)) from None
    if unsafe := tuple(_unsafe(parts)):
        raise UnreadableTemplateError(*unsafe)
    trees, broken = _trees(parts)
    if broken:
        raise UnreadableTemplateError(*broken)
    main = _main_of(parts, trees)
    names = [name for name in dict.fromkeys(story_names(parts, main)) if name in trees]
    return WordTemplate(main, parts, trees, {name: "body" if name == main else _story_name(name) for name in names})


def _main_of(parts: Mapping[str, bytes], trees: Mapping[str, etree._Element]) -> str:
    try:
        main = document_of(parts)
        if main not in trees or trees[main].tag != w("document"):
            raise NoWordFileError(NO_DOCUMENT)
        return main
    except NoWordFileError as error:
        finding = TemplateFinding("no-word-file", error.fact, error.remedy, stops=True)
        raise UnreadableTemplateError(finding) from None


def paragraphs_of(root: etree._Element, story: str) -> Iterator[TemplateParagraph]:
    """The paragraphs of a story, in document order, including those in text boxes."""
    for number, element in enumerate(root.iter(w("p")), start=1):
        yield TemplateParagraph(story, number, element, tuple(_pieces(element)))


def joined(first: TemplateParagraph, second: TemplateParagraph) -> TemplateParagraph:
    """Two paragraphs as one."""
    moved = tuple(TextPiece(piece.element, piece.text, piece.start + len(first.text)) for piece in second.pieces)
    return TemplateParagraph(first.story, first.number, first.element, first.pieces + moved)


def _pieces(paragraph: etree._Element) -> Iterator[TextPiece]:
    start = 0
    for element in paragraph.iter(w("t"), *_CHARACTERS):
        if paragraph_around(element) is paragraph:
            if element.tag == w("tab") and _is_stop(element):
                continue
            text = (element.text or "") if element.tag == w("t") else _CHARACTERS[str(element.tag)]
            yield TextPiece(element, text, start)
            start += len(text)


def _is_stop(tab: etree._Element) -> bool:
    """Whether this is a tab stop in a paragraph's properties, not a tab in its text."""
    parent = tab.getparent()
    return parent is not None and parent.tag == w("tabs")


def paragraph_around(element: etree._Element) -> etree._Element | None:
    """The paragraph that contains an element, or None."""
    return next(element.iterancestors(w("p")), None)


def _duplicate_name(data: bytes) -> str:
    """The first duplicate part name, or ""; case is ignored (ECMA-376, part 2, 6.2.2.3)."""
    seen: set[str] = set()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                if name.lower() in seen:
                    return name
                seen.add(name.lower())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        pass  # read_parts reports it
    return ""


def _unsafe(parts: Mapping[str, bytes]) -> Iterator[TemplateFinding]:
    for name in parts:
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
            fact = leads_out_fact(name)
            yield TemplateFinding("unsafe-file", fact, _DISTRUST, stops=True)


def _trees(parts: Mapping[str, bytes]) -> tuple[dict[str, etree._Element], tuple[TemplateFinding, ...]]:
    trees, broken = {}, []
    types = _types_of(parts)
    for name, data in parts.items():
        # A web page, or settings of a printer, may have the name of one of Word's own XML parts.
        if not (name.endswith((".xml", ".rels")) and is_xml(name, types)) or not (
            data.strip() or name == "[Content_Types].xml"
        ):
            continue
        try:
            trees[name] = parse_part(data)
        except (etree.XMLSyntaxError, UnreadablePackageError) as error:
            fact = error.fact if isinstance(error, UnreadablePackageError) else broken_fact(error, name)
            broken.append(
                TemplateFinding("broken-part", fact, "open the template in Word and save it again", stops=True)
            )
    return trees, tuple(broken)


def _types_of(parts: Mapping[str, bytes]) -> Mapping[str, str]:
    """The content types of the parts; none if their list is broken, which is reported with the other broken parts."""
    try:
        return content_types(parts)
    except etree.XMLSyntaxError:
        return {}


def _story_name(name: str) -> str:
    """ "header 1" for word/header1.xml."""
    return re.sub(r"(?<=[a-z])(?=\d+$)", " ", posixpath.basename(name).removesuffix(".xml"))


def kind_of(link: etree._Element) -> str:
    """The last word of a relationship's type: "image", "attachedTemplate"."""
    return link.get("Type", "").rpartition("/")[2]


def is_outside(link: etree._Element) -> bool:
    """Whether a relationship leads out of the file."""
    return link.get("TargetMode", "") == "External"
