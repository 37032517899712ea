"""Sets the fonts of a Word template's letters for a language: its slots, slants and line heights.

Word takes the font of each character from one of four slots: ``w:ascii`` and ``w:hAnsi``, ``w:cs`` for what is written
from right to left, ``w:eastAsia`` for Chinese, Japanese and Korean. The part *fontTable* names, for each font, one to
take where it is not installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lxml import etree

from circulars.files.opc import parse_part
from circulars.model.fonts import EAST_ASIAN, RIGHT_TO_LEFT, UPRIGHT, FontChoice, PackFonts, is_one_of
from circulars.render.docx.markup import A, typed_text, w

WITH_PICTURES: Final = ("signature picture", "link code")
"""Styles of paragraphs with a picture, which a line of a fixed height would cut off."""
# Of Windows' character sets and Word's families, by which Word chooses if neither font of an entry is installed.
_CHARSETS: Final = {
    "ar": "B2", "fa": "B2", "ur": "B2", "he": "B1", "yi": "B1", "zh": "86", "zh-TW": "88", "zh-HK": "88",
    "ja": "80", "ko": "81",
}  # fmt: skip
_BEFORE_SPACING: Final = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid"
).split()
_THEMED: Final = {"eastAsia": "eastAsiaTheme", "cs": "cstheme"}


def in_fonts(styles: bytes, fonts: PackFonts, language: str, size: float) -> bytes:
    """The styles with the fonts of a language; ``size`` is that of the pack's type in points.

    Styles have no fonts of their own for other scripts, so that the pack's are used.
    """
    if not fonts.own:
        return styles
    tree = parse_part(styles)
    named = _slots(fonts, language)
    for choice in tree.iter(w("rFonts")):
        for slot in named:
            for name in (slot, _THEMED[slot]):
                choice.attrib.pop(w(name), "")
    for look in tree.iterfind(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}"):
        slots = look.find(w("rFonts"))
        if slots is None:
            slots = etree.Element(w("rFonts"))
            look.insert(0, slots)
        for slot, family in named.items():
            slots.set(w(slot), family)
    own = fonts.choice(language)
    if is_one_of(language, UPRIGHT):
        _set_upright(tree)
    if own and own.line:
        rule = "exact" if is_one_of(language, RIGHT_TO_LEFT) else "atLeast"
        _set_lines(tree, own.line, rule, size)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _slots(fonts: PackFonts, language: str) -> dict[str, str]:
    """The fonts of the slots for other scripts.

    In a letter that is not in such a language, words from right to left are in the font that Word has for them: some
    fonts of theirs have lines twice as high as those of Latin letters. East Asian words are in the pack's first font of
    theirs.
    """
    found: dict[str, str] = {}
    own, eastern = fonts.choice(language), _eastern(fonts, language)
    if own and is_one_of(language, RIGHT_TO_LEFT):
        found["cs"] = own.families[0]
    elif other := next((one.word for code, one in fonts.own if is_one_of(code, RIGHT_TO_LEFT) and one.word), ""):
        found["cs"] = other
    if eastern:
        found["eastAsia"] = eastern.families[0]
    return found


def _eastern(fonts: PackFonts, language: str) -> FontChoice | None:
    """The fonts of East Asian words in a letter: its own, or the pack's first ones."""
    own = fonts.choice(language) if is_one_of(language, EAST_ASIAN) else None
    return own or next((one for code, one in fonts.own if is_one_of(code, EAST_ASIAN)), None)


def _set_upright(tree: etree._Element) -> None:
    """Removes the slant of styles, which no text of the letter's script has, nor Latin words in it."""
    for element in [*tree.iter(w("i"), w("iCs"))]:
        element.getparent().remove(element)  # type: ignore[union-attr]  # the root is no slant


def _set_lines(tree: etree._Element, line: float, rule: str, size: float) -> None:
    """Gives paragraphs lines of one height, whatever fonts are in them; those of pictures keep theirs."""
    defaults = tree.find(f"{w('docDefaults')}/{w('pPrDefault')}/{w('pPr')}")
    if defaults is not None:
        _space(defaults, round(size * line * 20), rule)
    for style in tree.iter(w("style")):
        if style.get(w("type")) != "paragraph":
            continue
        name, points = style.find(w("name")), style.find(f"{w('rPr')}/{w('sz')}")
        fixed = style.find(f"{w('pPr')}/{w('spacing')}")
        if fixed is not None and fixed.get(w("lineRule")) == "exact":
            continue
        if name is not None and name.get(w("val"), "").lower() in WITH_PICTURES:
            _space(_paragraph_properties(style), 240, "auto")
        elif points is not None:
            _space(_paragraph_properties(style), round(float(points.get(w("val"), "22")) * 10 * line), rule)


def _paragraph_properties(style: etree._Element) -> etree._Element:
    found = style.find(w("pPr"))
    if found is None:
        found = etree.Element(w("pPr"))
        later = [child for child in style if child.tag in (w("rPr"), w("tblPr"), w("trPr"), w("tcPr"), w("tblStylePr"))]
        style.insert(len(style) - len(later), found)
    return found


def _space(properties: etree._Element, line: int, rule: str) -> None:
    """Sets the line height of paragraph properties, in twips or in 240ths of a line."""
    spacing = properties.find(w("spacing"))
    if spacing is None:
        spacing = etree.Element(w("spacing"))
        before = [child for child in properties if etree.QName(child).localname in _BEFORE_SPACING]
        properties.insert(len(before), spacing)
    spacing.set(w("line"), str(line))
    spacing.set(w("lineRule"), rule)


def keep_pictures(body: etree._Element, tags: Iterable[str] = (".mark", ".picture")) -> None:
    """Lets paragraphs with a picture grow with it, whatever the line height of the text."""
    for paragraph in body.iter(w("p")):
        words = typed_text(paragraph)
        if "{{" in words and any(f"{tag} }}}}" in words for tag in tags):
            properties = paragraph.find(w("pPr"))
            if properties is None:
                properties = etree.Element(w("pPr"))
                paragraph.insert(0, properties)
            _space(properties, 240, "auto")


def with_substitutes(table: bytes, fonts: PackFonts, language: str) -> bytes:
    """The font table with the fonts of a language, and the font that Word takes where one of them is not installed."""
    tree = parse_part(table)
    for choice in dict.fromkeys((fonts.usual, fonts.choice(language), _eastern(fonts, language))):
        if choice is None or not choice.word:
            continue
        family = choice.families[0]
        entry = next((one for one in tree if one.get(w("name")) == family), None)
        if entry is None:
            entry = etree.SubElement(tree, w("font"), {w("name"): family})
            code = next((code for code, one in fonts.own if one is choice), language)
            charset = _CHARSETS.get(code, _CHARSETS.get(code.partition("-")[0], "00"))
            kind = "roman" if "Serif" in family else "swiss"
            for name, value in (("charset", charset), ("family", kind), ("pitch", "variable")):
                etree.SubElement(entry, w(name), {w("val"): value})
        other = entry.find(w("altName"))
        if other is None:
            other = etree.Element(w("altName"))
            entry.insert(0, other)
        other.set(w("val"), choice.word)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def with_theme_fonts(theme: bytes, fonts: PackFonts, language: str, is_used: bool) -> bytes:
    """The theme with the fonts of East Asian text, which its marks of punctuation ask for, and of right-to-left text.

    Signs among letters from right to left ask for its font of Latin text. That is the pack's, if the template itself
    does not use the theme's.
    """
    tree = parse_part(theme)
    slots = _slots(fonts, language)
    families = {tag: slots[slot] for tag, slot in (("ea", "eastAsia"), ("cs", "cs")) if slot in slots}
    if is_one_of(language, RIGHT_TO_LEFT) and not is_used and fonts.usual.families:
        families["latin"] = fonts.usual.families[0]
    for role in ("majorFont", "minorFont"):
        for holder in tree.iter(f"{{{A}}}{role}"):
            for tag, family in families.items():
                face = holder.find(f"{{{A}}}{tag}")
                if face is not None:
                    face.set("typeface", family)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
