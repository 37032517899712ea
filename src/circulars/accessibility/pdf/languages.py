"""Checks the languages of a PDF: of its text, alternate texts, annotations, bookmarks and title."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf.annotations import read_annotations
from circulars.accessibility.pdf.content import Content
from circulars.accessibility.pdf.file import PdfFile, get, is_dictionary, text
from circulars.accessibility.pdf.metadata import texts_without_language
from circulars.accessibility.pdf.rules import PDF
from circulars.accessibility.pdf.tags import Tag, TagTree
from circulars.accessibility.shared import not_a_language
from circulars.accessibility.uninformative import is_language_of_pdf

_UNDECLARED: Final = "the file does not declare its language"


def check_language(file: PdfFile) -> Iterator[Finding]:
    """Checks the language of a file without tags."""
    if not _declared(file):
        yield PDF["no-language"].finding(file.spot(), _UNDECLARED)
    yield from _check_tag_of_file(file)


def _declared(file: PdfFile) -> bool:
    return bool(text(file.root, "/Lang").strip())


def _check_tag_of_file(file: PdfFile) -> Iterator[Finding]:
    if "/Lang" in file.root and not is_language_of_pdf(language := text(file.root, "/Lang")):
        yield PDF["bad-language"].finding(file.spot(), not_a_language(language))


def check_languages(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks that everything in a tagged file has a language, and that the languages are valid."""
    yield from _check_tag_of_file(file)
    if not _declared(file) and (without := [*_without_language(file, content, tree)]):
        fact = f"{_UNDECLARED}; there is no language for {_listed(without)}"
        yield PDF["no-language"].finding(file.spot(), fact)
    for tag in tree.tags:
        if "/Lang" in tag.node and not is_language_of_pdf(language := text(tag.node, "/Lang")):
            spot = file.spot(tag.page, tree.text(tag, content))
            yield PDF["bad-language"].finding(spot, not_a_language(language))
    for language, page in content.languages.items():
        if not is_language_of_pdf(language):
            yield PDF["bad-language"].finding(file.spot(page), not_a_language(language))


def _listed(things: list[str]) -> str:
    return things[0] if len(things) == 1 else ", ".join(things[:-1]) + " and " + things[-1]


def _without_language(file: PdfFile, content: Content, tree: TagTree) -> Iterator[str]:
    """What has no language in a file that declares none for all of it, in words."""
    if page := _text_without(content, tree):
        yield f"text on page {page}"
    if any(not tag.language and _has_texts(tag) for tag in tree.tags):
        yield "alternate or replacement texts of tags"
    described = fields = False
    for annotation in read_annotations(file, tree):
        language = text(annotation.node, "/Lang").strip() or (annotation.tag.language if annotation.tag else "")
        described |= bool(annotation.description) and not language
        fields |= annotation.kind == "Widget" and bool(text(annotation.field, "/TU").strip()) and not language
    if described:
        yield "descriptions of annotations"
    if fields:
        yield "tooltips of form fields"
    if is_dictionary(get(file.root, "/Outlines", "/First")):
        yield "bookmarks"
    if texts_without_language(file):
        yield "the title or another text of the metadata"


def _text_without(content: Content, tree: TagTree) -> int:
    """The first page with text that has no language, or 0."""
    pages = [
        piece.page
        for mark, piece in content.pieces.items()
        if piece.needs_language and not tree.language_of_mark.get(mark)
    ]
    pages += [piece.page for piece in (*content.unmarked, *content.artifacts) if piece.needs_language]
    return min(pages, default=0)


def _has_texts(tag: Tag) -> bool:
    return any(text(tag.node, name) for name in ("/Alt", "/ActualText", "/E"))
