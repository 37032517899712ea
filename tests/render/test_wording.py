"""The text of a PDF has every character that was laid out, in reading order, in all scripts."""

from __future__ import annotations

import functools
import io
import re
import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

import judges
from circulars.model.addressee import BLOCK
from circulars.model.document import Document
from circulars.model.text import Paragraph, Span
from circulars.pack import load_pack
from circulars.render.pdf import master_for_copies
from circulars.render.pdf.masters import PdfMaster
from render.printed import printed
from render.sample_letters import ALL, PLAIN, words

# Names made up of everyday words: letters that are drawn together, before or around others, or with marks on them.
NAMES = {
    "Devanagari": "प्रियंका उदाहरण, दूरसंचार नियामक प्राधिकरण, नई दिल्ली",
    "Bengali": "মোঃ কৌশিক উদাহরণ, বাংলাদেশ টেলিযোগাযোগ সংস্থা",
    "Tamil": "கோகிலா எடுத்துக்காட்டு, தொலைத்தொடர்பு அமைச்சகம்",
    "Thai": "สมชาย ตัวอย่าง สำนักงานกิจการโทรคมนาคม",
    "Khmer": "សុខ ពិសិដ្ឋ ឧទាហរណ៍ ក្រសួងប្រៃសណីយ៍ ផ្លូវគំរូ",
    "Burmese": "မြန်မာ ဥပမာ ဆက်သွယ်ရေးဝန်ကြီးဌာန",
    "Chinese": "示例甲",
    "Hebrew": "משרד התקשורת",
    "Arabic": "ليلى بنت مثال",
    "Yoruba": "Ṣọlá Ọ̀jọ́, Ẹ̀kọ́",
    "joiners": "क्‍ष और क्‌ष",
    "Sinhala": "ශ්‍රී ලංකාව",
    "Tibetan": "བོད་སྐད་ཀྱི",
    "Ethiopic": "ኢትዮጵያ",
    "Georgian": "საქართველო",
    "Vietnamese": "Bộ Thông tin và Truyền thông",
    "several": "Ministry of Communications संचार मंत्रालय (India)",
}


def letter(*lines: str) -> Document:
    """A letter with some paragraphs."""
    return replace(PLAIN, body=(*(Paragraph(words(line)) for line in lines), *PLAIN.body[:1]))


def pdf(*lines: str) -> bytes:
    """The letter as PDF in the shipped pack."""
    return printed(letter(*lines))


def said(data: bytes) -> list[str]:
    """The ``ActualText`` of lines and parts of lines, in order."""
    with pikepdf.open(io.BytesIO(data)) as file:
        return [
            str(piece.operands[1]["/ActualText"])
            for page in file.pages
            for piece in pikepdf.parse_content_stream(page)
            if str(piece.operator) == "BDC" and "/ActualText" in piece.operands[1]
        ]


def texts(data: bytes) -> dict[str, str]:
    """The words that pdfium and poppler find."""
    with pypdfium2.PdfDocument(data) as file:
        found = {"pdfium": "\n".join(page.get_textpage().get_text_bounded() for page in file)}
    for name, how in (("poppler", ()), ("poppler, by places", ("-layout",))):
        said = subprocess.run(["pdftotext", *how, "-", "-"], input=data, check=True, capture_output=True).stdout
        found[name] = said.decode()
    return {name: _folded(text) for name, text in found.items()}


def _folded(text: str) -> str:
    """A text with equal spaces, without the marks that poppler puts around text from right to left.

    Readers turn round the two letters of the ligature "لى", which is one glyph, with the others of an Arabic word.
    """
    text = " ".join(re.sub("[\u202a-\u202e]", "", text).split())
    return unicodedata.normalize("NFC", text.replace("ىل", "لى"))


def content(data: bytes) -> bytes:
    """The content of all pages."""
    with pikepdf.open(io.BytesIO(data)) as file:
        return b"\n".join(_content(page.Contents) for page in file.pages)


def _content(said: Any) -> bytes:
    return b"".join(map(_content, said)) if isinstance(said, pikepdf.Array) else bytes(said.read_bytes())


def pictures(data: bytes) -> list[bytes]:
    """Each page as pdfium shows it."""
    with pypdfium2.PdfDocument(data) as file:
        return [bytes(page.render(scale=2).buffer) for page in file]


def test_readers_find_every_character_in_order() -> None:
    """pdfium and poppler find a line with all its letters, vowel signs and marks, as it was typed, in every script.

    No line takes a glyph's meaning from another one in the same font.
    """
    every = texts(pdf(*NAMES.values(), *reversed(NAMES.values())))

    for reader, text in every.items():
        assert [text.count(_folded(line)) for line in NAMES.values()] == [2] * len(NAMES), reader


def test_a_letter_with_an_accent_takes_none_from_others() -> None:
    """A letter that is drawn first with an accent of its own stands for itself in all other words."""
    lines = "N̈andu n̈oño", "No nun is none.", "Ọ̀jọ́ jó"

    for reader, text in texts(pdf(*lines)).items():
        for line in lines:
            assert _folded(line) in text, reader


def test_a_group_of_letters_from_right_to_left_says_what_its_glyph_cannot() -> None:
    """One glyph that is drawn for two letters and for the sign of both says each where it stands, and nothing moves."""
    data = pdf("سلام ﻻ لا")
    says = re.compile(rb"\] TJ\n/Span\n<</ActualText [^\n]*>>\nBDC\n\[(.*?)\] TJ\nEMC\n\[")
    with pikepdf.open(io.BytesIO(data)) as file:
        page = file.pages[0]
        bare, count = says.subn(rb"\1", _content(page.Contents))
        page.Contents = file.make_stream(bare)
        other = io.BytesIO()
        file.save(other)

    assert count == 1
    assert pictures(data) == pictures(other.getvalue())
    assert "ﻻ" in texts(data)["poppler"]  # pdfium writes two letters for the sign
    assert "ﻻ" not in texts(other.getvalue())["poppler"]


def test_a_latin_letter_has_no_actual_text() -> None:
    """If the glyphs give the text, there is no ``ActualText``."""
    assert b"/ActualText" not in content(pdf("The efficient office: première façade, № 5, 3 ½ €"))
    assert b"/ActualText" in content(pdf(NAMES["Devanagari"]))


def test_every_glyph_has_characters() -> None:
    """Every glyph has characters in its font's table (ISO 14289-1, 7.21.7)."""
    with pikepdf.open(io.BytesIO(pdf(*NAMES.values()))) as file:
        tables = [one.ToUnicode.read_bytes() for page in file.pages for one in page.Resources.Font.values()]

    assert len(tables) >= len(NAMES)
    assert not [table for table in tables if b"<>" in table]


def test_validators_accept_actual_text(tmp_path: Path) -> None:
    """veraPDF finds no violation of PDF/A-3a and PDF/UA-1, nor does page-validation."""
    file = tmp_path / "scripts.pdf"
    file.write_bytes(pdf(*NAMES.values(), "שָׁלוֹם, مُحَمَّد, می‌خواهم"))

    for name, judge in judges.PDF_JUDGES.items():
        assert judge([file]) == {file: ()}, name


BESIDE = ("Ana Ejemplo", "प्रियंका", "n̈oño")
"""The names in a hole beside words whose glyphs do not give their text."""


@functools.cache
def letter_beside(before: str) -> PdfMaster:
    """A letter with a hole after some words, and with another one among usual words."""
    hole = Span("", hole="addressee.name")
    document = replace(letter(NAMES["Bengali"]), salutation=(Span(before), hole), body=(
        *letter(NAMES["Bengali"]).body, Paragraph((Span("For "), hole, Span(" in person."))),
    ))  # fmt: skip
    made = master_for_copies(
        document, load_pack(), frozenset(before + "".join(BESIDE)), [{"addressee.name": "Ana Ejemplo"}]
    )
    assert isinstance(made, PdfMaster)
    return made


@pytest.mark.parametrize("before", ["N̈andu of ", "प्रियंका "])
@pytest.mark.parametrize("name", BESIDE)
def test_a_hole_beside_such_words_is_filled_rightly(before: str, name: str) -> None:
    """A copy says and shows what the same copy laid out in full does, whatever stands beside its hole."""
    made = letter_beside(before)
    values = {"addressee.name": name}

    copy, whole = made.fill(values), made.whole(values)

    assert texts(copy) == texts(whole)
    assert pictures(copy) == pictures(whole)
    for text in texts(copy).values():
        assert _folded(before + name) in text
        assert _folded(NAMES["Bengali"]) in text


def test_words_elsewhere_leave_a_letter_fillable() -> None:
    """A letter with such words in its constant parts is still laid out once for all its addressees."""
    hole = Span("", hole="addressee.name")
    document = replace(letter(NAMES["Khmer"], "N̈andu"), salutation=(Span("Dear "), hole, Span(",")), addressee=())
    value = {"addressee.name": "Ana Ejemplo"}
    made = master_for_copies(document, load_pack(), frozenset("Ana Ejemplo"), [value])

    assert made.tail(value) is not None
    assert texts(made.fill(value)) == texts(made.whole(value))
    assert pictures(made.fill(value)) == pictures(made.whole(value))
    assert "Dear Ana Ejemplo," in texts(made.fill(value))["poppler"]


@pytest.mark.parametrize("name", sorted(ALL))
def test_lines_whose_glyphs_tell_their_words_stay_as_they_are(name: str) -> None:
    """Letters in Latin script, with ligatures, no-break spaces and soft hyphens, and in Arabic."""
    assert said(printed(ALL[name])) == []


def test_only_the_line_that_needs_it_has_actual_text() -> None:
    """The other lines of the letter do not change."""
    assert said(pdf("Plain words.", "हिन्दी में", "Plain words again.")) == ["हिन्दी में"]


def test_words_from_right_to_left_are_left_to_their_glyphs() -> None:
    """Readers turn them round by themselves; Poppler would turn round what the line says, too."""
    assert said(pdf("وزارة الاتصالات، لا إله ٢٠٢٥", "می‌خواهم", "שָׁלוֹם")) == []


def test_a_line_from_right_to_left_says_only_what_its_glyphs_do_not() -> None:
    """Hindi words between Arabic ones are read in their order: Poppler would turn round the words of a whole line."""
    lines = ["हिन्दी में क्षेत्रीय विकास", "العربية हिन्दी क्षि العربية"]
    data = pdf(*lines)
    shown = texts(data)

    assert said(data) == [lines[0], "हि", "क्षि"]
    assert lines[1] in shown["pdfium"]
    assert "हिन्दी क्षि" in shown["poppler"]  # which leaves out the space before it
    assert shown["poppler"].count("العربية") == 2


def test_a_hole_in_such_a_line_is_laid_out_in_full() -> None:
    """What the line says has the addressee's name in it: it is another one in each copy."""
    hole = Span("", hole="addressee.name")
    document = replace(PLAIN, body=(Paragraph((Span("Ẹ̀kọ́ of "), hole, Span("."))),))
    made = master_for_copies(document, load_pack(), frozenset("Ana Ejemplo"))

    assert made.tail({"addressee.name": "Ana"}) is None
    assert said(made.fill({"addressee.name": "Ana"})) == ["Ẹ̀kọ́ of Ana."]


def test_an_addressee_in_such_a_script_is_read_as_written() -> None:
    """In the postal block of a copy; other addressees' copies are filled."""
    name = "श्री राजेश कुमार शर्मा"
    document = replace(PLAIN, addressee=(Span("", hole=BLOCK),))
    made = master_for_copies(document, load_pack(), frozenset(name + "Ana Ejemplo"), [{BLOCK: "Ana Ejemplo"}])

    assert made.tail({BLOCK: "Ana Ejemplo"}) is not None
    assert made.tail({BLOCK: name}) is None
    assert said(made.fill({BLOCK: name})) == [name]
