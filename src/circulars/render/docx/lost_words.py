"""Finds the words of a letter that a filled Word template does not show.

A template may filter, slice or reassign any field, so what it shows is only known when it is filled in.
"""

from __future__ import annotations

import html
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.errors import short
from circulars.model.document import Document, texts_of
from circulars.render.docx.markup import HOLE, without_marks
from circulars.render.docx.tags import Fault, tag_of

_TOKEN: Final = re.compile(r"[^\W_]+")
_TEXT: Final = re.compile(r"<w:t(?: [^>]*)?>([^<]*)|<w:(?:p|br|tab|ptab|cr)[ />]")
_FALLBACK: Final = re.compile(r"<mc:Fallback\b.*?</mc:Fallback>", re.DOTALL)
_MAX_REPORTED: Final = 3
_MAX_QUOTED: Final = 60  # characters


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of the letter: the field of the template that shows it, its words as they are, and its tokens."""

    field: str
    words: str
    tokens: tuple[str, ...]


def lost_words(document: Document, stories: Mapping[str, str]) -> tuple[Fault, ...]:
    """The first texts of a document that the filled parts do not show, or only in part.

    Upper and lower case count as the same, and values of addressees are ignored.
    """
    texts = list(_texts(document))
    found = [token for story in stories.values() for token in _shown(story)]
    missing = Counter(token for text in texts for token in text.tokens) - Counter(found)
    if not missing:
        return ()
    suspects = [text for text in texts if not missing.keys().isdisjoint(text.tokens)]
    lost = {text.words: text for text in _not_on("".join(found), suspects)}
    return tuple(
        (
            f"'{short(text.words, _MAX_QUOTED)}' is in the letter, but not on the page",
            f"show '{text.field}' whole: {tag_of(text.field)}",
        )
        for text in [*lost.values()][:_MAX_REPORTED]
    )


def _not_on(page: str, texts: Sequence[_Text]) -> list[_Text]:
    """The texts that are not on a page, in their order.

    The template may show two texts without a space between them, so whole texts are sought, the longest ones first.
    """
    lost: set[int] = set()
    for place, text in sorted(enumerate(texts), key=lambda one: -len("".join(one[1].tokens))):
        before, found, after = page.partition("".join(text.tokens))
        page = f"{before}\0{after}"
        if not found:
            lost.add(place)
    return [text for place, text in enumerate(texts) if place in lost]


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(HOLE.sub(" ", text).casefold())


def _shown(story: str) -> list[str]:
    """The tokens of a part. Older programs' copies of text boxes are left out, and so are values of addressees.

    Marks of direction divide no words: "و50" is one, though its number is isolated.
    """
    plain = without_marks(HOLE.sub(" ", story))
    if "<mc:Fallback" in plain:
        plain = _FALLBACK.sub("", plain)
    text = "".join(" " if found[1] is None else found[1] for found in _TEXT.finditer(plain))
    return _TOKEN.findall(html.unescape(text).casefold())


def _texts(document: Document) -> Iterator[_Text]:
    """The texts that every template must show. Numbers and bullets are missing: Word counts them itself."""
    for field, words in _worded(document):
        if tokens := tuple(_tokens(words)):
            yield _Text(field, words, tokens)


def _worded(document: Document) -> Iterator[tuple[str, str]]:
    yield "date_line", document.date_line
    for place, particular in enumerate(document.particulars):
        yield from _running("others" if place else "first", particular.lines)
    for name in ("addressees", "subject", "salutation", "body", "postscript"):
        yield from _running(name, getattr(document, name))
    for name in ("references", "enclosures", "distribution"):
        if listed := getattr(document, name):
            yield name, listed.label
            yield from _running(name, listed)
    yield from (("copies", listed.label) for listed in document.copies)
    yield from _running("copies", document.copies)
    ending = "signatures" if document.cosignatures else ""
    yield ending or "closing", document.closing
    for signature in document.signatures:
        yield from ((ending or "signature", words) for words in (signature.signed, signature.name, *signature.title))
    if document.link_code:
        yield ending or "link_code", document.link_code.caption
    yield "drafter", document.drafter
    yield from (("annex_note", line) for line in document.annex_note)
    for annex in document.annexes:
        yield from (("annexes", words) for words in (annex.label, annex.parent))
        yield from _running("annexes", (annex.title, annex.body))


def _running(field: str, value: object) -> Iterator[tuple[str, str]]:
    """The running text in a part of a document, in pieces between the marks of footnotes: Word may count these."""
    for spans in texts_of(value):
        for is_mark, piece in itertools.groupby(spans, lambda span: bool(span.note)):
            if not is_mark:
                yield field, "".join(span.text for span in piece)
