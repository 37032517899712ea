"""Reads the fields of a Word file: the code of each, and the words that it shows until a program computes it again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from circulars.files.opc import text_of

_NAME: Final = re.compile(r"\s*(=|[A-Za-z]+)")
_SHOWN: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass(slots=True)
class ShownField:
    """A field, which begins at ``element``.

    ``marks`` are the elements that make it a field: with them removed, only its words are left. ``inner`` are the names
    of the fields in its code.
    """

    element: etree._Element
    code: str = ""
    words: str = ""
    shows: bool = False
    marks: list[etree._Element] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the field in capitals, or ""."""
        found = _NAME.match(self.code)
        return found[1].upper() if found else ""

    @property
    def argument(self) -> str:
        """The word after the name, without quotation marks."""
        found = _NAME.match(self.code)
        words = self.code[found.end() :].split() if found else []
        return words[0].strip('"“”') if words else ""


def shown_fields(root: etree._Element) -> Iterator[ShownField]:
    """Every field of a part, nested fields before the fields around them. Fields without an end come last."""
    fields: list[ShownField] = []
    for element in root.iter("*"):
        name = _name(element)
        if name == "fldSimple":
            simple = ShownField(element, attribute(element, "instr"), "".join(map(shown_text, element.iter())), True)
            simple.marks.append(element)
            yield simple
        elif name == "fldChar":
            yield from _marked(element, attribute(element, "fldCharType"), fields)
        elif name in ("instrText", "delInstrText"):
            _add(element, fields, text_of(element) if name == "instrText" else "", is_code=True)
        elif shown := shown_text(element):
            _add(element, fields, shown)
    yield from reversed(fields)


def _marked(mark: etree._Element, kind: str, fields: list[ShownField]) -> Iterator[ShownField]:
    for one in fields:
        if not one.shows:
            one.marks.append(mark)
    if kind == "begin":
        fields.append(ShownField(mark, marks=[mark]))
    elif kind == "separate" and fields:
        fields[-1].shows = True
        fields[-1].marks.append(mark)
    elif kind == "end" and fields:
        ended = fields.pop()
        ended.marks.append(mark)
        if fields and not fields[-1].shows:
            fields[-1].inner.append(ended.name)
        yield ended


def _add(element: etree._Element, fields: list[ShownField], text: str, *, is_code: bool = False) -> None:
    for one in fields:
        if not one.shows:
            one.marks.append(element)
        elif not is_code:
            one.words += text
    if is_code and fields and not fields[-1].shows:
        fields[-1].code += text


def shown_text(element: etree._Element) -> str:
    """The text that an element by itself shows: of a piece of text, a tab or a line break."""
    if not isinstance(element.tag, str):
        return ""
    name = _name(element)
    if name == "t":
        return text_of(element)
    if name not in _SHOWN:
        return ""
    parent = element.getparent()
    is_stop = parent is not None and _name(parent) == "tabs"
    return "" if is_stop else _SHOWN[name]


def _name(element: etree._Element) -> str:
    # Elements are many, and QName is slow.
    return str(element.tag).rpartition("}")[2]


def attribute(element: etree._Element, name: str) -> str:
    """The value of an attribute in any namespace."""
    return next((str(value) for key, value in element.attrib.items() if etree.QName(key).localname == name), "")
