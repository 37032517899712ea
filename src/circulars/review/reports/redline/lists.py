"""Brings the numbered lists of an old letter into the Word file of the new one.

A list that is the same in both keeps its number, so that Word counts the entries that were removed and added with the
others. Any other gets a number of its own, and then each list has its own definition: LibreOffice takes lists of one
definition for one list.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from lxml import etree

from circulars.render.docx.markup import w
from circulars.review.reports.redline.blocks import DocxParagraph
from circulars.review.reports.redline.elements import content_of, element
from circulars.review.reports.redline.links import Links

_NSID: Final = 0x4C4D0000
_OF_STYLES: Final = (w("styleLink"), w("tmpl"), w("name"), w("nsid"))


def bring_lists(
    old: etree._Element,
    new: etree._Element,
    paragraphs: tuple[Sequence[DocxParagraph], Sequence[DocxParagraph]],
    links: Links,
) -> None:
    """Adds the lists of an old letter to the numbering of the new one, and gives its paragraphs their numbers."""
    before, after = _lists(old), _lists(new)
    used = {number: None for one in paragraphs[0] for number in _numbers(one)}
    numbers = _same_lists(before, after, _pairs(*paragraphs, links), (_ListShapes(old), _ListShapes(new)))
    for number, same in numbers.items():
        _add_levels(after[same], new, before[number], old)
    brought = [number for number in used if number in before and number not in numbers]
    own = {number: None for one in paragraphs[1] for number in _numbers(one) if number in after}
    if brought:
        for number in own:
            _define_alone(after[number], new, new)
    for number in brought:
        one = copy.deepcopy(before[number])
        numbers[number] = str(max(map(int, _lists(new)), default=0) + 1)
        one.set(w("numId"), numbers[number])
        _last(new, "num").addnext(one)
        _define_alone(one, old, new)
    for paragraph in paragraphs[0]:
        for chosen in _chosen(paragraph):
            chosen.set(w("val"), numbers.get(chosen.get(w("val"), ""), chosen.get(w("val"), "")))


def _lists(numbering: etree._Element) -> dict[str, etree._Element]:
    return {one.get(w("numId"), ""): one for one in numbering.iterchildren(w("num"))}


def _chosen(paragraph: DocxParagraph) -> Iterator[etree._Element]:
    return paragraph.element.iterfind(f"{w('pPr')}/{w('numPr')}/{w('numId')}")


def _numbers(paragraph: DocxParagraph) -> Iterator[str]:
    return (chosen.get(w("val"), "") for chosen in _chosen(paragraph))


def _pairs(old: Iterable[DocxParagraph], new: Iterable[DocxParagraph], links: Links) -> Iterator[tuple[str, str]]:
    """The numbers of lists of paragraphs that are in both letters."""
    ends = {one.end: one for one in new if one.end}
    for one in old:
        end = links.new(one.end) if one.end else None
        if other := ends.get(end) if end else None:
            yield from zip(_numbers(one), _numbers(other), strict=False)


class _ListShapes:
    """The definitions of lists, by their ids."""

    def __init__(self, numbering: etree._Element) -> None:
        self.by_id = {one.get(w("abstractNumId"), ""): one for one in numbering.iterchildren(w("abstractNum"))}

    def shape(self, number: etree._Element) -> tuple[Any, ...]:
        """What a list shows: its levels, and where it starts."""
        definition = self.by_id.get(_definition(number))
        levels = (
            tuple(content_of(level) for level in definition.iterchildren(w("lvl"))) if definition is not None else ()
        )
        changes = tuple((one.get(w("ilvl")), content_of(one)) for one in number.iterchildren(w("lvlOverride")))
        return levels, changes


def _definition(number: etree._Element) -> str:
    chosen = number.find(w("abstractNumId"))
    return chosen.get(w("val"), "") if chosen is not None else ""


def _same_lists(
    before: Mapping[str, etree._Element],
    after: Mapping[str, etree._Element],
    pairs: Iterable[tuple[str, str]],
    definitions: tuple[_ListShapes, _ListShapes],
) -> dict[str, str]:
    """The numbers of the lists that are the same in both letters: those of the new one by those of the old one."""
    numbers: dict[str, str] = {}
    for (old, new), _ in Counter(pairs).most_common():
        known = old in before and new in after and old not in numbers and new not in numbers.values()
        if known and _agree(definitions[0].shape(before[old]), definitions[1].shape(after[new])):
            numbers[old] = new
    return numbers


def _agree(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    """Whether two lists start alike and have the same levels; one of them may have more."""
    most = min(len(old[0]), len(new[0]))
    return bool(old[1] == new[1] and old[0][:most] == new[0][:most] and (most or old[0] == new[0]))


def _add_levels(number: etree._Element, new: etree._Element, more: etree._Element, old: etree._Element) -> None:
    """Gives a list of the new numbering the levels that only the same list of the old one has."""
    here = _ListShapes(new).by_id.get(_definition(number))
    there = _ListShapes(old).by_id.get(_definition(more))
    if here is None or there is None or len(here.findall(w("lvl"))) >= len(there.findall(w("lvl"))):
        return
    _define_alone(number, new, new)
    own = _ListShapes(new).by_id[_definition(number)]
    own.extend(copy.deepcopy(level) for level in there.findall(w("lvl"))[len(own.findall(w("lvl"))) :])


def _define_alone(number: etree._Element, numbering: etree._Element, new: etree._Element) -> None:
    """Gives a list a definition of its own in the new numbering; its present one is in ``numbering``."""
    definition = _ListShapes(numbering).by_id.get(_definition(number))
    if definition is None or definition.find(w("lvl")) is None:
        return
    ids = [int(one) for one in _ListShapes(new).by_id]
    id = max(ids, default=0) + 1
    own = copy.deepcopy(definition)
    own.set(w("abstractNumId"), str(id))
    for one in [*own]:
        if one.tag in _OF_STYLES:
            own.remove(one)
    for linked in [*own.iter(w("pStyle"))]:
        linked.getparent().remove(linked)  # type: ignore[union-attr]  # it is in a level
    own.insert(0, element("nsid", {"val": f"{_NSID + id:08X}"}))
    _last(new, "abstractNum").addnext(own)
    chosen = number.find(w("abstractNumId"))
    if chosen is not None:
        chosen.set(w("val"), str(id))


def _last(numbering: etree._Element, name: str) -> etree._Element:
    found = [*numbering.iterchildren(w(name))]
    return found[-1]
