"""Letters in six scripts are filled: a copy looks and reads as one that is laid out in full."""

from __future__ import annotations

import functools
import random
from pathlib import Path

import pytest

import judges
from circulars.render.master import Shaper
from render.filled_letters import Values
from render.script_letters import TONGUES, script_letter, values_in
from render.test_pdf_masters import pictures
from render.test_pdf_shapes import Drawer, shaper_of, words

pytestmark = pytest.mark.xdist_group("filled-scripts")


@functools.cache
def shaper(code: str) -> Shaper:
    """What makes the copies of a letter in a language."""
    return shaper_of(script_letter(code), Drawer())


def copy_of(code: str, one: Values) -> bytes:
    """A copy of a letter in a language that is not laid out in full."""
    letter = script_letter(code)
    tail = letter.tail(one)
    if tail is not None:
        return letter.head + tail
    made = shaper(code).copy(one)
    assert made is not None, one
    return b"".join(made)


@pytest.mark.parametrize("code", TONGUES)
def test_a_letter_in_any_script_is_filled_as_it_is_laid_out_in_full(code: str) -> None:
    """pdfium shows the same pages, pixel for pixel, and all readers find the same words, in reading order."""
    one = values_in(code, random.Random(f"{code} own"))
    copy, whole = copy_of(code, one), script_letter(code).whole(one)

    assert pictures(copy) == pictures(whole)
    assert words(copy) == words(whole)


@pytest.mark.parametrize(("code", "script"), [("zh", "Latin"), ("ar", "Latin"), ("ar", "Han"), ("ru", "Arabic")])
def test_names_in_another_script_than_the_letter_s_are_filled(code: str, script: str) -> None:
    """A Latin name in a Chinese or an Arabic letter, a Chinese one in an Arabic letter, an Arabic one in a Russian."""
    one = values_in(code, random.Random(f"{code} {script}"), script)
    copy = copy_of(code, one)

    assert pictures(copy) == pictures(script_letter(code).whole(one))


def test_a_thai_name_in_an_arabic_letter_is_laid_out_in_full() -> None:
    """Its marks would be spaced differently."""
    one = values_in("ar", random.Random(3)) | {"name": "มาลี ตัวอย่าง"}

    assert script_letter("ar").tail(one) is None
    assert shaper("ar").copy(one) is None


def test_a_name_in_a_letter_s_own_alphabet_needs_no_font_of_its_own() -> None:
    """Letters of the list that the letter has not are in its fonts; a Chinese copy has its own ideographs only."""
    added = {}
    for code in TONGUES:
        one = values_in(code, random.Random(1))
        one |= {"salutation": one["name"], "place": "Vevey"}  # without marks and punctuation of other scripts
        added[code] = copy_of(code, one).count(b"/Subtype /Type0")

    assert {code: bool(count) for code, count in added.items()} == dict.fromkeys(TONGUES, False) | {"zh": True}


def test_filled_copies_in_every_script_keep_the_standards(tmp_path: Path) -> None:
    """veraPDF finds nothing against PDF/A-3a and PDF/UA-1, nor do the other validators."""
    files = []
    for code in TONGUES:
        files.append(tmp_path / f"{code}.pdf")
        files[-1].write_bytes(copy_of(code, values_in(code, random.Random(2))))

    for said, judge in judges.PDF_JUDGES.items():
        assert not [one for faults in judge(files).values() for one in faults], said
