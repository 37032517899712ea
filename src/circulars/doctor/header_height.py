"""Estimates where the text of a Word file's first page begins: below a header that is higher than the upper margin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from circulars.doctor.word import WordTemplate
from circulars.files.opc import target_of
from circulars.model.sheet import USUAL_TYPEFACE
from circulars.render.docx.effective import StyleSheet, number
from circulars.render.docx.markup import WP, typed_text, w
from circulars.render.docx.sections import references_of, sections_of

_DISTANCE: Final = 720  # twips from the edge of the page, if the file does not say it
_SIZE: Final = 20.0  # half points, if the file does not say it
_EMU: Final = 635  # in a twip
_INLINE: Final = f"{{{WP}}}inline"
_CONTROL: Final = (w("sdt"), w("sdtContent"))
_STATEMENT: Final = re.compile(r"\s*\{%p\b.*%\}\s*", re.DOTALL)


def text_top(word: WordTemplate, upper: int) -> int:
    """Where the text of the first page begins, in twips from its upper edge; ``upper`` is the margin.

    The heights of lines are those of the usual typeface, so the result may differ by a millimetre from Word's.
    """
    section = next(iter(sections_of(word.trees[word.main])), None)
    styles = word.part("styles")
    if section is None or styles is None:
        return upper
    margins = section.find(w("pgMar"))
    distance = number(margins.get(w("header"))) if margins is not None else None
    header = _header_of(word, section)
    if header is None:
        return upper
    sheet = StyleSheet(styles)
    return max(upper, round((_DISTANCE if distance is None else distance) + sum(_heights(header, sheet))))


def _header_of(word: WordTemplate, section: etree._Element) -> etree._Element | None:
    """The header of the first page, or None."""
    wanted = "first" if section.find(w("titlePg")) is not None else "default"
    ids = [id for kind, type, id in references_of(section) if (kind, type) == ("header", wanted)]
    own = (link for owner, link in word.links() if owner == word.main and link.get("Id", "") in ids)
    return next((word.trees.get(target_of(link, word.main)) for link in own), None)


def _heights(holder: etree._Element, sheet: StyleSheet) -> Iterator[float]:
    """The heights of the paragraphs and tables in a header or a cell, in twips."""
    for element in _inside(holder, "p", "tbl"):
        if element.tag == w("p"):
            yield _paragraph(element, sheet)
        else:
            yield from (_row(row, sheet) for row in _inside(element, "tr"))


def _inside(holder: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The elements with these names that are directly in another, or in a content control in it."""
    for element in holder:
        if element.tag in _CONTROL:
            yield from _inside(element, *names)
        elif element.tag in map(w, names):
            yield element


def _row(row: etree._Element, sheet: StyleSheet) -> float:
    height = row.find(f"{w('trPr')}/{w('trHeight')}")
    stated = number(height.get(w("val"))) if height is not None else None
    if stated and height is not None and height.get(w("hRule")) == "exact":
        return stated
    return max([stated or 0.0, *(sum(_heights(cell, sheet)) for cell in _inside(row, "tc"))])


def _paragraph(paragraph: etree._Element, sheet: StyleSheet) -> float:
    text = typed_text(paragraph)
    if _STATEMENT.fullmatch(text):
        return 0.0
    runs = [*paragraph.iter(w("r"))]
    sizes = [number(sheet.of_run(run, paragraph, "sz", "val")) or _SIZE for run in runs]
    own = number(sheet.of_style(sheet.style_of(paragraph), "rPr", "sz", "val")) or _SIZE
    natural = max(sizes or [own]) * 10 * USUAL_TYPEFACE.line
    line = number(sheet.of_paragraph(paragraph, "spacing", "line"))
    rule = sheet.of_paragraph(paragraph, "spacing", "lineRule")
    height = natural if not line else line if rule == "exact" else natural * line / 240
    if line and rule == "atLeast":
        height = max(natural, line)
    extents = (inline.find("{*}extent") for inline in paragraph.iter(_INLINE))
    picture = max((float(one.get("cy", 0)) / _EMU for one in extents if one is not None), default=0.0)
    breaks = sum(1 for run in runs for _ in run.iter(w("br"), w("cr")))
    space = sum(number(sheet.of_paragraph(paragraph, "spacing", side)) or 0 for side in ("before", "after"))
    return max(height, picture) + breaks * height + space
