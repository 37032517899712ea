"""Has Word hyphenate where the pack asks for it, and nowhere else.

Word hyphenates a whole file or nothing, except the paragraphs that suppress it. So it is switched on in the settings,
suppressed for all paragraphs, and allowed again in some styles. Word does not hyphenate text that it does not
proofread: links and addresses.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from circulars.files.opc import parse_part
from circulars.model.sheet import Hyphens
from circulars.render.docx.markup import w

ADDRESSEE: Final = "addressee"
_COLUMNS: Final = ("table text", "table heading", "deadline item", ADDRESSEE)
_LISTS: Final = ("list bullet", "list bullet 2", "list number", "list number 2", "list")
_TEXT: Final = ("body text", "numbered paragraph", "note text", *_LISTS)
_LINK: Final = "hyperlink"
_SUPPRESSED: Final = "suppressAutoHyphens"
# 15 mm of a line must be empty. Words in capitals are not divided.
_SETTINGS: Final = (("autoHyphenation", ""), ("hyphenationZone", "850"), ("doNotHyphenateCaps", ""))
# What comes before these in the settings (ECMA-376, part 1, 17.15.1.78), and in a paragraph's properties (17.3.1.26).
_BEFORE_SETTINGS: Final = {
    w(name)
    for name in (
        "writeProtection view zoom removePersonalInformation removeDateAndTime doNotDisplayPageBoundaries "
        "displayBackgroundShape printPostScriptOverText printFractionalCharacterWidth printFormsData "
        "embedTrueTypeFonts embedSystemFonts saveSubsetFonts saveFormsData mirrorMargins alignBordersAndEdges "
        "bordersDoNotSurroundHeader "
        "bordersDoNotSurroundFooter gutterAtTop hideSpellingErrors hideGrammaticalErrors activeWritingStyle proofState "
        "formsDesign attachedTemplate linkStyles stylePaneFormatFilter stylePaneSortMethod documentType mailMerge "
        "revisionView trackRevisions doNotTrackMoves doNotTrackFormatting documentProtection autoFormatOverride "
        "styleLockTheme styleLockQFSet defaultTabStop"
    ).split()
}
_BEFORE_SUPPRESSED: Final = {
    w(name)
    for name in (
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs"
    ).split()
}
_BEFORE_NO_PROOF: Final = {
    w(name)
    for name in ("rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint").split()
}
_BEFORE_PROPERTIES: Final = {
    w(name)
    for name in (
        "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
        "personal personalCompose personalReply rsid pPr"
    ).split()
}
_PARAGRAPH: Final = re.compile(r"<w:p(?: [^<>]*)?>.*?</w:p>", re.DOTALL)


def with_hyphens(settings: bytes, hyphens: Hyphens) -> bytes:
    """The settings of a Word file that hyphenates, or not."""
    tree = parse_part(settings)
    for name in (*(name for name, _ in _SETTINGS), "consecutiveHyphenLimit"):
        for old in tree.findall(w(name)):
            tree.remove(old)
    if hyphens != "none":
        place = _place(tree, _BEFORE_SETTINGS)
        for at, (name, value) in enumerate(_SETTINGS):
            tree.insert(place + at, etree.Element(w(name), {w("val"): value} if value else {}))
    return _written(tree)


def with_hyphenated_styles(styles: bytes, hyphens: Hyphens) -> bytes:
    """The styles; only paragraphs in columns, or also those of the text, are hyphenated, and no link is."""
    tree = parse_part(styles)
    for old in tree.findall(f".//{w(_SUPPRESSED)}"):
        properties = old.getparent()
        assert properties is not None
        properties.remove(old)
    if hyphens == "none":
        return _written(tree)
    allowed = _COLUMNS + _TEXT * (hyphens == "text")
    defaults = tree.find(f"{w('docDefaults')}/{w('pPrDefault')}")
    if defaults is not None:
        _suppress(_within(defaults, "pPr", set()), "1")
    for style in tree.findall(w("style")):
        named = style.find(w("name"))
        name = named.get(w("val"), "").lower() if named is not None else ""
        if style.get(w("type")) == "paragraph" and name in allowed:
            _suppress(_within(style, "pPr", _BEFORE_PROPERTIES - {w("pPr")}), "0")
        elif style.get(w("type")) == "paragraph" and defaults is None and style.get(w("default")):
            _suppress(_within(style, "pPr", _BEFORE_PROPERTIES - {w("pPr")}), "1")
        elif name == _LINK:
            look = _within(style, "rPr", _BEFORE_PROPERTIES)
            if look.find(w("noProof")) is None:
                look.insert(_place(look, _BEFORE_NO_PROOF), etree.Element(w("noProof")))
    return _written(tree)


def with_whole_addresses(text: str, style: str) -> str:
    """The body of a letter, in which no line of an address of an addressee is hyphenated; ``style`` is that of them."""
    opening = f'<w:pStyle w:val="{style}"/>'
    properties = re.compile(f"{re.escape(opening)}(?:<w:(?:keepNext|keepLines|widowControl)/>)*")
    if opening not in text:
        return text

    def whole(paragraph: re.Match[str]) -> str:
        if opening not in paragraph[0] or "<w:br/>" not in paragraph[0]:
            return paragraph[0]
        return properties.sub(rf"\g<0><w:{_SUPPRESSED}/>", paragraph[0], count=1)

    return _PARAGRAPH.sub(whole, text)


def _suppress(properties: etree._Element, value: str) -> None:
    element = etree.Element(w(_SUPPRESSED), {w("val"): value} if value == "0" else {})
    properties.insert(_place(properties, _BEFORE_SUPPRESSED), element)


def _within(parent: etree._Element, name: str, before: set[str]) -> etree._Element:
    """The child with this name; it is inserted if it is missing."""
    child = parent.find(w(name))
    if child is None:
        child = etree.Element(w(name))
        parent.insert(_place(parent, before), child)
    return child


def _place(parent: etree._Element, before: set[str]) -> int:
    """Where a child comes that follows some others."""
    return max((at + 1 for at, child in enumerate(parent) if child.tag in before), default=0)


def _written(tree: etree._Element) -> bytes:
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
