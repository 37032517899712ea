"""Joins many copies into one Word file that a printer takes: each is a section that begins on a new page.

The copies are of one letter and one template, in one language or several: their styles may differ in the language
alone, which every run says as well. A general joiner such as docxcompose takes headers, footers and styles from the
first document; here each copy keeps its own, with page numbers and lists that begin anew. What is read is written at
once: memory holds one copy, and of all others only what the file has once for all.
"""

from __future__ import annotations

import copy
import hashlib
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO, Final, cast

from lxml import etree

from circulars.errors import Choice, Place, Problem, UsageError
from circulars.files.opc import OFFICE, RELATIONSHIPS, links_of, parse_part, read_parts, relationships_name, target_of
from circulars.merge.paper.joined import Joined
from circulars.render.docx.markup import w

COPIES_IN_A_VOLUME: Final = 1_000
"""How many copies one Word file holds well: Word reads all pages of a file before it shows the last one."""

_DOCUMENT: Final = "word/document.xml"
_STYLES: Final = "word/styles.xml"
_NUMBERING: Final = "word/numbering.xml"
_TYPES: Final = "[Content_Types].xml"
_TYPES_NAMESPACE: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATED: Final = f"{{{OFFICE}}}"
_DRAWN: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_HEAD: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BODY: Final = re.compile(rb"^(.*?<w:body>)(.*)(</w:body>.*)$", re.DOTALL)
# The order in which the parts of a section stand (ECMA-376, part 1, 17.6.17), as far as it matters here.
_BEFORE_TYPE: Final = ("headerReference", "footerReference", "footnotePr", "endnotePr")
_BEFORE_NUMBERS: Final = (*_BEFORE_TYPE, "type", "pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType")
# Notes and comments have parts of their own; letters have none.
_UNKNOWN: Final = ("footnoteReference", "endnoteReference", "commentReference")
_TOLD_BY_FILE: Final = re.compile(r"\s*(?:DOCPROPERTY|TITLE|SUBJECT|AUTHOR|KEYWORDS)\b")


def join(copies: Iterable[tuple[str, bytes]], stream: BinaryIO, *, duplex: bool = False, title: str = "") -> Joined:
    """What was written to ``stream``: one Word file of many, each a name, for problems, and the bytes of a DOCX.

    With ``duplex`` each copy begins on an odd page. ``title`` is the file's; without it the first copy's. What the
    copies carry (their letter) stays with the copies. How many pages there are is not told: Word lays them out.

    Raises:
        UsageError: there is no copy, or the copies' styles or lists differ in more than the language.
    """
    written = _Written(stream)
    with zipfile.ZipFile(cast(IO[bytes], written), "w", zipfile.ZIP_DEFLATED) as package:
        volume = _Volume(duplex)
        with package.open(_entry(_DOCUMENT), "w", force_zip64=True) as document:
            for piece in volume.pieces(copies):
                document.write(piece)
        for name, data in volume.other_parts(title):
            package.writestr(_entry(name), data)
    return Joined(volume.count, 0, 0, written.size)


class _Written:
    """A stream that is only written to, and counts."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.size = stream, 0

    def write(self, data: bytes) -> int:
        self._stream.write(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        self._stream.flush()


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry whose time is always the same."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a copy ends: its last paragraph, or none when a table is the last thing, and its last section."""

    paragraph: etree._Element | None
    section: etree._Element

    def last(self) -> bytes:
        """The end of the file's last copy: the section stands after all paragraphs."""
        return (b"" if self.paragraph is None else etree.tostring(self.paragraph)) + etree.tostring(self.section)

    def followed(self) -> bytes:
        """The end of any other copy: the section stands in the last paragraph (17.6.18)."""
        paragraph = etree.Element(w("p")) if self.paragraph is None else self.paragraph
        look = paragraph.find(w("pPr"))
        if look is None:
            look = etree.Element(w("pPr"))
            paragraph.insert(0, look)
        change = look.find(w("pPrChange"))
        look.insert(len(look) if change is None else look.index(change), self.section)
        return etree.tostring(paragraph)


@dataclass(slots=True)
class _Volume:
    """One file, and what all of its copies share."""

    duplex: bool
    count: int = 0
    first: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    links: dict[tuple[str, str, str], str] = field(default_factory=dict)
    lists: list[bytes] = field(default_factory=list)
    edges: dict[tuple[str, str], None] = field(default_factory=dict)
    _shared: dict[bytes, str] = field(default_factory=dict)
    _told: bytes = b""
    _look: bytes = b""
    _lists: tuple[bytes, int] = (b"", 0)
    _number: int = 0

    def number(self) -> int:
        """A number that nothing else in the file has."""
        self._number += 1
        return self._number

    def pieces(self, copies: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
        """The document's XML, a copy at a time; that one follows is known when it comes."""
        tail, ending = b"", None
        for label, data in copies:
            one = _Copy(self, read_parts(data), label)
            head, tail = one.read()
            yield head if ending is None else ending.followed()
            self.count += 1
            inner, ending = one.body()
            yield inner
        if ending is None:
            raise UsageError(Problem(Place(), "nothing-to-print", "there is no copy to be printed", "choose others"))
        yield ending.last()
        yield tail

    def begin(self, parts: Mapping[str, bytes]) -> None:
        """Takes from the first copy what the file has once."""
        types = parse_part(parts[_TYPES])
        for one in types:
            if extension := one.get("Extension"):
                self.defaults[extension] = one.get("ContentType", "")
        carried = {target_of(link, _DOCUMENT) for link in links_of(parts, _DOCUMENT) if _kind(link) == "customXml"}
        dropped = (*carried, _DOCUMENT, _TYPES, relationships_name(_DOCUMENT))
        kept = {name for name in parts if name not in dropped and not name.startswith("customXml/")}
        used = {target_of(link, _DOCUMENT) for link in links_of(parts, _DOCUMENT) if _kind(link) in _PLACED}
        self.first = {name: parts[name] for name in parts if name in kept - used}
        self.overrides = {name: kind for name, kind in _overrides(parts).items() if name in self.first}
        for link in links_of(parts, _DOCUMENT):
            if _kind(link) not in (*_PLACED, "hyperlink", "customXml"):
                self.link(link.get("Type", ""), "/" + target_of(link, _DOCUMENT), "")
        self._told = _facts(parts)
        self._look = _without_language(parts.get(_STYLES, b""))
        self._lists = _definitions(parts.get(_NUMBERING, b""))

    def check(self, parts: Mapping[str, bytes], label: str) -> None:
        """Refuses a copy that would look otherwise with the first one's styles."""
        same_look = _without_language(parts.get(_STYLES, b"")) == self._look
        if not same_look or _definitions(parts.get(_NUMBERING, b""))[0] != self._lists[0]:
            fact = f"the copy of '{label}' has other styles than the first one: another direction, or another template"
            choices = (
                Choice("where", "prints one language by itself", "language=CODE"),
                Choice("formats", "prints the PDFs", "pdf"),
            )
            raise UsageError(Problem(Place(), "different-styles", fact, choices=choices))

    def tells_the_same(self, parts: Mapping[str, bytes]) -> bool:
        """Whether a copy says of itself what the first one does, so that its fields may ask the file."""
        return _facts(parts) == self._told

    def link(self, kind: str, target: str, mode: str) -> str:
        """The id of the document's relationship of a kind to a target."""
        return self.links.setdefault((kind, target, mode), f"rId{len(self.links) + 1}")

    def place(self, parts: Mapping[str, bytes], name: str, data: bytes) -> str:
        """The name of a part that holds the data and has the same relationships; it stands in the file once."""
        links = [(link.get("Id", ""), link) for link in links_of(parts, name)]
        related = b""
        if links:
            root = etree.Element(f"{{{RELATIONSHIPS}}}Relationships", nsmap=cast(Any, {None: RELATIONSHIPS}))
            for id, link in links:
                entry = {"Id": id, "Type": link.get("Type", ""), "Target": link.get("Target", "")}
                if link.get("TargetMode") == "External":
                    entry["TargetMode"] = "External"
                else:
                    inner = target_of(link, name)
                    entry["Target"] = "/" + self.place(parts, inner, parts[inner])
                etree.SubElement(root, f"{{{RELATIONSHIPS}}}Relationship", entry)
            related = _HEAD + etree.tostring(root)
        kind = _overrides(parts).get(name, "")
        extension = name.rpartition(".")[2]
        key = hashlib.sha256(b"\0".join((extension.encode(), kind.encode(), related, data))).digest()
        if key not in self._shared:
            stem = posixpath.splitext(posixpath.basename(name))[0].rstrip("0123456789")
            folder = posixpath.dirname(name)
            new = f"{folder}/{stem}{len(self._shared) + 1}.{extension}"
            while new in self.first:
                new = f"{folder}/{stem}{len(self._shared) + 1}x.{extension}"
            self._shared[key] = new
            self.parts[new] = data
            if related:
                self.parts[relationships_name(new)] = related
            if kind:
                self.overrides[new] = kind
            else:
                self.defaults.setdefault(extension, _defaults(parts).get(extension, "application/octet-stream"))
        return self._shared[key]

    def add_list(self, num: etree._Element) -> str:
        """The number of a list of the file's own that counts as another one does."""
        number = self._lists[1] + len(self.lists) + 1
        num = copy.deepcopy(num)
        num.set(w("numId"), str(number))
        self.lists.append(etree.tostring(num))
        return str(number)

    def other_parts(self, title: str) -> Iterator[tuple[str, bytes]]:
        """All parts but the document."""
        root = etree.Element(f"{{{RELATIONSHIPS}}}Relationships", nsmap=cast(Any, {None: RELATIONSHIPS}))
        for (kind, target, mode), id in self.links.items():
            entry = {"Id": id, "Type": kind, "Target": target} | ({"TargetMode": mode} if mode else {})
            etree.SubElement(root, f"{{{RELATIONSHIPS}}}Relationship", entry)
        yield relationships_name(_DOCUMENT), _HEAD + etree.tostring(root)
        for name, data in self.first.items():
            if name == _NUMBERING and self.lists:
                before, end, after = data.rpartition(b"</w:numbering>")
                data = before + b"".join(self.lists) + end + after
            elif name == "docProps/core.xml" and title:
                data = _titled(data, title)
            yield name, data
        yield from self.parts.items()
        yield _TYPES, self._types()

    def _types(self) -> bytes:
        root = etree.Element(f"{{{_TYPES_NAMESPACE}}}Types", nsmap=cast(Any, {None: _TYPES_NAMESPACE}))
        for extension, kind in self.defaults.items():
            etree.SubElement(root, f"{{{_TYPES_NAMESPACE}}}Default", {"Extension": extension, "ContentType": kind})
        main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        for name, kind in {_DOCUMENT: main, **self.overrides}.items():
            etree.SubElement(root, f"{{{_TYPES_NAMESPACE}}}Override", {"PartName": f"/{name}", "ContentType": kind})
        return _HEAD + etree.tostring(root)


_PLACED: Final = ("header", "footer", "image")


@dataclass(slots=True)
class _Copy:
    """One copy on its way into the file."""

    volume: _Volume
    parts: Mapping[str, bytes]
    label: str
    _root: etree._Element = field(init=False)
    _tells_the_same: bool = True

    def read(self) -> tuple[bytes, bytes]:
        """What stands before the document's body, and what after it."""
        if not self.volume.count:
            self.volume.begin(self.parts)
        else:
            self.volume.check(self.parts, self.label)
        self._tells_the_same = self.volume.tells_the_same(self.parts)
        self._root = parse_part(self.parts[_DOCUMENT])
        if any(next(self._root.iter(w(name)), None) is not None for name in _UNKNOWN):
            fact = f"the copy of '{self.label}' has footnotes or comments"
            raise UsageError(Problem(Place(), "not-joined", fact, "take them out of the template, or print the PDFs"))
        shell = copy.copy(self._root)
        for child in shell:
            shell.remove(child)
        etree.SubElement(shell, w("body")).text = ""
        found = _BODY.match(_HEAD + etree.tostring(shell).replace(b"<w:body/>", b"<w:body></w:body>"))
        assert found
        return found[1], found[3]

    def body(self) -> tuple[bytes, _Ending]:
        """The copy's body as XML but for its end, and that."""
        body = self._root.find(w("body"))
        assert body is not None
        _flatten(self._root, self._tells_the_same)
        self._relate()
        self._rename_bookmarks()
        self._renumber()
        sections = list(body.iter(w("sectPr")))
        self._begin(sections[0])
        section = sections[-1]
        body.remove(section)
        last = body[-1] if len(body) and body[-1].tag == w("p") else None
        if last is not None and last.find(f"{w('pPr')}/{w('sectPr')}") is None:
            body.remove(last)
        else:
            last = None
        found = _BODY.match(etree.tostring(self._root))
        assert found
        return found[2], _Ending(last, section)

    def _begin(self, section: etree._Element) -> None:
        """Lets the copy begin on a new page, which is its first; and have only its own headers and footers."""
        for kind in ("headerReference", "footerReference"):
            for reference in section.findall(w(kind)):
                self.volume.edges.setdefault((kind, reference.get(w("type"), "default")))
        for kind, type in self.volume.edges:
            if not any(one.get(w("type")) == type for one in section.findall(w(kind))):
                section.insert(0, self._empty_edge(kind, type))
        if self.volume.count > 1:
            for old in section.findall(w("type")):
                section.remove(old)
            begin = "oddPage" if self.volume.duplex else "nextPage"
            _insert(section, etree.Element(w("type"), {w("val"): begin}), _BEFORE_TYPE)
        numbers = section.find(w("pgNumType"))
        if numbers is None:
            numbers = etree.Element(w("pgNumType"))
            _insert(section, numbers, _BEFORE_NUMBERS)
        if numbers.get(w("start")) is None:
            numbers.set(w("start"), "1")

    def _empty_edge(self, kind: str, type: str) -> etree._Element:
        """A reference to an empty header or footer: without one, a section has that of the copy before."""
        what = kind.removesuffix("Reference")
        tag = {"header": "hdr", "footer": "ftr"}[what]
        root = etree.Element(w(tag), nsmap=cast(Any, self._root.nsmap))
        etree.SubElement(root, w("p"))
        name = f"word/{what}0.xml"
        content = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{what}+xml"
        override = {"PartName": f"/{name}", "ContentType": content}
        types = etree.Element(f"{{{_TYPES_NAMESPACE}}}Types")
        etree.SubElement(types, f"{{{_TYPES_NAMESPACE}}}Override", override)
        place = self.volume.place({_TYPES: etree.tostring(types)}, name, _HEAD + etree.tostring(root))
        id = self.volume.link(f"{OFFICE}/{what}", f"/{place}", "")
        return etree.Element(w(kind), {w("type"): type, f"{_RELATED}id": id})

    def _relate(self) -> None:
        """Gives every relationship that the document names the id that it has in the file."""
        links = {link.get("Id"): link for link in links_of(self.parts, _DOCUMENT)}
        new: dict[str, str] = {}
        for node in self._root.iter():
            for name, id in node.attrib.items():
                if str(name).startswith(_RELATED) and id in links:
                    if id not in new:
                        new[str(id)] = self._placed(links[id])
                    node.set(name, new[str(id)])

    def _placed(self, link: etree._Element) -> str:
        if link.get("TargetMode") == "External":
            return self.volume.link(link.get("Type", ""), link.get("Target", ""), "External")
        name = target_of(link, _DOCUMENT)
        data = self.parts[name]
        if _kind(link) in ("header", "footer") and not self._tells_the_same:
            root = parse_part(data)
            _flatten(root, False)
            data = _HEAD + etree.tostring(root)
        return self.volume.link(link.get("Type", ""), "/" + self.volume.place(self.parts, name, data), "")

    def _rename_bookmarks(self) -> None:
        """Gives bookmarks names and numbers that no other copy's have."""
        names, ids = {}, {}
        for mark in self._root.iter(w("bookmarkStart")):
            number = self.volume.number()
            ids[mark.get(w("id"))] = str(number)
            names[mark.get(w("name"), "")] = f"_c{self.volume.count}_{number}"  # at most 40 characters
            mark.set(w("name"), names[mark.get(w("name"), "")])
            mark.set(w("id"), str(number))
        for mark in self._root.iter(w("bookmarkEnd")):
            mark.set(w("id"), ids.get(mark.get(w("id")), mark.get(w("id"), "")))
        for link in self._root.iter(w("hyperlink")):
            if (anchor := link.get(w("anchor"))) in names:
                link.set(w("anchor"), names[str(anchor)])
        for words in self._root.iter(w("instrText")):
            words.text = re.sub(r"[\w.-]+", lambda word: names.get(word[0], word[0]), words.text or "")
        for simple in self._root.iter(w("fldSimple")):
            asked = re.sub(r"[\w.-]+", lambda word: names.get(word[0], word[0]), simple.get(w("instr"), ""))
            simple.set(w("instr"), asked)

    def _renumber(self) -> None:
        """Gives pictures numbers of their own, and lists numbers that do not go on from another copy's."""
        for drawn in self._root.iter(_DRAWN):
            drawn.set("id", str(self.volume.number()))
        for tagged in self._root.iter(w("sdtPr")):
            for id in tagged.findall(w("id")):
                id.set(w("val"), str(self.volume.number()))
        if self.volume.count == 1 or _NUMBERING not in self.parts:
            return
        nums = {num.get(w("numId")): num for num in parse_part(self.parts[_NUMBERING]).findall(w("num"))}
        new: dict[str, str] = {}
        for used in self._root.iter(w("numId")):
            number = used.get(w("val"), "")
            if number in nums:
                if number not in new:
                    new[number] = self.volume.add_list(nums[number])
                used.set(w("val"), new[number])


def _insert(section: etree._Element, new: etree._Element, before: Sequence[str]) -> None:
    """Inserts a part of a section after those that come before it."""
    names = {w(name) for name in before}
    place = max((index + 1 for index, child in enumerate(section) if child.tag in names), default=0)
    section.insert(place, new)


def _flatten(root: etree._Element, is_same: bool) -> None:
    """Leaves of fields that ask the file what it is only what they show, when the file says something else."""
    if is_same:
        return
    for paragraph in root.iter(w("p")):
        parts: list[etree._Element] = []
        words, depth, asks = "", 0, True
        for run in list(paragraph.iter(w("r"))):
            mark = run.find(w("fldChar"))
            kind = mark.get(w("fldCharType")) if mark is not None else ""
            if kind == "begin":
                parts, words, depth, asks = [run], "", depth + 1, True
            elif kind == "separate":
                parts.append(run)
                asks = False
            elif kind == "end" and depth:
                depth -= 1
                if _TOLD_BY_FILE.match(words):
                    for one in (*parts, run):
                        parent = one.getparent()
                        assert parent is not None
                        parent.remove(one)
            elif depth and asks:
                parts.append(run)
                words += "".join(text.text or "" for text in run.iter(w("instrText")))


def _kind(link: etree._Element) -> str:
    return link.get("Type", "").rpartition("/")[2]


def _overrides(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The types of parts that are told one by one."""
    types = parse_part(parts[_TYPES])
    return {one.get("PartName", "").lstrip("/"): one.get("ContentType", "") for one in types if one.get("PartName")}


def _defaults(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The types of parts that their names' endings tell."""
    types = parse_part(parts[_TYPES])
    return {one.get("Extension", ""): one.get("ContentType", "") for one in types if one.get("Extension")}


def _facts(parts: Mapping[str, bytes]) -> bytes:
    """What a copy says of itself."""
    return parts.get("docProps/core.xml", b"") + parts.get("docProps/custom.xml", b"")


def _without_language(styles: bytes) -> bytes:
    return re.sub(rb"<w:lang(?: [^>]*)?/>", b"", styles)


def _definitions(numbering: bytes) -> tuple[bytes, int]:
    """How lists count, and the largest number that one has."""
    if not numbering:
        return b"", 0
    root = parse_part(numbering)
    largest = max((int(num.get(w("numId"), "0")) for num in root.findall(w("num"))), default=0)
    return b"".join(etree.tostring(one) for one in root.findall(w("abstractNum"))), largest


def _titled(core: bytes, title: str) -> bytes:
    root = parse_part(core)
    for said in root.iter("{http://purl.org/dc/elements/1.1/}title"):
        said.text = title
    return _HEAD + etree.tostring(root)
