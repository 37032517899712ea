"""The texts of a letter as they are typed, with what is no text of their language masked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from circulars.language import Language
from circulars.model.letter import Letter

MASK: Final = "\ufffc"
_NO_TEXT: Final = re.compile(
    r"\{\{.*?\}\}|\[(?:[^\[\]\\]|\\.)*\]\{lang=[^{}]*\}|\]\([^\s()]*\)|<[^\s<>]+>|\[\^[\w-]+\]"
    r"|(?:[a-z]{2,10}://|www\.)[^\s<>]*[\w/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\\.",
    re.DOTALL,
)
_MARK: Final = re.compile(r"[{\[<\\@]|://|www\.")


@dataclass(frozen=True, slots=True)
class RunningText:
    """A text in one language as typed, and ``masked``: fields, links and addresses are characters that no word has.

    ``where`` are the characters of the file that it covers, ``ranges`` those of the text in all languages.
    """

    language: Language
    typed: str
    masked: str
    where: tuple[int, int]
    ranges: tuple[tuple[int, int], ...]


def running_texts(letter: Letter, languages: Mapping[str, Language]) -> tuple[RunningText, ...]:
    """The texts of a letter in their languages, without those that are the same in several."""
    return tuple(
        RunningText(languages[code], typed, _masked(typed), text.ranges[code], tuple(text.ranges.values()))
        for text in letter.texts
        if len({*text.ranges.values()}) == len(text.ranges)
        for code, typed in text.typed.items()
    )


def _masked(text: str) -> str:
    if _MARK.search(text) is None:
        return text
    return _NO_TEXT.sub(lambda found: MASK * len(found[0]), text)
