"""The rule for letters that are cited with another date than they have."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from circulars.compose import citation_forms
from circulars.east_asian import has_unspaced
from circulars.errors import CircularsError, quoted
from circulars.language import Language
from circulars.model.letter import NO_DATE, Letter
from circulars.model.phrases import Pattern
from circulars.review.rules.dates import days_of, written_out
from circulars.review.rules.findings import Discrepancy, RuleProblem, Source
from circulars.review.rules.folder_letters import FolderLetters
from circulars.review.rules.reader import reader_of
from circulars.review.rules.stated import Expression, shown_date
from circulars.workspace import Workspace

_FAR: Final = 120
"""The characters beside a date in which a reference is sought."""
_SERIES: Final = datetime.timedelta(days=3 * 365)
"""Numbers begin anew after some years: so far from a letter's date, another letter of that number may be meant."""
_YEAR: Final = re.compile(r"\d{4}")
_SPACES: Final = re.compile(r"[ \u00a0\u202f\n]+")
_SHORT: Final = r"(?:\W+\w{1,3}){0,2}\W*"


@dataclass(frozen=True, slots=True)
class _Dated:
    """A date in a text, and the words beside it that would end with a reference, or begin with it if ``is_after``."""

    typed: str
    days: tuple[datetime.date, ...]
    beside: str
    is_after: bool


def wrong_cited_dates(
    letter: Letter, languages: Mapping[str, Language], workspace: Workspace, folder: FolderLetters
) -> Iterator[RuleProblem]:
    """A problem for each letter of the folder that a text cites with another date than the letter has."""
    source = Source(letter.file, letter.origin.text)
    possible = {code: _possible(language.reading.citations) for code, language in languages.items()}
    for text in letter.texts:
        for code, paragraphs in text.paragraphs.items():
            language = languages[code]
            for spans in paragraphs if language.reading.citations else ():
                words = written_out(spans, letter, language)
                if not (_YEAR.search(words) and possible[code].search(_plain(words))):
                    continue
                for dated in _dated(words, language):
                    if found := _wrong(dated, language, workspace, folder):
                        yield source.problem(found, text.ranges[code], dated.typed, text.ranges.values())


def _dated(words: str, language: Language) -> Iterator[_Dated]:
    """The dates with a year in a text, beside which there may be a reference."""
    patterns = language.reading.citations
    found = reader_of(language).items(words, with_words=False)
    dates = dict.fromkeys((one.at, one.typed) for one in found if one.kind == "date" and one.demanded)
    for date in (next(one for one in found if (one.at, one.typed) == date) for date in dates):
        if days := tuple(days_of(date, found)):
            for beside, is_after in _beside(date, words, patterns):
                yield _Dated(date.typed, days, beside, is_after)


@functools.lru_cache(maxsize=64)
def _possible(patterns: tuple[Pattern, ...]) -> re.Pattern[str]:
    """An expression that is in the plain words of each text with a cited date; much faster than reading dates."""
    joints = [_joint(pattern) for pattern in patterns]
    if any(is_after or not joint for joint, is_after in joints):
        return _YEAR
    either = "|".join(re.escape(joint) for joint, _ in joints)
    return re.compile(rf"(?:{either})(?:\d|\w+[ .]\d).{{0,30}}?\d{{4}}")


def _beside(date: Expression, words: str, patterns: tuple[Pattern, ...]) -> Iterator[tuple[str, bool]]:
    before = _plain(words[max(date.at - _FAR, 0) : date.at])
    after = _plain(words[date.at + len(date.typed) : date.at + len(date.typed) + _FAR])
    for joint, is_after in dict.fromkeys(map(_joint, patterns)):
        if not is_after and before.endswith(joint):
            yield before.removesuffix(joint), False
        elif is_after and after.startswith(joint):
            yield after.removeprefix(joint), True


@functools.lru_cache(maxsize=256)
def _joint(pattern: Pattern) -> tuple[str, bool]:
    """The words of a pattern between a reference and its date, and whether the reference comes after the date."""
    first, _, rest = pattern.text.partition("}")
    return _plain(rest.partition("{")[0]), first.endswith("date")


def _wrong(dated: _Dated, language: Language, workspace: Workspace, folder: FolderLetters) -> Discrepancy | None:
    """What is wrong with a date if a letter of the folder is cited with it."""
    cited: dict[str, Letter] = {}
    for letter in folder.with_number_in(dated.beside):
        for reference in _references(letter, language, workspace, folder):
            if letter.date != NO_DATE and _is_cited(reference, dated, language):
                if letter.date in dated.days:  # of "Corrigendum 1 to TSB Circular 213" the date may be that of either
                    return None
                cited[reference] = letter
    longest = max(cited, key=len, default="")
    own = cited.get(longest)
    if own is None or _is_amended(longest, dated, language) or abs(own.date - dated.days[0]) > _SERIES:
        return None
    fact = f"the letter cited, in {own.file}, is of {shown_date(own.date)}, not of {quoted(dated.typed)}"
    hint = "correct the date, here or in that letter, or the number"
    return Discrepancy("wrong-cited-date", fact, hint, (dated.typed, dated.beside, shown_date(own.date)))


def _references(letter: Letter, language: Language, workspace: Workspace, folder: FolderLetters) -> frozenset[str]:
    """The forms in which a language cites a letter; those without letters could be any number."""
    key = letter.file, language.code
    if key not in folder.references:
        forms: tuple[str, ...] = ()
        with suppress(CircularsError):
            forms = citation_forms(letter, language, workspace.pack_of(letter))
        folder.references[key] = frozenset(_plain(form) for form in forms if any(one.isalpha() for one in form))
    return folder.references[key]


def _is_cited(reference: str, dated: _Dated, language: Language) -> bool:
    """Whether a whole reference is directly beside a date."""
    rest = _rest(reference, dated)
    if dated.is_after:
        return rest != dated.beside and (not rest[:1].isalnum() or has_unspaced(reference[-1:]))
    is_whole = not rest[-1:].isalnum() or has_unspaced(reference[:1]) or rest.endswith(language.reading.prefixes)
    return rest != dated.beside and is_whole


def _rest(reference: str, dated: _Dated) -> str:
    """The words beside a date without the reference."""
    return dated.beside.removeprefix(reference) if dated.is_after else dated.beside.removesuffix(reference)


def _is_amended(reference: str, dated: _Dated, language: Language) -> bool:
    """Whether an amendment of a letter is cited, which the folder does not have: its date is not known."""
    names = {pattern.text for term in language.amendments.values() for pattern in term.forms.values()}
    either = "|".join(re.escape(_plain(name)).replace(re.escape("{number}"), r"\d+") for name in sorted(names))
    before, after = rf"(?:{either}){_SHORT}$", f"{_SHORT}(?:{either})"
    rest = _rest(reference, dated)
    return re.match(after, rest) is not None if dated.is_after else re.search(before, rest) is not None


def _plain(words: str) -> str:
    return _SPACES.sub(" ", words).casefold()
