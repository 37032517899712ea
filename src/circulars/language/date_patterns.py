"""How dates and ranges of days are written: CLDR patterns, with places for names that CLDR does not have."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from circulars.errors import Problem, did_you_mean
from circulars.language.locales import locale_of
from circulars.model.phrases import FORM_NAME, Gap
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import Text
from circulars.syntax.shape import Report, Schema, Shape, UnreadableError

_PLACES: Final = ("weekday", "month")
_BRACES: Final = re.compile(r"\{([^{}]*)\}|[{}]")
_PLACE: Final = re.compile(rf"(weekday|month)\|({FORM_NAME})")
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

    def written(self, first: datetime.date, last: datetime.date, calendar: Calendar) -> str:
        ends = {"a": first, "b": last}
        return "".join(
            piece if isinstance(piece, str) else piece[1].written(ends[piece[0]], calendar) for piece in self.pieces
        )


def _formatted(pattern: str, date: datetime.date, calendar: Calendar) -> str:
    from babel.dates import format_date, tokenize_pattern

    locale = locale_of(calendar.locale)
    if date.day not in calendar.days:
        return str(format_date(date, pattern, locale=locale))
    words = ""
    for kind, value in tokenize_pattern(pattern):
        if kind == "chars":
            words += str(value)
            continue
        field = str(value[0]) * int(value[1])
        words += calendar.days[date.day] if field == "d" else format_date(date, field, locale)
    return words


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
    for found in _BRACES.finditer(text):
        name, _, form = found[1].partition("|")
        pieces += [text[at : found.start()], Gap(name, form, report.tree.place_of(node, found[0]))]
        at = found.end()
    return tuple(piece for piece in (*pieces, text[at:]) if piece != "")


def _problems(text: str, needed: str, node: Node, report: Report) -> Iterator[Problem]:
    """What is wrong with the pattern of a date."""
    for match in _BRACES.finditer(text):
        where = report.tree.place_of(node, match[0])
        if match[1] is None:
            yield Problem(where, "unbalanced-brace", f"this '{match[0]}' has no partner", _HINT)
        elif not _PLACE.fullmatch(match[1]):
            name = match[1].partition("|")[0].strip()
            hint = did_you_mean(name, _PLACES, "the places of a date are {weekday|form} and {month|form}")
            hint = "name a form of it: {" + name + "|accusative}" if name in _PLACES else hint
            yield Problem(where, "unknown-place", f"'{match[0]}' is not a place of a date", hint)
    names = [name[1].partition("|")[0] for name in _BRACES.finditer(text) if name[1]]
    if fact := _fault(_BRACES.sub("", text), names, needed):
        yield Problem(report.tree.place(node), "wrong-date-pattern", *fact)


def _range_problems(text: str, node: Node, report: Report) -> Iterator[Problem]:
    """What is wrong with the pattern of a range of days."""
    found: list[str] = []
    for match in _BRACES.finditer(text):
        where, end = report.tree.place_of(node, match[0]), _END.fullmatch(match[0])
        if match[1] is None:
            yield Problem(where, "unbalanced-brace", f"this '{match[0]}' has no partner", "write {a:…} and {b:…}")
        elif end is None:
            fact = f"'{match[0]}' is not an end of a range of days"
            yield Problem(where, "unknown-place", fact, "write {a:…} for the first day and {b:…} for the last")
        else:
            found.append(end[1])
            if fault := _fault(end[2], [], ""):
                yield Problem(where, "wrong-date-pattern", *fault)
    for name, day in (("a", "first"), ("b", "last")):
        if name not in found:
            fact = f"this text has lost its place '{{{name}:…}}'"
            yield Problem(
                report.tree.place(node), "missing-place", fact, f"write {{{name}:d MMMM y}} for the {day} day"
            )
    if "a" in found and "b" in found and found != ["a", "b"]:
        fact = "the ends of this range are not once each, the first day before the last"
        yield Problem(report.tree.place(node), "wrong-date-pattern", fact, "write {a:…} for the first day, then {b:…}")


def _fault(pattern: str, names: list[str], needed: str) -> tuple[str, str] | None:
    """The fact and the hint of what is wrong with a pattern of CLDR beside which ``names`` stand; None for nothing."""
    from babel.dates import format_date, tokenize_pattern

    if pattern.replace("''", "").count("'") % 2:
        return "an apostrophe has no partner", "put words in 'apostrophes'; write an apostrophe itself as ''"
    fields = [value[0] for kind, value in tokenize_pattern(pattern) if kind == "field"]
    if wrong := [letter for letter in fields if letter not in _OF_DATES]:
        return f"the letter '{wrong[0]}' is not a part of a date", _HINT
    for letters in (str(value[0]) * int(value[1]) for kind, value in tokenize_pattern(pattern) if kind == "field"):
        if wrong_part := _INSTEAD.get(letters[0]) or _INSTEAD.get(letters):
            return f"'{letters}' is {wrong_part[0]}", wrong_part[1]
    try:
        format_date(_SAMPLE, pattern or "''", locale="en")
    except (ValueError, AttributeError) as error:
        return f"this is not a date pattern of CLDR: {error}", _HINT
    parts = [_SAME.get(name, name) for name in (*fields, *names)]
    if twice := next((part for part in parts if parts.count(part) > 1), ""):
        return f"the letters of this pattern name '{twice}' twice", _HINT
    if lost := [_PARTS[part] for part in needed if part not in parts]:
        return f"this pattern has lost the {lost[0].partition(':')[0]}", f"add the {lost[0]}"
    return None
