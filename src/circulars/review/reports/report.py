"""Reports changes by letter and by language, as text for people."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final, Literal

from circulars.errors import Choice, Problem
from circulars.model.letter import Letter
from circulars.review.comparing.changes import Change, FactChange
from circulars.review.comparing.comparison import Comparison
from circulars.review.comparing.languages import PlaceChange
from circulars.review.reports.gathering import gathered
from circulars.review.reports.wording import audience_line, bold, counted, fact_lines, place_lines, quiet_line, visible

State = Literal["both", "new", "removed"]

QUIET: Final = ("typography", "consequences")
"""The kinds of changes that are reported after the others, each in one line."""


@dataclass(frozen=True, slots=True)
class LanguageChanges:
    """The changes in one language; the state of a language that only one version has is ``new`` or ``removed``.

    ``compared`` is the comparison from which the changes were made, if both versions have the language.
    """

    language: str
    changes: tuple[Change, ...] = ()
    state: State = "both"
    compared: Comparison | None = None


@dataclass(frozen=True, slots=True)
class LetterChanges:
    """The changes in one letter. ``old`` and ``new`` name its versions.

    A version with problems is compared as far as it can be read. ``languages`` are those that could be compared; there
    are none if the letter is in one version only, if a version is not a letter, or if both have the same bytes.
    ``facts`` are what the letter states once and that changed, for all its languages. ``by_place`` has the changes of
    all languages, those at the same place together; the places in them are in words of the first language.
    ``old_letter`` and ``new_letter`` are the versions as far as they could be read, with the pack and the kind with
    which they are compared, and all parts for everybody. ``was`` is the former path of a letter that was renamed.
    ``date`` is when the new version was committed to git, if it was.
    """

    old: str
    new: str
    languages: tuple[LanguageChanges, ...] = ()
    state: State = "both"
    old_problems: tuple[Problem, ...] = ()
    new_problems: tuple[Problem, ...] = ()
    old_letter: Letter | None = field(default=None, repr=False)
    new_letter: Letter | None = field(default=None, repr=False)
    was: str = ""
    facts: tuple[FactChange, ...] = ()
    date: datetime.datetime | None = None
    by_place: tuple[PlaceChange, ...] = ()

    @property
    def name(self) -> str:
        """The letter's name: that of its file, without the suffix."""
        letter = self.new_letter or self.old_letter
        return letter.name if letter else PurePosixPath(self.shown.rpartition(":")[2]).stem

    @property
    def shown(self) -> str:
        """The version that reports name: the new one, or the old one of a removed letter."""
        return self.old if self.state == "removed" else self.new

    @property
    def differs(self) -> bool:
        """Whether there is anything to report."""
        changed = any(one.changes or one.state != "both" for one in self.languages)
        changed = changed or bool(self.facts or self.was)
        return changed or self.state != "both" or bool(self.old_problems or self.new_problems)

    @property
    def gathered(self) -> tuple[PlaceChange, ...]:
        """The changes of ``by_place``, with one for each annex, table or list that came or went as a whole."""
        return gathered(self.by_place, self.compared)

    @property
    def compared(self) -> dict[str, Comparison]:
        """The comparisons, by the languages that both versions have."""
        return {one.language: one.compared for one in self.languages if one.compared}


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """The changes in some letters."""

    letters: tuple[LetterChanges, ...]

    @property
    def differs(self) -> bool:
        """Whether any letter changed."""
        return any(letter.differs for letter in self.letters)

    def text(self, colour: bool = False, worded: Callable[[Choice], str] = str, everything: bool = False) -> str:
        """The report for people: with colours for a terminal, or with the marks "[-removed-]" and "{+added+}".

        ``worded`` puts a problem's choices into words. With ``everything`` changes of typography are shown, too.
        """
        letters = ["\n".join(_letter(letter, colour, worded, everything)) for letter in self.letters if letter.differs]
        return "\n\n".join(letters) or "no changes"


def _letter(letter: LetterChanges, colour: bool, worded: Callable[[Choice], str], everything: bool) -> Iterator[str]:
    if letter.state != "both":
        word = "new letter" if letter.state == "new" else "removed letter"
        yield bold(f"{visible(letter.shown)}: {word}", colour)
    else:
        yield bold(visible(f"{letter.old} → {letter.new}"), colour)
    if letter.was:
        yield f"renamed from {visible(letter.was)}"
    for version, problems in ((letter.old, letter.old_problems), (letter.new, letter.new_problems)):
        if problems:
            yield from ("", f"{visible(version)} has problems:")
            yield from (visible(problem.text(worded)) for problem in problems)
    if letter.state == "both" and not letter.languages and letter.old_problems + letter.new_problems:
        yield from ("", "the two versions cannot be compared")
    yield from _facts(letter, colour)
    yield from _changes(letter, colour, everything)
    yield from _languages(letter)


def _facts(letter: LetterChanges, colour: bool) -> Iterator[str]:
    if letter.facts:
        yield from ("", bold("facts", colour))
    for fact in letter.facts:
        yield from fact_lines(fact, colour)


def _changes(letter: LetterChanges, colour: bool, everything: bool) -> Iterator[str]:
    """The changes in reading order, then those of the audience, then in one line each what is quiet."""
    changes = letter.gathered
    kinds = {kind: [one for one in changes if one.kind == kind] for kind in (*QUIET, "audience")}
    loud = [one for one in changes if one.kind not in kinds]
    has_several = len(letter.compared) > 1
    if loud:
        yield from ("", bold(counted(len(loud), "change"), colour))
    for one in loud:
        yield from place_lines(one, has_several, colour, everything)
    if kinds["audience"]:
        yield from ("", bold("audience", colour), *map(audience_line, kinds["audience"]))
    if everything and kinds["typography"]:
        yield from ("", bold("typography", colour))
        for one in kinds.pop("typography"):
            yield from place_lines(one, has_several, colour, everything)
    for kind in QUIET:
        if kinds.get(kind):
            yield from ("", quiet_line(kind, kinds[kind]))
    if count := sum(bool(entry.only or entry.questions) for entry in changes):
        yield from ("", f"{counted(count, 'change')} {'is' if count == 1 else 'are'} not in every language")


def _languages(letter: LetterChanges) -> Iterator[str]:
    """A line for each language that only one version has, and for each in which nothing changed."""
    lines = []
    for one in letter.languages:
        if one.state != "both":
            lines.append(f"{one.language}: {'new' if one.state == 'new' else 'removed'} language")
        elif not one.changes and not any(fact.old[one.language] != fact.new[one.language] for fact in letter.facts):
            lines.append(f"{one.language}: no changes")
    if lines:
        yield from ("", *lines)
