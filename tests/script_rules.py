"""Rules for laid-out pages in any language that validators of PDF files do not have; pdfium reads the pages.

It knows nothing of how they were laid out. Run it by hand for finished files, with the font families that are allowed:

    .venv/bin/python tests/script_rules.py output/*.zh.pdf --fonts "Noto Sans CJK SC" Carlito
"""

from __future__ import annotations

import argparse
import ctypes
import io
import itertools
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

_PLACE: Final = re.compile(r"\{[^{}\n]{0,40}\}?|\}")
_HAN: Final = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_STYLES: Final = re.compile("(regular|roman|medium|bold|italic|oblique)+$")
_SLANT: Final = 0.05
_UPRIGHT: Final = ("HAN", "HIRAGANA", "KATAKANA", "HANGUL", "ARABIC", "HEBREW", "CJK")


@dataclass(frozen=True)
class Sign:
    """A character on a page: the name of its font in small letters, its baseline and slant.

    ``is_made_up``: the reader put it there, because of a gap.
    """

    text: str
    font: str
    baseline: float
    slant: float
    is_made_up: bool


def script_faults(pdf: Path | bytes, fonts: Collection[str] = (), own_braces: bool = False) -> list[str]:
    """What is wrong with the pages, each with the page's number.

    No part of a pattern is left ("{number}"), unless the letter has ``own_braces``; every sign is in one of the
    ``fonts``, if any are named; there is no space between Han, and no half-width mark of punctuation; no letter of a
    script without italics is slanted.
    """
    found = []
    with pypdfium2.PdfDocument(io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf) as file:
        for number, page in enumerate(file, 1):
            words = page.get_textpage()
            signs = [*_signs(words)]
            faults = [*_wrong_fonts(signs, fonts), *_gaps(signs), *_slanted(signs)]
            if not own_braces:
                faults += [f"part of a pattern: {text}" for text in _PLACE.findall(words.get_text_bounded())]
            found += [f"{number}: {fault}" for fault in faults]
    return found


def _signs(words: Any) -> Iterator[Sign]:
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), pdfium.FS_MATRIX()
    for place in range(words.count_chars()):
        text = words.get_text_range(place, 1)
        if not text or unicodedata.category(text[0]) in ("Cf", "Cc", "Cn"):
            continue
        pdfium.FPDFText_GetFontInfo(words.raw, place, name, 128, ctypes.byref(flags))
        pdfium.FPDFText_GetCharOrigin(words.raw, place, ctypes.byref(x), ctypes.byref(y))
        pdfium.FPDFText_GetMatrix(words.raw, place, ctypes.byref(matrix))
        slant = abs(matrix.c / matrix.d) if matrix.d else 0.0
        is_made_up = pdfium.FPDFText_IsGenerated(words.raw, place) == 1
        yield Sign(text, _family(name.value.decode("latin-1")), y.value, slant, is_made_up)


def _family(name: str) -> str:
    """The family in a font's name: ``notosanscjksc`` of ``ABCDEF+NotoSansCJKsc-Bold`` and of ``Noto Sans CJK SC``."""
    return _STYLES.sub("", name.rpartition("+")[2].replace(" ", "").replace("-", "").lower())


def _wrong_fonts(signs: list[Sign], fonts: Collection[str]) -> Iterator[str]:
    allowed = {*map(_family, fonts)}
    wrong: dict[str, str] = defaultdict(str)
    for sign in signs:
        if allowed and sign.text.strip() and sign.font not in allowed:
            wrong[sign.font] += sign.text
    for font, text in wrong.items():
        yield f"in {font or 'a font without a name'}: {''.join(dict.fromkeys(text))[:30]}"


def _gaps(signs: list[Sign]) -> Iterator[str]:
    """Spaces between Han in a line, and marks of punctuation that are narrow after Han."""
    drawn = [sign for sign in signs if not sign.is_made_up]
    for one, other in itertools.pairwise(drawn):
        if _HAN.match(one.text) and other.text in ",;:?!(" and abs(one.baseline - other.baseline) < 1:
            yield f"half-width punctuation: {one.text}{other.text}"
    for one, space, other in zip(drawn, drawn[1:], drawn[2:], strict=False):
        is_line = abs(one.baseline - other.baseline) < 1
        is_gap = space.text.isspace() and space.text != "\u3000"
        if is_line and is_gap and _HAN.match(one.text) and _HAN.match(other.text):
            yield f"a space between {one.text} and {other.text}"


def _slanted(signs: list[Sign]) -> Iterator[str]:
    text = "".join(sign.text for sign in signs if sign.slant > _SLANT and _script(sign.text) in _UPRIGHT)
    if text:
        yield f"slanted: {text[:30]}"


def _script(sign: str) -> str:
    return unicodedata.name(sign[0], "").partition(" ")[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--fonts", nargs="*", default=[])
    arguments = parser.parse_args()
    faults = {file: script_faults(file, arguments.fonts) for file in arguments.files}
    for file, found in faults.items():
        print(file, *(found or ["nothing is wrong"]), sep="\n  ")
    return 1 if any(faults.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
