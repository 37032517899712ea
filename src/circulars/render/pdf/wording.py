"""Gives a line its words where its glyphs do not tell them: it is found, copied and read aloud as it was written.

A PDF says of each glyph of a font which characters it stands for, once for the whole file. In scripts whose letters
join, stack or change places (Devanagari, Khmer, …) one glyph stands for other characters in each word, so that a
reader who goes by glyphs loses some. Such a line says its words itself (``ActualText``, ISO 32000-1, 14.9.4).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pydyf

_SHOWN = re.compile(rb"/(\S+) \S+ Tf|<([0-9a-f]*)>")
# What readers ignore, or WeasyPrint draws nothing for: soft hyphens, breaks without width, marks of direction.
_UNDRAWN = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u2066\u2067\u2068\u2069"))
_NOTHING = "\u2060"  # what a glyph stands for whose characters another one tells; PDF/UA-1 asks for something (7.21.7)
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))
_FROM_RIGHT = ("R", "AL", "AN")


def say_words(stream: Any, marks: Mapping[Any, Mapping[str, Any]], fonts: Iterable[Any]) -> None:
    """Adds the words of every marked line of a page's content that its glyphs do not tell.

    ``marks`` are WeasyPrint's, by box; ``fonts`` those that it has drawn with until now.
    """
    lines = {mark["mcid"]: box for box, mark in marks.items() if getattr(box, "text", "")}
    for font in fonts:
        font.to_unicode.update({glyph: _NOTHING for glyph, told in font.to_unicode.items() if not told})
    named, content = {font.hash.encode(): font for font in fonts}, stream.stream
    for position, item in enumerate(content):
        line = lines.get(item.get("MCID")) if isinstance(item, pydyf.Dictionary) else None
        if line and not _tells(_read(content, position, named), line.text, line.style["direction"]):
            item["ActualText"] = pydyf.String(line.text)


def _read(content: list[Any], position: int, fonts: Mapping[bytes, Any]) -> Iterator[str]:
    """What the glyphs tell that stand between a place of the content and the next end of a mark."""
    told: Mapping[int, str] = {}
    digits = 4
    for place in range(position, len(content)):
        piece = content[place]
        if piece == b"EMC":
            return
        for name, glyphs in _SHOWN.findall(piece) if isinstance(piece, bytes) else ():
            if name:
                font = fonts[name]
                told, digits = font.to_unicode, 2 if font.bitmap else 4
            for start in range(0, len(glyphs), digits):
                yield told[int(glyphs[start : start + digits], 16)]


def _tells(read: Iterable[str], text: str, direction: str) -> bool:
    """Whether a reader has the text from what the glyphs tell, in a line of a direction ("ltr", "rtl").

    A mark that is a glyph of its own stands above or below others, and a reader who goes by places may take it for an
    earlier one's. Words from right to left stand in another order, and are read by it: of them no character may lack.
    """
    told = list(read)
    got, meant = _compared("".join(told)), _compared(text)
    if direction == "rtl" or any(unicodedata.bidirectional(character) in _FROM_RIGHT for character in meant):
        # Poppler turns a line's own words round as it does its glyphs: a joiner that is lost is the lesser evil.
        same = sorted(got.translate(_JOINERS)) == sorted(meant.translate(_JOINERS))
        return same and all(word in got for word in _words_from_left(meant))
    return got == meant and not any(one == _NOTHING or _is_mark(one) for one in told)


def _is_mark(told: str) -> bool:
    return all(unicodedata.category(character).startswith("M") for character in told)


def _words_from_left(text: str) -> Iterator[str]:
    """The words, without what stands around them, that are written from left to right."""
    for is_word, characters in itertools.groupby(text, lambda one: unicodedata.category(one)[0] in "LMN"):
        word = "".join(characters)
        if is_word and not any(unicodedata.bidirectional(character) in _FROM_RIGHT for character in word):
            yield word


def _compared(text: str) -> str:
    """A text without what makes no difference to a reader: kinds of spaces, and what nothing is drawn for."""
    return " ".join(text.translate(_UNDRAWN).split())
