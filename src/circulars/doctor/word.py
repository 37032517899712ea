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
from circulars.files.opc import (
    OFFICE,
    UnreadablePackageError,
    document_type_fact,
    leads_out_fact,
    parse_part,
    read_parts,
    target_of,
    targets,
)
from circulars.render.docx.markup import w
from circulars.render.docx.stationery import story_names

_DISTRUST = "do not trust this file; make the template again in Word"
_CONTEXT = 24  # characters shown on each side of a fault
_CHARACTERS = {w("tab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "\u2011", w("softHyphen"): "\u00ad"}


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
    _refuse_other_formats(data)
    if duplicate := _duplicate_name(data):
        fact = f"the file contains the part '{duplicate}' twice: some programs read the first, others the last"
        raise UnreadableTemplateError(TemplateFinding("unsafe-file", fact, _DISTRUST, stops=True))
    try:
        parts = read_parts(data)
    except UnreadablePackageError as error:
        code = "no-word-file" if "not a Word file" in error.fact else "unsafe-file"
        is_truncated = data.startswith(b"PK") and code == "no-word-file"
        fact = "the file is truncated or broken: it is not a complete ZIP file" if is_truncated else error.fact
        raise UnreadableTemplateError(TemplateFinding(code, fact, error.remedy, stops=True)) from None
    if unsafe := tuple(_unsafe(parts)):
        raise UnreadableTemplateError(*unsafe)
    trees, broken = _trees(parts)
    if broken:
        raise UnreadableTemplateError(*broken)
    main = next(iter(targets(parts, "", "officeDocument")), "")
    if main not in trees or trees[main].tag != w("document"):
        strict = any("purl.oclc.org/ooxml" in link.get("Type", "") for link in trees.get("_rels/.rels", ()))
        fact = "this is not a Word file: it contains no document"
        fact = "the file is saved as 'Strict Open XML', which few programs read" if strict else fact
        raise UnreadableTemplateError(TemplateFinding("no-word-file", fact, "save it in Word as .docx", stops=True))
    names = [name for name in dict.fromkeys(story_names(parts, main)) if name in trees]
    return WordTemplate(main, parts, trees, {name: "body" if name == main else _story_name(name) for name in names})


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


_OTHER_FORMATS = (
    (b"{\\rtf", "this is a file in Rich Text Format"),
    (b"%PDF", "this is a PDF file"),
    (b"<?xml", "this is a plain XML file"),
    (b"<html", "this is a web page"),
    (b"<!DOC", "this is a web page"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # MS-CFB, 2.2: the header of a compound file


def _refuse_other_formats(data: bytes) -> None:
    fact, remedy = "", "open it in Word, and save it as .docx"
    if not data:
        fact, remedy = "the file is empty", "put the template back from a copy"
    elif data.startswith(_OLE):
        # MS-OFFCRYPTO, 2.3.4.4: the stream of an encrypted package; stream names are in UTF-16.
        if "EncryptedPackage".encode("utf-16-le") in data:
            fact, remedy = "the file is encrypted", "open it in Word with its password, and save it without one"
        else:
            fact = "this is a Word file from before 2007 (.doc)"
    else:
        fact = next((fact for mark, fact in _OTHER_FORMATS if data[:99].lstrip().lower().startswith(mark.lower())), "")
    if fact:
        raise UnreadableTemplateError(TemplateFinding("no-word-file", fact, remedy, stops=True))


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
    for name, data in parts.items():
        if not name.endswith((".xml", ".rels")) or not (data.strip() or name == "[Content_Types].xml"):
            continue
        # Refused before the part is parsed: entities could expand to gigabytes, or read files.
        if any("<!DOCTYPE".encode(coding) in data for coding in ("utf-8", "utf-16-le", "utf-16-be")):
            fact = document_type_fact(name)
            broken.append(TemplateFinding("unsafe-file", fact, _DISTRUST, stops=True))
            continue
        try:
            trees[name] = parse_part(data)
        except (etree.XMLSyntaxError, UnreadablePackageError) as error:
            why = error.msg if isinstance(error, etree.XMLSyntaxError) else error.fact
            fact = f"the part '{name}' is broken: {why}"
            broken.append(
                TemplateFinding("broken-part", fact, "open the template in Word and save it again", stops=True)
            )
    return trees, tuple(broken)


def _story_name(name: str) -> str:
    """ "header 1" for word/header1.xml."""
    return re.sub(r"(?<=[a-z])(?=\d+$)", " ", posixpath.basename(name).removesuffix(".xml"))


def kind_of(link: etree._Element) -> str:
    """The last word of a relationship's type: "image", "attachedTemplate"."""
    return link.get("Type", "").rpartition("/")[2]


def is_outside(link: etree._Element) -> bool:
    """Whether a relationship leads out of the file."""
    return link.get("TargetMode", "") == "External"
