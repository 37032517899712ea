"""Warns of words that are wider than their column of a table, and so are divided, or cut where they must be."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

from circulars.addressing.widths import EAST_ASIAN, width_of
from circulars.errors import Problem
from circulars.model.grid import grid
from circulars.model.letter import Grid, GridCell, Letter, Listing
from circulars.model.sheet import CELL_SIDES, LABEL_WIDTHS
from circulars.model.text import Spans
from circulars.pack import Pack

_SMALLER: Final = 10 / 11
"""How large the text of tables is, compared with other text."""
_MILLIMETRES: Final = 25.4 / 72
# Lines end at spaces, and behind these; links are broken anywhere.
_BREAKS: Final = re.compile(r"[^\S\xa0\u202f]+|(?<=[-–—/\u2010\xad])")
# As in the stylesheet: hyphenate-limit-chars.
_SHORTEST: Final = 8
_AT_ENDS: Final = 3
_LINK: Final = re.compile("://|@|www[.]")


def wide_words(letter: Letter, pack: Pack) -> Iterator[Problem]:
    """A warning for each word of a table that is wider than its column, and that the rules of no language hyphenate."""
    annexes = [(part, annex.orientation == "landscape") for annex in letter.annexes for part in annex.body]
    turned = pack.sheet.height - pack.sheet.width
    for part, is_turned in itertools.chain(((part, False) for part in letter.body), annexes):
        if isinstance(part, Grid):
            yield from _wide_in(part, pack.sheet.text_width + turned * is_turned, letter, pack)


def _wide_in(part: Grid, width: float, letter: Letter, pack: Pack) -> Iterator[Problem]:
    shares = part.widths or (1,) * part.width
    em = pack.type.size * _SMALLER * pack.type.width / 100 * _MILLIMETRES
    for cell, column in _cells(part):
        room = width * sum(shares[column : column + cell.colspan]) / sum(shares) - CELL_SIDES
        for named in letter.languages:
            texts = [(cell.text.get(named.name, ()), room), *_listed(cell.listing, named.name, room)]
            for word, own_room in ((word, own_room) for text, own_room in texts for word in _words(text)):
                if width_of(word) / 1000 * em > own_room and not _is_hyphenated(word, named.name, own_room / em, pack):
                    fact = f"the word '{word}' is wider than its column of the table, and will be divided"
                    yield Problem(part.where, "wide-word", fact, "make the column wider with 'widths:', or shorten it")


def _listed(listing: Listing | None, language: str, room: float) -> Iterator[tuple[tuple[Spans, ...], float]]:
    """The texts of a list in a cell and of the lists in it, each with its room beside labels that are narrow."""
    room -= LABEL_WIDTHS["narrow"]
    for entry in listing.entries if listing else ():
        yield entry.text.get(language, ()), room
        yield from _listed(entry.listing, language, room)


def _cells(part: Grid) -> Iterator[tuple[GridCell, int]]:
    """The cells of a table, each with its first column."""
    for row in grid((part.columns, *part.subheads, *part.rows), part.width):
        yield from ((slot.cell, slot.column) for slot in row.slots if not slot.is_continued)


def _words(paragraphs: tuple[Spans, ...]) -> Iterator[str]:
    """The words of a cell that are written out in the letter, without those whose width is not known."""
    for spans in paragraphs:
        text = "".join("\n" if span.hole or span.link or (span.blank and span.width) else span.text for span in spans)
        yield from (
            word for word in _BREAKS.split(text) if word and not EAST_ASIAN.search(word) and not _LINK.search(word)
        )


def _is_hyphenated(word: str, language: str, room: float, pack: Pack) -> bool:
    """Whether a word is divided with hyphens, and each part has room; ``room`` is in widths of an em.

    It is in small letters, so it is no name, and the language has rules by which it can be divided.
    """
    is_word = word.islower() and word.strip(".,;:!?()«»“”\"'").isalpha()
    if pack.type.hyphens == "none" or not is_word:
        return False
    *parts, last = _parts(word, language)
    return all(width_of(part) / 1000 <= room for part in (*(f"{part}-" for part in parts), last))


def _parts(word: str, language: str) -> list[str]:
    """The parts of a word between which a language may divide it; the whole word, if it has no rules or is short."""
    import pyphen  # its dictionaries are needed for such words only

    name = pyphen.language_fallback(language) if len(word) >= _SHORTEST else None
    patterns = pyphen.Pyphen(lang=name, left=_AT_ENDS, right=_AT_ENDS) if name else None
    places = [0, *patterns.positions(word), len(word)] if patterns else [0, len(word)]
    return [word[start:end] for start, end in itertools.pairwise(places)]
