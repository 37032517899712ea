"""Reckons how wide words are in the letters of an envelope's window, and on how many of its lines they stand.

What is reckoned is the same on every machine, with or without the fonts: a list of addressees has the same lines in
Word, in a PDF and on a label.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

EAST_ASIAN: Final = re.compile(
    "[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
)
# Of Carlito, which has those of Calibri: the letters that are about as wide as the number before them.
_OF_WIDTH: Final = {
    230: " 'il", 255: "j,.I:;‘’·", 310: "`()f-[]{}J", 350: "!tr", 400: "/\\sz\"L", 435: "cx“”ªº", 465: "vykFS|?Z",
    490: "agTYE", 510: "«»–#*+<=>^_e~$0123456789P", 530: "XKbdhnpquoC", 545: "RB", 580: "VA", 625: "DHG", 650: "UN",
    675: "OQ&", 720: "%w", 800: "m", 860: "M", 905: "W@—",
}  # fmt: skip
_WIDTHS: Final = {letter: width for width, letters in _OF_WIDTH.items() for letter in letters}
_WIDEST: Final = 1_000
# A word, with the spaces behind it; lines may break after a hyphen between letters as well.
_PIECES: Final = re.compile(r"\S*?\w-+(?=[^\W\d_])|\S+\s*|\s+")


def rows_of(line: str, room: int) -> int:
    """How many lines of the window a line of an address takes; ``room`` is the window's, in the unit of the widths."""
    if len(line) * _WIDEST <= room or width_of(line) <= room:
        return 1  # as nearly all do
    rows, used = 1, 0
    for piece in _PIECES.findall(line):
        width = width_of(piece.rstrip())
        flows = EAST_ASIAN.search(piece)  # which may break anywhere
        if used and used + width > room and not flows:
            rows, used = rows + 1, 0
        more = max(0, -(-(used + width) // room) - 1)  # a word longer than a line is broken
        rows += more
        used += width_of(piece) - more * room
    return rows


def width_of(text: str) -> int:
    """How wide a text is, in thousandths of its letters' size: never narrower than the widest of unknown letters."""
    try:
        return 10 * sum(text.encode("latin-1").translate(_TENTHS))  # ten times as fast as letter by letter
    except UnicodeEncodeError:
        return sum([_WIDTHS.get(letter) or _wide(letter) for letter in text])


def _wide(letter: str) -> int:
    """How wide a letter is that is not of the table: as wide as without its accent, or as those of its kind are."""
    if unicodedata.combining(letter):
        return 1
    base = unicodedata.normalize("NFD", letter)[0]
    if base in _WIDTHS:
        return _WIDTHS[base]
    if letter.islower() and not EAST_ASIAN.match(letter):
        return 600
    return 700 if letter.isupper() else _WIDEST


_TENTHS: Final = bytes(-(-(_WIDTHS.get(letter) or _wide(letter)) // 10) for letter in map(chr, range(256)))
"""The widths of the letters of Latin-1, in hundredths of their size."""
