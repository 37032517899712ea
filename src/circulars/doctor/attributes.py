"""Finds tags that are not in the text of a Word template but in names and descriptions, and do not work there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from circulars.doctor.findings import TemplateFinding
from circulars.doctor.names import uses_of, word_field_fault
from circulars.doctor.tags import HalfTag, TemplateTag, scan, syntax_fault
from circulars.doctor.word import WordTemplate, paragraph_around, paragraphs_of
from circulars.render.docx.markup import w

_NAMES: Final = {(w("bookmarkStart"), w("name"))}
_ELSEWHERE: Final = (w("instr"), w("anchor"))  # reported with the fields, and with the addresses of links
_DEFINED: Final = re.compile(r"\{%[-+]?(?:tr|tc|p|r)?\s*(?:for|set)\s+(\w+)")
_WHERE: Final = "is in a description or a name, not in the text"


def attribute_findings(word: WordTemplate) -> Iterator[TemplateFinding]:
    """A finding for each tag in an attribute that letters do not fill in as its author expects.

    Values in the descriptions of pictures and the tooltips of links are filled in.
    """
    for name, story in word.stories.items():
        tree = word.trees[name]
        tagged = [
            (element, key, str(value))
            for element in tree.iter(etree.Element)
            for key, value in element.attrib.items()
            if "{" in str(value) and key not in _ELSEWHERE
        ]
        if not tagged:
            continue
        places = {one.element: one.place() for one in paragraphs_of(tree, story)}
        defined = {found for one in paragraphs_of(tree, story) for found in _DEFINED.findall(one.text)}
        for element, key, value in tagged:
            paragraph = paragraph_around(element)
            place = places[paragraph] if paragraph is not None else story
            for tag in scan(value):
                yield from _faults(tag, (element.tag, key) in _NAMES, place, defined)


def _faults(
    tag: TemplateTag | HalfTag, is_bookmark: bool, place: str, defined: Collection[str]
) -> Iterator[TemplateFinding]:
    if isinstance(tag, HalfTag):
        if tag.opens:
            fact = f"{place}: '{tag.typed[:60]}' has no end, and {_WHERE}"
            yield TemplateFinding("unclosed-tag", fact, "write the whole tag, or remove it", stops=True)
        return
    shown = tag.normalized[:60]
    if is_bookmark:
        fact = f"{place}: the name of a bookmark has the tag '{shown}', and such names are not filled in"
        yield TemplateFinding("unfilled-tag", fact, "give the bookmark a name without braces", stops=tag.kind == "%")
    elif tag.kind == "%":
        fact = f"{place}: '{shown}' {_WHERE}, where only values are filled in"
        yield TemplateFinding("wrong-tag", fact, "write a value such as '{{ title }}' there", stops=True)
    elif syntax_fault(tag)[0]:
        fact, remedy = syntax_fault(tag)
        yield TemplateFinding("wrong-tag", f"{place}: '{shown}' {_WHERE}: {fact}", remedy, stops=True)
    elif tag.kind == "{":
        for use in uses_of(ImmutableSandboxedEnvironment().parse(tag.plain)):
            fault = word_field_fault(use.field)
            if fault and use.field.partition(".")[0] not in defined:
                fact = f"{place}: '{shown}' {_WHERE}: {fault[0]}"
                yield TemplateFinding("unknown-name", fact, fault[1], stops=True)
