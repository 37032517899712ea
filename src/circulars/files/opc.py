"""Opens untrusted Office Open XML packages (Open Packaging Conventions, ECMA-376, part 2), with limits.

A package is a ZIP file of parts. A part is XML, a picture, or any other data. Relationships connect the parts.
"""

from __future__ import annotations

import io
import itertools
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Final

from lxml import etree

from circulars.files.recognize import ENCRYPTED, Recognized, damaged_part, other_kind, unreadable_zip, zipped_kind

RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
"""The prefix of the types of relationships between office parts."""

MAX_BYTES: Final = 20_000_000
"""The maximum size of all unpacked parts of a package together."""
MAX_PARTS: Final = 2_000
"""The maximum number of parts in a package."""


class UnreadablePackageError(Exception):
    """A package cannot be opened; ``fact`` says why, and ``remedy`` what to do."""

    def __init__(self, fact: str, remedy: str) -> None:
        super().__init__(fact, remedy)
        self.fact, self.remedy = fact, remedy


class NoWordFileError(UnreadablePackageError):
    """A file is not a complete Word file that can be opened: it is of another kind, encrypted, truncated or damaged."""

    def __init__(self, found: Recognized) -> None:
        super().__init__(found.fact, found.remedy)
        self.is_encrypted = found.is_encrypted

    def __reduce__(self) -> tuple[Any, ...]:
        return NoWordFileError, (Recognized(self.fact, self.remedy, self.is_encrypted),)


UNREADABLE: Final = (
    zipfile.BadZipFile,
    NotImplementedError,
    EOFError,
    RuntimeError,
    ValueError,
    IndexError,  # an entry without a name
    zlib.error,
)
"""The errors that the library raises for a damaged ZIP file."""


def document_type_fact(part: str) -> str:
    """What to report about a document type in a part: it can define entities that expand without end or read files."""
    return f"the part '{part}' has a document type, which Word files never have"


def leads_out_fact(part: str) -> str:
    """What to report about a part that would be unpacked outside the folder that it belongs to."""
    return f"the part '{part}' has a name that leads out of the file"


def broken_fact(error: etree.XMLSyntaxError, part: str = "") -> str:
    """What to report about a part that is not well-formed XML, with the place where reading stopped."""
    line, column = error.position
    named = f"the part '{part}'" if part else "a part of the file"
    return f"{named} is damaged: its XML cannot be read beyond line {line or 1}, column {column or 1}"


def read_parts(data: bytes) -> dict[str, bytes]:
    """The parts of a package by their names ("word/document.xml"), in the order of the file.

    Raises:
        NoWordFileError: this is not a package, or a damaged one.
        UnreadablePackageError: it exceeds the limits, or it is deceptive: it has a duplicate
            part, a name that leads out of the file, entries that overlap, a part with a wrong size, or a document type.
    """
    if other := other_kind(data):
        raise NoWordFileError(other)
    if len(data) > MAX_BYTES:
        raise _TOO_LARGE
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = [entry for entry in package.infolist() if not entry.is_dir()]
            check_entries(entries)
            parts = {entry.filename: _read(package, entry) for entry in entries}
    except (*UNREADABLE, OSError) as error:
        raise NoWordFileError(unreadable_zip(data)) from error
    parts = {_TYPES if name.lower() == _TYPES.lower() else name: part for name, part in parts.items()}
    if _TYPES not in parts:
        raise NoWordFileError(zipped_kind(parts))
    _check_xml(_TYPES, parts[_TYPES])
    try:
        types = content_types(parts)
    except etree.XMLSyntaxError:
        types = {}
    parts = _with_names_of_links(parts)
    for name, part in parts.items():
        # Other parts may contain anything, as printer settings of macOS do.
        if is_xml(name, types):
            _check_xml(name, part)
    return parts


def _with_names_of_links(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts with the names by which relationships call them, which may have other capitals (6.2.2.3)."""
    names = {name.lower(): name for name in parts}
    called: dict[str, str] = {}
    waiting = [""]
    while waiting:
        owner = waiting.pop()
        relationships = relationships_name(owner)
        if (stored := names.get(relationships.lower(), "")) == "" or stored in called:
            continue
        called[stored] = relationships
        try:
            links = list(links_of({relationships: parts[stored]}, owner))
        except (etree.XMLSyntaxError, UnreadablePackageError):
            continue  # reported by whoever reads them
        for link in links:
            target = target_of(link, owner)
            name = names.get(target.lower(), "") if link.get("TargetMode") != "External" else ""
            if name and name not in called:
                called[name] = target
                waiting.append(target)
    return {called.get(name, name): part for name, part in parts.items()}


def _check_xml(name: str, part: bytes) -> None:
    """Checks what must be known of an XML part before it is parsed."""
    # Other people's data may be in any encoding: Word keeps its bytes, and no letter has it.
    if not name.lower().startswith("customxml/") and not _is_unicode(part):
        raise UnreadablePackageError(f"the part '{shown(name)}' is neither in UTF-8 nor in UTF-16", _SAVE_AGAIN)
    if _begins_with_doctype(part):
        raise UnreadablePackageError(document_type_fact(shown(name)), _SAVE_AGAIN)


def content_types(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The content type of each part that has one, by the part's name in lower case (ECMA-376, part 2, 6.2.3).

    Raises:
        lxml.etree.XMLSyntaxError: the list of content types is broken.
        UnreadablePackageError: it has a document type.
    """
    by_name, by_extension = {}, {}
    for entry in parse_part(parts[_TYPES]):
        type = entry.get("ContentType", "")
        if "PartName" in entry.attrib:
            by_name[entry.get("PartName", "").lower().removeprefix("/")] = type
        elif "Extension" in entry.attrib:
            by_extension[entry.get("Extension", "").lower()] = type
    names = [name.lower() for name in parts]
    found = {name: by_name.get(name) or by_extension.get(name.rpartition(".")[2], "") for name in names}
    return {name: type for name, type in found.items() if type}


def is_xml(name: str, types: Mapping[str, str]) -> bool:
    """Whether a part is XML that is parsed, by its content type, or by its name if it has no content type.

    A web page (``altChunk``) is text that Word imports; only Word reads it. Pictures (SVG) are only shown.
    """
    low = name.lower()
    type = types.get(low, "").lower().partition(";")[0].strip()
    if type in _PAGES or type.startswith("image/"):
        return False
    if low.endswith(_ALWAYS_XML) or type.endswith(("+xml", "/xml")):
        return True
    return low.endswith(".xml") and not type


def _begins_with_doctype(part: bytes) -> bool:
    """Whether a document type (DTD) is before the first element. Elsewhere, as in CDATA, the words are only text."""
    if not any(mark in part for mark in _DOCTYPES):
        return False
    wide = "utf-16-be" if part.startswith((b"\xfe\xff", b"\0")) else "utf-16-le"
    text = part.decode(wide if b"\0" in part[:4] else "utf-8", "replace")
    return _BEFORE_DOCTYPE.match(text) is not None


def _is_unicode(part: bytes) -> bool:
    """Whether an XML part is in an encoding that packages may have, as far as its first bytes say (XML 1.0, F)."""
    if part.startswith((b"\xff\xfe\0\0", b"\0\0", b"<\0\0")):  # UTF-32
        return False
    is_wide = part.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"))
    head = part.partition(b">")[0]
    head = head.replace(b"\0", b"") if is_wide else head
    declared = _DECLARED.match(head)
    if declared is None:
        return is_wide or not head.startswith(b"Lo\xa7\x94")  # EBCDIC
    coding = declared[1].lower()
    return coding.startswith(b"utf-16") if is_wide else coding in (b"utf-8", b"us-ascii", b"ascii")


_TYPES = "[Content_Types].xml"
_SAVE_AGAIN = "save it again in Word as .docx"
_TOO_LARGE = UnreadablePackageError("the file is larger than 20 MB", "remove pictures from it")
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOCAL_HEADER = 30
_ENCRYPTED = 0x1
# The XML of a package is in UTF-8 or UTF-16, and has no document type (ECMA-376, part 2, 6.2.5).
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_PAGES = ("application/xhtml+xml", "text/html", "message/rfc822")
# Possessive: the text is read once.
_BEFORE_DOCTYPE = re.compile(r"\ufeff?(?:\s|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<!DOCTYPE", re.DOTALL)
_ALWAYS_XML = (".rels", ".vml")
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"'>]*)")
_OUTSIDE = re.compile(
    r"^/|(?:^|/)\.{0,2}(?:/|$)|[\\:\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|%(?:2f|5c)", re.IGNORECASE
)


def check_entries(entries: Sequence[zipfile.ZipInfo], most: int = MAX_BYTES) -> None:
    """Checks the entries of a package, and refuses what no office program writes.

    The sizes are those in the ZIP directory; reading an entry must check its real size.

    Raises:
        UnreadablePackageError: there are too many entries, or together they are larger than ``most`` bytes; a name
            occurs twice or leads out of the file; entries overlap, are encrypted, or are compressed in an unusual way.
    """
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > most:
        raise _TOO_LARGE
    names: dict[str, str] = {}
    for entry in entries:
        name = entry.filename
        # Names that differ only in the case of ASCII letters are the same (ECMA-376, part 2, 6.2.2.3).
        if (other := names.setdefault(name.lower(), name)) is not name:
            raise UnreadablePackageError(f"the part '{shown(other)}' is in the file twice", _SAVE_AGAIN)
        if _OUTSIDE.search(name):
            raise UnreadablePackageError(leads_out_fact(shown(name)), _SAVE_AGAIN)
        if entry.flag_bits & _ENCRYPTED:
            raise NoWordFileError(ENCRYPTED)
        # Packages use only these two methods (ECMA-376, part 2, annex B).
        if entry.compress_type not in _COMPRESSIONS:
            raise UnreadablePackageError(f"the part '{shown(name)}' is compressed in an unusual way", _SAVE_AGAIN)
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    for entry, following in itertools.pairwise(ordered):
        if entry.header_offset + _LOCAL_HEADER + entry.compress_size > following.header_offset:
            fact = f"the parts '{shown(entry.filename)}' and '{shown(following.filename)}' overlap"
            raise UnreadablePackageError(fact, _SAVE_AGAIN)


_END, _END_64 = b"PK\5\6", b"PK\6\7"
_LONGEST_END = 22 + 0xFFFF
_MAX_DIRECTORY = MAX_PARTS * 1_000


def check_directory(stream: IO[bytes]) -> None:
    """Checks the size of a ZIP file's directory before it is read into memory.

    Raises:
        UnreadablePackageError: the directory is larger than that of a package, or in the form for enormous files.
    """
    length = stream.seek(0, io.SEEK_END)
    stream.seek(max(length - _LONGEST_END - 20, 0))
    tail = stream.read(_LONGEST_END + 20)
    stream.seek(0)
    at = tail.rfind(_END)
    if at >= 0 and (tail[max(at - 20, 0) : at].startswith(_END_64) or _size_at(tail, at + 12) > _MAX_DIRECTORY):
        raise UnreadablePackageError(f"the file has more than {MAX_PARTS:,} parts", _SAVE_AGAIN)


def _size_at(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _read(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry. No more than its size in the ZIP directory is unpacked."""
    try:
        with package.open(entry) as stream:
            data = stream.read(entry.file_size)
    except (*UNREADABLE, OSError) as error:
        raise NoWordFileError(damaged_part(shown(entry.filename))) from error
    if len(data) != entry.file_size:
        raise UnreadablePackageError(f"the part '{shown(entry.filename)}' is damaged", _SAVE_AGAIN)
    return data


def shown(name: str) -> str:
    """A name from a file for messages: not too long, and without control characters."""
    return "".join(character if character.isprintable() else "?" for character in name[:80])


def parse_part(data: bytes) -> etree._Element:
    """The root of an XML part, without comments, which may split text; nothing is fetched, no entity is resolved.

    Raises:
        lxml.etree.XMLSyntaxError: the part is not well-formed XML.
        UnreadablePackageError: it has a document type.
    """
    if _begins_with_doctype(data):  # its entities could expand without end
        raise UnreadablePackageError("a part has a document type (DTD)", _SAVE_AGAIN)
    root = etree.fromstring(data, _parser())
    if has_doctype(root):
        raise UnreadablePackageError("a part has a document type (DTD)", _SAVE_AGAIN)
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)


def text_of(element: etree._Element) -> str:
    """The text of an element and of those inside it, as programs read it."""
    return str(_STRING(element))


_STRING = etree.XPath("string()")


def has_doctype(root: etree._Element) -> bool:
    """Whether an XML document begins with a document type (DTD)."""
    doctype: str = getattr(root.getroottree().docinfo, "doctype", "")
    return bool(doctype)


def links_of(parts: Mapping[str, bytes], name: str) -> Iterator[etree._Element]:
    """The relationships of a part, or of the package itself if ``name`` is ""."""
    if (relationships := parts.get(relationships_name(name))) is not None:
        yield from (link for link in parse_part(relationships) if isinstance(link.tag, str))


def targets(parts: Mapping[str, bytes], name: str, kind: str) -> list[str]:
    """The names of the parts to which a part has a relationship of a kind ("styles", "header"); they may be missing."""
    return [
        target_of(link, name)
        for link in links_of(parts, name)
        if link.get("Type") == f"{OFFICE}/{kind}" and link.get("TargetMode") != "External"
    ]


def target_of(link: etree._Element, name: str) -> str:
    """The name of the part to which a relationship of the part ``name`` leads; it may be missing."""
    folder = posixpath.dirname(name)
    return posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")


def relationships_name(name: str) -> str:
    """The name of the part with a part's relationships."""
    folder, file = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{file}.rels")
