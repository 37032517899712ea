"""Finds what a filled Word template shows otherwise than it is: words of links, and characters that nobody sees.

Word follows a link around words (``w:hyperlink``), of a field (HYPERLINK), of a shape (``hlinkClick``), and of an old
drawing (``href``). The letter's own links were judged with the letter; these are the template's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from circulars.addressing.deception import deception
from circulars.characters import Wrong, forbidden_at, problem_of
from circulars.files.opc import OFFICE, text_of
from circulars.files.word_fields import link_targets
from circulars.files.word_reach import Relation

_ID = f"{{{OFFICE}}}id"
_SHOWN = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_ABOUT = ("tooltip", "title", "alt", "descr")


@dataclass(slots=True)
class _LinkField:
    """A field that is open while a part is read: its code, and the words that it shows."""

    code: str = ""
    words: str = ""
    shows: bool = False


def misleading_words(root: etree._Element, relations: Mapping[str, Relation], own: frozenset[str]) -> Iterator[Wrong]:
    """What is misleading in a part; ``own`` are the characters that the document itself has.

    A hole must be empty, or have a value: its name is not part of the words.
    """
    for address, words in (*_links(root, relations), *_field_links(root)):
        if wrong := deception(address.strip(), words):
            yield "deceptive-link", *wrong
    for element in root.iter("{*}bdo", "{*}dir"):
        fact = f"<{etree.QName(element).localname}> changes the order in which text is read"
        yield "bidi-control", fact, "type the words again in Word: letters find their direction by themselves"
    text = "".join(map(str, (*root.itertext(), *(value for each in root.iter() for value in each.attrib.values()))))
    kinds = {wrong[0]: wrong for wrong in map(problem_of, sorted({text[at] for at in forbidden_at(text)} - own))}
    yield from kinds.values()


def _links(root: etree._Element, relations: Mapping[str, Relation]) -> Iterator[tuple[str, str]]:
    """The address of each link around words or a drawing, with each text that describes it."""
    for element in root.iter("{*}hyperlink", "{*}hlinkClick", "{*}hlinkHover"):
        relation, anchor = relations.get(element.get(_ID, "")), _attribute(element, "anchor")
        if relation or anchor:
            around = element
            if etree.QName(element).localname != "hyperlink":
                around = next(element.iterancestors("{*}drawing", "{*}pict"), element)
            address = relation.target if relation else f"#{anchor}"
            yield from ((address, words) for words in _texts(around))
    for element in root.iter("{urn:schemas-microsoft-com:vml}*"):
        if address := element.get("href", ""):
            yield from ((address, words) for words in _texts(element))


def _texts(element: etree._Element) -> Iterator[str]:
    """The words of an element, and its texts that a program shows on request."""
    yield "".join(_shown(each) for each in element.iter())
    for each in (element, *element.iterdescendants()):
        for key, value in each.attrib.items():
            if etree.QName(key).localname in (*_ABOUT, "string"):
                yield str(value)


def _shown(element: etree._Element) -> str:
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element).localname
    return text_of(element) if name == "t" else _SHOWN.get(name, "")


def _attribute(element: etree._Element, name: str) -> str:
    """The value of an attribute in any namespace."""
    return next((str(value) for key, value in element.attrib.items() if etree.QName(key).localname == name), "")


def _field_links(root: etree._Element) -> Iterator[tuple[str, str]]:
    """The address of each field that links, with the words that it shows."""
    for element in root.iter("{*}fldSimple"):
        words = "".join(_shown(each) for each in element.iter())
        yield from ((address, words) for address in link_targets(_attribute(element, "instr")))
    fields: list[_LinkField] = []
    for element in root.iter():
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name == "fldChar":
            kind = _attribute(element, "fldCharType")
            if kind == "begin":
                fields.append(_LinkField())
            elif kind == "separate" and fields:
                fields[-1].shows = True
            elif kind == "end" and fields:
                ended = fields.pop()
                yield from ((address, ended.words) for address in link_targets(ended.code))
        elif name == "instrText" and fields and not fields[-1].shows:
            fields[-1].code += text_of(element)
        elif shown := _shown(element):
            for field in fields:
                field.words += shown if field.shows else ""
