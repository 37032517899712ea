"""Computes the formatting that Word gives a paragraph or a run: its own, its styles', and the document's defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from circulars.render.docx.markup import w

_NUMBER: Final = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]+)?")


class StyleSheet:
    """The styles of a Word template, for looking up formatting."""

    def __init__(self, styles: etree._Element) -> None:
        self.by_id: Final[Mapping[str, etree._Element]] = {
            style.get(w("styleId"), ""): style for style in styles.iter(w("style"))
        }
        standard = (one for one in self.by_id.values() if one.get(w("default")) in ("1", "true", "on"))
        self._standard = {one.get(w("type"), ""): one.get(w("styleId"), "") for one in standard}
        self._defaults = styles.find(w("docDefaults"))
        self._found: dict[tuple[str, str, str, tuple[str, ...]], str] = {}

    def of_paragraph(self, paragraph: etree._Element, element: str, *attributes: str) -> str:
        """The value of the first attribute in a paragraph's formatting; "" if nothing sets it."""
        own = _attribute(paragraph.find(w("pPr")), element, attributes)
        return own if own else self.of_style(self.style_of(paragraph), "pPr", element, *attributes)

    def of_run(self, run: etree._Element, paragraph: etree._Element, element: str, *attributes: str) -> str:
        """The value of the first attribute in a run's formatting; "" if nothing sets it."""
        look = run.find(w("rPr"))
        if own := _attribute(look, element, attributes):
            return own
        style = look.find(w("rStyle")) if look is not None else None
        if style is not None and (found := self._of_bases(style.get(w("val"), ""), "rPr", element, attributes)):
            return found
        return self.of_style(self.style_of(paragraph), "rPr", element, *attributes)

    def of_style(self, id: str, kind: str, element: str, *attributes: str) -> str:
        """The value of the first attribute in the formatting of a style's paragraphs (pPr) or runs (rPr)."""
        key = (id, kind, element, attributes)
        if key not in self._found:
            found = self._of_bases(id, kind, element, attributes)
            if not found and self._defaults is not None:
                found = _attribute(self._defaults.find(f"{w(f'{kind}Default')}/{w(kind)}"), element, attributes)
            self._found[key] = found
        return self._found[key]

    def style_of(self, paragraph: etree._Element) -> str:
        """The id of a paragraph's style."""
        style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        id = style.get(w("val"), "") if style is not None else ""
        return id if id in self.by_id else self._standard.get("paragraph", "")

    def _of_bases(self, id: str, kind: str, element: str, attributes: tuple[str, ...]) -> str:
        values = (_attribute(style.find(w(kind)), element, attributes) for style in bases(id, self.by_id))
        return next(filter(None, values), "")


def bases(id: str, styles: Mapping[str, etree._Element]) -> Iterator[etree._Element]:
    """The style with an id, and the styles that it is based on, from ``styles`` by their ids."""
    seen: set[str] = set()
    while id in styles and id not in seen:
        seen.add(id)
        yield styles[id]
        base = styles[id].find(w("basedOn"))
        id = base.get(w("val"), "") if base is not None else ""


def _attribute(formatting: etree._Element | None, element: str, attributes: tuple[str, ...]) -> str:
    found = formatting.find(w(element)) if formatting is not None else None
    values = (found.get(w(one), "") for one in attributes) if found is not None else iter(())
    return next(filter(None, values), "")


def number(text: str | None) -> float | None:
    """A number of an attribute, or None if there is none, or if it has a unit of its own."""
    return float(text) if text and _NUMBER.fullmatch(text) else None
