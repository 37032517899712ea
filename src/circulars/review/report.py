"""Reports changes by letter and by language, as text for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from circulars.characters import UNSEEN
from circulars.errors import Choice, Problem
from circulars.model.letter import Letter
from circulars.review.changes import Change, FactChange, Mark, Segment, Segments, as_read
from circulars.review.comparison import Comparison
from circulars.review.consequences import listed, together

State = Literal["both", "new", "removed"]

_INDENT = " " * 6
_CONTEXT = 8
_MARKS: dict[Mark, tuple[str, str]] = {"equal": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_COLOURS: dict[Mark, tuple[str, str]] = {
    "equal": ("", ""),
    "removed": ("\x1b[31;9m", "\x1b[0m"),
    "added": ("\x1b[32;4m", "\x1b[0m"),
}
# Control, direction and zero-width characters: a terminal obeys them, and a reader cannot see them.
_INVISIBLE = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{UNSEEN}]")
_SPACES = str.maketrans({" ": "␣", "\u00a0": "⍽", "\u202f": "⍽"})


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
    """The changes in one letter. ``old`` and ``new`` name its versions. A version with problems is not compared.

    ``facts`` are what the letter states once and that changed, for all its languages.
    ``old_letter`` and ``new_letter`` are the versions that could be read. ``was`` is the former path of a letter that
    was renamed. Without ``languages``, both versions have the same bytes.
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

    @property
    def name(self) -> str:
        """The letter's name: that of its file, without the suffix."""
        letter = self.new_letter or self.old_letter
        shown = self.old if self.state == "removed" else self.new
        return letter.name if letter else PurePosixPath(shown.rpartition(":")[2]).stem

    @property
    def differs(self) -> bool:
        """Whether there is anything to report."""
        changed = any(one.changes or one.state != "both" for one in self.languages)
        changed = changed or bool(self.facts or self.was)
        return changed or self.state != "both" or bool(self.old_problems or self.new_problems)

    def unchanged_languages(self, change: Change, language: str) -> tuple[str, ...]:
        """The languages, among those in both versions, in which the words at the place of a change are unchanged."""
        if not change.in_words:
            return ()
        others = (one for one in self.languages if one.state == "both" and one.language != language)
        return tuple(one.language for one in others if not any(_is_same_place(change, c) for c in one.changes))

    def only_in(self, change: Change, language: str) -> str:
        """ "only in en: is es still right?", or "" if the words changed in every language."""
        others = self.unchanged_languages(change, language)
        if not others:
            return ""
        changed = [one.language for one in self.languages if one.state == "both" and one.language not in others]
        verb = "is" if len(others) == 1 else "are"
        return f"only in {listed(changed)}: {verb} {listed(others)} still right?"


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """The changes in some letters."""

    letters: tuple[LetterChanges, ...]

    @property
    def differs(self) -> bool:
        """Whether any letter changed."""
        return any(letter.differs for letter in self.letters)

    def text(self, colour: bool = False, worded: Callable[[Choice], str] = str) -> str:
        """The report for people: with colours for a terminal, or with the marks "[-removed-]" and "{+added+}".

        ``worded`` puts a problem's choices into words.
        """
        letters = ["\n".join(_letter(letter, colour, worded)) for letter in self.letters if letter.differs]
        return "\n\n".join(letters) or "no changes"


def _is_same_place(one: Change, other: Change) -> bool:
    return other.in_words and ((one.new != "" and one.new == other.new) or (one.old != "" and one.old == other.old))


def _letter(letter: LetterChanges, colour: bool, worded: Callable[[Choice], str]) -> Iterator[str]:
    if letter.state != "both":
        word = "new letter" if letter.state == "new" else "removed letter"
        yield _bold(f"{_visible(letter.new if letter.state == 'new' else letter.old)}: {word}", colour)
    else:
        yield _bold(_visible(f"{letter.old} → {letter.new}"), colour)
    if letter.was:
        yield f"renamed from {_visible(letter.was)}"
    for version, problems in ((letter.old, letter.old_problems), (letter.new, letter.new_problems)):
        if problems:
            yield from ("", f"{_visible(version)} has problems:")
            yield from (_visible(problem.text(worded)) for problem in problems)
    if letter.facts:
        yield from ("", _bold("facts", colour))
        for fact in letter.facts:
            yield from map(_visible, _fact(fact))
    for one in letter.languages:
        yield from ("", _bold(f"{one.language}: {_amount(one)}", colour))
        for change in one.changes:
            yield from _change(change, letter.only_in(change, one.language), colour)
    if count := sum(bool(letter.only_in(c, one.language)) for one in letter.languages for c in one.changes):
        what = "1 change is" if count == 1 else f"{count} changes are"
        yield from ("", f"{what} not in every language")


def _amount(one: LanguageChanges) -> str:
    if one.state != "both":
        return "new language" if one.state == "new" else "removed language"
    count = len(one.changes)
    return "no changes" if not count else f"{count} change{'s' if count > 1 else ''}"


def _change(change: Change, only: str, colour: bool) -> Iterator[str]:
    what = {"look": "", "link": ""}.get(change.kind, change.kind)
    if change.kind == "moved":
        edited = any(segment.mark != "equal" for segment in change.segments)
        what = f"moved, formerly {change.was}" + (", and changed" if edited else "")
    remark = f"  ({only})" if only else ""
    yield f"  {_visible(change.place)}{': ' if what else ''}{_visible(what)}" + (_warning(remark) if colour else remark)
    if change.in_words and change.segments:
        yield _INDENT + marked(_readable(change.segments), colour)
    yield from (_INDENT + _visible(f"({remark})") for remark in change.remarks)


def _fact(fact: FactChange) -> Iterator[str]:
    """The lines of a fact: its values, in each language unless they are the same in all, and its places."""
    values = {code: f"{fact.old[code]} → {fact.new[code]}" for code in fact.old if fact.old[code] != fact.new[code]}
    if len({*values.values()}) == 1 and len(values) == len(fact.old):
        yield f"  {fact.name}: {next(iter(values.values()))}"
    else:
        yield f"  {fact.name}"
        yield from (f"{_INDENT}{code}: {value}" for code, value in values.items())
    if not fact.used:
        yield f"{_INDENT}(no text shows it)"
    shown = next(iter(fact.places.values()), ())
    if shown and [place.place for place in shown] != ["date"]:
        yield f"{_INDENT}in {together(place.place for place in shown)}"


def _readable(segments: Segments) -> Segments:
    """The segments as readers should see them: what is quiet is as in the new text, and facts have their names."""
    result: list[Segment] = []
    old = ""
    for segment in segments:
        if segment.quiet and segment.mark == "removed":
            old = segment.text
            continue
        text = f"{{{segment.fact}: {old} → {segment.text}}}" if segment.quiet == "fact" else segment.text
        mark: Mark = "equal" if segment.quiet else segment.mark
        if result and result[-1].mark == mark:
            result[-1] = Segment(mark, result[-1].text + text)
        else:
            result.append(Segment(mark, text))
    return tuple(result)


def marked(segments: Segments, colour: bool) -> str:
    """The words with marks for removed and added ones; long equal pieces are shortened."""
    marks = _COLOURS if colour else _MARKS
    segments = as_read(segments)
    result = []
    for place, segment in enumerate(segments):
        before, after = marks[segment.mark]
        text = _shown(segment, place == 0, place == len(segments) - 1)
        # Otherwise a terminal would strike or underline the indentation, too.
        text = text.replace("\n", f"↵{after}\n{_INDENT}{before}")
        # After a line feed at the end of a marked piece, there is nothing to mark on the next line.
        result.append(f"{before}{text}{after}".replace(f"{before}{after}", "") if after else text)
    return "".join(result)


def _shown(segment: Segment, is_first: bool, is_last: bool) -> str:
    if segment.mark == "equal" and is_first and is_last:
        return _visible(_cut(segment.text, _CONTEXT, 0))
    if segment.mark == "equal":
        return _visible(_cut(segment.text, 0 if is_first else _CONTEXT, 0 if is_last else _CONTEXT))
    return _visible(segment.text if segment.text.strip() else segment.text.translate(_SPACES))


def _cut(text: str, head: int, tail: int) -> str:
    """The first ``head`` and the last ``tail`` words of a text; the whole text if little would be left out."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    if len(words) <= head + tail + 3:
        return text
    begin = text[: words[head - 1][1]] + " " if head else ""
    end = " " + text[words[-tail][0] :] if tail else ""
    return f"{begin}…{end}"


def _visible(text: str) -> str:
    return _INVISIBLE.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", text)


def _bold(text: str, colour: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if colour else text


def _warning(text: str) -> str:
    return f"\x1b[33m{text}\x1b[0m" if text else ""
