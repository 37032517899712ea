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
from circulars.model.numerals import LATIN, letter, roman
from circulars.model.sheet import TEXT_INDENT
from circulars.render.docx.effective import bases, number
from circulars.render.docx.markup import quoted, twips, w
from circulars.render.docx.misshown import is_on

Counts = tuple[int, ...]

HEADINGS: Final = "Section numbers"
"""The numbering style whose list numbers the headings of letters."""
_ALPHABETS = {
    "lowerLetter": LATIN,
    "upperLetter": LATIN.upper(),
    "russianLower": "абвгдежзиклмнопрстуфхцчшщыэюя",
    "russianUpper": "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ",
    "arabicAbjad": "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
}
"""The letters of Word's ways of counting with letters, which write each letter twice after the last one, and so on."""
_MAX_LINKS = 8
_NSID = 0x4C4C0000
# The ways of counting, in the order in which they are tried, by their names in Word (ECMA-376, part 1, 17.18.59).
_FORMATS = ("decimal", *_ALPHABETS, "lowerRoman", "upperRoman")
_ALNUM = re.compile(r"\w")
INDENT: Final = twips(TEXT_INDENT)
"""Where the text of a list begins in a template that does not say it, in twips."""
_INDENT = str(INDENT)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its number format (``lowerLetter``) and its text (``%1)``).

    ``drawn`` is true if its bullet is a picture. ``own`` is the XML of a level that a list has instead of its
    definition's. ``left`` is where its text begins, and ``hanging`` the width of its labels, in twips.
    """

    format: str
    text: str
    drawn: bool = False
    own: str = ""
    left: int = INDENT
    hanging: int = 0

    @property
    def is_bullet(self) -> bool:
        """Whether the level shows the same sign before each entry, in whichever font; words are none."""
        sign = self.text.strip()
        is_sign = len(sign) == 1 or not _ALNUM.search(sign)
        return self.drawn or bool(sign and is_sign and (self.format == "bullet" or "%" not in sign))


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

    def shows(self, labels: Sequence[str], counts: Sequence[Counts]) -> bool:
        """Whether the list shows these labels, each when it has counted so far."""
        depth = len(counts[0])
        if len(self.levels) < depth:
            return False
        level = self.levels[depth - 1]
        return all(_label(level, self.levels, at) == label for label, at in zip(labels, counts, strict=True))


def level_of(labels: Sequence[str], counts: Sequence[Counts], above: Sequence[Level]) -> Level | None:
    """The level below others that shows these labels, each when the list has counted so far; None if Word cannot."""
    first, depth = labels[0], len(counts[0])
    if not _ALNUM.search(first):
        candidates = [Level("bullet", first)]
    else:
        paths = (range(place, depth) for place in range(depth))
        dotted = ((".".join(f"%{at + 1}" for at in path), path) for path in paths)
        candidates = [
            Level(format, "".join((*before, text, after)))
            for text, path in dotted
            for format in (_FORMATS if len(path) == 1 else ("decimal",))
            if (shown := ".".join(_counted(format, counts[0][at]) for at in path))
            for *before, found, after in (first.rpartition(shown),)
            if found
        ]
    outlines = (Outline("", (*above, level)) for level in candidates)
    return next((outline.levels[-1] for outline in outlines if outline.shows(labels, counts)), None)


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
    """The template's numbering part: its XML before and after its lists, and its lists by style.

    ``own`` is the XML of the template's lists; those of a letter follow. ``next`` is the next free number of a list,
    ``next_definition`` that of a definition.
    """

    before: str
    after: str
    next: int
    by_style: Mapping[str, Outline]
    own: str = ""
    next_definition: int = 0

    def with_lists(self, definitions: Sequence[str], lists: Sequence[str]) -> str:
        """The numbering part of a letter: the template's, with the letter's own definitions and lists."""
        return "".join((self.before, *definitions, self.own, *lists, self.after))


@dataclass(slots=True)
class OpenedLists:
    """The lists that a letter has opened so far."""

    lists: Lists
    opened: list[str] = field(default_factory=list)
    defined: dict[tuple[Level, ...], Outline] = field(default_factory=dict)

    def define(self, levels: tuple[Level, ...]) -> Outline:
        """A list with these levels, for which the template has no definition; the same levels give the same one."""
        if levels not in self.defined:
            self.defined[levels] = Outline(str(self.lists.next_definition + len(self.defined)), levels)
        return self.defined[levels]

    @property
    def numbering(self) -> str:
        """The numbering part of the letter."""
        return self.lists.with_lists([*map(_definition, self.defined.values())], self.opened)

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
    end = min(place for mark in ("<w:numIdMacAtCleanup", "</w:numbering>") if (place := source.find(mark)) >= 0)
    begin = source.find("<w:num ") if "<w:num " in source else end
    numbers = [int(num.get(w("numId"), "0")) for num in tree.iter(w("num"))]
    kinds = [int(one.get(w("abstractNumId"), "0")) for one in tree.iter(w("abstractNum"))]
    return Lists(
        source[:begin],
        source[end:],
        max(numbers, default=0) + 1,
        by_style,
        own=source[begin:end],
        next_definition=max(kinds, default=-1) + 1,
    )


def _definition(outline: Outline) -> str:
    """The XML of a definition that a letter adds."""
    levels = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{level.format}"/><w:suff w:val="tab"/>'
        f'<w:lvlText w:val={quoted(level.text)}/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:tabs><w:tab w:val="num" w:pos="{level.left}"/></w:tabs>'
        f'<w:ind w:left="{level.left}" w:hanging="{level.hanging}"/></w:pPr></w:lvl>'
        for place, level in enumerate(outline.levels)
    )
    # Word treats lists with the same nsid as one list.
    return (
        f'<w:abstractNum w:abstractNumId="{outline.definition}"><w:nsid w:val="{_NSID + int(outline.definition):08X}"/>'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )


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
    indent = shown.find(f"{w('pPr')}/{w('ind')}")
    left, hanging = (int(number(indent.get(w(side))) or 0) if indent is not None else 0 for side in ("left", "hanging"))
    hidden = is_on(shown.find(f"{w('rPr')}/{w('vanish')}"))
    text = "" if hidden else _value(shown, "lvlText")
    return Level(_value(shown, "numFmt"), text, drawn and not hidden, written, left or INDENT, hanging)


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
    if format in _ALPHABETS:
        return letter(_ALPHABETS[format], count)
    if format in ("lowerRoman", "upperRoman"):
        return roman(count) if format == "lowerRoman" else roman(count).upper()
    return "\0"
