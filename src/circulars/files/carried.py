"""How a Word file carries other files: in one custom XML part (ECMA-376, part 1, 15.2.5), which Word keeps."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from lxml import etree

from circulars.files.opc import OFFICE, parse_part, relationships_name, targets
from circulars.files.opc import RELATIONSHIPS as RELATIONSHIPS_NAMESPACE
from circulars.model.document import Attachment

PART: Final = "customXml/itemCircular.xml"
"""The part's name in the files that circulars writes; Word gives it another one when it saves."""
RELATIONSHIP: Final = f'<Relationship Id="rIdCSource" Type="{OFFICE}/customXml" Target="/{PART}"/>'

PROPERTIES: Final = "customXml/itemPropsCircular.xml"
"""The part beside it that gives it an identity: office programs find it by that (part 1, 22.5.2.1)."""
PROPERTIES_TYPE: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"

MAX_FILES: Final = 20
RELATIONSHIPS: Final = ("Source", "Data", "Supplement")
"""What a carried file can be to the document, in the words of PDF/A-3, in the order in which they are written."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMESPACE = "urn:x-circulars:attachments:1"
_IDENTITY = "{6C1A5E0D-3F0B-5B7E-9C52-7B6E2D7F4A11}"
_DECLARED = re.compile(rf"""xmlns(?::\w+)?=["']{re.escape(_NAMESPACE)}["']""".encode())
_TEXTS = ("application/yaml", "application/json")


def part_of(carried: Iterable[Attachment]) -> bytes:
    """The part that holds some files: texts as text, all else in base64."""
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


def beside() -> dict[str, bytes]:
    """The parts that stand beside the one of :func:`part_of`, the same in every file, by their names."""
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
    """The files that a Word file of these parts carries.

    Raises:
        ValueError: what stands there is not what :func:`part_of` writes.
        lxml.etree.XMLSyntaxError: it is no XML.
    """
    part = next((data for name, data in parts.items() if is_carrier(name, data)), None)
    for entry in list(parse_part(part))[:MAX_FILES] if part is not None else ():
        said = {str(key): str(value) for key, value in entry.attrib.items()}
        if entry.tag == f"{{{_NAMESPACE}}}file" and said.get("relationship") in RELATIONSHIPS:
            text = entry.text or ""
            data = _decoded(text) if said.get("encoding") == "base64" else text.encode()
            relationship = cast(Any, said["relationship"])
            yield Attachment(
                said.get("name", ""), said.get("type", ""), relationship, said.get("description", ""), data
            )


def without_carrier(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a Word file without those that carry other files, and without what stands beside them."""
    gone = {name for name, part in parts.items() if is_carrier(name, part)}
    gone |= {target for name in gone for target in targets(parts, name, "customXmlProps")}
    gone |= {relationships_name(name) for name in gone}
    return {name: part for name, part in parts.items() if name not in gone}


def is_carrier(name: str, part: bytes) -> bool:
    """Whether a part of a Word file is one that carries other files."""
    return name.startswith("customXml/") and _DECLARED.search(part, 0, 2000) is not None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
