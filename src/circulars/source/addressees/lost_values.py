"""Finds cells whose values another program lost: question marks for letters, errors, NULL, dates for house numbers."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from circulars.errors import short
from circulars.source.addressees.likelihood import likelihood
from circulars.syntax.own_tables import own_table

_LINES: Final = frozenset(("title", "name", "surname", "organization", "address", "postcode", "city", "region"))
"""The columns that name somebody or a place: none of them is ever a date."""
_NAMES: Final = frozenset(("name", "surname", "city", "region"))
"""The columns in which a question mark is always wrong."""
_OWN_CHECKS: Final = frozenset(("id", "email", "language", "country"))
"""The columns whose own checks refuse lost letters."""
_ABSENT: Final = frozenset((
    "NULL", "null", "nan", "NaN", "<NA>", "undefined", "(null)", "<null>", "[NULL]", "(NULL)", "\\N", "_x000D_",
    # Excel's pivot tables, in several languages.
    "(blank)", "(leer)", "(Leer)", "(en blanco)", "(vide)", "(vuoto)", "(vazio)", "(leeg)", "(пусто)",
    "(فارغ)", "(空白)",
))  # fmt: skip
"""What programs write for an empty cell."""
_OBJECT: Final = frozenset(("[object Object]", "[object Array]", "System.Object", "System.Data.DataRowView"))
"""What programs write in place of a value that they cannot write."""
_ABSENT_OR_WORD: Final = frozenset(("None", "none", "NONE", "N/A", "n/a", "n/d", "NaT", "#", "-", "--", "–", "—", "."))
"""The same, which may be meant as typed in a column of the letter's own, such as "Visa: none"."""
_PERHAPS_A_NAME: Final = {"surname": ("NULL", "null", "None", "NONE"), "name": ("NULL",), "city": ("None", "NONE")}
"""People have the surname Null, and there is a town None in Piedmont."""
_ERRORS_OF_LIBREOFFICE: Final = frozenset(f"Err:{number}" for number in range(500, 541))
_SUBSTITUTES: Final = _ABSENT | _ABSENT_OR_WORD | _ERRORS_OF_LIBREOFFICE | _OBJECT
# Excel's way to keep a text in a CSV file as it is.
_TEXT_FORMULA: Final = re.compile(r'="([^"]*)"')
# Excel's code for a character that XML cannot have; the usual one is the first half of a line break.
_ESCAPED: Final = re.compile(r"_x00(?:0[0-9A-Fa-f]|1[0-9A-Fa-f]|7[Ff])_")

# UTF-8 in the encodings in which it is usually misread: what its first byte, and what any later byte looks like.
_MISREAD: Final = ("cp1252", "cp1250", "cp1251", "mac_roman", "cp437", "cp850")
_FIRST: Final = "".join(bytes(range(0xC2, 0xF5)).decode(encoding, "ignore") for encoding in _MISREAD)
_LATER: Final = "".join(bytes(range(0x80, 0xC0)).decode(encoding, "ignore") for encoding in _MISREAD)
# Text of DOS or of old Macintosh that was read as Windows-1252: signs that no word has in it, nor at its end; a capital
# letter among small ones; and the lines and blocks of DOS, which no text has.
_OF_ONE_BYTE: Final = ("cp850", "cp437", "mac_roman")
_SIGNS: Final = re.compile(
    r"[ƒ‚„†‡ˆ‰‹›˜¸¤§¶÷×•“”¡¢£¥ŠŽŸ\u2500-\u259f](?:"  # one set first, which is searched for quickly
    r"(?<=[A-Za-zÀ-ÖØ-öø-ɏ][^ŠŽŸ])(?=[A-Za-zÀ-ÖØ-öø-ɏ])"  # other letters than Latin ones are in no such text
    r"|(?<=[A-Za-zÀ-ÖØ-öø-ƑƓ-ɏ]{2}[ƒ‚„‡ˆ‰˜])(?!\w)"
    r"|(?<=[A-Za-z]Ÿ)(?=[a-z])|(?<=[a-z]{2}[ŠŽ])(?=[a-z])"
    r"|(?<=[\u2500-\u259f]))"
)
# A word of four such letters and no others is of another alphabet: no language writes it.
_FOREIGN: Final = re.compile(r"(?<![^\W\d_])[À-ÖØ-öø-ÿ]{4,}(?![^\W\d_])")
# With a set of first characters and nothing before it, the search takes half a microsecond for a row.
_GARBLED: Final = re.compile(f"[{re.escape(_FIRST)}À-ÿ][{re.escape(_LATER)}À-ÿ]")
_ALPHABETS: Final = {
    "windows-1251": ("east-slavic", "south-slavic"),
    "koi8-r": ("east-slavic",),
    "windows-1253": ("greek",),
    "windows-1256": ("arabic",),
    "windows-1255": ("hebrew",),
}
"""What words of another alphabet can be: an encoding, and the languages that it is for."""
_ENTITY: Final = re.compile(r"&(?:#[0-9]{2,6}|#[xX][0-9a-fA-F]{2,5}|[A-Za-z]{2,8}[0-9]{0,2});")
_QUESTIONS: Final = re.compile(r"[?¿\s.,;:!-]*\?[?¿\s.,;:!-]*")
_WITHIN: Final = re.compile(r"\w[?¿]{2,}\w|(?<!\S)\?{2,}(?!\S)|¿{2,}|\w¿")
_AT_A_WORD: Final = re.compile(r"\w[?¿]\w|(?<!\S)\?+\w|\w\?{2,}|(?<!\S)\?{2,}")
_ADDRESS_OF_WEB: Final = re.compile(r"\S*(?:://|www\.)\S*")
_SHORTENED: Final = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}")
# A number from a spreadsheet or a database in a text column: "1200.0".
_DECIMAL: Final = re.compile(r"[0-9]+\.0")
_TOO_NARROW: Final = re.compile("#{3,}")
_SIGN_OF_DATE: Final = re.compile(r"[-/.:月][ \w]")
_MAYBE_DATE: Final = re.compile(
    r"[0-9](?:[-./] ?[^\W\d_]{3}|-[0-9]{2}-[0-9]|:[0-9]{2}|月[0-9])|[^\W\d_]{3}\.?[-/][0-9]{2}\b"
)
_DATE: Final = re.compile(
    r"(?P<day>[0-9]{1,2})(?:-|/|\. ?)(?P<month>[^\W\d_]{3,10})\.?(?:[-/. ][0-9]{2,4})?"
    r"|(?P<first>[^\W\d_]{3,10})\.?[-/][0-9]{2}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9:]{5,8})?|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
    r"|(?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日"
)
# How a spreadsheet shows a date from 2000 to 2049 if its cell is formatted as text afterwards.
_SERIAL: Final = range(36_526, 54_789)
_FIVE_DIGITS: Final = 5
_FIRST_DAY: Final = date(1899, 12, 30)
_LAST_WORDS: Final = re.compile(
    r"(?<=\s)(?:[0-9]{1,2}-[^\W\d_]{3,5}\.?|0[0-9]\. ?[^\W\d_]{3,5}\.?|[0-9]{4}-[0-9]{2}-[0-9]{2})\Z"
)

AS_TEXT: Final = "format the column as text (Format Cells: Text) before you type or import it"
_EXPORT: Final = "export the list again as 'CSV UTF-8' or .xlsx"


@dataclass(frozen=True, slots=True)
class LostValue:
    """A cell whose value is lost: its column, the code, the fact and the remedy of the problem.

    ``is_doubtful``: the cell may be meant as it is, so the row is not refused.
    """

    column: str
    code: str
    fact: str
    hint: str
    is_doubtful: bool = False


def may_be_lost(words: str, cells: Mapping[str, str]) -> bool:
    """Whether a row needs :func:`lost_values`: a quick test for every row. ``words`` are its ``cells`` joined."""
    return (
        "?" in words
        or "#" in words
        or "E+" in words
        or ".0" in words
        or ("&" in words and ";" in words)
        or '="' in words
        or "_x0" in words
        or not _SUBSTITUTES.isdisjoint(cells.values())
        or bool(_SIGN_OF_DATE.search(address := cells.get("address", "")) and _MAYBE_DATE.search(address))
        or _is_serial(address)
        or (not words.isascii() and ("¿" in words or bool(_GARBLED.search(words)) or bool(_SIGNS.search(words))))
    )


def lost_values(cells: Mapping[str, str]) -> Iterator[LostValue]:
    """The lost values of a row, at most one for each cell."""
    for column, cell in cells.items():
        if cell and (found := _lost(column, cell)):
            code, fact, hint = found
            is_doubtful = cell in _PERHAPS_A_NAME.get(column, ()) or (column == "address" and _is_serial(cell))
            yield LostValue(column, code, fact, hint, is_doubtful)


_Found = tuple[str, str, str]


def _lost(column: str, cell: str) -> _Found | None:
    if found := _error(cell) or _shortened(column, cell):
        return found
    if column in _OWN_CHECKS:
        return None
    return (
        _absent(column, cell)
        or _not_decoded(cell)
        or _question_marks(column, cell)
        or _garbled(column, cell)
        or _of_one_byte(column, cell)
        or _date(column, cell)
    )


def _error(cell: str) -> _Found | None:
    if "#" not in cell and cell not in _ERRORS_OF_LIBREOFFICE:
        return None
    if _TOO_NARROW.fullmatch(cell):
        return "cell-error", "the column was too narrow to show the number", "make it wider, and export the list again"
    errors = _errors() | _ERRORS_OF_LIBREOFFICE
    if shown := next((word for word in cell.split() if word in errors), ""):
        return "cell-error", f"the cell shows the error {shown}", "fix the formula, or write the value"
    return None


def _shortened(column: str, cell: str) -> _Found | None:
    if _SHORTENED.fullmatch(cell):
        fact = f"'{cell}' is a long number of which a spreadsheet has dropped digits"
        return "number-for-text", fact, f"write the whole number; {AS_TEXT}"
    if column == "postcode" and _DECIMAL.fullmatch(cell):
        fact = f"'{cell}' is a number with a decimal place, not a postcode"
        return "number-for-text", fact, f"write {cell[:-2]}, with any leading zeros; {AS_TEXT}"
    return None


def _not_decoded(cell: str) -> _Found | None:
    """The problem of a cell that has something of Excel's own in place of text."""
    if formula := _TEXT_FORMULA.fullmatch(cell):
        fact = f"the cell is a formula of Excel that makes a text: '{short(cell)}'"
        return "formula-without-result", fact, f"write {short(formula[1])}; {AS_TEXT}"
    if escaped := _ESCAPED.search(cell):
        fact = f"the cell has Excel's code for a control character: '{escaped[0]}'"
        return "garbled-text", fact, "delete the code, or write a line break in its place"
    return None


def _absent(column: str, cell: str) -> _Found | None:
    if cell in _OBJECT:
        return "no-value", f"a program wrote '{cell}' in place of the value", "write the value, or leave the cell empty"
    if cell not in _ABSENT and (cell not in _ABSENT_OR_WORD or column not in _LINES):
        return None
    fact, hint = f"'{cell}' stands for an empty cell", "leave the cell empty, or write the value"
    if cell in _PERHAPS_A_NAME.get(column, ()):
        fact, hint = f"'{cell}' may stand for an empty cell", "leave the cell empty, unless it is a name"
        if column != "city":
            hint = f"leave the cell empty; if it is a name, write '{cell.capitalize()}'"
    return "no-value", fact, hint


def _question_marks(column: str, cell: str) -> _Found | None:
    if "?" not in cell and "¿" not in cell:
        return None
    text = _ADDRESS_OF_WEB.sub("", cell)
    is_lost = bool(_QUESTIONS.fullmatch(cell) or _WITHIN.search(text))
    if column in _NAMES:
        is_lost = is_lost or "?" in text or bool(_AT_A_WORD.search(text))
    elif column in _LINES or column == "salutation":
        is_lost = is_lost or bool(_AT_A_WORD.search(text))
    if not is_lost:
        return None
    fact = f"question marks stand for lost letters: '{short(cell)}'"
    return "lost-character", fact, f"write the letters; if many cells are so, {_EXPORT}"


def _garbled(column: str, cell: str) -> _Found | None:
    if column in _LINES and _ENTITY.search(cell) and (meant := html.unescape(cell)) != cell:
        return "garbled-text", f"the cell has codes of HTML: '{short(cell)}'", f"write '{short(meant)}'"
    if cell.isascii() or not _GARBLED.search(cell):
        return None
    from ftfy import fix_encoding  # takes a while to import, and few lists need it

    if (meant := fix_encoding(cell)) != cell and not meant.isspace():
        fact = f"'{short(cell)}' is garbled: it was read in another encoding than it was written in"
        return "garbled-text", fact, f"write '{short(meant)}'; if many cells are so, {_EXPORT}"
    if foreign := _FOREIGN.search(cell):
        fact = f"'{short(foreign[0])}' is garbled: it was read in another encoding than it was written in"
        name, meant = _meant(foreign[0])
        hint = f"perhaps it is '{short(meant)}', written in {name}; if many cells are so, {_EXPORT}"
        return "garbled-text", fact, hint
    return None


def _of_one_byte(column: str, cell: str) -> _Found | None:
    """The problem of a text of DOS or of old Macintosh that was read as Windows-1252."""
    if cell.isascii() or column not in _LINES or not (sign := _SIGNS.search(cell)):
        return None
    word = next(word for word in cell.split() if sign[0] in word)
    fact = f"'{short(word)}' is garbled: it was read in another encoding than it was written in"
    meant = " or ".join(f"'{short(one)}'" for one in _readings(word))
    hint = f"perhaps it is {meant}" if meant else "write the letters"
    return "garbled-text", fact, f"{hint}; if many cells are so, {_EXPORT}"


def _readings(word: str) -> list[str]:
    """What a word may be that was read as Windows-1252: the first two readings in which it has letters alone."""
    try:
        data = word.encode("cp1252")
    except UnicodeEncodeError:
        return []
    decoded = dict.fromkeys(data.decode(encoding) for encoding in _OF_ONE_BYTE)
    return [one for one in decoded if not _SIGNS.search(one) and re.sub(r"[-'’.,&()]", "", one).isalpha()][:2]


def _meant(word: str) -> tuple[str, str]:
    """What a word of another alphabet most probably is: the encoding that it was written in, and the word."""
    data = word.encode("cp1252")
    readings = [(name, data.decode(name, "replace")) for name in _ALPHABETS]
    return max(readings, key=lambda reading: likelihood(_ALPHABETS[reading[0]], [reading[1]]))


def _date(column: str, cell: str) -> _Found | None:
    if column != "address":
        return None
    if _is_serial(cell):
        shown = (_FIRST_DAY + timedelta(days=int(cell))).isoformat()
        fact = f"'{cell}' may be the number of a date: a spreadsheet shows {shown} so if it is formatted as text"
        return "date-for-text", fact, f"write what it was; {AS_TEXT}"
    if not _MAYBE_DATE.search(cell):
        return None
    for line in cell.split("\n"):
        last = _LAST_WORDS.search(line)
        shown = last[0] if last else line
        if (found := _DATE.fullmatch(shown)) and _is_date(found):
            fact = f"'{shown}' is a date or a time: a spreadsheet makes them of numbers such as 3/5 and 3:5"
            return "date-for-text", fact, f"write what it was; {AS_TEXT}"
    return None


def _is_serial(cell: str) -> bool:
    return len(cell) == _FIVE_DIGITS and cell.isascii() and cell.isdecimal() and int(cell) in _SERIAL


def _is_date(found: re.Match[str]) -> bool:
    month = found["month"] or found["first"]
    return not month or month.casefold() in _months()


@functools.cache
def _table() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Errors, and abbreviations of months, by language."""
    table: Mapping[str, Mapping[str, Sequence[str]]] = own_table(__package__, "lost_values.yaml")
    return table


@functools.cache
def _errors() -> frozenset[str]:
    return frozenset(error for errors in _table()["errors"].values() for error in errors)


@functools.cache
def _months() -> frozenset[str]:
    """The names of months and their abbreviations, in lower case and without dots."""
    from babel import Locale

    found: set[str] = set()
    for language, others in _table()["months"].items():
        found |= {*others}
        for form in Locale(language).months.values():
            for width in ("abbreviated", "wide"):
                names = [str(name).casefold().rstrip(".") for name in form[width].values()]
                found |= {*names, *(name[:3] for name in names)}
    return frozenset(found)
