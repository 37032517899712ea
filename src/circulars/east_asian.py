"""Says which characters are written without spaces between them, and how wide they are: Han, Kana, punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

HAN: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u312f"
    "\u3190-\u31ff\u3220-\u325f\u3280-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U0001b000-\U0001b16f\U00020000-\U0003fffd"
)
"""Letters of Chinese and Japanese, for use in a class of a regular expression."""
UNSPACED: Final = (
    HAN + "\u2ff0-\u3004\u3008-\u3020\u302a-\u302d\u3030\u3036\u3037\u303c-\u303e\u3099-\u309c\u30a0\u30fb\ua000-\ua4cf"
    "\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uff65\uffe0-\uffee\U0001f200-\U0001f2ff"
)
"""All characters that are written without spaces, with full-width punctuation, for use in such a class."""
HANGUL: Final = "\u1100-\u11ff\u3130-\u318f\u3200-\u321f\u3260-\u327f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc"
"""Korean letters, which are as wide, but written with spaces, for use in such a class."""
MEASURES: Final = "年月日号號时時点點分秒届屆人名位周週岁歲次个個条條项項章节節页頁段期天元度%％"
"""What is counted by the number before it, for use in such a class: a number and its measure are on one line."""

_OTHER = f"[^\\W_{UNSPACED}{HANGUL}]"
_CHANGE = re.compile(f"(?<=[{HAN}])(?={_OTHER})|(?<={_OTHER})(?=[{HAN}])")
_HAS_OTHER = re.compile(_OTHER)
_UNSPACED = re.compile(f"[{UNSPACED}]")
_HANGUL = re.compile(f"[{HANGUL}]")
# As wide as Han beside Han, and narrow beside Latin letters.
_EITHER = frozenset("“”‘’—―…‥·")


def has_unspaced(text: str) -> bool:
    """Whether a text has a character that is written without spaces."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def width(text: str) -> int:
    """The width of a text in columns: East Asian characters have two, accents and invisible characters none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def script_changes(text: str) -> list[int]:
    """Where Han or Kana are beside letters or digits of other scripts, without a space: the index of the second one."""
    if not has_unspaced(text) or not _HAS_OTHER.search(text):
        return []
    return [found.start() for found in _CHANGE.finditer(text)]


@cache
def is_unspaced(character: str) -> bool:
    """Whether a character is Han, Kana or full-width punctuation."""
    return _UNSPACED.match(character) is not None


@cache
def is_full_width_mark(character: str) -> bool:
    """Whether a character is punctuation as wide as Han, which has its space in itself."""
    return is_unspaced(character) and unicodedata.category(character)[0] == "P"


@cache
def is_east_asian(character: str) -> bool:
    """Whether a character is Han, Kana, Hangul or full-width punctuation."""
    return is_unspaced(character) or _HANGUL.match(character) is not None


def is_joined(before: str, after: str) -> bool:
    """Whether two characters on both sides of a line end have no space between them.

    It is so between Han, Kana and full-width punctuation, and beside such punctuation, since it has its space in
    itself (CSS Text 4, "Segment Break Transformation Rules").
    """
    if _HANGUL.match(before) or _HANGUL.match(after):
        return False
    if is_unspaced(before):
        return is_unspaced(after) or after in _EITHER or is_full_width_mark(before)
    return is_unspaced(after) and (before in _EITHER or is_full_width_mark(after))
