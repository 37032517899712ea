"""Where signs and numbers of Arabic texts stand on the page, from the places of glyphs in PDF and in Word's file.

What is between bars is read from left to right; the parts follow each other from right to left.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from circulars.compose import compose
from circulars.compose.directions import with_directions
from circulars.language import load_language
from circulars.model.text import Block, Paragraph, Span, Spans
from circulars.pack import load_pack
from circulars.render import writer
from circulars.source.letters.reading import parse_letter
from glyph_order import alike, shown_lines
from readers import libreoffice_files
from render.sample_letters import ARABIC

TEXTS = {
    "a bracket that Arabic words close": "جمع |ITU-T| (|12| مرس |2025|)",
    "a bracket before the term": "جمع (|U4SSC|) |12|-|21| مرس",
    "a number behind a bracket": "لجنة |5| (|SG5|) |2025|",
    "a bracket with a number and an Arabic word": "جمع |FG-AI4H| (|5| سمر)",
    "a number behind a bracket with a question": "جمع (|Q2/5|) |19| سمر",
    "quotation marks": 'جمع "|ITU-T A.1|" |5| سمر',
    "French quotation marks": "جمع «|U4SSC|» |19|",
    "a number of a term": "جمع |Study Group 5| سمر",
    "a place and a year in a pair": "جمع |1| (|Rev. Geneva, 2022|) سمر",
    "a plus sign": "جمع |+12,5| سمر",
    "a plus sign and thousands": "جمع |+1 250,50| سمر",
    "a minus sign": "جمع |-5| سمر",
    "a typographic minus sign": "جمع |−12,5| سمر",
    "a minus sign and a unit": "جمع |-40 dBm| سمر",
    "thousands": "جمع |12 500| سمر",
    "thousands with a fraction": "جمع |1 250,50| سمر",
    "a telephone number with spaces": "جمع |022 730 5111| سمر",
    "two numbers": "جمع |5| |2025|",
    "an asterisk, which few Arabic fonts have": "جمع * سمر",
    "two numbers with units": "جمع |50 Hz|-|60 Hz| سمر",
    "degrees": "جمع |20 °C| سمر",
    "coordinates": "جمع |46.2°N 6.1°E| سمر",
    "a date in digits": "جمع |2025-06-01| سمر",
    "a range behind a word": "جمع |12|-|21| مرس",
    "a range at the beginning": "|12|-|21| مرس",
    "a range behind a term": "جمع |ITU-T| |12|-|21| مارس",
    "a range by itself": "|2024|-|2025|",
    "terms with Arabic commas": "|ITU-T A.1|، |Study Group 5|،",
}
# In a file of their own: pdfium takes a bracket of theirs for one of Arabic text, if the file has such, and moves it.
WITH_BRACKETS = {
    "a closed pair behind a term": "جمع |ITU-T A.1 (2024)| سمر",
    "a document's revision": "جمع |5/901(Rev.1)| سمر",
    "a letter of a clause": "جمع |2.1.3(b)| سمر",
}


def _shown(parts: str) -> str:
    """What a reader sees from left to right."""
    units = [part if place % 2 else part[::-1] for place, part in enumerate(parts.split("|"))]
    return alike("".join(reversed(units)))


def _paragraph(parts: str) -> Block:
    spans: Spans = (Span(parts.replace("|", "")),)
    return Paragraph(spans)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The lines of a letter with a paragraph for each text, in WeasyPrint's PDF and in LibreOffice's."""
    folder = tmp_path_factory.mktemp("order")
    found: dict[str, list[str]] = {"pdf": [], "docx": []}
    files = []
    for name, texts in (("x", TEXTS), ("y", WITH_BRACKETS)):
        body = tuple(map(_paragraph, texts.values()))
        document = with_directions(replace(ARABIC, body=body, addressees=()))
        found["pdf"] += shown_lines(writer("pdf")(document, load_pack()).fill({}))
        files.append(folder / f"{name}.docx")
        files[-1].write_bytes(writer("docx")(document, load_pack()).fill({}))
    for file in libreoffice_files(files, folder / "word"):
        found["docx"] += shown_lines(file.read_bytes())
    return found


@pytest.mark.parametrize("format", ["pdf", "docx"])
def test_signs_and_numbers_stand_where_an_arabic_reader_expects_them(lines: dict[str, list[str]], format: str) -> None:
    """Terms keep their own signs; the signs of the sentence stay in the sentence; the first of a range is right."""
    missing = {
        name: _shown(parts) for name, parts in {**TEXTS, **WITH_BRACKETS}.items() if _shown(parts) not in lines[format]
    }

    assert missing == {}


IN_ENGLISH = [
    ("The title “مدن ذكية” (2024) stands", "The title “", "ةيكذ ندم", "” (2024) stands"),
    ("Of [مدن ذكية 2030]{lang=ar} in May", "Of ", "2030 ةيكذ ندم", " in May"),
    (
        "Our (هاتف) 12, [موقع](https://www.example.int/); מדינה (1948)",
        "Our (",
        "فتاه",
        ") 12,",
        "عقوم",
        ";",
        "הנידמ",
        "(1948)",
    ),
    ("See “مدينة 12” and", "See “", "12 ةنيدم", "” and"),
    ("Of לוועדה [הבינלאומית 5](https://www.example.int/) של in May", "Of ", "לש 5 תימואלניבה הדעוול", " in May"),
]
LINKED = {
    "سمر ITU-T [Study Group 5](https://www.example.int/) Chair نص": "ITU-T Study Group 5 Chair",
    "سمر see paragraph {{ ref: one }} of the letter نص": "see paragraph 1 of the letter",
    "سمر about smart cities {{ ref: one }} نص": "about smart cities 1",
    "سمر see Group A [^1] of the Union نص": "see Group A of the Union",
    "سمر ask tsb@example.int or https://www.example.int/ نص": "ask tsb@example.int or https://www.example.int/",
    "سمر (Study [Group](https://www.example.int/)) نص": "Study Group",
}
"""Texts with phrases that links, references and raised marks are in, and each phrase as it is shown."""


def test_arabic_words_in_an_english_letter_leave_the_rest_in_its_order() -> None:
    """Numbers and signs of the English sentence stay where they are; what is marked as Arabic is read as a whole."""
    texts = json.dumps([{"en": text} for text, *_ in IN_ENGLISH], ensure_ascii=False)
    source = f"""{{kind: tsb-circular, number: 1, date: 2024-07-12, languages: [en], subject: {{en: S}}, body: {texts},
        to: false, copy: false, signatory: {{name: A. B, title: C}}}}"""
    letter = parse_letter(source.encode(), "x.yaml", "x", Path())

    found = shown_lines(writer("pdf")(compose(letter, load_language("en"), load_pack()), load_pack()).fill({}))

    found = [line.replace("”", "“") for line in found]  # pdfium does not tell them apart beside Arabic words
    assert [
        parts for _, *parts in IN_ENGLISH if not any(alike("".join(parts)).replace("”", "“") in line for line in found)
    ] == []


VALUES = {
    "a": "هاتف +41 22 730 0000",
    "b": "+41 22 730 0000",
    "c": "مدينة",
    "d": "Example (مدينة) 12",
    "e": "12 شارع مثنى",
    "f": "〒530-0001",
    "g": "12-21",
    "h": "Example (مدينة 5) Ltd.",
    "i": "John O'Sample (Rev.)",
    "j": "5",
}
FILLED = {
    "en": {
        "Of {{ addressee.c }}, {{ addressee.b }} in May": "Of ةنيدم, +41 22 730 0000 in May",
        "See هاتف {{ addressee.b }} in May": "See فتاه +41 22 730 0000 in May",
        "Of {{ addressee.d }} in May": "Of Example (ةنيدم) 12 in May",
        "Of {{ addressee.e }} 5 in May": "Of ىنثم عراش 12 5 in May",
        "Of {{ addressee.c }} {{ addressee.j }} in May": "Of ةنيدم 5 in May",
        "Of {{ addressee.f }} {{ addressee.g }} in May": "Of 〒530-0001 12-21 in May",
    },
    "ar": {
        "سمر {{ addressee.a }} نص": "صن +41 22 730 0000 فتاه رمس",
        "سمر {{ addressee.c }}، {{ addressee.b }} نص": "صن +41 22 730 0000 ،ةنيدم رمس",
        "هاتف {{ addressee.b }} نص": "صن +41 22 730 0000 فتاه",
        "سمر {{ addressee.e }} نص": "صن ىنثم عراش 12 رمس",
        "سمر {{ addressee.f }} نص": "صن 〒530-0001 رمس",
        "سمر {{ addressee.g }} 5 نص": "صن 5 12-21 رمس",
        "سمر {{ addressee.h }} نص": "صن Example (5 ةنيدم) Ltd. رمس",
        "سمر {{ addressee.i }} 12 نص": "صن 12 John O'Sample (Rev.) رمس",
        "سمر {{ addressee.i }} (5) نص": "صن (5) John O'Sample (Rev.) رمس",
        "سمر {{ addressee.i }} {{ addressee.j }} نص": "صن 5 John O'Sample (Rev.) رمس",
        "سمر {{ addressee.i }} {{ addressee.h }} نص": "صن John O'Sample (Rev.) Example (5 ةنيدم) Ltd. رمس",
        "سمر {{ addressee.i }} ITU {{ addressee.g }}": "12-21 ITU John O'Sample (Rev.) رمس",
    },
}
"""Texts with holes in a language, each with what a reader sees from left to right."""
NESTED = {
    "Of {{ addressee.a }} in May": "Of +41 22 730 0000 فتاه in May",
    "Of [هاتف +41 22 730 0000]{lang=ar} in May": "Of +41 22 730 0000 فتاه in May",
    "Of [عمل ITU-T مثنى]{lang=ar} in May": "Of ىنثم ITU-T لمع in May",
}


@pytest.mark.parametrize("language", FILLED)
def test_values_are_isolated_in_letters_of_both_directions(language: str, tmp_path: Path) -> None:
    """A telephone number behind an Arabic value or word, and what is around a value, stay in their order."""
    texts = FILLED[language]
    for format, pdf in _filled(language, [*texts], tmp_path).items():
        lines = shown_lines(pdf)
        missing = [shown for shown in texts.values() if not any(alike(shown) in line for line in lines)]
        assert missing == [], format


def test_an_arabic_phrase_with_other_words_is_read_from_right_to_left(tmp_path: Path) -> None:
    """The number and the Latin words in it are read from left to right, in the PDF and in the Word file."""
    for format, pdf in _filled("en", [*NESTED], tmp_path).items():
        lines = shown_lines(pdf)
        assert [shown for shown in NESTED.values() if not any(alike(shown) in line for line in lines)] == [], format


def _filled(language: str, texts: list[str], folder: Path) -> dict[str, bytes]:
    """A letter with these texts and the values in its holes, in WeasyPrint's PDF and in LibreOffice's."""
    body = json.dumps([{language: text} for text in texts], ensure_ascii=False)
    source = f"""{{kind: tsb-circular, number: 1, date: 2024-07-12, languages: [{language}], subject: {{{language}: S}},
        body: {body}, to: false, copy: false, salutation: false, signatory: {{name: A. B, title: C}}}}"""
    letter = parse_letter(source.encode(), "x.yaml", "x", Path())
    document = compose(letter, load_language(language), load_pack(), addressed=True)
    values = {f"addressee.{name}": value for name, value in VALUES.items()}
    file = folder / f"{language}.docx"
    file.write_bytes(writer("docx")(document, load_pack()).fill(values))
    [word] = libreoffice_files([file], folder / "word")
    return {"pdf": writer("pdf")(document, load_pack()).fill(values), "docx": word.read_bytes()}


def test_a_phrase_with_a_link_a_reference_or_a_mark_is_read_as_a_whole(tmp_path: Path) -> None:
    """It reads from left to right in an Arabic letter, in the PDF and in the Word file."""
    texts = json.dumps([{"ar": text} for text in LINKED], ensure_ascii=False)
    source = """{kind: tsb-circular, number: 1, date: 2024-07-12, languages: [ar], subject: {ar: نص},
        body: [{id: one, ar: نص}, *BODY*], footnotes: {1: {ar: نص}}, to: false, copy: false,
        signatory: {name: سمر, title: سمر}}""".replace("*BODY*", texts[1:-1])
    document = compose(parse_letter(source.encode(), "x.yaml", "x", Path()), load_language("ar"), load_pack())
    file = tmp_path / "x.docx"
    file.write_bytes(writer("docx")(document, load_pack()).fill({}))

    for pdf in (writer("pdf")(document, load_pack()).fill({}), libreoffice_files([file], tmp_path)[0].read_bytes()):
        lines = shown_lines(pdf)
        assert [phrase for phrase in LINKED.values() if not any(alike(phrase) in line for line in lines)] == []


def test_a_fact_is_read_by_itself() -> None:
    """A term before it does not take its first number, and a fact in Latin letters keeps its signs."""
    source = """{kind: tsb-circular, number: 1, date: 2024-07-12, languages: [ar], subject: {ar: نص},
        to: false, copy: false, facts: {course: {from: 2025-05-12, to: 2025-05-21}, document: "(Rev.1) 5/901"},
        body: [{ar: "SG5 ({{ course }}) (U4SSC) {{ course }} {{ document }} نص"}],
        signatory: {name: سمر, title: سمر}}"""
    letter = parse_letter(source.encode(), "x.yaml", "x", Path())

    body = compose(letter, load_language("ar"), load_pack()).body

    [paragraph] = [block for block in body if isinstance(block, Paragraph)]
    assert [span.text for span in paragraph.spans if span.is_ltr] == [
        "SG5", "12", "21", "U4SSC", "12", "21", "(Rev.1) 5/901",
    ]  # fmt: skip
    assert {span.direction for span in paragraph.spans} == {"", "ltr"}


def test_numbers_that_follow_each_other_are_read_from_the_right() -> None:
    """Each fact is a number by itself; thousands, signs, units and numbers that are typed together stay together."""
    source = """{kind: tsb-circular, number: 1, date: 2024-07-12, languages: [ar], subject: {ar: نص},
        to: false, copy: false, facts: {a: 1250, b: 7, c: 12500, d: "34", phone: +41 22 730 0000},
        body: [{id: one, ar: "نص {{ a }} {{ b }} {{ c }} سمر"}, {ar: "نص {{ d }} {{ b }} {{ ref: one }} سمر"},
        {ar: "نص {{ phone }} {{ c }} MHz سمر"}, {ar: "نص 5 -{{ c }} 022 730 {{ d }} سمر"}],
        signatory: {name: سمر, title: سمر}}"""
    letter = parse_letter(source.encode(), "x.yaml", "x", Path())

    found = shown_lines(writer("pdf")(compose(letter, load_language("ar"), load_pack()), load_pack()).fill({}))

    lines = [line for line in found if line.startswith("رمس") and "صن" in line]
    assert [line.removeprefix("رمس").partition("صن")[0] for line in lines] == [
        "1250071250", "1734", "12500MHz+41227300000", "34022730-125005",
    ]  # fmt: skip


def test_a_latin_name_below_an_arabic_letter_ends_with_its_full_stop() -> None:
    """At the right of its last letter, as it is written."""
    source = """{kind: tsb-circular, number: 1, date: 2024-07-12, languages: [ar], subject: {ar: نص}, body: [{ar: نص}],
        to: false, copy: false, signatory: {name: "J. Smith, Jr.", title: سمر}}"""
    letter = parse_letter(source.encode(), "x.yaml", "x", Path())

    found = shown_lines(writer("pdf")(compose(letter, load_language("ar"), load_pack()), load_pack()).fill({}))

    assert "J.Smith,Jr." in found


def test_the_mark_of_a_footnote_is_behind_a_number(tmp_path: Path) -> None:
    """At its left, in the PDF and in the Word file, and the second one is at the left of the first."""
    source = """{kind: tsb-circular, number: 1, date: 2024-07-12, languages: [ar], subject: {ar: نص}, to: false,
        copy: false, footnotes: {a: {ar: نص}, b: {ar: نص}}, body: [{ar: "سمر 345[^a]،[^b] نص"}],
        signatory: {name: سمر, title: سمر}}"""
    document = compose(parse_letter(source.encode(), "x.yaml", "x", Path()), load_language("ar"), load_pack())
    file = tmp_path / "x.docx"
    file.write_bytes(writer("docx")(document, load_pack()).fill({}))

    for pdf in (writer("pdf")(document, load_pack()).fill({}), libreoffice_files([file], tmp_path)[0].read_bytes()):
        with pypdfium2.PdfDocument(pdf) as opened:
            words = opened[0].get_textpage()
            text = words.get_text_range()
            start = text.index("345")
            places = {sign: words.get_charbox(text.index(sign, start)) for sign in ("3", "1", "2")}
        assert places["2"][0] < places["1"][0] < places["3"][0]
