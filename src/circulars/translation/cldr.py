"""What CLDR knows of a language, as a language file has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from circulars.errors import PackError
from circulars.language import PLURALS, direction_of, locale_of

Path = tuple[str, ...]
"""The keys that lead to a value in a file."""
_COUNTED: Final = range(201)
"""The numbers that a letter may count; some categories are only those of millions or of fractions."""
_UNUSUAL: Final = re.compile(r"'[^']*'|([ML])\1{4}|\s*G+")
"""Words in a pattern, which remain, and the parts of a date that letters do not have."""
_SPACE_OR_DASH: Final = "[\\s\u2010-\u2015-]"


def facts(code: str) -> Mapping[Path, str | list[str]]:
    """The values of a language file that CLDR has, by their paths; of some languages it knows the direction only."""
    try:
        locale = locale_of(code)
    except PackError:
        return {("direction",): direction_of(code)}
    return {
        ("name",): locale.get_display_name() or code,
        ("locale",): code,
        ("direction",): direction_of(code),
        **{("dates", name): pattern for name, pattern in _dates(locale).items()},
        **{("ranges", name): pattern for name, pattern in _ranges(locale).items()},
        ("time",): _time(locale),
        ("numbers", "decimal"): _symbol(locale, "decimal"),
        ("numbers", "thousands"): _symbol(locale, "group"),
        ("conjunctions",): [*dict.fromkeys(_conjunctions(locale))],
    }


def categories(code: str, *, ordinal: bool = False) -> tuple[str, ...]:
    """The plural categories of a language's whole numbers, in CLDR's order; "other" is always among them."""
    locale = locale_of(code)
    rule = locale.ordinal_form if ordinal else locale.plural_form
    found = {"other", *map(rule, _COUNTED)}
    return tuple(name for name in PLURALS if name in found)


def _dates(locale: Any) -> dict[str, str]:
    skeletons = locale.datetime_skeletons
    return {
        "date": _pattern(locale.date_formats["long"]),
        "day-month": _pattern(skeletons["MMMMd"]),
        "month-year": _pattern(skeletons["yMMMM"]),
        "year": _pattern(skeletons["y"]),
        "weekday": "EEEE",
        "weekday-date": _pattern(locale.date_formats["full"]),
    }


def _pattern(known: Any) -> str:
    """A pattern with the whole names of months instead of their first letters, and without the era of the year."""
    text = str(getattr(known, "pattern", known))
    return _UNUSUAL.sub(lambda of: of[0] if of[0][0] == "'" else (of[1] or "") * 4, text)


def _ranges(locale: Any) -> dict[str, str]:
    """Ranges of days, with the names of months written out; without any in CLDR, two dates with a dash."""
    parts = locale.interval_formats.get("yMMMd", {})
    whole = _pattern(locale.date_formats["long"])
    return {
        name: _range(parts[field]) if field in parts else f"{{a:{whole}}} – {{b:{whole}}}"
        for name, field in (("same-month", "d"), ("same-year", "M"), ("other", "y"))
    }


def _range(parts: tuple[str, str]) -> str:
    """The pattern of a range from CLDR's two halves, of which the first ends with the sign between them."""
    whole = map(_pattern, parts)
    first, last = (re.sub(r"(?<!M)MMM(?!M)", "MMMM", re.sub(r"(?<!L)LLL(?!L)", "LLLL", part)) for part in whole)
    sign = re.search(rf"{_SPACE_OR_DASH}*\Z", first)
    between = re.sub(r"\s", " ", sign[0]) if sign else ""  # CLDR has thin spaces
    return f"{{a:{first[: len(first) - len(between)]}}}{between}{{b:{last}}}"


def _time(locale: Any) -> str:
    """The time of day by the clock of 24 hours."""
    pattern = str(locale.time_formats["short"].pattern)
    if re.search(r"[abBhKk]", re.sub(r"'[^']*'", "", pattern)):
        return "{hour}:{minute}"
    return re.sub(r"'([^']*)'|H+|m+", lambda of: of[1] or ("{hour}" if of[0][0] == "H" else "{minute}"), pattern)


def _symbol(locale: Any, name: str) -> str:
    """A mark in numbers with the digits 0 to 9."""
    symbols = locale.number_symbols
    known = symbols.get("latn") or symbols.get(locale.default_numbering_system) or {}
    return str(known.get(name, {"decimal": ".", "group": "\u00a0"}[name]))


def _conjunctions(locale: Any) -> Iterator[str]:
    """The words for "and" and "or" that stand between two spaces."""
    for style in ("standard", "or"):
        between = re.fullmatch(r"\{0\} (\w+) \{1\}", str(locale.list_patterns.get(style, {}).get("2", "")))
        if between:
            yield between[1]
