"""Says which characters nobody sees, and which of them no text of a stranger may have.

Text finds its direction by its letters and by the language that it is marked with; controls that are typed could show
a reader another order than the file has. So only the program itself may set them, and every text that comes in is
checked by this table: letters, facts, lists of addressees, packs, and the names of files.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

DIRECTION: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks, embeddings, overrides and isolates (UAX 9), for use in a class of a regular expression."""
UNSEEN: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff" + DIRECTION
)
"""All that is shown as nothing (Unicode's default ignorable code points, and annotations), for use in such a class."""

_CONTROL: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff"
_BREAK: Final = "\u2028\u2029"
_SURROGATE: Final = "\ud800-\udfff"
_REPLACEMENT: Final = "\ufffd"
# Soft hyphens, places for a line break, joined and separate letters (Persian, Hindi, emoji) have no other effect.
_ALLOWED: Final = "\u00ad\u200b-\u200d\u2060"
_FORBIDDEN = re.compile(f"(?![{_ALLOWED}])[{_CONTROL}{_BREAK}{_SURROGATE}{_REPLACEMENT}{UNSEEN}]")
# These choose a shape of the character before them: of an emoji, an ideograph, a letter of Mongolian. Elsewhere they
# are nothing, and could hide a message.
_SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]")
_FROM_SELECTORS_ON = re.compile("[^\x00-\u180a]")  # found in half the time, and few texts have such characters
_FLAGS = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in name) for name in ("gbeng", "gbsct", "gbwls"))
_SEQUENCE = re.compile(
    f"\U0001f3f4(?:{_FLAGS})\U000e007f|[0-9#*]\ufe0f\u20e3|[\u203c\u2049\u2139\u3030]\ufe0f"
    "|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][\ufe00-\ufe02\U000e0100-\U000e01ef]"
    "|[\u1820-\u18aa][\u180b-\u180d\u180f]|[\u1000-\u109f\uaa60-\uaa7f]\ufe00"
)
_SYMBOL_WITH_SHAPE = re.compile("[\ufe00\ufe0e\ufe0f]")

Wrong = tuple[str, str, str]
"""A code, a fact and a remedy."""


def forbidden_in(text: str) -> Wrong | None:
    """The code, fact and remedy for the first forbidden character of a text; None if it has none."""
    return next((problem_of(text[at]) for at in forbidden_at(text)), None)


def forbidden_at(text: str) -> Iterator[int]:
    """The place of each forbidden character in a text."""
    ends: set[int] | None = None
    for found in _FORBIDDEN.finditer(text):
        if _SELECTORS.match(found[0]):
            if _is_shape_of_a_symbol(text, found.start()):
                continue
            ends = {*_in_sequences(text)} if ends is None else ends
            if found.start() in ends:
                continue
        yield found.start()


def has_selector(text: str) -> bool:
    """Whether a text has characters that are allowed only after certain others."""
    return _FROM_SELECTORS_ON.search(text) is not None and _SELECTORS.search(text) is not None


def problem_of(character: str) -> Wrong:
    """The code, fact and remedy for a forbidden character."""
    code = f"U+{ord(character):04X}"
    if re.match(f"[{DIRECTION}]", character):
        fact = f"the invisible character {code} ({unicodedata.name(character)}) changes the order in which text is read"
        return "bidi-control", fact, "delete it: the direction of Arabic and Hebrew is set automatically"
    if character == _REPLACEMENT:
        fact = f"the character {code} ({character}) replaces one that another program lost"
        return "lost-character", fact, "write the character that belongs here"
    if re.match(f"[{_BREAK}]", character):
        fact = f"the invisible character {code} ({unicodedata.name(character)}) does not end a line here"
        return "control-character", fact, "delete it, and press Enter where a line should end"
    if "\ud800" <= character <= "\udfff":
        return "control-character", f"{code} is half a character", "write the character itself"
    name = unicodedata.name(character, "")
    where = "here" if _SELECTORS.match(character) else "in a letter"
    fact = f"the invisible character {code}{f' ({name})' if name else ''} is not allowed {where}"
    return "control-character", fact, "delete it"


def _is_shape_of_a_symbol(text: str, at: int) -> bool:
    """Whether a selector follows a symbol, such as an emoji or a sign of mathematics."""
    return bool(at and _SYMBOL_WITH_SHAPE.match(text[at]) and unicodedata.category(text[at - 1]) in ("So", "Sm", "Sk"))


def _in_sequences(text: str) -> Iterator[int]:
    """The places of all characters in sequences that have a shape."""
    for found in _SEQUENCE.finditer(text):
        yield from range(found.start(), found.end())


def is_no_letter(character: str) -> bool:
    """Whether a character has no meaning that everybody shares: it is for private use, or will never be assigned."""
    code = ord(character)
    return unicodedata.category(character) == "Co" or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


# Letters that Unicode does not decompose, and Arabic letters that are often written for each other.
_LIKE: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ة": "ه", "ى": "ي", "ـ": None}
)


def bare_letters(text: str) -> str:
    """A text in lower case, without accents and vowel signs, to compare names that people typed."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join([letter for letter in letters if not unicodedata.combining(letter)]).translate(_LIKE)
