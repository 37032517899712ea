"""Reads the words of a Word template's paragraphs, and how large they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from circulars.render.docx.effective import StyleSheet, number
from circulars.render.docx.markup import w
from circulars.render.docx.misshown import Misshown

CODE: Final = "cut-off-words"
MM: Final = 1440 / 25.4
"""The twips of a millimetre."""
_TAG: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_STATEMENT: Final = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_WHOLE: Final = re.compile(r"\s*\{\{p\s.*\}\}\s*", re.DOTALL)  # is replaced by paragraphs of letters
LEAST_TEXT: Final = 10 * MM  # the width of a line that holds a word
LEAST_LINE: Final = 0.7  # of the font size: capital letters do not fit below that
USUAL_LINE: Final = 1.1  # of the font size: the least height of a line of usual fonts
FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclass(frozen=True, slots=True)
class SizedWords:
    """A paragraph with words, and the sizes (points) of its runs that have some."""

    element: etree._Element
    text: str
    runs: tuple[tuple[etree._Element, float], ...]

    @property
    def size(self) -> float:
        return min((size for _, size in self.runs), default=10)

    @property
    def has_tag(self) -> bool:
        return bool(_TAG.search(self.text))

    @property
    def is_replaced(self) -> bool:
        return bool(_WHOLE.fullmatch(self.text))

    def fault(self, fact: str, remedy: str) -> Misshown:
        found = _TAG.search(self.text)
        quoted = " ".join((found[0] if found else self.text).split())
        return Misshown(CODE, self.element, f"'{quoted[:60]}' {fact}", remedy, stops=self.has_tag)


def words_of(paragraph: etree._Element, sheet: StyleSheet) -> SizedWords | None:
    """A paragraph's words, without those of boxes in it; None if it has none, or if older programs alone show it."""
    texts = [node for node in paragraph.iter(w("t")) if next(node.iterancestors(w("p"))) is paragraph]
    text = "".join(node.text or "" for node in texts)
    if not _STATEMENT.sub("", text).strip() or next(paragraph.iterancestors(FALLBACK), None) is not None:
        return None
    runs = dict.fromkeys(run for node in texts if (node.text or "").strip() for run in node.iterancestors(w("r")))
    own = [run for run in runs if next(run.iterancestors(w("p")), None) is paragraph]
    return SizedWords(paragraph, text, tuple((run, _size(run, paragraph, sheet)) for run in own))


def _size(run: etree._Element, paragraph: etree._Element, sheet: StyleSheet) -> float:
    return (number(sheet.of_run(run, paragraph, "sz", "val")) or 20) / 2


def words_in_element(element: etree._Element, words: Mapping[etree._Element, SizedWords]) -> list[SizedWords]:
    return [words[paragraph] for paragraph in element.iter(w("p")) if paragraph in words]


def first_of(words: list[SizedWords]) -> SizedWords:
    """The first paragraph with a tag, or the first."""
    return next((one for one in words if one.has_tag), words[0])


def in_mm(twips: float) -> str:
    return f"{twips / MM:.0f} mm"


def in_points(twips: float) -> str:
    return f"{twips / 20:g} pt"
