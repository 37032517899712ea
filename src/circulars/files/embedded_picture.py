"""Checks the bytes of a picture in a Word file: programs go by the bytes, whatever name and content type say."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from circulars.files.opc import UnreadablePackageError, parse_part, text_of

_BITMAPS: Final = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",  # JPEG
    b"GIF87a",
    b"GIF89a",
    b"BM",
    b"II*\x00",  # TIFF
    b"MM\x00*",
    b"II\xbc\x01",  # JPEG XR
    b"%PDF-",  # Word for macOS
)
_METAFILES: Final = (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00", b"\x02\x00\x09\x00")  # WMF
_EMF: Final = (b"\x01\x00\x00\x00", slice(40, 44), b" EMF")
_PICT: Final = (slice(522, 526), b"\x00\x11\x02\xff")
_WEBP: Final = (b"RIFF", slice(8, 12), b"WEBP")
_XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe|\xfe\xff|<\x00|\x00<")

# Only the name of a document type, which no program reads; entities are defined between "[" and "]".
_DOCTYPE: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?(?>[^>]*>)|<!--(?>.*?-->))*+"
    rb"(<!DOCTYPE\s++svg(?:\s++(?:PUBLIC|SYSTEM))?(?:\s*+(?:\"[^\"<>]*+\"|'[^'<>]*+'))*+\s*+>)",
    re.DOTALL,
)

_ACTIVE: Final = frozenset(
    ["script", "foreignObject", "iframe", "embed", "object", "audio", "video", "handler", "listener", "include"]
)
_EMBEDDED: Final = re.compile(r"#|data:image/(?:png|jpeg|jpg|gif);base64,")
_FUNCTIONS: Final = frozenset(
    "rgb rgba hsl hsla calc var matrix translate translatex translatey scale scalex scaley rotate skewx skewy "
    "linear-gradient radial-gradient cubic-bezier".split()
)
_CALL: Final = re.compile(r"([^\s(),;:/*+\"'{}]*)\s*\((\s*[\"']?\s*#)?")
_TEXTS: Final = frozenset("absref alt class docname export-filename glyph-name id label role title unicode".split())


def picture_fault(data: bytes) -> str:
    """What is wrong with a picture: its format is not one of pictures, or it refers to something else; or ""."""
    if _is_plain(data):
        return ""
    if not _XML.match(data):
        return "is in none of the formats of pictures that Word files may have"
    try:
        root = parse_part(_without_doctype(data))
    except (etree.XMLSyntaxError, UnreadablePackageError):
        return "is a broken SVG drawing"
    if etree.QName(root).localname != "svg":
        return "is in none of the formats of pictures that Word files may have"
    found = next((fault for element in root.iter() if (fault := _drawing_fault(element))), "")
    if not found and any(isinstance(one, etree._ProcessingInstruction) for one in root.itersiblings(preceding=True)):
        found = "a processing instruction"
    return f"is an SVG drawing with {found}" if found else ""


def _without_doctype(data: bytes) -> bytes:
    """A drawing without the document type that drawing programs write, if that defines nothing itself."""
    found = _DOCTYPE.match(data)
    return data[: found.start(1)] + data[found.end(1) :] if found else data


def _is_plain(data: bytes) -> bool:
    return (
        data.startswith((*_BITMAPS, *_METAFILES))
        or (data.startswith(_EMF[0]) and data[_EMF[1]] == _EMF[2])
        or (data.startswith(_WEBP[0]) and data[_WEBP[1]] == _WEBP[2])
        or data[_PICT[0]] == _PICT[1]
    )


def _drawing_fault(element: etree._Element) -> str:
    """What an element of a drawing runs or refers to, or ""."""
    if isinstance(element, etree._Comment):
        return ""
    if not isinstance(element.tag, str):
        return "a processing instruction"
    name = etree.QName(element).localname
    if name in _ACTIVE:
        return f"<{name}>"
    if name == "style" and _refers(text_of(element)):
        return "a style that refers to something else"
    for key, value in element.attrib.items():
        attribute, text = etree.QName(key).localname.lower(), str(value)
        if attribute == "href" and not _EMBEDDED.match(text):
            return f"the address '{text[:80]}'"
        if attribute.startswith("on") or attribute in ("base", "src"):
            return f"the attribute '{attribute}'"
        if attribute == "attributename" and text.lower().endswith("href"):
            return "a changing address"
        if attribute not in _TEXTS and not attribute.startswith(("aria-", "data-")) and _refers(text):
            return f"a reference to something else: '{text[:80]}'"
    return ""


def _refers(style: str) -> bool:
    """Whether a style or a presentation attribute has a function that is not allowed, a backslash, or an ``@`` rule."""
    return (
        "\\" in style
        or "@" in style
        or any(
            not (name in _FUNCTIONS or name == "" or (name == "url" and inside))
            for name, inside in _CALL.findall(style.lower())
        )
    )
