"""How dates and ranges of days are written: CLDR patterns, with places for names that CLDR does not have."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from circulars.errors import Problem, nearest
from circulars.language.locales import locale_of
from circulars.model.phrases import FORM_NAME, Gap
from circulars.syntax.nodes import Node
from circulars.syntax.phrase_shapes import BRACES
from circulars.syntax.scalars import Text
from circulars.syntax.shape import Report, Schema, Shape, UnreadableError

EXTENTS: Final = ("same-month", "same-year", "other")
"""The patterns of a range: for days of one month, of one year, and of two years."""
_PLACES: Final = ("weekday", "month")
_PLACE: Final = re.compile(rf"(weekday|month)\|({FORM_NAME})")
_QUOTED_OR_WORD: Final = re.compile(r"'[^']*'|([A-Za-z]+)")
_LETTERS: Final = re.compile(r"([A-Za-z])\1*")
_STRFTIME: Final = re.compile(r"%-?[A-Za-z]")
_END: Final = re.compile(r"\{([ab]):([^{}]*)\}")
_SAME: Final = {"L": "M", "e": "E", "c": "E", "Y": "y", "u": "y", "weekday": "E", "month": "M"}
"""What stands for the same part of a date as another letter of CLDR."""
_PARTS: Final = {"d": "day: d", "M": "month: MMMM", "y": "year: y", "E": "weekday: EEEE"}
_OF_DATES: Final = frozenset("GyYuQqMLwWdDFgEec")
_INSTEAD: Final = {
    "Y": ("the year of a week, another year than the date's around New Year", "write y"),
    "w": ("the week of the year", "delete it"),
    "W": ("the week of the month", "delete it"),
    "F": ("the number of the weekday in its month", "delete it"),
    "D": ("the day of the year", "write d for the day of the month"),
    "g": ("the Julian day", "write d for the day of the month"),
    "Q": ("the quarter", "delete it"),
    "q": ("the quarter", "delete it"),
    "G": ("the era", "delete it"),
    "MMMMM": ("the first letter of the month", "write MMMM for its name"),
    "LLLLL": ("the first letter of the month", "write LLLL for its name"),
    "EEEEE": ("the first letter of the weekday", "write EEEE for its name"),
    "ccccc": ("the first letter of the weekday", "write cccc for its name"),
    "yy": ("the last two digits of the year", "write y"),
}
"""Letters of CLDR with which a date in a letter would be wrong or unclear: what they stand for, and what to do."""
_SAMPLE: Final = datetime.date(2024, 7, 12)
_HINT: Final = "d is the day, MMMM the month, y the year, EEEE the weekday; words are in 'apostrophes'"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The names of days and months: those of a CLDR locale, and what the language file has besides.

    ``weekdays`` (from Monday) and ``months`` are by their form. ``days`` has the days of the month that are not written
    as a number alone: "1er".
    """

    locale: str
    weekdays: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    months: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    days: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DatePattern:
    """How a date is written: "d MMMM y". ``pieces`` are patterns of CLDR and places for names: {month|genitive}."""

    text: str
    pieces: tuple[str | Gap, ...]

    def written(self, date: datetime.date, calendar: Calendar) -> str:
        return "".join(
            _formatted(piece, date, calendar) if isinstance(piece, str) else _name(piece, date, calendar)
            for piece in self.pieces
        )


@dataclass(frozen=True, slots=True)
class RangePattern:
    """How a range of days is written: "{a:d}-{b:d MMMM y}". ``pieces`` are words, and the ends with their patterns."""

    pieces: tuple[str | tuple[str, DatePattern], ...]

    @property
    def lead(self) -> str:
        """The words before the first day: "du ", "from "; "" for none."""
        return self.pieces[0] if isinstance(self.pieces[0], str) else ""

    @property
    def joint(self) -> str:
        """The words between the two days: " au ", " to "."""
        ends = [place for place, piece in enumerate(self.pieces) if not isinstance(piece, str)]
        return "".join(piece for piece in self.pieces[ends[0] : ends[1]] if isinstance(piece, str))

    def written(self, first: datetime.date, last: datetime.date, calendar: Calendar) -> str:
        ends = {"a": first, "b": last}
        return "".join(
            piece if isinstance(piece, str) else piece[1].written(ends[piece[0]], calendar) for piece in self.pieces
        )


def _formatted(pattern: str, date: datetime.date, calendar: Calendar) -> str:
    from babel.dates import tokenize_pattern

    if date.day not in calendar.days:
        return _by_cldr(pattern, date, calendar.locale)
    words = ""
    for kind, value in tokenize_pattern(pattern):
        if kind == "chars":
            words += str(value)
            continue
        field = str(value[0]) * int(value[1])
        words += calendar.days[date.day] if field == "d" else _by_cldr(field, date, calendar.locale)
    return words


@functools.lru_cache(maxsize=1000)
def _by_cldr(pattern: str, date: datetime.date, locale: str) -> str:
    """A date in a pattern of CLDR; a letter has few dates, and shows each of them several times."""
    from babel.dates import format_date

    return str(format_date(date, pattern, locale=locale_of(locale)))


def _name(gap: Gap, date: datetime.date, calendar: Calendar) -> str:
    if gap.name == "weekday":
        return calendar.weekdays[gap.form][date.weekday()]
    return calendar.months[gap.form][date.month - 1]


@dataclass(frozen=True, slots=True)
class DateText(Shape[DatePattern]):
    """The pattern of a date; ``needed`` has the parts of the date that it must have: "dMy"."""

    needed: str = ""

    def read(self, node: Node, report: Report) -> DatePattern:
        text = Text().read(node, report)
        problems = [*_problems(text, self.needed, node, report)]
        for problem in problems:
            report.add_at(problem.where, problem.code, problem.message, problem.hint)
        if problems:
            raise UnreadableError
        return DatePattern(text, _pieces(text, node, report))

    def schema(self, definitions: Schema) -> Schema:
        return Text().schema(definitions)


@dataclass(frozen=True, slots=True)
class RangeText(Shape[RangePattern]):
    """The pattern of a range of days, with the places {a:…} and {b:…}."""

    def read(self, node: Node, report: Report) -> RangePattern:
        text = Text().read(node, report)
        problems = [*_range_problems(text, node, report)]
        for problem in problems:
            report.add_at(problem.where, problem.code, problem.message, problem.hint)
        if problems:
            raise UnreadableError
        pieces: list[str | tuple[str, DatePattern]] = []
        for place, part in enumerate(_END.split(text)):
            if place % 3 == 2:
                pieces.append((str(pieces.pop()), DatePattern(part, (part,))))
            else:
                pieces.append(part)
        return RangePattern(tuple(piece for piece in pieces if piece))

    def schema(self, definitions: Schema) -> Schema:
        return Text().schema(definitions)


def _pieces(text: str, node: Node, report: Report) -> tuple[str | Gap, ...]:
    pieces: list[str | Gap] = []
    at = 0
    for found in BRACES.finditer(text):
        name, _, form = found[2].partition("|")
        where = report.tree.place_in(node, text, found.start(), found[0])
        pieces += [text[at : found.start()], Gap(name, form, where)]
        at = found.end()
    return tuple(piece for piece in (*pieces, text[at:]) if piece != "")


def _problems(text: str, needed: str, node: Node, report: Report) -> Iterator[Problem]:
    """What is wrong with the pattern of a date."""
    names: list[str] = []
    for match in BRACES.finditer(text):
        where = report.tree.place_in(node, text, match.start(), match[0])
        if match[0] in ("{", "}"):
            yield Problem(where, "unbalanced-brace", f"this '{match[0]}' has no partner", _HINT)
            continue
        name = (match[1] or match[2] or "").partition("|")[0].strip()
        meant = nearest(name, _PLACES)
        names.append(meant)
        if not (match[2] and _PLACE.fullmatch(match[2])):
            hint = f"name a form of it: {{{meant}|accusative}}" if meant else ""
            hint = hint or "the places of a date are {weekday|form} and {month|form}"
            yield Problem(where, "unknown-place", f"'{match[0]}' is not a place of a date", hint)
    for letters, at, fact, hint in _faults(BRACES.sub(lambda place: " " * len(place[0]), text), names, needed):
        yield Problem(report.tree.place_in(node, text, at, letters), "wrong-date-pattern", fact, hint)


def _range_problems(text: str, node: Node, report: Report) -> Iterator[Problem]:
    """What is wrong with the pattern of a range of days."""
    found: list[str] = []
    for match in BRACES.finditer(text):
        where, end = report.tree.place_in(node, text, match.start(), match[0]), _END.fullmatch(match[0])
        if match[0] in ("{", "}"):
            yield Problem(where, "unbalanced-brace", f"this '{match[0]}' has no partner", "write {a:…} and {b:…}")
        elif end is None:
            fact = f"'{match[0]}' is not an end of a range of days"
            yield Problem(where, "unknown-place", fact, "write {a:…} for the first day and {b:…} for the last")
        else:
            found.append(end[1])
            for letters, at, fact, hint in _faults(end[2], [], ""):
                where = report.tree.place_in(node, text, match.start() + end.start(2) + at, letters)
                yield Problem(where, "wrong-date-pattern", fact, hint)
    for name, day in (("a", "first"), ("b", "last")):
        if name not in found:
            fact = f"this text has lost its place '{{{name}:…}}'"
            yield Problem(
                report.tree.place(node), "missing-place", fact, f"write {{{name}:d MMMM y}} for the {day} day"
            )
    if "a" in found and "b" in found and found != ["a", "b"]:
        fact = "the ends of this range are not once each, the first day before the last"
        yield Problem(report.tree.place(node), "wrong-date-pattern", fact, "write {a:…} for the first day, then {b:…}")


def _faults(pattern: str, names: list[str], needed: str) -> Iterator[tuple[str, int, str, str]]:
    """What is wrong with a pattern of CLDR beside which ``names`` are: letters, where they begin, fact and hint.

    A word without apostrophes is one fault; a part of the date that is lost has no letters.
    """
    if pattern.replace("''", "").count("'") % 2:
        hint = "put words in 'apostrophes'; write an apostrophe itself as ''"
        yield "'", pattern.rindex("'"), "an apostrophe has no partner", hint
        return
    if code := _STRFTIME.search(pattern):
        fact = f"'{code[0]}' is a code of strftime, and dates are written with letters of CLDR"
        yield code[0], code.start(), fact, _HINT
        return
    parts, is_wrong = [_SAME.get(name, name) for name in names], False
    for word in _QUOTED_OR_WORD.finditer(pattern):
        runs = [*_LETTERS.finditer(word[1] or "")]
        faults = []
        for run in runs:
            part = _SAME.get(run[1], run[1])
            if fault := _fault(run[0], part, parts):
                faults.append((run[0], word.start() + run.start(), *fault))
            else:
                parts.append(part)
        if faults and len(runs) > 1:
            faults = [(word[1], word.start(), faults[0][2], f"if '{word[1]}' is a word, put it in apostrophes")]
        yield from faults
        is_wrong = is_wrong or bool(faults)
    if not is_wrong:
        yield from (("", 0, *fault) for fault in _lost(pattern, parts, needed))


def _fault(letters: str, part: str, parts: Sequence[str]) -> tuple[str, str] | None:
    """The fact and the hint of what is wrong with letters for a part of a date, beside other parts."""
    if letters[0] not in _OF_DATES:
        return f"the letter '{letters[0]}' is not a part of a date", _HINT
    if wrong := _INSTEAD.get(letters[0]) or _INSTEAD.get(letters):
        return f"'{letters}' is {wrong[0]}", wrong[1]
    if part in parts:
        return f"the letters of this pattern name '{part}' twice", _HINT
    return None


def _lost(pattern: str, parts: Sequence[str], needed: str) -> Iterator[tuple[str, str]]:
    """The fact and the hint for a pattern that CLDR does not have, and for each part that is not in the pattern."""
    from babel.dates import format_date

    try:
        format_date(_SAMPLE, pattern or "''", locale="en")
    except (ValueError, AttributeError) as error:
        yield f"this is not a date pattern of CLDR: {error}", _HINT
        return
    for part in needed:
        if part not in parts:
            name = _PARTS[part]
            yield f"this pattern has lost the {name.partition(':')[0]}", f"add the {name}"
