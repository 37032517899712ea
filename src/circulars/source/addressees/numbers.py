"""Formats numbers by the number formats of a workbook (ECMA-376, part 1, 18.8.30 and 18.8.31).

Formats of dates and times, fractions, scientific notation and conditions are not supported.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Final

BUILT_IN: Final = {
    "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%", "37": "#,##0_);(#,##0)",
    "38": "#,##0_);[Red](#,##0)", "39": "#,##0.00_);(#,##0.00)", "40": "#,##0.00_);[Red](#,##0.00)",
}  # fmt: skip
"""The built-in formats, which a workbook refers to by number."""
_LONGEST: Final = 200
_EXACT: Final = Context(prec=600)  # the largest number of a cell has 309 digits before the point
_SIGNS: Final = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]|.', re.DOTALL)
# Characters that are literal without quotation marks, and currency signs.
_PLAIN: Final = re.compile(r"[-$+()!^&'~{}<>=: \u00a0\u202f%€£¥]")
_COLOUR: Final = re.compile(r"\[(black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]", re.IGNORECASE)
_MONEY: Final = re.compile(r"\[\$([^\]-]*)(-[^\]]*)?\]")
_BODY: Final = re.compile(r"[0#?][0#?,]*(\.[0#?]*)?|\.[0#?]+")
# "00000", "00-000", "000 00": digits with leading zeros and separators, but no decimals.
_ZEROS: Final = re.compile(r"(?:0|\\.|[-/ ()]|\"[^\"]*\")+")


@dataclass(frozen=True, slots=True)
class _Section:
    """One section of a format: the text before and after the number, and how its digits are written.

    ``digits`` is the minimum number of digits before the decimal point, ``least`` and ``most`` limit those after it;
    ``hundreds`` is the number of percent signs.
    """

    before: str
    after: str
    digits: int
    least: int
    most: int
    has_point: bool
    is_grouped: bool
    hundreds: int


def is_known(pattern: str) -> bool:
    """Whether a format is supported and changes how a number looks."""
    return pattern.casefold() not in ("", "general", "@") and (_is_zeros(pattern) or bool(_sections(pattern)))


def shown(number: str, pattern: str) -> str:
    """A number in a supported format; text that is not a number stays as it is."""
    if _is_zeros(pattern) and number.isdecimal():
        return _with_zeros(number, pattern)
    try:
        value = Decimal(number)
    except InvalidOperation:
        return number
    if not (sections := _sections(pattern)) or not value.is_finite():
        return number
    section = sections[0]
    if value < 0 and len(sections) > 1:
        section = sections[1]
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    digits = _digits(abs(value), section)
    sign = "-" if value < 0 and len(sections) == 1 and digits.strip("0.,") else ""
    return f"{sign}{section.before}{digits}{section.after}".strip()


def _digits(value: Decimal, section: _Section) -> str:
    value = value.scaleb(2 * section.hundreds, _EXACT).quantize(Decimal(1).scaleb(-section.most), ROUND_HALF_UP, _EXACT)
    whole, _, rest = f"{value:f}".partition(".")
    whole = whole.lstrip("0").zfill(section.digits)
    if section.is_grouped and len(whole) > 3:
        whole = re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", whole)
    while len(rest) > section.least and rest.endswith("0"):
        rest = rest[:-1]
    return whole + ("." if section.has_point else "") + rest


def _is_zeros(pattern: str) -> bool:
    return pattern.count("0") > 1 and len(pattern) <= _LONGEST and bool(_ZEROS.fullmatch(pattern))


def _with_zeros(digits: str, pattern: str) -> str:
    """A number with leading zeros: 1200 is "01200" with "00000", 12345 is "12-345" with "00-000"."""
    signs = re.findall(r"0|\\.|\"[^\"]*\"|.", pattern)
    count = signs.count("0")
    digits = digits.zfill(count)
    surplus, rest = digits[: len(digits) - count], iter(digits[len(digits) - count :])
    text = "".join(next(rest) if sign == "0" else sign.strip('"') if len(sign) > 2 else sign[-1] for sign in signs)
    first = text.index(digits[len(surplus)]) if surplus else 0
    return text[:first] + surplus + text[first:]


@functools.lru_cache(maxsize=256)
def _sections(pattern: str) -> tuple[_Section, ...]:
    """The sections of a number format; empty for a format that is not supported."""
    if len(pattern) > _LONGEST:
        return ()
    parts: list[list[str]] = [[]]
    for sign in _SIGNS.findall(pattern):
        if sign == ";":
            parts.append([])
        else:
            parts[-1].append(sign)
    found = [_section(signs) for signs in parts[:3]]
    return () if None in found[:2] else tuple(one for one in found if one)


def _section(signs: list[str]) -> _Section | None:
    """A section; None if it does not have exactly one number."""
    # Each literal is replaced by a private-use character, which no format has.
    words: list[str] = []
    text = ""
    for sign in signs:
        if sign in "0#?.,":
            text += sign
        elif (word := _literal(sign)) is None:
            return None
        else:
            words.append(word)
            text += "\ue000"
    body = _BODY.search(text)
    if not body or re.search(r"[0#?.,]", text[: body.start()] + text[body.end() :]) or body[0].endswith(","):
        return None
    whole, point, rest = body[0].partition(".")
    if whole.endswith(","):
        return None  # in thousands
    first = text[: body.start()].count("\ue000")
    return _Section(
        "".join(words[:first]), "".join(words[first:]), whole.count("0"), rest.count("0"), len(rest), bool(point),
        "," in whole, words.count("%"),
    )  # fmt: skip


def _literal(sign: str) -> str | None:
    """The text of a part of a format outside the number; None for a part that is not supported."""
    if sign[0] == '"' and len(sign) > 1:
        return sign[1:-1]
    if sign[0] == "\\" and len(sign) == 2:
        return sign[1]
    if sign[0] in "_*" and len(sign) == 2:  # a space as wide as a letter; a letter that fills the cell
        return " " if sign[0] == "_" else ""
    if money := _MONEY.fullmatch(sign):
        return money[1]
    if _COLOUR.fullmatch(sign):
        return ""
    return sign if _PLAIN.fullmatch(sign) else None
