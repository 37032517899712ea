"""Compares what a letter says, what its plain text says, and what its files say, word by word and line by line."""

from __future__ import annotations

import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from babel import Locale
from docx.oxml.ns import qn
from lxml import etree

from circulars.model.document import Document, texts_of, with_spans
from circulars.model.text import Span, plain
from circulars.render.txt import text_of
from page_rules import lost_words
from readers import docx2python_words, expected_words, first_difference, html_words
from render.test_kept_lines import lines_of_html, lines_of_pages

FIRST: Final = re.compile(r"(?:Words|Footnote)\d+x")
"""The first word of a text drawn by chance, which is in no other text."""
_MARKS: Final = re.compile(r"[*\[{<\\_]|https://|\w+@")
_ENDS: Final = ".,;:?!"
_OFTEN: Final = ("facts", "labels", "label", "title", "reference")
"""Keys whose texts may be shown more or less than once; the first two may be shown nowhere."""


def faults(document: Document, file: Path) -> Iterator[str]:
    """What a file of a letter says otherwise than its plain text: the format, and the words or the lines."""
    format, data, pages = file.suffix.removeprefix("."), file.read_bytes(), list[str]()
    match format:
        case "docx":
            shown = _with_word_marks(document)
            body, notes = replace(shown, footnotes=()), _notes_of_docx(data)
            wrong = first_difference(docx2python_words(file), expected_words(body, labels=False))
            expected = [_sign_of(note) + plain(note.spans) for note in document.footnotes]
            if not wrong and [_bare(one) for one in notes] != [_bare(one) for one in expected]:
                wrong = f"the footnotes {expected} are expected; {notes} are read"
            text = "\n".join([*_paragraphs_of_docx(data), *notes])
        case "html":
            notes_as_marked = tuple(replace(note, plain_mark=note.mark) for note in document.footnotes)
            shown = replace(document, footnotes=notes_as_marked)
            wrong, text = first_difference(html_words(file), expected_words(shown)), lines_of_html(data)
        case _:
            shown = document
            wrong, pages = lost_words(document, data), _lines_of_pages(document, data)
            text = "\n".join(pages)
    lost = [one for one in _lost_lines(shown, text) if not _is_on_two_pages(one, pages)]
    yield from (f"{format}: {one!r}" for one in (wrong, *lost) if one)


def _sign_of(note: Any) -> str:
    return "" if note.is_counted else note.mark


def _with_word_marks(document: Document) -> Document:
    """The document with the marks that are text in a Word file: those with a sign, and repeated ones.

    Readers leave out the marks that Word counts.
    """
    counted = {note.id for note in document.footnotes if note.is_counted}

    def shown(span: Span) -> Span:
        return replace(span, text="") if span.note in counted and not span.is_repeated else span

    return with_spans(document, shown)


def _paragraphs_of_docx(data: bytes) -> list[str]:
    """The text of each paragraph, with that of fields to be filled in."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [_text_of(one) for one in etree.fromstring(package.read("word/document.xml")).iter(qn("w:p"))]


def _notes_of_docx(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if "word/footnotes.xml" not in package.namelist():
            return []
        root = etree.fromstring(package.read("word/footnotes.xml"))
    return [_text_of(note) for note in root if note.get(qn("w:type")) is None]


def _text_of(element: Any) -> str:
    return "".join(
        "\n" if node.tag == qn("w:br") else node.text or "" for node in element.iter(qn("w:t"), qn("w:br"))
    ).strip()


def _bare(text: str) -> str:
    return "".join(text.split()).replace("\u2011", "-")


def _lines_of_pages(document: Document, pdf: bytes) -> list[str]:
    """The lines of each page of a PDF without those of its footer and its running header."""
    pages = lines_of_pages(pdf)
    furniture = ["\n".join(document.footer), *["\n".join(document.running_header)] * (len(pages) - 1)]
    named = (words.replace("{page}", str(number)) for number, words in enumerate(furniture, 1))
    return [page.strip().removeprefix(words).removesuffix(words) for page, words in zip(pages, named, strict=True)]


def _lost_lines(document: Document, shown: str) -> list[str]:
    """The texts of several lines that are on other lines in a file; a line may be broken anywhere."""
    texts = {plain(spans) for spans in texts_of(document)} | {document.closing, document.letterhead.bureau}
    return [text for text in sorted(texts) if "\n" in text.strip("\n") and not on_lines(text).search(shown)]


def _is_on_two_pages(text: str, pages: Sequence[str]) -> bool:
    """Whether a text goes on on the next page, maybe with footnotes between its lines."""
    places = [match.start() for match in re.finditer(r"\s", text)]
    return any(
        on_lines(text[:place]).search(above) and on_lines(text[place + 1 :]).search(below)
        for above, below in itertools.pairwise(pages)
        for place in places
    )


def on_lines(text: str) -> re.Pattern[str]:
    """A pattern for a text whose lines are lines; readers may break each of them again."""
    lines = ["[\ufffe\x02]?\\s*".join(map(_sign, "".join(line.split()))) for line in text.split("\n")]
    return re.compile(r"[^\S\n]*\n\s*".join(lines))


def _sign(sign: str) -> str:
    """A pattern for a character; readers of PDF have other signs for a hyphen at the end of a line."""
    return "[-\u2011\ufffe\x02]" if sign in "-\u2011" else re.escape(sign)


def added_or_lost(letter: str, document: Document, known: str) -> Iterator[str]:
    """What the plain text of a letter drawn by chance has more or less than the letter and ``known`` words.

    Each text must be there once, with its lines; and each word must be in the letter or in the known words.
    """
    source: Mapping[str, Any] = json.loads(re.sub(r'("meeting": )([\d-]+)', r'\1"\2"', letter))
    text, texts = text_of(document), [*_texts_of(source, document.language)]
    shown = FIRST.findall(text)
    for path, words in texts:
        # In one language a text has words of its own; those with marks are in all languages.
        for first in FIRST.findall(words):
            least, most = (0 if path[0] in ("facts", "labels") else 1), (99 if {*path} & {*_OFTEN} else 1)
            if not least <= shown.count(first) <= most:
                yield f"txt: {first} of {path} is there {shown.count(first)} times"
        typed = words.rstrip(_ENDS) if "deadlines" in path else words  # the time comes before the mark
        if path[0] not in ("facts", "labels") and not _is_on_lines(typed, text):
            yield f"txt: {words!r} of {path} is not there"
        if typed != words and not _MARKS.search(words) and not _is_marked(typed, words.removeprefix(typed), text):
            yield f"txt: {words!r} of {path} has lost its mark"
    own = " ".join(words for _, words in texts).replace("mailto:", "")
    allowed = {*map(_core, _words(own)), *map(_core, _words(known + _names_of_days(document.language)))}
    for word in _words(text):
        if _core(word) not in allowed and not _is_label(_core(word)):
            yield f"txt: {word!r} is neither in the letter nor in the pack"


def _names_of_days(language: str) -> str:
    locale = Locale(language)
    return " ".join(("", *locale.months["format"]["wide"].values(), *locale.days["format"]["wide"].values()))


def _texts_of(value: Any, language: str, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """The texts of a letter in a language, without those for other readers."""
    if isinstance(value, dict):
        if "when" in value:
            return
        for key, part in value.items():
            if key not in ("en", "es") or key == language:
                yield from _texts_of(part, language, path if key == language else (*path, key))
    elif isinstance(value, list):
        for part in value:
            yield from _texts_of(part, language, path)
    elif isinstance(value, str):
        yield path, value


def _is_on_lines(words: str, text: str) -> bool:
    """Whether the words of a text before its first mark are in a plain text, on lines as typed."""
    words = _MARKS.split(words)[0].strip().removeprefix("– ")
    if not FIRST.match(words):
        return True
    lines = [re.escape(line.strip()) for line in re.split("\n+", words)]
    return re.search(r"\s*\n\s*".join(lines), text) is not None


def _is_marked(typed: str, mark: str, text: str) -> bool:
    """Whether the mark that ended some words is in a plain text, behind their last line and the time."""
    last = typed.splitlines()[-1].strip()
    return re.search(f"{re.escape(last)}[^.;]*{re.escape(mark)}", text) is not None


def _words(text: str) -> list[str]:
    return re.split(r"[\s*\[\]{}<>\\|()\"#]+", text)


def _core(word: str) -> str:
    return re.sub(r"^[\W_]+|[\W_]+$", "", word).lower()


def _is_label(word: str) -> bool:
    return re.fullmatch(r"|[\d.,:\u00a0\u202f/-]+|[a-z]|[ivxlc]+|\d+(?:th|st|nd|rd|.?[ºª])", word) is not None
