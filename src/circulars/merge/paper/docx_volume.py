"""What all copies in one Word file share: its parts, their relationships, and its lists."""

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
from circulars.render.docx.markup import w

DOCUMENT: Final = "word/document.xml"
"""The part that has the text of a Word file."""
HEAD: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
"""What stands before the XML of a part."""
_STYLES: Final = "word/styles.xml"
NUMBERING: Final = "word/numbering.xml"
TYPES: Final = "[Content_Types].xml"
TYPES_NAMESPACE: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_PLACED: Final = ("header", "footer", "image")


@dataclass(slots=True)
class Volume:
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

    def begin(self, parts: Mapping[str, bytes]) -> None:
        """Takes from the first copy what the file has once."""
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
        self._told = _facts(parts)
        self._look = _without_language(parts.get(_STYLES, b""))
        self._lists = _definitions(parts.get(NUMBERING, b""))

    def check(self, parts: Mapping[str, bytes], label: str) -> None:
        """Refuses a copy that would look otherwise with the first one's styles."""
        same_look = _without_language(parts.get(_STYLES, b"")) == self._look
        if not same_look or _definitions(parts.get(NUMBERING, b""))[0] != self._lists[0]:
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
            root = _root(RELATIONSHIPS, "Relationships")
            for id, link in links:
                entry = {"Id": id, "Type": link.get("Type", ""), "Target": link.get("Target", "")}
                if link.get("TargetMode") == "External":
                    entry["TargetMode"] = "External"
                else:
                    inner = target_of(link, name)
                    entry["Target"] = "/" + self.place(parts, inner, parts[inner])
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

    def add_list(self, num: etree._Element) -> str:
        """The number of a list of the file's own that counts as another one does."""
        number = self._lists[1] + len(self.lists) + 1
        num = copy.deepcopy(num)
        num.set(w("numId"), str(number))
        self.lists.append(etree.tostring(num))
        return str(number)

    def other_parts(self, title: str) -> Iterator[tuple[str, bytes]]:
        """All parts but the document."""
        root = _root(RELATIONSHIPS, "Relationships")
        for (kind, target, mode), id in self.links.items():
            entry = {"Id": id, "Type": kind, "Target": target} | ({"TargetMode": mode} if mode else {})
            etree.SubElement(root, f"{{{RELATIONSHIPS}}}Relationship", entry)
        yield relationships_name(DOCUMENT), HEAD + etree.tostring(root)
        for name, data in self.first.items():
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


def relation_kind(link: etree._Element) -> str:
    return link.get("Type", "").rpartition("/")[2]


def _overrides(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The types of parts that are told one by one."""
    types = parse_part(parts[TYPES])
    return {one.get("PartName", "").lstrip("/"): one.get("ContentType", "") for one in types if one.get("PartName")}


def _defaults(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The types of parts that their names' endings tell."""
    types = parse_part(parts[TYPES])
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
    return HEAD + etree.tostring(root)


def _root(namespace: str, name: str) -> etree._Element:
    """An element without children, whose namespace needs no prefix below it."""
    return etree.fromstring(f'<{name} xmlns="{namespace}"/>')
