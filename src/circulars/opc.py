"""Opens Office Open XML files that strangers made: Open Packaging Conventions (ECMA-376, part 2), with limits.

A package is a ZIP of parts. A part is XML, a picture, or whatever else a program put there; relationships say which
part belongs to which.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
"""What the types of relationships between office parts begin with."""

MAX_BYTES: Final = 20_000_000
"""The most that all parts of a package may hold."""
MAX_PARTS: Final = 2_000
"""The most parts that a package may have."""


class UnreadablePackageError(Exception):
    """Why a package cannot be opened: ``fact``, and ``remedy``."""

    def __init__(self, fact: str, remedy: str) -> None:
        super().__init__(fact, remedy)
        self.fact, self.remedy = fact, remedy


def read_parts(data: bytes) -> dict[str, bytes]:
    """The parts of a package by their names ("word/document.xml"), in the order in which they stand.

    Raises:
        UnreadablePackageError: this is no package, or it holds more than the limits allow.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = [entry for entry in package.infolist() if not entry.is_dir()]
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_BYTES:
                raise UnreadablePackageError("the file is larger than 20 MB", "take pictures out of it")
            parts = {entry.filename: package.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, zlib.error) as error:
        raise UnreadablePackageError("this is not a Word file", "save it in Word as .docx") from error
    if "[Content_Types].xml" not in parts:
        raise UnreadablePackageError("this is not a Word file", "save it in Word as .docx")
    return parts


def parse_part(data: bytes) -> etree._Element:
    """The root of an XML part; nothing is fetched, and no entity is resolved.

    Raises:
        lxml.etree.XMLSyntaxError: the part is no well-formed XML.
    """
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def links_of(parts: Mapping[str, bytes], name: str) -> Iterator[etree._Element]:
    """The relationships of a part, or of the package itself when ``name`` is ""."""
    if (relationships := parts.get(relationships_name(name))) is not None:
        yield from parse_part(relationships)


def targets(parts: Mapping[str, bytes], name: str, kind: str) -> list[str]:
    """The names of the parts that a part is related to in one way ("styles", "header"); they may not be there."""
    return [
        target_of(link, name)
        for link in links_of(parts, name)
        if link.get("Type") == f"{OFFICE}/{kind}" and link.get("TargetMode") != "External"
    ]


def target_of(link: etree._Element, name: str) -> str:
    """The name of the part that a relationship of the part ``name`` leads to; it may not be there."""
    folder = posixpath.dirname(name)
    return posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")


def relationships_name(name: str) -> str:
    """The name of the part that holds a part's relationships."""
    folder, file = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{file}.rels")
