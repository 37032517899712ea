"""Opens a Word template as a doctor does: part by part, paragraph by paragraph, nothing in it believed."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass

from lxml import etree

from circulars.doctor.ailments import Finding
from circulars.files.opc import OFFICE, UnreadablePackageError, parse_part, read_parts, targets
from circulars.render.docx.markup import w
from circulars.render.docx.stationery import story_names

_DISTRUST = "do not trust this file; make the template anew in Word"
_AROUND = 24  # signs on each side of what is wrong, when its paragraph is told
_SIGNS = {w("tab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "\u2011", w("softHyphen"): "\u00ad"}


class UnopenedError(Exception):
    """Why a file cannot be looked into at all."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*findings)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph's text that stands in one element, and where it begins."""

    element: etree._Element
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a story ("body", "header 1"), counted from 1 as it stands there."""

    story: str
    number: int
    element: etree._Element
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """What stands in it."""
        return "".join(piece.text for piece in self.pieces)

    def place(self, start: int = 0, end: int = 0, told: str = "") -> str:
        """Where it is, with the words around a stretch of it, unless ``told`` says them all."""
        text = self.text
        cut = text[max(0, start - _AROUND) : (end or start) + _AROUND]
        words = ("…" if start > _AROUND else "") + " ".join(cut.split())
        words += "…" if (end or start) + _AROUND < len(text) else ""
        beside = f" '{words}'" if words and " ".join(text.split()) != " ".join(told.split()) else ""
        return f"{self.story}, paragraph {self.number}{beside}"


@dataclass(frozen=True, slots=True)
class Word:
    """A Word template: its parts, the trees of those that are XML, and the names of its stories by part."""

    main: str
    parts: MutableMapping[str, bytes]
    trees: MutableMapping[str, etree._Element]
    stories: Mapping[str, str]

    def part(self, kind: str) -> etree._Element | None:
        """The tree of the part that the body is related to in one way ("styles"), or None."""
        return self.trees.get(self.target(kind))

    def target(self, kind: str) -> str:
        """The name of that part, or ""; it may not be there."""
        own = (link for owner, link in self.links() if owner == self.main and not is_outside(link))
        return next((linked(self.main, link) for link in own if link.get("Type") == f"{OFFICE}/{kind}"), "")

    def paragraphs(self) -> Iterator[Paragraph]:
        """Every paragraph of every story."""
        for name, story in self.stories.items():
            yield from paragraphs_of(self.trees[name], story)

    def links(self) -> Iterator[tuple[str, etree._Element]]:
        """Every relationship in the file, with the name of the part that has it, or "" for the file's own."""
        for name, tree in self.trees.items():
            if name.endswith(".rels"):
                folder, file = posixpath.split(name)
                owner = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
                yield from ((owner, link) for link in tree if isinstance(link.tag, str))

    def place(self, owner: str) -> str:
        """How a part is called for people: "body", "header 1", or its name in the file."""
        return self.stories.get(owner) or owner or "the file"


def open_word(data: bytes) -> Word:
    """The Word template in a file's bytes.

    Raises:
        UnopenedError: it cannot be looked into: each reason.
    """
    _refuse_others(data)
    if twice := _twice(data):
        fact = f"the file holds the part '{twice}' twice: one program reads the first, another the last"
        raise UnopenedError(Finding("unsafe-file", fact, _DISTRUST, stops=True))
    try:
        parts = read_parts(data)
    except UnreadablePackageError as error:
        code = "no-word-file" if "not a Word file" in error.fact else "unsafe-file"
        cut = data.startswith(b"PK") and code == "no-word-file"
        fact = "the file is cut off or broken: it is no whole ZIP file" if cut else error.fact
        raise UnopenedError(Finding(code, fact, error.remedy, stops=True)) from None
    if unsafe := tuple(_unsafe(parts)):
        raise UnopenedError(*unsafe)
    trees, broken = _trees(parts)
    if broken:
        raise UnopenedError(*broken)
    main = next(iter(targets(parts, "", "officeDocument")), "")
    if main not in trees or trees[main].tag != w("document"):
        strict = any("purl.oclc.org/ooxml" in link.get("Type", "") for link in trees.get("_rels/.rels", ()))
        fact = "this is no Word file: it holds no document"
        fact = "the file is saved as 'Strict Open XML', which few programs read" if strict else fact
        raise UnopenedError(Finding("no-word-file", fact, "save it in Word as .docx", stops=True))
    names = [name for name in dict.fromkeys(story_names(parts, main)) if name in trees]
    return Word(main, parts, trees, {name: "body" if name == main else _called(name) for name in names})


def paragraphs_of(root: etree._Element, story: str) -> Iterator[Paragraph]:
    """The paragraphs of a story; those of text boxes are counted where they stand."""
    for number, element in enumerate(root.iter(w("p")), start=1):
        yield Paragraph(story, number, element, tuple(_pieces(element)))


def joined(first: Paragraph, second: Paragraph) -> Paragraph:
    """Two paragraphs as if Word had not parted them."""
    moved = tuple(Piece(piece.element, piece.text, piece.start + len(first.text)) for piece in second.pieces)
    return Paragraph(first.story, first.number, first.element, first.pieces + moved)


def _pieces(paragraph: etree._Element) -> Iterator[Piece]:
    start = 0
    for element in paragraph.iter(w("t"), *_SIGNS):
        if owner_of(element) is paragraph:
            if element.tag == w("tab") and _is_stop(element):
                continue
            text = (element.text or "") if element.tag == w("t") else _SIGNS[str(element.tag)]
            yield Piece(element, text, start)
            start += len(text)


def _is_stop(tab: etree._Element) -> bool:
    """Whether this tab is a stop in a paragraph's properties, not a sign in its text."""
    parent = tab.getparent()
    return parent is not None and parent.tag == w("tabs")


def owner_of(element: etree._Element) -> etree._Element | None:
    """The paragraph that an element stands in."""
    return next(element.iterancestors(w("p")), None)


_OTHERS = (
    (b"{\\rtf", "this is a file in Rich Text Format"),
    (b"%PDF", "this is a PDF file"),
    (b"<?xml", "this is a file of plain XML"),
    (b"<html", "this is a web page"),
    (b"<!DOC", "this is a web page"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # MS-CFB, 2.2: the header of a compound file


def _refuse_others(data: bytes) -> None:
    fact, remedy = "", "open it in Word, and save it as .docx"
    if not data:
        fact, remedy = "the file is empty", "put the template back from a copy"
    elif data.startswith(_OLE):
        # MS-OFFCRYPTO, 2.3.4.4: the stream of an encrypted package; names of streams are UTF-16.
        if "EncryptedPackage".encode("utf-16-le") in data:
            fact, remedy = "the file is encrypted", "open it in Word with its password, and save it without one"
        else:
            fact = "this is a Word file of before 2007 (.doc)"
    else:
        fact = next((fact for mark, fact in _OTHERS if data[:99].lstrip().lower().startswith(mark.lower())), "")
    if fact:
        raise UnopenedError(Finding("no-word-file", fact, remedy, stops=True))


def _twice(data: bytes) -> str:
    """The first name that two parts share; names are compared without case (ECMA-376, part 2, 6.2.2.3)."""
    seen: set[str] = set()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                if name.lower() in seen:
                    return name
                seen.add(name.lower())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        pass  # read_parts says what it is
    return ""


def _unsafe(parts: Mapping[str, bytes]) -> Iterator[Finding]:
    for name in parts:
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
            fact = f"the part '{name}' has a name that leads out of the file"
            yield Finding("unsafe-file", fact, _DISTRUST, stops=True)


def _trees(parts: Mapping[str, bytes]) -> tuple[dict[str, etree._Element], tuple[Finding, ...]]:
    trees, broken = {}, []
    for name, data in parts.items():
        if not name.endswith((".xml", ".rels")) or not (data.strip() or name == "[Content_Types].xml"):
            continue
        # Told before the part is read: entities could grow to gigabytes, or read files.
        if any("<!DOCTYPE".encode(coding) in data for coding in ("utf-8", "utf-16-le", "utf-16-be")):
            fact = f"the part '{name}' has a document type, which no Word file has"
            broken.append(Finding("unsafe-file", fact, _DISTRUST, stops=True))
            continue
        try:
            trees[name] = parse_part(data)
        except (etree.XMLSyntaxError, UnreadablePackageError) as error:
            why = error.msg if isinstance(error, etree.XMLSyntaxError) else error.fact
            fact = f"the part '{name}' is broken: {why}"
            broken.append(Finding("broken-part", fact, "open the template in Word, and save it anew", stops=True))
    return trees, tuple(broken)


def _called(name: str) -> str:
    """ "header 1" for word/header1.xml."""
    return re.sub(r"(?<=[a-z])(?=\d+$)", " ", posixpath.basename(name).removesuffix(".xml"))


def linked(owner: str, link: etree._Element) -> str:
    """The name of the part that a relationship leads to."""
    folder = posixpath.dirname(owner)
    return posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")


def kind_of(link: etree._Element) -> str:
    """The last word of a relationship's type: "image", "attachedTemplate"."""
    return link.get("Type", "").rpartition("/")[2]


def is_outside(link: etree._Element) -> bool:
    """Whether a relationship leads out of the file."""
    return link.get("TargetMode", "") == "External"
