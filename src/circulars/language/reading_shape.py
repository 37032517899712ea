"""The shape of the words by which checks know what texts state."""

from __future__ import annotations

import re
from typing import Final

from circulars.language.words import ReadingWords
from circulars.model.phrases import Pattern
from circulars.syntax.groups import Field, ListOf, MapOf, Record
from circulars.syntax.nodes import Node
from circulars.syntax.phrase_shapes import PLAIN_TEXT, PatternText
from circulars.syntax.shape import Converted, Report, shortened


def _each_once(pattern: Pattern, node: Node, report: Report) -> Pattern:
    """The pattern; none of its places is there twice."""
    names = [gap.name for gap in pattern.gaps]
    for name in names:
        if names.count(name) > 1:
            fact = f"this text has the place '{{{name}}}' twice"
            raise report.refuse(node, "repeated-place", fact, f"write {{{name}}} once")
    return pattern


_CITED_WITH: Final = Converted(PatternText(("reference", "date")), _each_once)
_CITATIONS: Final = Converted(ListOf(_CITED_WITH, "a list of texts"), lambda found, *_: tuple(found))
_DECADES: Final = Converted(
    ListOf(Converted(PatternText(("decade",), ("century",)), _each_once), "a list of texts"),
    lambda found, *_: tuple(found),
)


def _with_ending(word: str, node: Node, report: Report) -> str:
    """The word; its "*" is at the end of a word."""
    if re.search(r"\*(?!\s|$)|(?<!\w)\*", word):
        fact = f"'*' is any ending of a word, and is not at the end of one in '{shortened(word)}'"
        raise report.refuse(node, "wrong-type", fact, "delete the '*', or write it at the end of a word")
    return word


_ENDED: Final = Converted(
    ListOf(Converted(PLAIN_TEXT, _with_ending), "a list of texts"), lambda words, *_: tuple(words)
)
_WORDS_BY_NUMBER: Final = MapOf(
    _ENDED, "a group of words", r"[1-9]\d{0,11}", "a whole number", "Words for this number."
)
_UNITS: Final = MapOf(_ENDED, "a group of words", r"\S{1,10}", "a symbol", "Words for this unit.")
_LETTER_NAMES: Final = MapOf(_ENDED, "a group of words", r"[^\W\d_]", "a letter", "Names of this letter.")
READING: Final[Record[ReadingWords]] = Record(
    ReadingWords,
    (
        Field("numbers", _WORDS_BY_NUMBER, "Numbers in words: {8: [eight, eighth]}; * is any ending."),
        Field("scales", _WORDS_BY_NUMBER, "Words after a number that multiply it: {1000000: [million]}."),
        Field("percent", _ENDED, "Words for %."),
        Field("hours", _ENDED, "Words after an hour, or between it and its minutes: [hours, h]."),
        Field("before-hours", _ENDED, "Words before a time."),
        Field("minutes", _ENDED, "Words after minutes."),
        Field("morning", _ENDED, "Words for the hours before noon: [a.m.]."),
        Field("afternoon", _ENDED, "Words for the hours after noon: [p.m.]."),
        Field("times", _WORDS_BY_NUMBER, "Words for hours: {12: [noon]}."),
        Field("between-times", _ENDED, "Words between two times: [to, until]."),
        Field("doubtful", _ENDED, "Names of days or months that are also other words."),
        Field("prefixes", _ENDED, "What is written together with the next word."),
        Field("addresses", _ENDED, "What names the language in an address on the web: [en, eng]."),
        Field("abbreviations", _ENDED, "Words with a full stop that ends no sentence: [Mr., No.]."),
        Field("annexes", _ENDED, "Words before the number of an annex."),
        Field("paragraphs", _ENDED, "Words before the number of a paragraph."),
        Field("elsewhere", _ENDED, "Words after 'Annex 1' that make it another document's: [of, to]."),
        Field("referring", _ENDED, "Words before a paragraph or an annex that make it this letter's: [see]."),
        Field("citations", _CITATIONS, "How a letter is cited with its date: ['{reference} of {date}']."),
        Field("decades", _DECADES, "How decades are written: ['{decade}s']; '{century}' is that of the decade."),
        Field("letters", _LETTER_NAMES, "Names of letters after a number: {A: [ألف]}."),
        Field("units", _UNITS, "Measures and currencies: {km: [kilometre*], CHF: [Swiss francs]}; * is any ending."),
    ),
    part_of="this group of words",
)
