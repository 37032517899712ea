"""Reads an untrusted Word file that somebody edited: its paragraphs, with their places in the letter, and comments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from lxml import etree

from circulars.accessibility.word.file import Styles
from circulars.files.opc import UnreadablePackageError, broken_fact, links_of, parse_part, read_parts, shown, targets
from circulars.files.word_document import document_of, transitional
from circulars.render.docx.markup import w
from circulars.review.word_edits.comments import read_comments
from circulars.review.word_edits.edited import EditedDocument, EditedParagraph, StoryPart, Unmapped
from circulars.review.word_edits.inline import StoryContext
from circulars.review.word_edits.looks import Formats
from circulars.review.word_edits.pages import pages_of
from circulars.review.word_edits.stories import CommentMark, StoryText, read_notes, read_story

__all__ = ["read_edited"]

_FURNITURE: Final[tuple[StoryPart, ...]] = ("header", "footer")
_NOTES: Final[tuple[StoryPart, ...]] = ("footnote", "endnote")
_SAVE_AGAIN: Final = "save it again in the program in which it was edited"
MAX_ELEMENTS: Final = 600_000
"""How many elements all texts of a file may have together."""


def read_edited(data: bytes) -> EditedDocument:
    """What is in a Word file, as far as letters are concerned: body, headers, footers, footnotes and endnotes.

    Headers and footers are in the order of their words, each once: programs copy them from one section to another.

    Raises:
        UnreadablePackageError: it is not a Word file, or it is damaged, deceptive or too large.
    """
    try:
        parts = transitional(read_parts(data))
        return _read(parts, document_of(parts))
    except etree.XMLSyntaxError as error:
        raise UnreadablePackageError(broken_fact(error), _SAVE_AGAIN) from None
    except KeyError as error:
        fact = f"the part '{shown(str(error.args[0]))}' is missing"
        raise UnreadablePackageError(fact, _SAVE_AGAIN) from None


def _read(parts: Mapping[str, bytes], main: str) -> EditedDocument:
    trees = {name: parse_part(parts[name]) for name in _text_parts(parts, main)}
    if trees[main].find(w("body")) is None:
        raise UnreadablePackageError("its text has no body", _SAVE_AGAIN)
    if sum(1 for tree in trees.values() for _ in tree.iter()) > MAX_ELEMENTS:
        raise UnreadablePackageError(f"its texts have more than {MAX_ELEMENTS:,} elements", _SAVE_AGAIN)
    styles = next((parse_part(parts[name]) for name in targets(parts, main, "styles") if name in parts), None)
    formats, unmapped = Formats(Styles(styles)), list[Unmapped]()

    def context(name: str) -> StoryContext:
        links = {link.get("Id", ""): link.get("Target", "") for link in links_of(parts, name)}
        return StoryContext(formats, links, unmapped)

    body = read_story(trees[main], "body", context(main))
    others = [*_furniture(parts, main, trees, context)]
    for kind in _NOTES:
        for name in _named(parts, main, kind):
            others += read_notes(trees[name], kind, context(name), body.signs)
    paragraphs = _with_numbered_notes([one for story in (body, *others) for one in story.paragraphs])
    comments = read_comments(parts, main, _marks([body, *others]), paragraphs, context(main))
    return EditedDocument(paragraphs, comments, (*unmapped, *pages_of(trees[main])))


def _text_parts(parts: Mapping[str, bytes], main: str) -> list[str]:
    return [main, *(name for kind in (*_FURNITURE, *_NOTES) for name in _named(parts, main, kind))]


def _named(parts: Mapping[str, bytes], main: str, kind: StoryPart) -> list[str]:
    """The names of the parts of a kind."""
    relationship = f"{kind}s" if kind in _NOTES else kind
    return [name for name in dict.fromkeys(targets(parts, main, relationship)) if name in parts]


def _furniture(
    parts: Mapping[str, bytes],
    main: str,
    trees: Mapping[str, etree._Element],
    context: Callable[[str], StoryContext],
) -> Iterator[StoryText]:
    """The headers, then the footers: each once, in the order of their words."""
    for kind in _FURNITURE:
        stories = [read_story(trees[name], kind, context(name)) for name in _named(parts, main, kind)]
        texts = {tuple(paragraph.text for paragraph in story.paragraphs): story for story in stories}
        yield from (story for _, story in sorted(texts.items()))


def _with_numbered_notes(paragraphs: Sequence[EditedParagraph]) -> tuple[EditedParagraph, ...]:
    """The paragraphs with the numbers of footnotes in the order of their marks: programs give them others."""
    order = dict.fromkeys(run.note for one in paragraphs for run in one.runs if run.note)
    numbers = {note: f"{note.partition(' ')[0]} {number}" for number, note in enumerate(order, start=1)}
    return tuple(
        replace(
            one,
            note=numbers.get(one.note, one.note),
            runs=tuple(replace(run, note=numbers[run.note]) if run.note else run for run in one.runs),
        )
        for one in paragraphs
    )


def _marks(stories: Sequence[StoryText]) -> Iterator[CommentMark]:
    """Where comments are, with the numbers of paragraphs in the whole file."""
    before = 0
    for story in stories:
        yield from (replace(mark, paragraph=mark.paragraph + before) for mark in story.marks)
        before += len(story.paragraphs)
