"""Names a language as Word knows it: one each for Latin, East Asian and right-to-left text.

Word and LibreOffice break and proof Latin words by ``w:lang/@w:val``. If that names an East Asian language, they break
words, numbers and addresses between any two letters. Word has no proofing for such a language without a region.
"""

from __future__ import annotations

from typing import Final

from circulars.model.fonts import UPRIGHT, is_one_of

_LATIN: Final = "en-GB"
"""The language of the Latin words in a text whose language has a script of its own."""
_USUAL: Final = {
    "ar": "ar-SA",
    "fa": "fa-IR",
    "he": "he-IL",
    "ja": "ja-JP",
    "ko": "ko-KR",
    "ur": "ur-PK",
    "zh": "zh-CN",
    "zh-hans": "zh-CN",
    "zh-hant": "zh-TW",
    "yue": "zh-HK",
}


def of_latin(language: str) -> str:
    """The language of Latin words in a text: the text's own, unless that is written in another script."""
    return _LATIN if is_one_of(language, UPRIGHT) else language


def of_own_script(language: str) -> str:
    """The language with the region that Word needs, if it has none."""
    return _USUAL.get(language.lower(), language)
