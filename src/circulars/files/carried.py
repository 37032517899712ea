"""Embeds files in a Word file, in a custom XML part (ECMA-376, part 1, 15.2.5), which Word keeps when it saves."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from lxml import etree
from lxml.etree import XMLSyntaxError

from circulars.files.opc import OFFICE, UnreadablePackageError, parse_part, relationships_name, targets
from circulars.files.opc import RELATIONSHIPS as RELATIONSHIPS_NAMESPACE
from circulars.model.document import Attachment

PART: Final = "customXml/itemCircular.xml"
"""The part's name in files written by circulars; Word changes it when it saves."""
RELATIONSHIP: Final = f'<Relationship Id="rIdCSource" Type="{OFFICE}/customXml" Target="/{PART}"/>'

PROPERTIES: Final = "customXml/itemPropsCircular.xml"
"""The part that gives the custom XML part an identity, by which office programs find it (part 1, 22.5.2.1)."""
PROPERTIES_TYPE: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"

MAX_FILES: Final = 20
RELATIONSHIPS: Final = ("Source", "Data", "Supplement")
"""The possible relationships of an embedded file to the document, in the terms of PDF/A-3, in the order of writing."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMESPACE = "urn:x-circulars:attachments:1"
_IDENTITY = "{6C1A5E0D-3F0B-5B7E-9C52-7B6E2D7F4A11}"
_DECLARED = re.compile(rf"""xmlns(?::\w+)?=["']{re.escape(_NAMESPACE)}["']""".encode())
_MARKS = tuple(_NAMESPACE.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_TEXTS = ("application/yaml", "application/json")


def part_of(carried: Iterable[Attachment]) -> bytes:
    """The custom XML part with the given files: text files as text, others in base64."""
    root = etree.Element(f"{{{_NAMESPACE}}}attachments", nsmap=cast(Any, {None: _NAMESPACE}))
    for one in carried:
        is_text = one.media_type in _TEXTS
        encoding = {} if is_text else {"encoding": "base64"}
        entry = etree.SubElement(
            root,
            f"{{{_NAMESPACE}}}file",
            {"name": one.name, "type": one.media_type, "relationship": one.relationship}
            | {"description": one.description}
            | encoding,
        )
        entry.text = one.data.decode() if is_text else base64.b64encode(one.data).decode("ascii")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def companion_parts() -> dict[str, bytes]:
    """The parts that must go with the custom XML part, by their names; they are the same in every file."""
    data_store = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
    properties = (
        f'{_HEAD}<ds:datastoreItem ds:itemID="{_IDENTITY}" xmlns:ds="{data_store}">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{_NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    link = (
        f'{_HEAD}<Relationships xmlns="{RELATIONSHIPS_NAMESPACE}">'
        f'<Relationship Id="rId1" Type="{OFFICE}/customXmlProps" Target="/{PROPERTIES}"/></Relationships>'
    )
    return {PROPERTIES: properties.encode(), relationships_name(PART): link.encode()}


def files_in(parts: Mapping[str, bytes]) -> Iterator[Attachment]:
    """The files embedded in a Word file with these parts.

    Raises:
        ValueError: an embedded file cannot be decoded.
        lxml.etree.XMLSyntaxError: the custom XML part is not XML.
    """
    part = next((data for name, data in parts.items() if is_carrier(name, data)), None)
    for entry in list(parse_part(part))[:MAX_FILES] if part is not None else ():
        values = {str(key): str(value) for key, value in entry.attrib.items()}
        if entry.tag == f"{{{_NAMESPACE}}}file" and values.get("relationship") in RELATIONSHIPS:
            text = entry.text or ""
            data = _decoded(text) if values.get("encoding") == "base64" else text.encode()
            relationship = cast(Any, values["relationship"])
            yield Attachment(
                values.get("name", ""), values.get("type", ""), relationship, values.get("description", ""), data
            )


def without_carrier(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a Word file without those that embed other files, and without their companion parts."""
    removed = {name for name, part in parts.items() if is_carrier(name, part)}
    removed |= {target for name in removed for target in targets(parts, name, "customXmlProps")}
    removed |= {relationships_name(name) for name in removed}
    return {name: part for name, part in parts.items() if name not in removed}


def is_carrier(name: str, part: bytes) -> bool:
    """Whether a part of a Word file is one that embeds other files, in whatever encoding it is.

    Its name says nothing: Word numbers such parts anew, LibreOffice renames them, and some programs write "customXML".
    """
    if name.endswith(".rels") or not any(mark in part for mark in _MARKS):
        return False
    try:
        return parse_part(part).tag == f"{{{_NAMESPACE}}}attachments"
    except UnreadablePackageError:
        return False
    except XMLSyntaxError:
        return _DECLARED.search(part, 0, 2000) is not None  # it is one, but broken


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
