"""Finds the texts of a paragraph with isolates or several looks, as it was laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from circulars.render.pdf.bidi import isolate_of
from circulars.render.pdf.engine import boxes
from circulars.render.pdf.hole_lines import Group, HoleLine, parts_of, texts_of
from circulars.render.pdf.levels import END, OBJECT
from circulars.render.pdf.script_gaps import touches_another
from circulars.render.pdf.specimens import slow

_SPACES: Final = re.compile("[ \t\n\r\f]+")


class IsolatedText(NamedTuple):
    """A text of a paragraph: its words and the names of its holes, alternating, and a laid-out text in its style.

    ``begun`` are the characters of the isolates that begin before it, ``ended`` of those that end behind it.
    """

    parts: tuple[str, ...]
    text: Any
    begun: str
    ended: str


def has_isolates(block: Any) -> bool:
    """Whether a paragraph has isolates."""
    return any(isinstance(line, boxes.LineBox) and isolates_of(line) for line in block.children)


def touches_others(block: list[HoleLine]) -> bool:
    """Whether a text with a hole in a paragraph is beside words of another look, without a space."""
    return any(
        parts and touches_another(text) for spot in block for text, parts in zip(spot.texts, spot.parts, strict=True)
    )


def isolates_of(box: Any) -> str:
    """The characters with which the isolates in a line or an inline element begin."""
    inlines = [child for child in box.children if isinstance(child, boxes.InlineBox)]
    return "".join(isolate_of(child) + isolates_of(child) for child in inlines)


def label_of(spot: HoleLine) -> str:
    """The characters of a paragraph that stand for what is before the first text."""
    return OBJECT * (len(spot.line.children) - len(_children(spot.line)))


def isolated_lines(block: list[HoleLine]) -> tuple[HoleLine, ...]:
    """All lines of a paragraph with isolates, each with all its texts.

    Raises:
        SlowError: they are not all on one page, or have more than texts.
    """
    first = block[0]
    name = first.names[0]
    lines = list(first.block.children)
    if not all(isinstance(line, boxes.LineBox) for line in lines):
        raise slow(name, "is beside blocks")
    if first.is_continued or lines[-1].resume_at is not None:
        raise slow(name, "is in a paragraph that goes on on another page")
    found = {id(spot.line): spot for spot in block}
    spots = []
    for number, line in enumerate(lines):
        children = line.children if number else _children(line)
        texts = [text for child in children for text in texts_of(child) if text.text]
        if not texts or not all(map(_is_text, children)):
            raise slow(name, "is in a paragraph with more than text")
        spot = found.get(id(line))
        parts = dict(zip(map(id, spot.texts), spot.parts, strict=True)) if spot else {}
        spots.append(HoleLine(first.above, line, tuple(texts), tuple(parts.get(id(text), ()) for text in texts)))
    return tuple(spots)


def paragraph_texts(group: Group, words_in: Mapping[str, str]) -> list[IsolatedText]:
    """The texts of a whole paragraph, in reading order, whatever lines they are on.

    ``words_in`` has the words in each hole.

    Raises:
        SlowError: its lines show other words than it has, or in several colours.
    """
    first = group.spots[0]
    shown = [(text, parts) for spot in group.spots for text, parts in zip(spot.texts, spot.parts, strict=True)]
    labels = {id(box.element) for box in first.line.children[: len(label_of(first))]}
    names = {words_in[name]: name for spot in group.spots for name in spot.names}
    found = _FoundTexts(group.name, {id(text.element): text for text, _ in shown}, names)
    for words, element, mark in _words_of(first.block.element, labels):
        found.add(words, element, mark)
    texts = found.finished()
    if found.said.replace(" ", "") != "".join(text.text for text, _ in shown).replace(" ", ""):
        raise slow(group.name, "is in a paragraph that is not shown as it is")
    if len({str(one.text.style["color"]) for one in texts}) != 1:
        raise slow(group.name, "is in a paragraph of several colours")
    return texts


@dataclass(slots=True)
class _FoundTexts:
    """The texts of a paragraph so far.

    ``shown`` has a laid-out text of each element, ``holes`` the name of each hole by the words in it.
    """

    name: str
    shown: Mapping[int, Any]
    holes: Mapping[str, str]
    said: str = ""
    texts: list[IsolatedText] = field(default_factory=list)
    begun: str = ""

    def add(self, words: str, element: Any, mark: str) -> None:
        """Adds the words of an element, or the beginning or the end of an isolate."""
        if mark == END:
            if self.begun or not self.texts:
                raise slow(self.name, "is beside an empty element")
            self.texts[-1] = self.texts[-1]._replace(ended=self.texts[-1].ended + END)
        elif mark:
            self.begun += mark
        elif words := self._collapsed(words):
            if id(element) not in self.shown:
                raise slow(self.name, "is beside text that is not shown")
            pattern = re.compile("|".join(sorted(map(re.escape, self.holes), key=len, reverse=True)))
            parts = parts_of(words, pattern, self.holes) or (words,)
            self.texts.append(IsolatedText(parts, self.shown[id(element)], self.begun, ""))
            self.begun = ""
            self.said += words

    def _collapsed(self, words: str) -> str:
        """The words without spaces that are not shown."""
        words = _SPACES.sub(" ", words)
        return words.lstrip(" ") if not self.said or self.said.endswith(" ") else words

    def finished(self) -> list[IsolatedText]:
        """The texts, without the space at the end."""
        if sorted(self.holes.values()) != sorted(name for one in self.texts for name in one.parts[1::2]):
            raise slow(self.name, "is not in an element of its own")
        last = self.texts[-1]
        if self.said.endswith(" "):
            last = self.texts[-1] = last._replace(parts=(*last.parts[:-1], last.parts[-1].rstrip(" ")))
            if not any(last.parts):
                raise slow(self.name, "is before a space")
        return self.texts


def _words_of(element: Any, labels: set[int]) -> Iterator[tuple[str, Any, str]]:
    """The words in an element, each with its element; and the marks where isolates begin and end."""
    if element.text:
        yield element.text, element, ""
    for child in element:
        mark = _mark_of(child)
        if id(child) not in labels:
            if mark:
                yield "", child, mark
            yield from _words_of(child, labels)
            if mark:
                yield "", child, END
        if child.tail:
            yield child.tail, element, ""


class _Element(NamedTuple):
    element: Any
    element_tag: str


def _mark_of(element: Any) -> str:
    return isolate_of(_Element(element, element.tag)) if isinstance(element.tag, str) else ""


def _children(line: Any) -> list[Any]:
    """What is on the first line of a paragraph after its label."""
    number = next((nth for nth, child in enumerate(line.children) if _is_text(child)), len(line.children))
    return list(line.children[number:])


def _is_text(box: Any) -> bool:
    if isinstance(box, boxes.InlineBox):
        return box.style["vertical_align"] == "baseline" and all(map(_is_text, box.children))
    return isinstance(box, boxes.TextBox)
