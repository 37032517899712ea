"""Turns the signs in the words of a page into elements that show and tell the marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from circulars.review.reports.marked_pdf.signs import ANY, Sign, last_sign, runs_of, without_signs
from circulars.review.reports.spoken import Spoken

QUIET: Final = "quiet"
"""The class of marks that a reader need not look at."""
_ELEMENTS: Final = {
    Sign.ADDED: ("ins", "added"),
    Sign.REMOVED: ("del", "removed"),
    Sign.QUIETLY_ADDED: ("ins", QUIET),
    Sign.QUIETLY_REMOVED: ("del", QUIET),
    Sign.MOVED_HERE: ("ins", "moved"),
    Sign.MOVED_AWAY: ("del", "moved"),
    Sign.REFORMATTED: ("span", "reformatted"),
}
STYLES: Final = """
ins { color: #0a5c2c; text-decoration: underline }
del { color: #9b1c1c; text-decoration: line-through }
del + ins { margin-inline-start: 1pt }
ins.moved, del.moved { color: #0550ae; text-decoration-style: double }
ins.quiet, del.quiet { color: #57606a }
span.reformatted { text-decoration: underline dotted #7a4a00 }
"""


def mark(root: Element, words: Spoken) -> None:
    """Replaces the signs in a page by elements, and in its attributes by the new words.

    ``words`` are what screen readers are told.
    """
    _Marking().within(root)
    for element in root.iter():
        for name, value in element.attrib.items():
            if name != "aria-label" and ANY.search(value):
                element.set(name, without_signs(value))
    announce(root, words)


@dataclass(slots=True)
class _Marking:
    """Goes through the texts of a page in their order; ``sign`` is that of the text so far."""

    sign: Sign = Sign.END

    def within(self, element: Element) -> None:
        """Marks the texts in an element."""
        if element.tag in ("title", "style", "meta"):
            element.text = without_signs(element.text or "")
            return
        children = list(element)
        first, marked = self._pieces(element.text)
        element.text = first
        element[:] = []
        element.extend(marked)
        for child in children:
            element.append(child)
            self.within(child)
            child.tail, marked = self._pieces(child.tail)
            element.extend(marked)

    def _pieces(self, text: str | None) -> tuple[str, list[Element]]:
        """The text before the first marked piece, and the marked pieces, each with the text after it as its tail."""
        first, marked = "", list[Element]()
        for sign, piece in runs_of(text or "", self.sign):
            if sign in _ELEMENTS:
                marked.append(_element(sign, piece))
            elif marked:
                marked[-1].tail = (marked[-1].tail or "") + piece
            else:
                first += piece
        self.sign = last_sign(text or "", self.sign)
        return first, marked


def _element(sign: Sign, text: str) -> Element:
    tag, name = _ELEMENTS[sign]
    element = Element(tag, {"class": name})
    element.text = text
    return element


_BREAKS: Final = frozenset("p li td th h1 h2 h3 h4 h5 h6 caption div br section".split())
_MARKS: Final = frozenset(_ELEMENTS.values())


def is_mark(element: Element) -> bool:
    """Whether an element is one of the marks."""
    return (element.tag, element.get("class", "")) in _MARKS


def announce(root: Element, words: Spoken) -> None:
    """Has screen readers say each mark of an element in words: before what is marked alike, and after it."""
    run: list[Element] = []
    for text in [*_texts(root), None]:
        if run and (text is None or not _is_alike(text, run[0])):
            _say(run, words)
            run = []
        if text is not None and is_mark(text):
            run.append(text)


def _is_alike(one: Element, other: Element) -> bool:
    return (one.tag, one.get("class")) == (other.tag, other.get("class"))


def _say(run: list[Element], words: Spoken) -> None:
    said = _words_for(run[0], words)
    texts = [element.text or "" for element in run]
    texts[0] = f"{said}: {texts[0]}"
    texts[-1] = f"{texts[-1]} ({said}, {words.end})"
    for element, text in zip(run, texts, strict=True):
        element.set("data-pdf", "Span")
        if text != element.text:
            element.set("aria-label", text)


def _words_for(element: Element, words: Spoken) -> str:
    is_moved = element.get("class") == "moved"
    if element.tag == "ins":
        return words.moved_here if is_moved else words.inserted
    if element.tag == "del":
        return words.moved_away if is_moved else words.deleted
    return words.formatted


def _texts(element: Element) -> Iterator[Element]:
    """The marks, and an element for each text or break between them, in their order."""
    if is_mark(element):
        yield element
        return
    if element.tag in _BREAKS or element.text:
        yield element
    for child in element:
        yield from _texts(child)
        if child.tail or child.tag in _BREAKS:
            yield element
