"""What words become beside a value: contractions, elision, prefixes, and articles before dates."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from circulars.east_asian import has_unspaced

T = TypeVar("T")
RANGE: Final = "range"
"""What is said of ranges of days where formats of dates have their names."""
_APART: Final = " … "
"""What is between two words that make a range of two dates: "entre … et"."""
_SPACES: Final = " \u00a0\n"
_NOT_IN_WORD: Final = r"(?<!\w)"
_LAST_WORD: Final = re.compile(r"(?<![\w'’])(?:(\w+['’])|(\w+)[ \u00a0\n]+)$")


@dataclass(frozen=True, slots=True)
class Beside:
    """What words become beside a value.

    ``before`` has what a word becomes before a value with some beginnings: {"в": {"вт": ("во",)}}, or the words of
    which only the writer knows the right one: ("le", "la"); ``before_dates`` what
    words become before a date, by its format, or before a :data:`RANGE`: {"date": {"avant": "avant le"}}, and "" if no
    word belongs there. ``prefixes``
    has what the beginning of a word and that of a value become together: {"لـ": {"ال": "لل", "other": "ل"}};
    ``contracted`` the same for a word and the article of a value: {"à": {"le": "au"}}. ``articles`` are those with
    which values begin: ("le", "la", "les", "l'").
    """

    before: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    before_dates: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    prefixes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    contracted: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    articles: tuple[str, ...] = ()

    @classmethod
    def of(cls, before_dates: Mapping[str, Mapping[str, str]], **words: Any) -> Beside:
        """The words of a language file, which has several formats of dates in one key, with spaces between them."""
        formats = dict.fromkeys(format for listed in before_dates for format in listed.split())
        by_format = {
            format: {word: right for listed, rules in before_dates.items() if format in listed.split()
                     for word, right in rules.items()}
            for format in formats
        }  # fmt: skip
        return cls(before_dates=by_format, **words)

    def may_change(self, text: str, has_ranges: bool) -> bool:
        """Whether a word that may have to be another one is before a field in the text of a letter's file."""
        dated = (rules for format, rules in self.before_dates.items() if has_ranges or format != RANGE)
        last = (word.rpartition(_APART)[2] for rules in dated for word in rules)
        words = frozenset((*self.before, *last, *self.articles, *self._with_article()))
        return bool(words) and _before_fields(words).search(text) is not None

    def words_before(self, words: str, value: str, format: str = "") -> tuple[str, tuple[str, ...]]:
        """The last of some ``words``, and what it should be before a value: "в" and "во" before "вторник".

        ``format`` is that of a date, or :data:`RANGE`. Several words are those of which only the writer knows the right
        one. Without any, the word is right.
        """
        if dated := self.word_before_date(words, format):
            return dated[0], (dated[1],)
        word = last_word(words) if self.before else ""
        found = _longest(self.before.get(_plain(word), {}), value.casefold())
        if not found or found[1] == (_plain(word),):
            return "", ()
        return word, tuple(_as(word, right) for right in found[1])

    def word_before(self, words: str, value: str) -> tuple[str, str]:
        """The last of some ``words``, and the only one that it can be before a value; both are "" if it stays."""
        word, right = self.words_before(words, value)
        return (word, right[0]) if len(right) == 1 else ("", "")

    def choices(self, words: str) -> tuple[str, tuple[str, ...]]:
        """The last of some ``words``, and those of which only the writer knows the right one before some values."""
        word = last_word(words) if self.before else ""
        several = (right for right in self.before.get(_plain(word), {}).values() if len(right) > 1)
        return word, next(several, ())

    def changing_word(self, words: str) -> str:
        """The last of some ``words``, if it may become another one before a value; "" otherwise."""
        word = last_word(words) if self.before else ""
        return word if _plain(word) in self.before else ""

    def word_before_date(self, words: str, format: str) -> tuple[str, str] | None:
        """The word before any date in a format, and what it should be; None if no word asks for another."""
        rules, typed = self.before_dates.get(format, {}), words.rstrip(_SPACES)
        is_apart = typed != words or typed[-1:] in ("'", "’") or has_unspaced(typed[-1:])
        ends = [word for word in rules if is_apart and _ends_with_pair(typed, word)]
        word = max(ends, key=len, default="")
        last = typed[-len(word.rpartition(_APART)[2]) :]
        return (last, _as(last, rules[word])) if word else None

    def doubled_article(self, words: str, value: str) -> tuple[str, str, str]:
        """The article at the end of some ``words``, that with which a value begins, and what the first should be.

        That is "" if nothing should be there, and "à" for "au". All are "" if there are not both articles.
        """
        begun = value.replace("’", "'")
        article = next((one for one in self.articles if begun.startswith(one if one[-1] == "'" else f"{one} ")), "")
        word = last_word(words) if article else ""
        if word and _plain(word) in self._with_article():
            return word, article, _as(word, self._with_article()[_plain(word)])
        return (word, article, "") if word and _plain(word) in self.articles else ("", "", "")

    def form_with_article(self, forms: Mapping[str, str]) -> str:
        """The form of a noun that is its plain form with an article: "l'Annexe 1"; "" if there is none."""
        plain = next(iter(forms.values()))
        articles = (one if one[-1] == "'" else f"{one} " for one in self.articles)
        shown = {f"{article}{plain}" for article in articles}
        return next((form for form, text in forms.items() if text in shown), "")

    def _with_article(self) -> dict[str, str]:
        """The words that have an article in them, each with the one without it: {"au": "à"}."""
        pairs = ((joined, word) for word, articles in self.contracted.items() for joined in articles.values())
        return {joined: word for joined, word in pairs if self.articles and " " not in joined}

    def prefix_of(self, words: str) -> str:
        """The last of the prefixes of which the last of some ``words`` consists: "لـ" of "ولـ"; "" if none.

        A word that is contracted with an article is one with the space after it: "à ".
        """
        if contracted := self._contracted(words):
            return contracted[0]
        prefix = max((one for one in self.prefixes if words.endswith(one)), key=len, default="")
        if not prefix or has_unspaced(prefix):
            return prefix
        others = "|".join(map(re.escape, self.prefixes))
        return prefix if re.search(rf"(?<!\w)(?:{others}){{0,3}}$", words.removesuffix(prefix)) else ""

    def with_prefix(self, words: str, value: str) -> tuple[str, str]:
        """The beginning of a word at the end of some ``words`` ("لـ"), and the word that it makes with a value.

        Both are "" if there is none, or the value is a number or in letters of the other direction.
        """
        if contracted := self._contracted(words):
            (prefix, articles), (article, space, rest) = contracted, value.partition(" ")
            joined = articles.get(article, "") if space else ""
            return (prefix, f"{_as(prefix, joined)}{prefix[-1]}{rest}") if joined else ("", "")
        prefix = self.prefix_of(words) if self.prefixes else ""
        if not prefix or not value or unicodedata.bidirectional(value[0]) != unicodedata.bidirectional(prefix[0]):
            return "", ""
        start, joined = _longest(self.prefixes[prefix], value) or ("", self.prefixes[prefix].get("other", ""))
        return (prefix, joined + value.removeprefix(start)) if joined else ("", "")

    def _contracted(self, words: str) -> tuple[str, Mapping[str, str]] | None:
        """The word at the end of some others that is contracted with articles, with its space, and its rules."""
        typed = words.rstrip(" \u00a0") if self.contracted else words
        if len(words) - len(typed) != 1:
            return None
        word = max((one for one in self.contracted if _ends_with(typed, one)), key=len, default="")
        return (words[-len(word) - 1 :], self.contracted[word]) if word else None


def with_capital(text: str) -> str:
    """A text whose first letter is a capital, in scripts that have capitals."""
    return text[:1].title() + text[1:]


def last_word(words: str) -> str:
    """The last of some words before a value: "в" of "Совещание в ", "l'" of "de l'"; "" within a word."""
    found = _LAST_WORD.search(words)
    return (found[1] or found[2]) if found else ""


@functools.lru_cache(maxsize=100)
def _before_fields(words: frozenset[str]) -> re.Pattern[str]:
    """Any of some words before a field, also with marks of emphasis between them."""
    either = "|".join(
        f"{'' if has_unspaced(word) else _NOT_IN_WORD}{re.escape(word)}".replace("'", "['’]") for word in sorted(words)
    )
    return re.compile(rf"(?:{either})[\s*_]*\{{\{{", re.IGNORECASE)


def _as(word: str, other: str) -> str:
    """Another word with a capital if a word has one."""
    return with_capital(other) if word[:1].isupper() else other


def _plain(words: str) -> str:
    return words.casefold().replace("’", "'")


def _ends_with(words: str, sought: str) -> bool:
    """Whether some words end with others."""
    typed = _plain(words)
    return typed.endswith(sought) and (not typed.removesuffix(sought)[-1:].isalnum() or has_unspaced(sought))


def _ends_with_pair(words: str, sought: str) -> bool:
    """Whether some words end with others, of which the first ones may be apart from the last in the same clause."""
    first, _, last = sought.rpartition(_APART)
    if not first or not _ends_with(words, last):
        return _ends_with(words, last)
    clause = re.split(r"[,;:.!?()]", words)[-1].removesuffix(words[-len(last) :])
    return any(_ends_with(at, first) for at in _beginnings(clause))


def _beginnings(clause: str) -> Iterable[str]:
    """What ends with each word of a clause."""
    return (clause[: one.end()] for one in re.finditer(r"\w+", clause))


def _longest(asked: Mapping[str, T], value: str) -> tuple[str, T] | None:
    """The longest of the beginnings that a value has, and what is asked for it; several are in one key, with spaces."""
    starts: Iterable[tuple[str, T]] = ((start, word) for listed, word in asked.items() for start in listed.split())
    return max((one for one in starts if value.startswith(one[0])), key=lambda one: len(one[0]), default=None)
