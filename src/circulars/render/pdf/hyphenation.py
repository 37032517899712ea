"""Hyphenates words by the rules of letters: never words in capitals, and no name unless it is longer than its line.

WeasyPrint 70 takes the patterns of each language from pyphen. It would hyphenate any word: an abbreviation, a code, a
name. A word that begins with a capital may be a name, so it is hyphenated only if it would be broken anyway, because
it is alone on its line and longer than the line.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from circulars.render.pdf.lines import Split


class Hyphenation:
    """What WeasyPrint's module for line breaks has as ``pyphen``."""

    def __init__(self, pyphen: Any) -> None:
        self._pyphen = pyphen
        self.takes_capitals = False

    def language_fallback(self, language: str) -> str | None:
        """The name of the patterns for a language; None if there are none."""
        name: str | None = self._pyphen.language_fallback(language)
        return name

    def Pyphen(self, lang: str, left: int, right: int) -> _Patterns:  # noqa: N802  # pyphen's own name
        """The patterns of a language that leave at least so many letters on each line."""
        return _Patterns(self._pyphen.Pyphen(lang=lang, left=left, right=right), self)

    def splitting(self, split: Split) -> Split:
        """WeasyPrint's function ``split_first_line``, which hyphenates by these rules."""

        @functools.wraps(split)
        def wrapped(text: str, style: Any, *others: Any, **named: Any) -> Any:
            found = split(text, style, *others, **named)
            if style["hyphens"] == "auto" and _is_broken(text, found):
                self.takes_capitals = True
                try:
                    found = split(text, style, *others, **named)
                finally:
                    self.takes_capitals = False
            if _ends_with(style["hyphenate_character"], text, found):
                found[0].is_hyphenated = True
            return found

        return wrapped


class _Patterns:
    """The patterns of a language."""

    def __init__(self, patterns: Any, rules: Hyphenation) -> None:
        self._patterns = patterns
        self._rules = rules

    def iterate(self, word: str) -> Iterator[tuple[str, str]]:
        """The two parts of a word at each place where it may be divided, the last place first."""
        if word[1:].islower() and (self._rules.takes_capitals or word[:1].islower()):
            yield from self._patterns.iterate(word)


def is_hyphenated(layout: Any) -> bool:
    """Whether a line ends with a hyphen that is not in its text."""
    return vars(layout).get("is_hyphenated", False) is True


def _ends_with(hyphen: str, text: str, found: Any) -> bool:
    """Whether a line ends with a hyphen that is not in the text."""
    shown: str = found[0].text
    return found[2] is not None and shown.endswith(hyphen) and not text.startswith(shown)


def _is_broken(text: str, found: Any) -> bool:
    """Whether a line ends inside a word, without a hyphen."""
    if found[2] is None:
        return False
    end = len(text.encode()[: found[2]].decode())
    return text[end - 1 : end].isalpha() and text[end : end + 1].isalpha() and found[0].text[-1:].isalpha()
