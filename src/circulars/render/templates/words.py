"""Finds what a page shows otherwise than it is: links whose words are another address, characters that nobody sees."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from circulars.addressing.deception import deception
from circulars.characters import forbidden_at, problem_of
from circulars.model.document import Document, strings_of, texts_of
from circulars.render.templates.outside import Found


def of_words(root: Element, source: str, document: Document) -> Iterator[Found]:
    """What is misleading in a page; ``source`` is the page as a text.

    The document's own links have been judged with it, and the characters in it are those that the program sets.
    """
    own: set[tuple[str, str]] | None = None
    for link, words, before, after in _links(root):
        if wrong := deception(link, words, before, after):
            own = {*_links_of(document)} if own is None else own
            if (link, words) not in own:
                yield Found(*wrong, sought=link.lower(), code="deceptive-link")
    if forbidden := {source[at] for at in forbidden_at(source)}:
        forbidden -= {sign for text in strings_of(document) for sign in text}
    for code, fact, remedy in {wrong[0]: wrong for wrong in map(problem_of, sorted(forbidden))}.values():
        yield Found(fact, remedy, code=code)


def _links(root: Element) -> Iterator[tuple[str, str, str, str]]:
    """The address and the words of each link, and the text before and after it in the same element."""
    for parent in root.iter():
        before = parent.text or ""
        for child in parent:
            words, after = "".join(child.itertext()), child.tail or ""
            if child.tag == "a" and (link := child.get("href")):
                yield link.strip(), _with_breaks(child), before, after
            before = words + after


def _with_breaks(element: Element) -> str:
    """The text of an element, with a line feed for each line break."""
    pieces = [element.text or ""]
    for child in element:
        pieces += ["\n" if child.tag == "br" else _with_breaks(child), child.tail or ""]
    return "".join(pieces)


def _links_of(document: Document) -> Iterator[tuple[str, str]]:
    """The address and the words of each link of a document."""
    for spans in texts_of(document):
        for link in {span.link for span in spans if span.link}:
            yield link, "".join(span.text for span in spans if span.link == link)
