"""The term base of a folder, ``terms.csv``: how each language says the same thing."""

from __future__ import annotations

import csv
import functools
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from circulars.errors import LetterError, Place, Problem, UsageError, not_read, quoted
from circulars.files.inside import OutsideError, read_beginning_in_folder
from circulars.language import is_known_code, language_name
from circulars.review.rules.names import any_of
from circulars.review.rules.running_text import RunningText
from circulars.review.rules.slips import Slip
from circulars.review.settings_file import refuse
from circulars.syntax.decoding import decoded

NAME: Final = "terms.csv"
_NOTE: Final = "note"
_BETWEEN: Final = "|"
_MOST: Final = 5_000
_MOST_COLUMNS: Final = 100


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """A term: the ways of saying it by language, the usual one first; one that ends with "*" has any ending.

    ``stems`` are what a text must have in small letters, before its words are looked at.
    """

    ways: Mapping[str, tuple[str, ...]]
    stems: Mapping[str, tuple[str, ...]]

    def found_in(self, text: str, folded: str, code: str) -> re.Match[str] | None:
        """The first place of the term in a text in a language; ``folded`` is the text in small letters."""
        if not any(stem in folded for stem in self.stems[code]):
            return None
        return _pattern(self.ways[code]).search(text)


def read_terms(folder: Path) -> tuple[GlossaryTerm, ...]:
    """The term base of a folder to work in, the longest terms first; empty without the file.

    Raises:
        UsageError: the file cannot be read, or has problems; the error has all of them.
    """
    file = folder / NAME
    if not file.exists():
        return ()
    try:
        text = decoded(read_beginning_in_folder(folder, NAME, "YAML"), str(file))
    except OutsideError:
        fact = "this is a link to a file in another folder; such links are not followed"
        raise UsageError(Problem(Place(str(file)), "outside-folder", fact, "copy the file here")) from None
    except OSError as error:
        raise UsageError(Problem(Place(str(file)), "unreadable-file", not_read(error), "check the file")) from None
    except LetterError as error:
        raise UsageError(*error.problems) from None
    try:
        rows = [*csv.reader(io.StringIO(text), delimiter=_delimiter(text))]
    except csv.Error as error:
        raise UsageError(Problem(Place(str(file)), "wrong-terms", f"this is not CSV: {error}", "correct it")) from None
    refuse(_problems(rows, str(file)))
    terms = [_term(rows[0], row) for row in rows[1:]]
    return tuple(sorted((term for term in terms if len(term.ways) > 1), key=_length, reverse=True))


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _problems(rows: Sequence[Sequence[str]], file: str) -> Iterator[Problem]:
    head = [cell.strip() for cell in rows[0]] if rows else []
    codes = [cell for cell in head if cell != _NOTE]
    if len(codes) < 2:
        fact, hint = (
            "a term base has a column for each of several languages",
            "write their codes on the first line: en,es",
        )
        yield Problem(Place(file, 1, 1), "wrong-terms", fact, hint)
    if len(head) > _MOST_COLUMNS:
        fact = f"the first line has {len(head):,} cells; the limit is {_MOST_COLUMNS}"
        yield Problem(Place(file, 1, 1), "wrong-terms", fact, "write a column for each language that letters have")
        return
    for cell in codes:
        if not is_known_code(cell) or codes.count(cell) > 1:
            fact = f"{quoted(cell)} is not the code of a language, or is there twice"
            yield Problem(Place(file, 1, 1), "wrong-terms", fact, f"write a code such as en, or '{_NOTE}'")
    for number, row in enumerate(rows[1:], 2):
        if len(row) > len(head):
            fact = f"this row has {len(row)} cells, and the first line {len(head)}"
            yield Problem(Place(file, number, 1), "wrong-terms", fact, "put a term with a comma in quotation marks")
    if len(rows) > _MOST:
        fact = f"the term base has {len(rows):,} rows; the limit is {_MOST:,}"
        yield Problem(Place(file), "wrong-terms", fact, "leave out terms that no letter has")


def _term(head: Sequence[str], row: Sequence[str]) -> GlossaryTerm:
    cells = {code.strip(): cell for code, cell in zip(head, row, strict=False) if code.strip() != _NOTE}
    ways = {code: tuple(way.strip() for way in cell.split(_BETWEEN) if way.strip(" *")) for code, cell in cells.items()}
    ways = {code: found for code, found in ways.items() if found}
    stems = {
        code: tuple(way.split(" ")[0].removesuffix("*").casefold() for way in found) for code, found in ways.items()
    }
    return GlossaryTerm(ways, stems)


def _length(term: GlossaryTerm) -> int:
    return max(len(way) for ways in term.ways.values() for way in ways)


def different_terms(texts: Sequence[RunningText], terms: Sequence[GlossaryTerm]) -> Iterator[tuple[RunningText, Slip]]:
    """The texts that lack a term which the same text has in another language; the first such term of each."""
    by_ranges: dict[tuple[tuple[int, int], ...], list[RunningText]] = {}
    for text in texts if terms else ():
        by_ranges.setdefault(text.ranges, []).append(text)
    for several in by_ranges.values():
        if len(several) > 1:
            yield from _in_text(several, terms)


def _in_text(texts: Sequence[RunningText], terms: Sequence[GlossaryTerm]) -> Iterator[tuple[RunningText, Slip]]:
    own = {text.language.code: text for text in texts}
    folded = {code: text.masked.casefold() for code, text in own.items()}
    # A term within a longer one that was found is not a term of its own: "Sector" in "Sector Member".
    left = {code: text.masked for code, text in own.items()}
    for term in terms:
        having = {}
        for code in (code for code in own if code in term.ways):
            if found := term.found_in(left[code], folded[code], code):
                having[code] = found[0]
                left[code] = _pattern(term.ways[code]).sub(lambda one: "\0" * len(one[0]), left[code])
        for code in (code for code in own if code in term.ways and having and code not in having):
            if not term.found_in(own[code].masked, folded[code], code):
                other = next(iter(having))
                yield own[code], _slip(own[code], term.ways[code][0].replace("*", ""), having[other], other)


def _slip(text: RunningText, lacking: str, typed: str, other: str) -> Slip:
    code = text.language.code
    here, there = f"the {language_name(code)} text ({code})", f"the {language_name(other)} one"
    fact = f"{here} lacks {quoted(lacking)}, the term for {quoted(typed)} in {there}"
    hint = f"write the term, or correct it in {NAME}"
    return Slip("different-term", 0, 0, "", f"{lacking}\0{typed}", fact, hint)


@functools.lru_cache(maxsize=10_000)
def _pattern(ways: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of some ways, each word of which may have any ending."""
    return re.compile("|".join(rf"(?:{_way(way)})" for way in ways), re.IGNORECASE)


def _way(way: str) -> str:
    return r"[\s\u00a0]+".join(any_of([word]) for word in way.split())
