"""Writes Word's elements of tracked changes, each with its author, date and number."""

from __future__ import annotations

import copy
import datetime
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from lxml import etree

from circulars.render.docx.markup import w
from circulars.review.reports.redline.elements import content_of, element, same

Change = Literal["ins", "del", "moveFrom", "moveTo"]
CONSEQUENCES: Final = "renumbered"
"""The author of what changed only because something else did, such as the number in a reference."""
_FIRST: Final = 900_001
"""The first number of a change, above those of bookmarks."""
_DELETED: Final = {w("t"): w("delText"), w("instrText"): w("delInstrText")}
# What comes after the formatting of a mark in the properties of a paragraph, and what is not part of its formatting.
_AFTER_LOOK: Final = (w("sectPr"), w("pPrChange"))
_FROM_NEIGHBOURS: Final = (w("keepNext"), w("keepLines"), w("spacing"))
_NOT_FORMATTING: Final = (w("rPr"), w("sectPr"), w("pPrChange"))


@dataclass(frozen=True, slots=True)
class Tracker:
    """Writes changes of one author and date."""

    author: str
    date: datetime.datetime
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(_FIRST))

    def change(self, name: str, follows: bool = False) -> etree._Element:
        """A change; one that ``follows`` from another has an author of its own."""
        date = self.date.strftime("%Y-%m-%dT%H:%M:%SZ")
        author = CONSEQUENCES if follows else self.author
        return element(name, {"id": str(next(self.numbers)), "author": author, "date": date})

    def move(self, name: str, change: Change) -> tuple[etree._Element, etree._Element]:
        """The beginning and the end of a move at one of its places."""
        start = self.change(f"{change}RangeStart")
        start.set(w("name"), name)
        return start, element(f"{change}RangeEnd", {"id": start.get(w("id"), "")})

    def runs(self, kind: Change, runs: Iterable[etree._Element], follows: bool = False) -> etree._Element:
        """Runs that were added or removed."""
        change = self.change(kind, follows)
        change.extend(deleted(run) if kind == "del" else run for run in runs)
        return change

    def look(self, new: etree._Element | None, old: etree._Element | None) -> etree._Element | None:
        """The formatting of a run, with the former one if it differs."""
        if same(new, old):
            return copy.deepcopy(new)
        look = element("rPr") if new is None else copy.deepcopy(new)
        former = etree.SubElement(look, w("rPrChange"))
        change = self.change("rPrChange")
        former.attrib.update(change.attrib)
        former.append(element("rPr") if old is None else copy.deepcopy(old))
        return look

    def properties(
        self,
        new: etree._Element | None,
        old: etree._Element | None,
        mark: Change | None = None,
        follows: bool = False,
    ) -> etree._Element:
        """The properties of a paragraph, with the former ones if they differ, and the change of its mark."""
        result = element("pPr") if new is None else copy.deepcopy(new)
        if mark:
            look = result.find(w("rPr"))
            if look is None:
                look = element("rPr")
                place = next((n for n, one in enumerate(result) if one.tag in _AFTER_LOOK), len(result))
                result.insert(place, look)
            look.insert(0, self.change(mark, follows))
        before, after = formatting(old), formatting(new)
        if visible_properties(before) != visible_properties(after):
            change = self.change("pPrChange")
            change.append(before)
            result.append(change)
        return result

    def former(self, properties: etree._Element, name: str, old: etree._Element) -> None:
        """Adds the former properties of a table, row, cell or section to the present ones."""
        change = self.change(name)
        change.append(copy.deepcopy(old))
        properties.append(change)


def visible_properties(properties: etree._Element | None) -> list[tuple[object, ...]]:
    """The properties that a reader sees. Where pages may break, and the room above a table, follow from neighbours."""
    return [
        (one.tag, sorted(one.attrib.items()), content_of(one))
        for one in (properties if properties is not None else ())
        if one.tag not in (*_FROM_NEIGHBOURS, *_NOT_FORMATTING)
    ]


def formatting(properties: etree._Element | None) -> etree._Element:
    """The properties of a paragraph that a change of formatting may name."""
    result = element("pPr")
    if properties is not None:
        result.extend(copy.deepcopy(one) for one in properties if one.tag not in _NOT_FORMATTING)
    return result


def deleted(run: etree._Element) -> etree._Element:
    """A run, or another element with runs, whose text is removed."""
    for one in run.iter(*_DELETED):
        one.tag = _DELETED[str(one.tag)]
    return run
