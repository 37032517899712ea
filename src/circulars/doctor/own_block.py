"""Makes the measures of an addressee's block in somebody's Word file explicit, so that its window can be measured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from circulars.doctor.fix_parts import Fix
from circulars.doctor.styles import free_id
from circulars.doctor.word import WordTemplate
from circulars.render.docx.effective import StyleSheet, bases, number
from circulars.render.docx.markup import w
from circulars.render.docx.stationery import styles_of

STYLE: Final = "Addressee block"
_TAG: Final = re.compile(r"\{\{r?\s*addressee\s*\}\}")
_LINE: Final = 1.22  # of the size
_SIZE: Final = 20.0  # half points, if the file does not say it
_SIDES: Final = ("left", "right")
_OTHER_NAMES: Final = {"left": "start", "right": "end"}
_AFTER_INDENT: Final = (
    "contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId "
    "cnfStyle rPr sectPr pPrChange"
).split()
_AFTER_MARGINS: Final = "textDirection tcFitText vAlign hideMark headers cellIns cellDel cellMerge tcPrChange".split()


def has_block(word: WordTemplate) -> bool:
    """Whether the body has an addressee's block."""
    return bool(_blocks(word))


def settle_block(word: WordTemplate) -> Iterator[Fix]:
    """Gives the only block in a row of a table a style, indents and margins of its own, where it has none.

    It stays where it is: the padding of its cell becomes its indents.
    """
    blocks, styles = _blocks(word), word.part("styles")
    cell = next(blocks[0].iterancestors(w("tc")), None) if len(blocks) == 1 else None
    if cell is None or styles is None:
        return
    block, sheet = blocks[0], StyleSheet(styles)
    name = styles_of(styles).get(STYLE.lower())
    is_own = name is not None and sheet.style_of(block) == name.get(w("styleId"), "")
    has_indents = block.find(f"{w('pPr')}/{w('ind')}") is not None
    if is_own and has_indents:
        return
    if not is_own:
        _give_style(block, styles, sheet)
    padding = {side: _padding(cell, sheet, side) for side in (*_SIDES, "top")}
    _indent(block, sheet, padding)
    _give_margins(cell, {"top": padding["top"], "left": 0, "right": 0})
    yield "window-mismatch", f"the addressee's block has the style '{STYLE}', and measures of its own"


def _blocks(word: WordTemplate) -> list[etree._Element]:
    """The paragraphs with the block's tag; Word shows no text outside runs."""
    paragraphs = word.trees[word.main].iter(w("p"))
    shown = f".//{w('r')}/{w('t')}"
    return [one for one in paragraphs if _TAG.search("".join(node.text or "" for node in one.iterfind(shown)))]


def _give_style(block: etree._Element, styles: etree._Element, sheet: StyleSheet) -> None:
    """Gives the block the style, which is made from its own formatting if the file does not have it."""
    named = styles_of(styles).get(STYLE.lower())
    if named is None:
        run = next(block.iter(w("r")))
        size = number(sheet.of_run(run, block, "sz", "val")) or _SIZE
        named = etree.SubElement(
            styles,
            w("style"),
            {w("type"): "paragraph", w("customStyle"): "1", w("styleId"): free_id(styles, "AddresseeBlock")},
        )
        etree.SubElement(named, w("name"), {w("val"): STYLE})
        if base := sheet.style_of(block):
            etree.SubElement(named, w("basedOn"), {w("val"): base})
        spacing = {"before": "0", "after": "0", "line": str(round(size * 10 * _LINE)), "lineRule": "exact"}
        etree.SubElement(
            etree.SubElement(named, w("pPr")), w("spacing"), {w(key): value for key, value in spacing.items()}
        )
        etree.SubElement(etree.SubElement(named, w("rPr")), w("sz"), {w("val"): f"{size:g}"})
    properties = block.find(w("pPr"))
    if properties is None:
        properties = etree.Element(w("pPr"))
        block.insert(0, properties)
    for old in [*properties.findall(w("pStyle")), *properties.findall(w("spacing"))]:
        properties.remove(old)
    properties.insert(0, etree.Element(w("pStyle"), {w("val"): named.get(w("styleId"), "")}))


def _padding(cell: etree._Element, sheet: StyleSheet, side: str) -> int:
    """The space at a side of a cell: its own, its table's, or that of the table's style."""
    table = next(cell.iterancestors(w("tbl")))
    style = table.find(f"{w('tblPr')}/{w('tblStyle')}")
    standard = (one for one in sheet.by_id.values() if (one.get(w("type")), one.get(w("default"))) == ("table", "1"))
    id = style.get(w("val"), "") if style is not None else next((one.get(w("styleId"), "") for one in standard), "")
    holders = [cell.find(f"{w('tcPr')}/{w('tcMar')}"), table.find(f"{w('tblPr')}/{w('tblCellMar')}")]
    holders += [one.find(f"{w('tblPr')}/{w('tblCellMar')}") for one in bases(id, sheet.by_id)]
    for holder in holders:
        for name in (side, _OTHER_NAMES.get(side, side)):
            space = holder.find(w(name)) if holder is not None else None
            if space is not None and (found := number(space.get(w("w")))) is not None:
                return round(found)
    return 0


def _indent(block: etree._Element, sheet: StyleSheet, padding: dict[str, int]) -> None:
    own = {side: number(sheet.of_paragraph(block, "ind", side, _OTHER_NAMES[side])) or 0 for side in _SIDES}
    properties = block.find(w("pPr"))
    assert properties is not None
    for old in properties.findall(w("ind")):
        properties.remove(old)
    indent = etree.Element(w("ind"), {w(side): str(round(own[side] + padding[side])) for side in _SIDES})
    later = [one for one in properties if etree.QName(one).localname in _AFTER_INDENT]
    properties.insert(len(properties) - len(later), indent)


def _give_margins(cell: etree._Element, margins: dict[str, int]) -> None:
    properties = cell.find(w("tcPr"))
    if properties is None:
        properties = etree.Element(w("tcPr"))
        cell.insert(0, properties)
    for old in properties.findall(w("tcMar")):
        properties.remove(old)
    inner = etree.Element(w("tcMar"))
    for side, width in margins.items():
        etree.SubElement(inner, w(side), {w("w"): str(width), w("type"): "dxa"})
    later = [one for one in properties if etree.QName(one).localname in _AFTER_MARGINS]
    properties.insert(len(properties) - len(later), inner)
