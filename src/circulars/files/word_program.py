"""Says which program saved a Word file last, as far as the file itself tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from circulars.files.opc import UnreadablePackageError, links_of, parse_part, shown, target_of

CIRCULARS: Final = "circulars"
"""The program's own name in the properties of the files that it writes."""
GOOGLE_DOCS: Final = "Google Docs"
DROPPING: Final = (GOOGLE_DOCS, "ONLYOFFICE")
"""Programs that leave out other programs' files when they save, at least in some versions."""

_GOOGLE: Final = b"http://customooxmlschemas.google.com/"
# What Google Docs declares in every document, whether or not it uses it.
_GOOGLE_ROOT: Final = (b"http://schemas.openxmlformats.org/schemaLibrary/2006/main",
                       b"http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas")  # fmt: skip
_VERSION: Final = re.compile(r"^(LibreOffice(?:Dev)?|OpenOffice(?:\.org)?|ONLYOFFICE|WPS Office)[/_ ]([\d.]+)")
_NUMBER: Final = re.compile(r"0*(\d+)\.\d+")


def program_of(parts: Mapping[str, bytes]) -> str:
    """The name and version of the program that saved a Word file last ("LibreOffice 7.4.7.2"); "" if none is given.

    Google Docs writes no name, and is recognized by what it leaves in its files.
    """
    for link in _package_links(parts):
        is_about = link.get("Type", "").endswith(("/extended-properties", "/extendedProperties"))
        if is_about and (name := _stated(parts.get(target_of(link, ""), b""))):
            return name
    return GOOGLE_DOCS if any(_is_of_google(name, part) for name, part in parts.items()) else ""


def _package_links(parts: Mapping[str, bytes]) -> list[etree._Element]:
    try:
        return list(links_of(parts, ""))
    except (etree.XMLSyntaxError, UnreadablePackageError):
        return []


def _stated(properties: bytes) -> str:
    """The program in the extended properties of a file."""
    try:
        root = parse_part(properties)
    except (etree.XMLSyntaxError, UnreadablePackageError):
        return ""
    name = " ".join((root.findtext("{*}Application") or "").split())
    if found := _VERSION.match(name):
        return f"{found[1]} {found[2].rstrip('.')}"
    number = _NUMBER.fullmatch((root.findtext("{*}AppVersion") or "").strip())
    return shown(f"{name} {number[1]}" if name.startswith("Microsoft") and number and number[1] != "0" else name)


def _is_of_google(name: str, part: bytes) -> bool:
    if name.lower().startswith("customxml/"):
        return _GOOGLE in part
    return name == "word/document.xml" and all(mark in part[:6_000] for mark in _GOOGLE_ROOT)
