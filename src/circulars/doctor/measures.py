"""Compares the margins and the size of the text in a Word template with those of the pages of the PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from circulars.doctor.findings import TemplateFinding
from circulars.doctor.paper import size_of_text
from circulars.doctor.window import PageMeasures, shown
from circulars.doctor.word import WordTemplate
from circulars.render.docx.markup import w
from circulars.render.docx.sections import sections_of

CODE: Final = "measure-mismatch"
_TWIPS: Final = 1440 / 25.4
_TOLERANCE: Final = 0.4  # millimetres: programs round


@dataclass(frozen=True, slots=True)
class _Measured:
    """An attribute of a Word template that should have another value; lengths are shown in ``unit``."""

    what: str
    found: float
    wanted: float
    unit: str
    holders: tuple[etree._Element, ...]
    attribute: str
    value: int


def measure_findings(word: WordTemplate, page: PageMeasures) -> Iterator[TemplateFinding]:
    """The margins and the size of the text that differ from those of the PDF."""
    for one in _differing(word, page):
        fact = f"{one.what} is {shown(one.found)} {one.unit}; in the PDF it is {shown(one.wanted)} {one.unit}"
        remedy = "correct 'margins:' or 'type:' in pack.yaml if they are wrong"
        yield TemplateFinding(CODE, fact, remedy, repair="sets the template's measures")


def fix_measures(word: WordTemplate, page: PageMeasures) -> Iterator[tuple[str, str]]:
    """Sets the margins and the size of the text to those of the PDF."""
    for one in list(_differing(word, page)):
        for holder in one.holders:
            holder.set(w(one.attribute), str(one.value))
        yield CODE, f"{one.what} is now {shown(one.wanted)} {one.unit}"


def _differing(word: WordTemplate, page: PageMeasures) -> Iterator[_Measured]:
    margins = [one for section in sections_of(word.trees[word.main]) for one in section.iter(w("pgMar"))]
    for side in ("top", "right", "bottom", "left"):
        wanted = getattr(page, side)
        for margin in margins:
            text = margin.get(w(side), "")
            found = int(text) / _TWIPS if re.fullmatch(r"[0-9]{1,5}", text) else wanted
            if abs(found - wanted) > _TOLERANCE:
                yield _Measured(f"the {side} margin", found, wanted, "mm", (margin,), side, round(wanted * _TWIPS))
    sizes = size_of_text(word)
    if sizes and page.size:
        found = int(sizes[0].get(w("val"), "0")) / 2
        if abs(found - page.size) > 0.25:
            yield _Measured("the size of the text", found, page.size, "pt", sizes, "val", round(page.size * 2))
