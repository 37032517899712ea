"""Finds half-width punctuation between Han, where full-width punctuation was probably meant."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from circulars.east_asian import HAN, has_unspaced

_FULL_WIDTH: Final = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）", ".": "。"}
_CLOSING: Final = "）」』】〕〉》”’。，、；：！？"
# A mark belongs to what is before it: Han or a full-width mark, also with the asterisks of emphasis between them.
_AFTER: Final = "(?:" + "|".join(rf"(?<=[{HAN}{_CLOSING}]{stars})" for stars in ("", r"\*", r"\*\*", r"\*\*\*")) + ")"
_BEFORE: Final = rf"\**[{HAN}“‘（「『【〔〈《]"
_END: Final = r"[\s*]*$"
_HAN = re.compile(f"[{HAN}]")
# Names of fields and addresses: their letters do not say what language a text is in.
_NO_WORDS = re.compile(r"\{\{[^{}]*\}\}|\]\([^()\s]*\)|[a-z]+://[!-~]*")
_AROUND: Final = 4


@dataclass(frozen=True, slots=True)
class HalfWidth:
    """A punctuation mark at character ``at``, the full-width one that is ``meant``, and the ``words`` around it."""

    mark: str
    meant: str
    words: str
    at: int


def half_width(text: str) -> Iterator[HalfWidth]:
    """Each half-width punctuation mark beside Han in a Chinese or Japanese text, in order."""
    if not has_unspaced(text) or 2 * len(_HAN.findall(text)) < sum(map(str.isalpha, _NO_WORDS.sub("", text))):
        return
    for found in _marks().finditer(text):
        start = max(found.start() - _AROUND, text.rfind("\n", 0, found.start()) + 1)
        end = text.find("\n", found.end())
        words = text[start : min(found.end() + _AROUND, len(text) if end < 0 else end)]
        yield HalfWidth(found[0], _FULL_WIDTH[found[0]], words, found.start())


@functools.cache  # compiled when it is needed: it takes longer than to read a letter
def _marks() -> re.Pattern[str]:
    return re.compile(
        rf"{_AFTER}(?:[,;:!?](?=\s*{_BEFORE}|{_END})|[.,](?={_BEFORE})|\.(?={_END}))"
        rf"|{_AFTER}\((?={_BEFORE})|{_AFTER}\)(?={_BEFORE}|{_END}|[{_CLOSING}])"
    )
