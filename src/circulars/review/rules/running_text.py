"""The texts of a letter as they are typed, with what is no text of their language masked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from circulars.language import Language
from circulars.model.letter import Letter

WORD: Final = re.compile(r"[^\W\d_]+")
MASK: Final = "\ufffc"
_MARKED: Final = r"\{\{.*?\}\}|\[(?:[^\[\]\\]|\\.)*\]\{lang=[^{}]*\}|\]\([^\s()]*\)|<[^\s<>]+>|\[\^[\w-]+\]"
_NO_TEXT: Final = re.compile(
    rf"{_MARKED}|(?:[a-z]{{2,10}}://|www\.)[^\s<>]*[\w/]|(?:(?<![\w.+-])|(?<=\\.))[\w.+-]++@[\w-]++(?:\.[\w-]++)++|\\.",
    re.DOTALL,
)
_NO_ADDRESS: Final = re.compile(rf"{_MARKED}|\\.", re.DOTALL)
"""The same for texts without addresses, which is much faster."""
_MARK: Final = re.compile(r"[{\[<\\]")
_ADDRESS: Final = re.compile(r"@|://|www\.")


@dataclass(frozen=True, slots=True)
class RunningText:
    """A text in one language as typed, and ``masked``: fields, links and addresses are characters that no word has.

    ``where`` are the characters of the file that it covers, ``ranges`` those of the text in all languages. ``words``
    are its words without regard to capitals: most rules ask first whether it has one of theirs.
    """

    language: Language
    typed: str
    masked: str
    where: tuple[int, int]
    ranges: tuple[tuple[int, int], ...]
    words: tuple[str, ...]


def running_texts(letter: Letter, languages: Mapping[str, Language]) -> tuple[RunningText, ...]:
    """The texts of a letter in their languages, without those that are the same in several."""
    return tuple(
        _running_text(languages[code], typed, text.ranges[code], tuple(text.ranges.values()))
        for text in letter.texts
        if len({*text.ranges.values()}) == len(text.ranges)
        for code, typed in text.typed.items()
    )


def _running_text(
    language: Language, typed: str, where: tuple[int, int], ranges: tuple[tuple[int, int], ...]
) -> RunningText:
    text = masked(typed)
    return RunningText(language, typed, text, where, ranges, tuple(WORD.findall(text.casefold())))


def masked(text: str) -> str:
    """A text with a sign in place of each character of fields, links and addresses."""
    pattern = _NO_TEXT if _ADDRESS.search(text) else _NO_ADDRESS
    if pattern is _NO_ADDRESS and not _MARK.search(text):
        return text
    return pattern.sub(lambda found: MASK * len(found[0]), text)
