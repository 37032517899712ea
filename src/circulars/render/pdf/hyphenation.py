"""Hyphenates words by the rules of letters: only words in small letters, and none in an address, a reference or a code.

WeasyPrint 70 takes the patterns of each language from pyphen. It would hyphenate any word: an abbreviation, a code, a
name. A word with a capital may be a name, so it is not hyphenated. What is longer than its line is broken all the same:
without a hyphen, and if it can be, behind one of the signs of an address.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from circulars.east_asian import HANGUL, UNSPACED
from circulars.render.pdf.lines import Split

_WORDS: Final = re.compile(r"\W*[^\W\d_]+(?:[-\xad\u2010\u2011\u2013\u2014'’]+[^\W\d_]+)*\W*")
_WITHIN: Final = re.compile(r"[^\W_][\w@./]")
_WITHOUT_SPACES: Final = re.compile(f"[{UNSPACED}{HANGUL}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Scripts whose lines may end between two letters."""
_SPACE: Final = re.compile(r"\s+")
_LAST_LETTERS: Final = re.compile(r"[^\W\d_]*$")
_FIRST_LETTERS: Final = re.compile(r"^[^\W\d_]*")
_SIGNS: Final = re.compile(r"[@./_?&=#:;,+-]+(?=[^\W_])")
"""What an address or a reference may be broken behind."""


class Hyphenation:
    """What WeasyPrint's module for line breaks has as ``pyphen``."""

    def __init__(self, pyphen: Any) -> None:
        self._pyphen = pyphen
        self._before = ""

    def language_fallback(self, language: str) -> str | None:
        """The name of the patterns for a language; None if there are none."""
        name: str | None = self._pyphen.language_fallback(language)
        return name

    def Pyphen(self, lang: str, left: int, right: int) -> _Patterns:  # noqa: N802  # pyphen's own name
        """The patterns of a language that leave at least so many letters on each line."""
        return _Patterns(self._pyphen.Pyphen(lang=lang, left=left, right=right))

    def note_words(self, inline: Any) -> None:
        """Has WeasyPrint's module for lines note the part of a word that is on the line before."""
        split_text: Callable[..., Any] = inline.split_text_box

        @functools.wraps(split_text)
        def wrapped(context: Any, box: Any, width: Any, skip: int, *others: Any, **named: Any) -> Any:
            around, self._before = self._before, _ending(box.text.encode()[:skip].decode()) if skip else ""
            try:
                return split_text(context, box, width, skip, *others, **named)
            finally:
                self._before = around

        inline.split_text_box = wrapped

    def splitting(self, split: Split) -> Split:
        """WeasyPrint's function ``split_first_line``, which hyphenates by these rules."""

        @functools.wraps(split)
        def wrapped(text: str, style: Any, *others: Any, **named: Any) -> Any:
            found = split(text, style, *others, **named)
            if _ends_with(style["hyphenate_character"], text, found):
                if style["hyphens"] != "auto" or _is_word(self._before, text, _end(text, found)):
                    found[0].is_hyphenated = True
                else:
                    found = split(text, _unhyphenated(style), *others, **named)
            return found

        return wrapped


def break_at_signs(split: Split) -> Split:
    """WeasyPrint's function ``split_first_line``, which breaks a word that is longer than its line behind a sign in it.

    The word is an address, a reference or a code. One without signs is broken anywhere.
    """

    @functools.wraps(split)
    def wrapped(text: str, style: Any, context: Any, max_width: float | None, *others: Any, **named: Any) -> Any:
        found = split(text, style, context, max_width, *others, **named)
        if max_width is None or found[2] is None or named.get("minimum") or not (end := _broken_at(text, found)):
            return found
        start = end - len(_ending(text[:end]))
        places = [sign.end() for sign in _SIGNS.finditer(text, start + 1, end + 1) if sign.end() < end]
        if not places:
            return found
        shown = split(text[: places[-1]], style, context, None, *others, **named)
        return (*shown[:2], len(text[: places[-1]].encode()), *shown[3:])

    return wrapped


class _Patterns:
    """The patterns of a language."""

    def __init__(self, patterns: Any) -> None:
        self._patterns = patterns

    def iterate(self, word: str) -> Iterator[tuple[str, str]]:
        """The two parts of a word at each place where it may be divided, the last place first."""
        if word.islower():
            yield from self._patterns.iterate(word)


def is_hyphenated(layout: Any) -> bool:
    """Whether a line ends with a hyphen that is not in its text."""
    return vars(layout).get("is_hyphenated", False) is True


def _ends_with(hyphen: str, text: str, found: Any) -> bool:
    """Whether a line ends with a hyphen that is not in the text."""
    shown: str = found[0].text
    return found[2] is not None and shown.endswith(hyphen) and not text.startswith(shown)


def _broken_at(text: str, found: Any) -> int:
    """The place in a word at which a line ends without a hyphen; 0 if it ends elsewhere."""
    end = _end(text, found)
    around = text[end - 1 : end + 1]
    is_within = _WITHIN.fullmatch(around) and not _WITHOUT_SPACES.search(around)
    return end if is_within and not is_hyphenated(found[0]) and found[0].text[-1:].isalnum() else 0


def _end(text: str, found: Any) -> int:
    """Where in a text a line ends."""
    return len(text.encode()[: found[2]].decode())


def _is_word(before: str, text: str, place: int) -> bool:
    """Whether a place in a text is in a word in small letters that is no part of an address, a reference or a code."""
    one, other = f"{before}{text[:place]}", text[place:]
    letters = _LAST_LETTERS.findall(one)[0] + _FIRST_LETTERS.findall(other)[0]
    return letters.islower() and _WORDS.fullmatch(_ending(one) + _SPACE.split(other, maxsplit=1)[0]) is not None


def _ending(text: str) -> str:
    """What is behind the last space of a text."""
    return _SPACE.split(text)[-1]


def _unhyphenated(style: Any) -> Any:
    changed = style.copy()
    changed["hyphens"] = "manual"
    return changed
