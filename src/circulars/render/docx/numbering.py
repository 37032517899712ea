"""Word's numbered lists: the template's definitions, and a new list for each list of a letter.

Word numbers all paragraphs of one ``w:num`` in sequence, and LibreOffice restarts where Word would continue. Only a
separate ``w:num`` with a ``w:startOverride`` restarts in both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from circulars.files.opc import parse_part
from circulars.render.docx.markup import w

Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its number format (``lowerLetter``) and its text (``%1)``)."""

    format: str
    text: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A list of the template: its definition's number, and its levels from the one that a style uses."""

    definition: str
    levels: tuple[Level, ...]
    first: int = 0

    def counts(self, label: str, depth: int = 1, nth: int = 0) -> Counts | None:
        """What the list has counted to when it shows ``label`` at ``depth``, or None when it cannot show it.

        ``nth`` is the entry's place, which is needed if the list shows no numbers, or shows them as letters.
        """
        if len(self.levels) < depth:
            return None
        level = self.levels[depth - 1]
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
        overrides = "".join(
            f'<w:lvlOverride w:ilvl="{outline.first + level}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
            for level, start in enumerate(counts)
        )
        self.opened.append(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{outline.definition}"/>{overrides}</w:num>'
        )
        return number


def lists_of(numbering: bytes, styles: Mapping[str, etree._Element]) -> Lists:
    """The lists of a template; ``styles`` are its styles by name."""
    tree = parse_part(numbering)
    source = etree.tostring(tree, encoding="unicode")
    ends = [place for mark in ("<w:numIdMacAtCleanup", "</w:numbering>") if (place := source.find(mark)) >= 0]
    numbers = [int(num.get(w("numId"), "0")) for num in tree.iter(w("num"))]
    by_style = {name: outline for name, style in styles.items() if (outline := _outline(tree, style)) is not None}
    return Lists(source[: min(ends)], source[min(ends) :], max(numbers, default=0) + 1, by_style)


def _outline(numbering: etree._Element, style: etree._Element) -> Outline | None:
    chosen = style.find(f"{w('pPr')}/{w('numPr')}/{w('numId')}")
    if chosen is None:
        return None
    first = style.find(f"{w('pPr')}/{w('numPr')}/{w('ilvl')}")
    start = int(first.get(w("val"), "0")) if first is not None else 0
    num = _child(numbering, "num", "numId", chosen.get(w("val"), ""))
    link = num.find(w("abstractNumId")) if num is not None else None
    number = link.get(w("val"), "") if link is not None else ""
    definition = _child(numbering, "abstractNum", "abstractNumId", number)
    if definition is None:
        return None
    levels = tuple(Level(_value(level, "numFmt"), _value(level, "lvlText")) for level in definition.iter(w("lvl")))
    return Outline(number, levels[start:], start)


def _child(parent: etree._Element, name: str, key: str, value: str) -> etree._Element | None:
    return next((child for child in parent.iter(w(name)) if child.get(w(key)) == value), None)


def _value(parent: etree._Element, name: str) -> str:
    child = parent.find(w(name))
    return child.get(w("val"), "") if child is not None else ""


def _label(level: Level, levels: Sequence[Level], counts: Counts) -> str:
    """The label that Word shows at ``level``; if it is unknown, a text that equals no label."""
    if level.format == "bullet":
        return level.text
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
