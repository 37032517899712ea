"""Brings what the old version of a letter needs into the Word file of the new one: addresses, pictures, lists."""

from __future__ import annotations

import io
import itertools
import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from circulars.files.opc import CONTENT_TYPES, RELATIONSHIPS, parse_part, relationships_name, target_of
from circulars.render.docx.markup import A, R, w
from circulars.render.docx.template_package import store

Parts = dict[str, bytes]
_CUSTOM: Final = "docProps/custom.xml"


def unpacked(data: bytes) -> Parts:
    """The parts of a Word file, by name, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A Word file of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            store(package, name, data)
    return file.getvalue()


def serialized(tree: etree._Element) -> bytes:
    """A part's XML."""
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


@dataclass(slots=True)
class Relations:
    """The relationships of a part of the new Word file, to which those of the old one are added."""

    name: str
    tree: etree._Element

    def add(self, kind: str, target: str, external: bool = False) -> str:
        """The id of a relationship, which is added unless it is there."""
        mode = "External" if external else None
        for one in self.tree:
            if (one.get("Type"), one.get("Target"), one.get("TargetMode")) == (kind, target, mode):
                return one.get("Id", "")
        used = {one.get("Id") for one in self.tree}
        id = next(free for number in itertools.count(1) if (free := f"rIdF{number}") not in used)
        attributes = {"Id": id, "Type": kind, "Target": target} | ({"TargetMode": mode} if mode else {})
        etree.SubElement(self.tree, f"{{{RELATIONSHIPS}}}Relationship", attributes)
        return id


def relations_of(parts: Parts, name: str) -> Relations:
    """The relationships of a part."""
    data = parts.get(relationships_name(name))
    empty = f'<Relationships xmlns="{RELATIONSHIPS}"/>'.encode()
    return Relations(name, parse_part(data or empty))


def bring(old: Parts, new: Parts, name: str, tree: etree._Element, relations: Relations) -> None:
    """Changes the ids in the old XML of a part to those of the new Word file, to which it adds what they name."""
    ids = {one.get("Id", ""): one for one in relations_of(old, name).tree}
    for element in tree.iter():
        for attribute in (f"{{{R}}}id", f"{{{R}}}embed", f"{{{R}}}link"):
            found = ids.get(element.get(attribute, ""))
            if found is None or element.tag in (w("headerReference"), w("footerReference")):
                continue
            target, external = found.get("Target", ""), found.get("TargetMode") == "External"
            if not external and element.tag == f"{{{A}}}blip":
                target = _picture(old, new, name, found)
            element.set(attribute, relations.add(found.get("Type", ""), target, external))


def _picture(old: Parts, new: Parts, owner: str, link: etree._Element) -> str:
    """The target in the new Word file of a picture to which a part of the old one has a relationship."""
    target, source, folder = link.get("Target", ""), target_of(link, owner), posixpath.dirname(owner)
    data = old.get(source, b"")
    if new.get(source) == data:
        return target
    media = posixpath.join(folder, "media")
    for name, other in new.items():
        if other == data and posixpath.dirname(name) == media:
            return posixpath.relpath(name, folder)
    number = sum(name.startswith(f"{media}/former") for name in new) + 1
    name = f"{media}/former{number}{posixpath.splitext(target)[1]}"
    new[name] = data
    return posixpath.relpath(name, folder)


_PROPERTY: Final = re.compile(r"^(\s*DOCPROPERTY\s+)(\S+)")


def bring_properties(old: Parts, new: Parts, trees: Iterable[etree._Element]) -> None:
    """Adds the texts that fields of the old letter show, under new names, to the properties of the new Word file."""
    before, after = parse_part(old[_CUSTOM]), parse_part(new[_CUSTOM])
    values = {one.get("name", ""): _value(one) for one in after}
    names: dict[str, str] = {}
    for one in before:
        name = one.get("name", "")
        if values.get(name) != _value(one):
            names[name] = next(
                free for n in itertools.count(1) if (free := f"Former{name}{n if n > 1 else ''}") not in values
            )
    used: dict[str, None] = {}
    for code in (code for tree in trees for code in tree.iter(w("instrText"))):
        found = _PROPERTY.match(code.text or "")
        if found and found[2] in names:
            used[found[2]] = None
            code.text = _PROPERTY.sub(lambda one: one[1] + names[one[2]], code.text or "")
    for one in [*before]:
        if one.get("name", "") in used:
            one.set("name", names[one.get("name", "")])
            one.set("pid", str(len(after) + 2))
            after.append(one)
    if used:
        new[_CUSTOM] = serialized(after)


def _value(one: etree._Element) -> str:
    return "".join(map(str, one.itertext()))


def with_part(parts: Parts, name: str, kind: str) -> None:
    """Names the content type of a part that is added to a Word file."""
    types = parse_part(parts["[Content_Types].xml"])
    etree.SubElement(types, f"{{{CONTENT_TYPES}}}Override", {"PartName": f"/{name}", "ContentType": kind})
    parts["[Content_Types].xml"] = serialized(types)


def number_again(trees: Sequence[etree._Element]) -> None:
    """Gives bookmarks and pictures numbers of their own."""
    marks, pictures, controls = itertools.count(1001), itertools.count(1001), itertools.count(1001)
    for tree in trees:
        opened: dict[str, str] = {}
        for mark in tree.iter(w("bookmarkStart"), w("bookmarkEnd")):
            before = mark.get(w("id"), "")
            if mark.tag == w("bookmarkStart"):
                opened[before] = str(next(marks))
            mark.set(w("id"), opened.get(before, before))
        for picture in tree.iter("{*}docPr"):
            picture.set("id", str(next(pictures)))
        for control in tree.iter(w("sdtPr")):
            for number in control.iterchildren(w("id")):
                number.set(w("val"), str(next(controls)))
