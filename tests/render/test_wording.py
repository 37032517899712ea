"""What is read of a PDF's lines: the words as they were written, in any script."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from circulars.addressee import BLOCK
from circulars.document import Document
from circulars.pack import load_pack
from circulars.render.pdf import master
from circulars.text import Paragraph, Span
from judges import PDF_JUDGES
from render.sample_letters import ALL, PLAIN

LINES = {
    "Devanagari": "श्री राजेश कुमार शर्मा, विज्ञान मंत्रालय, नई दिल्ली। हिन्दी में क्षेत्रीय विकास",
    "Bengali": "বাংলাদেশ টেলিযোগাযোগ নিয়ন্ত্রণ কমিশন, শ্রী ক্ষুদ্র",
    "Tamil": "தமிழ்நாடு தொலைத்தொடர்பு கொள்கை, ஸ்ரீ",
    "Sinhala": "ශ්‍රී ලංකාව",
    "Thai": "สำนักงานคณะกรรมการกิจการกระจายเสียง น้ำ",
    "Khmer": "ក្រសួងប្រៃសណីយ៍ និងទូរគមនាគមន៍ ស្ត្រី",
    "Myanmar": "ပို့ဆောင်ရေးနှင့် ဆက်သွယ်ရေးဝန်ကြီးဌာန",
    "Tibetan": "བོད་སྐད་ཀྱི",
    "Ethiopic": "ኢትዮጵያ",
    "Georgian": "საქართველო",
    "Latin with marks": "Yorùbá ẹ̀kọ́, Việt Nam, ą̊, office affine fjord",
    "Emoji": "👩‍💻 🇨🇭 ✓",
    "Hebrew": "משרד התקשורת בירושלים",
    "Devanagari and Latin": "Ministry of Communications संचार मंत्रालय (India)",
}


def letter(*paragraphs: str) -> Document:
    """A letter of some paragraphs."""
    return replace(PLAIN, body=tuple(Paragraph((Span(text),)) for text in paragraphs))


def printed(folder: Path, document: Document) -> Path:
    """The letter's PDF."""
    file = folder / "letter.pdf"
    file.write_bytes(master(document, load_pack()).fill({}))
    return file


def squeezed(text: str) -> str:
    """A text without white space and marks of direction, which poppler adds."""
    return re.sub(r"[\s\u202a-\u202e]", "", text)


def said(file: Path) -> list[str]:
    """The lines of a PDF that say their words themselves."""
    with pikepdf.open(file) as pdf:
        return [
            str(piece.operands[1]["/ActualText"])
            for page in pdf.pages
            for piece in pikepdf.parse_content_stream(page)
            if str(piece.operator) == "BDC" and "/ActualText" in piece.operands[1]
        ]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A letter that has a paragraph in each of many scripts."""
    return printed(tmp_path_factory.mktemp("scripts"), letter(*LINES.values()))


@pytest.mark.parametrize("script", LINES)
def test_a_reader_finds_the_words_in_any_script(many: Path, script: str) -> None:
    """Poppler, as ``pdftotext``, which heeds what a line says itself."""
    done = subprocess.run(["pdftotext", many, "-"], capture_output=True, check=True, text=True)

    assert squeezed(LINES[script]) in squeezed(done.stdout)


@pytest.mark.parametrize("script", ["Devanagari", "Bengali", "Khmer", "Latin with marks"])
def test_another_reader_finds_them_too(many: Path, script: str) -> None:
    """Pdfium, which is Chromium's."""
    with pypdfium2.PdfDocument(many) as pdf:
        shown = "".join(page.get_textpage().get_text_bounded() for page in pdf)

    assert squeezed(LINES[script]) in squeezed(shown)


@pytest.mark.parametrize("judge", PDF_JUDGES)
def test_judges_find_no_fault_in_many_scripts(many: Path, judge: str) -> None:
    """Each glyph stands for something, as PDF/UA-1 asks (7.21.7), also where another one tells its characters."""
    assert PDF_JUDGES[judge]([many]) == {many: ()}


@pytest.mark.parametrize("name", sorted(ALL))
def test_lines_whose_glyphs_tell_their_words_stay_as_they_are(name: str, tmp_path: Path) -> None:
    """Letters in Latin script, with ligatures, no-break spaces and soft hyphens, and in Arabic."""
    assert said(printed(tmp_path, ALL[name])) == []


def test_only_the_line_that_needs_it_says_its_words(tmp_path: Path) -> None:
    """The others of the letter are left alone."""
    assert said(printed(tmp_path, letter("Plain words.", "हिन्दी में", "Plain words again."))) == ["हिन्दी में"]


def test_words_from_right_to_left_are_left_to_their_glyphs(tmp_path: Path) -> None:
    """Readers turn them round by themselves; Poppler would turn round what the line says, too."""
    assert said(printed(tmp_path, letter("وزارة الاتصالات، لا إله ٢٠٢٥", "می‌خواهم", "שָׁלוֹם"))) == []


def test_a_line_from_right_to_left_says_only_what_its_glyphs_do_not(tmp_path: Path) -> None:
    """Hindi words between Arabic ones are read in their order: Poppler would turn round the words of a whole line."""
    lines = ["हिन्दी में क्षेत्रीय विकास", "العربية हिन्दी क्षि العربية"]
    file = printed(tmp_path, letter(*lines))
    done = subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True, text=True)
    with pypdfium2.PdfDocument(file) as pdf:
        shown = "".join(page.get_textpage().get_text_bounded() for page in pdf)

    assert said(file) == [lines[0], "हि", "क्षि"]
    assert squeezed(lines[1]) in squeezed(shown)
    assert "हिन्दी क्षि" in done.stdout
    assert done.stdout.count("العربية") == 2


def test_a_hole_in_such_a_line_is_laid_out_in_full(tmp_path: Path) -> None:
    """What the line says has the addressee's name in it: it is another one in each copy."""
    hole = Span("", hole="addressee.name")
    document = replace(PLAIN, body=(Paragraph((Span("Ẹ̀kọ́ of "), hole, Span("."))),))
    made = master(document, load_pack(), frozenset("Ana Ejemplo"))

    assert made.tail({"addressee.name": "Ana"}) is None
    file = tmp_path / "ana.pdf"
    file.write_bytes(made.fill({"addressee.name": "Ana"}))
    assert said(file) == ["Ẹ̀kọ́ of Ana."]


def test_an_addressee_in_such_a_script_is_read_as_written(tmp_path: Path) -> None:
    """In the postal block of a copy; other addressees' copies are filled."""
    name = "श्री राजेश कुमार शर्मा"
    document = replace(PLAIN, addressee=(Span("", hole=BLOCK),))
    made = master(document, load_pack(), frozenset(name + "Ana Ejemplo"), [{BLOCK: "Ana Ejemplo"}])

    assert made.tail({BLOCK: "Ana Ejemplo"}) is not None
    assert made.tail({BLOCK: name}) is None
    file = tmp_path / "copy.pdf"
    file.write_bytes(made.fill({BLOCK: name}))
    assert said(file) == [name]
