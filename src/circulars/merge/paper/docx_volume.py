"""The parts, relationships and lists that all copies in one Word file share."""

from __future__ import annotations

import copy
import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from circulars.errors import Choice, Place, Problem, UsageError
from circulars.files.opc import RELATIONSHIPS, links_of, parse_part, relationships_name, target_of
from circulars.merge.paper.docx_notes import JoinedNotes
from circulars.render.docx.footnote_part import with_separators
from circulars.render.docx.markup import w

DOCUMENT: Final = "word/document.xml"
"""The main document part of a Word file."""
HEAD: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
"""The XML declaration of a part."""
_STYLES: Final = "word/styles.xml"
NUMBERING: Final = "word/numbering.xml"
TYPES: Final = "[Content_Types].xml"
TYPES_NAMESPACE: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_PLACED: Final = ("header", "footer", "image")


@dataclass(slots=True)
class DocxVolume:
    """The file that is being written, and what its copies share."""

    duplex: bool
    count: int = 0
    first: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    links: dict[tuple[str, str, str], str] = field(default_factory=dict)
    lists: list[bytes] = field(default_factory=list)
    headers_and_footers: dict[tuple[str, str], None] = field(default_factory=dict)
    notes: JoinedNotes = field(default_factory=JoinedNotes)
    _shared: dict[bytes, str] = field(default_factory=dict)
    _properties: bytes = b""
    _styles: bytes = b""
    _lists: tuple[bytes, int] = (b"", 0)
    _number: int = 0

    def number(self) -> int:
        """A number that is unique in the file."""
        self._number += 1
        return self._number

    def begin(self, parts: Mapping[str, bytes]) -> None:
        """Takes the shared parts from the first copy."""
        types = parse_part(parts[TYPES])
        for one in types:
            if extension := one.get("Extension"):
                self.defaults[extension] = one.get("ContentType", "")
        carried = {
            target_of(link, DOCUMENT) for link in links_of(parts, DOCUMENT) if relation_kind(link) == "customXml"
        }
        dropped = (*carried, DOCUMENT, TYPES, relationships_name(DOCUMENT))
        kept = {name for name in parts if name not in dropped and not name.startswith("customXml/")}
        used = {target_of(link, DOCUMENT) for link in links_of(parts, DOCUMENT) if relation_kind(link) in _PLACED}
        self.first = {name: parts[name] for name in parts if name in kept - used}
        self.overrides = {name: kind for name, kind in _overrides(parts).items() if name in self.first}
        for link in links_of(parts, DOCUMENT):
            if relation_kind(link) not in (*_PLACED, "hyperlink", "customXml"):
                self.link(link.get("Type", ""), "/" + target_of(link, DOCUMENT), "")
        self._properties = _properties_of(parts)
        self._styles = _without_language(parts.get(_STYLES, b""))
        self._lists = _definitions(parts.get(NUMBERING, b""))

    def check(self, parts: Mapping[str, bytes], label: str) -> None:
        """Refuses a copy that would look different with the styles of the first one.

        Raises:
            UsageError: styles or lists differ in more than the language.
        """
        same_look = _without_language(parts.get(_STYLES, b"")) == self._styles
        if not same_look or _definitions(parts.get(NUMBERING, b""))[0] != self._lists[0]:
            fact = f"the copy of '{label}' has different styles from the first one: another direction or template"
            choices = (
                Choice("where", "prints a single language", "language=CODE"),
                Choice("formats", "prints the PDFs", "pdf"),
            )
            raise UsageError(Problem(Place(), "different-styles", fact, choices=choices))

    def has_same_properties(self, parts: Mapping[str, bytes]) -> bool:
        """Whether a copy has the properties of the first one, so that its fields may refer to the file's."""
        return _properties_of(parts) == self._properties

    def link(self, kind: str, target: str, mode: str) -> str:
        """The id of the document's relationship of this kind to this target; adds it if necessary."""
        return self.links.setdefault((kind, target, mode), f"rId{len(self.links) + 1}")

    def place_part(self, parts: Mapping[str, bytes], name: str, data: bytes) -> str:
        """The name of the part with this data and these relationships; adds it if necessary."""
        links = [(link.get("Id", ""), link) for link in links_of(parts, name)]
        related = b""
        if links:
            root = _root(RELATIONSHIPS, "Relationships")
            for id, link in links:
                entry = {"Id": id, "Type": link.get("Type", ""), "Target": link.get("Target", "")}
                if link.get("TargetMode") == "External":
                    entry["TargetMode"] = "External"
                else:
                    inner = target_of(link, name)
                    entry["Target"] = "/" + self.place_part(parts, inner, parts[inner])
                etree.SubElement(root, f"{{{RELATIONSHIPS}}}Relationship", entry)
            related = HEAD + etree.tostring(root)
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

    def begin_notes(self, parts: Mapping[str, bytes], name: str) -> None:
        """Takes the part with footnotes from the first copy that has one."""
        if self.notes.name:
            return
        self.notes.begin(name, parts[name])
        if name not in self.first:
            kind = next(link.get("Type", "") for link in links_of(parts, DOCUMENT) if target_of(link, DOCUMENT) == name)
            self.link(kind, "/" + name, "")
            self.overrides[name] = _overrides(parts)[name]
            for settings in self._linked(kind.replace("footnotes", "settings")):
                self.first[settings] = with_separators(self.first[settings])

    def _linked(self, kind: str) -> list[str]:
        """The parts to which the document has relationships of this kind."""
        return [target.lstrip("/") for type, target, _ in self.links if type == kind]

    def add_list(self, num: etree._Element) -> str:
        """Adds a list that is numbered like another one; returns the new list's number."""
        number = self._lists[1] + len(self.lists) + 1
        num = copy.deepcopy(num)
        num.set(w("numId"), str(number))
        self.lists.append(etree.tostring(num))
        return str(number)

    def other_parts(self, title: str) -> Iterator[tuple[str, bytes]]:
        """All parts except the document."""
        yield relationships_name(DOCUMENT), _relationships(self.links)
        notes = self.notes.name
        if notes:
            yield notes, self.notes.part()
        if self.notes.links:
            yield relationships_name(notes), _relationships(self.notes.links)
        for name, data in self.first.items():
            if notes and name in (notes, relationships_name(notes)):
                continue
            if name == NUMBERING and self.lists:
                before, end, after = data.rpartition(b"</w:numbering>")
                data = before + b"".join(self.lists) + end + after
            elif name == "docProps/core.xml" and title:
                data = _titled(data, title)
            yield name, data
        yield from self.parts.items()
        yield TYPES, self._types()

    def _types(self) -> bytes:
        root = _root(TYPES_NAMESPACE, "Types")
        for extension, kind in self.defaults.items():
            etree.SubElement(root, f"{{{TYPES_NAMESPACE}}}Default", {"Extension": extension, "ContentType": kind})
        main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        for name, kind in {DOCUMENT: main, **self.overrides}.items():
            etree.SubElement(root, f"{{{TYPES_NAMESPACE}}}Override", {"PartName": f"/{name}", "ContentType": kind})
        return HEAD + etree.tostring(root)


def _relationships(links: Mapping[tuple[str, str, str], str]) -> bytes:
    """The part with the relationships of another part."""
    root = _root(RELATIONSHIPS, "Relationships")
    for (kind, target, mode), id in links.items():
        entry = {"Id": id, "Type": kind, "Target": target} | ({"TargetMode": mode} if mode else {})
        etree.SubElement(root, f"{{{RELATIONSHIPS}}}Relationship", entry)
    return HEAD + etree.tostring(root)


def relation_kind(link: etree._Element) -> str:
    return link.get("Type", "").rpartition("/")[2]


def _overrides(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The content types of individual parts."""
    types = parse_part(parts[TYPES])
    return {one.get("PartName", "").lstrip("/"): one.get("ContentType", "") for one in types if one.get("PartName")}


def _defaults(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The content types by file extension."""
    types = parse_part(parts[TYPES])
    return {one.get("Extension", ""): one.get("ContentType", "") for one in types if one.get("Extension")}


def _properties_of(parts: Mapping[str, bytes]) -> bytes:
    """The document properties of a copy."""
    return parts.get("docProps/core.xml", b"") + parts.get("docProps/custom.xml", b"")


def _without_language(styles: bytes) -> bytes:
    return re.sub(rb"<w:lang(?: [^>]*)?/>", b"", styles)


def _definitions(numbering: bytes) -> tuple[bytes, int]:
    """The definitions of lists, and the largest number of a list."""
    if not numbering:
        return b"", 0
    root = parse_part(numbering)
    largest = max((int(num.get(w("numId"), "0")) for num in root.findall(w("num"))), default=0)
    return b"".join(etree.tostring(one) for one in root.findall(w("abstractNum"))), largest


def _titled(core: bytes, title: str) -> bytes:
    root = parse_part(core)
    for title_element in root.iter("{http://purl.org/dc/elements/1.1/}title"):
        title_element.text = title
    return HEAD + etree.tostring(root)


def _root(namespace: str, name: str) -> etree._Element:
    """An empty element whose namespace is the default for its children."""
    return etree.fromstring(f'<{name} xmlns="{namespace}"/>')
