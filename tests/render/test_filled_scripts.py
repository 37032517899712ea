"""Letters in six scripts are filled: a copy looks and reads as one that is laid out in full."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

import judges
from circulars.compose.directions import with_directions
from circulars.model.text import Paragraph, Span
from circulars.render.master import Shaper
from circulars.render.pdf.filling import text_of
from circulars.render.pdf.masters import PdfMaster
from glyph_order import alike, shown_lines
from merge.script_lists import SCRIPTS
from render.filled_letters import Values, paragraph
from render.script_letters import TONGUES, bold_letter, composed_letter, letter_in, master_of, script_letter, values_in
from render.test_pdf_masters import pictures, poppler_pictures
from render.test_pdf_shapes import Drawer, shaper_of, words
from script_rules import script_faults

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


@functools.cache
def copy_in_its_own_script(code: str) -> tuple[bytes, bytes]:
    """A copy of a letter in a language for an addressee who uses its script, filled and laid out in full."""
    one = values_in(code, random.Random(f"{code} own"))
    return copy_of(code, one), script_letter(code).whole(one)


@pytest.mark.parametrize("code", TONGUES)
def test_a_letter_in_any_script_is_filled_as_it_is_laid_out_in_full(code: str) -> None:
    """pdfium shows the same pages, pixel for pixel, and all readers find the same words, in reading order."""
    copy, whole = copy_in_its_own_script(code)

    assert pictures(copy) == pictures(whole)
    assert words(copy) == words(whole)


@pytest.mark.parametrize("code", TONGUES)
def test_a_filled_letter_looks_as_a_full_layout_on_a_screen(code: str, tmp_path: Path) -> None:
    """Up to 100 dots an inch, poppler puts glyphs between dots if the box of their font is small.

    FreeType reads that box from the font, so the copy's own fonts have the same one as the whole letter's.
    """
    copy, whole = copy_in_its_own_script(code)

    for dots in (60, 72, 96, 100):
        assert poppler_pictures(copy, tmp_path, dots) == poppler_pictures(whole, tmp_path, dots), dots
        assert pictures(copy, dots) == pictures(whole, dots), dots


@pytest.mark.parametrize(("code", "script"), [("zh", "Latin"), ("ar", "Latin"), ("ar", "Han"), ("ru", "Arabic")])
def test_names_in_another_script_than_the_letter_s_are_filled(code: str, script: str) -> None:
    """A Latin name in a Chinese or an Arabic letter, a Chinese one in an Arabic letter, an Arabic one in a Russian."""
    one = values_in(code, random.Random(f"{code} {script}"), script)
    one |= {"place": "Vevey"} if (code, script) == ("ru", "Arabic") else {}
    copy = copy_of(code, one)

    assert pictures(copy) == pictures(script_letter(code).whole(one))


@pytest.mark.parametrize(
    ("organization", "place", "shown"),
    [
        ("وزارة النموذج", "الخيالي 12", "جذومنلا ةرازو (12 يلايخلا)"),
        ("هاتف +41 22 730 0000", "Vevey", "+41 22 730 0000 فتاه (Vevey)"),
        ("مثال", "+41 22 730 0000", "لاثم (+41 22 730 0000)"),
        ("12 شارع المثال", "Vevey", "لاثملا عراش 12 (Vevey)"),
    ],
)
def test_an_arabic_value_in_a_russian_letter_leaves_the_rest_in_its_order(
    organization: str, place: str, shown: str
) -> None:
    """Another value behind it, or a number in it, would be shown in reverse; such a copy is laid out in full."""
    one = values_in("ru", random.Random(1)) | {"organization": organization, "place": place}

    assert shaper("ru").copy(one) is None
    assert any(alike(shown) in line for line in shown_lines(script_letter("ru").fill(one)))


@functools.cache
def composed_shaper(code: str) -> Shaper:
    """What makes the copies of a letter in a language whose values are isolates."""
    return shaper_of(composed_letter(code), Drawer())


@functools.cache
def bold_shaper(code: str) -> Shaper:
    """The same for a letter whose values are bold."""
    return shaper_of(bold_letter(code), Drawer())


@pytest.mark.parametrize(
    ("code", "script"),
    [
        *(("ar", script) for script in ("Arabic", "Hebrew", "Latin", "Cyrillic", "Han")),
        *(("he", script) for script in ("Arabic", "Hebrew", "Latin")),
    ],
)
def test_values_in_isolates_are_filled_as_they_are_laid_out_in_full(
    code: str, script: str, chance: random.Random
) -> None:
    """Each value of a letter from right to left has the direction of its first letter, on one line or on several."""
    seeds = chance.sample(range(3), 3)
    addressees = (values_in(code, random.Random(f"{script} {seed}"), script) for seed in seeds)
    one, copy = first_filled(composed_shaper(code), addressees)
    whole = composed_letter(code).whole(one)

    assert pictures(copy) == pictures(whole), one
    assert without_brackets(copy) == without_brackets(whole), one


def first_filled(by: Shaper, addressees: Iterable[Values]) -> tuple[Values, bytes]:
    """The first of some addressees whose copy is not laid out in full, and that copy."""
    return next((one, b"".join(copy)) for one in addressees if (copy := by.copy(one)) is not None)


@pytest.mark.parametrize(
    "value",
    [
        "مثال 12 (3)", "AVATAR (12), 5", "12 مثال", "+41 22 730 0000", "99 Example Avenue.", "אבג ABC مثال!", "(ليلى)",
        "«Ω»", "a  b", "e\u0301", "\u202eab", "1", "?", "-", "a\u2067b", "ليلى " * 40 + "مثال",
        "Example " * 30 + "مثال", "W" * 90,
    ],
)  # fmt: skip
def test_a_strange_value_in_an_isolate_is_the_same_or_laid_out_in_full(value: str) -> None:
    """Digits and signs at the ends of a value, several directions, marks, and values that need several lines."""
    one = values_in("ar", random.Random(1)) | dict.fromkeys(("name", "place", "organization", "salutation"), value)
    copy = composed_shaper("ar").copy(one)

    if copy is not None:
        assert pictures(b"".join(copy)) == pictures(composed_letter("ar").whole(one))


def test_filled_copies_with_isolates_keep_the_standards(tmp_path: Path) -> None:
    """veraPDF finds nothing against PDF/A-3a and PDF/UA-1, nor do the other validators."""
    files = []
    for script in ("Arabic", "Latin"):
        copy = composed_shaper("ar").copy(values_in("ar", random.Random(f"{script} 0"), script))
        assert copy is not None
        files.append(tmp_path / f"{script}.pdf")
        files[-1].write_bytes(b"".join(copy))

    for said, judge in judges.PDF_JUDGES.items():
        assert not [one for faults in judge(files).values() for one in faults], said


@pytest.mark.parametrize("name", ["أحمد التجريبي", "أحمد Ejemplo"])
def test_a_line_from_right_to_left_that_hardly_fits_or_hardly_does_not_is_filled(name: str) -> None:
    """With the first name a line is 0.15 pixels narrower than its space, with the second one 0.2 wider."""
    one = values_in("ar", random.Random(1)) | {"name": name}
    copy = composed_shaper("ar").copy(one)
    assert copy is not None

    assert pictures(b"".join(copy)) == pictures(composed_letter("ar").whole(one))


@pytest.mark.parametrize(
    ("code", "organization"),
    [
        ("he", "לתקשורת והמופתים רשות המכון הלאומי הדוגמאות"),
        ("ar", "وزارة الوطني المعهد المعهد المعهد هيئة المعهد المعهد"),
        ("ar", "الوطني والنماذج الأمثلة الخيالية الوطني الخيالية المعهد"),
    ],
)
def test_a_line_in_the_window_that_is_a_fiftieth_of_a_pixel_too_wide_is_filled(code: str, organization: str) -> None:
    """The width of words from right to left is known to 1/1024 of a pixel."""
    one = values_in(code, random.Random(1))
    one |= {"addressee.block": f"{one['name']}\n{organization}\nSPAIN", "organization": organization}
    copy = composed_shaper(code).copy(one)
    assert copy is not None

    assert pictures(b"".join(copy)) == pictures(composed_letter(code).whole(one))


def without_brackets(pdf: bytes) -> list[str]:
    """The words that readers find; beside a bracket, they see a space or none."""
    return [re.sub(r" *[()] *", " ", text) for text in words(pdf)]


def test_a_bold_name_before_full_width_punctuation_is_filled(chance: random.Random) -> None:
    """A bracket as wide as Han has its space in itself, so no gap depends on the name."""
    words = Span("（主席）于5月12日前确认是否出席。")
    document = letter_in("zh")
    first = Paragraph((Span("", hole="name", strong=True), words))
    letter = master_of("zh", replace(document, body=(first, *document.body)))
    made = shaper_of(letter, Drawer())
    for seed in chance.sample(range(3), 2):
        one = values_in("zh", random.Random(seed))
        copy = made.copy(one)

        assert copy is not None, one
        assert pictures(b"".join(copy)) == pictures(letter.whole(one)), one


BOLD = {"el": ("el", "en", "ru"), "ar": ("ar", "he"), "zh": ("zh",)}
"""Languages whose letters are filled with bold values, too: one for each way to break lines, with those like it."""


@pytest.mark.parametrize("code", BOLD)
def test_bold_values_in_paragraphs_of_several_lines_are_filled(code: str, chance: random.Random) -> None:
    """Also at the end of a paragraph of one line; lines may end elsewhere in each copy."""
    code = chance.choice(BOLD[code])
    addressees = (values_in(code, random.Random(f"{code} bold {seed}")) for seed in chance.sample(range(3), 3))
    one, copy = first_filled(bold_shaper(code), addressees)

    assert pictures(copy) == pictures(bold_letter(code).whole(one)), one


@functools.cache
def letter_with_bold_names() -> tuple[PdfMaster, Shaper]:
    """A Chinese letter with bold names beside Han on several lines, and a value within its subject."""
    parts = (
        Span("请注意，我们已为来自"), Span("", hole="place"), Span("的"), Span("", hole="name", strong=True),
        Span("预留一个席位，请"), Span("", hole="organization", strong=True),
        Span("于5月12日17时30分之前确认与会者姓名（"), Span("", hole="code"),
        Span("）以及是否需要协助办理签证，并告知抵达日期和航班号。"),
    )  # fmt: skip
    document = letter_in("zh")
    letter = master_of("zh", replace(document, body=(Paragraph(parts, "1"), *document.body)))
    return letter, shaper_of(letter, Drawer())


@pytest.mark.parametrize("half", range(2))
def test_bold_names_beside_han_are_filled_as_they_are_laid_out_in_full(half: int, chance: random.Random) -> None:
    """On one line or across lines, whatever is around them."""
    seed = half + chance.choice((0, 2))
    letter, made = letter_with_bold_names()
    one = values_in("zh", random.Random(f"bold {seed}"))
    one |= {"name": one["name"].partition(" ")[0], "place": "日内瓦"}
    copy, whole = made.copy(one), letter.whole(one)
    assert copy is not None, one

    assert pictures(b"".join(copy)) == pictures(whole)
    assert words(b"".join(copy)) == words(whole)


@pytest.mark.parametrize(
    "value", ["Ana Ejemplo", "（样）", "“样”", "样 5", "ليلى", "5", "样。", "…样", "a", "様々", "ア"]
)
def test_a_bold_value_beside_han_is_the_same_or_laid_out_in_full(value: str) -> None:
    """There is a gap beside Latin letters and digits, and marks are narrower beside others."""
    letter, made = letter_with_bold_names()
    one = values_in("zh", random.Random(7)) | {"name": value, "organization": value, "place": "日内瓦"}
    copy = made.copy(one)

    if copy is not None:
        assert pictures(b"".join(copy)) == pictures(letter.whole(one))


def _letter_of(code: str, *words: str | Span) -> PdfMaster:
    """The master of a letter in a language with a single paragraph."""
    return master_of(code, with_directions(replace(letter_in(code), body=(paragraph(*words),))))


NAMED = {name: Span("", hole=name) for name in ("name", "place", "code", "organization")}


@functools.cache
def _named_letter(code: str) -> PdfMaster:
    """A letter in which a first name and a surname are in values of their own."""
    return _letter_of(
        code, NAMED["name"], " ", NAMED["place"], " (", NAMED["code"], ") ", NAMED["organization"], "، 5. "
    )


@functools.cache
def _named_shaper(code: str) -> Shaper:
    return shaper_of(_named_letter(code), Drawer())


@pytest.mark.parametrize("code", ["ar", "he"])
def test_values_with_only_a_space_between_are_filled_in_letters_from_right_to_left(
    code: str, chance: random.Random
) -> None:
    """WeasyPrint leaves room for a space that is alone between two isolates, and draws none."""
    seed = chance.randrange(3)
    letter = _named_letter(code)
    own = SCRIPTS[TONGUES[code].script]
    one = values_in(code, random.Random(seed)) | {"place": own.surnames[seed], "name": own.names[seed]}
    made, whole = _named_shaper(code).copy(one), letter.whole(one)

    assert made is not None
    assert pictures(b"".join(made)) == pictures(whole)
    assert words(b"".join(made)) == words(whole)


@pytest.mark.parametrize(
    ("name", "surname"),
    [
        ("Zoë", "Beispiel-O'Hara"), ("Max", "Mustermann (Jr.)"), ("王", "小明"), ("Иван", "Примеров"), ("A.", "12"),
        ("“Max”", "3M"), ("O’Neill,", "+41 22 730 0000"), ("(x)", "Ünal"), ("יוסף", "Beispiel"), ("Max", "אבג Max"),
    ],
)  # fmt: skip
def test_a_first_name_and_a_surname_in_latin_are_one_phrase_in_a_letter_from_right_to_left(
    name: str, surname: str
) -> None:
    """They share an isolate, so that the first name is left of the surname; what is uncertain is laid out in full."""
    one = values_in("ar", random.Random(1)) | {"name": name, "place": surname}
    letter = _named_letter("ar")
    made, whole = _named_shaper("ar").copy(one), letter.whole(one)

    assert made is not None or "א" in surname
    if made is not None:
        assert pictures(b"".join(made)) == pictures(whole)
        assert words(b"".join(made)) == words(whole)


@functools.cache
def _letter_with_articles() -> tuple[PdfMaster, Shaper]:
    letter = _letter_of("en", "Due by ", NAMED["code"], NAMED["name"], ", ", NAMED["place"], " ", NAMED["organization"])
    return letter, shaper_of(letter, Drawer())


@pytest.mark.parametrize("article", ["le ", "l’", "во "])
def test_a_value_that_ends_with_a_space_is_filled_where_words_follow(article: str) -> None:
    """So does the article before a date: "avant le 1er mai", "во вторник"."""
    letter, shaper = _letter_with_articles()
    one = values_in("en", random.Random(7)) | {"code": article}
    made, whole = shaper.copy(one), letter.whole(one)

    assert made is not None
    assert pictures(b"".join(made)) == pictures(whole)
    assert words(b"".join(made)) == words(whole)


@pytest.mark.parametrize("value", [" ", "le ", " le", "  ", "a  b"])
def test_a_space_that_html_drops_is_not_filled(value: str) -> None:
    """At an end of a paragraph, beside another space, or before punctuation, where no line may end."""
    assert text_of(("by ", "article", ""), {"article": value}) == ""
    assert text_of(("by ", "article", ", now"), {"article": value}) == ""
    assert text_of(("", "article", " by"), {"article": value}) == ""


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


FONTS = {"Arabic": "Noto Sans Arabic", "Hebrew": "Noto Sans Hebrew", "Han": "Noto Sans CJK SC"}
"""Of the scripts that Carlito has not."""
VALUES_IN = ("Latin", "Cyrillic", "Greek", *FONTS)


@pytest.mark.parametrize("code", TONGUES)
def test_each_glyph_of_a_copy_is_in_a_font_of_its_script(code: str) -> None:
    """Whatever script a value is in, in the copy that is filled and in the one that is laid out in full.

    Values in each script are in letters in three languages.
    """
    kind, shapes = (bold_letter, bold_shaper) if code in BOLD else (composed_letter, composed_shaper)
    letter, place = kind(code), list(TONGUES).index(code)
    for script in (VALUES_IN[(place + further) % len(VALUES_IN)] for further in (0, 1, 3)):
        one = values_in(code, random.Random(f"fonts {script}"), script)
        one["salutation"] = one["salutation"].replace("：", ":")  # which is Han
        made = shapes(code).copy(one)
        fonts = {"Carlito", *(font for name, font in FONTS.items() if name in (script, TONGUES[code].script))}
        for pdf in (letter.whole(one), *([b"".join(made)] if made else [])):
            assert [fault for fault in script_faults(pdf, fonts) if ": in " in fault] == [], script
