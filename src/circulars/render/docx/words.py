"""Finds what a filled Word template shows otherwise than it is: words of links, and characters that nobody sees.

Word follows a link around words (``w:hyperlink``), of a field (HYPERLINK), of a shape (``hlinkClick``), and of an old
drawing (``href``). The letter's own links were judged with the letter; these are the template's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from circulars.addressing.deception import deception
from circulars.characters import Wrong, forbidden_at, problem_of
from circulars.files.opc import OFFICE
from circulars.files.word_fields import link_targets
from circulars.files.word_reach import Relation
from circulars.render.docx.shown_fields import attribute, shown_fields, shown_text

_ID = f"{{{OFFICE}}}id"
_ABOUT = ("tooltip", "title", "alt", "descr")


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
        relation, anchor = relations.get(element.get(_ID, "")), attribute(element, "anchor")
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
    yield "".join(map(shown_text, element.iter()))
    for each in (element, *element.iterdescendants()):
        for key, value in each.attrib.items():
            if etree.QName(key).localname in (*_ABOUT, "string"):
                yield str(value)


def _field_links(root: etree._Element) -> Iterator[tuple[str, str]]:
    """The address of each field that links, with the words that it shows."""
    for field in shown_fields(root):
        yield from ((address, field.words) for address in link_targets(field.code))
