"""Keeps of a Word template what letters need: the parts, settings and attributes on these lists, and nothing else.

What a template says about the people and the computers that worked on it (``word_traces``) is on none of the lists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from circulars.files.opc import OFFICE, content_types, is_xml, parse_part, target_of
from circulars.files.picture_metadata import without_metadata
from circulars.files.word_kinds import HYPERLINK, PART_TYPES
from circulars.files.word_traces import MAIN, NAMED_PICTURES, NOBODY, PATH

_NEEDED: Final = (
    "styles", "numbering", "settings", "webSettings", "fontTable", "font", "theme", "themeOverride", "header", "footer",
    "footnotes", "endnotes", "image", "hdphoto", "chart", "chartEx", "chartUserShapes", "chartStyle", "chartColorStyle",
    "diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors", "diagramDrawing",
)  # fmt: skip
"""The last words of the types of relationships that letters need."""
_TYPES: Final = frozenset(
    {type for type in PART_TYPES if type.rpartition("/")[2] in _NEEDED} | {f"{OFFICE}/image", HYPERLINK}
)
_INK: Final = "http://www.w3.org/2003/InkML"

_SETTINGS: Final = frozenset(
    """
    writeProtection view zoom removePersonalInformation removeDateAndTime doNotDisplayPageBoundaries
    displayBackgroundShape printPostScriptOverText printFractionalCharacterWidth printFormsData embedTrueTypeFonts
    embedSystemFonts saveSubsetFonts saveFormsData mirrorMargins alignBordersAndEdges bordersDoNotSurroundHeader
    bordersDoNotSurroundFooter gutterAtTop hideSpellingErrors hideGrammaticalErrors formsDesign stylePaneFormatFilter
    stylePaneSortMethod documentType trackRevisions doNotTrackMoves doNotTrackFormatting documentProtection
    autoFormatOverride styleLockTheme styleLockQFSet defaultTabStop autoHyphenation consecutiveHyphenLimit
    hyphenationZone doNotHyphenateCaps showEnvelope summaryLength clickAndTypeStyle defaultTableStyle evenAndOddHeaders
    bookFoldRevPrinting bookFoldPrinting bookFoldPrintingSheets drawingGridHorizontalSpacing drawingGridVerticalSpacing
    displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery doNotUseMarginsForDrawingGridOrigin
    drawingGridHorizontalOrigin drawingGridVerticalOrigin doNotShadeFormData noPunctuationKerning
    characterSpacingControl printTwoOnOne strictFirstAndLastChars noLineBreaksAfter noLineBreaksBefore
    doNotValidateAgainstSchema ignoreMixedContent alwaysShowPlaceholderText updateFields hdrShapeDefaults footnotePr
    endnotePr compat mathPr themeFontLang clrSchemeMapping doNotIncludeSubdocsInStats doNotAutoCompressPictures
    forceUpgrade captions readModeInkLockDown shapeDefaults doNotEmbedSmartTags decimalSymbol listSeparator
    discardImageEditingData defaultImageDpi chartTrackingRefBased conflictMode
    """.split()
)  # fmt: skip
"""The settings that letters keep (ECMA-376, part 1, 17.15.1), by local name."""

_MARKS: Final = tuple(
    f"{{{MAIN}}}{name}"
    for name in (
        "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "permStart", "permEnd",
        "printerSettings",
    )
)  # fmt: skip
"""The elements of stories that belong to parts which letters do not get, or that name people."""
_REVISIONS: Final = etree.XPath("//@w:*[starts-with(local-name(), 'rsid')]", namespaces={"w": MAIN})
_CHANGED: Final = etree.XPath("//*[@w:author]", namespaces={"w": MAIN})
_IDS: Final = etree.XPath(
    "//@w14:paraId | //@w14:textId", namespaces={"w14": "http://schemas.microsoft.com/office/word/2010/wordml"}
)
_DATES: Final = ("date", "dateUtc", "initials")


def kept_parts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a template without what letters do not need. Parts that only have what they need are unchanged.

    Raises:
        lxml.etree.XMLSyntaxError: a part is broken.
    """
    kept = {name: _kept_links(parts, name) if name.endswith(".rels") else part for name, part in parts.items()}
    types = content_types(parts)
    return {name: _kept_part(part) if _is_edited(name, types) else _plain(name, part) for name, part in kept.items()}


def is_needed(link: etree._Element, owner: str, parts: Mapping[str, bytes]) -> bool:
    """Whether letters need what a relationship of the part ``owner`` leads to."""
    if link.get("Type") == f"{OFFICE}/customXml":  # only drawings by hand; the rest is data of other programs
        data = parts.get(target_of(link, owner), b"")
        return _INK.encode() in data and str(parse_part(data).tag).startswith(f"{{{_INK}}}")
    return link.get("Type") in _TYPES


def clean(root: etree._Element) -> bool:
    """Removes from a story, the settings, the styles or the lists what letters do not keep; whether there was any."""
    removed = [*root.iter(*_MARKS), *root.iter(f"{{{MAIN}}}rsid")]
    if root.tag == f"{{{MAIN}}}settings":
        removed += [child for child in root if str(child.tag).rpartition("}")[2] not in _SETTINGS]
    for element in removed:
        _remove(element)
    return any((removed, _without_revisions(root), _without_authors(root), _without_folders(root)))


def _kept_links(parts: Mapping[str, bytes], name: str) -> bytes:
    owner = re.sub(r"_rels/([^/]*)\.rels$", r"\1", name)
    root = parse_part(parts[name])
    unneeded = [link for link in root if isinstance(link.tag, str) and not is_needed(link, owner, parts)]
    if not owner or not unneeded:  # the relationships of the file itself are written anew
        return parts[name]
    for link in unneeded:
        root.remove(link)
    return _written(root)


def _is_edited(name: str, types: Mapping[str, str]) -> bool:
    own = name.endswith(".xml") and not name.startswith(("customXml/", "docProps/", "["))
    return own and is_xml(name, types)


def _plain(name: str, part: bytes) -> bytes:
    """A part without metadata, if it is a picture."""
    return part if name.endswith((".xml", ".rels")) else without_metadata(part)


def _kept_part(part: bytes) -> bytes:
    if not part.strip():
        return part
    root = parse_part(part)
    # Parsing has removed comments, in which programs write what they like.
    is_changed = any((clean(root), _without_names_of_controls(root), _without_ids(root)))
    return _written(root) if is_changed or b"<!--" in part else part


def _without_names_of_controls(root: etree._Element) -> bool:
    """Removes the titles and tags of content controls, which their author sees in Word."""
    named = [*root.iter(f"{{{MAIN}}}alias", f"{{{MAIN}}}tag")]
    for element in named:
        _remove(element)
    return bool(named)


def _without_ids(root: etree._Element) -> bool:
    """Removes the ids of paragraphs, by which copies of a file are recognized."""
    found = _listed(_IDS(root))
    for value in found:
        value.getparent().attrib.pop(value.attrname)
    return bool(found)


def _without_revisions(root: etree._Element) -> bool:
    found = _listed(_REVISIONS(root))
    for value in found:
        value.getparent().attrib.pop(value.attrname)
    return bool(found)


def _without_authors(root: etree._Element) -> bool:
    """Names nobody as the author of tracked changes, as Word does when it removes personal information."""
    found = _listed(_CHANGED(root))
    changed = [one for one in found if one.get(f"{{{MAIN}}}author") != NOBODY]
    for element in found:
        element.set(f"{{{MAIN}}}author", NOBODY)
        for key in [key for key in element.attrib if str(key).rpartition("}")[2] in _DATES]:
            element.attrib.pop(key)
    return bool(changed)


def _without_folders(root: etree._Element) -> bool:
    """Leaves of the names of pictures only the file's own name."""
    found = _listed(NAMED_PICTURES(root))
    named = [value for value in found if PATH.match(value)]
    for value in named:
        value.getparent().set(value.attrname, re.split(r"[/\\]", value.rstrip("/\\"))[-1])
    return bool(named)


def _listed(found: object) -> list[Any]:
    assert isinstance(found, list)
    return found


def _remove(element: etree._Element) -> None:
    """Removes an element; the text after it stays."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
