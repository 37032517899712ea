"""Reads an untrusted Word file that somebody edited: its paragraphs, with their places in the letter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from circulars.accessibility.word.file import Styles, value
from circulars.files.opc import UnreadablePackageError, broken_fact, parse_part, read_parts, targets
from circulars.files.word_document import document_of, transitional
from circulars.render.docx.markup import w
from circulars.review.word_edits.edited import EditedDocument, EditedParagraph, EditedRun

__all__ = ["read_edited"]

_HIDDEN: Final = "_c"
"""How the names of the bookmarks begin that name a place in a letter."""


def read_edited(data: bytes) -> EditedDocument:
    """What is in a Word file, as far as letters are concerned.

    Raises:
        UnreadablePackageError: it is not a Word file, or it is damaged, deceptive or too large.
    """
    try:
        parts = transitional(read_parts(data))
        main = document_of(parts)
        styles = Styles(
            next((parse_part(parts[name]) for name in targets(parts, main, "styles") if name in parts), None)
        )
        return EditedDocument(tuple(_paragraphs(parse_part(parts[main]), styles)))
    except etree.XMLSyntaxError as error:
        raise UnreadablePackageError(broken_fact(error), "save it again in the program that it was edited in") from None


def _paragraphs(story: etree._Element, styles: Styles) -> Iterator[EditedParagraph]:
    for paragraph in story.iter(w("p")):
        marks = (mark.get(w("name"), "") for mark in paragraph.iter(w("bookmarkStart")))
        runs = tuple(EditedRun(text) for run in paragraph.iter(w("r")) if (text := _text(run)))
        names = tuple(name for name in marks if name.startswith(_HIDDEN))
        yield EditedParagraph(names, runs, _style(paragraph, styles))


def _style(paragraph: etree._Element, styles: Styles) -> str:
    """The name of a paragraph's style in lower case: Word ignores case."""
    chain = styles.chain(value(paragraph, "pPr/pStyle"), paragraph=True)
    return value(chain[0], "name").lower() if chain else ""


def _text(run: etree._Element) -> str:
    return "".join(child.text or "" for child in run.iter(w("t")))
