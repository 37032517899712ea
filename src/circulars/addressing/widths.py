"""Estimates the width of text in the font of the postal block, and how many lines it takes.

The estimate does not use the fonts, so it is the same on every machine: a list of addressees has the same lines in
Word, in a PDF and on a label.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from circulars.east_asian import script_changes

EAST_ASIAN: Final = re.compile(
    "[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
)
# Characters by approximate width, in thousandths of an em, in Carlito, which has the same widths as Calibri.
_CHARACTERS_BY_WIDTH: Final = {
    230: " 'il", 255: "j,.I:;‘’·", 310: "`()f-[]{}J", 350: "!tr", 400: "/\\sz\"L", 435: "cx“”ªº", 465: "vykFS|?Z",
    490: "agTYE", 510: "«»–#*+<=>^_e~$0123456789P", 530: "XKbdhnpquoC", 545: "RB", 580: "VA", 625: "DHG", 650: "UN",
    675: "OQ&", 720: "%w", 800: "m", 860: "M", 905: "W@—",
}  # fmt: skip
_CYRILLIC_AND_GREEK: Final = {
    230: "і", 260: "ІјΙ", 340: "Јι", 400: "гтѕζξτ", 435: "ГзсхΓςχ", 465: "ЅкучэєΖΣγεκλν", 490: "ЕЗТавьяΕΞΤΥ",
    510: "елρ", 530: "РСУХЬбопрћџΚΡΧβδθοσ", 545: "ЄБВКЭинцъђΒηυ", 580: "АЧЯдΑΔΛαμπ", 625: "ЂЋЏЛНПЪфΗΠ", 650: "ДИЦΝφ",
    680: "ОмыΘΟΩ", 720: "Фжюψω", 800: "ЖЫшщљњΦΨ", 860: "МΜ", 905: "ЉЊШЩЮ",
}  # fmt: skip
_WIDTHS: Final = {
    letter: width
    for by_width in (_CHARACTERS_BY_WIDTH, _CYRILLIC_AND_GREEK)
    for width, letters in by_width.items()
    for letter in letters
}
_WIDEST: Final = 1_000
# Letters from right to left, by their class: in Arabic an average, for their widths depend on their neighbours.
_NARROW: Final = {"AL": 400, "R": 560}
_GAP: Final = 250  # between Han and other letters or digits
# A word with the spaces after it. Lines may also break after a hyphen followed by a letter.
_PIECES: Final = re.compile(r"\S*?\w-+(?=[^\W\d_])|\S+\s*|\s+")


def rows_of(line: str, limit: int) -> int:
    """The number of rows that a line takes when it is wrapped at a width of ``limit`` (thousandths of an em)."""
    if len(line) * _WIDEST <= limit or width_of(line) <= limit:
        return 1  # as nearly all lines are
    rows, used = 1, 0
    for piece in _PIECES.findall(line):
        width = width_of(piece.rstrip())
        breaks_anywhere = EAST_ASIAN.search(piece)
        if used and used + width > limit and not breaks_anywhere:
            rows, used = rows + 1, 0
        more = max(0, -(-(used + width) // limit) - 1)  # a word wider than a row is broken
        rows += more
        used += width_of(piece) - more * limit
    return rows


def width_of(text: str) -> int:
    """The estimated width of a text in thousandths of an em; a character not in the table counts as a wide one."""
    try:
        return 10 * sum(text.encode("latin-1").translate(_LATIN_1_WIDTHS))  # ten times as fast as letter by letter
    except UnicodeEncodeError:
        return sum(map(_ESTIMATED.__getitem__, text)) + _GAP * len(script_changes(text))


def _estimated_width(letter: str) -> int:
    """The width of a letter that is not in the table: that of its base letter, or else an estimate by case."""
    if unicodedata.combining(letter):
        return 1
    base = unicodedata.normalize("NFD", letter)[0]
    if unicodedata.bidirectional(base) in _NARROW:
        return _NARROW[unicodedata.bidirectional(base)]
    if base in _WIDTHS:
        return _WIDTHS[base]
    if letter.islower() and not EAST_ASIAN.match(letter):
        return 600
    return 700 if letter.isupper() else _WIDEST


class _Estimated(dict[str, int]):
    """The widths of letters, each estimated once."""

    def __missing__(self, letter: str) -> int:
        width = self[letter] = _estimated_width(letter)
        return width


_ESTIMATED: Final = _Estimated(_WIDTHS)
_LATIN_1_WIDTHS: Final = bytes(
    -(-(_WIDTHS.get(letter) or _estimated_width(letter)) // 10) for letter in map(chr, range(256))
)
"""The widths of the characters of Latin-1, in hundredths of an em, rounded up."""
