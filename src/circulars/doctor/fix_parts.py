"""Fixes the parts of a Word template: removes active content, and adds missing parts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from copy import deepcopy
from typing import Final

from lxml import etree

from circulars.doctor.leftovers import PROTECTION, compatibility
from circulars.doctor.outside import MACROS, dangling_references, has_macros, unused_parts
from circulars.doctor.word import WordTemplate, is_outside, kind_of
from circulars.files.opc import CONTENT_TYPES, OFFICE, RELATIONSHIPS, parse_part, relationships_name, target_of
from circulars.files.picture_metadata import without_metadata
from circulars.files.word_keep import clean
from circulars.files.word_traces import traces_of
from circulars.render.docx.markup import w

Fix = tuple[str, str]
"""The code of a fault, and what was done about it."""

_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_NAMING: Final = ("creator", "lastModifiedBy", "Manager", "Company", "HyperlinkBase", "Template")
"""The properties that name people, offices and folders."""
_TRACES: Final = (
    "people", "documenttasks", "customXml", "printerSettings", "glossaryDocument", "thumbnail", "custom-properties",
    "classificationlabels",
)  # fmt: skip
"""The types of relationships to parts that no page shows."""
_ID: Final = f"{{{OFFICE}}}id"
# The elements that follow <w:compat> in settings (ECMA-376, part 1, 17.15.1.78).
_AFTER_COMPAT: Final = (
    "docVars", "rsids", "attachedSchema", "themeFontLang", "clrSchemeMapping", "doNotIncludeSubdocsInStats",
    "doNotAutoCompressPictures", "forceUpgrade", "captions", "readModeInkLockDown", "smartTagType", "shapeDefaults",
    "doNotEmbedSmartTags", "decimalSymbol", "listSeparator",
)  # fmt: skip


def fix_missing_parts(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Copies from the shipped template each part that the template needs or refers to, but does not contain."""
    for kind in ("styles", "numbering", "settings"):
        target = word.target(kind)
        if not target:
            target = _free_name(word, kind)
            _relate(word, f"rIdShipped{kind.capitalize()}", kind, target)
        if target not in word.parts and _restore(word, shipped, kind, target):
            yield "missing-part", f"the part '{target}' was taken from the shipped template"
    for owner, link in list(word.links()):
        kind = kind_of(link)
        if owner == word.main and kind in ("header", "footer") and not is_outside(link):
            target = target_of(link, owner)
            if target not in word.parts and _restore(word, shipped, kind, target):
                yield "missing-part", f"the part '{target}' was taken from the shipped template"
    for reference in list(dangling_references(word)):
        kind = etree.QName(reference).localname.removesuffix("Reference")
        target = _free_name(word, kind)
        if _restore(word, shipped, kind, target):
            _relate(word, reference.get(_ID, ""), kind, target)
            yield "missing-part", f"the {kind} that a section refers to was taken from the shipped template"


def _free_name(word: WordTemplate, kind: str) -> str:
    """A name that no part has yet."""
    folder = posixpath.dirname(word.main)
    names = [f"{folder}/{kind}.xml", *(f"{folder}/{kind}{number}.xml" for number in range(1, 1000))]
    return next(name for name in names if name not in word.parts)


def _restore(word: WordTemplate, shipped: WordTemplate, kind: str, target: str) -> bool:
    source = shipped.target(kind)
    if source not in shipped.parts or relationships_name(source) in shipped.parts:
        return False  # a part that refers to other parts cannot be copied alone
    word.parts[target] = shipped.parts[source]
    word.trees[target] = deepcopy(shipped.trees[source])
    types, theirs = word.trees["[Content_Types].xml"], shipped.trees["[Content_Types].xml"]
    kinds = (entry.get("ContentType", "") for entry in theirs if entry.get("PartName") == f"/{source}")
    if not any(entry.get("PartName") == f"/{target}" for entry in types):
        entry = etree.SubElement(types, f"{{{CONTENT_TYPES}}}Override")
        entry.set("PartName", f"/{target}")
        entry.set("ContentType", next(kinds, ""))
    return True


def _relate(word: WordTemplate, id: str, kind: str, target: str) -> None:
    name = relationships_name(word.main)
    if name not in word.trees:
        word.trees[name] = parse_part(f'<Relationships xmlns="{RELATIONSHIPS}"/>'.encode())
        word.parts[name] = b""
    link = etree.SubElement(word.trees[name], f"{{{RELATIONSHIPS}}}Relationship")
    link.set("Id", id)
    link.set("Type", f"{OFFICE}/{kind}")
    link.set("Target", posixpath.relpath(target, posixpath.dirname(word.main)))


def fix_macros(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Removes macros and what starts them."""
    if not has_macros(word):
        return
    for owner, link in list(word.links()):
        if kind_of(link) in MACROS:
            unlink(word, owner, link)
    for name in [name for name in word.parts if name.lower().endswith("vbaproject.bin")]:
        drop(word, name)
    for entry in word.trees["[Content_Types].xml"]:
        if "macroEnabled" in entry.get("ContentType", ""):
            entry.set("ContentType", _MAIN)
    yield "macros", "the macros were removed"


def fix_template(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Detaches the template that Word would look for, and removes Word's own mail merge."""
    for owner, link in list(word.links()):
        if kind_of(link) == "attachedTemplate":
            unlink(word, owner, link)
            yield "attached-template", f"the template '{link.get('Target', '')}' was detached"
        elif kind_of(link) in ("mailMergeSource", "mailMergeHeaderSource"):
            unlink(word, owner, link)
    settings = word.part("settings")
    for name in ("attachedTemplate", "linkStyles", "mailMerge"):
        for element in settings.findall(w(name)) if settings is not None else ():
            element.getparent().remove(element)  # type: ignore[union-attr]  # a child has a parent
            if name == "mailMerge":
                yield "mail-merge", "Word's own mail merge was removed"


def fix_unused_parts(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Removes the parts that nothing in the file refers to; no program shows them."""
    for name in unused_parts(word):
        # The parts that it refers to may be used by others; those that are not are in the list themselves.
        word.parts.pop(name, None)
        word.trees.pop(name, None)
        _forget_type(word, name)
        yield "unused-part", f"the part '{name}' was removed"


def fix_traces(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Removes what the template says about the people and the computers that worked on it."""
    if not traces_of(word.parts):
        return
    for _, link in list(word.links()):
        if kind_of(link) in ("core-properties", "extended-properties"):
            for name in _NAMING:
                for element in word.trees[target_of(link, "")].iterchildren(f"{{*}}{name}"):
                    element.text = ""
    for owner, link in list(word.links()):
        if kind_of(link) in _TRACES:
            unlink(word, owner, link)
    for name, tree in word.trees.items():
        if not name.startswith(("docProps/", "[")) and not name.endswith(".rels"):
            clean(tree)
    for name, data in word.parts.items():
        if name not in word.trees:
            word.parts[name] = without_metadata(data)
    yield "personal-information", "what the template said about those who worked on it was removed"


def fix_settings(word: WordTemplate, shipped: WordTemplate) -> Iterator[Fix]:
    """Removes protection, and turns off change tracking and compatibility mode."""
    settings = word.part("settings")
    if settings is None:
        return
    for name in (*PROTECTION, "trackRevisions"):
        for element in settings.findall(w(name)):
            settings.remove(element)
            if name != "trackRevisions":
                yield "protection", "the protection against editing was removed"
            else:
                yield "tracked-look", "change tracking was turned off"
    if (old := compatibility(settings)) != "15":
        _set_mode(settings)
        yield "compatibility-mode", f"the compatibility mode was set from {old or 'none'} to 15"


def _set_mode(settings: etree._Element) -> None:
    compat = settings.find(w("compat"))
    if compat is None:
        compat = etree.Element(w("compat"))
        later = {w(name) for name in _AFTER_COMPAT}
        math = "{http://schemas.openxmlformats.org/officeDocument/2006/math}mathPr"
        place = next((n for n, child in enumerate(settings) if child.tag in later | {math}), len(settings))
        settings.insert(place, compat)
    for setting in compat.findall(w("compatSetting")):
        if setting.get(w("name")) == "compatibilityMode":
            compat.remove(setting)
    mode = etree.SubElement(compat, w("compatSetting"))
    mode.set(w("name"), "compatibilityMode")
    mode.set(w("uri"), "http://schemas.microsoft.com/office/word")
    mode.set(w("val"), "15")


def unlink(word: WordTemplate, owner: str, link: etree._Element) -> None:
    """Removes a relationship and the part that it refers to."""
    parent = link.getparent()
    if parent is not None:
        parent.remove(link)
    if not is_outside(link):
        drop(word, target_of(link, owner))


def drop(word: WordTemplate, name: str) -> None:
    """Removes a part, its relationships, the parts that they refer to, and every reference to the part."""
    relationships = relationships_name(name)
    inner = [link for owner, link in list(word.links()) if owner == name]
    for part in (name, relationships):
        word.parts.pop(part, None)
        word.trees.pop(part, None)
    for link in inner:
        if not is_outside(link):
            drop(word, target_of(link, name))
    for owner, link in list(word.links()):
        if not is_outside(link) and target_of(link, owner) == name:
            link.getparent().remove(link)  # type: ignore[union-attr]  # a child has a parent
    for part in (name, relationships):
        _forget_type(word, part)


def _forget_type(word: WordTemplate, name: str) -> None:
    """Removes the content type of a part."""
    types = word.trees["[Content_Types].xml"]
    for entry in [entry for entry in types if entry.get("PartName", "") == f"/{name}"]:
        types.remove(entry)
