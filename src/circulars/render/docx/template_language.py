"""Sets the language and the text direction of a Word template."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from circulars.files.opc import parse_part
from circulars.model.directions import has_backward
from circulars.model.document import Direction
from circulars.model.fonts import EAST_ASIAN, WITH_OWN_MARKS, is_one_of
from circulars.render.docx.markup import FONT_OF_SIGNS, by_program, w
from circulars.render.docx.word_languages import of_latin, of_own_script

_ALIGNED: Final = re.compile(r'<w:lvlJc w:val="(left|start|right|end)"/>')
_LEVEL: Final = re.compile("<w:lvl .*?</w:lvl>", re.DOTALL)
_LATIN_FORMAT: Final = re.compile('<w:numFmt w:val="(?:decimal|bullet|(?:lower|upper)(?:Letter|Roman))"')
_OPPOSITE: Final = {"left": "right", "start": "right", "right": "left", "end": "left"}
_SIDES: Final = {"left": "right", "start": "right", "right": "left", "end": "left"}
_ORDER: Final = ("top", "left", "bottom", "right")
_OWN_LOOKS: Final = {"b": "bCs", "sz": "szCs"}
_AFTER_BIDI = {
    w(name)
    for name in (
        "adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc "
        "textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr"
    ).split()
}

_AFTER_SPACING: Final = {
    w(name)
    for name in (
        "printTwoOnOne strictFirstAndLastChars noLineBreaksAfter noLineBreaksBefore savePreviewPicture "
        "doNotValidateAgainstSchema saveInvalidXml ignoreMixedContent alwaysShowPlaceholderText "
        "doNotDemarcateInvalidXml saveXmlDataOnly useXSLTWhenSaving saveThroughXslt showXMLTags "
        "alwaysMergeEmptyNamespace updateFields hdrShapeDefaults footnotePr endnotePr compat docVars rsids mathPr "
        "attachedSchema themeFontLang clrSchemeMapping doNotIncludeSubdocsInStats doNotAutoCompressPictures "
        "forceUpgrade captions readModeInkLockDown smartTagType schemaLibrary shapeDefaults doNotEmbedSmartTags "
        "decimalSymbol listSeparator"
    ).split()
}
"""What comes after ``characterSpacingControl`` in the settings (ECMA-376, part 1, 17.15.1.78)."""
_BETWEEN = ("topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi")


def directed(body: etree._Element, direction: Direction) -> bytes:
    """The body, with its tables and its page set in the letter's direction."""
    if direction == "rtl":
        for properties in body.iter(w("tblPr")):
            if properties.find(w("bidiVisual")) is None:
                before = [child for child in properties if child.tag in (w("tblStyle"), w("tblpPr"), w("tblOverlap"))]
                properties.insert(len(before), etree.Element(w("bidiVisual")))
        _mirror_cells(body)
        for section in body.iter(w("sectPr")):
            after = [child for child in section if child.tag in (w("rtlGutter"), w("docGrid"), w("sectPrChange"))]
            section.insert(len(section) - len(after), etree.Element(w("bidi")))
    return etree.tostring(body)


def space_beside(side: str, width: int, direction: Direction) -> str:
    """The space at a side of a cell ("right") that is at the other side in a letter from right to left."""
    space, other = (f'<w:tcMar><w:{name} w:w="{width}" w:type="dxa"/></w:tcMar>' for name in (side, _SIDES[side]))
    return by_program(space, other) if direction == "rtl" else space


def space_before(width: int, others: Mapping[str, str], direction: Direction) -> str:
    """The space before the text of a cell, with those at its "top" and "bottom" as they are written."""
    top, bottom = others.get("top", ""), others.get("bottom", "")
    left = f'<w:tcMar>{top}<w:left w:w="{width}" w:type="dxa"/>{bottom}</w:tcMar>'
    right = f'<w:tcMar>{top}{bottom}<w:right w:w="{width}" w:type="dxa"/></w:tcMar>'
    return by_program(left, right) if direction == "rtl" else left


def complete_looks(part: etree._Element) -> None:
    """Gives letters from right to left the size and the weight of the others, as in the PDF.

    Word reads theirs from elements of their own. Who changes a style for Latin letters may leave these as they were.
    """
    for look in part.iter(w("rPr")):
        for name, own in _OWN_LOOKS.items():
            other = look.find(w(name))
            if other is None:
                continue
            for old in look.findall(w(own)):
                look.remove(old)
            value = other.get(w("val"))
            other.addnext(etree.Element(w(own), {w("val"): value} if value else {}))


def _mirror_cells(part: etree._Element) -> None:
    """Has all programs put the spaces beside the text of cells at the other side.

    In a table from right to left, the left side is the right one for Word, and the left one for LibreOffice.
    """
    for margins in [*part.iter(w("tblCellMar"), w("tcMar"))]:
        beside = [child for child in margins if etree.QName(child).localname in _SIDES]
        if len(beside) == 1 or len({tuple(space.attrib.values()) for space in beside}) > 1:
            mirrored = copy.deepcopy(margins)
            for space in [child for child in mirrored if etree.QName(child).localname in _SIDES]:
                space.tag = w(_SIDES[etree.QName(space).localname])
            mirrored[:] = sorted(mirrored, key=lambda space: _ORDER.index(etree.QName(space).localname))
            both = etree.fromstring(by_program(etree.tostring(margins).decode(), etree.tostring(mirrored).decode()))
            margins.getparent().replace(margins, both)  # type: ignore[union-attr]  # the root is no table


def with_aligned_labels(numbering: str, direction: Direction) -> str:
    """The numbering part, with the labels of its lists where each program expects them in a letter of a direction.

    In a paragraph from right to left, "left" is the right side for Word, and the left one for LibreOffice, which puts
    labels into the margin. Those without letters from right to left are in the font of Latin text, as other signs are.
    """
    if direction == "ltr":
        return numbering
    return _LEVEL.sub(_in_font_of_signs, _ALIGNED.sub(_for_both, numbering))


def _for_both(found: re.Match[str]) -> str:
    return by_program(found[0], f'<w:lvlJc w:val="{_OPPOSITE[found[1]]}"/>')


def _in_font_of_signs(found: re.Match[str]) -> str:
    level = found[0].replace("<w:rPr/>", "")
    if "<w:rFonts" in level or has_backward(level) or not _LATIN_FORMAT.search(level):
        return level
    if "<w:rPr>" in level:
        return level.replace("<w:rPr>", f"<w:rPr>{FONT_OF_SIGNS}")
    return level.removesuffix("</w:lvl>") + f"<w:rPr>{FONT_OF_SIGNS}</w:rPr></w:lvl>"


def in_language(styles: bytes, language: str, direction: Direction) -> bytes:
    """The styles, with the letter's language and direction as defaults."""
    tree = parse_part(styles)
    defaults = tree.find(w("docDefaults"))
    if defaults is None:
        defaults = etree.Element(w("docDefaults"))
        tree.insert(0, defaults)
    look = _within(_within(defaults, "rPrDefault", 0), "rPr", 0)
    for old in look.findall(w("lang")):
        look.remove(old)
    etree.SubElement(look, w("lang"), _spoken(language, direction))
    if direction == "rtl":
        _add_default(defaults, "bidi")
        _mirror_cells(tree)
        complete_looks(tree)
    elif is_one_of(language, WITH_OWN_MARKS):
        # As in the PDF, no mark of punctuation is beyond the end of a line.
        _add_default(defaults, "overflowPunct", "0")
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _add_default(defaults: etree._Element, name: str, value: str = "") -> None:
    """Adds a property to those of all paragraphs: "overflowPunct" or "bidi"."""
    paragraphs = _within(_within(defaults, "pPrDefault", 1), "pPr", 0)
    for old in paragraphs.findall(w(name)):
        paragraphs.remove(old)
    after = _AFTER_BIDI | ({w(one) for one in _BETWEEN} if name == "overflowPunct" else set())
    later = [child for child in paragraphs if child.tag in after]
    paragraphs.insert(len(paragraphs) - len(later), etree.Element(w(name), {w("val"): value} if value else {}))


def _within(parent: etree._Element, name: str, place: int) -> etree._Element:
    """The child with this name; it is inserted if it is missing."""
    child = parent.find(w(name))
    if child is None:
        child = etree.Element(w(name))
        parent.insert(place, child)
    return child


def _spoken(language: str, direction: Direction) -> dict[str, str]:
    own = of_own_script(language)
    east = {w("eastAsia"): own} if is_one_of(language, EAST_ASIAN) else {}
    return {w("val"): of_latin(language)} | east | ({w("bidi"): own} if direction == "rtl" else {})


def with_language_settings(settings: bytes, language: str, direction: Direction) -> bytes:
    """The settings, with the letter's language; two full-width marks of punctuation in a row are narrower together."""
    tree = parse_part(settings)
    theme = tree.find(w("themeFontLang"))
    if theme is not None:
        theme.attrib.clear()
        for name, value in _spoken(language, direction).items():
            theme.set(name, value)
    if is_one_of(language, WITH_OWN_MARKS):
        control = tree.find(w("characterSpacingControl"))
        if control is None:
            control = etree.Element(w("characterSpacingControl"))
            later = [child for child in tree if child.tag in _AFTER_SPACING]
            tree.insert(tree.index(later[0]) if later else len(tree), control)
        control.set(w("val"), "compressPunctuation")
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
