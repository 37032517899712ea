"""Letters in scripts other than Latin: their fonts in a PDF."""

from __future__ import annotations

import ctypes
import io
import itertools
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import uharfbuzz
from fontTools.cffLib import CFFFontSet
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from circulars.merge.post.page import page_of
from circulars.model.document import Document
from circulars.model.fonts import fonts_named
from circulars.model.text import Heading, Paragraph, Span
from circulars.pack import load_pack
from circulars.render.docx import master as docx_master
from circulars.render.html import html_of
from circulars.render.pdf import pdf_of
from circulars.render.pdf.compact_fonts import program_with_cids
from render.sample_letters import ARABIC, PLAIN
from script_rules import script_faults

CHINESE = replace(
    PLAIN, language="zh", body=(Paragraph((Span("“第5研究组”（Study Group 5）将于2024年举行会议——见ITU建议书……"),)),)
)


@pytest.fixture(scope="module")
def chinese() -> bytes:
    """A Chinese letter as PDF."""
    return pdf_of(CHINESE, load_pack())


def test_a_chinese_letter_embeds_only_the_glyphs_that_it_draws(chinese: bytes) -> None:
    """The others are not in its fonts, not even as empty places; each glyph has its number in the page as its CID."""
    with pikepdf.open(io.BytesIO(chinese)) as file:
        [font] = [one for one in _fonts(file) if "CJK" in str(one.BaseFont)]
        below = font.DescendantFonts[0]
        stream = below.FontDescriptor.FontFile3
        program = CFFFontSet()
        program.decompile(io.BytesIO(stream.read_bytes()), None)
        drawn = [int(code, 16) for code in re.findall(rb"<([0-9a-f]{4})> <(?!ffff)", font.ToUnicode.read_bytes())]
        unusual = [int(number) for number in below.get("/W", pikepdf.Array()).as_list()[::2]]

    assert stream.Subtype == "/CIDFontType0C"
    assert {".notdef", *(f"cid{number:05d}" for number in drawn)} == set(program[0].charset)
    assert len(unusual) < 3  # of two dashes that are one glyph
    assert len(chinese) < 45_000


def test_glyphs_of_an_embedded_font_share_one_dictionary() -> None:
    """Each keeps its width and its outline: a space, a Latin letter, a letter of Chinese and a mark."""
    options = ["fc-match", "-f", "%{file}\n%{index}", "Noto Sans CJK SC"]
    path, index = subprocess.run(options, capture_output=True, text=True, check=True).stdout.split("\n")
    original = uharfbuzz.Font(uharfbuzz.Face(Path(path).read_bytes(), int(index)))
    glyphs = [original.get_nominal_glyph(ord(one)) for one in " aW会—"]
    program = CFFFontSet()
    program.decompile(io.BytesIO(program_with_cids(Path(path).read_bytes(), int(index), glyphs)), None)
    top, widths, outlines = program[0], [], []
    for glyph in glyphs:
        pen = BoundsPen(None)
        top.CharStrings[f"cid{glyph:05d}"].draw(pen)
        widths.append(top.CharStrings[f"cid{glyph:05d}"].width)
        outlines.append(pen.bounds)

    assert len(top.FDArray) == 1
    assert widths == [original.get_glyph_h_advance(glyph) for glyph in glyphs]
    assert outlines == [_bounds(original, glyph) for glyph in glyphs]


def _bounds(font: uharfbuzz.Font, glyph: int) -> tuple[float, ...] | None:
    pen = BoundsPen(None)
    font.draw_glyph_with_pen(glyph, pen)
    bounds: tuple[float, ...] | None = pen.bounds
    return bounds


def test_an_embedded_latin_font_has_only_the_tables_that_a_pdf_needs(chinese: bytes) -> None:
    """Nothing asks for its names, and nothing maps characters to glyphs but the page."""
    with pikepdf.open(io.BytesIO(chinese)) as file:
        fonts = [one.DescendantFonts[0].FontDescriptor for one in _fonts(file)]
        latin, *_ = [TTFont(io.BytesIO(one.FontFile2.read_bytes())) for one in fonts if "/FontFile2" in one]

    assert {*latin.reader.keys()} <= {"cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"}
    assert latin["glyf"][latin.getGlyphOrder()[-1]].numberOfContours > 0


def test_chinese_marks_come_from_the_chinese_font(chinese: bytes) -> None:
    """Quotation marks, dashes and ellipses are as wide as Han; Latin words and digits are in the pack's Latin font."""
    assert script_faults(chinese, ("Noto Sans CJK SC", "Carlito")) == []
    assert _font_of(chinese, "—") == _font_of(chinese, "究") != _font_of(chinese, "S")


def test_an_apostrophe_of_a_latin_name_is_latin() -> None:
    """Only a mark between Han is Chinese."""
    letter = pdf_of(replace(CHINESE, body=(Paragraph((Span("科特迪瓦（Côte d’Ivoire）的‘决定’"),)),)), load_pack())

    assert _font_of(letter, "’", 0) == _font_of(letter, "C") != _font_of(letter, "’", 1)


def test_lines_of_han_and_of_latin_words_have_one_height() -> None:
    """Whatever fonts are on a line, the next one has the same distance."""
    letter = pdf_of(replace(CHINESE, body=(Paragraph((Span("会议\nΨ\n“会议”\nЖ"),)),)), load_pack())
    baselines = [_box(letter, sign)[1] for sign in ("会", "Ψ", "“", "Ж")]

    distances = [above - below for above, below in itertools.pairwise(baselines)]
    assert distances == pytest.approx([11 * 1.448] * 3, abs=0.05)


@pytest.mark.parametrize(("language", "weight"), [("zh", "Bold"), ("en", "Italic")])
def test_emphasis_is_a_weight_where_a_script_has_no_slant(language: str, weight: str) -> None:
    """In Chinese it is bold, in English italic."""
    spans = (Span("会议" if language == "zh" else "Жук", emphasis=True),)
    letter = pdf_of(replace(PLAIN, language=language, body=(Paragraph(spans),)), load_pack())

    assert weight in _font_of(letter, spans[0].text[0])


@pytest.mark.parametrize(("language", "words"), [("ar", "مرحبا"), ("he", "שלום")])
def test_nothing_is_slanted_in_a_script_without_slant(language: str, words: str) -> None:
    """Neither emphasis nor a heading, in a PDF and in a Word file, whether the pack has a font for the language."""
    body = Paragraph((Span(words), Span(f" {words}", emphasis=True))), Heading((Span(f"{words} SG5"),), 3)
    letter = replace(ARABIC, language=language, locale=language, body=body)

    parts = _word(letter)

    assert script_faults(pdf_of(letter, load_pack()), ("Noto Sans Hebrew", "Noto Sans Arabic", "Carlito")) == []
    assert "<w:i/>" not in parts["word/styles.xml"] + parts["word/document.xml"]
    assert "<w:b/><w:bCs/><w:rtl/>" in parts["word/document.xml"]


def test_word_files_have_the_fonts_of_their_language() -> None:
    """Chinese is in the slot for East Asian text, with one of Word's own fonts where it is not installed."""
    parts = _word(replace(CHINESE, locale="zh-CN"))

    assert 'w:eastAsia="Noto Sans CJK SC"' in parts["word/styles.xml"]
    assert '<w:font w:name="Noto Sans CJK SC"><w:altName w:val="Microsoft YaHei"/>' in parts["word/fontTable.xml"]
    assert 'w:asciiTheme="minorEastAsia"' in parts["word/document.xml"]
    assert '<a:ea typeface="Noto Sans CJK SC"/>' in parts["word/theme/theme1.xml"]
    assert 'w:line="319" w:lineRule="atLeast"' in parts["word/styles.xml"]


def test_word_files_in_arabic_keep_their_pictures_whole() -> None:
    """Lines have a fixed height, since fonts differ much; a paragraph with a picture grows with it."""
    parts = _word(replace(ARABIC, body=(Paragraph((Span("اجتماع", emphasis=True),)),)))

    assert 'w:cs="Noto Sans Arabic"' in parts["word/styles.xml"]
    assert 'w:line="319" w:lineRule="exact"' in parts["word/styles.xml"]
    assert "<w:iCs/>" not in parts["word/styles.xml"] + parts["word/document.xml"]
    for paragraph in re.findall(r"<w:p>(?:(?!</w:p>).)*<w:drawing", parts["word/document.xml"], re.DOTALL):
        assert 'w:line="240" w:lineRule="auto"' in paragraph


def test_word_files_in_english_name_a_font_of_word_for_arabic_words() -> None:
    """An Arabic name in an English letter is never in a font that Word happens to choose."""
    assert 'w:cs="Arial"' in _word(PLAIN)["word/styles.xml"]


def test_fonts_of_other_languages_change_nothing_in_a_french_letter() -> None:
    """Its no-break hyphen, which Carlito lacks, comes from the same font as if the pack named Carlito alone."""
    letter = replace(PLAIN, language="fr", body=(Paragraph((Span("Recommandation UIT‑T L.9901"),)),))
    pack = load_pack()

    assert pdf_of(letter, pack) == pdf_of(letter, replace(pack, fonts=fonts_named(["Carlito"])))


def test_browsers_take_fonts_that_their_machines_have() -> None:
    """After the pack's fonts come Word's; Chinese marks are in the Chinese font there, too, and nothing is slanted."""
    page = html_of(CHINESE, load_pack())

    assert 'local("Noto Sans CJK SC"),local("Microsoft YaHei");unicode-range:' in page
    assert '[lang|="zh"]{font-family:"marks of zh","Carlito","Calibri","Noto Sans CJK SC","Microsoft YaHei"' in page
    assert "font-synthesis-style:none" in page


def test_mails_have_the_fonts_of_their_language() -> None:
    """An e-mail has no stylesheet; in a Chinese one the Chinese font is first, for its marks."""
    fonts = load_pack().fonts
    letters = {code: replace(CHINESE, language=code) for code in ("en", "ar", "zh")}
    pages = {code: page_of(letter, "example.int", fonts).html for code, letter in letters.items()}

    assert "font-family:Carlito,Calibri,Arial,sans-serif;" in pages["en"]
    assert "font-family:Carlito,Calibri,'Noto Sans Arabic',Arial,sans-serif;" in pages["ar"]
    assert "font-family:'Noto Sans CJK SC','Microsoft YaHei',Carlito,Calibri,Arial,sans-serif;" in pages["zh"]


def _word(document: Document) -> dict[str, str]:
    """The XML parts of a Word file."""
    with zipfile.ZipFile(io.BytesIO(docx_master(document, load_pack()).fill({}))) as file:
        return {name: file.read(name).decode() for name in file.namelist() if name.endswith(".xml")}


def _place(pdf: bytes, sign: str, nth: int) -> tuple[Any, int]:
    """The words of the first page, and the place of a sign in them."""
    words = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    return words, [match.start() for match in re.finditer(re.escape(sign), words.get_text_range())][nth]


def _box(pdf: bytes, sign: str) -> tuple[float, float]:
    """Where the first such sign begins, in points."""
    words, place = _place(pdf, sign, 0)
    x, y = ctypes.c_double(), ctypes.c_double()
    pypdfium2.raw.FPDFText_GetCharOrigin(words, place, ctypes.byref(x), ctypes.byref(y))
    return x.value, y.value


def _font_of(pdf: bytes, sign: str, nth: int = 0) -> str:
    """The name of the font of a sign."""
    words, place = _place(pdf, sign, nth)
    name = ctypes.create_string_buffer(200)
    pypdfium2.raw.FPDFText_GetFontInfo(words, place, name, 200, None)
    return name.value.decode()


def _fonts(file: pikepdf.Pdf) -> list[Any]:
    return [*file.pages[0].Resources.Font.as_dict().values()]
