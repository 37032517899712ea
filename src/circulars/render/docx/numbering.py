"""Word's numbered lists: the template's definitions, and a new list for each list of a letter.

Word numbers all paragraphs of one ``w:num`` in sequence, and LibreOffice restarts where Word would continue. Only a
separate ``w:num`` with a ``w:startOverride`` restarts in both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from circulars.files.opc import parse_part
from circulars.render.docx.effective import bases
from circulars.render.docx.markup import w

Counts = tuple[int, ...]

HEADINGS: Final = "Section numbers"
"""The numbering style whose list numbers the headings of letters."""
_MAX_LINKS = 8
_ALNUM = re.compile(r"\w")
_INDENT = "794"  # twips


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its number format (``lowerLetter``) and its text (``%1)``).

    ``drawn`` is true if its bullet is a picture. ``own`` is the XML of a level that a list has instead of its
    definition's.
    """

    format: str
    text: str
    drawn: bool = False
    own: str = ""

    @property
    def is_bullet(self) -> bool:
        """Whether the level shows the same sign before each entry, in whichever font."""
        return self.drawn or bool(self.text.strip() and (self.format == "bullet" or "%" not in self.text))


@dataclass(frozen=True, slots=True)
class Outline:
    """A list of the template: its definition's number, and its levels from the one that a style uses."""

    definition: str
    levels: tuple[Level, ...]
    first: int = 0

    def counts(self, label: str, depth: int = 1, nth: int = 0) -> Counts | None:
        """What the list has counted to when it shows ``label`` at ``depth``, or None when it cannot show it.

        ``nth`` is the entry's place, which is needed if the list shows no numbers, or shows them as letters. A bullet
        stands for any other: which one a list shows is the template's choice.
        """
        if len(self.levels) < depth:
            return None
        level = self.levels[depth - 1]
        if nth and level.is_bullet and label and not _ALNUM.search(label):
            return (nth,)
        if nth:
            counts: Counts = (nth,)
        else:
            digits = label.split(".")
            if len(digits) != depth or not all(part.isascii() and part.isdigit() for part in digits):
                return None
            counts = tuple(int(part) for part in digits)
        return counts if _label(level, self.levels, counts) == label else None


@dataclass(slots=True)
class Series:
    """Consecutive numbers in the body or in an annex; ``begin`` opens a new list and returns its number."""

    begin: Callable[[Outline, Counts], int]
    outline: Outline
    list: int = 0
    reached: Counts = ()

    def take(self, counts: Counts) -> int:
        """The list whose next numbers are ``counts``: the current one, or a new one if they are not consecutive."""
        *above, last = counts
        depth = len(counts)
        before = self.reached[depth - 1] if len(self.reached) >= depth else 0
        runs_on = self.list and tuple(above) == self.reached[: depth - 1] and last == before + 1
        if not runs_on:
            self.list = self.begin(self.outline, counts)
        self.reached = counts
        return self.list


@dataclass(frozen=True, slots=True)
class Lists:
    """The template's numbering part: its XML before and after the lists of a letter, and its lists by style."""

    before: str
    after: str
    next: int
    by_style: Mapping[str, Outline]

    def with_lists(self, lists: Sequence[str]) -> str:
        """The numbering part of a letter."""
        return self.before + "".join(lists) + self.after


@dataclass(slots=True)
class OpenedLists:
    """The lists that a letter has opened so far."""

    lists: Lists
    opened: list[str] = field(default_factory=list)

    def begin(self, outline: Outline, counts: Counts) -> int:
        """Opens a list that starts at ``counts``, and returns its number."""
        number = self.lists.next + len(self.opened)
        levels = max(len(counts), *(place for place, level in enumerate(outline.levels, 1) if level.own), 0)
        overrides = "".join(
            f'<w:lvlOverride w:ilvl="{outline.first + place}">'
            + (f'<w:startOverride w:val="{counts[place]}"/>' if place < len(counts) else "")
            + (outline.levels[place].own if place < len(outline.levels) else "")
            + "</w:lvlOverride>"
            for place in range(levels)
        )
        self.opened.append(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{outline.definition}"/>{overrides}</w:num>'
        )
        return number


def lists_of(numbering: bytes, styles: Mapping[str, etree._Element]) -> Lists:
    """The lists of a template; ``styles`` are its styles by name in lower case."""
    tree = parse_part(numbering)
    definitions = _Definitions(tree, {style.get(w("styleId"), ""): style for style in styles.values()})
    by_style = {name: outline for name, style in styles.items() if (outline := definitions.outline(style)) is not None}
    if HEADINGS.lower() not in by_style:
        by_style[HEADINGS.lower()] = by_style.get("heading 1") or _section_numbers(tree)
    source = etree.tostring(tree, encoding="unicode")
    ends = [place for mark in ("<w:numIdMacAtCleanup", "</w:numbering>") if (place := source.find(mark)) >= 0]
    numbers = [int(num.get(w("numId"), "0")) for num in tree.iter(w("num"))]
    return Lists(source[: min(ends)], source[min(ends) :], max(numbers, default=0) + 1, by_style)


@dataclass(frozen=True, slots=True)
class _Definitions:
    """The definitions of a template's lists, and its styles by id."""

    tree: etree._Element
    styles: Mapping[str, etree._Element]

    def outline(self, style: etree._Element) -> Outline | None:
        """The list of a style, or of the first style with a list that it is based on."""
        for one in bases(style.get(w("styleId"), ""), self.styles):
            chosen = one.find(f"{w('pPr')}/{w('numPr')}")
            if chosen is not None and (number := _value(chosen, "numId")):
                return self._list(number, one.get(w("styleId"), ""), int(_value(chosen, "ilvl") or 0))
        return None

    def _list(self, number: str, style: str, first: int) -> Outline | None:
        num = _child(self.tree, "num", "numId", number)
        definition = self._definition(num)
        if num is None or definition is None:
            return None
        own = {
            override.get(w("ilvl"), ""): level
            for override in num.iter(w("lvlOverride"))
            if (level := override.find(w("lvl"))) is not None
        }
        levels = {level.get(w("ilvl"), ""): level for level in definition.iter(w("lvl"))}
        # The level that names the style is the one that Word uses for it.
        linked = (int(place) for place, level in levels.items() if style and _value(level, "pStyle") == style)
        start = next(linked, first)
        ordered = [_level(levels.get(str(place)), own.get(str(place))) for place in range(len(levels))]
        return Outline(definition.get(w("abstractNumId"), ""), tuple(ordered[start:]), start)

    def _definition(self, num: etree._Element | None, depth: int = 0) -> etree._Element | None:
        """The definition of a list; one that only names a numbering style has its levels from that style's list."""
        if num is None:
            return None
        definition = _child(self.tree, "abstractNum", "abstractNumId", _value(num, "abstractNumId"))
        if definition is None or definition.find(w("lvl")) is not None or depth > _MAX_LINKS:
            return definition
        linked = self.styles.get(_value(definition, "numStyleLink"))
        number = linked.find(f"{w('pPr')}/{w('numPr')}/{w('numId')}") if linked is not None else None
        target = _child(self.tree, "num", "numId", number.get(w("val"), "")) if number is not None else None
        return self._definition(target, depth + 1)


def _level(level: etree._Element | None, own: etree._Element | None) -> Level:
    shown = level if own is None else own
    if shown is None:
        return Level("", "")
    drawn = shown.find(w("lvlPicBulletId")) is not None
    written = "" if own is None else etree.tostring(own, encoding="unicode", with_tail=False)
    return Level(_value(shown, "numFmt"), _value(shown, "lvlText"), drawn, written)


def _section_numbers(numbering: etree._Element) -> Outline:
    """A list for the numbers of headings, for a template that has none: LibreOffice drops lists that no text uses."""
    numbers = [int(one.get(w("abstractNumId"), "0")) for one in numbering.iter(w("abstractNum"))]
    definition = etree.Element(w("abstractNum"), {w("abstractNumId"): str(max(numbers, default=-1) + 1)})
    etree.SubElement(definition, w("multiLevelType"), {w("val"): "multilevel"})
    texts = ("%1", "%1.%2", "%1.%2.%3")
    for place, text in enumerate(texts):
        level = etree.SubElement(definition, w("lvl"), {w("ilvl"): str(place)})
        for name, value in (("start", "1"), ("numFmt", "decimal"), ("lvlText", text), ("lvlJc", "left")):
            etree.SubElement(level, w(name), {w("val"): value})
        look = etree.SubElement(level, w("pPr"))
        etree.SubElement(etree.SubElement(look, w("tabs")), w("tab"), {w("val"): "num", w("pos"): _INDENT})
        etree.SubElement(look, w("ind"), {w("left"): _INDENT, w("hanging"): _INDENT})
    last = len(list(numbering.iterchildren(w("numPicBullet"), w("abstractNum"))))
    numbering.insert(last, definition)
    return Outline(definition.get(w("abstractNumId"), ""), tuple(Level("decimal", text) for text in texts))


def _child(parent: etree._Element, name: str, key: str, value: str) -> etree._Element | None:
    return next((child for child in parent.iter(w(name)) if child.get(w(key)) == value), None)


def _value(parent: etree._Element, name: str) -> str:
    child = parent.find(w(name))
    return child.get(w("val"), "") if child is not None else ""


def _label(level: Level, levels: Sequence[Level], counts: Counts) -> str:
    """The label that Word shows at ``level``; if it is unknown, a text that equals no label."""
    shown = level.text
    for place, (count, above) in enumerate(zip(counts, levels, strict=False), start=1):
        shown = shown.replace(f"%{place}", _counted(above.format, count))
    return shown


def _counted(format: str, count: int) -> str:
    if format == "decimal":
        return str(count)
    if format == "lowerLetter":
        # After z Word writes aa, bb, cc.
        return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
    return "\0"
