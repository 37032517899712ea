"""Packs the parts of a Word template that are the same in every letter."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator, Mapping

from lxml import etree

from circulars.files import carried
from circulars.files.opc import CONTENT_TYPES, RELATIONSHIPS, parse_part
from circulars.render.docx.markup import R

_EXTENSIONS = {"png": "image/png", "jpeg": "image/jpeg", "xml": "application/xml"}
_OFFICE = "application/vnd.openxmlformats-"
_PROPERTIES = {
    "/docProps/core.xml": f"{_OFFICE}package.core-properties+xml",
    "/docProps/app.xml": f"{_OFFICE}officedocument.extended-properties+xml",
    "/docProps/custom.xml": f"{_OFFICE}officedocument.custom-properties+xml",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def base_of(parts: Mapping[str, bytes], main: str, changing: set[str], carries: bool) -> bytes:
    """A ZIP of the parts that no letter changes, [Content_Types].xml first."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        store(package, "[Content_Types].xml", _content_types(parts, carries))
        store(package, "_rels/.rels", _package_relationships(main))
        for name in sorted(parts):
            written = name in changing or name in ("[Content_Types].xml", "_rels/.rels")
            if not written and not name.startswith("docProps/"):
                store(package, name, parts[name])
        for name, data in carried.companion_parts().items() if carries else ():
            store(package, name, data)
    return file.getvalue()


def store(package: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Writes a part so that the bytes are the same on every machine and every day. Pictures are stored."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 0
    entry.compress_type = zipfile.ZIP_STORED if name.endswith((".png", ".jpeg", ".jpg")) else zipfile.ZIP_DEFLATED
    package.writestr(entry, data)


def _content_types(parts: Mapping[str, bytes], carries: bool) -> bytes:
    """The content types of the parts, with our properties instead of the template's, and with the types of pictures."""
    tree = parse_part(parts["[Content_Types].xml"])
    names = {f"/{name}".lower() for name in parts}
    for entry in list(tree):
        if not isinstance(entry.tag, str) or not _is_kept(entry, names):
            tree.remove(entry)
        elif entry.get("ContentType", "").endswith("template.main+xml"):
            entry.set("ContentType", f"{_OFFICE}officedocument.wordprocessingml.document.main+xml")
    for extension, kind in _EXTENSIONS.items():
        tree.insert(0, _element("Default", Extension=extension, ContentType=kind))
    beside = {f"/{carried.PROPERTIES}": carried.PROPERTIES_TYPE} if carries else {}
    for name, kind in (_PROPERTIES | beside).items():
        tree.append(_element("Override", PartName=name, ContentType=kind))
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _is_kept(entry: etree._Element, names: Collection[str]) -> bool:
    """Whether a content type is of one of the parts, and not one that is written anew."""
    part = entry.get("PartName", "")
    if part.startswith("/docProps/") or part == f"/{carried.PROPERTIES}" or (part and part.lower() not in names):
        return False
    return entry.get("Extension", "").lower() not in _EXTENSIONS


def _element(kind: str, **attributes: str) -> etree._Element:
    return etree.Element(f"{{{CONTENT_TYPES}}}{kind}", attributes)


def _package_relationships(main: str) -> bytes:
    return "".join(_package_relationship_lines(main)).encode()


def _package_relationship_lines(main: str) -> Iterator[str]:
    package = "http://schemas.openxmlformats.org/package/2006/relationships/metadata"
    kinds = {
        main: f"{R}/officeDocument",
        "docProps/core.xml": f"{package}/core-properties",
        "docProps/app.xml": f"{R}/extended-properties",
        "docProps/custom.xml": f"{R}/custom-properties",
    }
    yield f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{RELATIONSHIPS}">'
    for nth, (target, kind) in enumerate(kinds.items(), start=1):
        yield f'<Relationship Id="rId{nth}" Type="{kind}" Target="{target}"/>'
    yield "</Relationships>"
