"""Computes how likely words are in the languages that an encoding is for.

The likelihoods of the same bytes in several encodings can be compared. For alphabets they come from the pairs of
letters in CLDR's names and in other common ones, of which at least one letter is not ASCII: the others are the same in
all encodings (``python tests/source/addressees/letter_pairs.py`` counts them anew). For ideographs and syllables they
come from the order of the national standards, whose first level has the frequent ones.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

_RARE: Final = math.log(3e-6)
"""The likelihood of a character that the languages do not have."""
_FOREIGN: Final = _RARE - 4
"""That of a letter in a text of ideographs."""
_MARKS: Final = dict.fromkeys("«»“”„‘’–—…№°ºª·•€、。「」《》", math.log(1e-3))
"""The likelihoods of signs that occur in all languages."""
_IRREGULAR: Final = -5.0
"""The likelihood of a word such as "mÜLler", and of a quotation mark or another sign within a word."""
_WITHIN: Final = re.compile(r"[^\W\d_](?:[^\w\s'’‘ʼ·.-]|[¹²³ⁿªº])[^\W\d_]|[^\W\d_]„")
_TWO_ALPHABETS: Final = re.compile("[a-z][\u0370-\u1dff]|[\u0370-\u1dff][a-z]")
"""A Latin letter beside one of another alphabet, in small letters: no word has both."""
_TWO_SCRIPTS: Final = re.compile("[a-z][\u2e80-\uffff]|[\u2e80-\uffff][a-z]")
"""A Latin letter beside an ideograph or a syllable, in small letters."""

_HIGH: Final = (0xA1, 0xFF)
# The codec, the first and the last first byte, the range of the second byte, and how often such characters occur.
_DOUBLE: Final[Mapping[str, tuple[tuple[str, int, int, tuple[int, int], float], ...]]] = {
    "chinese": (
        ("gb2312", 0xB0, 0xCF, _HIGH, 0.70), ("gb2312", 0xD0, 0xD7, _HIGH, 0.25), ("gb2312", 0xD8, 0xF7, _HIGH, 0.04),
    ),
    "traditional-chinese": (("big5", 0xA4, 0xC6, (0x40, 0xFF), 0.95), ("big5", 0xC9, 0xF9, (0x40, 0xFF), 0.04)),
    "japanese": (
        ("euc_jp", 0xB0, 0xCF, _HIGH, 0.70), ("euc_jp", 0xD0, 0xF4, _HIGH, 0.02),
        ("euc_jp", 0xA4, 0xA4, _HIGH, 0.14), ("euc_jp", 0xA5, 0xA5, _HIGH, 0.13),
    ),
    "korean": (("euc_kr", 0xB0, 0xC8, _HIGH, 0.98), ("euc_kr", 0xCA, 0xFD, _HIGH, 0.01)),
}  # fmt: skip


def likelihood(models: Sequence[str], words: Iterable[str]) -> float:
    """The natural logarithm of how likely the words are, each in the language of one of the models."""
    if len(models) == 1:
        return sum(map(_model(models[0]), words))
    scales, choice = [_model(name) for name in models], math.log(len(models))
    return sum(max([scale(word) for scale in scales]) - choice for word in words)


class _Alphabet:
    """The likelihood of words in the languages of an alphabet, by how often a letter follows another."""

    def __init__(self, letters: Mapping[str, int], pairs: Mapping[str, int]) -> None:
        self._letters, self._pairs, self._total = letters, pairs, sum(letters.values())
        self._known: dict[str, float] = {}

    def __call__(self, word: str) -> float:
        lower = word.casefold() if len(word.casefold()) == len(word) else word.lower()
        text, known = f"^{lower}$", self._known
        found = 0.0 if _is_regular(word) else _IRREGULAR
        found += _IRREGULAR * len(_WITHIN.findall(word)) + _RARE * _mixed(text)
        for at in range(len(text) - 1):
            if not (pair := text[at : at + 2]).isascii():
                if (value := known.get(pair)) is None:
                    value = known[pair] = self._likelihood(pair)
                found += value
        return found

    def _likelihood(self, pair: str) -> float:
        count, alone = self._letters.get(pair[0], 0), self._letters.get(pair[1], 0) / self._total
        likely = (self._pairs.get(pair, 0) + 2 * alone) / (count + 2)
        value = max(math.log(likely), _RARE) if likely else _RARE
        return _MARKS.get(pair[1], value) if value == _RARE else value


class _Ideographs:
    """The likelihood of words in ideographs or syllables, by the part of the standard that each character is in."""

    def __init__(self, model: str) -> None:
        self._known = dict(_MARKS)
        for codec, first, last, (low, high), share in _DOUBLE[model]:
            pairs = (bytes([lead, trail]) for lead in range(first, last + 1) for trail in range(low, high))
            found = [sign for pair in pairs if len(sign := pair.decode(codec, "ignore")) == 1 and sign.isalpha()]
            self._known |= dict.fromkeys(found, math.log(share / len(found)))

    def __call__(self, word: str) -> float:
        likelihoods = [self._known.get(character, _FOREIGN) for character in word if not character.isascii()]
        return sum(likelihoods) + _RARE * _mixed(word)


def _mixed(word: str) -> int:
    """How often a Latin letter is beside one of another script; twice the number for alphabets."""
    return 2 * len(_TWO_ALPHABETS.findall(word)) + len(_TWO_SCRIPTS.findall(word))


def _is_regular(word: str) -> bool:
    """Whether a word has capitals as words have them: none, all, or at the beginning."""
    letters = "".join(filter(str.isalpha, word))
    return (
        not letters
        or letters[1:].islower()
        or letters.isupper()
        or letters.istitle()
        or letters.lower() == letters.upper()
    )


@functools.cache
def _model(name: str) -> Callable[[str], float]:
    if name in _DOUBLE:
        return _Ideographs(name)
    counted = _data()[name]
    return _Alphabet(counted["letters"], counted["pairs"])


@functools.cache
def _data() -> dict[str, dict[str, dict[str, int]]]:
    text = importlib.resources.files(__package__).joinpath("letter_pairs.json").read_text(encoding="utf-8")
    made: dict[str, dict[str, dict[str, int]]] = json.loads(text)
    return made
