"""What a template keeper should know about a Word file before letters are made with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from circulars.doctor.word import WordTemplate
from circulars.errors import short
from circulars.render.docx.markup import w

_TAG: Final = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_LETTER: Final = re.compile(r"[^\W\d_]")
_MAX_LISTED: Final = 12
_MAX_QUOTED: Final = 60  # characters


def notes_on(word: WordTemplate) -> Iterator[str]:
    """Sentences about a Word file: the words that it has itself, its columns, and its direction."""
    for story in word.stories.values():
        if words := _own_words(word, story):
            more = f" and {len(words) - _MAX_LISTED} more" if len(words) > _MAX_LISTED else ""
            listed = ", ".join(f"'{one}'" for one in words[:_MAX_LISTED])
            yield f"every letter will have these words of the {story}: {listed}{more}"
    body = word.trees[word.main]
    if any(_number(columns.get(w("num"), "1")) > 1 for columns in body.iter(w("cols"))):
        yield "the text is in columns, and so will letters be: choose one column in Word (Layout, Columns) if not"
    if _is_right_to_left(word):
        yield (
            "the file is set from right to left, but letters have the direction of their language: write a "
            "right-to-left language into 'languages:' in pack.yaml, or set the paragraphs from left to right in Word"
        )


def _own_words(word: WordTemplate, story: str) -> list[str]:
    """The words beside the tags of a story, by paragraphs, each once."""
    found: dict[str, None] = {}
    for paragraph in word.paragraphs():
        words = _TAG.sub(" ", paragraph.text) if paragraph.story == story else ""
        if _LETTER.search(words):
            found[short(words, _MAX_QUOTED)] = None
    return list(found)


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) else 1


def _is_right_to_left(word: WordTemplate) -> bool:
    """Whether the sections, or most of the paragraphs with text, are set from right to left."""
    body = word.trees[word.main]
    if any(section.find(w("bidi")) is not None for section in body.iter(w("sectPr"))):
        return True
    sides = [
        paragraph.element.find(f"{w('pPr')}/{w('bidi')}") is not None
        for paragraph in word.paragraphs()
        if paragraph.text.strip()
    ]
    return sum(sides) * 2 > len(sides)
