"""Adds to a Word template what footnotes need, if it has none: their part, their separators and their styles."""

from __future__ import annotations

import posixpath
from typing import Final

from lxml import etree

from circulars.files.opc import CONTENT_TYPES, RELATIONSHIPS, links_of, parse_part, relationships_name, target_of
from circulars.render.docx.markup import HEAD, R, W, w

TEXT_STYLE: Final = "footnote text"
MARK_STYLE: Final = "footnote reference"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_SEPARATORS: Final = (("separator", -1), ("continuationSeparator", 0))
# What comes after "footnotePr" in the settings (ECMA-376, part 1, 17.15.1.78).
_AFTER: Final = {
    w(name)
    for name in (
        "endnotePr compat docVars rsids mathPr attachedSchema themeFontLang clrSchemeMapping "
        "doNotIncludeSubdocsInStats doNotAutoCompressPictures forceUpgrade captions readModeInkLockDown smartTagType "
        "schemaLibrary shapeDefaults doNotEmbedSmartTags decimalSymbol listSeparator"
    ).split()
}
_STYLES: Final = {
    TEXT_STYLE: '<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="footnote text"/>'
    '<w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr></w:style>',
    MARK_STYLE: '<w:style w:type="character" w:styleId="{id}"><w:name w:val="footnote reference"/>'
    '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>',
}


def add_footnote_part(parts: dict[str, bytes], main: str, settings: str) -> str:
    """Adds the part with footnotes to the parts of a template, unless it is there; returns the part's name."""
    for link in links_of(parts, main):
        name = target_of(link, main)
        if link.get("Type", "").endswith("/footnotes") and name in parts:
            return name
    name = posixpath.join(posixpath.dirname(main), "footnotes.xml")
    while name in parts:
        name = name.replace(".xml", "1.xml")
    parts[name] = _empty_part().encode()
    links = relationships_name(main)
    parts[links] = _with_child(parts[links], RELATIONSHIPS, "Relationship", _link(parts[links], name))
    kind = {"PartName": f"/{name}", "ContentType": _TYPE}
    parts["[Content_Types].xml"] = _with_child(parts["[Content_Types].xml"], CONTENT_TYPES, "Override", kind)
    parts[settings] = with_separators(parts[settings])
    return name


def with_styles(styles: bytes) -> bytes:
    """The styles, with those of footnotes and their marks."""
    tree = parse_part(styles)
    names = {(style.get(w("val")) or "").lower() for style in tree.iter(w("name"))}
    ids = {style.get(w("styleId")) for style in tree.iter(w("style"))}
    for name, style in _STYLES.items():
        if name not in names:
            id = "".join(word.capitalize() for word in name.split())
            while id in ids:
                id += "1"
            tree.append(etree.fromstring(style.format(id=id).replace("<w:style ", f'<w:style xmlns:w="{W}" ', 1)))
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def with_marks_in_latin(styles: bytes) -> bytes:
    """The styles, with the marks of footnotes in the font of Latin text: one of Arabic may lack the asterisk."""
    tree = parse_part(styles)
    for style in tree.iter(w("style")):
        name = style.find(w("name"))
        if name is None or name.get(w("val"), "").lower() != MARK_STYLE:
            continue
        look = style.find(w("rPr"))
        look = etree.SubElement(style, w("rPr")) if look is None else look
        fonts = look.find(w("rFonts"))
        if fonts is None:
            fonts = etree.Element(w("rFonts"))
            look.insert(0, fonts)
        fonts.set(w("cstheme"), "minorHAnsi")
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def with_separators(settings: bytes) -> bytes:
    """The settings, with the separators of a part that this module added."""
    tree = parse_part(settings)
    for old in tree.findall(w("footnotePr")):
        tree.remove(old)
    properties = etree.Element(w("footnotePr"))
    for _, number in _SEPARATORS:
        etree.SubElement(properties, w("footnote"), {w("id"): str(number)})
    place = next((at for at, child in enumerate(tree) if child.tag in _AFTER), len(tree))
    tree.insert(place, properties)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _empty_part() -> str:
    notes = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for kind, number in _SEPARATORS
    )
    return f'{HEAD}<w:footnotes xmlns:w="{W}" xmlns:r="{R}">{notes}</w:footnotes>'


def _link(relationships: bytes, name: str) -> dict[str, str]:
    ids = {link.get("Id") for link in parse_part(relationships)}
    id = "rIdFootnotes"
    while id in ids:
        id += "1"
    return {"Id": id, "Type": f"{R}/footnotes", "Target": f"/{name}"}


def _with_child(part: bytes, namespace: str, kind: str, attributes: dict[str, str]) -> bytes:
    tree = parse_part(part)
    etree.SubElement(tree, f"{{{namespace}}}{kind}", attributes)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
