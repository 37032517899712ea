"""PDFs say every character that was laid out, in the order in which it is read, in scripts of all kinds."""

from __future__ import annotations

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
from circulars.document import Document
from circulars.pack import load_pack
from circulars.render.pdf import master
from circulars.render.pdf.masters import PdfMaster
from circulars.text import Paragraph, Span
from render.sample_letters import PLAIN, words

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
}


def letter(*lines: str) -> Document:
    """A letter with some paragraphs."""
    return replace(PLAIN, body=(*(Paragraph(words(line)) for line in lines), *PLAIN.body[:1]))


def pdf(*lines: str) -> bytes:
    """The letter as PDF in the shipped pack."""
    return master(letter(*lines), load_pack()).fill({})


def texts(data: bytes) -> dict[str, str]:
    """The words that pdfium and poppler find."""
    with pypdfium2.PdfDocument(data) as file:
        found = {"pdfium": "\n".join(page.get_textpage().get_text_bounded() for page in file)}
    for name, how in (("poppler", ()), ("poppler, by places", ("-layout",))):
        said = subprocess.run(["pdftotext", *how, "-", "-"], input=data, check=True, capture_output=True).stdout
        found[name] = said.decode()
    return {name: _folded(text) for name, text in found.items()}


def _folded(text: str) -> str:
    """A text with its spaces alike, without the signs that poppler puts around words from right to left."""
    return unicodedata.normalize("NFC", " ".join(re.sub("[\u202a-\u202e]", "", text).split()))


def content(data: bytes) -> bytes:
    """What all pages draw."""
    with pikepdf.open(io.BytesIO(data)) as file:
        return b"\n".join(_content(page.Contents) for page in file.pages)


def _content(said: Any) -> bytes:
    return b"".join(map(_content, said)) if isinstance(said, pikepdf.Array) else bytes(said.read_bytes())


def pictures(data: bytes) -> list[bytes]:
    """Each page as pdfium shows it."""
    with pypdfium2.PdfDocument(data) as file:
        return [bytes(page.render(scale=2).buffer) for page in file]


@pytest.mark.parametrize("script", NAMES)
def test_readers_find_every_character_in_order(script: str) -> None:
    """pdfium and poppler find a line with all its letters, vowel signs and marks, as it was typed."""
    line = NAMES[script]

    for reader, text in texts(pdf(line)).items():
        assert _folded(line) in text, reader


def test_all_scripts_in_one_letter_are_found() -> None:
    """No line takes a glyph's meaning from another one in the same font."""
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
    said = re.compile(rb"\] TJ\n/Span\n<</ActualText [^\n]*>>\nBDC\n\[(.*?)\] TJ\nEMC\n\[")
    with pikepdf.open(io.BytesIO(data)) as file:
        page = file.pages[0]
        bare, count = said.subn(rb"\1", _content(page.Contents))
        page.Contents = file.make_stream(bare)
        other = io.BytesIO()
        file.save(other)

    assert count == 1
    assert pictures(data) == pictures(other.getvalue())
    assert "ﻻ" in texts(data)["poppler"]  # pdfium writes two letters for the sign
    assert "ﻻ" not in texts(other.getvalue())["poppler"]


def test_a_latin_letter_says_nothing_twice() -> None:
    """Where glyphs say the words, the pages say them no other way."""
    assert b"/ActualText" not in content(pdf("The efficient office: première façade, № 5, 3 ½ €"))
    assert b"/ActualText" in content(pdf(NAMES["Devanagari"]))


def test_no_glyph_stands_for_nothing() -> None:
    """Every glyph has characters in its font's table (ISO 14289-1, 7.21.7)."""
    with pikepdf.open(io.BytesIO(pdf(*NAMES.values()))) as file:
        tables = [one.ToUnicode.read_bytes() for page in file.pages for one in page.Resources.Font.values()]

    assert len(tables) >= len(NAMES)
    assert not [table for table in tables if b"<>" in table]


def test_validators_accept_what_lines_say(tmp_path: Path) -> None:
    """veraPDF finds nothing against PDF/A-3a and PDF/UA-1, nor does page-validation."""
    file = tmp_path / "scripts.pdf"
    file.write_bytes(pdf(*NAMES.values(), "שָׁלוֹם, مُحَمَّد, می‌خواهم"))

    for said, judge in judges.PDF_JUDGES.items():
        assert not [fault for faults in judge([file]).values() for fault in faults], said


@pytest.mark.parametrize("before", ["N̈andu of ", "प्रियंका "])
@pytest.mark.parametrize("name", ["Ana Ejemplo", "प्रियंका", "n̈oño"])
def test_a_hole_beside_such_words_is_filled_rightly(before: str, name: str) -> None:
    """A copy says and shows what the same copy laid out in full does, whatever stands beside its hole."""
    hole = Span("", hole="addressee.name")
    document = replace(letter(NAMES["Bengali"]), salutation=(Span(before), hole), body=(
        *letter(NAMES["Bengali"]).body, Paragraph((Span("For "), hole, Span(" in person."))),
    ))  # fmt: skip
    made = master(document, load_pack(), frozenset(before + name + "Ana Ejemplo"), [{"addressee.name": "Ana Ejemplo"}])
    assert isinstance(made, PdfMaster)
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
    made = master(document, load_pack(), frozenset("Ana Ejemplo"), [value])

    assert made.tail(value) is not None
    assert texts(made.fill(value)) == texts(made.whole(value))
    assert pictures(made.fill(value)) == pictures(made.whole(value))
    assert "Dear Ana Ejemplo," in texts(made.fill(value))["poppler"]
