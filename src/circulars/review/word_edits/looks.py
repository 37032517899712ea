"""Computes how a run of a Word file looks beyond its paragraph: bold, italic, underlined, raised, coloured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from circulars.accessibility.word.file import Styles, is_on, shade, value
from circulars.east_asian import is_east_asian
from circulars.model.directions import has_backward
from circulars.render.docx.markup import w

UNDERLINED: Final = "underlined"
_SWITCHES: Final = {
    "strike": "struck out", "dstrike": "struck out twice", "vanish": "hidden", "caps": "capitals",
    "smallCaps": "small capitals", "outline": "outlined", "shadow": "shadowed", "emboss": "embossed",
    "imprint": "engraved",
}  # fmt: skip
"""What is on or off."""
_VALUES: Final = {"vertAlign": "", "u": UNDERLINED, "em": "emphasis mark", "bdr": "framed", "position": "raised"}
"""What has a value, with its name in words; it is the value itself for what is superscript or subscript."""
_USUAL: Final = ("", "none", "nil", "baseline", "0")
_ALIASES: Final = {"envelope address": "addressee", "envelope return": "sender"}
"""The names that LibreOffice gives to styles whose names are those of its own."""
_LONGEST: Final = 6  # digits
_BLACK: Final = ("", "auto", "000000")
_NOTHING: Final = etree.Element(w("rPr"))


@dataclass(frozen=True, slots=True)
class RunLook:
    """What a run has beyond its paragraph's style: bold, italic, and what else, in words."""

    bold: bool = False
    italic: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Formats:
    """The styles of a file, to look up what a run and its paragraph have. ``known`` are the looks of runs so far."""

    styles: Styles
    known: dict[tuple[object, ...], tuple[RunLook, tuple[tuple[str, str], ...]]] = field(default_factory=dict)

    def style(self, paragraph: etree._Element) -> str:
        """The name of a paragraph's style in lower case: Word ignores case."""
        chain = self.styles.chain(value(paragraph, "pPr/pStyle"), paragraph=True)
        name = value(chain[0], "name").lower() if chain else ""
        return _ALIASES.get(name, name)

    def list_level(self, paragraph: etree._Element) -> int | None:
        """The level of the list that a paragraph belongs to, from 0; None if it is in no list."""
        own = paragraph.find(f"{w('pPr')}/{w('numPr')}")
        style = value(paragraph, "pPr/pStyle")
        listed = self.styles.first(style, "pPr/numPr", paragraph=True)
        number = (own is not None and value(own, "numId")) or (listed is not None and value(listed, "numId")) or ""
        level = (own is not None and value(own, "ilvl")) or (listed is not None and value(listed, "ilvl")) or "0"
        return int(level) if number not in ("", "0") and level.isdecimal() and len(level) < _LONGEST else None

    def described(
        self, run: etree._Element, paragraph: etree._Element, text: str
    ) -> tuple[RunLook, tuple[tuple[str, str], ...]]:
        """How a run with a text looks, and what it has that letters cannot have."""
        own = run.find(w("rPr"))
        typed = b"" if own is None else etree.tostring(own, with_tail=False)
        key = typed, value(paragraph, "pPr/pStyle"), has_backward(text), _has_east_asian(text)
        if key not in self.known:
            self.known[key] = self.look(run, paragraph, text), tuple(self.extras(run, paragraph, text))
        return self.known[key]

    def look(self, run: etree._Element, paragraph: etree._Element, text: str) -> RunLook:
        """How a run with a text looks."""
        levels, around = self._levels(run, paragraph)
        bold, italic = (_adds(levels, around, f"{name}{_script(run, text)}") for name in ("b", "i"))
        return RunLook(bold, italic, tuple(_others(levels, around)))

    def extras(self, run: etree._Element, paragraph: etree._Element, text: str) -> Iterator[tuple[str, str]]:
        """What a run has beyond its paragraph's style that letters cannot have: its kind, and what it is."""
        levels, around = self._levels(run, paragraph)
        other = _script(run, text)
        for kind, name in (("size", f"sz{other}"), ("colour", "color"), ("highlight", "highlight")):
            found, usual = _value(levels, name), _value(around, name)
            if found and found != usual and not (kind == "colour" and found in _BLACK and usual in _BLACK):
                yield (
                    kind,
                    f"{int(found) / 2:g} pt"
                    if kind == "size" and found.isdecimal() and len(found) < _LONGEST
                    else found,
                )
        if (fill := _fill(levels)) and fill != _fill(around):
            yield "highlight", fill
        font = _font(levels, "cs" if other else "eastAsia" if _has_east_asian(text) else "ascii")
        # Signs in text from right to left are in the font of Latin text.
        if font and font not in {_font(around, slot) for slot in ("cs", "ascii", "eastAsia")}:
            yield "font", font

    def _levels(
        self, run: etree._Element, paragraph: etree._Element
    ) -> tuple[list[etree._Element], list[etree._Element]]:
        """The formatting of a run, the nearest first: its own and its style's, and then that of its paragraph."""
        own = run.find(w("rPr"))
        own = own if own is not None else _NOTHING
        levels = [own, *_formats(self.styles.chain(value(own, "rStyle")) if value(own, "rStyle") else ())]
        around = _formats(self.styles.chain(value(paragraph, "pPr/pStyle"), paragraph=True))
        if self.styles.defaults is not None:
            around.append(self.styles.defaults)
        return levels, around


def _script(run: etree._Element, text: str) -> str:
    """How the names of formatting end that Word takes for the script of a text: "Cs" from right to left (17.3.2.1)."""
    look = run.find(w("rPr"))
    return "Cs" if (look is not None and look.find(w("rtl")) is not None) or has_backward(text) else ""


def _has_east_asian(text: str) -> bool:
    """Whether a text is in the font of East Asian characters, which Word keeps apart from the others (17.3.2.26)."""
    return any(map(is_east_asian, text))


def _formats(styles: tuple[etree._Element, ...]) -> list[etree._Element]:
    """The formatting of runs in styles."""
    return [look for style in styles if (look := style.find(w("rPr"))) is not None]


def _others(levels: list[etree._Element], around: list[etree._Element]) -> Iterator[str]:
    """What a run has beyond its paragraph, but for bold and italic, as far as it has a meaning for readers."""
    yield from (words for name, words in _SWITCHES.items() if _adds(levels, around, name))
    for name, words in _VALUES.items():
        found = _value(levels, name)
        if found not in _USUAL and found != _value(around, name):
            yield "lowered" if name == "position" and found.startswith("-") else words or found


def _adds(levels: list[etree._Element], around: list[etree._Element], name: str) -> bool:
    """Whether a run has something that its paragraph has not."""
    return _switch(levels, name) and not _switch(around, name)


def _switch(levels: list[etree._Element], name: str) -> bool:
    found = next((one for level in levels if (one := level.find(w(name))) is not None), None)
    return found is not None and is_on(found.get(w("val"), "1"))


def _value(levels: list[etree._Element], name: str) -> str:
    found = next((one for level in levels if (one := level.find(w(name))) is not None), None)
    return "" if found is None else found.get(w("val"), "")


def _fill(levels: list[etree._Element]) -> str:
    """The colour behind a text, or ""."""
    found = next((one for level in levels if (one := level.find(w("shd"))) is not None), None)
    return shade(found)


def _font(levels: list[etree._Element], slot: str) -> str:
    """The font of a text, or ""."""
    fonts = (one.get(w(slot), "") for level in levels if (one := level.find(w("rFonts"))) is not None)
    return next(filter(None, fonts), "")
