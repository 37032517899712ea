"""Finds the document in the parts of a Word file, and maps the strict form of the standard to the usual one.

ECMA-376 has two forms. *Transitional* is what every office program writes. *Strict* has other namespaces, and a few
other values; Word writes it as "Strict Open XML Document".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from circulars.files.opc import OFFICE, NoWordFileError, links_of, target_of
from circulars.files.recognize import Recognized, zipped_kind

STRICT: Final = Recognized(
    "the file is saved as 'Strict Open XML Document', which few programs read",
    "save it in Word: File, Save As, with the type 'Word Document (*.docx)', not 'Strict Open XML Document'",
)
NO_DOCUMENT: Final = Recognized(
    "this is not a Word file: it contains no document", "open it in Word, and save it as Word Document (.docx)"
)

_STRICT_PREFIX: Final = b"http://purl.oclc.org/ooxml/"
# The words of a namespace or of a relationship's type that the two forms write differently.
_RENAMED: Final = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}
_TAG: Final = re.compile(rb"<[^<>]*" + re.escape(_STRICT_PREFIX) + rb"[^<>]*>")
_NAMESPACE: Final = re.compile(
    rb"""(\s(?:xmlns(?::[\w.-]+)?|Type|uri)\s*=\s*["'])http://purl\.oclc\.org/ooxml/(\w+)/(\w+)(?:/(\w+))?"""
)


def is_strict(parts: Mapping[str, bytes]) -> bool:
    """Whether the parts are those of a Word file in the strict form."""
    return _STRICT_PREFIX + b"officeDocument/relationships/officeDocument" in parts.get("_rels/.rels", b"")


def transitional(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a Word file with the namespaces of the usual form; those of the strict form are replaced.

    Values stay as they are: for text, styles, tables and links both forms have the same.
    """
    if not is_strict(parts):
        return dict(parts)
    return {name: _TAG.sub(_renamed_tag, part) if _STRICT_PREFIX in part else part for name, part in parts.items()}


def document_of(parts: Mapping[str, bytes]) -> str:
    """The name of the part with the document, in a Word file in the usual form.

    Raises:
        NoWordFileError: there is no such part: it is a workbook, or in the strict form.
        lxml.etree.XMLSyntaxError: the relationships are broken.
    """
    for link in links_of(parts, ""):
        if link.get("Type") == f"{OFFICE}/officeDocument" and (name := target_of(link, "")) in parts:
            if name.startswith(("xl/", "ppt/")):
                raise NoWordFileError(zipped_kind(parts))
            return name
    raise NoWordFileError(STRICT if is_strict(parts) else NO_DOCUMENT)


def _renamed_tag(tag: re.Match[bytes]) -> bytes:
    return _NAMESPACE.sub(_renamed, tag[0])


def _renamed(name: re.Match[bytes]) -> bytes:
    start, family, kind, last = name[1], name[2], name[3], name[4]
    words = [b"http://schemas.openxmlformats.org", family, b"2006", _RENAMED.get(kind, kind)]
    if last:
        words.append(_RENAMED.get(last, last))
    return start + b"/".join(words)
